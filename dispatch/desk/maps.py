"""The map that every page draws: where it lies, its tiles, and its major roads for pages that cannot draw tiles."""

from sqlalchemy import Connection

from dispatch.atlas import Atlas
from dispatch.desk.context import Desk, region_centre
from dispatch.messages.maps import MapView, TileName
from dispatch.texts.maps import ATTRIBUTIONS, UNTITLED
from geo.roads.tiles import MAX_ZOOM, MIN_ZOOM
from ledger.errors import NotFound
from web.caller import Caller
from web.routes import Nothing, Reply

TILE_TYPE = "application/vnd.mapbox-vector-tile"
GEOJSON_TYPE = "application/geo+json"

FOR_EVER = "private, max-age=31536000, immutable"
"""A tile's address names its version; `private`, because only who is signed in may ask."""

ASK_AGAIN = "private, no-cache"


async def describe_map(desk: Desk, atlas: Atlas, caller: Caller, request: Nothing) -> MapView:
    """Where the map lies and what it is called: after the centre that leads here."""

    def look(connection: Connection) -> tuple[dict[str, str], tuple[float, float] | None]:
        found = region_centre(connection)
        if found is None:
            return UNTITLED, None
        place = None if found.lon is None or found.lat is None else (found.lon, found.lat)
        return {"zh-CN": found.name_zh, "en": found.name_en}, place

    title, place = await desk.storage.read(look)
    west, south, east, north = desk.bounds.bounds
    credit = ATTRIBUTIONS["invented" if atlas.invented else "openstreetmap"]
    return MapView(
        roads_version=atlas.version,
        bounds=(west, south, east, north),
        centre=place or ((west + east) / 2, (south + north) / 2),
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        attribution_zh=credit["zh-CN"],
        attribution_en=credit["en"],
        title_zh=title["zh-CN"],
        title_en=title["en"],
    )


async def tile(atlas: Atlas, caller: Caller, request: TileName) -> Reply:
    """One tile, compressed and to be kept; NotFound when its roads are no longer, or not yet, in use."""
    if request.version != atlas.version:
        raise NotFound("map-version-unknown")
    side = 2**request.z
    if not MIN_ZOOM <= request.z <= MAX_ZOOM or request.x >= side or request.y >= side:
        raise NotFound("map-tile-unknown", least=MIN_ZOOM, most=MAX_ZOOM)
    data = await atlas.tile(request.z, request.x, request.y)
    tag = f'"{atlas.version}-{request.z}-{request.x}-{request.y}"'
    return _compressed(TILE_TYPE, data, {"Cache-Control": FOR_EVER, "ETag": tag})


async def major_roads(atlas: Atlas, caller: Caller, request: Nothing) -> Reply:
    """Motorways to secondary roads as GeoJSON."""
    headers = {"Cache-Control": ASK_AGAIN, "ETag": f'"{atlas.version}"'}
    return _compressed(GEOJSON_TYPE, await atlas.major_roads(), headers)


def _compressed(content_type: str, data: bytes, headers: dict[str, str]) -> Reply:
    """Every browser takes gzip (RFC 9110 section 12.5.3), so it is not kept in two forms."""
    encoding = {"Content-Encoding": "gzip"} if data else {}
    return Reply((content_type, data), {**headers, **encoding})
