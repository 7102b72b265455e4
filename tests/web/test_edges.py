"""What the server does with bad bodies and bad route tables."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.web.support import Service, serving
from tests.web.test_server import HERE, routes
from web.caller import Caller
from web.config import WebConfig
from web.identity.permissions import Permission
from web.routes import Event, Nothing, Route, Socket


async def half_a_body(service: Service) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host, port = service.address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    token = service.people.tokens["dispatcher"]
    writer.write(
        f"POST {HERE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n"
        "Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{".encode()
    )
    await writer.drain()
    return reader, writer


async def test_a_body_that_never_arrives(tmp_path: Path) -> None:
    async with serving(tmp_path, routes, config=WebConfig(body_timeout_s=0.2)) as service:
        reader, writer = await half_a_body(service)
        answer = await reader.readuntil(b"\r\n")
        assert b" 408 " in answer
        writer.close()
        await writer.wait_closed()


async def test_a_caller_who_hangs_up_half_way_is_no_error_of_ours(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(tmp_path, routes) as service:
        _, writer = await half_a_body(service)
        await asyncio.sleep(0.2)
        writer.close()
        await writer.wait_closed()
        await asyncio.sleep(0.2)
    assert [record.getMessage() for record in caplog.records if record.name.startswith("aiohttp")] == []


@pytest.mark.parametrize(
    "head, body",
    [
        ("Transfer-Encoding: chunked", b"zz\r\nxx\r\n0\r\n\r\n"),
        ("Content-Encoding: gzip\r\nContent-Length: 4", b"nope"),
        ("Content-Encoding: deflate\r\nContent-Length: 4", b"nope"),
    ],
)
async def test_a_body_that_is_badly_wrapped_is_never_our_fault(
    tmp_path: Path, head: str, body: bytes
) -> None:
    async with serving(tmp_path, routes) as service:
        host, port = service.address.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        token = service.people.tokens["dispatcher"]
        writer.write(
            f"POST {HERE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: k\r\n"
            f"Content-Type: application/json\r\n{head}\r\n\r\n".encode()
            + body
        )
        answer = await reader.readuntil(b"\r\n")
        assert answer.split()[1].startswith(b"4")
        writer.close()
        await writer.wait_closed()


async def nothing(caller: Caller, request: Nothing) -> Nothing:
    return request


async def no_events(caller: Caller, request: Nothing) -> AsyncIterator[Event]:
    yield Event("a", 1)


async def no_socket(caller: Caller, request: Nothing, socket: Socket) -> None:
    return None


@pytest.mark.parametrize(
    "broken",
    [
        [Route("call", "GET", "/a/{b}", None, Nothing, Nothing, nothing, "path name not in the request")],
        [Route("call", "POST", "/a", None, Nothing, Nothing, nothing, "a command of nobody", command=True)],
        [
            Route(
                "call", "GET", "/a", Permission.LIVE, Nothing, Nothing, nothing, "a GET command", command=True
            )
        ],
        [Route("stream", "GET", "/a", None, Nothing, Nothing, no_events, "a stream for nobody")],
        [Route("socket", "GET", "/a", None, Nothing, Nothing, no_socket, "a socket for nobody")],
        [Route("call", "GET", "/a", None, Nothing, Nothing, nothing, "twice")] * 2,
    ],
    ids=lambda table: table[0].summary,
)
async def test_a_table_that_cannot_work_is_refused_when_built(tmp_path: Path, broken: list[Route]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  each says which row
        async with serving(tmp_path, broken):
            pass
