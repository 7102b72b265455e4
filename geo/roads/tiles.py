"""Road network -> vector tiles: roads as merged lines, settlements as points for labels.

Drawn straight from the network that the router drives on, so what is seen is what is routed. Both directions of a
street are one line, and pieces of one road are joined end to end: a renderer puts no name along a short piece.
Closures are no part of a tile: they change while a tile may be kept for ever.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.places import NamedPlace
from geo.roads.mvt import EXTENT, Tags, line_layer, point_layer
from geo.roads.network import RoadName, RoadNetwork
from geo.roads.plane import Floats
from geo.roads.tags import RoadClass

MIN_ZOOM: Final = 8
MAX_ZOOM: Final = 15

LOOK: Final = 1
"""Counts changes of what a tile shows and how: a tile of an older look must not be taken for one of this."""

BUFFER: Final = 64
"""Units beyond a tile's edge that are drawn too, so that wide lines meet without a seam."""

ROAD_ZOOM: Final[dict[RoadClass, int]] = {
    RoadClass.MOTORWAY: 8,
    RoadClass.TRUNK: 8,
    RoadClass.PRIMARY: 8,
    RoadClass.FERRY: 8,
    RoadClass.SECONDARY: 10,
    RoadClass.MOTORWAY_LINK: 11,
    RoadClass.TRUNK_LINK: 11,
    RoadClass.TERTIARY: 12,
    RoadClass.PRIMARY_LINK: 12,
    RoadClass.SECONDARY_LINK: 12,
    RoadClass.TERTIARY_LINK: 13,
    RoadClass.UNCLASSIFIED: 13,
    RoadClass.RESIDENTIAL: 13,
    RoadClass.LIVING_STREET: 13,
    RoadClass.ROAD: 13,
    RoadClass.BUSWAY: 14,
    RoadClass.SERVICE: 14,
    RoadClass.TRACK: 14,
}
"""The first zoom at which a class is drawn."""

PLACE_ZOOM: Final[dict[str, int]] = {
    "city": 8, "municipality": 8, "county": 8, "district": 8, "town": 8, "borough": 11, "suburb": 11, "island": 12,
    "village": 12, "quarter": 13, "neighbourhood": 13, "hamlet": 13, "islet": 14,
}  # fmt: skip
"""The first zoom at which a kind of settlement is named. Hospitals and stations come live, not with the map."""

MAJOR: Final = (RoadClass.MOTORWAY, RoadClass.TRUNK, RoadClass.PRIMARY, RoadClass.SECONDARY)

_MAJOR_TOLERANCE: Final = 1e-4
"""Degrees, about 10 m: what a map without vector tiles may lose."""

Lines = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class _Band:
    """The lines that appear at one zoom, in Web Mercator 0 to 1, with the road that each belongs to."""

    zoom: int
    lines: Lines
    road: NDArray[np.int64]
    tree: shapely.STRtree


def marks_of(places: Sequence[NamedPlace]) -> str:
    """Names the places and the look; with the graph's own name it tells one set of tiles from another."""
    return hashlib.sha256(repr((LOOK, _named(places))).encode()).hexdigest()[:8]


class TileMaker:
    """Tiles of one network. Immutable; asked from any thread. Building takes about a second per 100,000 pieces."""

    def __init__(self, network: RoadNetwork, places: Sequence[NamedPlace]) -> None:
        self._roads, lines, owner = merged_roads(network)
        zooms = np.array([ROAD_ZOOM[road_class] for _, road_class, _ in self._roads], dtype=np.int64)
        self._tags = [road_tags(*road) for road in self._roads]
        self._bands = [
            _Band(zoom, lines[chosen], owner[chosen], shapely.STRtree(lines[chosen]))
            for zoom in sorted(set(zooms.tolist()))
            for chosen in [np.flatnonzero(zooms[owner] == zoom)]
        ]
        for band in self._bands:
            band.tree.query(shapely.Point(0, 0))  # a tree builds itself at its first question
        named = _named(places)
        lonlat = np.array([(place.position.lon, place.position.lat) for place in named]).reshape(-1, 2)
        self._place_xy = to_mercator(lonlat)
        self._place_zoom = np.array([PLACE_ZOOM[place.kind] for place in named], dtype=np.int64)
        self._place_tags = [_place_tags(place) for place in named]

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        """The tile's bytes; empty when nothing is to be seen there. The same question has the same answer."""
        return self._road_layer(zoom, x, y) + self._place_layer(zoom, x, y)

    def major_roads(self) -> dict[str, Any]:
        """Motorways to secondary roads as GeoJSON, thinned to about 10 m: for maps without vector tiles."""
        features = []
        for band in self._bands:
            for road in np.unique(band.road).tolist():
                if self._roads[road][1] in MAJOR:
                    parts = [_degrees(line) for line in band.lines[band.road == road]]
                    shape = {"type": "MultiLineString", "coordinates": parts}
                    tags = dict(self._tags[road])
                    features.append({"type": "Feature", "properties": tags, "geometry": shape})
        return {"type": "FeatureCollection", "features": features}

    def _road_layer(self, zoom: int, x: int, y: int) -> bytes:
        side = 0.5**zoom
        unit = side / EXTENT
        edge = BUFFER * unit
        box = (x * side - edge, y * side - edge, (x + 1) * side + edge, (y + 1) * side + edge)
        # Half a unit at the last zoom, which clients enlarge; elsewhere two units are a quarter of a pixel.
        tolerance = unit * (0.5 if zoom >= MAX_ZOOM else 2.0)
        lines, road = self._within(zoom, box)
        if not len(lines):
            return b""
        lines = shapely.simplify(lines, tolerance, preserve_topology=False)
        xy, line = shapely.get_coordinates(lines, return_index=True)
        points = np.rint((xy / side - (x, y)) * EXTENT).astype(np.int64)
        fresh = np.append(True, (points[1:] != points[:-1]).any(axis=1) | (line[1:] != line[:-1]))
        points, line = points[fresh], line[fresh]
        sizes = np.bincount(line, minlength=len(lines))
        points, road, sizes = points[sizes[line] > 1], road[sizes > 1], sizes[sizes > 1]
        if not len(points):
            return b""
        chosen, feature_start = np.unique(road, return_index=True)
        line_start = np.append(0, np.cumsum(sizes))
        tags = [self._tags[number] for number in chosen.tolist()]
        return line_layer("roads", points, line_start, np.append(feature_start, len(sizes)), tags)

    def _within(self, zoom: int, box: tuple[float, float, float, float]) -> tuple[Lines, NDArray[np.int64]]:
        """The lines inside a box, cut at its edge, in the order of their roads, and those roads."""
        found = [
            (band.lines[near], band.road[near])
            for band in self._bands
            if band.zoom <= zoom
            for near in [np.sort(band.tree.query(shapely.box(*box)))]
        ]
        lines = np.concatenate([np.empty(0, dtype=object), *(lines for lines, _ in found)])
        road = np.concatenate([np.empty(0, dtype=np.int64), *(road for _, road in found)])
        west, south, east, north = shapely.bounds(lines).reshape(-1, 4).T
        crossing = (west < box[0]) | (south < box[1]) | (east > box[2]) | (north > box[3])
        lines[crossing] = shapely.clip_by_rect(lines[crossing], *box)
        parts, part_of = shapely.get_parts(lines, return_index=True)
        order = np.argsort(road[part_of], kind="stable")
        return parts[order], road[part_of[order]]

    def _place_layer(self, zoom: int, x: int, y: int) -> bytes:
        here = self._place_xy * 2.0**zoom - (x, y)
        inside = (here >= 0).all(axis=1) & (here < 1).all(axis=1) & (self._place_zoom <= zoom)
        chosen = np.flatnonzero(inside)
        if not len(chosen):
            return b""
        points = np.rint(here[chosen] * EXTENT).astype(np.int64)
        return point_layer("places", points, [self._place_tags[number] for number in chosen.tolist()])


def to_mercator(lonlat: Floats) -> Floats:
    """Shape (n, 2) WGS-84 degrees -> Web Mercator 0 to 1, y down (EPSG:3857 scaled)."""
    phi = np.radians(lonlat[:, 1])
    y = (1.0 - np.arcsinh(np.tan(phi)) / np.pi) / 2.0
    return np.column_stack([(lonlat[:, 0] + 180.0) / 360.0, y])


def to_lonlat(xy: Floats) -> Floats:
    """The reverse of `to_mercator`."""
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1.0 - 2.0 * xy[:, 1]))))
    return np.column_stack([xy[:, 0] * 360.0 - 180.0, lat])


def _named(places: Sequence[NamedPlace]) -> list[NamedPlace]:
    """Those that a map names, the greater first: a renderer drops the later of two names that meet."""
    named = [place for place in places if place.kind in PLACE_ZOOM]
    return sorted(named, key=lambda place: (PLACE_ZOOM[place.kind], place.id))


Road = tuple[RoadName, RoadClass, bool]
"""What a driver takes for one road on the map: called the same, of one class, one-way or not."""


def merged_roads(network: RoadNetwork) -> tuple[list[Road], Lines, NDArray[np.int64]]:
    """All roads, their lines joined end to end, and the road of each line. One-way lines run with the traffic."""
    owner = np.repeat(np.arange(network.piece_count), np.diff(network.piece_start))
    lines: Lines = shapely.linestrings(to_mercator(network.geometry), indices=owner)
    forward, backward = (network.piece_arcs >= 0).T
    lines = np.where(backward & ~forward, shapely.reverse(lines), lines)
    one_way = forward != backward
    keys = np.column_stack([network.piece_class, network.piece_name, one_way]).astype(np.int64)
    kinds, road = np.unique(keys, axis=0, return_inverse=True)
    road = road.ravel()
    order = np.argsort(road, kind="stable")
    bundles = shapely.multilinestrings(lines[order], indices=road[order])
    with_traffic = kinds[:, 2] == 1
    merged = np.empty_like(bundles)
    merged[with_traffic] = shapely.line_merge(bundles[with_traffic], directed=True)
    merged[~with_traffic] = shapely.line_merge(bundles[~with_traffic])
    parts, part_of = shapely.get_parts(merged, return_index=True)
    roads = [(network.names[name], RoadClass(kind), bool(one)) for kind, name, one in kinds.tolist()]
    return roads, parts, part_of


def road_tags(name: RoadName, road_class: RoadClass, one_way: bool) -> Tags:
    """What a tile says of a road; what is not known is left out."""
    words = {"name": name.name, "name_en": name.name_en, "ref": name.ref}
    tags: dict[str, str | bool] = {"class": road_class.name.lower()}
    tags |= {key: word for key, word in words.items() if word}
    return tags | {"oneway": True} if one_way else tags


def _place_tags(place: NamedPlace) -> Tags:
    english = _first_ascii(place.other_names)
    tags = {"kind": place.kind, "name": place.name}
    return tags | {"name_en": english} if english else tags


def _first_ascii(names: Iterable[str]) -> str:
    return next((name for name in names if name.isascii()), "")


def _degrees(line: shapely.LineString) -> list[list[float]]:
    lonlat = to_lonlat(shapely.get_coordinates(line))
    thinned = shapely.simplify(shapely.LineString(lonlat), _MAJOR_TOLERANCE)
    rounded: list[list[float]] = np.round(shapely.get_coordinates(thinned), 5).tolist()
    return rounded
