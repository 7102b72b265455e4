"""Tags -> rules: tables of what the map says and what a vehicle may do."""

import pytest

from geo.roads.tags import (
    Access,
    RoadClass,
    RoadFlag,
    WayRule,
    parse_duration_s,
    parse_maxspeed_kmh,
    read_way,
)


@pytest.mark.parametrize(
    "tags, forward, backward",
    [
        ({}, True, True),
        ({"oneway": "yes"}, True, False),
        ({"oneway": "1"}, True, False),
        ({"oneway": "-1"}, False, True),
        ({"oneway": "no"}, True, True),
        ({"junction": "roundabout"}, True, False),
        ({"junction": "circular", "oneway": "no"}, True, True),
        ({"highway": "motorway"}, True, False),
        ({"highway": "motorway_link", "oneway": "no"}, True, True),
        ({"oneway": "yes", "oneway:emergency": "no"}, True, False),
    ],
)
def test_directions(tags: dict[str, str], forward: bool, backward: bool) -> None:
    rule = read_way({"highway": "primary", **tags})
    assert isinstance(rule, WayRule)
    assert (rule.forward, rule.backward) == (forward, backward)


@pytest.mark.parametrize(
    "tags, access",
    [
        ({}, Access.OPEN),
        ({"access": "destination"}, Access.OPEN),
        ({"access": "private"}, Access.PRIVATE),
        ({"access": "private", "motor_vehicle": "yes"}, Access.OPEN),
        ({"motor_vehicle": "forestry"}, Access.PRIVATE),
        ({"access": "no", "emergency": "yes"}, Access.EMERGENCY),
        ({"access": "emergency"}, Access.EMERGENCY),
        ({"service": "emergency_access"}, Access.EMERGENCY),
        ({"motor_vehicle": "no", "bus": "yes"}, Access.BUS),
        ({"access": "no", "psv": "designated"}, Access.BUS),
        ({"highway": "busway"}, Access.BUS),
    ],
)
def test_access(tags: dict[str, str], access: Access) -> None:
    rule = read_way({"highway": "service", **tags})
    assert isinstance(rule, WayRule)
    assert rule.access is access


@pytest.mark.parametrize(
    "tags, reason",
    [
        ({"highway": "footway"}, "not-for-vehicles"),
        ({"highway": "track", "tracktype": "grade5"}, "track-too-rough"),
        ({"highway": "construction"}, "unfinished"),
        ({"highway": "service", "area": "yes"}, "area"),
        ({"highway": "residential", "access": "no"}, "access-no"),
        ({"highway": "residential", "motor_vehicle": "no"}, "access-no"),
        ({"highway": "residential", "access": "military"}, "access-no"),
        ({"highway": "primary", "oneway": "reversible"}, "reversible"),
        ({"route": "ferry"}, "ferry-not-for-vehicles"),
        ({"route": "ferry", "foot": "yes", "motor_vehicle": "no"}, "ferry-not-for-vehicles"),
    ],
)
def test_what_is_dropped_names_its_reason(tags: dict[str, str], reason: str) -> None:
    assert read_way(tags) == reason


def test_flags_names_and_ferry_duration() -> None:
    road = read_way(
        {
            "highway": "trunk",
            "bridge": "yes",
            "tunnel": "no",
            "name": "西江大桥",
            "name:en": "Xijiang Bridge",
            "ref": "G321",
        }
    )
    assert isinstance(road, WayRule)
    assert road.flags == RoadFlag.BRIDGE
    assert (road.name, road.name_en, road.ref) == ("西江大桥", "Xijiang Bridge", "G321")
    ferry = read_way({"route": "ferry", "motor_vehicle": "yes", "duration": "00:12"})
    assert isinstance(ferry, WayRule)
    assert (ferry.road_class, ferry.duration_s) == (RoadClass.FERRY, 720.0)


@pytest.mark.parametrize(
    "text, kmh",
    [("60", 60), ("60 km/h", 60), ("40 mph", 64.37376), ("walk", 7), ("none", 0), ("CN:urban", 0), ("", 0)],
)
def test_maxspeed(text: str, kmh: float) -> None:
    assert parse_maxspeed_kmh(text) == pytest.approx(kmh)


@pytest.mark.parametrize(
    "text, seconds",
    [
        ("20", 1200),
        ("00:20", 1200),
        ("1:05:30", 3930),
        ("PT20M", 1200),
        ("PT1H30S", 3630),
        ("soon", 0),
        ("", 0),
    ],
)
def test_duration(text: str, seconds: float) -> None:
    assert parse_duration_s(text) == seconds
