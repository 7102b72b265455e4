"""What a shift leader hands on by name: what was held, what was overdue, who hung up, how runs ended."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, func, select

from dispatch.assignments import RELEASING, STAMP_EVENTS
from dispatch.desk.report_samples import during
from dispatch.incidents import CLOSE_CODES
from dispatch.messages.reports import EndCount, HeldRow, MissedRow, OverdueRow, ReportPeriod
from dispatch.tables import assignment, call, incident, ring
from dispatch.texts.reports import ENDS
from dispatch.texts.words import WORDS
from ledger import streams
from ledger.ids import first_id
from ledger.kinds import canonical
from ledger.kinds.base import Kind
from ledger.kinds.common import DeadlinePassed
from ledger.kinds.incident import IncidentHeld
from ledger.kinds.words import CallSource
from ledger.tables import entry, payload
from web.identity.tables import user
from web.words import Language

ENDINGS = tuple(sorted(RELEASING - STAMP_EVENTS.keys()))
"""Ends of a run in which nobody was brought anywhere."""


def held(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[HeldRow, ...]:
    """Every time that an incident was held, with its reason and its owner."""
    query = (
        _said(IncidentHeld, period)
        .add_columns(incident.c.code, incident.c.held_reason, incident.c.remind_at)
        .join(incident, incident.c.id == entry.c.stream_id)
        .where(incident.c.centre_id == centre_id)
    )
    found = []
    people = select(user.c.id, user.c.name).where(user.c.organisation_id == centre_id)
    names = {row.id: row.name for row in connection.execute(people)}
    for row in connection.execute(query):
        said = canonical.read_payload(row.body)
        assert isinstance(said, IncidentHeld)
        found.append(
            HeldRow(
                incident_id=row.stream_id,
                incident_code=row.code,
                held_at=row.recorded_at,
                reason=said.reason,
                owner_id=said.owner_id,
                owner_name=names.get(said.owner_id, ""),
                remind_at=said.remind_at,
                still=row.held_reason is not None and row.remind_at == said.remind_at,
            )
        )
    return tuple(found)


def overdue(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[OverdueRow, ...]:
    """Every deadline of the centre that passed, whether it was met later or not."""
    query = (
        _said(DeadlinePassed, period)
        .add_columns(incident.c.id.label("incident_id"), incident.c.code)
        .outerjoin(incident, incident.c.id == entry.c.stream_id)
        .where(streams.readable_by(entry.c.stream_id, centre_id))
    )
    rows = [(row, canonical.read_payload(row.body)) for row in connection.execute(query)]
    told = [
        (row, said)
        for row, said in rows
        if isinstance(said, DeadlinePassed) and said.told_organisation_id == centre_id
    ]
    signs = _call_signs(connection, period)
    return tuple(
        OverdueRow(
            deadline=said.deadline,
            subject_id=said.subject_id,
            incident_id=row.incident_id,
            incident_code=row.code,
            call_sign=signs.get(said.subject_id),
            due_at=said.due_at,
            passed_at=row.recorded_at,
        )
        for row, said in told
    )


def _said(kind: type[Kind], period: ReportPeriod) -> Select[Any]:
    """Entries of a kind from the period. Their ids begin with their time, and are indexed."""
    return (
        select(entry.c.stream_id, entry.c.recorded_at, payload.c.body)
        .join(payload, payload.c.entry_id == entry.c.id)
        .where(
            entry.c.id >= first_id(period.since),
            entry.c.kind == kind.name(),
            during(entry.c.recorded_at, period),
        )
        .order_by(entry.c.arrival)
    )


def _call_signs(connection: Connection, period: ReportPeriod) -> dict[UUID, str]:
    """Of runs that a deadline of the period may be about."""
    query = select(assignment.c.id, assignment.c.call_sign).where(
        (assignment.c.released_at >= period.since) | assignment.c.released_at.is_(None)
    )
    return {row.id: row.call_sign for row in connection.execute(query)}


def missed(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[MissedRow, ...]:
    """Rings of the period that ended before anybody answered."""
    rows = connection.execute(
        select(ring)
        .where(
            ring.c.centre_id == centre_id,
            during(ring.c.rang_at, period),
            ring.c.ended_at.is_not(None),
            ring.c.answered_at.is_(None),
        )
        .order_by(ring.c.rang_at)
    )
    return tuple(
        MissedRow(
            ring_id=row.id,
            source=CallSource(row.source),
            callback=row.callback,
            rang_at=row.rang_at,
            ended_at=row.ended_at,
            waited_s=(row.ended_at - row.rang_at).total_seconds(),
            dealt_with_at=row.done_at,
            end_code=row.end_code,
            incident_id=row.incident_id,
        )
        for row in rows
    )


def ends(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[EndCount, ...]:
    """How runs ended that brought nobody anywhere, by code."""
    query = (
        select(assignment.c.end_code, func.count())
        .join(incident, incident.c.id == assignment.c.incident_id)
        .where(
            incident.c.centre_id == centre_id,
            during(assignment.c.released_at, period),
            assignment.c.end_code.in_(ENDINGS),
        )
        .group_by(assignment.c.end_code)
    )
    return _counts(connection, query)


def closes(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[EndCount, ...]:
    """How incidents closed that no unit was sent to in the end, by code."""
    query = (
        select(incident.c.close_code, func.count())
        .where(
            incident.c.centre_id == centre_id,
            during(incident.c.closed_at, period),
            incident.c.close_code.in_(CLOSE_CODES),
        )
        .group_by(incident.c.close_code)
    )
    return _counts(connection, query)


def calls(connection: Connection, centre_id: UUID, period: ReportPeriod) -> tuple[EndCount, ...]:
    """Contacts that were taken in the period, by their source."""
    query = (
        select(call.c.source, func.count())
        .join(incident, incident.c.id == call.c.incident_id)
        .where(incident.c.centre_id == centre_id, during(call.c.taken_at, period))
        .group_by(call.c.source)
    )
    return _counts(connection, query, WORDS)


def incidents(connection: Connection, centre_id: UUID, period: ReportPeriod) -> int:
    """How many incidents opened in the period, by a call or for a transfer."""
    opened = incident.c.centre_id == centre_id, during(incident.c.opened_at, period)
    return connection.scalar(select(func.count()).select_from(incident).where(*opened)) or 0


def _counts(
    connection: Connection, query: Select[Any], words: Mapping[str, Mapping[Language, str]] = ENDS
) -> tuple[EndCount, ...]:
    found = sorted((code, n) for code, n in connection.execute(query))
    return tuple(EndCount(code=code, n=n, zh=words[code]["zh-CN"], en=words[code]["en"]) for code, n in found)
