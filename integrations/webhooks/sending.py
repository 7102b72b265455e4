"""One attempt: a signed POST to a receiver, with a time limit, without redirects, and what came of it."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp
from msgspec import Struct
from yarl import URL

from integrations.webhooks.addresses import (
    REFUSED,
    AddressRefused,
    Pinned,
    WebhookConfig,
    is_literal,
    may_reach,
)
from ledger.reasons import Reason

TIMEOUT_S = 15.0
GONE = 410


class Outcome(Struct, frozen=True, kw_only=True):
    """What came of an attempt: `failure` None when the receiver has it. `status` None when nobody answered."""

    status: int | None
    failure: Reason | None
    latency_ms: int

    @property
    def gone(self) -> bool:
        """The receiver says that this endpoint is no more (Standard Webhooks: 410 disables it)."""
        return self.status == GONE


class Sender:
    """Keeps connections to receivers; plain and encrypted ones apart, because different addresses are allowed."""

    def __init__(self, config: WebhookConfig, timeout_s: float = TIMEOUT_S) -> None:
        self._config = config
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Self:
        self._sessions = {plain: self._session(plain=plain) for plain in (False, True)}
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions.values():
            await session.close()
        self._sessions = {}

    def _session(self, *, plain: bool) -> aiohttp.ClientSession:
        # One connection for each attempt: a kept one would outlive the judgement of its address.
        connector = aiohttp.TCPConnector(
            resolver=Pinned(self._config, plain=plain), use_dns_cache=False, limit=0, force_close=True
        )
        return aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )

    async def send(self, url: str, headers: Mapping[str, str], body: str) -> Outcome:
        """Try once; never raises for what a receiver or the network does."""
        began = time.monotonic()
        status, failure = await self._try(url, headers, body)
        return Outcome(status=status, failure=failure, latency_ms=round((time.monotonic() - began) * 1000))

    async def _try(self, url: str, headers: Mapping[str, str], body: str) -> tuple[int | None, Reason | None]:
        target = URL(url)
        plain = target.scheme == "http"
        host = target.host or ""
        if is_literal(host) and not may_reach(host, self._config, plain=plain):
            return None, REFUSED
        every = {**headers, "Content-Type": "application/json", "User-Agent": "jiuhu-webhooks"}
        try:
            async with self._sessions[plain].post(
                target, data=body.encode(), headers=every, allow_redirects=False
            ) as response:
                ok = 200 <= response.status < 300
                said = None if ok else Reason("webhook-answered", {"status": response.status})
                return response.status, said
        except TimeoutError:
            return None, Reason("webhook-timeout", {"seconds": int(self._timeout.total or 0)})
        except aiohttp.ClientConnectorDNSError as error:
            refused = isinstance(error.os_error, AddressRefused)
            return None, REFUSED if refused else Reason("webhook-name-unknown")
        except (aiohttp.ClientSSLError, ssl.SSLError):
            return None, Reason("webhook-tls-failed")
        except (aiohttp.ClientError, OSError, UnicodeError, ValueError, asyncio.IncompleteReadError):
            return None, Reason("webhook-unreachable")
