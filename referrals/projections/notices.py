"""Projectors of the pre-arrival notice and the two-sided handover."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from ledger import deadlines
from ledger.book import Entry, Projector
from ledger.deadlines import Deadline
from ledger.errors import Conflict, NotFound
from ledger.kinds import notice as kinds
from ledger.kinds.base import Instant, Kind
from ledger.kinds.words import Role
from ledger.storage.insert import insert_new
from referrals.prearrival import (
    ACKNOWLEDGE,
    ARRIVE,
    COMPLETE,
    NOTICE,
    REPORT_STRAIN,
    SIGN,
    WITHDRAW,
    NoticeState,
    back_to,
)
from referrals.projections.journeys import said
from referrals.tables import notice, signature

NOTICE_ACK, OFFLOAD, OFFLOAD_FACILITY = "notice-ack", "offload", "offload-facility"
ARRIVAL_DEADLINES = (OFFLOAD, OFFLOAD_FACILITY)


def _sent(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.NoticeSent)
    values = {
        "id": fact.notice_id,
        "case_id": entry.stream_id,
        "live_case_id": entry.stream_id,
        "facility_id": fact.facility_id,
        "centre_id": fact.centre_id,
        "state": NOTICE.initial.value,
        "alerts": fact.alerts,
        "sent_at": entry.act.recorded_at,
        "acknowledge_by": fact.acknowledge_by,
        "remarks": "",
        "version": 1,
    }
    if not insert_new(connection, notice, values, ("live_case_id",)):
        raise Conflict("notice-already-sent")
    _expect(
        connection, entry, NOTICE_ACK, fact.notice_id, fact.acknowledge_by, fact.centre_id, Role.DISPATCHER
    )


def _acknowledged(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.NoticeAcknowledged)
    _move(connection, entry, fact.notice_id, ACKNOWLEDGE, acknowledged_at=entry.act.at, remarks=fact.remarks)
    _settle(connection, entry, fact.notice_id, NOTICE_ACK)


def _strain_reported(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.StrainReported)
    values = {"strain_code": fact.code, "strain_at": entry.act.at, "remarks": fact.remarks}
    _move(connection, entry, fact.notice_id, REPORT_STRAIN, **values)
    _settle(connection, entry, fact.notice_id, NOTICE_ACK)


def _withdrawn(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.NoticeWithdrawn)
    values = {"withdrawn_at": entry.act.recorded_at, "withdrawn_because": fact.because, "live_case_id": None}
    _move(connection, entry, fact.notice_id, WITHDRAW, **values)
    _settle(connection, entry, fact.notice_id, NOTICE_ACK, *ARRIVAL_DEADLINES)


def _arrived(connection: Connection, entry: Entry) -> None:
    """The offload clock runs, unless the handover was signed before the arrival was reported."""
    fact = said(entry, kinds.PatientArrived)
    _move(connection, entry, fact.notice_id, ARRIVE, arrived_at=entry.act.at, offload_by=fact.offload_by)
    _settle(connection, entry, fact.notice_id, NOTICE_ACK)
    found = row(connection, fact.notice_id)
    if found.handed_over_at is None:
        told = (
            (OFFLOAD, found.centre_id, Role.SHIFT_LEADER),
            (OFFLOAD_FACILITY, found.facility_id, Role.HOSPITAL_DESK),
        )
        for kind, organisation_id, role in told:
            _expect(connection, entry, kind, fact.notice_id, fact.offload_by, organisation_id, role)


def _arrival_withdrawn(connection: Connection, entry: Entry) -> None:
    """The notice stands as it did before the mistake, with what the facility has said in the meantime."""
    fact = said(entry, kinds.ArrivalWithdrawn)
    found = row(connection, fact.notice_id)
    back = back_to(answered(found))
    _move(connection, entry, fact.notice_id, back, arrived_at=None, offload_by=None)
    _settle(connection, entry, fact.notice_id, *ARRIVAL_DEADLINES)
    if fact.acknowledge_by is not None:
        due, centre = fact.acknowledge_by, found.centre_id
        _expect(connection, entry, NOTICE_ACK, fact.notice_id, due, centre, Role.DISPATCHER)


def answered(found: Any) -> NoticeState:  # noqa: ANN401
    """What the facility last answered to a notice, whatever became of it since."""
    if found.strain_at is not None and (
        found.acknowledged_at is None or found.strain_at > found.acknowledged_at
    ):
        return NoticeState.STRAIN_REPORTED
    return NoticeState.SENT if found.acknowledged_at is None else NoticeState.ACKNOWLEDGED


def _signed(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.HandoverSigned)
    values = {
        "notice_id": fact.notice_id,
        "side": fact.side,
        "command_id": fact.command_id,
        "at": entry.act.at,
        "actor_id": entry.act.actor_id,
        "organisation_id": entry.act.organisation_id,
        "summary": fact.summary,
        "remarks": fact.remarks,
    }
    if not insert_new(connection, signature, values, ("notice_id", "side")):
        raise Conflict("handover-already-signed", side=fact.side)
    _move(connection, entry, fact.notice_id, SIGN)
    if fact.side == "facility":
        _settle(connection, entry, fact.notice_id, NOTICE_ACK)


def _handed_over(connection: Connection, entry: Entry) -> None:
    """The later of the two signatures completes, in whatever order they were reported."""
    fact = said(entry, kinds.PatientHandedOver)
    latest = select(func.max(signature.c.at)).where(signature.c.notice_id == fact.notice_id)
    values = {"handed_over_at": connection.scalar(latest), "live_case_id": None}
    _move(connection, entry, fact.notice_id, COMPLETE, **values)
    _settle(connection, entry, fact.notice_id, NOTICE_ACK, *ARRIVAL_DEADLINES)


def row(connection: Connection, notice_id: UUID) -> Any:  # noqa: ANN401
    """The notice's row; NotFound when there is none."""
    found = connection.execute(select(notice).where(notice.c.id == notice_id)).one_or_none()
    if found is None:
        raise NotFound("notice-not-found")
    return found


def _move(connection: Connection, entry: Entry, notice_id: UUID, event: str, **values: Any) -> None:  # noqa: ANN401
    """Advance the notice by the table, write columns, and count its version up."""
    before = NoticeState(row(connection, notice_id).state)
    state = NOTICE.advance(before, event, entry.act.role)
    connection.execute(
        update(notice)
        .where(notice.c.id == notice_id)
        .values(state=state.value, version=notice.c.version + 1, **values)
    )


def _expect(
    connection: Connection,
    entry: Entry,
    kind: str,
    notice_id: UUID,
    due_at: Instant,
    organisation_id: UUID,
    role: Role,
) -> None:
    deadlines.expect(
        connection,
        Deadline(
            kind=kind,
            subject_id=notice_id,
            stream_id=entry.stream_id,
            due_at=due_at,
            told_organisation_id=organisation_id,
            told_role=role,
        ),
    )


def _settle(connection: Connection, entry: Entry, notice_id: UUID, *kinds_settled: str) -> None:
    deadlines.settle(connection, kinds_settled, notice_id, entry.act.recorded_at)


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.NoticeSent: (_sent,),
    kinds.NoticeAcknowledged: (_acknowledged,),
    kinds.StrainReported: (_strain_reported,),
    kinds.NoticeWithdrawn: (_withdrawn,),
    kinds.PatientArrived: (_arrived,),
    kinds.ArrivalWithdrawn: (_arrival_withdrawn,),
    kinds.HandoverSigned: (_signed,),
    kinds.PatientHandedOver: (_handed_over,),
}
