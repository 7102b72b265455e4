"""Projectors of the referral as a whole and of its follow-up."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from ledger import deadlines, streams
from ledger.book import Entry, Projector
from ledger.kinds import referral as kinds
from ledger.kinds.base import Instant, Kind
from ledger.kinds.case import CaseJoined
from ledger.kinds.words import Role
from ledger.storage.insert import insert_new
from referrals.projections.journeys import said
from referrals.projections.telling import expect
from referrals.referral import (
    ADD_CANDIDATES,
    ARRIVE,
    ASK_RUN,
    CANCEL,
    CONFIRM_CANCEL,
    FAIL_RUN,
    KEEP,
    PLAN,
    REFERRAL,
    REQUEST_CANCEL,
    SEND_OUTCOME,
    UNPLACE,
    VISIT,
    ReferralState,
    closing_event,
)
from referrals.tables import follow_up, offer, referral, visit

REFERS, CENTRE = "refers", "centre"
FROM_THE_BEGINNING = 1

UNPLACED, UNPLACED_REFERRER = "referral-unplaced", "referral-unplaced-referrer"
RUN_VOID, RUN_FAILED = "referral-run-void", "referral-run-failed"
CANCEL_ANSWER, CANCEL_SILENT, CANCEL_CENTRE = "cancel-answer", "cancel-silent", "cancel-silent-centre"
CANCELS = (CANCEL_ANSWER, CANCEL_SILENT, CANCEL_CENTRE)
NO_END = {"end_code": None, "end_remarks": ""}
"""Why somebody wanted it called off, or a run ended, is over when the journey goes on."""

OUTCOME = "outcome"
HOLD, HOLD_REFERRER = "bed-hold", "bed-hold-referrer"
HOLDS = (HOLD, HOLD_REFERRER)
REMIND, DUE, OVERDUE = "follow-up-remind", "follow-up-due", "follow-up-overdue"
FOLLOW_UPS = (REMIND, DUE, OVERDUE)


def row(connection: Connection, referral_id: UUID) -> Any:  # noqa: ANN401
    """The referral's row."""
    return connection.execute(select(referral).where(referral.c.id == referral_id)).one()


def held(connection: Connection, found: Any) -> Any:  # noqa: ANN401
    """The offer that holds the bed of a referral that is accepted."""
    return connection.execute(select(offer).where(offer.c.id == found.accepted_offer_id)).one()


def write(connection: Connection, referral_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of a referral and count its version up."""
    connection.execute(
        update(referral).where(referral.c.id == referral_id).values(version=referral.c.version + 1, **values)
    )


def move(connection: Connection, entry: Entry, event: str, referral_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Advance a referral by an event of its table; raises Conflict or Forbidden when it is not open."""
    state = REFERRAL.advance(ReferralState(row(connection, referral_id).state), event, entry.act.role)
    write(connection, referral_id, state=state.value, **values)


def _requested(connection: Connection, entry: Entry) -> None:
    """Both the facility that refers and the centre read the case from its beginning."""
    fact = said(entry, kinds.ReferralRequested)
    connection.execute(
        insert(referral).values(
            id=fact.referral_id,
            case_id=entry.stream_id,
            code=fact.code,
            centre_id=fact.centre_id,
            from_facility_id=fact.from_facility_id,
            told_organisation_id=entry.act.organisation_id,
            told_role=entry.act.role.value,
            state=REFERRAL.initial.value,
            request=fact,
            candidates=fact.candidates,
            asked=0,
            created_at=entry.act.recorded_at,
            created_by=entry.act.actor_id,
            end_remarks="",
            version=1,
        )
    )
    readers = {fact.from_facility_id: REFERS, entry.act.organisation_id: REFERS, fact.centre_id: CENTRE}
    for reader, because in readers.items():
        streams.admit(connection, entry.stream_id, reader, FROM_THE_BEGINNING, because)


def _candidates_added(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.CandidatesAdded)
    known = row(connection, fact.referral_id).candidates
    move(connection, entry, ADD_CANDIDATES, fact.referral_id, candidates=(*known, *fact.candidates))
    deadlines.settle(connection, (UNPLACED, UNPLACED_REFERRER), fact.referral_id, entry.act.recorded_at)


def _unplaced(connection: Connection, entry: Entry) -> None:
    """A human must act, and knows it at once: the dispatcher of the centre, and whoever asked."""
    fact, now = said(entry, kinds.ReferralUnplaced), entry.act.recorded_at
    move(connection, entry, UNPLACE, fact.referral_id)
    found = row(connection, fact.referral_id)
    expect(connection, found, UNPLACED, now, found.centre_id, Role.DISPATCHER)
    _to_asker(connection, found, UNPLACED_REFERRER, now)


def _transport_requested(connection: Connection, entry: Entry) -> None:
    fact, at = said(entry, kinds.TransportRequested), entry.act.recorded_at
    found = row(connection, fact.referral_id)
    if (ReferralState(found.state), ASK_RUN) in REFERRAL.rows:
        move(connection, entry, ASK_RUN, fact.referral_id, **NO_END)
    write(connection, fact.referral_id, transport_requested_at=at)
    deadlines.settle(connection, (RUN_VOID, RUN_FAILED), fact.referral_id, at)


def _run_failed(connection: Connection, entry: Entry) -> None:
    """Nobody brings the patient any more, and none is asked to: who asked for it knows at once, unless nobody waits
    for the patient anywhere, or that was to be called off anyway. A referral that had ended stays as it ended: only the
    alarm about its run is over.
    """
    fact, at = said(entry, kinds.RunFailed), entry.act.recorded_at
    found = row(connection, fact.referral_id)
    awaited = found.accepted_offer_id is not None and found.end_code is None
    why = {"end_code": fact.code, "end_remarks": ""} if awaited else {}
    if (ReferralState(found.state), FAIL_RUN) in REFERRAL.rows:
        move(connection, entry, FAIL_RUN, fact.referral_id, **why)
    write(connection, fact.referral_id, transport_requested_at=None)
    deadlines.settle(connection, (RUN_VOID, CANCEL_CENTRE), fact.referral_id, at)
    if awaited:
        _to_asker(connection, row(connection, fact.referral_id), RUN_FAILED, at)


def _joined(connection: Connection, entry: Entry) -> None:
    """Dispatch opened the run that the referral asked for."""
    fact = said(entry, CaseJoined)
    if fact.referral_id is not None:
        write(connection, fact.referral_id, run_incident_id=fact.incident_id)


def _arrived(connection: Connection, entry: Entry) -> None:
    fact, at = said(entry, kinds.ReferralArrived), entry.act.recorded_at
    times = {"arrived_at": entry.act.at, "outcome_by": fact.outcome_by}
    move(connection, entry, ARRIVE, fact.referral_id, **times, **NO_END)
    _settle_holds(connection, fact.referral_id, at)
    deadlines.settle(connection, (RUN_FAILED, *CANCELS), fact.referral_id, at)
    if fact.outcome_by is not None:
        _to_accepter(connection, row(connection, fact.referral_id), OUTCOME, fact.outcome_by)


def _outcome_sent(connection: Connection, entry: Entry) -> None:
    fact, at = said(entry, kinds.OutcomeSent), entry.act.recorded_at
    move(connection, entry, SEND_OUTCOME, fact.referral_id, outcome=fact, outcome_at=at, **NO_END)
    _settle_holds(connection, fact.referral_id, at)
    deadlines.settle(connection, (OUTCOME, *CANCELS), fact.referral_id, at)


def _cancel_requested(connection: Connection, entry: Entry) -> None:
    """Whoever holds the bed is to answer; silence reaches who asked, and the centre while a vehicle is concerned."""
    fact, at = said(entry, kinds.CancelRequested), entry.act.recorded_at
    why = {"end_code": fact.code, "end_remarks": fact.remarks}
    move(connection, entry, REQUEST_CANCEL, fact.referral_id, **why)
    deadlines.settle(connection, (RUN_FAILED,), fact.referral_id, at)
    if fact.answer_by is None:  # said before requests had a time
        return
    found = row(connection, fact.referral_id)
    _to_accepter(connection, found, CANCEL_ANSWER, fact.answer_by)
    _to_asker(connection, found, CANCEL_SILENT, fact.answer_by)
    if found.transport_requested_at is not None:
        expect(connection, found, CANCEL_CENTRE, fact.answer_by, found.centre_id, Role.DISPATCHER)


def _cancelled(connection: Connection, entry: Entry) -> None:
    """Before an acceptance it is the referring side's word alone; after it, the receiving side has confirmed."""
    fact = said(entry, kinds.ReferralCancelled)
    found = row(connection, fact.referral_id)
    event = CANCEL if found.accepted_offer_id is None else CONFIRM_CANCEL
    _end(connection, entry, event, fact.referral_id, fact.code, fact.remarks)
    _void_run(connection, found, entry.act.recorded_at)


def _closed(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.ReferralClosed)
    found = row(connection, fact.referral_id)
    _end(connection, entry, closing_event(fact.code), fact.referral_id, fact.code, fact.remarks)
    if found.arrived_at is None:
        _void_run(connection, found, entry.act.recorded_at)


def _end(
    connection: Connection, entry: Entry, event: str, referral_id: UUID, code: str, remarks: str
) -> None:
    at = entry.act.recorded_at
    move(connection, entry, event, referral_id, end_code=code, end_remarks=remarks, ended_at=at)
    connection.execute(
        update(follow_up)
        .where(follow_up.c.referral_id == referral_id, follow_up.c.ended_at.is_(None))
        .values(ended_at=at)
    )
    kinds_over = (UNPLACED, UNPLACED_REFERRER, RUN_FAILED, OUTCOME, *CANCELS, *FOLLOW_UPS)
    deadlines.settle(connection, kinds_over, referral_id, at)
    _settle_holds(connection, referral_id, at)


def _settle_holds(connection: Connection, referral_id: UUID, at: Instant) -> None:
    """Nobody waits for the patient in that bed any more: they are there, or do not come."""
    bed = connection.scalar(select(offer.c.id).where(offer.c.held_referral_id == referral_id))
    if bed is not None:
        deadlines.settle(connection, HOLDS, bed, at)


def lose(connection: Connection, entry: Entry, event: str, referral_id: UUID) -> None:
    """The acceptance is given back: others are asked, a planned visit is off, a vehicle under way has no goal."""
    found = row(connection, referral_id)
    at = entry.act.recorded_at
    move(connection, entry, event, referral_id, accepted_offer_id=None, arrived_at=None, **NO_END)
    connection.execute(follow_up.delete().where(follow_up.c.referral_id == referral_id))
    deadlines.settle(connection, (RUN_FAILED, *CANCELS, *FOLLOW_UPS), referral_id, at)
    _void_run(connection, found, at)


def _void_run(connection: Connection, found: Any, now: Instant) -> None:  # noqa: ANN401
    """A run that was asked for has lost its goal: the dispatcher is told at once; software recalls no vehicle.

    The alarm is over when the run has another goal, or the case says that it is over (`RunFailed`).
    """
    if found.transport_requested_at is not None:
        expect(connection, found, RUN_VOID, now, found.centre_id, Role.DISPATCHER)


def _planned(connection: Connection, entry: Entry) -> None:
    """Said again, it refuses or takes back a wish to call it off: the visit stands with its times as they were."""
    fact = said(entry, kinds.FollowUpPlanned)
    if (ReferralState(row(connection, fact.referral_id).state), KEEP) in REFERRAL.rows:
        move(connection, entry, KEEP, fact.referral_id, **NO_END)
        deadlines.settle(connection, CANCELS, fact.referral_id, entry.act.recorded_at)
        return
    move(connection, entry, PLAN, fact.referral_id)
    connection.execute(
        insert(follow_up).values(
            referral_id=fact.referral_id,
            case_id=entry.stream_id,
            facility_id=fact.facility_id,
            remind_at=fact.remind_at,
            due_at=fact.due_at,
            escalate_at=fact.escalate_at,
            supervisor_id=fact.supervisor_id,
            plan=fact.plan,
        )
    )
    found = row(connection, fact.referral_id)
    _to_accepter(connection, found, REMIND, fact.remind_at)
    _to_accepter(connection, found, DUE, fact.due_at)
    if fact.supervisor_id is None:
        expect(connection, found, OVERDUE, fact.escalate_at, found.centre_id, Role.DISPATCHER)
    else:
        expect(connection, found, OVERDUE, fact.escalate_at, fact.supervisor_id, fact.supervisor_role)


def _visited(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.FollowUpVisited)
    values = {
        "entry_id": entry.id,
        "referral_id": fact.referral_id,
        "command_id": fact.command_id,
        "said": fact,
    }
    if insert_new(connection, visit, values, ("referral_id", "command_id")):
        move(connection, entry, VISIT, fact.referral_id)
        deadlines.settle(connection, FOLLOW_UPS, fact.referral_id, entry.act.recorded_at)


def _to_asker(connection: Connection, found: Any, kind: str, due: Instant) -> None:  # noqa: ANN401
    expect(connection, found, kind, due, found.told_organisation_id, Role(found.told_role))


def _to_accepter(connection: Connection, found: Any, kind: str, due: Instant) -> None:  # noqa: ANN401
    told = held(connection, found)
    expect(connection, found, kind, due, told.told_organisation_id, Role(told.told_role))


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.ReferralRequested: (_requested,),
    kinds.CandidatesAdded: (_candidates_added,),
    kinds.ReferralUnplaced: (_unplaced,),
    kinds.TransportRequested: (_transport_requested,),
    CaseJoined: (_joined,),
    kinds.RunFailed: (_run_failed,),
    kinds.ReferralArrived: (_arrived,),
    kinds.OutcomeSent: (_outcome_sent,),
    kinds.CancelRequested: (_cancel_requested,),
    kinds.ReferralCancelled: (_cancelled,),
    kinds.ReferralClosed: (_closed,),
    kinds.FollowUpPlanned: (_planned,),
    kinds.FollowUpVisited: (_visited,),
}
