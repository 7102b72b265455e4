"""Calls: taken in, joined to a known incident or opening one, linked and unlinked. An entry never moves."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from dispatch.desk import rings, twins
from dispatch.desk.context import Desk, centre_of, incident_row, led_incident, new_code
from dispatch.desk.places import (
    Known,
    call_evidence,
    estimate,
    placed,
    received,
    refresh_place,
    relocate,
    spoken,
)
from dispatch.desk.views import incident_views
from dispatch.desk.waiting import no_unit_on_it
from dispatch.incidents import IncidentState
from dispatch.messages.incidents import CallAnswer, CallId, IncidentView, LinkCall, NewCall, Twin
from dispatch.tables import call, incident
from ledger import streams
from ledger.errors import Conflict, NotFound, Unavailable
from ledger.ids import new_id
from ledger.kinds.base import Act
from ledger.kinds.incident import CallMovedAway, CallMovedHere, CallTaken, IncidentOpened, Located
from web.caller import Caller


async def take_call(desk: Desk, caller: Caller, request: NewCall) -> CallAnswer:
    """Put a contact on record. Without a known incident it opens one, and likely twins are suggested.

    What the exchange knows of its ring fills in what the call-taker left out; the ring is done in the same write.
    """
    now = desk.clock.now()
    call_id = new_id(now)
    rang = await rings.rang(desk, caller, request.ring_id, now)
    fact = CallTaken(
        call_id=call_id,
        source=request.source,
        callback=request.callback or rang.callback,
        caller_name=request.caller_name,
        spoken_address=request.spoken_address,
        complaint=request.complaint,
        patients=request.patients,
        age_years=request.age_years,
        sex=request.sex,
        remarks=request.remarks,
        recording=request.recording,
        rang_at=request.rang_at or rang.rang_at,
        answered_at=request.answered_at or rang.answered_at,
        evidence=received(caller, request.evidence, now, f"call-{call_id}") or rang.evidence,
    )
    if request.incident_id is not None:
        return await _join(desk, caller, request.incident_id, fact, request.ring_id, now)
    words = spoken(request.spoken_address, now, f"call-{call_id}")
    found, area = estimate(desk, (*fact.evidence, *words), now)
    incident_id, code = new_id(now), new_code()

    def work(connection: Connection) -> CallAnswer:
        act = caller.act(now)
        open_incident(desk, connection, incident_id, act, code, centre_of(connection, caller))
        located = Located(estimate=found, address=request.spoken_address, area=area)
        desk.write(connection, incident_id, act, fact, located)
        rings.take_ring(connection, caller, request.ring_id, fact, incident_id, now)
        view = incident_views(connection, caller, [incident_row(connection, caller, incident_id)])[0]
        return CallAnswer(call_id=call_id, incident=view)

    answer = await desk.storage.write(work, once=caller.once)
    rings.tell(desk, request.ring_id)
    return msgspec.structs.replace(answer, twins=await _twins(desk, caller, answer, fact.callback))


async def _twins(desk: Desk, caller: Caller, answer: CallAnswer, callback: str) -> tuple[Twin, ...]:
    """Looked for after the commit, so that of two simultaneous calls the later one sees the other.

    The call is on record by now: no twin is worth an error.
    """
    look = partial(twins.find, desk, caller, answer.incident, callback)
    try:
        return await desk.storage.read(look)
    except Unavailable:
        return ()


def open_incident(
    desk: Desk, connection: Connection, incident_id: UUID, act: Act, code: str, centre_id: UUID
) -> None:
    """Begin an incident led by a centre; who reported it may read it as well."""
    desk.book.open_incident(connection, incident_id, act)
    desk.write(connection, incident_id, act, IncidentOpened(code=code, centre_id=centre_id))
    desk.book.admit(connection, incident_id, centre_id, "centre", act)
    if act.organisation_id != centre_id:
        desk.book.admit(connection, incident_id, act.organisation_id, "reported", act)


async def _join(
    desk: Desk, caller: Caller, incident_id: UUID, fact: CallTaken, ring_id: UUID | None, now: datetime
) -> CallAnswer:
    """Another contact of a known incident; where it says the place is, is weighed with all that was known."""
    fresh = call_evidence(fact)

    def locate_anew(known: Known) -> Located | None:
        if known.state == IncidentState.MERGED.value:
            raise Conflict("incident-merged", incident_id=str(incident_id))
        if not fresh:
            return None
        located = placed(desk, known, (*known.evidence, *fresh), now)
        return msgspec.structs.replace(located, address=known.address or fact.spoken_address)

    def answer(view: IncidentView) -> CallAnswer:
        return CallAnswer(call_id=fact.call_id, incident=view)

    def also(connection: Connection) -> None:
        rings.take_ring(connection, caller, ring_id, fact, incident_id, now)

    joined = await relocate(desk, caller, incident_id, fact, locate_anew, answer, also)
    rings.tell(desk, ring_id)
    return joined


async def link_call(desk: Desk, caller: Caller, request: LinkCall) -> IncidentView:
    """The contact speaks of another incident: relink it there. The last one that leaves merges its incident."""
    now = desk.clock.now()

    def work(connection: Connection) -> Moved:
        here: UUID = _led_call(connection, caller, request.call_id).incident_id
        led_incident(connection, caller, request.incident_id, locked=False)
        _lock_both(connection, here, request.incident_id, request.call_id)
        target = incident_row(connection, caller, request.incident_id)
        if here == request.incident_id:
            raise Conflict("call-already-there")
        if target.state == IncidentState.MERGED.value:
            raise Conflict("incident-merged", incident_id=str(target.id))
        return _move(desk, connection, caller, now, request.call_id, here, request.incident_id)

    return await _with_places(desk, caller, await _while_it_moves(desk, caller, work))


async def unlink_call(desk: Desk, caller: Caller, request: CallId) -> IncidentView:
    """Undo a link: the contact goes back to the incident it opened, or gets one of its own."""
    now = desk.clock.now()
    fresh_id, code = new_id(now), new_code()

    def work(connection: Connection) -> Moved:
        row = _led_call(connection, caller, request.call_id)
        here: UUID = row.incident_id
        _lock_both(connection, here, row.origin_incident_id, request.call_id)
        if row.origin_incident_id != here:
            return _move(desk, connection, caller, now, request.call_id, here, row.origin_incident_id)
        if _is_last(connection, here, request.call_id):
            raise Conflict("call-stands-alone")
        open_incident(desk, connection, fresh_id, caller.act(now), code, caller.organisation_id)
        return _move(desk, connection, caller, now, request.call_id, here, fresh_id, own=True)

    return await _with_places(desk, caller, await _while_it_moves(desk, caller, work))


class Moved(Struct, frozen=True):
    """From where to where a contact was relinked."""

    here: UUID
    there: UUID


async def _with_places(desk: Desk, caller: Caller, moved: Moved) -> IncidentView:
    """Evidence goes where its contact goes: both places are worked out anew."""
    await refresh_place(desk, caller, moved.here)
    return await refresh_place(desk, caller, moved.there)


class _Moved(Exception):
    """Somebody else relinked the call between looking and locking."""


async def _while_it_moves(desk: Desk, caller: Caller, work: Callable[[Connection], Moved]) -> Moved:
    once = None if caller.once is None else msgspec.structs.replace(caller.once, returns=Moved)
    while True:
        try:
            return await desk.storage.write(work, once=once)
        except _Moved:
            continue


def _move(
    desk: Desk,
    connection: Connection,
    caller: Caller,
    now: datetime,
    call_id: UUID,
    here: UUID,
    there: UUID,
    *,
    own: bool = False,
) -> Moved:
    """Away from one incident and to another. A unit on the way is not left behind in an incident that nobody sees."""
    if _is_last(connection, here, call_id):
        no_unit_on_it(connection, here)
    act = caller.act(now)
    desk.write(connection, here, act, CallMovedAway(call_id=call_id, to_incident_id=there))
    desk.write(connection, there, act, CallMovedHere(call_id=call_id, from_incident_id=here, own=own))
    return Moved(here, there)


def _led_call(connection: Connection, caller: Caller, call_id: UUID) -> Any:  # noqa: ANN401
    """The call, if the caller's centre leads its incident; a foreign one is no other than one that does not exist."""
    query = select(call).join(incident, incident.c.id == call.c.incident_id)
    mine = (call.c.id == call_id) & (incident.c.centre_id == caller.organisation_id)
    found = connection.execute(query.where(mine)).one_or_none()
    if found is None:
        raise NotFound("call-not-found")
    return found


def _is_last(connection: Connection, incident_id: UUID, call_id: UUID) -> bool:
    others = select(call.c.id).where(call.c.incident_id == incident_id, call.c.id != call_id)
    return connection.execute(others.limit(1)).first() is None


def _lock_both(connection: Connection, here: UUID, there: UUID, call_id: UUID) -> None:
    """Two dispatchers who link in opposite directions must not wait for each other."""
    for stream_id in sorted({here, there}):
        streams.lock(connection, stream_id)
    if connection.scalar(select(call.c.incident_id).where(call.c.id == call_id)) != here:
        raise _Moved
