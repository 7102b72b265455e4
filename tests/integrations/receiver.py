"""A system that receives webhooks: a real server whose answers a test sets."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def position(self) -> int:
        return int(self.event["data"]["position"])

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`answer` says the status for a request; `delay_s` how long it takes."""

    answer: Callable[[Got], int] = lambda got: 204
    delay_s: float = 0
    got: list[Got] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        found = Got(headers, await request.read(), asyncio.get_running_loop().time())
        self.got.append(found)
        await asyncio.sleep(self.delay_s)
        status = self.answer(found)
        moved = {"Location": self.url.replace("/hook", "/elsewhere")} if status == 302 else {}
        return web.Response(status=status, headers=moved)

    def positions(self) -> list[int]:
        return [found.position for found in self.got]

    async def has(self, count: int, seconds: float = 15) -> list[Got]:
        """What came, once that many requests did."""
        try:
            async with asyncio.timeout(seconds):
                while len(self.got) < count:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{len(self.got)} of {count} requests came") from None
        return self.got


@asynccontextmanager
async def receiving(**options: Any) -> AsyncIterator[Receiver]:
    """A receiver on a free port; it counts what comes to /hook and refuses everything else."""
    receiver = Receiver(**options)
    application = web.Application()
    application.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()
