"""What is no entry and changes all the same: everybody who may see it is told, on the live socket, and fetches it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse

from dispatch.desk.closures import LOOK_EVERY_S
from tests.support.house import API, Client, RunningHouse


@asynccontextmanager
async def following(client: Client) -> AsyncIterator[ClientWebSocketResponse]:
    """The live socket, from now on."""
    async with client.session.ws_connect(client.base + API + "/live") as socket:
        await socket.send_str('{"type": "hello", "after": null}')
        while json.loads((await socket.receive(timeout=10)).data)["type"] != "ready":
            pass
        yield socket


async def change(socket: ClientWebSocketResponse, topic: str) -> dict[str, Any]:
    """The next change of this topic."""
    while True:
        message: dict[str, Any] = json.loads((await socket.receive(timeout=10)).data)
        if message["type"] == "changed" and message["data"]["topic"] == topic:
            data: dict[str, Any] = message["data"]
            return data


async def test_a_unit_that_is_held_back_is_seen_by_the_desk_and_the_station(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    station = await house.sign_in(f"station-{house.seed.stations[0].code}")
    unit = (await station.get("/units"))["units"][0]
    async with following(dispatcher) as desk, following(station) as own:
        await station.post(f"/units/{unit['id']}/pause", {"reason": "lunch", "version": unit["version"]})
        assert await change(desk, "unit") == await change(own, "unit") == {"topic": "unit", "id": unit["id"]}
        assert (await dispatcher.get(f"/units/{unit['id']}"))["version"] == unit["version"] + 1
        await station.post(f"/units/{unit['id']}/resume")
        assert (await change(desk, "unit"))["id"] == unit["id"]
        await station.post(f"/units/{unit['id']}/duty", {"duty": "off", "version": unit["version"] + 2})
        assert (await change(desk, "unit"))["id"] == unit["id"]
        # Whoever comes aboard may have left another unit: all of them are to be fetched.
        await station.post(f"/units/{unit['id']}/crew", {"staff": [], "version": unit["version"] + 3})
        assert (await change(desk, "unit"))["id"] is None


async def test_a_closure_is_told_once_when_it_begins_and_when_it_ends(house: RunningHouse) -> None:
    dispatcher, leader = await house.sign_in("dispatcher"), await house.sign_in("leader")
    far = house.seed.stations[-1]
    async with following(leader) as socket:
        closure = await dispatcher.post(
            "/closures",
            {
                "form": "place",
                "reason": "flood",
                "lon": far.lon,
                "lat": far.lat,
                "datum": "wgs84",
                "radius_m": 500,
            },
        )
        assert (await change(socket, "closure"))["id"] == closure["id"]
        assert (await leader.get(f"/closures/{closure['id']}"))["in_force"]
        # The look at what other processes closed finds nothing new.
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(LOOK_EVERY_S + 0.2):
                await change(socket, "closure")
        await dispatcher.post(f"/closures/{closure['id']}/end")
        assert (await change(socket, "closure"))["id"] == closure["id"]
