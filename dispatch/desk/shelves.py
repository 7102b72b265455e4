"""Alarms set aside: by one person at one seat, for some minutes, seen by everybody and kept.

It silences nothing for the others, and not what has become the shift leader's: that is how the pages draw it, from
what is said here. Every row stays as the record of who set what aside and for how long.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Executable, insert, update

from dispatch.desk.alarms import shelves_of
from dispatch.desk.context import Desk
from dispatch.messages.alarms import AlarmKind, ShelfList, ShelveAlarms
from dispatch.tables import alarm_shelf
from ledger.ids import new_id
from web.caller import Caller
from web.topics import Topic


async def shelve_alarms(desk: Desk, caller: Caller, request: ShelveAlarms) -> ShelfList:
    """Set a kind aside at this seat; said again, the newer time counts."""
    now = desk.clock.now()
    values = {
        "id": new_id(now),
        "organisation_id": caller.organisation_id,
        "kind": request.kind,
        "actor_id": caller.actor_id,
        "name": caller.name,
        "seat": caller.seat or "",
        "at": now,
        "until": now + timedelta(minutes=request.minutes),
    }
    return await _change(desk, caller, request.kind, now, insert(alarm_shelf).values(**values))


async def unshelve_alarms(desk: Desk, caller: Caller, request: AlarmKind) -> ShelfList:
    """Hear the kind again at this seat; nothing happens when it was not set aside."""
    return await _change(desk, caller, request.kind, desk.clock.now())


async def _change(desk: Desk, caller: Caller, kind: str, now: datetime, *more: Executable) -> ShelfList:
    mine = (
        alarm_shelf.c.organisation_id == caller.organisation_id,
        alarm_shelf.c.kind == kind,
        alarm_shelf.c.actor_id == caller.actor_id,
        alarm_shelf.c.seat == (caller.seat or ""),
        alarm_shelf.c.until > now,
        alarm_shelf.c.ended_at.is_(None),
    )

    def work(connection: Connection) -> ShelfList:
        for statement in (update(alarm_shelf).where(*mine).values(ended_at=now), *more):
            connection.execute(statement)
        return ShelfList(shelves=shelves_of(connection, caller, now))

    found = await desk.storage.write(work, once=caller.once)
    desk.tell(Topic.ALARM, None)
    return found
