"""Coverage: which settlements the free units reach in time; by hand on a small map, and on the demo's roads."""

import time
from typing import Any

import pytest

from dispatch.coverage import Spot, cover
from geo.roads.speeds import Mode
from geo.shapes import Position
from tests.support.house import Client, RunningHouse

TARGET_S = 480.0


def spots(*codes: str) -> list[Spot]:
    return [Spot(f"村{i}", code, Position(111.0 + i, 23.0), TARGET_S) for i, code in enumerate(codes)]


def test_by_hand() -> None:
    found = cover(
        ["a", "b", "empty"],
        spots("a", "a", "a", "b"),
        [60.0, 0.0],
        [[420.0, 420.1, None, 100.0], [500.0, None, None, 700.0]],
    )
    by_code = {area.code: area for area in found.areas}
    assert [(by_code[c].places, by_code[c].covered) for c in ("a", "b", "empty")] == [(3, 1), (1, 1), (0, 0)]
    assert (by_code["a"].slowest_s, dict(by_code["a"].first_at)) == (500.0 - 20 + 0.1, {0: 2})
    assert by_code["empty"].slowest_s is None
    assert [(gap.spot.name, gap.soonest_s) for gap in found.gaps] == [
        ("村2", None),
        ("村1", pytest.approx(480.1)),
    ]


def test_exactly_in_time_is_covered_and_a_moment_later_is_not() -> None:
    assert cover(["a"], spots("a"), [60.0], [[420.0]]).gaps == ()
    assert len(cover(["a"], spots("a"), [60.0], [[420.001]]).gaps) == 1


@pytest.mark.parametrize("starts, drives", [([], []), ([0.0], [[None, None]])])
def test_without_a_unit_that_can_come_nothing_is_covered(
    starts: list[float], drives: list[list[float | None]]
) -> None:
    found = cover(["a"], spots("a", "a"), starts, drives)
    assert (found.areas[0].places, found.areas[0].covered, found.areas[0].slowest_s) == (2, 0, None)
    assert all(gap.soonest_s is None for gap in found.gaps)


async def covered(client: Client) -> Any:
    return await client.get("/coverage")


async def test_of_the_demo_prefecture(house: RunningHouse) -> None:
    leader = await house.sign_in("leader")
    found = await covered(leader)
    assert found["units"] > 0
    assert found["places"] == sum(area["places"] for area in found["areas"]) > 0
    assert found["covered"] + len(found["gaps"]["features"]) == found["places"]
    assert found["covered"] == sum(area["covered"] for area in found["areas"]) > 0
    assert {area["code"] for area in found["areas"]} == {area.code for area in house.seed.areas}
    assert all(found[name] for name in ("definition_zh", "definition_en"))
    for gap in found["gaps"]["features"]:
        properties = gap["properties"]
        assert properties["soonest_s"] is None or properties["soonest_s"] > properties["target_s"]
    desk = house.house.desk
    place = next(
        p for p in desk.gazetteer().places if p.name == found["gaps"]["features"][0]["properties"]["name"]
    )
    homes = [Position(station.lon, station.lat) for station in house.seed.stations]
    target_s = found["gaps"]["features"][0]["properties"]["target_s"]
    drives = desk.roads.to_one(homes, place.position, Mode.SIREN)
    assert all(drive is None or drive > target_s - 600 for drive in drives)


async def test_units_that_are_busy_or_held_back_cover_nothing(house: RunningHouse) -> None:
    leader = await house.sign_in("leader")
    before = await covered(leader)
    for unit in (await leader.get("/units"))["units"]:
        await leader.post(f"/units/{unit['id']}/pause", {"reason": "drill"})
    after = await covered(leader)
    assert (after["units"], after["covered"], after["places"]) == (0, 0, before["places"])
    assert len(after["gaps"]["features"]) == before["places"]
    assert all(area["nearest_unit_id"] is None and area["slowest_s"] is None for area in after["areas"])


async def test_the_answer_is_quick(house: RunningHouse) -> None:
    """The second answer, that is: the first one finds the roads beside each settlement."""
    leader = await house.sign_in("leader")
    await covered(leader)
    took = []
    for _ in range(5):
        began = time.perf_counter()
        await covered(leader)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.3, took
