"""Messages of the map: what pages need to draw it, and one tile's name."""

from typing import Annotated

from msgspec import Meta, Struct

Whole = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class MapView(Struct, frozen=True, kw_only=True):
    """The map of this installation. `bounds` are west, south, east, north and `centre` lon, lat, WGS-84 degrees.

    `roads_version` stands in the address of every tile: a new one means new tiles. Clients enlarge beyond `max_zoom`.
    """

    roads_version: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    min_zoom: int
    max_zoom: int
    attribution_zh: str
    attribution_en: str
    title_zh: str
    title_en: str


class TileName(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tile: zoom, column from west, row from north (the usual Web Mercator scheme)."""

    version: Annotated[str, Meta(max_length=80)]
    z: Annotated[int, Meta(ge=0, le=30)]
    x: Whole
    y: Whole


class PolygonOutline(Struct, frozen=True, kw_only=True, tag_field="type", tag="Polygon"):
    """A closed area as GeoJSON."""

    coordinates: tuple[tuple[tuple[float, float], ...], ...]


class LinesOutline(Struct, frozen=True, kw_only=True, tag_field="type", tag="MultiLineString"):
    """Closed roads as GeoJSON; no lines when the roads in use know none of that name."""

    coordinates: tuple[tuple[tuple[float, float], ...], ...]


class PointOutline(Struct, frozen=True, kw_only=True, tag_field="type", tag="Point"):
    """A closed place as GeoJSON, with the radius around it."""

    coordinates: tuple[float, float]
    radius_m: float


Outline = PolygonOutline | LinesOutline | PointOutline
