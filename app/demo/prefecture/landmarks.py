"""What is on the map besides roads: water, borders, settlements, and the buildings that callers name."""

from typing import Final

import numpy as np
from shapely import LineString, MultiPolygon, Polygon, contains_xy, get_coordinates

from app.demo.prefecture.draft import Draft, Relation, Tags, Way
from app.demo.prefecture.geography import PREFECTURE_EN, PREFECTURE_ZH, Names, Sketch
from app.demo.prefecture.layout import Layout
from app.demo.prefecture.plane import to_degrees, to_plane
from app.demo.prefecture.sites import Sites
from app.demo.seed import OrganisationSeed, StationSeed
from ledger.kinds.words import OrganisationKind

_NAMED_HAMLETS: Final = 2_500
_SCHOOL_EVERY: Final = 3
_HOUSES: Final = {
    OrganisationKind.CITY_HOSPITAL: {"amenity": "hospital", "healthcare": "hospital", "emergency": "yes"},
    OrganisationKind.COUNTY_HOSPITAL: {"amenity": "hospital", "healthcare": "hospital", "emergency": "yes"},
    OrganisationKind.TOWNSHIP_CLINIC: {"amenity": "clinic", "healthcare": "clinic"},
    OrganisationKind.VILLAGE_CLINIC: {"amenity": "doctors", "healthcare": "doctor"},
    OrganisationKind.HEALTH_BUREAU: {"office": "government"},
    OrganisationKind.CENTRE: {"emergency": "control_centre", "office": "government"},
}
_TOWN_HOUSES: Final = (
    ("中心小学", "Central Primary School", {"amenity": "school"}),
    ("初级中学", "Middle School", {"amenity": "school"}),
    ("农贸市场", "Market", {"amenity": "marketplace"}),
    ("加油站", "Petrol Station", {"amenity": "fuel"}),
    ("汽车站", "Bus Station", {"amenity": "bus_station"}),
    ("派出所", "Police Station", {"amenity": "police"}),
)


def draw_settlements(draft: Draft, layout: Layout, names: Names, sketch: Sketch) -> None:
    """The city, its counties, towns, villages and hamlets as named places."""
    town_at = {stop.place.code: stop.place for stop in layout.towns}
    city = town_at[sketch.seats["450403"]]
    tags = {"place": "city", "name": PREFECTURE_ZH, "name:en": PREFECTURE_EN, "capital": "5"}
    draft.add_node(city.east_m, city.north_m, tags)
    for code, zh, en in names.counties:
        seat = town_at[sketch.seats[code]]
        kind = "district" if zh.endswith("区") else "county"
        draft.add_node(seat.east_m, seat.north_m, {"place": kind, "name": zh, "name:en": en, "ref:CN": code})
    for stop in layout.towns:
        place = stop.place
        kind = "suburb" if place.name_zh.endswith("街道") else "town"
        tags = {"place": kind, "name": place.name_zh, "name:en": place.name_en, "ref:CN": place.code}
        draft.add_node(place.east_m, place.north_m, tags)
    for stop in layout.villages:
        place = stop.place
        draft.add_node(
            place.east_m, place.north_m, {"place": "village", "name": place.name_zh, "ref:CN": place.code}
        )
    for stop in layout.hamlets[:_NAMED_HAMLETS]:
        draft.add_node(stop.place.east_m, stop.place.north_m, {"place": "hamlet", "name": stop.place.name_zh})
    for islet, (east, north) in zip(sketch.islets, layout.terrain.islets, strict=True):
        draft.add_node(east, north, {"place": "islet", "name": islet.name_zh, "name:en": islet.name_en})


def draw_houses(
    draft: Draft,
    layout: Layout,
    organisations: tuple[OrganisationSeed, ...],
    stations: tuple[StationSeed, ...],
    sites: Sites,
) -> None:
    """Hospitals, clinics and stations where they were founded; schools, markets and the like in each town."""
    for one in organisations:
        if one.kind in _HOUSES:
            _draw_house(draft, (one.lon, one.lat), one.name_zh, one.name_en, _HOUSES[one.kind])
    for station in stations:
        tags = {"emergency": "ambulance_station"}
        _draw_house(draft, (station.lon, station.lat), station.name_zh, station.name_en, tags)
    for stop in layout.towns:
        place = stop.place
        short = place.name_zh.removesuffix("街道")
        for zh, en, tags in _TOWN_HOUSES:
            spot = sites.near(place.east_m, place.north_m, 200)
            _draw_house(draft, spot, short + zh, f"{place.name_en} {en}", tags)
    for stop in layout.villages[::_SCHOOL_EVERY]:
        place = stop.place
        spot = sites.near(place.east_m, place.north_m, 60)
        _draw_house(draft, spot, f"{place.name_zh.removesuffix('村')}小学", "", {"amenity": "school"})


def _draw_house(draft: Draft, lonlat: tuple[float, float], zh: str, en: str, tags: Tags) -> None:
    east, north = to_plane(np.array([lonlat]))[0]
    named = {"name": zh, "name:en": en} if en else {"name": zh}
    draft.add_node(east, north, named | tags)


def draw_water(draft: Draft, layout: Layout) -> None:
    """River beds as areas, river and stream lines on them."""
    bed: MultiPolygon = layout.terrain.water
    for part in bed.geoms:
        rings = [_draw_line(draft, ring, {}) for ring in (part.exterior, *part.interiors)]
        members = tuple(("w", way, "inner" if index else "outer") for index, way in enumerate(rings))
        draft.relations.append(
            Relation(members, {"type": "multipolygon", "natural": "water", "water": "river"})
        )
    for river in layout.terrain.rivers:
        tags = {"waterway": "river", "name": river.name_zh, "name:en": river.name_en}
        _draw_line(draft, LineString(river.line), tags)
    for stream in layout.terrain.streams:
        if contains_xy(layout.outline, to_degrees(stream)).any():
            _draw_line(draft, LineString(stream), {"waterway": "stream"})


def draw_borders(draft: Draft, counties: dict[str, Polygon], names: Names) -> None:
    """County borders as closed ways."""
    titles = {code: (zh, en) for code, zh, en in names.counties}
    for code, shape in counties.items():
        zh, en = titles[code]
        tags = {"boundary": "administrative", "admin_level": "6", "name": zh, "name:en": en, "ref:CN": code}
        _draw_line(draft, LineString(to_plane(get_coordinates(shape.exterior))), tags)


def _draw_line(draft: Draft, line: LineString, tags: Tags) -> int:
    """A way along a line in the plane; a closed line ends in its first node. Its number."""
    points = get_coordinates(line)
    closed = bool((points[0] == points[-1]).all())
    nodes = [draft.add_node(*spot) for spot in (points[:-1] if closed else points)]
    draft.ways.append(Way(tuple(nodes + nodes[:1] if closed else nodes), tags))
    return len(draft.ways) - 1
