"""What everybody may look up: organisations, stations, service areas, protocols."""

from shapely import MultiPolygon, Point, Polygon
from sqlalchemy import Connection, func, select

from dispatch.desk.context import Desk
from dispatch.messages.fleet import (
    AreaList,
    AreaView,
    OrganisationList,
    ProtocolsView,
    StationList,
    StationView,
)
from dispatch.tables import area, station
from geo.areas import Area, ServiceAreas
from ledger.participants import list_organisations
from ledger.storage import spatial
from web.caller import Caller
from web.routes import Nothing


async def organisations(desk: Desk, caller: Caller, request: Nothing) -> OrganisationList:
    """All participants."""
    return OrganisationList(organisations=tuple(await desk.storage.read(list_organisations)))


async def stations(desk: Desk, caller: Caller, request: Nothing) -> StationList:
    """All stations."""

    def look(connection: Connection) -> StationList:
        found = []
        query = select(station).where(station.c.active).order_by(station.c.code)
        for row in connection.execute(query):
            place = spatial.get(row.place)
            assert isinstance(place, Point)
            found.append(
                StationView(
                    id=row.id,
                    code=row.code,
                    name_zh=row.name_zh,
                    name_en=row.name_en,
                    organisation_id=row.organisation_id,
                    lon=place.x,
                    lat=place.y,
                    turnout_day_s=row.turnout_day_s,
                    turnout_night_s=row.turnout_night_s,
                )
            )
        return StationList(stations=tuple(found))

    return await desk.storage.read(look)


async def areas(desk: Desk, caller: Caller, request: Nothing) -> AreaList:
    """All service areas."""

    def look(connection: Connection) -> AreaList:
        found = []
        for row in connection.execute(select(area).order_by(area.c.code)):
            shape = spatial.get(row.shape)
            polygons = list(shape.geoms) if isinstance(shape, MultiPolygon) else [shape]
            rings = tuple(
                tuple((x, y) for x, y in polygon.exterior.coords)
                for polygon in polygons
                if isinstance(polygon, Polygon)
            )
            found.append(
                AreaView(
                    code=row.code,
                    name_zh=row.name_zh,
                    name_en=row.name_en,
                    organisation_id=row.organisation_id,
                    rings=rings,
                )
            )
        return AreaList(areas=tuple(found))

    return await desk.storage.read(look)


async def protocols(desk: Desk, caller: Caller, request: Nothing) -> ProtocolsView:
    """The question protocols in use; signed only when a clinician signed every rule."""
    complaints = desk.protocols.complaints
    rules = [rule for complaint in (desk.protocols.key, *complaints) for rule in complaint.rules]
    return ProtocolsView(
        version=desk.protocols.version,
        signed=all(rule.signed is not None for rule in rules),
        key=desk.protocols.key,
        complaints=complaints,
    )


def load_areas(connection: Connection) -> ServiceAreas:
    """The service areas in force, indexed."""
    version = connection.scalar(select(func.max(area.c.version))) or 0
    found = []
    for row in connection.execute(select(area)):
        shape = spatial.get(row.shape)
        assert shape is not None
        found.append(
            Area(
                id=row.code,
                name=row.name_zh,
                polygon=shape,
                priority=row.priority,
                owner=str(row.organisation_id),
            )
        )
    return ServiceAreas(str(version), found)
