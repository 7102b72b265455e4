"""Following a way: noise never counts as leaving it, leaving it does, and what remains is what the way said."""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.roads.network import RoadNetwork
from geo.roads.path import describe
from geo.roads.speeds import Mode
from geo.roads.stand import Leg
from geo.roads.track import POOR_M, Fix, OffRoute, RouteLine, observe, progress, route_line
from geo.roads.travel import TravelTimes
from geo.shapes import Position
from tests.geo.roads.drawing import Drawing, at

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
M_PER_LAT = math.pi / 180 * 6_371_008.8
M_PER_LON = M_PER_LAT * math.cos(math.radians(at(0, 0).lat))


def moved(place: Position, east_m: float, north_m: float) -> Position:
    return Position(place.lon + east_m / M_PER_LON, place.lat + north_m / M_PER_LAT)


def ladder(folder: Path, corners: list[tuple[float, float]]) -> RouteLine:
    """The line of a way over these grid points, one road from the first to the last."""
    drawing = Drawing(dict(enumerate(corners, start=1)))
    drawing.way(range(1, len(corners) + 1))
    network = drawing.imported(folder)[0].network
    return route_line(describe(network, _legs(network), 60_000 * network.piece_count, (0.0, 0.0), "v"))


def _legs(network: RoadNetwork) -> list[Leg]:
    arcs = network.piece_arcs[:, 0].tolist()
    return [Leg(arc, 0.0, 1.0, 60_000) for arc in arcs]


def on_the_way(line: RouteLine, along_m: float) -> Position:
    """A place of the line."""
    xy = np.column_stack([np.interp([along_m], line.along_m, axis) for axis in line.corners.T])
    return Position(*line.plane.to_degrees(xy)[0].tolist())


def follow(line: RouteLine, fixes: Iterable[Fix]) -> list[bool]:
    """Which of the fixes shows that the way was left."""
    state = OffRoute()
    shown = []
    for fix in fixes:
        state, left = observe(state, progress(line, fix.place, state.along_m), fix)
        shown.append(left)
    return shown


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[RouteLine]:
    """A straight road, a corner, a hairpin of 40 m between its legs, and a road that crosses itself."""
    shapes: list[list[tuple[float, float]]] = [
        [(0, 0), (3, 0)],
        [(0, 0), (1.5, 0), (1.5, 2)],
        [(0, 0), (1, 0), (1, 0.036), (0, 0.036), (0, 1)],
        [(0, 0), (2, 0), (2, 1), (1, 1), (1, -1)],
    ]
    return [ladder(tmp_path_factory.mktemp("way"), shape) for shape in shapes]


@given(data=st.data())
def test_noise_within_the_accuracy_never_counts_as_leaving(
    lines: list[RouteLine], data: st.DataObject
) -> None:
    line = data.draw(st.sampled_from(lines))
    steps = data.draw(
        st.lists(
            st.tuples(
                st.floats(0, 300),  # metres driven, also none at all
                st.floats(0, 120),  # accuracy, also poor ones
                st.floats(0, 1),  # how much of it is error
                st.floats(0, 2 * math.pi),
                st.floats(0.5, 60),  # seconds between fixes
            ),
            max_size=30,
        )
    )
    along_m, now, fixes = 0.0, START, []
    for driven_m, accuracy_m, share, towards, after_s in steps:
        along_m = min(line.length_m, along_m + driven_m)
        now += timedelta(seconds=after_s)
        error_m = accuracy_m * share
        place = moved(on_the_way(line, along_m), error_m * math.sin(towards), error_m * math.cos(towards))
        fixes.append(Fix(place, now, accuracy_m))
    assert not any(follow(line, fixes))


@given(
    along=st.floats(0.1, 0.9),
    speed_mps=st.floats(8, 30),
    accuracy_m=st.floats(0, 30),
    every_s=st.sampled_from([1, 2, 5, 10]),
    noise=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 2 * math.pi)), min_size=60, max_size=60),
)
def test_a_departure_is_shown_soon_after_it_is_out_of_doubt(
    lines: list[RouteLine],
    along: float,
    speed_mps: float,
    accuracy_m: float,
    every_s: int,
    noise: list[tuple[float, float]],
) -> None:
    """A side road at a right angle: within three fixes of being farther off than noise can explain."""
    line = lines[0]
    junction = on_the_way(line, along * line.length_m)
    fixes, sure = [], 0
    for n, (share, towards) in enumerate(noise):
        away_m = n * every_s * speed_mps
        error_m = accuracy_m * share
        place = moved(junction, error_m * math.sin(towards), away_m + error_m * math.cos(towards))
        fixes.append(Fix(place, START + timedelta(seconds=n * every_s), accuracy_m))
        sure += away_m - accuracy_m > 60 + accuracy_m
        if sure == 3:
            break
    assert any(follow(line, fixes))


@given(accuracy_m=st.floats(0, POOR_M), speed_mps=st.floats(5, 25))
def test_driving_back_along_the_way_is_leaving_it(
    lines: list[RouteLine], accuracy_m: float, speed_mps: float
) -> None:
    line = lines[0]
    there = [1000.0 + speed_mps * n for n in range(20)]
    back = [there[-1] - speed_mps * n for n in range(60)]
    fixes = [
        Fix(on_the_way(line, along_m), START + timedelta(seconds=n), accuracy_m)
        for n, along_m in enumerate(there + back)
    ]
    shown = follow(line, fixes)
    assert not any(shown[: len(there)])
    assert sum(shown) == 1
    # 50 m either side of the fix may still be ahead of 50 m either side of the farthest place
    assert there[-1] - (there + back)[shown.index(True)] <= 100 + 4 * speed_mps


def test_one_wild_fix_never_counts_and_a_poor_or_late_one_says_nothing(lines: list[RouteLine]) -> None:
    line = lines[0]
    wild = moved(on_the_way(line, 1000), 0, 900)

    def fix(second: int, place: Position, accuracy_m: float | None = 5.0) -> Fix:
        return Fix(place, START + timedelta(seconds=second), accuracy_m)

    good = on_the_way(line, 1000)
    assert not any(follow(line, [fix(0, good), fix(1, wild), fix(2, good), fix(3, wild), fix(4, good)]))
    assert not any(follow(line, [fix(n, wild, 80.0) for n in range(20)]))
    assert not any(follow(line, [fix(5, wild), fix(5, wild), fix(4, wild), fix(5, wild)]))
    assert not any(follow(line, [fix(0, wild), fix(9, wild)]))
    assert follow(line, [fix(0, wild), fix(10, wild)]) == [False, True]
    assert follow(line, [fix(n, wild, None) for n in range(5)]) == [False, False, True, False, False]


def test_being_back_on_the_way_ends_it_and_a_new_departure_counts_again(lines: list[RouteLine]) -> None:
    line = lines[0]
    good, wild = on_the_way(line, 1000), moved(on_the_way(line, 1000), 0, 900)
    places = [wild] * 3 + [good] + [wild] * 3
    fixes = [Fix(place, START + timedelta(seconds=n), 5.0) for n, place in enumerate(places)]
    assert follow(line, fixes) == [False, False, True, False, False, False, True]


def test_what_remains_is_what_the_way_said(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0), 3: (1, 2)})
    drawing.way([1, 2], highway="primary")
    drawing.way([2, 3], highway="living_street")
    times, _ = drawing.imported(tmp_path)
    path = times.path(at(0, 0), at(1, 2), Mode.NORMAL)
    assert path is not None
    line = route_line(path)
    begin, corner, end = (progress(line, at(*xy)) for xy in ((0, 0), (1, 0), (1, 2)))
    assert (begin.remaining_m, begin.remaining_s) == pytest.approx((path.length_m, path.time_s), rel=1e-3)
    slow_s = times.to_one([at(1, 0)], at(1, 2), Mode.NORMAL)[0]
    assert corner.remaining_s == pytest.approx(slow_s, rel=1e-3)
    assert corner.remaining_m == pytest.approx(path.length_m - begin_to_corner_m(line), rel=1e-3)
    assert (end.remaining_m, end.remaining_s) == pytest.approx((0, 0), abs=0.2)
    beside = progress(line, moved(at(0.5, 0), 0, -35))
    assert beside.off_m == pytest.approx(35, abs=0.3)
    assert beside.along_m == pytest.approx(begin_to_corner_m(line) / 2, rel=1e-2)


def begin_to_corner_m(line: RouteLine) -> float:
    return float(line.along_m[1])


def test_the_passage_near_the_fix_before_is_meant(lines: list[RouteLine]) -> None:
    """The road crosses itself at (1, 0): early on the first time, late the second."""
    line = lines[3]
    first = progress(line, at(1, 0))
    second = progress(line, at(1, 0), since_m=line.length_m * 0.8)
    assert first.along_m == pytest.approx(line.along_m[1] / 2, rel=1e-3)
    assert second.along_m > line.length_m * 0.75
    assert first.earliest_m < first.along_m < second.along_m < first.latest_m


def test_waiting_beside_the_road_where_the_way_begins_is_no_departure(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (2, 0)})
    drawing.way([1, 2])
    times, _ = drawing.imported(tmp_path)
    yard, farm = at(0.2, 0.2), at(1.5, -0.3)
    path = times.path(yard, farm, Mode.SIREN)
    assert path is not None
    line = route_line(path)
    assert progress(line, yard).off_m == pytest.approx(0, abs=1)
    assert progress(line, farm).off_m == pytest.approx(0, abs=1)
    walk = times.to_one([at(1.5, 0)], farm, Mode.SIREN)[0]
    assert progress(line, farm).remaining_s == pytest.approx(walk, rel=1e-2)
    assert progress(line, at(1.0, 0.2)).off_m > 200


def test_a_way_of_no_length_can_be_followed(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (2, 0)})
    drawing.way([1, 2])
    times: TravelTimes = drawing.imported(tmp_path)[0]
    path = times.path(at(1, 0), at(1, 0), Mode.SIREN)
    assert path is not None
    here = progress(route_line(path), at(1, 0))
    assert (here.along_m, here.remaining_m, here.remaining_s) == pytest.approx((0, 0, 0), abs=0.1)
    assert here.off_m == pytest.approx(0, abs=0.1)
