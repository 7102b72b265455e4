"""A corrected address while a crew is on the way: told at once, with a new way and a deadline to acknowledge."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.config import Config
from tests.support.crew_line import crew_line
from tests.support.deadlines import alarms, pass_time
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import MovedClock, crew_of, names, open_incident, pin, reach, said, send, units_at


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


async def rolling(house: RunningHouse) -> tuple[Client, Any, Any, Client]:
    """Dispatcher, incident, assignment and crew of a unit on its way."""
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident, units_at(house, 1)[0])
    crew = await crew_of(house, sent)
    await reach(crew, sent, "acknowledge", "depart")
    return dispatcher, incident, sent, crew


async def correct(dispatcher: Client, house: RunningHouse, incident: Any, station: int) -> Any:
    """The place is at another station."""
    found = house.seed.stations[station]
    place = {"lon": found.lon, "lat": found.lat, "datum": "wgs84", "reason": "caller corrected"}
    return await dispatcher.post(f"/incidents/{incident['id']}/place", place)


async def last_change(dispatcher: Client, incident: Any) -> str:
    return str((await said(dispatcher, incident, "incident.located"))[-1]["id"])


async def test_the_crew_hears_of_it_gets_a_new_way_and_acknowledges(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher, incident, sent, crew = await rolling(house)
    before = await crew.get(f"/assignments/{sent['id']}/route")
    async with crew_line(crew) as line:
        await line.say("hello")
        await line.event("ready")
        await correct(dispatcher, house, incident, 2)
        told = await line.event("incident.located.v1")
        way = await line.wait_for(lambda found: found["type"] == "route")
        assert way["route"]["line"][-1] != before["line"][-1]
        assert told["data"]["said"]["reason"] == "caller corrected"
        await line.say("seen", ref="s", assignment_id=sent["id"], change_entry_id=told["data"]["id"])
        assert (await line.answer("s"))["assignment"]["id"] == sent["id"]
    await pass_time(house, clock, 120)
    assert "change-ack" not in await alarms(dispatcher, incident)
    assert len(await said(dispatcher, incident, "assignment.change-heard")) == 1


async def test_a_change_that_no_crew_acknowledges_alarms_the_dispatcher_once(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher, incident, _, _ = await rolling(house)
    await correct(dispatcher, house, incident, 2)
    await pass_time(house, clock, 61)
    await pass_time(house, clock, 61)
    assert (await alarms(dispatcher, incident)).count("change-ack") == 1


async def test_acknowledging_an_older_change_does_not_settle_the_newer(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher, incident, sent, crew = await rolling(house)
    await correct(dispatcher, house, incident, 2)
    older = await last_change(dispatcher, incident)
    await correct(dispatcher, house, incident, 3)
    newer = await last_change(dispatcher, incident)
    path = f"/assignments/{sent['id']}/change-seen"
    await crew.post(path, {"change_entry_id": older})
    await pass_time(house, clock, 61)
    assert (await alarms(dispatcher, incident)).count("change-ack") == 1
    await crew.post(path, {"change_entry_id": newer})
    await crew.post(path, {"change_entry_id": newer})
    assert len(await said(dispatcher, incident, "assignment.change-heard")) == 2


async def test_only_a_change_of_place_can_be_acknowledged(house: RunningHouse) -> None:
    dispatcher, incident, sent, crew = await rolling(house)
    other = (await said(dispatcher, incident, "assignment.sent"))[0]["id"]
    path = f"/assignments/{sent['id']}/change-seen"
    assert (await crew.post(path, {"change_entry_id": other}, expect=404))["code"] == "entry-not-found"


async def test_a_confirmed_point_stays_whatever_is_measured_later(house: RunningHouse) -> None:
    dispatcher, incident, _, _ = await rolling(house)
    confirmed = await correct(dispatcher, house, incident, 2)
    more = {"evidence": [pin(house, 5)]}
    after = await dispatcher.post(f"/incidents/{incident['id']}/evidence", more)
    assert after["estimate"]["best"] == confirmed["estimate"]["best"]
    assert after["estimate"]["confirmed"] is True


async def test_more_evidence_reroutes_the_crew_without_a_deadline(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher, incident, _, crew = await rolling(house)
    async with crew_line(crew) as line:
        await line.say("hello")
        await line.event("ready")
        more = {"evidence": [pin(house, 0, radius_m=5, source="gnss")]}
        await dispatcher.post(f"/incidents/{incident['id']}/evidence", more)
        await line.wait_for(lambda found: found["type"] == "route")
    await pass_time(house, clock, 61)
    assert "change-ack" not in await alarms(dispatcher, incident)


async def test_a_place_that_is_incomplete_is_refused_by_its_field(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    path = f"/incidents/{incident['id']}/place"
    for body, field in (
        ({}, "address"),
        ({"lon": 111.3, "lat": 23.5}, "datum"),
        ({"lon": 111.3, "datum": "gcj02"}, "lat"),
    ):
        assert names(await dispatcher.post(path, body, expect=422)) == [field]
