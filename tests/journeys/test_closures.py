"""Closures: they change every answer with their commit, end by hand or by time, and are the centre's to make."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.config import Config
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import MovedClock, crew_of, names, open_incident, send, units_at, until


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


async def etas(dispatcher: Client, incident: Any) -> dict[str, float]:
    ranked = await dispatcher.get(f"/incidents/{incident['id']}/candidates")
    return {found["unit_id"]: found["eta_s"] for found in ranked["ranking"]["candidates"]}


async def way(house: RunningHouse, dispatcher: Client) -> tuple[Any, Client, Any, Any]:
    """An incident, a crew on its way there, its assignment and its route."""
    incident = await open_incident(dispatcher, house, 2)
    (sent,) = await send(dispatcher, incident, units_at(house, 6)[0])
    crew = await crew_of(house, sent)
    return incident, crew, sent, await crew.get(f"/assignments/{sent['id']}/route")


def across(route: Any) -> dict[str, Any]:
    """A closure on a way, where going round it takes so long that its end is worth a word to the crew."""
    lon, lat = route["line"][len(route["line"]) // 5]
    return {"form": "place", "reason": "flood", "lon": lon, "lat": lat, "datum": "wgs84", "radius_m": 60}


async def test_a_closure_changes_way_and_ranking_at_once_and_ends_by_hand(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident, crew, sent, before = await way(house, dispatcher)
    open_times = await etas(dispatcher, incident)
    closed = await dispatcher.post("/closures", across(before))
    assert closed["arcs"] > 0
    path = f"/assignments/{sent['id']}/route"
    around = await crew.get(path)
    assert around["roads_version"] == closed["roads_version"] != before["roads_version"]
    assert around["time_s"] > before["time_s"]
    closed_times = await etas(dispatcher, incident)
    assert all(closed_times[unit] >= time - 1e-6 for unit, time in open_times.items() if unit in closed_times)
    assert closed_times != open_times

    ended = await dispatcher.post(f"/closures/{closed['id']}/end")
    assert ended["ended_at"] is not None
    assert (await crew.get(path))["time_s"] == before["time_s"]
    again = await dispatcher.post(f"/closures/{closed['id']}/end", expect=409)
    assert again["code"] == "closure-ended"
    assert (await dispatcher.get("/closures"))["closures"] == []
    assert len((await dispatcher.get("/closures", ended="true"))["closures"]) == 1


async def test_a_closure_ends_by_itself_when_its_time_is_over(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    _, crew, sent, before = await way(house, dispatcher)
    until_then = {"until": (clock.now() + timedelta(minutes=30)).isoformat()}
    await dispatcher.post("/closures", across(before) | until_then)
    path = f"/assignments/{sent['id']}/route"
    assert (await crew.get(path))["time_s"] > before["time_s"]
    clock.move_on(1801)

    async def open_again() -> bool:
        return bool((await crew.get(path))["time_s"] == before["time_s"])

    await until(open_again)
    assert (await dispatcher.get("/closures"))["closures"] == []


async def test_a_road_and_an_area_are_closed_as_well(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    _, _, _, before = await way(house, dispatcher)
    lon, lat = before["line"][len(before["line"]) // 2]
    d = 0.004
    ring = [[lon - d, lat - d], [lon + d, lat - d], [lon + d, lat + d], [lon - d, lat + d]]
    area = {"form": "polygon", "reason": "fire", "ring": ring, "datum": "wgs84"}
    assert (await dispatcher.post("/closures", area))["arcs"] > 0
    named = next(step["name"] for step in before["steps"] if step["name"])
    road = {"form": "road", "reason": "works", "road": named}
    assert (await dispatcher.post("/closures", road))["arcs"] > 0


async def test_what_cannot_be_closed_is_refused_by_its_field(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    for body, field in (
        ({"form": "road", "reason": "x"}, "road"),
        ({"form": "road", "reason": "x", "road": "没有这条路"}, "road"),
        ({"form": "polygon", "reason": "x"}, "ring"),
        ({"form": "place", "reason": "x", "lon": 111.3, "lat": 23.5, "radius_m": 50}, "datum"),
        ({"form": "place", "reason": "x", "lon": 111.3, "lat": 23.5, "datum": "wgs84"}, "radius_m"),
    ):
        assert names(await dispatcher.post("/closures", body, expect=422)) == [field]


async def test_a_neighbours_dispatcher_closes_no_road_of_ours(house: RunningHouse) -> None:
    dispatcher, neighbour = await house.sign_in("dispatcher"), await house.sign_in("desk-NB-120")
    _, _, _, before = await way(house, dispatcher)
    await neighbour.post("/closures", across(before), expect=403)
    closed = await dispatcher.post("/closures", across(before))
    await neighbour.post(f"/closures/{closed['id']}/end", expect=403)
    assert (await neighbour.get(f"/closures/{closed['id']}"))["ended_at"] is None


async def test_a_repeated_closure_is_one_closure(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    _, _, _, before = await way(house, dispatcher)
    first = await dispatcher.post("/closures", across(before), key="flood")
    again = await dispatcher.post("/closures", across(before), key="flood")
    assert again["id"] == first["id"]
    assert len((await dispatcher.get("/closures"))["closures"]) == 1
