"""`/live`: the stream over a WebSocket, with the same guarantees."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType

from ledger.ids import new_id
from ledger.sequencer import Sequencer
from ledger.storage.sqlite import SqliteStorage
from tests.web.support import NOW, plain_book, serving
from tests.web.test_lasting import Live, bearer, living
from web.identity.accounts import disable_client, list_clients
from web.identity.permissions import Permission
from web.live import Hub
from web.live_socket import LiveLine, LiveMessage, LiveRequest
from web.positions import PositionUpdate
from web.routes import Route
from web.topics import Topic


@asynccontextmanager
async def connected(
    live: Live, name: str, path: str = "/api/v1/live"
) -> AsyncIterator[ClientWebSocketResponse]:
    address = live.service.address + path
    async with (
        asyncio.timeout(20),
        live.service.client.ws_connect(address, headers=bearer(live, name)) as socket,
    ):
        yield socket


async def hello(socket: ClientWebSocketResponse, after: int | None = None) -> None:
    await socket.send_str(json.dumps({"type": "hello", "after": after}))


async def take(socket: ClientWebSocketResponse, count: int, *, beats: bool = False) -> list[dict[str, Any]]:
    """The next messages, heartbeats left out unless they are wanted."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        message = await socket.receive_json()
        if beats or message["type"] != "heartbeat":
            found.append(message)
    return found


async def test_it_tells_what_the_stream_tells(tmp_path: Path) -> None:
    async with living(tmp_path) as live, connected(live, "dispatcher") as socket:
        await hello(socket)
        (ready,) = await take(socket, 1)
        assert ready == {"type": "ready", "id": 0, "data": {"position": 0}}
        await live.write("centre", 1)
        admitted, opened = await take(socket, 2)
        assert (admitted["type"], admitted["id"]) == ("stream.reader-admitted.v1", 1)
        assert (opened["type"], opened["id"]) == ("incident.opened.v1", 2)
        assert opened["data"]["position"] == 2
        assert opened["data"]["said"]["code"] == "E0"
        live.hub.publish_change(Topic.CLOSURE, None)
        (changed,) = await take(socket, 1)
        assert changed == {"type": "changed", "id": None, "data": {"topic": "closure", "id": None}}
        people = live.service.people
        moved = PositionUpdate(
            unit_id=people.unit_id,
            organisation_id=people.organisations["operator"],
            lon=111.0,
            lat=23.0,
            at=NOW,
        )
        live.hub.publish_positions([moved])
        (positions,) = await take(socket, 1)
        assert (positions["type"], positions["id"]) == ("positions", None)
        assert [one["unit_id"] for one in positions["data"]] == [str(people.unit_id)]
        (beat,) = await take(socket, 1, beats=True)
        assert beat == {"type": "heartbeat", "id": 2, "data": {"position": 2}}


async def test_it_resumes_from_the_last_id_without_gap_or_double(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        await live.write("centre", 5)
        seen: list[int] = []
        for cut in (1, 2, 1, 2):
            async with connected(live, "dispatcher") as socket:
                await hello(socket, seen[-1] if seen else 0)
                seen += [message["id"] for message in await take(socket, cut)]
        assert seen == [1, 2, 3, 4, 5, 6]


async def test_it_holds_nothing_foreign(tmp_path: Path) -> None:
    async with living(tmp_path) as live, connected(live, "station") as socket:
        await hello(socket)
        await take(socket, 1)
        await live.write("other", 3)
        await live.write("operator", 1)
        admitted, opened = await take(socket, 2)
        assert (admitted["id"], opened["id"], opened["type"]) == (5, 6, "incident.opened.v1")
        (beat,) = await take(socket, 1, beats=True)
        assert beat["type"] == "heartbeat"


async def test_a_position_that_is_none_is_told(tmp_path: Path) -> None:
    async with living(tmp_path) as live, connected(live, "dispatcher") as socket:
        await hello(socket, 999)
        resync, ready = await take(socket, 2)
        assert (resync["type"], resync["data"]["reason"]["code"]) == ("resync", "stream-position-unknown")
        assert ready["type"] == "ready"


@pytest.mark.parametrize(
    "sent, code",
    [
        ('{"type": "hello", "after": -1}', "field-invalid"),
        ('{"type": "hello", "more": 1}', "field-unknown"),
        ('{"type": "bye"}', "field-invalid"),
        ("{", "json-malformed"),
        (b"\x00", "frame-not-text"),
    ],
)
async def test_a_bad_hello_is_told(tmp_path: Path, sent: str | bytes, code: str) -> None:
    async with living(tmp_path) as live, connected(live, "dispatcher") as socket:
        await (socket.send_str(sent) if isinstance(sent, str) else socket.send_bytes(sent))
        (told,) = await take(socket, 1)
        assert (told["type"], told["problem"]["code"]) == ("problem", code)
        assert (await socket.receive()).type is WSMsgType.CLOSE


async def test_after_hello_it_only_listens(tmp_path: Path) -> None:
    async with living(tmp_path) as live, connected(live, "dispatcher") as socket:
        await hello(socket)
        await take(socket, 1)
        await hello(socket)
        (told,) = await take(socket, 1)
        assert (told["type"], told["problem"]["code"]) == ("problem", "hello-said-already")
        assert (await socket.receive()).extra == "hello-said-already"
        async with asyncio.timeout(5):
            while live.hub.subscribers:
                await asyncio.sleep(0.01)


async def test_who_says_nothing_is_let_go(tmp_path: Path) -> None:
    def routes(storage: SqliteStorage) -> list[Route]:
        line = LiveLine(Hub(storage, plain_book(), Sequencer(storage)), hello_within_s=0.2)
        return [
            Route("socket", "GET", "/live", Permission.LIVE, LiveRequest, LiveMessage, line.serve, "Live")
        ]

    async with serving(tmp_path, routes) as service:
        headers = {"Authorization": f"Bearer {service.people.tokens['dispatcher']}"}
        async with service.client.ws_connect(service.address + "/live", headers=headers) as socket:
            told = await socket.receive_json(timeout=5)
            assert (told["type"], told["problem"]["code"]) == ("problem", "hello-missing")
            assert (await socket.receive(timeout=5)).extra == "hello-missing"


async def test_a_page_that_goes_leaves_nothing_behind(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        async with connected(live, "dispatcher") as socket:
            await hello(socket)
            await take(socket, 1)
            assert live.hub.subscribers == 1
        async with connected(live, "dispatcher"):
            pass
        async with asyncio.timeout(5):
            while live.hub.subscribers:
                await asyncio.sleep(0.01)


async def test_who_loses_the_right_is_out(tmp_path: Path) -> None:
    async with living(tmp_path, recheck_s=0.1) as live, connected(live, "dispatcher") as socket:
        await hello(socket)
        await take(socket, 1)
        clients = await live.service.storage.read(list_clients)
        gone = next(client.id for client in clients if client.name == "dispatcher")
        await live.service.storage.write(lambda connection: disable_client(connection, gone))
        message = await socket.receive()
        while message.type is WSMsgType.TEXT:
            message = await socket.receive()
        assert (message.type, socket.close_code, message.extra) == (WSMsgType.CLOSE, 1008, "revoked")


@pytest.mark.parametrize(
    "headers, status",
    [({"Origin": "https://elsewhere.example"}, 403), ({"Authorization": "Bearer jh_x"}, 401)],
)
async def test_it_is_not_for_others(tmp_path: Path, headers: dict[str, str], status: int) -> None:
    async with living(tmp_path) as live:
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await live.service.client.ws_connect(
                live.service.address + "/api/v1/live", headers=bearer(live, "dispatcher") | headers
            )
        assert caught.value.status == status


async def test_a_slow_page_is_told_and_let_go_like_any_reader(tmp_path: Path) -> None:
    """It takes nothing while megabytes of positions fill every buffer, and then more entries come than may wait."""
    units = [new_id(NOW) for _ in range(6_000)]
    organisation_id = new_id(NOW)
    async with living(tmp_path, queue_limit=10) as live, connected(live, "dispatcher") as socket:
        await hello(socket)
        for second in range(20):
            at = NOW + timedelta(seconds=second)
            live.hub.publish_positions(
                [
                    PositionUpdate(unit_id=unit, organisation_id=organisation_id, lon=1.0, lat=1.0, at=at)
                    for unit in units
                ]
            )
            await asyncio.sleep(0.12)
        await live.write("centre", 50)
        types = []
        while (message := await socket.receive()).type is WSMsgType.TEXT:
            types.append(json.loads(message.data)["type"])
        assert types[0] == "ready"
        assert types[-1] == "resync"
        assert not any("." in name for name in types)
        assert (message.type, socket.close_code) == (WSMsgType.CLOSE, 1000)
        assert live.hub.subscribers == 0
