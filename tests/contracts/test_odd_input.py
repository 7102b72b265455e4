"""Odd input to every route of a running house: whatever is sent, the fault is never ours."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import msgspec
import pytest

from ledger.kinds.words import Role
from tests.contracts.cast import Cast, Member, gather
from tests.contracts.test_access import PUBLIC, ROWS, SIGN_OUT, name_of
from tests.support.house import RunningHouse
from web.decoding import path_names
from web.routes import Route

pytestmark = pytest.mark.asyncio(loop_scope="module")

ODD: tuple[Any, ...] = (
    *(None, True, -1, 0, 2**31, 2**63 - 1, 2**64, 1e308, 0.1),
    *("", " ", "x", "病" * 300, "\u202e\U0001f691\ud7ff", "%00", "a" * 70_000),
    *([], [None], [[]], ["x"] * 300, {}, {"kind": "point"}, {"x": {"y": [1]}}),
    *("2000-01-01T00:00:00.000001Z", "2099-12-31T23:59:59.999999Z", "2026-02-30T00:00:00Z", "1-1-1"),
    *("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
)
ASKERS = (Role.DISPATCHER, Role.SHIFT_LEADER, Role.CREW, Role.HOSPITAL_DESK, Role.INTEGRATION)
AT_ONCE = 8


def bodies(route: Route, known: Any) -> Iterator[Any]:
    """What is valid with one field made odd, then odd bodies as a whole."""
    in_path = set(path_names(route.path))
    for field in msgspec.structs.fields(route.request):
        if field.encode_name not in in_path:
            for odd in ODD:
                yield {**(known or {}), field.encode_name: odd}
    yield from (odd for odd in ODD if not isinstance(odd, dict))


def queries(route: Route) -> Iterator[dict[str, str]]:
    """One odd parameter at a time."""
    in_path = set(path_names(route.path))
    for field in msgspec.structs.fields(route.request):
        if field.encode_name not in in_path:
            for odd in ODD:
                yield {field.encode_name: str(odd)[:3000]}


def askers(cast: Cast, row_roles: str) -> list[Member]:
    """One of each role that works with a page, on either side of a case."""
    wanted = (
        next((found for found in cast.members(relation) if found.role is role), None)
        for role in ASKERS
        for relation in ("own", "concerned")
    )
    return [found for found in wanted if found is not None]


async def ask(cast: Cast, asker: Member, route: Route, path: str, **options: Any) -> str | None:
    """What was wrong, if anything was ours."""
    address = asker.client.base + path
    headers = {"Idempotency-Key": uuid4().hex}
    try:
        async with asker.client.session.request(
            route.method, address, headers=headers, timeout=aiohttp.ClientTimeout(total=20), **options
        ) as response:
            if response.status < 500:
                return None
            return f"{route.method} {path} {asker.role} {str(options)[:300]}: {response.status} {await response.text()}"
    except TimeoutError:
        return f"{route.method} {path} {asker.role} {str(options)[:300]}: no answer"


async def test_no_route_answers_odd_input_with_a_fault_of_ours(town: RunningHouse) -> None:
    cast = await gather(town)
    wrong: list[str] = []
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(*args: Any, **options: Any) -> None:
        async with gate:
            found = await ask(cast, *args, **options)
            if found is not None:
                wrong.append(found)

    for route in town.house.routes:
        name = name_of(route.method, route.path)
        if name in PUBLIC or name == SIGN_OUT or route.kind in ("stream", "socket"):
            continue
        row = ROWS[name]
        path = filled(cast, route.path)
        known = msgspec.json.decode(msgspec.json.encode(cast_filled(cast, row.body)))
        jobs = []
        who = askers(cast, row.roles)
        for number, asker in enumerate(who):
            if route.method == "GET":
                for i, query in enumerate(queries(route)):
                    if i % len(who) == number:
                        jobs.append(one(asker, route, path, params=query))
            else:
                for i, body in enumerate(bodies(route, known)):
                    if i % len(who) == number:
                        jobs.append(one(asker, route, path, json=body))
        for place in path_names(route.path):
            for odd in ("x", "0", "-1", str(uuid4()), quote("病", safe=""), "%00", "9" * 40):
                jobs.append(one(who[0], route, filled(cast, route.path, **{place: odd})))
        await asyncio.gather(*jobs)
    assert not wrong, "\n".join(wrong[:40])


def cast_filled(cast: Cast, body: Any) -> Any:
    from tests.contracts.cast import _filled

    return _filled(body, cast.ids)


def filled(cast: Cast, path: str, **odd: str) -> str:
    for name in path_names(path):
        word = name.removesuffix("_id")
        value = cast.ids["case"] if word == "stream" and "/cases" in path else cast.ids.get(word, "1")
        if name == "kind":
            value = "crew-ack"
        start = path.index("{" + name)
        path = path[:start] + odd.get(name, value) + path[path.index("}", start) + 1 :]
    return path
