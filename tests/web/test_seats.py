"""Several seats in one browser: which cookie a request is answered by."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from ledger.clock import SystemClock
from ledger.ids import new_id
from ledger.kinds.words import Role
from ledger.sequencer import Sequencer
from ledger.storage.sqlite import SqliteStorage
from tests.web.support import NOW, PASSWORD, Answer, Service, plain_book, serving
from web.caller import Caller
from web.identity.accounts import User, add_user
from web.identity.passwords import hash_password
from web.identity.permissions import Permission
from web.identity.routes import identity_routes
from web.identity.tables import session
from web.live import Hub
from web.live_socket import live_routes
from web.routes import Nothing, Reply, Route


async def picture(caller: Caller, request: Nothing) -> Reply:
    return Reply(("text/plain", caller.name.encode()))


def routes(storage: SqliteStorage) -> list[Route]:
    hub = Hub(storage, plain_book(), Sequencer(storage))
    tasks.append(asyncio.create_task(hub.run()))
    return [
        *identity_routes(storage, SystemClock()),
        *live_routes(hub),
        Route(
            "bytes", "GET", "/api/v1/picture", Permission.ACCOUNT, Nothing, "text/plain", picture, "Picture"
        ),
    ]


tasks: list[asyncio.Task[None]] = []


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """With a second person, li."""
    async with serving(tmp_path, routes) as found:
        hashed = await hash_password(PASSWORD)
        li = User(
            id=new_id(NOW),
            login="li",
            name="李值班",
            role=Role.SHIFT_LEADER,
            organisation_id=found.people.organisations["centre"],
            created_at=NOW,
        )
        await found.storage.write(lambda connection: add_user(connection, li, hashed))
        yield found
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        tasks.clear()


async def sign_in(service: Service, login: str, seat: str | None = None) -> Answer:
    answer = await service.post("/api/v1/session", {"login": login, "password": PASSWORD}, headers=at(seat))
    assert answer.status == 200, answer.body
    return answer


def at(seat: str | None) -> dict[str, str]:
    return {} if seat is None else {"Jiuhu-Seat": seat}


async def who(service: Service, seat: str | None = None) -> Any:
    answer = await service.get("/api/v1/me", headers=at(seat))
    return answer.body["name"] if answer.status == 200 else answer.status


async def test_each_seat_has_its_own_session_in_one_browser(service: Service) -> None:
    first = await sign_in(service, "zhang", "desk-1")
    assert first.headers["Set-Cookie"].startswith("jiuhu_session_desk-1=")
    assert all(word in first.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Strict", "Path=/"))
    await sign_in(service, "li", "desk-2")
    assert [await who(service, seat) for seat in ("desk-1", "desk-2", "desk-3", None)] == [
        "张调度", "李值班", 401, 401,
    ]  # fmt: skip
    plain = await sign_in(service, "li")
    assert plain.headers["Set-Cookie"].startswith("jiuhu_session=")
    assert [await who(service, seat) for seat in ("desk-1", None)] == ["张调度", "李值班"]


async def test_signing_out_takes_the_cookie_of_that_seat_alone(service: Service) -> None:
    for seat in ("desk-1", "desk-2", None):
        await sign_in(service, "zhang", seat)
    answer = await service.ask("DELETE", "/api/v1/session", headers=at("desk-1"))
    assert answer.status == 200
    assert answer.headers["Set-Cookie"].startswith('jiuhu_session_desk-1="";')
    assert [await who(service, seat) for seat in ("desk-1", "desk-2", None)] == [401, "张调度", "张调度"]


@pytest.mark.parametrize("seat", ["Desk", "a b", "x" * 41, "a;b", "é", "a=b"])
async def test_a_name_that_is_none_is_refused(service: Service, seat: str) -> None:
    await sign_in(service, "zhang")
    answer = await service.get("/api/v1/me", headers=at(seat))
    assert (answer.status, answer.body["code"]) == (400, "seat-malformed")
    body = {"login": "zhang", "password": PASSWORD}
    refused = await service.post("/api/v1/session", body, headers=at(seat))
    assert (refused.status, refused.body["code"]) == (400, "seat-malformed")
    opened = await service.storage.read(
        lambda connection: connection.scalar(select(func.count()).select_from(session))
    )
    assert opened == 1


async def test_an_empty_name_is_no_seat(service: Service) -> None:
    await sign_in(service, "zhang")
    assert await who(service, "") == "张调度"


async def test_a_seat_gives_no_way_around_the_foreign_origin(service: Service) -> None:
    await sign_in(service, "zhang", "desk-1")
    headers = at("desk-1") | {"Origin": "https://elsewhere.example"}
    answer = await service.ask("DELETE", "/api/v1/session", headers=headers)
    assert (answer.status, answer.body["code"]) == (403, "foreign-origin")
    assert await who(service, "desk-1") == "张调度"


async def test_a_machine_keeps_its_token_whatever_the_seat(service: Service) -> None:
    answer = await service.get("/api/v1/me", as_="crew", headers=at("desk-1"))
    assert answer.body["name"] == "crew"


async def test_where_no_header_can_be_set_the_query_says_the_seat(service: Service) -> None:
    await sign_in(service, "zhang", "desk-1")
    picture = await service.get("/api/v1/picture?seat=desk-1")
    assert picture.raw.decode() == "张调度"
    assert (await service.get("/api/v1/picture")).status == 401
    async with service.client.get(service.address + "/api/v1/stream?after=0&seat=desk-1") as answer:
        assert answer.status == 200
    async with service.client.ws_connect(service.address + "/api/v1/live?seat=desk-1") as socket:
        await socket.send_str('{"type": "hello"}')
        assert (await socket.receive_json(timeout=5))["type"] == "ready"
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await service.client.ws_connect(service.address + "/api/v1/live?seat=desk-2")
    assert caught.value.status == 401
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await service.client.ws_connect(service.address + "/api/v1/live?seat=Desk")
    assert caught.value.status == 400
