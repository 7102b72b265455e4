"""An incident that units went to is complete when the last of them is released, and somebody did go: an order that
was only taken back, cancelled or could not be followed leaves the incident in the queue.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, select

from dispatch.assignments import WITHOUT_EFFECT
from dispatch.desk.context import Desk, own_act
from dispatch.incidents import COMPLETED, IncidentState
from dispatch.tables import assignment, call, incident
from ledger import streams
from ledger.book import Entry
from ledger.kinds.assignment import Stamped
from ledger.kinds.incident import CallMovedHere, IncidentClosed, IncidentResumed


async def complete_incidents(desk: Desk, entries: Sequence[Entry]) -> None:
    """Close what these entries completed; seeing an entry again does nothing."""
    said = {entry.stream_id: entry for entry in entries if _may_complete(entry)}
    for _, entry in sorted(said.items()):
        if await desk.storage.read(partial(is_complete, entry=entry)):
            await desk.storage.write(partial(complete, desk, entry, desk.clock.now()))


def _may_complete(entry: Entry) -> bool:
    """A unit was released; or an incident goes on from a wait or a merger in which its last unit was released."""
    if isinstance(entry.said, Stamped):
        return entry.said.state_before != entry.said.state_after
    return isinstance(entry.said, IncidentResumed | CallMovedHere)


def is_complete(connection: Connection, entry: Entry) -> bool:
    """Open, with every assignment released, and at least one that had an effect.

    Who called again after the entry has opened it anew: that entry, seen late or again, closes nothing. Nor does a
    contact that is moved here from elsewhere: somebody needs something still.
    """
    incident_id, said = entry.stream_id, entry.said
    unmoved = (incident.c.id == incident_id) & (incident.c.state_version <= entry.number)
    if connection.scalar(select(incident.c.state).where(unmoved)) != IncidentState.OPEN.value:
        return False
    if isinstance(said, CallMovedHere):
        origin = connection.scalar(select(call.c.origin_incident_id).where(call.c.id == said.call_id))
        if origin != incident_id:
            return False
    rows = connection.execute(
        select(assignment.c.released_at, assignment.c.end_code).where(assignment.c.incident_id == incident_id)
    ).all()
    went = [row for row in rows if row.end_code not in WITHOUT_EFFECT]
    return bool(went) and all(row.released_at is not None for row in rows)


def complete(desk: Desk, entry: Entry, now: datetime, connection: Connection) -> None:
    """Close it, unless something changed in the meantime."""
    incident_id = entry.stream_id
    streams.lock(connection, incident_id)
    if not is_complete(connection, entry):
        return
    centre = connection.execute(select(incident.c.centre_id).where(incident.c.id == incident_id)).scalar_one()
    desk.write(connection, incident_id, own_act(centre, now), IncidentClosed(code=COMPLETED))
