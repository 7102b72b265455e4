"""A road closes while a crew drives: on its line it hears the reason and the new way, and silence alarms."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.config import Config
from tests.support.crew_line import CrewDevice, crew_line
from tests.support.deadlines import alarms, pass_time
from tests.support.driving import CHANGED, across, along, beside, drive, on_the_way
from tests.support.house import RunningHouse, running_house
from tests.support.scenes import MovedClock, units_at

WITHIN_S = 5.0


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


async def told_on(line: CrewDevice) -> tuple[Any, Any]:
    """The next change of way, and the way that follows it."""
    change = await line.event(f"{CHANGED}.v1")
    return change["data"], (await line.wait_for(lambda found: found["type"] == "route"))["route"]


async def test_a_closure_reaches_the_crew_with_its_reason_and_is_acknowledged(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    async with crew_line(crew) as line:
        await line.say("hello")
        await line.event("ready")
        begun = asyncio.get_running_loop().time()
        closed = await dispatcher.post("/closures", across(before, 0.2))
        change, way = await told_on(line)
        assert asyncio.get_running_loop().time() - begun < WITHIN_S
        assert (change["said"]["because"], change["said"]["closures"]) == ("closure", [closed["id"]])
        assert change["said"]["longer_by_s"] > 0
        assert (way["because"], way["changed_entry_id"], way["acknowledged"]) == (
            "closure",
            change["id"],
            False,
        )
        assert way["line"] != before["line"]
        await line.say("seen", ref="s", assignment_id=sent["id"], change_entry_id=change["id"])
        assert (await line.answer("s"))["assignment"]["id"] == sent["id"]
        await line.say("want-route", ref="w", assignment_id=sent["id"])
        asked = await line.wait_for(lambda found: found["type"] == "route" and found["ref"] == "w")
        assert asked["route"]["acknowledged"]
    await pass_time(house, clock, 61)
    assert "change-ack" not in await alarms(dispatcher, incident)


async def test_a_crew_that_is_silent_about_a_closure_alarms_the_dispatcher(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, _, _, before = await on_the_way(house, dispatcher)
    await dispatcher.post("/closures", across(before, 0.2))
    await pass_time(house, clock, 50)
    assert "change-ack" not in await alarms(dispatcher, incident)
    await pass_time(house, clock, 11)
    assert (await alarms(dispatcher, incident)).count("change-ack") == 1


async def test_a_change_is_for_the_crew_that_it_concerns_alone(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    body = {"units": [{"unit_id": found} for found in _another(house)]}
    (second,) = (await dispatcher.post(f"/incidents/{incident['id']}/assignments", body))["assignments"]
    await dispatcher.post("/closures", across(before, 0.2))
    call_signs = [unit.call_sign for unit in house.seed.units]
    other = await house.sign_in(f"crew-{1 + call_signs.index(second['call_sign'])}")
    entries = (await crew.get(f"/incidents/{incident['id']}/entries"))["entries"]
    (told,) = [entry for entry in entries if entry["said"]["kind"].startswith(CHANGED)]
    assert told["said"]["assignment_id"] == sent["id"]
    seen = (await other.get(f"/incidents/{incident['id']}/entries"))["entries"]
    assert told["id"] not in [entry["id"] for entry in seen]
    path, change = f"/assignments/{second['id']}/change-seen", {"change_entry_id": told["id"]}
    assert (await other.post(path, change, expect=404))["code"] == "entry-not-found"


def _another(house: RunningHouse) -> list[str]:
    """A unit of another organisation, whose station stands elsewhere."""
    return units_at(house, 8)[:1]


async def test_a_crew_that_leaves_its_way_hears_the_next_one_on_its_line(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    _, crew, sent, before = await on_the_way(house, dispatcher)
    await drive(crew, sent, along(before, 0), clock=clock)
    async with crew_line(crew) as line:
        await line.say("hello")
        await line.event("ready")
        clock.move_on(60)
        await drive(crew, sent, *beside(before, 0.2), clock=clock)
        change, way = await told_on(line)
        assert (change["said"]["because"], way["because"]) == ("off-route", "off-route")
        assert way["acknowledged"]


async def test_etas_are_those_of_the_ways_that_the_crews_have(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    await drive(crew, sent, along(before, 0), clock=clock)
    (first,) = (await dispatcher.get(f"/incidents/{incident['id']}/etas"))["etas"]
    await dispatcher.post("/closures", across(before, 0.2))
    (later,) = (await dispatcher.get(f"/incidents/{incident['id']}/etas"))["etas"]
    assert (first["assignment_id"], first["target"]) == (sent["id"], "scene")
    assert later["remaining_s"] > first["remaining_s"] + 60
    assert later["age_s"] >= 0
