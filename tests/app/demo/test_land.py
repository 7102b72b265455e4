"""The parts of the generator: tiling counties, crossings, streets, and the flat sheet."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from app.demo.prefecture.counties import draw_counties
from app.demo.prefecture.draft import Draft, Link, drivable_arcs, open_dead_ends
from app.demo.prefecture.drawing import draw_ways
from app.demo.prefecture.geography import read_names, read_sketch, short_name
from app.demo.prefecture.plane import meander, resample, to_degrees, to_plane
from app.demo.prefecture.roads import Grade, Road
from app.demo.prefecture.settlements import place_towns, place_villages
from app.demo.prefecture.terrain import raise_land
from app.demo.seed import PrefectureSeed
from tests.app.demo.conftest import Generated


def _shapes(prefecture: PrefectureSeed) -> list[Polygon]:
    return [Polygon(area.ring) for area in prefecture.areas]


def test_counties_tile_the_prefecture(full: Generated) -> None:
    shapes = _shapes(full.prefecture)
    whole = Polygon(full.prefecture.bounds)
    assert all(shape.is_valid for shape in shapes)
    assert shapely.coverage_is_valid(shapes)
    assert shapely.union_all(shapes).symmetric_difference(whole).area == pytest.approx(0, abs=1e-12)
    assert sum(shape.area for shape in shapes) == pytest.approx(whole.area, rel=1e-12)


def test_the_prefecture_lies_in_its_box_on_the_1e7_grid(full: Generated) -> None:
    west, south, east, north = read_sketch().box
    ring = np.array(full.prefecture.bounds)
    assert (ring.min(axis=0) >= (west, south)).all()
    assert (ring.max(axis=0) <= (east, north)).all()
    assert (np.round(ring, 7) == ring).all()


@pytest.mark.parametrize("seed", range(3))
def test_every_village_lies_in_its_own_county_whatever_the_seed(seed: int) -> None:
    names, sketch = read_names(), read_sketch()
    rng = np.random.default_rng(seed)
    terrain = raise_land(sketch, rng)
    towns = place_towns(names, sketch)
    villages = place_villages(towns, names, sketch, terrain, rng)
    counties, outline = draw_counties(towns + villages)
    shapes = list(counties.values())
    assert shapely.coverage_is_valid(shapes)
    assert not any(shape.interiors for shape in (*shapes, outline))
    at = to_degrees(np.array([(place.east_m, place.north_m) for place in villages]))
    inside = [
        bool(shapely.contains_xy(counties[village.county], *spot))
        for village, spot in zip(villages, at, strict=True)
    ]
    # a stray village's ground may go to the neighbour, so that counties stay in one piece
    assert sum(inside) > 0.99 * len(villages)
    wet = shapely.contains_xy(terrain.water, np.array([(v.east_m, v.north_m) for v in villages]))
    assert not wet.any()


@given(st.floats(110.3, 111.7), st.floats(22.6, 24.3))
def test_the_sheet_turns_back_into_degrees(lon: float, lat: float) -> None:
    there = to_degrees(to_plane(np.array([(lon, lat)])))[0]
    assert there == pytest.approx((lon, lat), abs=6e-8)


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0, 0.2))
def test_a_meander_keeps_its_ends_and_its_pieces_short(seed: int, strength: float) -> None:
    line = np.array([(0.0, 0.0), (9_000.0, 4_000.0)])
    bent = meander(line, np.random.default_rng(seed), 500, strength)
    assert (bent[[0, -1]] == line).all()
    assert np.hypot(*np.diff(bent, axis=0).T).max() <= 500


def test_resampling_keeps_the_length_of_a_straight_line() -> None:
    points = resample(np.array([(0.0, 0.0), (1_000.0, 0.0)]), 100)
    assert len(points) == 11
    assert np.diff(points[:, 0]) == pytest.approx(100)


def test_one_way_streets_that_trap_are_opened() -> None:
    draft = Draft(at=[(0, 0), (1, 0), (2, 0)])
    street = Road(Grade.RESIDENTIAL)
    draft.links = [Link(0, 1, street), Link(1, 2, street, oneway=True)]
    assert open_dead_ends(draft) == 1
    assert open_dead_ends(draft) == 0


def test_a_one_way_circle_stays_one_way() -> None:
    draft = Draft(at=[(0, 0), (1, 0), (2, 0)])
    street = Road(Grade.RESIDENTIAL)
    draft.links = [Link(a, b, street, oneway=True) for a, b in ((0, 1), (1, 2), (2, 0))]
    assert open_dead_ends(draft) == 0
    draw_ways(draft, frozenset())
    assert sorted(drivable_arcs(draft)) == [(0, 1), (1, 2), (2, 0)]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7), st.booleans()), min_size=1, max_size=20),
    st.frozensets(st.integers(0, 7)),
)
def test_ways_carry_each_link_once_in_its_direction(
    pairs: list[tuple[int, int, bool]], breaks: frozenset[int]
) -> None:
    distinct = {frozenset((a, b)): (a, b, oneway) for a, b, oneway in pairs if a != b}
    draft = Draft(at=[(float(number), 0.0) for number in range(8)])
    street = Road(Grade.RESIDENTIAL)
    draft.links = [Link(a, b, street, oneway=oneway) for a, b, oneway in distinct.values()]
    way_of = draw_ways(draft, breaks)
    wanted = [(a, b) for a, b, _ in distinct.values()] + [
        (b, a) for a, b, one in distinct.values() if not one
    ]
    assert sorted(drivable_arcs(draft)) == sorted(wanted)
    assert len(way_of) == len(draft.links)
    assert not any(node in breaks for way in draft.ways for node in way.refs[1:-1])


@pytest.mark.parametrize(
    ("name", "short"), [("大坡镇", "大坡"), ("长坪瑶族乡", "长坪"), ("角嘴街道", "角嘴"), ("平福乡", "平福")]
)
def test_towns_are_called_by_their_short_name(name: str, short: str) -> None:
    assert short_name(name) == short
