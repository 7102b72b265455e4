"""The crew's way as it is shown, and when units will be where they are going."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from dispatch.assignments import Target
from dispatch.desk.context import Desk, assignment_row, incident_row
from dispatch.desk.guiding import DESTINATION, ORDER, PLACE, set_out
from dispatch.desk.running import RUNNING, Told, changes_of, fresh_fix, load_runs
from dispatch.guidance import Run, Way, arrival
from dispatch.messages.assignments import AssignmentId, EtaList, EtaView, RouteStep, RouteView
from dispatch.messages.incidents import IncidentId
from dispatch.projections.assignments import must_be_heard
from dispatch.tables import assignment, incident
from geo.roads.guidance import Turn, turns
from geo.shapes import Position
from ledger.errors import Conflict
from ledger.tables import entry
from web.caller import Caller


async def own_active_assignments(desk: Desk, caller: Caller, incident_id: UUID) -> list[UUID]:
    """The crew's assignments on this incident that still keep it busy."""
    query = select(assignment.c.id).where(
        assignment.c.incident_id == incident_id, assignment.c.busy_unit_id == caller.unit_id
    )
    return await desk.storage.read(lambda connection: list(connection.scalars(query)))


async def route(desk: Desk, caller: Caller, request: AssignmentId) -> RouteView:
    """The way that the crew has; worked out from where the unit is when it has none yet.

    A fix that is too old counts as none, as in the ranking: then the way begins at the station.
    """

    def look(connection: Connection) -> tuple[Any, list[Run], Told, int]:
        row = assignment_row(connection, caller, request.assignment_id, locked=False)
        runs = load_runs(desk, connection, assignment.c.id == row.id)
        told = changes_of(connection, runs[0]) if runs else []
        return row, runs, told, _heard(connection, row.change_entry_id, told)

    row, runs, told, heard = await desk.storage.read(look)
    if not runs:
        raise await _why_none(desk, row)
    way = _current(desk, runs[0], told, keep=row.busy_unit_id is not None)
    unheard = any(number > heard and must_be_heard(said, row.id) for _, number, said in told)
    return _view(desk, way, told[-1][0] if told else None, acknowledged=not unheard)


def _heard(connection: Connection, change_entry_id: UUID | None, told: Told) -> int:
    """The number of the change that the crew acknowledged last: of a way, or of the place."""
    if change_entry_id is None:
        return 0
    for entry_id, number, _ in told:
        if entry_id == change_entry_id:
            return number
    return connection.scalar(select(entry.c.number).where(entry.c.id == change_entry_id)) or 0


async def _why_none(desk: Desk, row: Any) -> Conflict:  # noqa: ANN401
    """A run that is over goes nowhere; one that is not lacks a place to go to."""
    query = select(incident.c.place).where(incident.c.id == row.incident_id)
    place = await desk.storage.read(lambda connection: connection.scalar(query))
    if place is None:
        return Conflict("incident-not-located", incident_id=str(row.incident_id))
    return Conflict("run-over", call_sign=row.call_sign)


def _current(desk: Desk, run: Run, told: Told, *, keep: bool) -> Way:
    """The way that is kept if it still leads where the run is going; that of a change not yet told is not kept."""
    kept = desk.guide.find(run.assignment_id)
    if kept is not None and kept.run.goal == run.goal:
        return replace(kept, run=run)
    if run.heading.target is Target.DESTINATION:
        return set_out(desk, run, DESTINATION)
    if kept is not None or not keep:
        return set_out(desk, run, ORDER if kept is None else PLACE)
    entry_id, because = (told[-1][0], told[-1][2].because) if told else (None, ORDER)
    return desk.guide.keep(set_out(desk, run, because, entry_id))


def _view(desk: Desk, way: Way, changed_entry_id: UUID | None, *, acknowledged: bool) -> RouteView:
    path, run = way.path, way.run
    eta = _eta(desk, way)
    return RouteView(
        id=way.id,
        assignment_id=run.assignment_id,
        target=run.heading.target,
        facility_id=run.facility_id,
        because=way.because,
        roads_version=way.version,
        length_m=round(path.length_m, 1),
        time_s=round(path.time_s, 1),
        off_road_m=round(path.off_road_start_m + path.off_road_end_m, 1),
        line=tuple((round(x, 6), round(y, 6)) for x, y in path.geometry.coords),
        steps=tuple(_step(turn) for turn in turns(path)),
        remaining_m=eta.remaining_m,
        remaining_s=eta.remaining_s,
        eta_at=eta.eta_at,
        position_at=eta.position_at,
        changed_entry_id=changed_entry_id,
        acknowledged=acknowledged,
    )


def _step(turn: Turn) -> RouteStep:
    return RouteStep(
        maneuver=turn.maneuver,
        name=turn.name,
        name_en=turn.name_en,
        ref=turn.ref,
        length_m=round(turn.length_m, 1),
        time_s=round(turn.time_s, 1),
        lon=round(turn.lon, 6),
        lat=round(turn.lat, 6),
        along_m=round(turn.along_m, 1),
        instruction_zh=turn.instruction_zh,
        instruction_en=turn.instruction_en,
        roundabout_exit=turn.roundabout_exit,
    )


async def etas(desk: Desk, caller: Caller, request: IncidentId) -> EtaList:
    """When each unit of the incident will be there. Where others' units bring patients is nobody else's to know."""

    def look(connection: Connection) -> tuple[Any, list[Run]]:
        row = incident_row(connection, caller, request.incident_id)
        here = (assignment.c.incident_id == row.id) & RUNNING
        return row, load_runs(desk, connection, here)

    row, runs = await desk.storage.read(look)
    found = []
    for run in runs:
        mine = caller.organisation_id in (row.centre_id, run.organisation_id)
        if not run.heading.driving or not (mine or run.heading.target is Target.SCENE):
            continue
        try:
            found.append(_eta(desk, _current(desk, run, [], keep=False)))
        except Conflict:
            continue
    found.sort(key=lambda eta: (eta.eta_at, eta.call_sign))
    return EtaList(incident_id=row.id, worked_out_at=desk.clock.now(), etas=tuple(found))


def eta_of(desk: Desk, assignment_id: UUID, target: Position) -> EtaView | None:
    """The live ETA of a run by the way that its crew has; None when it has none to this place."""
    way = desk.guide.find(assignment_id)
    if way is None or not way.run.heading.driving or way.run.goal != target:
        return None
    return _eta(desk, way)


def _eta(desk: Desk, way: Way) -> EtaView:
    now, run = desk.clock.now(), way.run
    fix = fresh_fix(desk, run)
    place = None if fix is None else fix.place
    here = way.at(place)
    return EtaView(
        assignment_id=run.assignment_id,
        unit_id=run.unit_id,
        call_sign=run.call_sign,
        target=run.heading.target,
        facility_id=run.facility_id,
        eta_at=arrival(way, place, None if fix is None else fix.fixed_at, now),
        remaining_m=round(here.remaining_m, 1),
        remaining_s=round(here.remaining_s, 1),
        position_at=None if fix is None else fix.fixed_at,
        age_s=None if fix is None else round(fix.age_s(now), 1),
    )
