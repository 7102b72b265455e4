"""Rows -> runs: what the way of a unit depends on, as the tables say now."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from shapely import Point
from sqlalchemy import ColumnElement, Connection, select

from dispatch.assignments import AssignmentState, Target, heading
from dispatch.desk.context import Desk
from dispatch.desk.ranking import mode_of
from dispatch.guidance import Run
from dispatch.need import STALE_POSITION_S
from dispatch.positions import VehiclePosition
from dispatch.tables import assignment, case_file, incident, station
from geo.shapes import Position
from ledger.kinds.assignment import RouteChanged
from ledger.kinds.canonical import read_payload
from ledger.kinds.words import Priority
from ledger.storage import spatial
from ledger.tables import entry, organisation, payload

RUNNING = assignment.c.busy_unit_id.is_not(None)

Told = list[tuple[UUID, int, RouteChanged]]
"""Changes of a way, the oldest first: entry, number, and what it said."""


def load_runs(desk: Desk, connection: Connection, condition: ColumnElement[bool]) -> list[Run]:
    """The runs that a condition names; one whose goal has no known place is left out."""
    now = desk.clock.now()
    night = not desk.config.day_begins_hour <= desk.local_hour(now) < desk.config.day_ends_hour
    turnout = station.c.turnout_night_s if night else station.c.turnout_day_s
    rows = connection.execute(
        select(
            assignment,
            incident.c.place.label("scene"),
            incident.c.priority,
            station.c.place.label("home"),
            turnout.label("turnout_s"),
        )
        .join(incident, incident.c.id == assignment.c.incident_id)
        .join(station, station.c.id == assignment.c.station_id)
        .where(condition)
    ).all()
    destinations = destinations_of(connection, [row.id for row in rows])
    found = [_run(row, destinations.get(row.id)) for row in rows]
    return [run for run in found if run is not None]


def _run(row: Any, destination: tuple[UUID, Position] | None) -> Run | None:  # noqa: ANN401
    going = heading(AssignmentState(row.state), destination=destination is not None)
    if going is None:
        return None
    facility_id, goal = None, _position(row.scene)
    if destination is not None and going.target is Target.DESTINATION:
        facility_id, goal = destination
    home = _position(row.home)
    if goal is None or home is None:
        return None
    return Run(
        assignment_id=row.id,
        incident_id=row.incident_id,
        unit_id=row.unit_id,
        organisation_id=row.organisation_id,
        call_sign=row.call_sign,
        sent_at=row.sent_at,
        heading=going,
        goal=goal,
        facility_id=facility_id,
        mode=mode_of(Priority(row.priority)),
        home=home,
        turnout_s=float(row.turnout_s),
    )


def destinations_of(
    connection: Connection, assignments: Sequence[UUID]
) -> Mapping[UUID, tuple[UUID, Position]]:
    """Where each run brings its patients; of several, where the first of them goes."""
    rows = connection.execute(
        select(case_file.c.assignment_id, organisation.c.id, organisation.c.place)
        .join(organisation, organisation.c.id == case_file.c.destination_id)
        .where(case_file.c.assignment_id.in_(list(assignments)), case_file.c.ended_at.is_(None))
        .order_by(case_file.c.opened_at.desc(), case_file.c.id)
    )
    found = {}
    for row in rows:
        place = _position(row.place)
        if place is not None:
            found[row.assignment_id] = (row.id, place)
    return found


def _position(element: Any) -> Position | None:  # noqa: ANN401
    shape = spatial.get(element)
    return Position(shape.x, shape.y) if isinstance(shape, Point) else None


def fresh_fix(desk: Desk, run: Run) -> VehiclePosition | None:
    """Where the unit was seen last, unless that is so long ago that it is worth nothing."""
    found = desk.board.find(run.unit_id)
    return None if found is None or found.age_s(desk.clock.now()) > STALE_POSITION_S else found


def changes_of(connection: Connection, run: Run) -> Told:
    """What this crew was told of its way so far."""
    return told_to(connection, [run])[run.assignment_id]


def told_to(connection: Connection, runs: Sequence[Run]) -> dict[UUID, Told]:
    """What each of these crews was told of its way so far, by assignment."""
    rows = connection.execute(
        select(entry.c.id, entry.c.number, payload.c.body)
        .join(payload, payload.c.entry_id == entry.c.id)
        .where(entry.c.stream_id.in_({run.incident_id for run in runs}), entry.c.kind == RouteChanged.name())
        .order_by(entry.c.number)
    )
    found: dict[UUID, Told] = {run.assignment_id: [] for run in runs}
    for row in rows:
        said = read_payload(row.body)
        if isinstance(said, RouteChanged) and said.assignment_id in found:
            found[said.assignment_id].append((row.id, row.number, said))
    return found
