"""Who looks at what: said by each seat, shown to the others of its organisation."""

from dispatch.desk.context import Desk
from dispatch.messages.presence import PresenceList, PresenceView, SayPresence
from dispatch.presence import Seen
from web.caller import Caller
from web.routes import Nothing
from web.topics import Topic


async def say_presence(desk: Desk, caller: Caller, request: SayPresence) -> PresenceList:
    """What this seat looks at now; answers who else is there. Others are told only when something changed."""
    now = desk.clock.now()
    said = Seen(
        actor_id=caller.actor_id,
        seat=caller.seat or "",
        name=caller.name,
        organisation_id=caller.organisation_id,
        looking_at=request.looking_at,
        editing=request.editing,
        since=now,
        heard_at=now,
    )
    if desk.presence.put(said):
        desk.tell(Topic.PRESENCE, None)
    return await list_presence(desk, caller, Nothing())


async def list_presence(desk: Desk, caller: Caller, request: Nothing) -> PresenceList:
    """Everybody of the caller's organisation who is there."""
    found = desk.presence.list_of(caller.organisation_id, desk.clock.now())
    return PresenceList(
        present=tuple(
            PresenceView(
                actor_id=seen.actor_id,
                name=seen.name,
                seat=seen.seat,
                looking_at=seen.looking_at,
                editing=seen.editing,
                since=seen.since,
            )
            for seen in found
        )
    )
