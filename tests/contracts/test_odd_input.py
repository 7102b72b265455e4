"""Odd input to every route of a running house: whatever is sent, the fault is never ours."""

import asyncio
from collections.abc import Iterator
from itertools import count
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import aiohttp
import msgspec
import pytest

from ledger.kinds.words import Role
from tests.contracts.cast import Cast, Member, filled, gather
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
ODD_IDS = ("x", "0", "-1", str(uuid4()), quote("病", safe=""), "%00", "9" * 40)
EVERY = 3
"""Each field gets every third of these, and the next field begins at another one."""

ASKERS = (Role.DISPATCHER, Role.SHIFT_LEADER, Role.CREW, Role.HOSPITAL_DESK, Role.INTEGRATION)
AT_ONCE = 8
ANSWERS_WITHIN_S = 60
LONGEST_QUERY = 3_000


def odd_fields(route: Route) -> Iterator[tuple[str, Any]]:
    """One odd value for one field of the request at a time."""
    in_path = set(path_names(route.path))
    fields = [f.encode_name for f in msgspec.structs.fields(route.request) if f.encode_name not in in_path]
    for number, name in enumerate(fields):
        yield from ((name, odd) for odd in ODD[number % EVERY :: EVERY])


def requests(cast: Cast, route: Route) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and options: what is valid with one thing made odd, and what is odd as a whole."""
    name = name_of(route.method, route.path)
    known = {word: cast.ids.get(word.removesuffix("_id"), "1") for word in path_names(route.path)}
    if "/cases/" in route.path:
        known["stream_id"] = cast.ids["case"]
    path = route.path.format_map(known)
    for field, odd in odd_fields(route):
        if route.method == "GET":
            yield path, {"params": {field: str(odd)[:LONGEST_QUERY]}}
        else:
            yield path, {"json": {**(filled(ROWS[name].body, cast.ids) or {}), field: odd}}
    if route.method != "GET":
        yield from ((path, {"json": odd}) for odd in ODD if not isinstance(odd, dict))
    for word in known:
        yield from ((route.path.format_map(known | {word: odd}), {}) for odd in ODD_IDS)


def askers(cast: Cast) -> list[Member]:
    """One of each role that works with a page, on either side of a case."""
    sides = [found for relation in ("own", "concerned") for found in cast.members(relation)]
    return [found for found in sides if found.role in ASKERS]


async def fault(asker: Member, route: Route, path: str, options: dict[str, Any]) -> str | None:
    """What was ours of what went wrong."""
    told = f"{route.method} {path} {asker.role} {str(options)[:300]}"
    headers = {"Idempotency-Key": uuid4().hex}
    patience = aiohttp.ClientTimeout(total=ANSWERS_WITHIN_S)
    try:
        async with asker.client.session.request(
            route.method, asker.client.base + path, headers=headers, timeout=patience, **options
        ) as response:
            text = await response.text()
            return f"{told}: {response.status} {text}" if response.status >= 500 else None
    except TimeoutError:
        return f"{told}: no answer"


async def test_no_route_answers_odd_input_with_a_fault_of_ours(town: RunningHouse) -> None:
    cast = await gather(town)
    who, turn, gate = askers(cast), count(), asyncio.Semaphore(AT_ONCE)

    async def one(route: Route, path: str, options: dict[str, Any]) -> str | None:
        async with gate:
            return await fault(who[next(turn) % len(who)], route, path, options)

    wrong: list[str] = []
    for route in town.house.routes:
        name = name_of(route.method, route.path)
        if name in PUBLIC or name == SIGN_OUT or route.kind in ("stream", "socket"):
            continue
        asked = [one(route, path, options) for path, options in requests(cast, route)]
        wrong += [found for found in await asyncio.gather(*asked) if found is not None]
    assert not wrong, "\n".join(wrong[:40])
