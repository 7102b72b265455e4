"""An incident that units went to is complete when the last of them is released, and somebody did go: an order that
was only taken back, cancelled or could not be followed leaves the incident in the queue.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import Connection, select

from dispatch.assignments import WITHOUT_EFFECT
from dispatch.desk.context import Desk, own_act
from dispatch.incidents import COMPLETED, IncidentState
from dispatch.tables import assignment, incident
from ledger import streams
from ledger.book import Entry
from ledger.kinds.assignment import Stamped
from ledger.kinds.incident import CallMovedHere, IncidentClosed, IncidentResumed


async def complete_incidents(desk: Desk, entries: Sequence[Entry]) -> None:
    """Close what these entries completed; seeing an entry again does nothing."""
    for incident_id in sorted({entry.stream_id for entry in entries if _may_complete(entry)}):
        if await desk.storage.read(partial(is_complete, incident_id=incident_id)):
            await desk.storage.write(partial(complete, desk, incident_id, desk.clock.now()))


def _may_complete(entry: Entry) -> bool:
    """A unit was released; or an incident goes on from a wait or a merger in which its last unit was released."""
    if isinstance(entry.said, Stamped):
        return entry.said.state_before != entry.said.state_after
    return isinstance(entry.said, IncidentResumed | CallMovedHere)


def is_complete(connection: Connection, incident_id: UUID) -> bool:
    """Open, with every assignment released, and at least one that had an effect."""
    state = connection.scalar(select(incident.c.state).where(incident.c.id == incident_id))
    if state != IncidentState.OPEN.value:
        return False
    rows = connection.execute(
        select(assignment.c.released_at, assignment.c.end_code).where(assignment.c.incident_id == incident_id)
    ).all()
    went = [row for row in rows if row.end_code not in WITHOUT_EFFECT]
    return bool(went) and all(row.released_at is not None for row in rows)


def complete(desk: Desk, incident_id: UUID, now: datetime, connection: Connection) -> None:
    """Close it, unless something changed in the meantime."""
    streams.lock(connection, incident_id)
    if not is_complete(connection, incident_id):
        return
    centre = connection.execute(select(incident.c.centre_id).where(incident.c.id == incident_id)).scalar_one()
    desk.write(connection, incident_id, own_act(centre, now), IncidentClosed(code=COMPLETED))
