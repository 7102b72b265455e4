"""What crews report: time points, positions, routes. Repeated and late reports change nothing twice."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from dispatch.assignments import (
    ASSIGNMENT,
    CREW_ENDS,
    RELEASED,
    STAMP_EVENTS,
    TRANSPORTED,
    AssignmentState,
    is_late,
    is_reportable,
    missing_between,
)
from dispatch.desk.context import Desk, assignment_row, reported_act
from dispatch.desk.fleet import position_view, station_place, visible_units
from dispatch.desk.views import one_assignment
from dispatch.messages.assignments import (
    AssignmentId,
    AssignmentView,
    ChangeSeen,
    FixReport,
    ReportStamps,
    RouteStep,
    RouteView,
    StampAnswer,
    StampReport,
    StampResult,
)
from dispatch.messages.fleet import PositionsTaken, ReportPositions
from dispatch.positions import VehiclePosition
from dispatch.projections.assignments import audience_of
from dispatch.projections.assignments import row as assignment_now
from dispatch.tables import assignment, incident, stamp, station, unit
from geo import datum
from geo.errors import GeoError
from geo.estimate import LocationEstimate
from geo.roads.speeds import Mode
from geo.shapes import Position
from ledger.errors import Conflict, DomainError, Invalid, NotFound
from ledger.kinds.assignment import ChangeHeard, Fix, Stamped
from ledger.kinds.incident import Located
from web.caller import Caller
from web.positions import PositionUpdate


async def report_stamps(desk: Desk, caller: Caller, request: ReportStamps) -> StampAnswer:
    """Take a queue of reports. Each is judged by itself: one that is refused does not hold up the others."""
    now = desk.clock.now()
    fixes = [_fix(report.fix, f"stamps[{i}].fix") for i, report in enumerate(request.stamps)]

    def work(connection: Connection) -> StampAnswer:
        row = assignment_row(connection, caller, request.assignment_id)
        results = [
            _judge(desk, connection, caller, row.incident_id, request.assignment_id, report, fix, now)
            for report, fix in zip(request.stamps, fixes, strict=True)
        ]
        view = one_assignment(connection, caller, request.assignment_id)
        return StampAnswer(assignment=view, results=tuple(results))

    answer = await desk.storage.write(work, once=caller.once)
    _move_unit(desk, answer.assignment, request.stamps, now)
    return answer


def _judge(
    desk: Desk,
    connection: Connection,
    caller: Caller,
    incident_id: UUID,
    assignment_id: UUID,
    report: StampReport,
    fix: Fix | None,
    now: datetime,
) -> StampResult:
    try:
        with connection.begin_nested():
            return _stamp(desk, connection, caller, incident_id, assignment_id, report, fix, now)
    except DomainError as error:
        return StampResult(command_id=report.command_id, outcome="refused", reason=error.reason)


def _stamp(
    desk: Desk,
    connection: Connection,
    caller: Caller,
    incident_id: UUID,
    assignment_id: UUID,
    report: StampReport,
    fix: Fix | None,
    now: datetime,
) -> StampResult:
    known = _known(connection, assignment_id, report)
    if known is not None:
        return StampResult(command_id=report.command_id, outcome="repeated", stamp_id=known)
    if not is_reportable(report.event):
        raise Invalid("event-not-reportable", field="event", event=report.event)
    before = AssignmentState(assignment_now(connection, assignment_id).state)
    late = is_late(before, report.event) and report.supersedes is None
    act = reported_act(caller, now, report.at, report.source, report.clock_offset_s)
    stamp_id = uuid5(assignment_id, report.command_id)
    after = ASSIGNMENT.advance(before, report.event, caller.role)
    if before in RELEASED and report.event in CREW_ENDS and _transported(connection, assignment_id):
        raise Conflict("transition-not-open", machine=ASSIGNMENT.name, state=before, event=report.event)
    fact = Stamped(
        assignment_id=assignment_id,
        stamp_id=stamp_id,
        command_id=report.command_id,
        event=report.event,
        state_before=before.value,
        state_after=after.value,
        late=late,
        fix=fix,
        clock_offset_s=report.clock_offset_s,
        supersedes=report.supersedes,
        missing=missing_between(before, report.event),
        end_code=report.event if after is AssignmentState.END and before is not after else "",
        reason=report.reason,
    )
    desk.write(connection, incident_id, act, fact, audience=audience_of(connection, assignment_id))
    outcome = "late" if late else "applied"
    return StampResult(command_id=report.command_id, outcome=outcome, stamp_id=stamp_id)


def _transported(connection: Connection, assignment_id: UUID) -> bool:
    brought = (stamp.c.assignment_id == assignment_id) & stamp.c.valid_event.in_(TRANSPORTED)
    return connection.execute(select(stamp.c.id).where(brought).limit(1)).first() is not None


def _known(connection: Connection, assignment_id: UUID, report: StampReport) -> UUID | None:
    """The stamp that this report already made; Conflict when another one holds its place."""
    mine = stamp.c.assignment_id == assignment_id
    found = connection.scalar(select(stamp.c.id).where(mine, stamp.c.command_id == report.command_id))
    if found is not None:
        return UUID(str(found))
    valid = connection.execute(
        select(stamp.c.id, stamp.c.at).where(mine, stamp.c.valid_event == report.event)
    ).one_or_none()
    if valid is not None and valid.id != report.supersedes:
        raise Conflict("already-stamped", event=report.event, stamp_id=str(valid.id))
    if report.supersedes is not None and (valid is None or report.event not in STAMP_EVENTS):
        raise Invalid("supersedes-nothing", field="supersedes")
    return None


async def change_seen(desk: Desk, caller: Caller, request: ChangeSeen) -> AssignmentView:
    """The crew has seen a change of its order. Said again, it changes nothing."""
    now = desk.clock.now()

    def work(connection: Connection) -> AssignmentView:
        row = assignment_row(connection, caller, request.assignment_id)
        told = desk.book.get(connection, request.change_entry_id)
        if told.stream_id != row.incident_id or not isinstance(told.said, Located):
            raise NotFound("entry-not-found")
        if row.change_entry_id != request.change_entry_id:
            fact = ChangeHeard(assignment_id=row.id, change_entry_id=request.change_entry_id)
            desk.write(connection, row.incident_id, caller.act(now), fact)
        return one_assignment(connection, caller, row.id)

    return await desk.storage.write(work, once=caller.once)


async def own_active_assignments(desk: Desk, caller: Caller, incident_id: UUID) -> list[UUID]:
    """The crew's assignments on this incident that still keep it busy."""
    query = select(assignment.c.id).where(
        assignment.c.incident_id == incident_id, assignment.c.busy_unit_id == caller.unit_id
    )
    return await desk.storage.read(lambda connection: list(connection.scalars(query)))


async def route(desk: Desk, caller: Caller, request: AssignmentId) -> RouteView:
    """The way from where the unit is to the place, on the roads as they are now."""

    def look(connection: Connection) -> tuple[Any, LocationEstimate | None, Position]:
        row = assignment_row(connection, caller, request.assignment_id, locked=False)
        estimate = connection.scalar(select(incident.c.estimate).where(incident.c.id == row.incident_id))
        return row, estimate, station_place(connection, row.station_id)

    row, estimate, home = await desk.storage.read(look)
    if estimate is None or estimate.best is None:
        raise Conflict("incident-not-located", incident_id=str(row.incident_id))
    found = desk.board.find(row.unit_id)
    start = found.place if found is not None else home
    try:
        way = desk.roads.path(start, Position(*estimate.best), Mode.SIREN)
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


async def report_positions(desk: Desk, caller: Caller, request: ReportPositions) -> PositionsTaken:
    """Take a unit's fixes; the newest moves it on every map within 100 ms."""
    now = desk.clock.now()
    fixes = [_vehicle(request.unit_id, fix, f"fixes[{i}]", now) for i, fix in enumerate(request.fixes)]
    query = visible_units(caller).where(unit.c.id == request.unit_id)
    row = await desk.storage.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotFound("unit-not-found")
    _publish(desk, desk.board.take(fixes), row.organisation_id, row.station_id)
    view = position_view(desk.board.find(request.unit_id), now)
    return PositionsTaken(taken=len(fixes), position=view)


async def tell_positions(desk: Desk) -> None:
    """Tell the live streams where every unit is, as far as the database knew: after a start nobody has moved yet."""
    query = select(unit.c.id, unit.c.station_id, station.c.organisation_id).join(
        station, station.c.id == unit.c.station_id
    )
    for row in await desk.storage.read(lambda connection: connection.execute(query).all()):
        found = desk.board.find(row.id)
        if found is not None:
            _publish(desk, [found], row.organisation_id, row.station_id)


def _move_unit(desk: Desk, sent: AssignmentView, reports: tuple[StampReport, ...], now: datetime) -> None:
    """A stamp that carries a fix moves the unit as well."""
    fixes = [
        _vehicle(sent.unit_id, report.fix, f"stamps[{i}].fix", now)
        for i, report in enumerate(reports)
        if report.fix is not None
    ]
    _publish(desk, desk.board.take(fixes), sent.organisation_id, sent.station_id)


def _publish(desk: Desk, moved: list[VehiclePosition], organisation_id: UUID, station_id: UUID) -> None:
    desk.publish(
        [
            PositionUpdate(
                unit_id=found.unit_id,
                organisation_id=organisation_id,
                station_id=station_id,
                lon=found.lon,
                lat=found.lat,
                at=found.fixed_at,
                error_m=found.accuracy_m,
                speed_kmh=found.speed_kmh,
                heading_deg=found.heading_deg,
                frozen=found.frozen,
            )
            for found in moved
        ]
    )


def _vehicle(unit_id: UUID, report: FixReport, field: str, now: datetime) -> VehiclePosition:
    place = _place(report, field)
    return VehiclePosition(
        unit_id=unit_id,
        lon=place.lon,
        lat=place.lat,
        fixed_at=report.fixed_at,
        received_at=now,
        moved_at=report.fixed_at,
        source="vehicle",
        speed_kmh=report.speed_kmh,
        heading_deg=report.heading_deg,
        accuracy_m=report.accuracy_m,
    )


def _fix(report: FixReport | None, field: str) -> Fix | None:
    if report is None:
        return None
    place = _place(report, field)
    return Fix(lon=place.lon, lat=place.lat, fixed_at=report.fixed_at, accuracy_m=report.accuracy_m)


def _place(report: FixReport, field: str) -> Position:
    try:
        return datum.to_wgs84(report.lon, report.lat, report.datum)
    except GeoError as error:
        raise Invalid.at(field, error) from error
