"""A crew's way on the real roads of the small prefecture: left, closed, opened again, lost, and after a restart."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.config import Config
from dispatch.guidance import FASTER_S
from geo.geodesy import distance_m
from geo.shapes import Position
from tests.support.deadlines import alarms, pass_time
from tests.support.driving import across, along, beside, changes, drive, on_the_way
from tests.support.house import RunningHouse, running_house
from tests.support.scenes import MovedClock, ago, reach, report, stamp, until


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


def arcs_closed(view: Any) -> str:
    """What a version of the roads says of the arcs that are closed; it also counts how often that was looked up."""
    version: str = view["roads_version"]
    return version.rpartition("-")[2]


async def test_a_crew_that_leaves_its_way_gets_another_and_is_not_told_again_at_once(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    path = f"/assignments/{sent['id']}/route"
    await drive(crew, sent, along(before, 0), along(before, 0.1), clock=clock)
    same = await crew.get(path)
    assert (same["id"], same["because"], same["acknowledged"]) == (before["id"], "order", True)
    assert same["remaining_s"] < before["remaining_s"]
    clock.move_on(60)
    away = beside(before, 0.1)
    await drive(crew, sent, *away, clock=clock)
    (told,) = await changes(crew, incident)
    assert (told["because"], told.get("acknowledge_by"), told.get("closures", [])) == ("off-route", None, [])
    fresh = await crew.get(path)
    assert fresh["because"] == "off-route"
    assert fresh["id"] != before["id"]
    assert fresh["changed_entry_id"] is not None
    assert fresh["acknowledged"]
    assert distance_m(Position(*fresh["line"][0]), Position(*away[-1])) < fresh["off_road_m"] + 1
    assert fresh["line"][-1] == before["line"][-1]
    assert fresh["steps"][0]["maneuver"] == "depart"
    assert fresh["steps"][-1]["instruction_zh"]
    clock.move_on(12)
    await drive(crew, sent, *beside(fresh, 0.5, 900), clock=clock)
    assert len(await changes(crew, incident)) == 1
    clock.move_on(12)
    await drive(crew, sent, *beside(fresh, 0.5, 900), clock=clock)
    assert len(await changes(crew, incident)) == 2
    await pass_time(house, clock, 61)
    assert "change-ack" not in await alarms(dispatcher, incident)


async def test_a_first_fix_far_from_the_station_is_no_news(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    assert before["position_at"] is None
    place = beside(before, 0)[0]
    await drive(crew, sent, place, clock=clock)
    fresh = await crew.get(f"/assignments/{sent['id']}/route")
    assert (fresh["because"], fresh["changed_entry_id"]) == ("order", None)
    assert distance_m(Position(*fresh["line"][0]), Position(*place)) < fresh["off_road_m"] + 1
    assert await changes(crew, incident) == []


async def test_a_closure_ahead_is_told_and_its_end_too(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    other, other_crew, other_sent, elsewhere = await on_the_way(house, dispatcher, 1, 8)
    path = f"/assignments/{sent['id']}/route"
    closed = await dispatcher.post("/closures", across(before, 0.2))
    (told,) = await changes(crew, incident)
    assert (told["because"], told["closures"]) == ("closure", [closed["id"]])
    assert told["acknowledge_by"] is not None
    around = await crew.get(path)
    assert around["time_s"] == pytest.approx(told["time_s"])
    assert around["time_s"] - before["time_s"] == pytest.approx(told["longer_by_s"], abs=1)
    assert (around["because"], around["acknowledged"]) == ("closure", False)
    assert arcs_closed(around) == arcs_closed(closed) != arcs_closed(before)
    seen = {"change_entry_id": around["changed_entry_id"]}
    await crew.post(f"/assignments/{sent['id']}/change-seen", seen)
    assert (await crew.get(path))["acknowledged"]
    assert await changes(dispatcher, other) == []
    untouched = await other_crew.get(f"/assignments/{other_sent['id']}/route")
    assert (untouched["id"], arcs_closed(untouched)) == (elsewhere["id"], arcs_closed(closed))

    await dispatcher.post(f"/closures/{closed['id']}/end")
    after = await changes(crew, incident)
    assert told["longer_by_s"] > FASTER_S
    assert [found["because"] for found in after] == ["closure", "closure-ended"]
    assert after[-1]["closures"] == [closed["id"]]
    assert (await crew.get(path))["time_s"] == before["time_s"]


async def test_an_open_road_that_saves_little_is_not_worth_a_word(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    closed = await dispatcher.post("/closures", across(before, 0.5))
    (told,) = await changes(crew, incident)
    assert 0 < told["longer_by_s"] < FASTER_S
    ended = await dispatcher.post(f"/closures/{closed['id']}/end")
    assert len(await changes(crew, incident)) == 1
    kept = await crew.get(f"/assignments/{sent['id']}/route")
    assert (kept["because"], arcs_closed(kept)) == ("closure", arcs_closed(ended))


async def test_what_is_closed_behind_a_crew_is_nothing_to_it(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    await drive(crew, sent, along(before, 0), along(before, 0.3), along(before, 0.6), clock=clock)
    closed = await dispatcher.post("/closures", across(before, 0.2))
    assert await changes(crew, incident) == []
    assert arcs_closed(await crew.get(f"/assignments/{sent['id']}/route")) == arcs_closed(closed)
    await dispatcher.post("/closures", across(before, 0.85))
    assert [found["because"] for found in await changes(crew, incident)] == ["closure"]


async def test_a_newer_closure_takes_the_place_of_an_unheard_one(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    path = f"/assignments/{sent['id']}"
    await dispatcher.post("/closures", across(before))
    first = await crew.get(f"{path}/route")
    clock.move_on(30)
    await dispatcher.post("/closures", across(first))
    second = await crew.get(f"{path}/route")
    await crew.post(f"{path}/change-seen", {"change_entry_id": first["changed_entry_id"]})
    assert not (await crew.get(f"{path}/route"))["acknowledged"]
    await pass_time(house, clock, 45)
    assert "change-ack" not in await alarms(dispatcher, incident)
    await pass_time(house, clock, 20)
    assert (await alarms(dispatcher, incident)).count("change-ack") == 1
    await crew.post(f"{path}/change-seen", {"change_entry_id": second["changed_entry_id"]})
    assert (await crew.get(f"{path}/route"))["acknowledged"]


async def test_a_crew_without_any_road_keeps_its_way_and_the_dispatcher_is_told(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    closed = await dispatcher.post("/closures", across(before, 1.0, radius_m=9000))
    assert await changes(crew, incident) == []
    assert (await crew.get(f"/assignments/{sent['id']}/route"))["id"] == before["id"]
    await pass_time(house, clock, 1)
    assert "no-road" in await alarms(dispatcher, incident)
    await dispatcher.post(f"/closures/{closed['id']}/end")
    assert [found["because"] for found in await changes(crew, incident)] == ["closure-ended"]


async def test_the_way_leads_to_the_hospital_once_the_patient_is_aboard(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await on_the_way(house, dispatcher)
    path = f"/assignments/{sent['id']}"
    await reach(crew, sent, "depart", "arrive", "patient-contact")
    case = await crew.post(f"{path}/patients", {"command_id": "p1"})
    hospitals = {found["code"]: found for found in (await crew.get("/organisations"))["organisations"]}
    first, second = hospitals["WZ-H1"], hospitals["WZ-H2"]
    await crew.post(f"/cases/{case['id']}/destination", {"facility_id": first["id"]})
    assert (await crew.get(f"{path}/route"))["target"] == "scene"
    await drive(crew, sent, along(before, 1.0), clock=clock)
    loaded = (await report(crew, sent, stamp("load", ago(1, clock.now()))))["assignment"]
    assert loaded["destination"]["name_zh"] == first["name_zh"]
    assert loaded["cases"] == [case["id"]]
    (told,) = await until(lambda: changes(crew, incident))
    assert (told["because"], told.get("acknowledge_by")) == ("destination", None)
    way = await crew.get(f"{path}/route")
    assert (way["target"], way["facility_id"], way["because"]) == ("destination", first["id"], "destination")
    (eta,) = (await dispatcher.get(f"/incidents/{incident['id']}/etas"))["etas"]
    assert (eta["target"], eta["facility_id"]) == ("destination", first["id"])

    await dispatcher.post(f"/cases/{case['id']}/destination", {"facility_id": second["id"]})

    async def told_again() -> bool:
        return len(await changes(crew, incident)) == 2

    await until(told_again)
    again = await crew.get(f"{path}/route")
    assert (again["facility_id"], again["acknowledged"]) == (second["id"], False)
    await pass_time(house, clock, 61)
    assert "change-ack" in await alarms(dispatcher, incident)
    await reach(crew, sent, "transport", "at-hospital", "hand-over", "available", before=0)

    async def forgotten() -> bool:
        return not list(house.house.desk.guide)

    await until(forgotten)
    assert (await crew.get(f"{path}/route", expect=409))["code"] == "run-over"


async def test_after_a_restart_every_run_has_its_way_back(config: Config, clock: MovedClock) -> None:
    async with running_house(config, clock) as house:
        dispatcher = await house.sign_in("dispatcher")
        incident, crew, sent, before = await on_the_way(house, dispatcher)
        await drive(crew, sent, along(before, 0), along(before, 0.1), clock=clock)
        await dispatcher.post("/closures", across(before))
        known = await crew.get(f"/assignments/{sent['id']}/route")
    async with running_house(config, clock) as house:
        crew, dispatcher = await house.sign_in(_login(house, sent)), await house.sign_in("dispatcher")
        again = await crew.get(f"/assignments/{sent['id']}/route")
        for field in ("target", "because", "changed_entry_id", "acknowledged"):
            assert again[field] == known[field]
        assert again["remaining_s"] == pytest.approx(known["remaining_s"], abs=2)
        await dispatcher.post("/closures", across(again, 0.8))
        assert [found["because"] for found in await changes(crew, incident)] == ["closure", "closure"]


def _login(house: RunningHouse, sent: dict[str, str]) -> str:
    call_signs = [unit.call_sign for unit in house.seed.units]
    return f"crew-{1 + call_signs.index(sent['call_sign'])}"
