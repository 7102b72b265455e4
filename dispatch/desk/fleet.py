"""The fleet as it stands: units with crew, availability, position; and what is changed about them by hand."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from geoalchemy2 import WKBElement
from shapely import Point
from sqlalchemy import Connection, Select, func, insert, select, update

from dispatch.assignments import CREW_ENDS, AssignmentState
from dispatch.desk.context import Desk, check_version
from dispatch.messages.fleet import (
    CrewMember,
    ListUnits,
    PauseUnit,
    PositionView,
    SetCrew,
    SetDuty,
    UnitId,
    UnitList,
    UnitView,
)
from dispatch.positions import VehiclePosition
from dispatch.tables import assignment, staff, stamp, station, unit, unit_change
from dispatch.units import Availability, Standing, availability, capabilities, missing_crew
from geo.shapes import Position
from ledger.errors import Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds.words import Capability, CrewRole, OrganisationKind, UnitKind
from ledger.storage import spatial
from web.caller import Caller
from web.topics import Topic


@dataclass(frozen=True, slots=True)
class FleetMember:
    """One unit with all that ranking and views are made from.

    `went_out`: its last run left the station, and nobody said that it is back.
    """

    row: Any
    crew: tuple[CrewMember, ...]
    availability: Availability
    capabilities: tuple[Capability, ...]
    assignment_id: UUID | None
    assignment_state: str | None
    went_out: bool
    position: VehiclePosition | None
    station_place: Position
    turnout_day_s: int
    turnout_night_s: int

    @property
    def missing_crew(self) -> tuple[CrewRole, ...]:
        return missing_crew([member.role for member in self.crew])


def visible_units(caller: Caller) -> Select[Any]:
    """Units that the caller may see: the centre all, a crew its own, everybody else those of the organisation."""
    query = select(
        unit,
        station.c.organisation_id,
        station.c.place,
        station.c.turnout_day_s,
        station.c.turnout_night_s,
    ).join(station, station.c.id == unit.c.station_id)
    query = query.where(unit.c.active).order_by(unit.c.call_sign)
    if caller.unit_id is not None:
        return query.where(unit.c.id == caller.unit_id)
    if caller.station_id is not None:
        return query.where(unit.c.station_id == caller.station_id)
    if caller.organisation_kind is OrganisationKind.CENTRE:
        return query
    return query.where(station.c.organisation_id == caller.organisation_id)


def members(desk: Desk, connection: Connection, query: Select[Any], now: datetime) -> list[FleetMember]:
    """The units of a query, each with crew, assignment, availability and position."""
    rows = connection.execute(query).all()
    crews = _crews(connection, [row.id for row in rows])
    busy = {
        found.busy_unit_id: found
        for found in connection.execute(
            select(
                assignment.c.busy_unit_id, assignment.c.id, assignment.c.state, assignment.c.sent_at
            ).where(assignment.c.busy_unit_id.in_([row.id for row in rows]))
        )
    }
    out = _not_back(connection, [row.id for row in rows])
    since = _latest_stamps(connection, [found.id for found in busy.values()])
    result = []
    for row in rows:
        crew, doing = crews.get(row.id, ()), busy.get(row.id)
        roles = [member.role for member in crew]
        standing = Standing(
            duty=row.duty,
            duty_reason=row.duty_reason,
            duty_until=row.duty_until,
            hold_reason=row.hold_reason,
            hold_until=row.hold_until,
            crew=roles,
            assignment_state=AssignmentState(doing.state) if doing else None,
            since=since.get(doing.id, doing.sent_at) if doing else None,
        )
        equipment = [Capability(found) for found in row.capabilities]
        result.append(
            FleetMember(
                row=row,
                crew=crew,
                availability=availability(standing, now),
                capabilities=capabilities(UnitKind(row.kind), equipment, roles),
                assignment_id=doing.id if doing else None,
                assignment_state=doing.state if doing else None,
                went_out=row.id in out,
                position=desk.board.find(row.id),
                station_place=_position(row.place),
                turnout_day_s=row.turnout_day_s,
                turnout_night_s=row.turnout_night_s,
            )
        )
    return result


def _crews(connection: Connection, units: list[UUID]) -> dict[UUID, tuple[CrewMember, ...]]:
    found: dict[UUID, list[CrewMember]] = defaultdict(list)
    rows = connection.execute(
        select(staff).where(staff.c.unit_id.in_(units)).order_by(staff.c.role, staff.c.code)
    )
    for row in rows:
        member = CrewMember(id=row.id, name=row.name, role=CrewRole(row.role), telephone=row.telephone)
        found[row.unit_id].append(member)
    return {unit_id: tuple(crew) for unit_id, crew in found.items()}


def _not_back(connection: Connection, units: list[UUID]) -> set[UUID]:
    """Units whose last run ended on the road."""
    last = (
        select(assignment.c.unit_id, func.max(assignment.c.sent_at).label("sent_at"))
        .where(assignment.c.unit_id.in_(units))
        .group_by(assignment.c.unit_id)
        .subquery()
    )
    rows = connection.execute(
        select(assignment.c.unit_id, assignment.c.state, assignment.c.end_code).join(
            last,
            (assignment.c.unit_id == last.c.unit_id) & (assignment.c.sent_at == last.c.sent_at),
        )
    )
    never_left = {AssignmentState.RSV.value, AssignmentState.HOM.value}
    return {
        row.unit_id
        for row in rows
        if row.state not in never_left
        and (row.state != AssignmentState.END.value or row.end_code in CREW_ENDS)
    }


def _latest_stamps(connection: Connection, assignments: list[UUID]) -> dict[UUID, datetime]:
    rows = connection.execute(
        select(stamp.c.assignment_id, stamp.c.at).where(
            stamp.c.assignment_id.in_(assignments), stamp.c.valid_event.is_not(None)
        )
    )
    latest: dict[UUID, datetime] = {}
    for row in rows:
        latest[row.assignment_id] = max(row.at, latest.get(row.assignment_id, row.at))
    return latest


def position_view(found: VehiclePosition | None, now: datetime) -> PositionView | None:
    """A position as it is shown, with its age."""
    if found is None:
        return None
    return PositionView(
        lon=found.lon,
        lat=found.lat,
        fixed_at=found.fixed_at,
        age_s=round(found.age_s(now), 1),
        frozen=found.frozen,
        speed_kmh=found.speed_kmh,
        heading_deg=found.heading_deg,
    )


def unit_view(member: FleetMember, now: datetime) -> UnitView:
    """A unit as it is shown."""
    row = member.row
    return UnitView(
        id=row.id,
        call_sign=row.call_sign,
        kind=UnitKind(row.kind),
        capabilities=member.capabilities,
        plate=row.plate,
        station_id=row.station_id,
        organisation_id=row.organisation_id,
        duty=row.duty,
        availability=member.availability.value,
        reasons=member.availability.reasons,
        available_at=member.availability.until,
        assignment_id=member.assignment_id,
        assignment_state=member.assignment_state,
        crew=member.crew,
        position=position_view(member.position, now),
        version=row.version,
    )


async def list_units(desk: Desk, caller: Caller, request: ListUnits) -> UnitList:
    """The units that the caller may see."""
    now = desk.clock.now()
    query = visible_units(caller)
    if request.station_id is not None:
        query = query.where(unit.c.station_id == request.station_id)
    found = await desk.storage.read(lambda connection: members(desk, connection, query, now))
    return UnitList(units=tuple(unit_view(member, now) for member in found))


async def get_unit(desk: Desk, caller: Caller, request: UnitId) -> UnitView:
    """One unit."""
    now = desk.clock.now()
    return await desk.storage.read(lambda connection: _one(desk, connection, caller, request.unit_id, now))


def _one(desk: Desk, connection: Connection, caller: Caller, unit_id: UUID, now: datetime) -> UnitView:
    found = members(desk, connection, visible_units(caller).where(unit.c.id == unit_id), now)
    if not found:
        raise NotFound("unit-not-found")
    return unit_view(found[0], now)


async def set_duty(desk: Desk, caller: Caller, request: SetDuty) -> UnitView:
    """On or off duty, in repair, unusable."""
    values = {"duty": request.duty, "duty_reason": request.reason, "duty_until": request.until}
    return await _change(desk, caller, request.unit_id, request.version, "duty", values)


async def pause_unit(desk: Desk, caller: Caller, request: PauseUnit) -> UnitView:
    """Hold a unit back by hand."""
    values = {"hold_reason": request.reason, "hold_until": request.until}
    return await _change(desk, caller, request.unit_id, request.version, "pause", values)


async def resume_unit(desk: Desk, caller: Caller, request: UnitId) -> UnitView:
    """End a manual hold."""
    return await _change(
        desk, caller, request.unit_id, None, "resume", {"hold_reason": None, "hold_until": None}
    )


async def set_crew(desk: Desk, caller: Caller, request: SetCrew) -> UnitView:
    """Who is aboard from now on; whoever was aboard elsewhere leaves there."""
    now = desk.clock.now()

    def board(connection: Connection, organisation_id: UUID) -> None:
        known = set(
            connection.scalars(
                select(staff.c.id).where(
                    staff.c.id.in_(request.staff), staff.c.organisation_id == organisation_id
                )
            )
        )
        for i, wanted in enumerate(request.staff):
            if wanted not in known:
                raise Invalid("staff-not-found", field=f"staff[{i}]")
        _leave_others(connection, caller, request, now)
        connection.execute(update(staff).where(staff.c.unit_id == request.unit_id).values(unit_id=None))
        connection.execute(update(staff).where(staff.c.id.in_(request.staff)).values(unit_id=request.unit_id))

    values = {"staff": [str(found) for found in request.staff]}
    return await _change(desk, caller, request.unit_id, request.version, "crew", values, board)


def _leave_others(connection: Connection, caller: Caller, request: SetCrew, now: datetime) -> None:
    """The units that lose somebody to this one have changed as well: version and history."""
    elsewhere = staff.c.id.in_(request.staff) & (staff.c.unit_id != request.unit_id)
    left = connection.scalars(
        select(staff.c.unit_id).where(elsewhere).distinct().order_by(staff.c.unit_id)
    ).all()
    for unit_id in left:
        kept = select(staff.c.id).where(staff.c.unit_id == unit_id, staff.c.id.not_in(request.staff))
        values = {"staff": [str(found) for found in connection.scalars(kept.order_by(staff.c.code))]}
        connection.execute(update(unit).where(unit.c.id == unit_id).values(version=unit.c.version + 1))
        _note(connection, caller, unit_id, now, "crew", values)


def _note(
    connection: Connection, caller: Caller, unit_id: UUID, now: datetime, what: str, values: dict[str, Any]
) -> None:
    connection.execute(
        insert(unit_change).values(
            id=new_id(now), unit_id=unit_id, at=now, actor_id=caller.actor_id, what=what, value=values
        )
    )


async def _change(
    desk: Desk,
    caller: Caller,
    unit_id: UUID,
    seen: int | None,
    what: str,
    values: dict[str, Any],
    also: Any = None,  # noqa: ANN401
) -> UnitView:
    """Write columns of a unit, its version and its history."""
    now = desk.clock.now()

    def work(connection: Connection) -> UnitView:
        row = connection.execute(
            visible_units(caller).where(unit.c.id == unit_id).with_for_update(of=unit)
        ).one_or_none()
        if row is None:
            raise NotFound("unit-not-found")
        check_version(seen, row.version)
        columns = {name: value for name, value in values.items() if name in unit.c}
        if also is not None:
            also(connection, row.organisation_id)
        connection.execute(
            update(unit).where(unit.c.id == unit_id).values(version=unit.c.version + 1, **columns)
        )
        _note(connection, caller, unit_id, now, what, values)
        return _one(desk, connection, caller, unit_id, now)

    view = await desk.storage.write(work, once=caller.once)
    # People who come aboard here may have left other units, which changed as well.
    desk.tell(Topic.UNIT, unit_id if also is None else None)
    return view


def station_place(connection: Connection, station_id: UUID) -> Position:
    """Where a station stands."""
    return _position(
        connection.execute(select(station.c.place).where(station.c.id == station_id)).scalar_one()
    )


def _position(element: WKBElement) -> Position:
    place = spatial.get(element)
    assert isinstance(place, Point)
    return Position(place.x, place.y)
