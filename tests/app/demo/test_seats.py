"""The demo's seats: listed for everybody, taken without a password on this machine only, and only in a demo."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from app.config import Config
from app.demo.living.api import SEAT
from app.demo.seats import PAGES, seat_routes
from app.demo.setup import accounts, sign_ins
from app.texts import TEXTS
from ledger.clock import SystemClock
from ledger.kinds.words import Role
from tests.support import databases, prefecture
from tests.support.house import API, RunningHouse, running_house
from tests.web.support import serving

SEATS = API + "/demo/seats"


@pytest.fixture
async def house(small_prefecture: Path, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """On one engine: nothing here is asked of the database that its own tests do not ask."""
    with databases.fresh(databases.engines()[0], tmp_path) as name:
        async with running_house(config_of(small_prefecture, tmp_path, name)) as found:
            yield found


def config_of(folder: Path, data: Path, database: str) -> Config:
    return prefecture.config(folder, data, database)


@asynccontextmanager
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def listed(house: RunningHouse, session: aiohttp.ClientSession) -> list[dict[str, Any]]:
    async with session.get(house.base + SEATS) as answer:
        assert answer.status == 200
        found: list[dict[str, Any]] = (await answer.json())["seats"]
        return found


async def test_every_account_is_a_seat_and_one_of_each_kind_comes_first(house: RunningHouse) -> None:
    async with browser() as session:
        seats = await listed(house, session)
    every = {user.login.casefold() for user in accounts(house.seed, SystemClock().now())}
    assert {seat["login"] for seat in seats} == every
    first = [seat for seat in seats if seat["first"]]
    assert seats[: len(first)] == first
    assert [seat["login"] for seat in first] == [login.casefold() for login, _ in sign_ins(house.seed)]
    assert [seat["page"] for seat in first] == ["console", "shift", "station", "crew", "hospital", "clinic"]
    assert all(seat["page"] == PAGES.get(Role(seat["role"]), "") for seat in seats)
    crews = [seat["login"] for seat in seats if seat["role"] == "crew"]
    assert crews == [f"crew-{number}" for number in range(1, len(crews) + 1)]
    assert all(seat["organisation_zh"] and seat["organisation_en"] and seat["name"] for seat in seats)


async def test_two_seats_in_one_browser(house: RunningHouse) -> None:
    async with browser() as session:
        for login, seat in (("dispatcher", "a"), ("crew-1", "crew-1")):
            async with session.post(f"{house.base}{SEATS}/{login}", headers={"Jiuhu-Seat": seat}) as answer:
                assert answer.status == 200
                me = await answer.json()
                assert (me["seat"], me["demo"]) == (login, True)
                assert answer.headers["Set-Cookie"].startswith(f"jiuhu_session_{seat}=")
        roles = []
        for seat in ("a", "crew-1"):
            async with session.get(house.base + API + "/me", headers={"Jiuhu-Seat": seat}) as answer:
                roles.append((await answer.json())["role"])
        assert roles == ["dispatcher", "crew"]


async def test_a_seat_may_be_called_something_else_in_the_records(house: RunningHouse) -> None:
    async with (
        browser() as session,
        session.post(f"{house.base}{SEATS}/dispatcher", json={"seat": "3 号台"}) as answer,
    ):
        assert (await answer.json())["seat"] == "3 号台"


@pytest.mark.parametrize(
    "path, headers, status, code",
    [
        ("/nobody", {}, 404, "user-not-found"),
        ("/dispatcher", {"Origin": "https://elsewhere.example"}, 403, "foreign-origin"),
        ("/dispatcher", {"X-Forwarded-For": "203.0.113.7"}, 403, "demo-loopback-only"),
        ("/dispatcher", {"Forwarded": "for=203.0.113.7"}, 403, "demo-loopback-only"),
        ("/dispatcher", {"Host": "elsewhere.example"}, 403, "demo-foreign-host"),
        ("/dispatcher", {"Host": "127.0.0.1.elsewhere.example:8120"}, 403, "demo-foreign-host"),
        ("/dispatcher", {"Host": "[::1"}, 403, "demo-foreign-host"),
        ("/dispatcher", {"Jiuhu-Seat": "No!"}, 400, "seat-malformed"),
    ],
)
async def test_who_is_refused(
    house: RunningHouse, path: str, headers: dict[str, str], status: int, code: str
) -> None:
    async with browser() as session:
        async with session.post(house.base + SEATS + path, headers=headers) as answer:
            assert (answer.status, (await answer.json(content_type=None))["code"]) == (status, code)
            assert "Set-Cookie" not in answer.headers
        async with session.get(house.base + API + "/me") as answer:
            assert answer.status == 401


@pytest.mark.parametrize(
    "host", ["localhost:8120", "LOCALHOST", "[::1]:8120", "127.0.0.1", "jiuhu.localhost"]
)
async def test_the_names_of_this_machine(house: RunningHouse, host: str) -> None:
    async with (
        browser() as session,
        session.post(f"{house.base}{SEATS}/dispatcher", headers={"Host": host}) as answer,
    ):
        assert answer.status == 200


async def test_a_peer_without_a_loopback_address_is_refused(house: RunningHouse, tmp_path: Path) -> None:
    """Over a socket whose peer has no address at all: what is not known to be near is far."""
    runner = web.AppRunner(house.house.application, access_log=None)
    await runner.setup()
    path = str(tmp_path / "s")
    await web.UnixSite(runner, path).start()
    try:
        async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(path)) as session:
            async with session.post(f"http://near{SEATS}/dispatcher") as answer:
                assert (answer.status, (await answer.json(content_type=None))["code"]) == (
                    403,
                    "demo-loopback-only",
                )
            async with session.get(f"http://near{SEATS}") as answer:
                assert answer.status == 200
    finally:
        await runner.cleanup()


async def test_an_installation_that_is_no_demo_has_no_seats(tmp_path: Path) -> None:
    def routes(storage: Any) -> Any:
        return seat_routes(storage, SystemClock(), set, demo=False)

    async with serving(tmp_path, routes, texts=[TEXTS]) as service:
        for answer in (await service.get(SEATS), await service.post(SEATS + "/zhang")):
            assert (answer.status, answer.body["code"]) == (404, "demo-only")
            assert "请用账号和密码登录" in answer.body["detail"]
            assert "Set-Cookie" not in answer.headers


async def test_a_seat_is_taken_while_a_person_follows_live_and_free_again_after(house: RunningHouse) -> None:
    async def taken(login: str) -> bool:
        async with browser() as session, session.get(house.base + SEATS) as answer:
            return next(bool(s["taken"]) for s in (await answer.json())["seats"] if s["login"] == login)

    async def until(login: str, wanted: bool) -> None:
        async with asyncio.timeout(10):
            while await taken(login) is not wanted:
                await asyncio.sleep(0.05)

    async with browser() as session:
        body = {"login": "crew-1", "password": house.password, "seat": SEAT}
        async with session.post(house.base + API + "/session", json=body) as answer:
            assert answer.status == 200
        async with session.ws_connect(house.base + API + "/live") as line:
            await line.send_json({"type": "hello", "after": None})
            await line.receive_json()
            assert not await taken("crew-1")
    async with browser() as session:
        async with session.post(f"{house.base}{SEATS}/crew-1", headers={"Idempotency-Key": "sit"}) as answer:
            assert answer.status == 200
        async with session.ws_connect(house.base + API + "/live") as line:
            await line.send_json({"type": "hello", "after": None})
            await until("crew-1", wanted=True)
        await until("crew-1", wanted=False)
