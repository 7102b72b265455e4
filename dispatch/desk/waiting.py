"""Incidents that wait, go on, or end without a unit; and looking them up."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, select, tuple_

from dispatch.desk import twins
from dispatch.desk.context import EARLIEST_YEAR, Desk, incident_row, led_incident
from dispatch.desk.views import check_seen, incident_views
from dispatch.incidents import CLOSE_CODES, IncidentState
from dispatch.messages.incidents import (
    CloseIncident,
    EntryList,
    HoldIncident,
    IncidentId,
    IncidentList,
    IncidentView,
    ListIncidents,
    ReadEntries,
    ResumeIncident,
    TwinList,
)
from dispatch.tables import assignment, incident
from ledger import streams
from ledger.errors import Conflict, Invalid
from ledger.kinds import AnyKind
from ledger.kinds.incident import IncidentClosed, IncidentHeld, IncidentResumed
from web.caller import Caller


async def hold(desk: Desk, caller: Caller, request: HoldIncident) -> IncidentView:
    """Let it wait, with a reason, an owner and an alarm."""
    now = desk.clock.now()
    fact = IncidentHeld(
        reason=request.reason,
        owner_id=request.owner_id or caller.actor_id,
        remind_at=now + timedelta(seconds=request.remind_in_s),
    )
    return await _say(desk, caller, request, fact, now)


async def resume(desk: Desk, caller: Caller, request: ResumeIncident) -> IncidentView:
    """It waits no longer."""
    return await _say(desk, caller, request, IncidentResumed(), desk.clock.now())


async def close(desk: Desk, caller: Caller, request: CloseIncident) -> IncidentView:
    """End it without dispatch. Not while a unit is still on it: that one is called off first."""
    if request.code not in CLOSE_CODES:
        raise Invalid("close-code-unknown", field="code", allowed=", ".join(CLOSE_CODES))
    fact = IncidentClosed(code=request.code, remarks=request.remarks)
    return await _say(desk, caller, request, fact, desk.clock.now())


Change = HoldIncident | ResumeIncident | CloseIncident


async def _say(desk: Desk, caller: Caller, request: Change, fact: AnyKind, now: datetime) -> IncidentView:
    incident_id = request.incident_id

    def work(connection: Connection) -> IncidentView:
        row = led_incident(connection, caller, incident_id)
        check_seen(connection, caller, row, request.version, row.state_version)
        if isinstance(fact, IncidentClosed):
            no_unit_on_it(connection, incident_id)
        desk.write(connection, incident_id, caller.act(now), fact)
        return incident_views(connection, caller, [incident_row(connection, caller, incident_id)])[0]

    return await desk.storage.write(work, once=caller.once)


def no_unit_on_it(connection: Connection, incident_id: UUID) -> None:
    """Conflict while a unit is sent or reserved."""
    busy = connection.scalar(
        select(assignment.c.call_sign).where(
            assignment.c.incident_id == incident_id, assignment.c.released_at.is_(None)
        )
    )
    if busy is not None:
        raise Conflict("unit-still-on-incident", call_sign=busy)


async def get_incident(desk: Desk, caller: Caller, request: IncidentId) -> IncidentView:
    """One incident."""
    return await desk.storage.read(
        lambda connection: incident_views(
            connection, caller, [incident_row(connection, caller, request.incident_id)]
        )[0]
    )


async def list_twins(desk: Desk, caller: Caller, request: IncidentId) -> TwinList:
    """Open incidents that may be the same need as this one, by the number of its first call and by its place."""

    def look(connection: Connection) -> TwinList:
        row = incident_row(connection, caller, request.incident_id)
        view = incident_views(connection, caller, [row])[0]
        callback = next((found.callback for found in view.calls if found.callback), "")
        return TwinList(twins=twins.find(desk, caller, view, callback, connection))

    return await desk.storage.read(look)


async def list_incidents(desk: Desk, caller: Caller, request: ListIncidents) -> IncidentList:
    """A page of incidents that the caller may read, newest first."""
    states = {state.value for state in IncidentState}
    if request.state not in states:
        raise Invalid("state-unknown", field="state", allowed=", ".join(sorted(states)))
    before = _cursor(request.before)

    def look(connection: Connection) -> IncidentList:
        query = select(incident).where(
            incident.c.state == request.state, streams.readable_by(incident.c.id, caller.reads_as)
        )
        if before is not None:
            query = query.where(tuple_(incident.c.opened_at, incident.c.id) < before)
        query = query.order_by(incident.c.opened_at.desc(), incident.c.id.desc()).limit(request.limit + 1)
        rows = connection.execute(query).all()
        page = rows[: request.limit]
        more = len(rows) > request.limit
        following = f"{page[-1].opened_at:%Y-%m-%dT%H:%M:%S.%fZ}~{page[-1].id}" if more else ""
        return IncidentList(incidents=tuple(incident_views(connection, caller, page)), next=following)

    return await desk.storage.read(look)


def _cursor(before: str) -> tuple[datetime, UUID] | None:
    if not before:
        return None
    opened_at, _, incident_id = before.partition("~")
    try:
        instant = datetime.fromisoformat(opened_at)
        if instant.tzinfo is None or not EARLIEST_YEAR <= instant.year <= 2100:
            raise ValueError("no instant of ours")
        return instant, UUID(incident_id)
    except ValueError:
        raise Invalid("cursor-unreadable", field="before") from None


async def read_incident_entries(desk: Desk, caller: Caller, request: ReadEntries) -> EntryList:
    """An incident's entries: its timeline."""

    def look(connection: Connection) -> EntryList:
        incident_row(connection, caller, request.stream_id)
        return EntryList(
            entries=tuple(desk.book.read_for(connection, request.stream_id, caller.reads_as, request.after))
        )

    return await desk.storage.read(look)
