"""The pretend hospital's door over real sockets: what is signed, fresh and new comes in, and nothing else."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aiohttp
import pytest
from aiohttp import web

from integrations.pretend_hospital.server import PATH, Door, Event
from integrations.webhooks import signing

SECRET = signing.new_secret()


class Entrance:
    """A door that listens, and what it let in."""

    def __init__(self) -> None:
        self.heard: list[Event] = []
        self.door = Door(self.heard.append)
        self.door.secret = SECRET
        self.url = ""

    async def knock(self, headers: dict[str, str], body: bytes) -> int:
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=body, headers=headers) as response,
        ):
            return response.status


@pytest.fixture
async def entrance() -> AsyncIterator[Entrance]:
    found = Entrance()
    runner = web.AppRunner(found.door.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PATH}"
    yield found
    await runner.cleanup()


def letter(at: timedelta = timedelta(), webhook_id: str = "", *secrets: str) -> tuple[dict[str, str], bytes]:
    body = json.dumps({"id": str(uuid4()), "type": "notice.sent.v1", "data": {"名": "x"}}, ensure_ascii=False)
    found = signing.headers(secrets or [SECRET], webhook_id or uuid4().hex, datetime.now(UTC) + at, body)
    return dict(found), body.encode()


async def test_what_is_signed_comes_in(entrance: Entrance) -> None:
    assert await entrance.knock(*letter()) == 204
    assert [event.type for event in entrance.heard] == ["notice.sent.v1"]


async def test_the_same_letter_twice_is_heard_once(entrance: Entrance) -> None:
    headers, body = letter()
    assert [await entrance.knock(headers, body) for _ in range(3)] == [204, 204, 204]

    assert len(entrance.heard) == 1
    assert entrance.door.repeated == 2


@pytest.mark.parametrize("late", [timedelta(minutes=-6), timedelta(minutes=6, seconds=30)])
async def test_an_old_or_an_early_time_is_refused(entrance: Entrance, late: timedelta) -> None:
    assert await entrance.knock(*letter(late)) == 401
    assert entrance.heard == []


async def test_a_changed_body_or_id_is_refused(entrance: Entrance) -> None:
    headers, body = letter()
    assert await entrance.knock(headers, body.replace(b"notice", b"offers")) == 401
    assert await entrance.knock({**headers, "webhook-id": "other"}, body) == 401
    assert entrance.door.refused == 2
    assert entrance.heard == []


async def test_either_of_two_signatures_opens(entrance: Entrance) -> None:
    assert await entrance.knock(*letter(timedelta(), "", signing.new_secret(), SECRET)) == 204
    assert await entrance.knock(*letter(timedelta(), "", signing.new_secret())) == 401


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "nonsense"},
        {"webhook-signature": "v1,not base64 !"},
        {"webhook-signature": "v1," + base64.b64encode(b"short").decode()},
        {"webhook-timestamp": "yesterday"},
        {"webhook-timestamp": ""},
        {"webhook-signature": ""},
    ],
)
async def test_crooked_headers_are_refused(entrance: Entrance, change: dict[str, str]) -> None:
    headers, body = letter()
    assert await entrance.knock({**headers, **change}, body) == 401
    assert await entrance.knock({}, b"") == 401


async def test_what_is_signed_and_no_event_is_refused(entrance: Entrance) -> None:
    for body in ("[]", "{}", "no json"):
        headers = dict(signing.headers([SECRET], uuid4().hex, datetime.now(UTC), body))
        assert await entrance.knock(headers, body.encode()) == 401
    binary = dict(signing.headers([SECRET], "x", datetime.now(UTC), "x"))
    assert await entrance.knock(binary, b"\xff\xfe") == 401


async def test_before_it_is_registered_nothing_comes_in(entrance: Entrance) -> None:
    entrance.door.secret = None
    assert await entrance.knock(*letter()) == 401


async def test_down_says_so_or_lets_the_line_go_dead(entrance: Entrance) -> None:
    entrance.door.is_open = False
    assert await entrance.knock(*letter()) == 503
    with pytest.raises(aiohttp.ClientError):
        await entrance.knock(*letter())
    assert entrance.heard == []
