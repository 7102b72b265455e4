"""What the shift report measures, read from the tables: for each row two times, or why it does not count."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, select

from dispatch.assignments import WITHOUT_EFFECT
from dispatch.messages.reports import ReportPeriod
from dispatch.reports import LeftOut, Sample
from dispatch.rings import NOT_AN_EMERGENCY
from dispatch.tables import assignment, call, incident, ring, stamp
from ledger.kinds import canonical
from ledger.kinds.incident import CallTaken
from ledger.kinds.words import CallSource
from ledger.tables import payload

NOT_REAL = frozenset({"test-call", "false-call"})
"""Closes of incidents that no figure counts."""

NOT_BY_TELEPHONE = frozenset({CallSource.ALARM, CallSource.TEXT, CallSource.TRANSFER})
AT_ONCE = 500
"""So many ids stand in one query: SQLite takes no more than 32,766 arguments."""


def during(column: ColumnElement[datetime], period: ReportPeriod) -> ColumnElement[bool]:
    """Whether a time lies in the period."""
    return (column >= period.since) & (column < period.until)


def ring_samples(connection: Connection, centre_id: UUID, period: ReportPeriod) -> Iterator[Sample]:
    """From ring to answer: rings that were reported, and calls that carry the times of one that was not."""
    reported = (
        select(ring.c.rang_at, ring.c.answered_at, ring.c.end_code, incident.c.close_code)
        .outerjoin(call, call.c.id == ring.c.call_id)
        .outerjoin(incident, incident.c.id == call.c.incident_id)
        .where(ring.c.centre_id == centre_id, during(ring.c.rang_at, period))
    )
    for row in connection.execute(reported):
        left_out = None
        if row.end_code in NOT_AN_EMERGENCY or row.close_code in NOT_REAL:
            left_out = LeftOut.TEST
        elif row.answered_at is None:
            left_out = LeftOut.UNANSWERED
        yield Sample(row.rang_at, row.answered_at, left_out)
    alone = (
        select(call.c.entry_id, incident.c.close_code)
        .join(incident, incident.c.id == call.c.incident_id)
        .outerjoin(ring, ring.c.call_id == call.c.id)
        .where(incident.c.centre_id == centre_id, during(call.c.taken_at, period), ring.c.id.is_(None))
    )
    taken = connection.execute(alone).all()
    said = _calls(connection, [found.entry_id for found in taken])
    for found in taken:
        yield _of_call(said.get(found.entry_id), found.close_code)


def _of_call(said: CallTaken | None, close_code: str | None) -> Sample:
    if said is None:
        return Sample(None, None)
    left_out = None
    if close_code in NOT_REAL:
        left_out = LeftOut.TEST
    elif said.source in NOT_BY_TELEPHONE:
        left_out = LeftOut.NO_RING
    return Sample(said.rang_at, said.answered_at, left_out)


class Opened:
    """The incidents that a centre opened in a period, each with the answer of its first call."""

    def __init__(self, connection: Connection, centre_id: UUID, period: ReportPeriod) -> None:
        mine = (incident.c.centre_id == centre_id) & during(incident.c.opened_at, period)
        self.rows = connection.execute(
            select(incident.c.id, incident.c.first_sent_at, incident.c.close_code).where(mine)
        ).all()
        calls = connection.execute(
            select(call.c.incident_id, call.c.entry_id)
            .join(incident, incident.c.id == call.c.incident_id)
            .where(mine)
            .order_by(call.c.taken_at.desc())
        ).all()
        first = {row.incident_id: row.entry_id for row in calls}
        said = _calls(connection, list(first.values()))
        self.first_call = {incident_id: said.get(entry_id) for incident_id, entry_id in first.items()}

    def begin(self, row: Any) -> datetime | LeftOut | None:  # noqa: ANN401
        """When the first call was answered; why the incident does not count; None when nobody knows."""
        if row.id not in self.first_call:
            return LeftOut.MERGED
        said = self.first_call[row.id]
        if row.close_code in NOT_REAL:
            return LeftOut.TEST
        if said is not None and said.source is CallSource.TRANSFER:
            return LeftOut.TRANSFER
        if row.first_sent_at is None:
            return LeftOut.NOT_YET if row.close_code is None else LeftOut.NOT_DISPATCHED
        return None if said is None else said.answered_at


def dispatch_samples(opened: Opened) -> Iterator[Sample]:
    """From the answer of the first call to the first order."""
    for row in opened.rows:
        begin = opened.begin(row)
        yield Sample(None, None, begin) if isinstance(begin, LeftOut) else Sample(begin, row.first_sent_at)


def response_samples(connection: Connection, opened: Opened) -> Iterator[Sample]:
    """From the answer of the first call to the first unit on scene."""
    runs: dict[UUID, list[Any]] = defaultdict(list)
    for part in _parts([row.id for row in opened.rows]):
        query = select(
            assignment.c.id, assignment.c.incident_id, assignment.c.released_at, assignment.c.end_code
        ).where(assignment.c.incident_id.in_(part))
        for run in connection.execute(query):
            runs[run.incident_id].append(run)
    arrived = _stamps(connection, [run.id for found in runs.values() for run in found], "arrive")
    for row in opened.rows:
        begin, sent = opened.begin(row), runs[row.id]
        times = [arrived[run.id] for run in sent if run.id in arrived]
        if isinstance(begin, LeftOut):
            yield Sample(None, None, begin)
        elif times:
            yield Sample(begin, min(times))
        elif any(run.released_at is None for run in sent):
            yield Sample(begin, None, LeftOut.NOT_YET)
        else:
            followed = [run for run in sent if run.end_code not in WITHOUT_EFFECT]
            yield Sample(begin, None, None if followed else LeftOut.NOT_FOLLOWED)


def turnout_samples(connection: Connection, centre_id: UUID, period: ReportPeriod) -> Iterator[Sample]:
    """From the order to rolling wheels. A reservation that was not called yet is no order."""
    called = assignment.c.busy_unit_id.is_not(None) | assignment.c.released_at.is_not(None)
    rows = connection.execute(
        select(
            assignment.c.id,
            assignment.c.sent_at,
            assignment.c.released_at,
            assignment.c.end_code,
            incident.c.close_code,
        )
        .join(incident, incident.c.id == assignment.c.incident_id)
        .where(incident.c.centre_id == centre_id, during(assignment.c.sent_at, period), called)
    ).all()
    ids = [row.id for row in rows]
    departed, arrived = _stamps(connection, ids, "depart"), _stamps(connection, ids, "arrive")
    for row in rows:
        left_out = None
        if row.close_code in NOT_REAL:
            left_out = LeftOut.TEST
        elif row.id not in departed and row.end_code in WITHOUT_EFFECT:
            left_out = LeftOut.NOT_FOLLOWED
        elif row.id not in departed and row.released_at is None and row.id not in arrived:
            left_out = LeftOut.NOT_YET
        yield Sample(row.sent_at, departed.get(row.id), left_out)


def _stamps(connection: Connection, assignments: Sequence[UUID], event: str) -> dict[UUID, datetime]:
    """The valid time of one event for those of these runs that have it."""
    found: dict[UUID, datetime] = {}
    for part in _parts(assignments):
        query = select(stamp.c.assignment_id, stamp.c.at).where(
            stamp.c.assignment_id.in_(part), stamp.c.valid_event == event
        )
        found |= {row.assignment_id: row.at for row in connection.execute(query)}
    return found


def _calls(connection: Connection, entries: Sequence[UUID]) -> dict[UUID, CallTaken]:
    """What these calls said; one whose body was erased is not among them."""
    found = {}
    for part in _parts(entries):
        query = select(payload.c.entry_id, payload.c.body).where(payload.c.entry_id.in_(part))
        for row in connection.execute(query):
            said = canonical.read_payload(row.body)
            if isinstance(said, CallTaken):
                found[row.entry_id] = said
    return found


def _parts(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[at : at + AT_ONCE] for at in range(0, len(ids), AT_ONCE))
