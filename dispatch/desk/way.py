"""The crew's way: from where its unit is to the place, on the roads as they are now."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from dispatch.desk.context import Desk, assignment_row
from dispatch.desk.fleet import station_place
from dispatch.desk.ranking import mode_of
from dispatch.messages.assignments import AssignmentId, RouteStep, RouteView
from dispatch.need import STALE_POSITION_S
from dispatch.tables import assignment, incident
from geo.errors import GeoError
from geo.shapes import Position
from ledger.errors import Conflict
from ledger.kinds.words import Priority
from web.caller import Caller


async def own_active_assignments(desk: Desk, caller: Caller, incident_id: UUID) -> list[UUID]:
    """The crew's assignments on this incident that still keep it busy."""
    query = select(assignment.c.id).where(
        assignment.c.incident_id == incident_id, assignment.c.busy_unit_id == caller.unit_id
    )
    return await desk.storage.read(lambda connection: list(connection.scalars(query)))


async def route(desk: Desk, caller: Caller, request: AssignmentId) -> RouteView:
    """The way from where the unit is, driven as its priority allows; a stale fix counts as none, as in the ranking."""
    now = desk.clock.now()

    def look(connection: Connection) -> tuple[Any, Any, Position]:
        row = assignment_row(connection, caller, request.assignment_id, locked=False)
        query = select(incident.c.estimate, incident.c.priority).where(incident.c.id == row.incident_id)
        return row, connection.execute(query).one(), station_place(connection, row.station_id)

    row, need, home = await desk.storage.read(look)
    if need.estimate is None or need.estimate.best is None:
        raise Conflict("incident-not-located", incident_id=str(row.incident_id))
    found = desk.board.find(row.unit_id)
    fresh = found is not None and found.age_s(now) <= STALE_POSITION_S
    start = found.place if found is not None and fresh else home
    try:
        way = desk.roads.path(start, Position(*need.estimate.best), mode_of(Priority(need.priority)))
    except GeoError as error:
        raise Conflict.of(error) from error
    if way is None:
        raise Conflict("no-road", assignment_id=str(row.id))
    return RouteView(
        assignment_id=row.id,
        roads_version=way.version,
        length_m=round(way.length_m, 1),
        time_s=round(way.time_s, 1),
        off_road_m=round(way.off_road_start_m + way.off_road_end_m, 1),
        line=tuple((round(x, 6), round(y, 6)) for x, y in way.geometry.coords),
        steps=tuple(
            RouteStep(name=step.name, length_m=round(step.length_m, 1), time_s=round(step.time_s, 1))
            for step in way.steps
        ),
    )
