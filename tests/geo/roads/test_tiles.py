"""Vector tiles, read back by a reader of our own: what is drawn is where the roads are, and nothing is lost."""

import math
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.places import NamedPlace
from geo.roads.importer import load_places
from geo.roads.mvt import Tags, line_layer
from geo.roads.network import RoadNetwork
from geo.roads.tags import RoadClass
from geo.roads.tiles import (
    BUFFER,
    MAX_ZOOM,
    PLACE_ZOOM,
    ROAD_ZOOM,
    TileMaker,
    marks_of,
    to_lonlat,
    to_mercator,
)
from geo.roads.travel import TravelTimes
from geo.shapes import Position
from tests.geo.roads.drawing import Drawing, at
from tests.geo.roads.mvt_reader import Feature, read_tile

Tile = tuple[int, int, int]


def tile_of(place: Position, zoom: int) -> Tile:
    """The tile that holds a place, by the textbook formula."""
    x = (place.lon + 180) / 360 * 2**zoom
    phi = math.radians(place.lat)
    y = (1 - math.log(math.tan(phi) + 1 / math.cos(phi)) / math.pi) / 2 * 2**zoom
    return zoom, int(x), int(y)


def units_of(place: Position, tile: Tile) -> tuple[float, float]:
    """Where a place lies in a tile."""
    zoom, x, y = tile
    world = to_mercator(np.array([[place.lon, place.lat]]))[0] * 2**zoom
    return float((world[0] - x) * 4096), float((world[1] - y) * 4096)


def roads_in(maker: TileMaker, tile: Tile) -> list[Feature]:
    layers = read_tile(maker.tile(*tile))
    return layers["roads"].features if "roads" in layers else []


def drawn(drawing: Drawing, folder: Path, places: list[NamedPlace] | None = None) -> TileMaker:
    return TileMaker(drawing.imported(folder)[0].network, places or [])


@pytest.fixture(scope="module")
def prefecture(small_prefecture: Path) -> tuple[RoadNetwork, list[NamedPlace], TileMaker]:
    network = TravelTimes.load(small_prefecture / "roads").network
    places = load_places(small_prefecture / "roads")
    return network, places, TileMaker(network, places)


def test_a_long_segment_is_in_every_tile_that_it_crosses(tmp_path: Path) -> None:
    """Two corners 60 km apart, nothing between them: no tile on the way holds a corner."""
    drawing = Drawing({1: (0, 0), 2: (50, 25)})
    drawing.way([1, 2], highway="motorway", name="长路")
    maker = drawn(drawing, tmp_path)
    for zoom in (8, 11, 13, 15):
        crossed = {tile_of(at(50 * part, 25 * part), zoom) for part in np.linspace(0.0005, 0.9995, 400)}
        assert zoom < 13 or len(crossed) > 15
        for tile in crossed:
            (road,) = roads_in(maker, tile)
            assert road.tags == {"class": "motorway", "name": "长路", "oneway": True}
            for x, y in (point for line in road.lines for point in line):
                assert -BUFFER - 1 <= x <= 4096 + BUFFER + 1
                assert -BUFFER - 1 <= y <= 4096 + BUFFER + 1


def test_roads_are_where_they_are(tmp_path: Path) -> None:
    corners = [(0.1, 0.1), (0.5, 0.3), (0.9, 0.2), (0.6, 0.9)]
    drawing = Drawing(dict(enumerate(corners, start=1)))
    drawing.way([1, 2, 3, 4], highway="primary")
    maker = drawn(drawing, tmp_path)
    tile = tile_of(at(0.5, 0.3), 11)
    (road,) = roads_in(maker, tile)
    (line,) = road.lines
    wanted = [units_of(at(*corner), tile) for corner in corners]
    found = line if math.dist(line[0], wanted[0]) < 2 else line[::-1]
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 0.51


def test_a_two_way_street_is_one_line_and_a_one_way_street_runs_with_the_traffic(tmp_path: Path) -> None:
    drawing = Drawing(
        {1: (0.2, 0.2), 2: (0.8, 0.2), 3: (0.2, 0.4), 4: (0.8, 0.4), 5: (0.5, 0.2), 6: (0.5, 0.4)}
    )
    drawing.way([1, 5, 2], name="双向街", ref="S1", name__en="Both Ways")
    drawing.way([3, 6, 4], name="单行街", oneway="-1")
    drawing.way([5, 6], name="横街")
    maker = drawn(drawing, tmp_path)
    found = {str(road.tags["name"]): road for road in roads_in(maker, tile_of(at(0.5, 0.3), 13))}
    assert {name: len(road.lines) for name, road in found.items()} == {"双向街": 1, "单行街": 1, "横街": 1}
    assert found["双向街"].tags == {
        "class": "unclassified",
        "name": "双向街",
        "name_en": "Both Ways",
        "ref": "S1",
    }
    one_way = found["单行街"]
    assert one_way.tags["oneway"] is True
    (line,) = one_way.lines
    assert line[0][0] > line[-1][0]  # drawn from west to east, driven from east to west


def test_pieces_of_one_road_are_joined_although_they_were_drawn_apart(tmp_path: Path) -> None:
    drawing = Drawing({n: (0.1 * n, 0.5) for n in range(1, 8)} | {9: (0.4, 0.7)})
    drawing.way([3, 2, 1], name="长街")
    drawing.way([3, 4, 5], name="长街")
    drawing.way([7, 6, 5], name="长街")
    drawing.way([4, 9], name="支街")
    found = {
        road.tags["name"]: road
        for road in roads_in(drawn(drawing, tmp_path), tile_of(at(0.4, 0.5), 12))
        + roads_in(drawn(drawing, tmp_path), tile_of(at(0.4, 0.5), 13))
    }
    assert len(found["长街"].lines) == 1


def test_classes_appear_with_the_zoom(tmp_path: Path) -> None:
    kinds = [kind for kind in RoadClass if kind not in (RoadClass.FERRY, RoadClass.TRACK)]
    drawing = Drawing(
        {2 * n + side: (0.1 + 0.6 * side, 0.05 * n) for n in range(len(kinds)) for side in (0, 1)}
    )
    for n, kind in enumerate(kinds):
        drawing.way([2 * n, 2 * n + 1], highway=kind.name.lower())
    maker = drawn(drawing, tmp_path)
    for zoom in range(8, MAX_ZOOM + 1):
        tiles = {
            tile_of(at(0.1 + 0.6 * part, 0.05 * n), zoom) for n in range(len(kinds)) for part in (0, 0.5, 1)
        }
        seen = {str(road.tags["class"]) for tile in tiles for road in roads_in(maker, tile)}
        assert seen == {kind.name.lower() for kind in kinds if ROAD_ZOOM[kind] <= zoom}


def test_every_class_and_kind_has_a_zoom_that_is_served() -> None:
    assert set(ROAD_ZOOM) == set(RoadClass)
    assert {*ROAD_ZOOM.values(), *PLACE_ZOOM.values()} <= set(range(8, MAX_ZOOM + 1))
    assert (PLACE_ZOOM["town"], PLACE_ZOOM["village"]) == (8, 12)
    assert not {"hospital", "clinic", "bus_station"} & set(PLACE_ZOOM)


def test_settlements_are_points_and_facilities_are_not(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0)})
    drawing.way([1, 2], highway="service")

    def place(name: str, kind: str, *others: str) -> NamedPlace:
        return NamedPlace(name, name, others, kind, at(0.5, 0.5), 500.0, ())

    places = [
        place("城东镇", "town", "城東鎮", "Chengdong Town"),
        place("桥头村", "village"),
        place("医院", "hospital"),
    ]
    maker = drawn(drawing, tmp_path, places)
    for zoom, names in ((8, ["城东镇"]), (11, ["城东镇"]), (12, ["城东镇", "桥头村"])):
        tile = tile_of(at(0.5, 0.5), zoom)
        layer = read_tile(maker.tile(*tile))["places"]
        assert [feature.tags["name"] for feature in layer.features] == names
        (point,) = layer.features[0].lines
        assert math.dist(point[0], units_of(at(0.5, 0.5), tile)) < 1
    assert layer.features[0].tags == {"kind": "town", "name": "城东镇", "name_en": "Chengdong Town"}
    assert layer.features[1].tags == {"kind": "village", "name": "桥头村"}


def test_nothing_there_is_no_bytes(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0)})
    drawing.way([1, 2])
    maker = drawn(drawing, tmp_path)
    assert maker.tile(13, 0, 0) == b""
    assert maker.tile(8, *tile_of(at(0, 0), 8)[1:]) == b""  # too small a road for this zoom


def test_tiles_are_the_same_whoever_makes_them(
    prefecture: tuple[RoadNetwork, list[NamedPlace], TileMaker],
) -> None:
    network, places, maker = prefecture
    again = TileMaker(network, list(reversed(places)))
    assert marks_of(places) == marks_of(places[::-1]) != marks_of(places[:1])
    town = next(place for place in places if place.kind == "city").position
    for zoom in range(8, 16):
        tile = tile_of(town, zoom)
        assert maker.tile(*tile) == again.tile(*tile) != b""


def test_every_road_of_the_prefecture_is_drawn_at_the_last_zoom(
    prefecture: tuple[RoadNetwork, list[NamedPlace], TileMaker],
) -> None:
    """For pieces picked all over the map: a line of their class and name passes through their first corner."""
    network, _, maker = prefecture
    for piece in range(0, network.piece_count, max(1, network.piece_count // 150)):
        corner = Position(*network.piece_points(piece)[0].tolist())
        tile = tile_of(corner, 15)
        here = units_of(corner, tile)
        name = network.names[int(network.piece_name[piece])].name
        same = [
            road
            for road in roads_in(maker, tile)
            if road.tags["class"] == RoadClass(network.piece_class[piece]).name.lower()
            and road.tags.get("name", "") == name
        ]
        away = min(_away(here, a, b) for road in same for line in road.lines for a, b in pairwise(line))
        assert away <= 2


def _away(point: tuple[float, float], a: tuple[int, int], b: tuple[int, int]) -> float:
    p, s, v = np.array(point), np.array(a), np.subtract(b, a)
    return float(np.linalg.norm(p - s - v * np.clip(np.dot(p - s, v) / np.dot(v, v), 0, 1)))


def test_major_roads_are_geojson(prefecture: tuple[RoadNetwork, list[NamedPlace], TileMaker]) -> None:
    network, _, maker = prefecture
    (west, south), (east, north) = network.geometry.min(axis=0), network.geometry.max(axis=0)
    collection = maker.major_roads()
    kinds = {feature["properties"]["class"] for feature in collection["features"]}
    assert {"trunk", "primary", "secondary"} <= kinds <= {"motorway", "trunk", "primary", "secondary"}
    points = [
        point
        for feature in collection["features"]
        for line in feature["geometry"]["coordinates"]
        for point in line
    ]
    lon, lat = np.array(points).T
    assert west - 1e-5 <= lon.min() < lon.max() <= east + 1e-5
    assert south - 1e-5 <= lat.min() < lat.max() <= north + 1e-5


@given(
    st.lists(
        st.lists(
            st.lists(
                st.tuples(st.integers(-70_000, 70_000), st.integers(-70_000, 70_000)), min_size=2, max_size=5
            ),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_lines_come_back_as_they_went_in(features: list[list[list[tuple[int, int]]]]) -> None:
    """Neighbouring corners differ, as the tile maker makes sure of."""
    features = [
        [[(x, y + i % 2) if i else (x, y) for i, (x, y) in enumerate(line)] for line in f] for f in features
    ]
    features = [[line for line in f if all(a != b for a, b in pairwise(line))] for f in features]
    features = [f for f in features if f]
    if not features:
        return
    lines = [line for feature in features for line in feature]
    tags: list[Tags] = [{"name": f"路{n % 2}", "oneway": n > 1} for n in range(len(features))]
    data = line_layer(
        "roads",
        np.array([point for line in lines for point in line], dtype=np.int64),
        np.append(0, np.cumsum([len(line) for line in lines])),
        np.append(0, np.cumsum([len(feature) for feature in features])),
        tags,
    )
    found = read_tile(data)["roads"].features
    assert [feature.lines for feature in found] == features
    assert [feature.tags for feature in found] == tags


@given(st.floats(-179, 179), st.floats(-84, 84))
def test_mercator_and_back(lon: float, lat: float) -> None:
    back = to_lonlat(to_mercator(np.array([[lon, lat]])))
    assert back[0].tolist() == pytest.approx([lon, lat], abs=1e-9)
