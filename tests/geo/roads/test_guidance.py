"""Turn lists on drawn maps: which way one turns is known from the drawing, not from the code's own angles."""

from pathlib import Path

import pytest

from geo.roads.guidance import Turn, turns
from geo.roads.instructions import Maneuver, arrival, road_words
from geo.roads.network import RoadName
from geo.roads.path import describe
from geo.roads.speeds import Mode
from geo.roads.stand import Leg
from geo.roads.tags import RoadClass
from geo.roads.travel import TravelTimes
from tests.geo.roads.drawing import Drawing, at

Point = tuple[float, float]

STAR: dict[str, Point] = {
    "slight-right": (0.35, 0.9),
    "right": (1.0, 0.0),
    "sharp-right": (0.75, -0.75),
    "sharp-left": (-0.75, -0.75),
    "left": (-1.0, 0.0),
    "slight-left": (-0.35, 0.9),
}
"""Where one stands after leaving a crossing that one reached from the south, going north."""


def _turns(times: TravelTimes, a: Point, b: Point) -> tuple[Turn, ...]:
    path = times.path(at(*a), at(*b), Mode.NORMAL)
    assert path is not None
    found = turns(path)
    assert sum(turn.length_m for turn in found) == pytest.approx(path.length_m)
    assert sum(turn.time_s for turn in found) == pytest.approx(sum(step.time_s for step in path.steps))
    assert [turn.along_m for turn in found] == pytest.approx(
        [sum(turn.length_m for turn in found[:i]) for i in range(len(found))]
    )
    assert (found[0].maneuver, found[-1].maneuver) == (Maneuver.DEPART, Maneuver.ARRIVE)
    return found


def _said(found: tuple[Turn, ...]) -> list[tuple[str, str]]:
    return [(turn.maneuver.value, turn.name) for turn in found]


def _goes_right(came_from: Point, junction: Point, going_to: Point) -> bool:
    """By the signed area of the triangle that the three corners span."""
    (ax, ay), (bx, by), (cx, cy) = came_from, junction, going_to
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax) < 0


@pytest.mark.parametrize("word", list(STAR))
def test_left_and_right_are_as_drawn(tmp_path: Path, word: str) -> None:
    drawing = Drawing({1: (0.0, -1.0), 2: (0.0, 0.0), 3: (0.0, 1.0), 4: STAR[word]})
    drawing.way([1, 2], name="来路", name__en="Old Road")
    drawing.way([2, 3], name="前路")
    drawing.way([2, 4], name="去路", name__en="New Road")
    times, _ = drawing.imported(tmp_path)
    depart, turn, arrive = _turns(times, (0, -1), STAR[word])
    assert turn.maneuver == word
    assert ("right" in word) == _goes_right((0, -1), (0, 0), STAR[word])
    assert ("右" in turn.instruction_zh) == ("right" in word)
    assert ("left" in turn.instruction_en) == ("left" in word)
    assert turn.instruction_zh.endswith("，进入去路")
    assert turn.instruction_en.endswith(" onto New Road")
    assert (turn.lon, turn.lat) == pytest.approx((at(0, 0).lon, at(0, 0).lat), abs=1e-7)
    assert (depart.instruction_zh, depart.instruction_en) == ("沿来路向北行驶", "Head north on Old Road")
    assert (arrive.instruction_zh, arrive.instruction_en) == ("到达目的地", "You have arrived")


@pytest.mark.parametrize("turned", [(0, 1), (1, 0), (0, -1), (-1, 0)])
def test_right_stays_right_whichever_way_the_map_is_turned(tmp_path: Path, turned: Point) -> None:
    """The same crossing entered going north, east, south and west."""
    ahead, right = turned, (turned[1], -turned[0])
    drawing = Drawing({1: (-ahead[0], -ahead[1]), 2: (0, 0), 3: ahead, 4: right, 5: (-right[0], -right[1])})
    drawing.way([1, 2, 3], name="直路")
    drawing.way([4, 2, 5], name="横路")
    times, _ = drawing.imported(tmp_path)
    came = (-ahead[0], -ahead[1])
    assert _goes_right(came, (0, 0), right)
    assert _said(_turns(times, came, right))[1] == ("right", "横路")
    assert _said(_turns(times, came, (-right[0], -right[1])))[1] == ("left", "横路")
    assert _said(_turns(times, came, ahead)) == [("depart", "直路"), ("arrive", "直路")]


def test_side_streets_and_bends_of_the_same_road_are_driven_past(tmp_path: Path) -> None:
    drawing = Drawing(
        {1: (0, 0), 2: (1, 0), 3: (2, 0), 4: (2, 1), 5: (1, 1), 6: (2.0, 2.0), 7: (3.0, 2.0), 8: (1.3, 2.0)}
    )
    drawing.way([1, 2, 3], name="滨江路")
    drawing.way([3, 4], name="滨江路")  # the road's own bend: nothing else leaves here
    drawing.way([2, 5], name="巷")
    drawing.way([4, 6], name="滨江路")
    drawing.way([6, 7], name="滨江路")
    drawing.way([6, 8], name="西街")
    times, _ = drawing.imported(tmp_path)
    assert _said(_turns(times, (0, 0), (2, 1))) == [("depart", "滨江路"), ("arrive", "滨江路")]
    # at a T-junction it must be said that one stays on the road by turning
    assert _said(_turns(times, (0, 0), (3, 2)))[1:-1] == [("right", "滨江路")]


def test_a_new_name_is_said_and_a_nameless_gap_is_not(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0), 3: (1.3, 0), 4: (2, 0), 5: (3, 0)})
    drawing.way([1, 2], name="甲路", ref="G321;S201")
    drawing.way([2, 3])
    drawing.way([3, 4], name="甲路")
    drawing.way([4, 5], name="乙路", name__en="Second Road", ref="X7")
    times, _ = drawing.imported(tmp_path)
    depart, changed, arrive = _turns(times, (0, 0), (3, 0))
    assert depart.instruction_zh == "沿甲路（G321/S201）向东行驶"
    assert depart.instruction_en == "Head east on 甲路 (G321/S201)"
    assert (changed.maneuver, changed.ref) == (Maneuver.STRAIGHT, "X7")
    assert changed.instruction_zh == "直行，进入乙路（X7）"
    assert changed.instruction_en == "Continue onto Second Road (X7)"
    assert arrive.length_m == 0


def test_a_fork_is_kept_left_or_right(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, -1), 2: (0, 0), 3: (0.12, 1), 4: (-0.2, 1)})
    drawing.way([1, 2], name="高速", highway="motorway", oneway="no")
    drawing.way([2, 3], name="东线", highway="motorway", oneway="no")
    drawing.way([2, 4], highway="motorway_link", oneway="no")
    times, _ = drawing.imported(tmp_path)
    assert _said(_turns(times, (0, -1), (0.12, 1)))[1] == ("slight-right", "东线")
    ramp = _turns(times, (0, -1), (-0.2, 1))[1]
    assert ramp.maneuver == Maneuver.SLIGHT_LEFT
    assert ramp.instruction_zh == "靠左，进入无名道路（高速匝道）"
    assert ramp.instruction_en == "Keep left onto an unnamed road (motorway ramp)"


def test_a_short_nameless_link_is_part_of_the_junction(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0), 3: (1, -0.04), 4: (1, -1), 5: (2, 0)})
    drawing.way([1, 2, 5], name="甲路")
    drawing.way([2, 3])
    drawing.way([3, 4], name="乙路")
    times, _ = drawing.imported(tmp_path)
    assert _said(_turns(times, (0, 0), (1, -1))) == [
        ("depart", "甲路"),
        ("right", "乙路"),
        ("arrive", "乙路"),
    ]


def test_exits_of_a_roundabout_are_counted(tmp_path: Path) -> None:
    drawing = Drawing(
        {
            1: (-0.1, 0.0),
            2: (0.0, -0.1),
            3: (0.1, 0.0),
            4: (0.0, 0.1),
            11: (-1.0, 0.0),
            12: (0.0, -1.0),
            13: (1.0, 0.0),
            14: (0.0, 1.0),
        }
    )
    drawing.way([1, 2, 3, 4, 1], junction="roundabout")  # counter-clockwise, as traffic on the right goes
    for inner, outer, name in ((1, 11, "西路"), (2, 12, "南路"), (3, 13, "东路"), (4, 14, "北路")):
        drawing.way([inner, outer], name=name)
    times, _ = drawing.imported(tmp_path)
    for number, (target, name) in enumerate((((0, -1), "南路"), ((1, 0), "东路"), ((0, 1), "北路")), start=1):
        found = _turns(times, (-1, 0), target)
        assert _said(found) == [("depart", "西路"), ("roundabout", name), ("arrive", name)]
        assert found[1].roundabout_exit == number
        assert found[1].instruction_zh == f"进入环岛，从第{number}个出口驶出，进入{name}"
        assert found[1].instruction_en == f"At the roundabout take exit {number} onto {name}"
    inside = _turns(times, (-1, 0), (0.05, -0.05))[1]
    assert (inside.maneuver, inside.roundabout_exit) == (Maneuver.ROUNDABOUT, None)
    assert (inside.instruction_zh, inside.instruction_en) == ("进入环岛", "Enter the roundabout")


def test_a_ferry_is_boarded_and_left(tmp_path: Path) -> None:
    drawing = Drawing({1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 2.0), 4: (2.0, 2.0)})
    drawing.way([1, 2], name="南岸路")
    drawing.way([3, 4], name="北岸路", name__en="North Bank Road")
    drawing.ferry([2, 3], motor_vehicle="yes", duration="00:15", name="长洲渡口")
    times, _ = drawing.imported(tmp_path)
    found = _turns(times, (0, 0), (2, 2))
    assert _said(found)[1:3] == [("ferry", "长洲渡口"), ("right", "北岸路")]
    assert found[1].time_s == pytest.approx(900, abs=0.01)
    assert found[1].instruction_zh == "上渡轮：长洲渡口"
    assert found[1].instruction_en == "Board the ferry: 长洲渡口"
    assert found[2].instruction_en == "Turn right onto North Bank Road"


def test_turning_back_on_one_road_is_a_u_turn(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0)})
    drawing.way([1, 2], name="甲路")
    network = drawing.imported(tmp_path)[0].network
    east, west = network.piece_arcs[0].tolist()
    legs = [Leg(east, 0.4, 1.0, 1000), Leg(west, 0.0, 0.8, 2000)]
    found = turns(describe(network, legs, 3000, (0.0, 0.0), "v"))
    assert _said(found) == [("depart", "甲路"), ("u-turn", "甲路"), ("arrive", "甲路")]
    assert (found[1].instruction_zh, found[1].instruction_en) == (
        "掉头，进入甲路",
        "Make a U-turn onto 甲路",
    )


def test_words_for_roads_without_a_name() -> None:
    for road_class in RoadClass:
        zh, en = road_words(RoadName("", "", ""), road_class)
        assert zh
        assert en.isascii()
    assert road_words(RoadName("", "", "S201"), RoadClass.PRIMARY) == ("S201", "S201")
    assert road_words(RoadName("", "", ""), RoadClass.TRACK) == (
        "无名道路（土路）",
        "an unnamed road (track)",
    )


def test_a_place_off_the_road_is_announced() -> None:
    assert arrival(240.4) == (
        "道路到此为止，目的地在约240米外",
        "The road ends here; the place is about 240 m away",
    )


def test_no_journey_at_all_is_still_said(tmp_path: Path) -> None:
    drawing = Drawing({1: (0, 0), 2: (1, 0)})
    drawing.way([1, 2], name="甲路")
    times, _ = drawing.imported(tmp_path)
    assert _said(_turns(times, (0.5, 0), (0.5, 0))) == [("depart", "甲路"), ("arrive", "甲路")]


def test_a_winding_main_road_passes_lesser_ones_without_a_word(tmp_path: Path) -> None:
    """The main road bends by some 45 degrees where a track goes straighter; a bridge has a name of its own."""
    drawing = Drawing({1: (0, 0), 2: (1, 0), 3: (1.7, 0.7), 4: (2.7, 0.7), 12: (2, 0.1), 13: (2.4, 1.3)})
    drawing.way([1, 2], highway="primary", name="207国道", ref="G207")
    drawing.way([2, 3], highway="primary", name="大桥", ref="G207")
    drawing.way([3, 4], highway="primary", name="207国道", ref="G207")
    drawing.way([2, 12], highway="track")
    drawing.way([3, 13], highway="residential", name="村道")
    times, _ = drawing.imported(tmp_path)
    assert _said(_turns(times, (0, 0), (2.7, 0.7))) == [("depart", "207国道"), ("arrive", "207国道")]
