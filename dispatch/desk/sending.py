"""Sending units: one write, in which the database's constraint decides a race; and calling orders off."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from dispatch.assignments import (
    DESK_ENDS,
    STAMP_EVENTS,
    STATION_END,
    TAKE_BACK,
    WITHOUT_EFFECT,
    AssignmentState,
)
from dispatch.desk.context import Desk, assignment_row, check_version, led_incident
from dispatch.desk.fleet import FleetMember, members, visible_units
from dispatch.desk.ranking import look, rank_now
from dispatch.desk.views import one_assignment
from dispatch.incidents import INCIDENT, SEND, IncidentState
from dispatch.messages.assignments import (
    AssignmentId,
    AssignmentView,
    CannotGo,
    EndOrder,
    SendAnswer,
    SendUnits,
    UnitToSend,
)
from dispatch.messages.incidents import CandidatesView
from dispatch.projections.assignments import audience_of
from dispatch.projections.cases import read_for_the_run
from dispatch.tables import assignment, stamp, unit
from ledger.errors import Conflict, Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds.assignment import Advice, OrderHeard, ReservationCalled, Stamped, UnitSent
from web.caller import Caller


async def send_units(desk: Desk, caller: Caller, request: SendUnits) -> SendAnswer:
    """Send all of these units or none. Who loses a race gets a Conflict with a fresh ranking.

    A place that nobody knows yet does not stop a unit from being sent; then there is no advice to record.
    """
    now = desk.clock.now()
    wanted = [chosen.unit_id for chosen in request.units]
    if len(set(wanted)) != len(wanted):
        raise Invalid("unit-named-twice", field="units")
    row, fleet = await desk.storage.read(
        lambda connection: look(desk, connection, caller, request.incident_id, now)
    )
    known = {member.row.id: member for member in fleet}
    for i, unit_id in enumerate(wanted):
        if unit_id not in known:
            raise NotFound("unit-not-found", field=f"units[{i}].unit_id")
    advised = _advice_for(desk, row, fleet, now)
    ids = [new_id(now) for _ in request.units]

    def work(connection: Connection) -> SendAnswer:
        held = led_incident(connection, caller, request.incident_id)
        INCIDENT.advance(IncidentState(held.state), SEND, caller.role)
        # A fixed order of units, so that two senders of several units never wait for each other.
        for assignment_id, chosen in sorted(zip(ids, request.units, strict=True), key=lambda p: p[1].unit_id):
            fact = _order(desk, known[chosen.unit_id], chosen, assignment_id, advised, request, now)
            desk.write(connection, request.incident_id, caller.act(now), fact)
        views = tuple(one_assignment(connection, caller, assignment_id) for assignment_id in ids)
        return SendAnswer(incident_id=request.incident_id, assignments=views)

    try:
        return await desk.storage.write(work, once=caller.once)
    except Conflict as error:
        if error.code != "unit-already-sent":
            raise
        raise await _with_fresh_ranking(desk, caller, request.incident_id, error) from error


async def _with_fresh_ranking(desk: Desk, caller: Caller, incident_id: UUID, error: Conflict) -> Conflict:
    now = desk.clock.now()
    row, fleet = await desk.storage.read(lambda connection: look(desk, connection, caller, incident_id, now))
    fresh = _advice_for(desk, row, fleet, now)
    extra = {} if fresh is None else {"candidates": msgspec.to_builtins(fresh)}
    return Conflict(error.code, extra=extra, **error.reason.args)


def _advice_for(desk: Desk, row: Any, fleet: list[FleetMember], now: datetime) -> CandidatesView | None:  # noqa: ANN401
    try:
        return rank_now(desk, row, fleet, now)
    except Conflict:
        return None


def _order(
    desk: Desk,
    member: FleetMember,
    chosen: UnitToSend,
    assignment_id: UUID,
    advised: CandidatesView | None,
    request: SendUnits,
    now: datetime,
) -> UnitSent:
    if chosen.reserved_for is not None and chosen.reserved_for <= now:
        raise Invalid("reservation-in-past", field="units[].reserved_for")
    reserved_for = chosen.reserved_for or _queued_until(member, now)
    reserved = reserved_for is not None
    if not reserved:
        _refuse_unfit(member)
    return UnitSent(
        assignment_id=assignment_id,
        unit_id=chosen.unit_id,
        call_sign=member.row.call_sign,
        station_id=member.row.station_id,
        organisation_id=member.row.organisation_id,
        advice=_advice(advised, chosen.unit_id, request.override_reason),
        crew_ack_by=None if reserved else now + timedelta(seconds=desk.config.crew_ack_s),
        station_ack_by=None if reserved else now + timedelta(seconds=desk.config.station_ack_s),
        reserved_for=reserved_for,
    )


def _queued_until(member: FleetMember, now: datetime) -> datetime | None:
    """A unit that still hands over at a hospital is reserved until it should be ready; the dispatcher is told then."""
    if member.availability.value != "conditional":
        return None
    return now + timedelta(seconds=max(member.availability.ready_s, 1.0))


def _refuse_unfit(member: FleetMember) -> None:
    """Conflict when off duty, paused, in repair, or short of crew. Being busy is for the constraint to decide."""
    reasons = [reason.code for reason in member.availability.reasons if reason.code != "on-assignment"]
    if member.availability.value == "unavailable" and reasons:
        raise Conflict("unit-unavailable", call_sign=member.row.call_sign, reasons=", ".join(reasons))


def _advice(advised: CandidatesView | None, unit_id: UUID, override_reason: str) -> Advice:
    ranking = advised.ranking.candidates if advised else ()
    mine = next((found for found in ranking if found.unit_id == str(unit_id)), None)
    return Advice(
        advised_unit_id=UUID(ranking[0].unit_id) if ranking else None,
        rank=mine.rank if mine else None,
        eta_s=mine.eta_s if mine else None,
        eta_worst_s=mine.eta_worst_s if mine else None,
        roads_version=advised.roads_version if advised else "",
        override_reason=override_reason,
    )


async def call_reservation(desk: Desk, caller: Caller, request: AssignmentId) -> AssignmentView:
    """Order a reserved unit out now."""
    now = desk.clock.now()

    def work(connection: Connection) -> AssignmentView:
        row = assignment_row(connection, caller, request.assignment_id)
        for member in members(desk, connection, visible_units(caller).where(unit.c.id == row.unit_id), now):
            _refuse_unfit(member)
        fact = ReservationCalled(
            assignment_id=row.id,
            crew_ack_by=now + timedelta(seconds=desk.config.crew_ack_s),
            station_ack_by=now + timedelta(seconds=desk.config.station_ack_s),
        )
        desk.write(connection, row.incident_id, caller.act(now), fact)
        return one_assignment(connection, caller, row.id)

    return await desk.storage.write(work, once=caller.once)


async def end_order(desk: Desk, caller: Caller, request: EndOrder) -> AssignmentView:
    """Call an order off, before the patient is on the way."""
    if request.code not in DESK_ENDS:
        raise Invalid("end-code-unknown", field="code", allowed=", ".join(DESK_ENDS))
    return await _end(desk, caller, request.assignment_id, request.code, request.reason, request.version)


async def take_back(desk: Desk, caller: Caller, request: AssignmentId) -> AssignmentView:
    """Take an order back within ten seconds, as a compensating entry; later it must be cancelled with a reason."""
    return await _end(desk, caller, request.assignment_id, TAKE_BACK, "", None)


async def cannot_go(desk: Desk, caller: Caller, request: CannotGo) -> AssignmentView:
    """The station or the crew cannot go; the dispatcher sees it at once and chooses again."""
    return await _end(desk, caller, request.assignment_id, STATION_END, request.reason, None)


async def _end(
    desk: Desk, caller: Caller, assignment_id: UUID, event: str, reason: str, seen: int | None
) -> AssignmentView:
    now = desk.clock.now()
    stamp_id = new_id(now)

    def work(connection: Connection) -> AssignmentView:
        row = assignment_row(connection, caller, assignment_id)
        check_version(seen, row.version)
        if event == TAKE_BACK and now - row.sent_at > timedelta(seconds=desk.config.take_back_s):
            raise Conflict("too-late-to-take-back", seconds=desk.config.take_back_s)
        fact = Stamped(
            assignment_id=row.id,
            stamp_id=stamp_id,
            command_id=str(stamp_id),
            event=event,
            state_before=row.state,
            state_after=AssignmentState.END.value,
            end_code=event,
            reason=reason,
        )
        act = caller.act(now)
        audience = audience_of(connection, row.id)
        desk.write(connection, row.incident_id, act, fact, audience=audience)
        for reader in _without_part(connection, row):
            desk.book.release(connection, row.incident_id, reader, event, act)
            for case_id in read_for_the_run(connection, row.incident_id, reader):
                desk.book.release(connection, case_id, reader, event, act)
        return one_assignment(connection, caller, row.id)

    return await desk.storage.write(work, once=caller.once)


def _without_part(connection: Connection, ended: Any) -> list[UUID]:  # noqa: ANN401
    """Readers who had nothing to do with the incident but this order, which came to nothing."""
    others = connection.execute(
        select(assignment.c.unit_id, assignment.c.organisation_id).where(
            assignment.c.incident_id == ended.incident_id,
            assignment.c.id != ended.id,
            assignment.c.end_code.not_in(WITHOUT_EFFECT),
        )
    ).all()
    concerned = {ended.centre_id} | {r.unit_id for r in others} | {r.organisation_id for r in others}
    rolled = connection.scalar(
        select(stamp.c.id)
        .where(stamp.c.assignment_id == ended.id, stamp.c.valid_event.in_(STAMP_EVENTS))
        .limit(1)
    )
    if rolled is not None:
        return []
    return [reader for reader in (ended.unit_id, ended.organisation_id) if reader not in concerned]


async def order_heard(desk: Desk, caller: Caller, request: AssignmentId) -> AssignmentView:
    """The station desk has heard the order. Said again, it changes nothing."""
    now = desk.clock.now()

    def work(connection: Connection) -> AssignmentView:
        row = assignment_row(connection, caller, request.assignment_id)
        if row.station_heard_at is None:
            desk.write(connection, row.incident_id, caller.act(now), OrderHeard(assignment_id=row.id))
        return one_assignment(connection, caller, row.id)

    return await desk.storage.write(work, once=caller.once)
