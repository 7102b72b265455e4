"""The event stream through the whole house: no gap, nothing twice, nothing foreign; positions latest only, at once."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.house import Client, RunningHouse
from tests.support.live import Heard, listening, replayed
from tests.support.scenes import open_incident, units_at

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def burst(dispatcher: Client, house: RunningHouse, calls: int) -> list[Any]:
    """Calls taken side by side."""
    return await asyncio.gather(*(open_incident(dispatcher, house, n % 5) for n in range(calls)))


def positions_of(heard: list[Heard]) -> list[int]:
    return [event.id for event in heard if "." in event.type and event.id is not None]


async def test_a_stream_cut_again_and_again_misses_nothing_and_repeats_nothing(town: RunningHouse) -> None:
    dispatcher, listener = await town.sign_in("dispatcher"), await town.sign_in("dispatcher2")
    async with listening(listener) as stream:
        start = (await stream.until("ready"))[-1].id
    assert start is not None
    writing = asyncio.create_task(burst(dispatcher, town, 25))
    heard: list[int] = []
    last = start
    while not writing.done() or last < town.house.hub.position:
        async with listening(listener, last) as stream:
            for _ in range(7):
                event = await stream.next()
                assert event is not None
                if event.id is not None:
                    last = event.id
                if "." in event.type and event.id is not None:
                    heard.append(event.id)
                if event.type == "ready" and writing.done() and last >= town.house.hub.position:
                    break
        if writing.done():
            await town.settled()
    incidents = {incident["id"] for incident in await writing}
    whole = await replayed(listener, start)
    assert heard == [entry["position"] for entry in whole]
    assert len(set(heard)) == len(heard)
    assert {entry["stream_id"] for entry in whole} == incidents
    for incident in incidents:
        numbers = [entry["number"] for entry in whole if entry["stream_id"] == incident]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_an_organisation_that_takes_no_part_hears_nothing(town: RunningHouse) -> None:
    dispatcher, stranger = await town.sign_in("dispatcher"), await town.sign_in("desk-CX-H1")
    async with listening(stranger) as stream:
        await stream.until("ready")
        await burst(dispatcher, town, 3)
        await town.settled()
        with pytest.raises(TimeoutError):
            await stream.next(seconds=0.3)


def fix(lon: float, lat: float, seconds_ago: float = 0) -> dict[str, Any]:
    at = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    return {"lon": lon, "lat": lat, "datum": "wgs84", "fixed_at": at.isoformat()}


async def test_a_position_reaches_the_map_within_moments_and_only_the_latest(town: RunningHouse) -> None:
    dispatcher, crew = await town.sign_in("dispatcher"), await town.sign_in("crew-5")
    mine = units_at(town, 1)[0]
    async with listening(dispatcher) as stream:
        await stream.until("ready")
        begun = time.monotonic()
        fixes = [fix(111.3 + i / 1000, 23.4, seconds_ago=10 - i / 10) for i in range(50)]
        await crew.post(f"/units/{mine}/positions", {"fixes": fixes})
        batch = (await stream.until("positions"))[-1]
        assert time.monotonic() - begun < 2
        (update,) = [found for found in batch.data if found["unit_id"] == mine]
        assert update["lon"] == pytest.approx(fixes[-1]["lon"])
        assert batch.id is None


async def test_many_fixes_of_one_unit_become_few_messages(town: RunningHouse) -> None:
    dispatcher, crew = await town.sign_in("dispatcher"), await town.sign_in("crew-7")
    mine = units_at(town, 2)[0]
    async with listening(dispatcher) as stream:
        await stream.until("ready")
        for i in range(40):
            await crew.post(f"/units/{mine}/positions", {"fixes": [fix(111.3 + i / 1000, 23.4)]})
        batches = 0
        reached = 0.0
        while reached < 111.3 + 39 / 1000 - 1e-6:
            batch = (await stream.until("positions"))[-1]
            batches += 1
            seen = [found["lon"] for found in batch.data if found["unit_id"] == mine]
            assert len(seen) <= 1
            reached = max([reached, *seen])
        assert batches <= 40


async def test_each_sees_the_vehicles_that_concern_them(town: RunningHouse) -> None:
    mine = units_at(town, 8)[0]
    crew = await town.sign_in("crew-20")
    where = fix(111.35, 23.45)
    await crew.post(f"/units/{mine}/positions", {"fixes": [where]})
    sees = {
        "dispatcher": True,
        "station-S09": True,
        "station-S20": False,
        "crew-20": True,
        "crew-21": False,
        "station-S11": False,
        "desk-WZ-H2": False,
    }
    for login, wanted in sees.items():
        units = await _units_on_map(await town.sign_in(login), town, crew, mine)
        assert (mine in units) is wanted, login


async def _units_on_map(client: Client, town: RunningHouse, crew: Client, mine: str) -> set[str]:
    """The units of all batches until a moment after another fix was published."""
    async with listening(client) as stream:
        await stream.until("ready")
        await crew.post(f"/units/{mine}/positions", {"fixes": [fix(111.36, 23.45)]})
        found: set[str] = set()
        try:
            while mine not in found:
                event = await stream.next(seconds=0.5)
                if event is not None and event.type == "positions":
                    found |= {update["unit_id"] for update in event.data}
        except TimeoutError:
            pass
        return found


async def test_an_older_fix_moves_nothing(town: RunningHouse) -> None:
    crew, mine = await town.sign_in("crew-9"), units_at(town, 3)[0]
    newest = fix(111.31, 23.41)
    await crew.post(f"/units/{mine}/positions", {"fixes": [newest]})
    late = await crew.post(f"/units/{mine}/positions", {"fixes": [fix(111.99, 23.99, seconds_ago=3600)]})
    assert late["position"]["lon"] == pytest.approx(111.31)
    future = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    crooked = await crew.post(
        f"/units/{mine}/positions", {"fixes": [newest | {"lon": 111.5, "fixed_at": future}]}
    )
    assert crooked["position"]["lon"] == pytest.approx(111.31)
