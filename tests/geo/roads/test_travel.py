"""Travel times on drawn maps, where every right answer can be worked out by hand."""

from pathlib import Path

import pytest
from shapely import Polygon

from geo.errors import GeoError, OffRoad
from geo.roads.closures import AreaClosure, Overlays, PlaceClosure, RoadClosure, resolve
from geo.roads.plane import distance_m
from geo.roads.speeds import INFINITE_MS, TRACK_KMH, Mode, off_road_ms
from geo.roads.travel import TravelTimes
from tests.geo.roads.drawing import LAT, LON, STEP, Drawing, at

POINTS = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0), 4: (0.0, 1.0), 5: (2.0, 0.0), 6: (2.0, 1.0)}
BLOCK_EAST_S = distance_m(at(0, 0), at(1, 0)) / 40 * 3.6
"""One grid step east on an unclassified road (40 km/h)."""


def _one(
    times: TravelTimes, a: tuple[float, float], b: tuple[float, float], mode: Mode = Mode.NORMAL
) -> float | None:
    return times.matrix([at(*a)], [at(*b)], mode)[0][0]


def _area(x0: float, y0: float, x1: float, y1: float) -> Polygon:
    return Polygon([(LON + x * STEP, LAT + y * STEP) for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])


@pytest.fixture
def square(tmp_path: Path) -> TravelTimes:
    """Junctions 1-2-5 along the south, 4-3-6 along the north, joined at the ends and in the middle."""
    drawing = Drawing(POINTS)
    drawing.way([1, 2, 5], name="南环路", name__en="South Road", ref="S201")
    drawing.way([4, 3, 6], name="北环路")
    drawing.way([1, 4], name="西路")
    drawing.way([2, 3], name="中路")
    drawing.way([5, 6], name="东路")
    return drawing.imported(tmp_path)[0]


def test_time_is_length_over_speed_and_siren_is_seven_tenths(square: TravelTimes) -> None:
    normal, siren = _one(square, (0, 0), (1, 0)), _one(square, (0, 0), (1, 0), Mode.SIREN)
    assert normal == pytest.approx(BLOCK_EAST_S, rel=1e-4)
    assert siren == pytest.approx(BLOCK_EAST_S * 0.7, rel=1e-4)


def test_same_arc_forward_and_backward_on_a_two_way_road(square: TravelTimes) -> None:
    assert _one(square, (0.2, 0), (0.7, 0)) == pytest.approx(BLOCK_EAST_S / 2, rel=1e-3)
    assert _one(square, (0.7, 0), (0.2, 0)) == pytest.approx(BLOCK_EAST_S / 2, rel=1e-3)
    assert _one(square, (0.4, 0), (0.4, 0)) == 0.0


def test_backwards_on_a_one_way_goes_round(tmp_path: Path) -> None:
    drawing = Drawing(POINTS)
    drawing.way([1, 2], oneway="yes")
    drawing.way([2, 3, 4, 1])
    times, _ = drawing.imported(tmp_path)
    forward, back = _one(times, (0.2, 0), (0.7, 0)), _one(times, (0.7, 0), (0.2, 0))
    round_s = 2 * BLOCK_EAST_S + 2 * distance_m(at(0, 0), at(0, 1)) / 40 * 3.6
    assert forward == pytest.approx(BLOCK_EAST_S / 2, rel=1e-3)
    assert back == pytest.approx(round_s - BLOCK_EAST_S / 2, rel=1e-3)
    path = times.path(at(0.7, 0), at(0.2, 0), Mode.SIREN)
    assert path is not None
    assert len(path.arcs) == 3
    assert path.arcs[0] == path.arcs[-1]


def test_a_roundabout_is_driven_one_way(tmp_path: Path) -> None:
    drawing = Drawing(
        {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (0.5, 0.5), 4: (0.5, -0.5), 5: (-1.0, 0.0), 6: (2.0, 0.0)}
    )
    drawing.way([2, 3, 1, 4, 2], junction="roundabout")
    drawing.way([5, 1])
    drawing.way([2, 6])
    times, _ = drawing.imported(tmp_path)
    there, back = (times.path(at(*a), at(*b), Mode.NORMAL) for a, b in (((-1, 0), (2, 0)), ((2, 0), (-1, 0))))
    assert there is not None
    assert back is not None
    assert min(lat for _, lat in there.geometry.coords) < LAT - 0.4 * STEP
    assert max(lat for _, lat in back.geometry.coords) > LAT + 0.4 * STEP


def test_private_and_bus_roads_are_for_sirens_only(tmp_path: Path) -> None:
    drawing = Drawing(POINTS)
    drawing.way([1, 2], access="private")
    drawing.way([1, 4, 3, 2])
    drawing.way([2, 5], highway="busway")
    drawing.way([3, 6, 5])
    times, _ = drawing.imported(tmp_path)
    for a, b in (((0, 0), (1, 0)), ((1, 0), (2, 0))):
        normal, siren = _one(times, a, b), _one(times, a, b, Mode.SIREN)
        assert normal is not None
        assert siren is not None
        assert siren < normal / 2.5


def test_a_ferry_takes_its_duration_in_both_modes_and_is_never_snapped_to(tmp_path: Path) -> None:
    drawing = Drawing({1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 2.0), 4: (2.0, 2.0)})
    drawing.way([1, 2], name="南岸路")
    drawing.way([3, 4], name="北岸路")
    drawing.ferry([2, 3], motor_vehicle="yes", duration="00:15", name="长洲渡口")
    times, report = drawing.imported(tmp_path)
    assert report.kept["ferries"] == 1
    for mode in Mode:
        path = times.path(at(1, 0), at(1, 2), mode)
        assert path is not None
        assert path.ferry
        assert path.time_s == pytest.approx(900, abs=0.01)
    (on_the_water,) = times.stands([at(1, 0.9)], Mode.SIREN)
    assert on_the_water.off_road_m == pytest.approx(distance_m(at(1, 0.9), at(1, 0)), rel=1e-3)
    whole = times.path(at(0, 0), at(2, 2), Mode.NORMAL)
    assert whole is not None
    assert [(s.name, s.ferry) for s in whole.steps] == [
        ("南岸路", False),
        ("长洲渡口", True),
        ("北岸路", False),
    ]


def test_an_island_is_unreachable_and_says_so(tmp_path: Path) -> None:
    drawing = Drawing({**POINTS, 7: (8.0, 8.0), 8: (9.0, 8.0)})
    drawing.way([1, 2, 3, 4, 1])
    drawing.way([7, 8])
    times, _ = drawing.imported(tmp_path)
    assert _one(times, (0, 0), (8, 8)) is None
    assert times.path(at(0, 0), at(8, 8), Mode.SIREN) is None
    assert times.nearest(at(0, 0), [at(8, 8), at(1, 1), at(0, 0.5)], Mode.SIREN, 5)[0][0] == 2
    assert len(times.nearest(at(0, 0), [at(8, 8), at(1, 1), at(0, 0.5)], Mode.SIREN, 5)) == 2


def test_a_near_fragment_gives_way_to_the_main_network(tmp_path: Path) -> None:
    drawing = Drawing({**POINTS, 7: (0.4, 0.1), 8: (0.6, 0.1)})
    drawing.way([1, 2, 3, 4, 1])
    drawing.way([7, 8], highway="service")
    times, _ = drawing.imported(tmp_path)
    assert _one(times, (0.5, 0.11), (1, 1)) is not None


def test_off_the_road_is_shown_timed_and_limited(square: TravelTimes) -> None:
    beside = at(0.5, -1)
    path = square.path(beside, at(1, 0), Mode.SIREN)
    assert path is not None
    assert path.off_road_start_m == pytest.approx(distance_m(beside, at(0.5, 0)), rel=1e-3)
    assert path.off_road_end_m == pytest.approx(0, abs=0.1)
    on_road_s = sum(step.time_s for step in path.steps)
    assert path.time_s == pytest.approx(on_road_s + off_road_ms(path.off_road_start_m) / 1000, abs=0.01)
    far = at(0.5, -9)
    assert square.matrix([far, at(0, 0)], [at(1, 0)], Mode.SIREN)[0] == [None]
    with pytest.raises(OffRoad) as caught:
        square.path(at(0, 0), far, Mode.SIREN)
    assert caught.value.facts["lat"] == far.lat


def test_path_parts(square: TravelTimes) -> None:
    path = square.path(at(0.5, 0), at(1, 0.5), Mode.NORMAL)
    assert path is not None
    assert [(s.name, s.name_en, s.ref) for s in path.steps] == [
        ("南环路", "South Road", "S201"),
        ("中路", "", ""),
    ]
    assert path.geometry.coords[0] == pytest.approx((at(0.5, 0).lon, at(0.5, 0).lat), abs=1e-6)
    assert path.geometry.coords[-1] == pytest.approx((at(1, 0.5).lon, at(1, 0.5).lat), abs=1e-6)
    assert path.length_m == pytest.approx(
        distance_m(at(0.5, 0), at(1, 0)) + distance_m(at(1, 0), at(1, 0.5)), rel=1e-3
    )
    assert path.time_s == _one(square, (0.5, 0), (1, 0.5))


def test_shapes_of_the_matrix(square: TravelTimes) -> None:
    places = [at(0, 0), at(1, 1), at(2, 0.5)]
    assert square.matrix([], places, Mode.SIREN) == []
    assert square.matrix(places, [], Mode.SIREN) == [[], [], []]
    wide = square.matrix(places[:1], places, Mode.SIREN)
    tall = square.matrix(places, places[:1], Mode.SIREN)
    assert (len(wide), len(wide[0]), len(tall), len(tall[0])) == (1, 3, 3, 1)
    assert square.matrix(places, places, Mode.SIREN)[0] == wide[0]
    assert square.to_one(places, places[0], Mode.SIREN) == [row[0] for row in tall]
    assert square.to_one([], places[0], Mode.SIREN) == []


@pytest.mark.parametrize(
    "closure",
    [
        RoadClosure("c", "南环路"),
        RoadClosure("c", "south road"),
        RoadClosure("c", "S201"),
        RoadClosure("c", "南环路", _area(0.2, -0.2, 0.8, 0.2)),
        AreaClosure("c", _area(0.2, -0.2, 0.8, 0.2)),
        PlaceClosure("c", at(0.5, 0), 100),
    ],
    ids=["name", "english", "ref", "road in area", "area", "place"],
)
@pytest.mark.parametrize("mode", list(Mode))
def test_a_closed_road_is_closed_for_everyone(square: TravelTimes, closure: RoadClosure, mode: Mode) -> None:
    before, version = _one(square, (0, 0), (1, 0), mode), square.version
    assert before is not None
    assert square.set_closures([closure]) == square.version != version
    assert square.closure_version == 1
    after = _one(square, (0, 0), (1, 0), mode)
    assert after is not None
    assert after > 2.5 * before
    path = square.path(at(0, 0), at(1, 0), mode)
    assert path is not None
    assert not set(path.arcs) & resolve(square.network, closure)
    square.set_closures([])
    assert _one(square, (0, 0), (1, 0), mode) == before
    assert square.version.rsplit("-", 1)[1] == version.rsplit("-", 1)[1]


def test_ending_one_closure_never_undoes_another(square: TravelTimes) -> None:
    flood = AreaClosure("flood", _area(0.2, -0.2, 0.8, 0.2))
    works = RoadClosure("works", "南环路", _area(0.1, -0.1, 0.4, 0.1))
    free = _one(square, (0, 0), (1, 0))
    square.set_closures([flood, works])
    both = _one(square, (0, 0), (1, 0))
    square.set_closures([works])
    assert _one(square, (0, 0), (1, 0)) == both != free
    square.set_closures([])
    assert _one(square, (0, 0), (1, 0)) == free


def test_overlays_close_as_long_as_one_of_them_holds(square: TravelTimes) -> None:
    base = square.network.arc_tail * 0 + 1000
    overlays = Overlays().with_closure("a", frozenset({0, 1})).with_closure("b", frozenset({1, 2}))
    assert overlays.effective_ms(base)[:4].tolist() == [INFINITE_MS, INFINITE_MS, INFINITE_MS, 1000]
    assert overlays.without("a").effective_ms(base)[:4].tolist() == [1000, INFINITE_MS, INFINITE_MS, 1000]
    assert overlays.without("a").without("b").effective_ms(base).tolist() == base.tolist()


def test_a_position_on_a_closed_road_stands_at_the_nearest_open_one(square: TravelTimes) -> None:
    square.set_closures([RoadClosure("c", "南环路")])
    (stand,) = square.stands([at(0.1, 0)], Mode.SIREN)
    assert {square.network.arc_name(c.arc).name for c in stand.candidates} == {"西路"}
    assert stand.off_road_m == pytest.approx(distance_m(at(0.1, 0), at(0, 0)), rel=1e-2)


def test_everything_closed_is_unreachable(square: TravelTimes) -> None:
    square.set_closures([AreaClosure("all", _area(-1, -1, 3, 3))])
    assert _one(square, (0, 0), (1, 0), Mode.SIREN) is None


@pytest.mark.parametrize(
    "closures, code",
    [
        ([RoadClosure("c", "没有这条路")], "closure-road-unknown"),
        ([RoadClosure("c", "")], "closure-road-unknown"),
        ([RoadClosure("c", "南环路", _area(5, 5, 6, 6))], "closure-touches-no-road"),
        ([AreaClosure("c", _area(5, 5, 6, 6))], "closure-touches-no-road"),
        ([PlaceClosure("c", at(0.5, 0.5), 10)], "closure-touches-no-road"),
        ([AreaClosure("c", Polygon())], "closure-area-invalid"),
        ([AreaClosure("c", Polygon([(0, 0), (1, 1), (1, 0), (0, 1)]))], "closure-area-invalid"),
        ([RoadClosure("c", "南环路"), RoadClosure("c", "北环路")], "closure-id-twice"),
    ],
)
def test_a_closure_that_closes_nothing_changes_nothing(
    square: TravelTimes, closures: list[RoadClosure], code: str
) -> None:
    square.set_closures([RoadClosure("before", "中路")])
    version = square.version
    with pytest.raises(GeoError) as caught:
        square.set_closures([*closures, RoadClosure("fine", "西路")])
    assert caught.value.code == code
    assert caught.value.facts["closure"] == "c"
    assert square.version == version


def test_the_graph_follows_closures(square: TravelTimes) -> None:
    graph = square.graph()
    arcs = resolve(square.network, RoadClosure("c", "中路"))
    square.set_closures([RoadClosure("c", "中路")])
    closed = {key for _, _, key, ms in graph.edges(keys=True, data="ms_siren") if ms == float("inf")}
    assert closed == arcs
    square.set_closures([])
    assert all(ms < 10**7 for _, _, ms in graph.edges(data="ms_normal"))


def test_a_track_is_driven_slowly_and_a_siren_does_not_help(tmp_path: Path) -> None:
    drawing = Drawing(POINTS)
    drawing.way([1, 2], highway="track", tracktype="grade3")
    times, _ = drawing.imported(tmp_path)
    expected_s = distance_m(at(0, 0), at(1, 0)) / TRACK_KMH * 3.6
    assert _one(times, (0, 0), (1, 0)) == pytest.approx(expected_s, rel=1e-3)
    assert _one(times, (0, 0), (1, 0), Mode.SIREN) == pytest.approx(expected_s, rel=1e-3)
