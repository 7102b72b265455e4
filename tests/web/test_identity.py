"""Accounts, sessions, and the gate that every request passes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from ledger.errors import Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds.words import Role
from ledger.tables import organisation
from tests.web.support import NOW, PASSWORD, HandClock, Service, serving
from web.config import WebConfig
from web.errors import TooMany
from web.identity import accounts, passwords
from web.identity.patience import FREE_TRIES, LONGEST_WAIT_S, REMEMBERED, Patience
from web.identity.permissions import Permission
from web.identity.routes import identity_routes
from web.identity.tables import session, user
from web.routes import Nothing, Route


async def nothing(caller: Any, request: Nothing) -> Nothing:
    return request


def routes(clock: HandClock) -> Any:
    extra = Route("call", "POST", "/api/v1/work", Permission.INCIDENT_WORK, Nothing, Nothing, nothing, "Work")
    return lambda storage: [*identity_routes(storage, clock, demo=True), extra]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def service(tmp_path: Path, clock: HandClock) -> AsyncIterator[Service]:
    async with serving(tmp_path, routes(clock), clock=clock) as found:
        yield found


async def sign_in(service: Service, password: str = PASSWORD, login: str = "zhang", **more: Any) -> Any:
    return await service.post("/api/v1/session", {"login": login, "password": password}, **more)


async def test_in_who_am_i_out(service: Service) -> None:
    answer = await service.post("/api/v1/session", {"login": " ＺHANG ", "password": PASSWORD, "seat": "3"})
    assert answer.status == 200
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("jiuhu_session=")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"))
    assert "Secure" not in cookie
    me = (await service.get("/api/v1/me")).body
    assert me == answer.body
    assert (me["name"], me["seat"], me["role"], me["demo"]) == ("张调度", "3", "dispatcher", True)
    assert (me["organisation"]["name_zh"], me["organisation"]["kind"]) == ("机构centre", "centre")
    assert "unit.send" in me["permissions"]
    assert (await service.ask("DELETE", "/api/v1/session")).status == 200
    assert (await service.get("/api/v1/me")).status == 401


async def test_cookies_are_secure_over_https(tmp_path: Path, clock: HandClock) -> None:
    async with serving(tmp_path, routes(clock), clock=clock, config=WebConfig(https=True)) as service:
        assert "Secure" in (await sign_in(service)).headers["Set-Cookie"]


async def test_no_token_and_no_password_is_stored(service: Service) -> None:
    answer = await sign_in(service)
    token = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
    rows = await service.storage.read(
        lambda connection: [*connection.execute(select(session)), *connection.execute(select(user))]
    )
    assert token not in repr(rows)
    assert PASSWORD not in repr(rows)
    assert "$argon2id$" in repr(rows)


@pytest.mark.parametrize("login, password", [("zhang", "wrong password"), ("nobody", PASSWORD)])
async def test_a_wrong_login_looks_like_a_wrong_password(service: Service, login: str, password: str) -> None:
    answer = await sign_in(service, password, login)
    assert (answer.status, answer.body["code"]) == (401, "sign-in-refused")


async def test_guessing_is_slowed_and_forgiven(service: Service, clock: HandClock) -> None:
    codes = [(await sign_in(service, "wrong password")).status for _ in range(FREE_TRIES + 1)]
    assert codes == [401] * FREE_TRIES + [429]
    refused = await sign_in(service)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "2")
    # Somebody else is not made to wait.
    assert (await sign_in(service, login="other")).status == 401
    clock.seconds += 3
    assert (await sign_in(service)).status == 200
    assert (await sign_in(service, "wrong password")).status == 401


async def test_guesses_side_by_side_count_too(service: Service) -> None:
    answers = await asyncio.gather(*(sign_in(service, "wrong password") for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [401] * FREE_TRIES + [429] * (20 - FREE_TRIES)


def test_patience_is_bounded_in_time_and_memory() -> None:
    clock = HandClock()
    patience = Patience(clock)
    for _ in range(30):
        patience.spend("a")
        clock.seconds += LONGEST_WAIT_S
    for number in range(REMEMBERED):
        patience.spend(str(number))
    for _ in range(FREE_TRIES):
        patience.spend("a")
    with pytest.raises(TooMany):
        patience.spend("a")


async def test_a_session_ends_with_the_shift(service: Service, clock: HandClock) -> None:
    await sign_in(service)
    clock.time += timedelta(hours=11, minutes=59)
    assert (await service.get("/api/v1/me")).status == 200
    seen = await service.storage.read(lambda connection: connection.scalar(select(session.c.seen_at)))
    assert seen == clock.time
    clock.time += timedelta(minutes=2)
    assert (await service.get("/api/v1/me")).status == 401
    # The next sign-in clears away what has ended.
    await sign_in(service)
    assert await service.storage.read(lambda c: c.scalar(select(func.count()).select_from(session))) == 1


async def test_whoever_is_disabled_is_out_at_once(service: Service) -> None:
    await sign_in(service)
    await service.storage.write(lambda connection: accounts.disable_user(connection, "Zhang"))
    assert (await service.get("/api/v1/me")).status == 401
    assert (await sign_in(service)).status == 401
    await service.storage.write(lambda connection: accounts.enable_user(connection, "zhang"))
    assert (await service.get("/api/v1/me")).status == 401, "an old session does not come back to life"
    assert (await sign_in(service)).status == 200


async def test_a_new_password_ends_the_old_sessions(service: Service) -> None:
    await sign_in(service)
    changed = await passwords.hash_password("a better password")
    await service.storage.write(lambda connection: accounts.set_password(connection, "zhang", changed))
    assert (await service.get("/api/v1/me")).status == 401
    assert (await sign_in(service)).status == 401
    assert (await sign_in(service, "a better password")).status == 200


async def test_an_organisation_that_has_left_takes_its_people_with_it(service: Service) -> None:
    await sign_in(service)
    gone = update(organisation).where(organisation.c.code == "centre").values(active=False)
    await service.storage.write(lambda connection: connection.execute(gone).rowcount)
    assert (await service.get("/api/v1/me")).status == 401
    assert (await service.get("/api/v1/me", as_="dispatcher")).status == 401
    assert (await service.get("/api/v1/me", as_="hospital")).status == 200


async def test_a_stations_machine_is_bound_to_its_station_as_its_desk_is(service: Service) -> None:
    station = new_id(NOW)
    bound = accounts.Client(
        id=new_id(NOW),
        name="gate",
        role=Role.STATION,
        organisation_id=service.people.organisations["operator"],
        station_id=station,
        created_at=NOW,
    )
    token = await service.storage.write(lambda connection: accounts.add_client(connection, bound))
    service.people.tokens["bound"] = token
    assert (await service.get("/api/v1/me", as_="bound")).body["station_id"] == str(station)
    assert (await service.get("/api/v1/me", as_="station")).body["station_id"] is None
    assert bound in await service.storage.read(accounts.list_clients)


async def test_a_machine_has_no_session_to_end(service: Service) -> None:
    assert (await service.ask("DELETE", "/api/v1/session", as_="integration")).status == 200
    assert (await service.get("/api/v1/me", as_="integration")).status == 200


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 200),
        ({"Origin": "http://HOST"}, 200),
        ({"Origin": "https://HOST"}, 200),
        ({"Origin": "https://console.example", "Sec-Fetch-Site": "same-site"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[broken"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
async def test_what_a_cookie_allows_must_come_from_our_pages(
    tmp_path: Path, clock: HandClock, headers: dict[str, str], status: int
) -> None:
    config = WebConfig(origins=frozenset({"https://console.example"}))
    async with serving(tmp_path, routes(clock), clock=clock, config=config) as service:
        await sign_in(service)
        host = service.address.removeprefix("http://")
        sent = {name: value.replace("HOST", host) for name, value in headers.items()}
        assert (await service.post("/api/v1/work", {}, headers=sent)).status == status
        # A machine's token is not sent by a browser on its own, so its origin does not matter.
        assert (await service.post("/api/v1/work", {}, headers=sent, as_="dispatcher")).status == 200
        assert (await service.get("/api/v1/me", headers=sent)).status == 200


def person(service: Service, **values: Any) -> accounts.User:
    base: dict[str, Any] = {
        "id": new_id(NOW),
        "login": "li",
        "name": "李",
        "role": Role.DISPATCHER,
        "organisation_id": service.people.organisations["centre"],
        "created_at": NOW,
    }
    return accounts.User(**(base | values))


@pytest.mark.parametrize(
    "values, code",
    [
        ({"login": "ZHANG"}, "login-taken"),
        ({"login": "x"}, "login-malformed"),
        ({"login": "a b"}, "login-malformed"),
        ({"login": "x" * 61}, "login-malformed"),
        ({"role": Role.SYSTEM}, "role-not-for-accounts"),
        ({"role": Role.CREW}, "crew-without-unit"),
        ({"role": Role.STATION}, "station-desk-without-station"),
        ({"organisation_id": new_id(NOW)}, "organisation-not-found"),
    ],
)
async def test_accounts_that_cannot_be(service: Service, values: dict[str, Any], code: str) -> None:
    new = person(service, **values)
    with pytest.raises((Invalid, NotFound)) as caught:
        await service.storage.write(lambda connection: accounts.add_user(connection, new, "hash"))
    assert caught.value.code == code
    assert [one.login for one in await service.storage.read(accounts.list_users)] == ["zhang"]


@pytest.mark.parametrize(
    "password, code", [("123456789", "password-too-short"), ("x" * 201, "password-too-long")]
)
async def test_passwords_that_nobody_should_use(password: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        await passwords.hash_password(password)
    assert caught.value.code == code
    assert caught.value.fields[0].field == "password"


async def test_unknown_accounts(service: Service) -> None:
    with pytest.raises(NotFound):
        await service.storage.write(lambda connection: accounts.disable_user(connection, "nobody"))
    with pytest.raises(NotFound):
        await service.storage.write(lambda connection: accounts.disable_client(connection, new_id(NOW)))


async def test_the_database_gone_is_a_503_and_never_a_way_in(service: Service) -> None:
    await service.storage.close()
    answer = await service.get("/api/v1/me", as_="dispatcher")
    assert (answer.status, answer.body["code"]) == (503, "database-closed")
    assert answer.headers["Retry-After"] == "2"


def test_a_rush_of_sign_ins_is_served_on_every_event_loop() -> None:
    async def rush() -> list[bool]:
        return await asyncio.gather(*(passwords.is_password(f"wrong {n}", None) for n in range(5)))

    for _ in range(2):
        assert asyncio.run(rush()) == [False] * 5
