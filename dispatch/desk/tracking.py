"""Where the vehicles are: fixes taken in, the board moved, everybody told who may see it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dispatch.desk.context import Desk
from dispatch.desk.fleet import position_view, visible_units
from dispatch.desk.guiding import watch_fixes
from dispatch.messages.assignments import FixReport
from dispatch.messages.fleet import PositionsTaken, ReportPositions
from dispatch.positions import VehiclePosition
from dispatch.tables import station, unit
from geo import datum
from geo.errors import GeoError
from geo.shapes import Position
from ledger.errors import Invalid, NotFound
from web.caller import Caller
from web.positions import PositionUpdate


async def report_positions(desk: Desk, caller: Caller, request: ReportPositions) -> PositionsTaken:
    """Take a unit's fixes; the newest moves it on every map within 100 ms."""
    now = desk.clock.now()
    fixes = [vehicle_at(request.unit_id, fix, f"fixes[{i}]", now) for i, fix in enumerate(request.fixes)]
    query = visible_units(caller).where(unit.c.id == request.unit_id)
    row = await desk.storage.read(lambda connection: connection.execute(query).one_or_none())
    if row is None:
        raise NotFound("unit-not-found")
    await take_fixes(desk, fixes, row.organisation_id, row.station_id)
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


async def take_fixes(
    desk: Desk, fixes: list[VehiclePosition], organisation_id: UUID, station_id: UUID
) -> None:
    """Move the board on, tell it, and see whether the unit is still on its way."""
    _publish(desk, desk.board.take(fixes), organisation_id, station_id)
    await watch_fixes(desk, fixes)


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


def vehicle_at(unit_id: UUID, report: FixReport, field: str, now: datetime) -> VehiclePosition:
    """A fix as the board keeps it; Invalid names `field`."""
    place = place_of(report, field)
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


def place_of(report: FixReport, field: str) -> Position:
    """A fix in WGS-84; Invalid names `field`."""
    try:
        return datum.to_wgs84(report.lon, report.lat, report.datum)
    except GeoError as error:
        raise Invalid.at(field, error) from error
