"""A client of the public API as an integrator would write it: a bearer token, keys for commands, patience."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any, Self

import aiohttp
import msgspec
import structlog

log = structlog.get_logger(__name__)

API = "/api/v1"
TRIES = 5
AGAIN_AFTER_S = 1.0
LATER = frozenset({408, 429, 502, 503, 504})
"""What another try may mend."""

Sleep = Callable[[float], Awaitable[None]]


class Refused(Exception):
    """The service said no; `code` is the problem's own."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class Api:
    """One account of the service at `base`. The token belongs to a machine, or to nobody when `cookies` sign in."""

    def __init__(
        self,
        base: str,
        token: str | None,
        cookies: Mapping[str, str] | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._base = base.rstrip("/") + API
        self._headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        self._cookies = cookies
        self._sleep = sleep
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            headers=self._headers, cookies=self._cookies, timeout=aiohttp.ClientTimeout(total=20)
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def get(self, path: str, **query: str) -> Any:  # noqa: ANN401
        """The answer; Refused when there is none for us."""
        return await self._ask("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, Any], *, key: str) -> Any:  # noqa: ANN401
        """The answer to a command. The same key again gives the same answer, and does nothing twice."""
        return await self._ask("POST", path, json=body, headers={"Idempotency-Key": key})

    async def _ask(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401
        for tries in range(1, TRIES + 1):
            try:
                return await self._once(method, path, options)
            except Refused as error:
                if error.status not in LATER or tries == TRIES:
                    raise
            except (aiohttp.ClientError, TimeoutError):
                if tries == TRIES:
                    raise
            await self._sleep(AGAIN_AFTER_S * tries)
        raise AssertionError("the last try returns or raises")

    async def _once(self, method: str, path: str, options: Mapping[str, Any]) -> Any:  # noqa: ANN401
        assert self._session is not None
        async with self._session.request(method, self._base + path, **options) as response:
            body = await response.read()
            if response.status >= 400:
                raise Refused(response.status, _code(body))
            return msgspec.json.decode(body) if body else None


def _code(body: bytes) -> str:
    try:
        problem = msgspec.json.decode(body, type=dict[str, Any])
    except msgspec.DecodeError:
        return ""
    return str(problem.get("code", ""))
