"""A seat of the demo: one signed-in client of the public API, and the live stream it listens to."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import structlog

from app.demo.living.tally import Tally

log = structlog.get_logger(__name__)

API = "/api/v1"
SEAT = "演示 demo"
"""The seat that the demo's own sessions name, as timelines show it: whoever sits elsewhere is a person."""

TRIES = 5
PAUSE_S = 0.5
TIMEOUT = aiohttp.ClientTimeout(total=30)
BUSY = frozenset({429, 500, 502, 503, 504})
FAILED = 500
NO_ANSWER = (aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""What comes instead of an answer: no connection, silence, or text that is no JSON."""


class Refused(Exception):
    """The service said no: the problem's code says why, `status` is the HTTP status."""

    def __init__(self, status: int, code: str, path: str) -> None:
        super().__init__(f"{path}: {status} {code}")
        self.status = status
        self.code = code


class Seat:
    """One account at work. It signs in when it first speaks, and again when its session has ended."""

    def __init__(self, base: str, login: str, password: str, tally: Tally) -> None:
        self.login = login
        self._tally = tally
        self._base = base
        self._password = password
        self._session: aiohttp.ClientSession | None = None
        self._entering = asyncio.Lock()
        self._signed_in = False

    async def close(self) -> None:
        """Leave."""
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **query: str) -> Any:  # noqa: ANN401
        """The answer's JSON; Refused when the service says no."""
        return await self._ask("GET", path, {"params": query})

    async def post(self, path: str, body: Any = None) -> Any:  # noqa: ANN401
        """One command, sent until it is answered; a repeat takes effect once. Refused when the service says no."""
        return await self._ask(
            "POST", path, {"json": body or {}, "headers": {"Idempotency-Key": uuid4().hex}}
        )

    async def listen(self) -> AsyncIterator[tuple[str, Any]]:
        """(event type, data) from now on, for ever; resumes where it was cut off."""
        last: int | None = None
        while True:
            try:
                session = await self._entered()
                headers = {} if last is None else {"Last-Event-ID": str(last)}
                limit = aiohttp.ClientTimeout(total=None, sock_read=60)
                async with session.get(f"{self._base}{API}/stream", headers=headers, timeout=limit) as stream:
                    if stream.status == 401:
                        self._signed_in = False
                    async for kind, data, position in _events(stream):
                        last = position or last
                        yield kind, data
            except (*NO_ANSWER, Refused) as error:
                log.info("the stream was cut", login=self.login, error=type(error).__name__)
            await asyncio.sleep(PAUSE_S)

    async def _ask(self, method: str, path: str, options: dict[str, Any]) -> Any:  # noqa: ANN401
        for attempt in range(TRIES):
            try:
                session = await self._entered()
                async with session.request(method, f"{self._base}{API}{path}", **options) as answer:
                    if answer.status == 401:
                        self._signed_in = False
                    elif answer.status not in BUSY:
                        return await self._read(answer, path)
                    elif answer.status >= FAILED:
                        self._tally.count("errors")
                        log.warning("the service failed", path=path, status=answer.status)
            except NO_ANSWER as error:
                self._tally.count("errors")
                log.warning("no answer yet", path=path, error=type(error).__name__)
            await asyncio.sleep(PAUSE_S * 2**attempt)
        self._tally.count("errors")
        raise Refused(503, "unreachable", path)

    async def _entered(self) -> aiohttp.ClientSession:
        async with self._entering:
            if self._session is None:
                self._session = aiohttp.ClientSession(
                    cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=TIMEOUT
                )
            if not self._signed_in:
                body = {"login": self.login, "password": self._password, "seat": SEAT}
                async with self._session.post(f"{self._base}{API}/session", json=body) as answer:
                    if answer.status in BUSY:
                        answer.raise_for_status()
                    await self._read(answer, "/session")
                self._signed_in = True
            return self._session

    async def _read(self, answer: aiohttp.ClientResponse, path: str) -> Any:  # noqa: ANN401
        text = await answer.text()
        found = json.loads(text) if text else None
        if answer.status >= 400:
            self._tally.count("refused")
            code = str(found.get("code", "unknown")) if isinstance(found, dict) else "unknown"
            raise Refused(answer.status, code, path)
        return found


async def _events(stream: aiohttp.ClientResponse) -> AsyncIterator[tuple[str, Any, int | None]]:
    """Server-sent events as (type, data, id)."""
    kind, data, position = "", "", None
    async for raw in stream.content:
        line = raw.decode().rstrip("\n").rstrip("\r")
        if not line:
            if data:
                yield kind, json.loads(data), position
            kind, data, position = "", "", None
        elif line.startswith("event:"):
            kind = line[6:].strip()
        elif line.startswith("data:"):
            data += line[5:].strip()
        elif line.startswith("id:"):
            position = int(line[3:].strip())
