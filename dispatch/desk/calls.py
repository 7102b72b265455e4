"""Calls: taken in, joined to a known incident or opening one, linked and unlinked. An entry never moves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, select

from dispatch.desk import twins
from dispatch.desk.context import Desk, incident_row, led_incident, new_code
from dispatch.desk.places import estimate, received, spoken
from dispatch.desk.views import incident_views
from dispatch.incidents import IncidentState
from dispatch.messages.incidents import CallAnswer, CallId, IncidentView, LinkCall, NewCall
from dispatch.tables import call
from ledger import streams
from ledger.errors import Conflict, NotFound
from ledger.ids import new_id
from ledger.kinds.base import Act
from ledger.kinds.common import ReaderAdmitted
from ledger.kinds.incident import CallMovedAway, CallMovedHere, CallTaken, IncidentOpened, Located
from web.caller import Caller


async def take_call(desk: Desk, caller: Caller, request: NewCall) -> CallAnswer:
    """Put a contact on record. Without a known incident it opens one, and likely twins are suggested."""
    now = desk.clock.now()
    call_id = new_id(now)
    fact = CallTaken(
        call_id=call_id,
        source=request.source,
        callback=request.callback,
        caller_name=request.caller_name,
        spoken_address=request.spoken_address,
        complaint=request.complaint,
        patients=request.patients,
        age_years=request.age_years,
        sex=request.sex,
        remarks=request.remarks,
        recording=request.recording,
        rang_at=request.rang_at,
        answered_at=request.answered_at,
        evidence=received(caller, request.evidence, now, f"call-{call_id}"),
    )
    if request.incident_id is not None:
        return await _join(desk, caller, request.incident_id, fact, now)
    words = spoken(request.spoken_address, now, f"call-{call_id}")
    found, area = estimate(desk, (*fact.evidence, *words), now)
    incident_id, code = new_id(now), new_code()

    def work(connection: Connection) -> CallAnswer:
        act = caller.act(now)
        open_incident(desk, connection, incident_id, act, code)
        located = Located(estimate=found, address=request.spoken_address, area=area)
        desk.write(connection, incident_id, act, fact, located)
        view = incident_views(connection, caller, [incident_row(connection, caller, incident_id)])[0]
        return CallAnswer(
            call_id=call_id,
            incident=view,
            twins=twins.find(desk, connection, caller, view, request.callback, now),
        )

    return await desk.storage.write(work, once=caller.once)


def open_incident(desk: Desk, connection: Connection, incident_id: UUID, act: Act, code: str) -> None:
    """Begin an incident led, and at first read, by the organisation that acts."""
    desk.book.open_incident(connection, incident_id, act)
    desk.write(
        connection,
        incident_id,
        act,
        IncidentOpened(code=code, centre_id=act.organisation_id),
        ReaderAdmitted(reader_id=act.organisation_id, because="centre"),
    )


async def _join(desk: Desk, caller: Caller, incident_id: UUID, fact: CallTaken, now: datetime) -> CallAnswer:
    def work(connection: Connection) -> CallAnswer:
        led_incident(connection, caller, incident_id)
        desk.write(connection, incident_id, caller.act(now), fact)
        row = incident_row(connection, caller, incident_id)
        return CallAnswer(call_id=fact.call_id, incident=incident_views(connection, caller, [row])[0])

    return await desk.storage.write(work, once=caller.once)


async def link_call(desk: Desk, caller: Caller, request: LinkCall) -> IncidentView:
    """The contact speaks of another incident: relink it there. The last one that leaves merges its incident."""
    now = desk.clock.now()

    def work(connection: Connection) -> IncidentView:
        here = _incident_of(connection, request.call_id)
        _lock_both(connection, here, request.incident_id)
        led_incident(connection, caller, here)
        target = led_incident(connection, caller, request.incident_id)
        if here == request.incident_id:
            raise Conflict("call-already-there")
        if target.state == IncidentState.MERGED.value:
            raise Conflict("incident-merged", incident_id=str(target.id))
        return _move(desk, connection, caller, now, request.call_id, here, request.incident_id)

    return await desk.storage.write(work, once=caller.once)


async def unlink_call(desk: Desk, caller: Caller, request: CallId) -> IncidentView:
    """Undo a link: the contact goes back to the incident it opened, or gets one of its own."""
    now = desk.clock.now()
    fresh_id, code = new_id(now), new_code()

    def work(connection: Connection) -> IncidentView:
        here = _incident_of(connection, request.call_id)
        led_incident(connection, caller, here)
        row = connection.execute(select(call).where(call.c.id == request.call_id)).one()
        if row.origin_incident_id != here:
            return _move(desk, connection, caller, now, request.call_id, here, row.origin_incident_id)
        others = connection.scalars(
            select(call.c.id).where(call.c.incident_id == here, call.c.id != request.call_id)
        ).first()
        if others is None:
            raise Conflict("call-stands-alone")
        return _own_incident(desk, connection, caller, now, row, fresh_id, code)

    return await desk.storage.write(work, once=caller.once)


def _own_incident(
    desk: Desk,
    connection: Connection,
    caller: Caller,
    now: datetime,
    row: object,
    fresh_id: UUID,
    code: str,
) -> IncidentView:
    """A contact that had joined a known incident from the start gets an incident of its own."""
    call_id: UUID = row.id  # type: ignore[attr-defined]
    here: UUID = row.incident_id  # type: ignore[attr-defined]
    entry_id: UUID = row.entry_id  # type: ignore[attr-defined]
    said = desk.book.get(connection, entry_id).said
    assert isinstance(said, CallTaken)
    words = spoken(said.spoken_address, now, f"call-{call_id}")
    found, area = estimate(desk, (*said.evidence, *words), now)
    act = caller.act(now)
    open_incident(desk, connection, fresh_id, act, code)
    desk.write(connection, fresh_id, act, Located(estimate=found, address=said.spoken_address, area=area))
    return _move(desk, connection, caller, now, call_id, here, fresh_id)


def _move(
    desk: Desk,
    connection: Connection,
    caller: Caller,
    now: datetime,
    call_id: UUID,
    here: UUID,
    there: UUID,
) -> IncidentView:
    act = caller.act(now)
    desk.write(connection, here, act, CallMovedAway(call_id=call_id, to_incident_id=there))
    desk.write(connection, there, act, CallMovedHere(call_id=call_id, from_incident_id=here))
    return incident_views(connection, caller, [incident_row(connection, caller, there)])[0]


def _incident_of(connection: Connection, call_id: UUID) -> UUID:
    here: UUID | None = connection.scalar(select(call.c.incident_id).where(call.c.id == call_id))
    if here is None:
        raise NotFound("call-not-found")
    return here


def _lock_both(connection: Connection, one: UUID, other: UUID) -> None:
    """Two dispatchers who link in opposite directions must not wait for each other."""
    for stream_id in sorted({one, other}):
        streams.lock(connection, stream_id)
