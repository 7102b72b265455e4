"""Streams and sockets over real connections: resume, revocation, bad manners, the end of the service."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import WSMsgType
from msgspec import Struct
from structlog.testing import capture_logs

from ledger.clock import SystemClock
from ledger.errors import Conflict
from ledger.sequencer import Sequencer
from ledger.storage.sqlite import SqliteStorage
from tests.web.support import PASSWORD, Service, plain_book, serving, write_incident
from web.caller import Caller
from web.config import WebConfig
from web.identity.accounts import disable_client, disable_user, list_clients
from web.identity.permissions import Permission
from web.identity.routes import identity_routes
from web.live import Hub
from web.live_socket import live_routes
from web.routes import Event, Nothing, Route, Socket


class Ping(Struct, tag="ping", forbid_unknown_fields=True):
    number: int


class Pong(Struct, tag="pong"):
    number: int
    name: str


async def echo(caller: Caller, request: Nothing, socket: Socket) -> None:
    while (message := await socket.receive(Ping)) is not None:
        if message.number == 13:
            raise Conflict("database-gone")
        if message.number == 14:
            raise RuntimeError("patient 张三")
        if message.number == 15:
            return
        await socket.send(Pong(message.number, caller.name))


async def flood(caller: Caller, request: Nothing, socket: Socket) -> None:
    while True:
        await socket.send(Pong(1, "x" * 100_000))


async def breaking(caller: Caller, request: Nothing) -> AsyncIterator[Event]:
    yield Event("one", 1)
    raise RuntimeError("patient 张三")


class Live:
    """A service with a hub."""

    def __init__(self, service: Service, hub: Hub) -> None:
        self.service = service
        self.hub = hub
        self.book = plain_book()

    async def write(self, code: str, entries: int) -> None:
        """Write, and wait until the hub has offered all of it."""
        people = self.service.people
        expected = self.hub.position + entries + 1
        await write_incident(self.service.storage, self.book, people.organisations[code], entries)
        async with asyncio.timeout(5):
            while self.hub.position < expected:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def living(path: Path, *, queue_limit: int = 1_000, **config: Any) -> AsyncIterator[Live]:
    found: list[Hub] = []

    def routes(storage: SqliteStorage) -> list[Route]:
        sequencer = Sequencer(storage)
        hub = Hub(storage, plain_book(), sequencer, heartbeat_s=0.2, queue_limit=queue_limit)
        found.append(hub)
        tasks.extend([asyncio.create_task(sequencer.run()), asyncio.create_task(hub.run())])
        socket = Permission.CREW_SOCKET
        return [
            *live_routes(hub),
            *identity_routes(storage, SystemClock()),
            Route("stream", "GET", "/api/v1/breaking", Permission.LIVE, Nothing, None, breaking, "Breaks"),
            Route("socket", "GET", "/api/v1/crew", socket, Nothing, Pong, echo, "Echo"),
            Route("socket", "GET", "/api/v1/flood", socket, Nothing, Pong, flood, "Flood"),
        ]

    tasks: list[asyncio.Task[None]] = []
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(serving(path, routes, config=WebConfig(**config)))
        try:
            yield Live(service, found[0])
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def frames(response: aiohttp.ClientResponse) -> AsyncIterator[dict[str, str]]:
    """The events of a text/event-stream."""
    event: dict[str, str] = {}
    async for line in response.content:
        text = line.decode().rstrip("\n")
        if not text:
            if "event" in event:
                yield event
            event = {}
            continue
        name, _, value = text.partition(": ")
        event[name] = value


def bearer(live: Live, name: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {live.service.people.tokens[name]}", **more}


async def read(live: Live, name: str, count: int, query: str = "", **headers: str) -> list[dict[str, str]]:
    address = f"{live.service.address}/api/v1/stream{query}"
    found = []
    async with (
        asyncio.timeout(10),
        live.service.client.get(address, headers=bearer(live, name, **headers)) as answer,
    ):
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        async for frame in frames(answer):
            found.append(frame)
            if len(found) == count:
                return found
    raise AssertionError(f"only {found}")


async def test_a_stream_resumes_from_its_last_event(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        await live.write("centre", 3)
        first = await read(live, "dispatcher", 2, "?after=0")
        assert [frame["id"] for frame in first] == ["1", "2"]
        said = msgspec.json.decode(first[1]["data"])
        assert (first[1]["event"], said["said"]["code"]) == ("incident.opened.v1", "E0")
        # A browser repeats the address with which it began; the header is what counts.
        rest = await read(live, "dispatcher", 3, "?after=0", **{"Last-Event-ID": "2"})
        assert [(frame["event"], frame["id"]) for frame in rest] == [
            ("incident.opened.v1", "3"),
            ("incident.opened.v1", "4"),
            ("ready", "4"),
        ]


async def test_a_stream_shows_nothing_foreign(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        await live.write("operator", 3)
        own = await read(live, "station", 4, "?after=0")
        assert {frame["event"] for frame in own} == {"stream.reader-admitted.v1", "incident.opened.v1"}
        found = await read(live, "other-station", 2, "?after=0")
        assert [frame["event"] for frame in found] == ["ready", "heartbeat"]


@pytest.mark.parametrize(
    "query, header", [("?after=-1", None), ("?after=x", None), ("", "abc"), ("", "9" * 40)]
)
async def test_a_position_that_is_none(tmp_path: Path, query: str, header: str | None) -> None:
    async with living(tmp_path) as live:
        headers = {} if header is None else {"Last-Event-ID": header}
        answer = await live.service.get(f"/api/v1/stream{query}", as_="dispatcher", headers=headers)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "after")


async def test_streams_and_sockets_end_when_the_right_to_them_does(tmp_path: Path) -> None:
    async with living(tmp_path, recheck_s=0.2) as live:
        service, client = live.service, live.service.client
        signed_in = await service.post("/api/v1/session", {"login": "zhang", "password": PASSWORD})
        assert signed_in.status == 200
        async with (
            client.get(service.address + "/api/v1/stream") as answer,
            client.ws_connect(service.address + "/api/v1/crew", headers=bearer(live, "crew")) as socket,
        ):
            assert answer.status == 200
            crew = next(one for one in await service.storage.read(list_clients) if one.name == "crew")
            began_s = time.monotonic()
            await service.storage.write(lambda connection: disable_user(connection, "zhang"))
            await service.storage.write(lambda connection: disable_client(connection, crew.id))
            async with asyncio.timeout(5):
                async for _ in frames(answer):
                    pass
                message = await socket.receive()
            assert (message.type, socket.close_code) == (WSMsgType.CLOSE, 1008)
            assert time.monotonic() - began_s < 2
        assert live.hub.subscribers == 0


async def test_a_subscriber_that_goes_away_is_forgotten(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        await live.write("centre", 1)
        await read(live, "dispatcher", 3, "?after=0")
        async with asyncio.timeout(5):
            while live.hub.subscribers:
                await asyncio.sleep(0.02)


async def test_a_stream_that_breaks_says_so_and_ends(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        with capture_logs() as logs:
            answer = await live.service.get("/api/v1/breaking", as_="dispatcher")
        assert answer.status == 200
        assert b"event: problem" in answer.raw
        assert b"internal-error" in answer.raw
        assert [record["error"] for record in logs if record["log_level"] == "error"] == ["RuntimeError"]
        assert "张三" not in repr(logs) + answer.raw.decode()


async def test_the_service_stops_at_once_with_streams_open(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        answer = await live.service.client.get(
            live.service.address + "/api/v1/stream", headers=bearer(live, "dispatcher")
        )
        began_s = time.monotonic()
    assert time.monotonic() - began_s < 3
    answer.close()


async def test_a_socket_talks_json(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        address = live.service.address + "/api/v1/crew"
        async with live.service.client.ws_connect(address, headers=bearer(live, "crew")) as socket:
            await socket.send_str('{"type": "ping", "number": 1}')
            assert await socket.receive_json() == {"type": "pong", "number": 1, "name": "crew"}
            await socket.send_str('{"type": "ping", "number": 15}')
            assert (await socket.receive()).type is WSMsgType.CLOSE
            assert socket.close_code == 1000


@pytest.mark.parametrize(
    "sent, problem, code, reason",
    [
        ('{"type": "ping"}', "field-missing", 1008, "field-missing"),
        ('{"type": "ping", "number": "1"}', "field-invalid", 1008, "field-invalid"),
        ("{", "json-malformed", 1008, "json-malformed"),
        (b"\x00", "frame-not-text", 1008, "frame-not-text"),
        ('{"type": "ping", "number": 13}', "database-gone", 1008, "database-gone"),
        ('{"type": "ping", "number": 14}', None, 1011, ""),
        ("x" * 70_000, None, 1009, ""),
    ],
)
async def test_a_socket_tells_why_it_closes(
    tmp_path: Path, sent: str | bytes, problem: str | None, code: int, reason: str
) -> None:
    async with living(tmp_path) as live:
        address = live.service.address + "/api/v1/crew"
        async with live.service.client.ws_connect(address, headers=bearer(live, "crew")) as socket:
            await (socket.send_str(sent) if isinstance(sent, str) else socket.send_bytes(sent))
            if problem is not None:
                told = await socket.receive_json()
                assert (told["type"], told["problem"]["code"]) == ("problem", problem)
            message = await socket.receive()
            assert (message.type, socket.close_code) == (WSMsgType.CLOSE, code)
            assert not reason or message.extra == reason


@pytest.mark.parametrize(
    "headers, status",
    [
        ({"Origin": "https://elsewhere.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Authorization": "Bearer jh_x"}, 401),
    ],
)
async def test_a_socket_from_elsewhere_is_refused(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    async with living(tmp_path) as live:
        address = live.service.address + "/api/v1/crew"
        with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
            await live.service.client.ws_connect(address, headers=bearer(live, "crew") | headers)
        assert caught.value.status == status


async def test_a_socket_is_no_page(tmp_path: Path) -> None:
    async with living(tmp_path) as live:
        answer = await live.service.get("/api/v1/crew", as_="crew")
        assert (answer.status, answer.body["code"]) == (400, "websocket-expected")


async def test_a_socket_that_takes_nothing_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.sockets.SEND_S", 0.2)
    monkeypatch.setattr("web.sockets.CLOSE_S", 0.2)
    async with living(tmp_path) as live:
        host, port = live.service.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
        token = live.service.people.tokens["crew"]
        writer.write(
            f"GET /api/v1/flood HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(1.0)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            async with asyncio.timeout(5):
                await reader.readexactly(1_000_000_000)
        writer.close()
