"""A running house on a real socket, and clients that sign in to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import aiohttp
from aiohttp import web
from sqlalchemy import Connection

from app.compose import House, open_house
from app.config import Config
from app.demo import setup as demo
from app.demo.seed import PrefectureSeed
from ledger.clock import Clock
from ledger.sequencer import any_waiting
from ledger.storage.open import open_storage
from ledger.subscribe import last_position

API = "/api/v1"


class Client:
    """One signed-in person or machine. Every command gets a key of its own unless one is given."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.session = session
        self.base = base

    async def get(self, path: str, *, expect: int = 200, **query: str) -> Any:
        """The answer's JSON; AssertionError with the answer when the status is another one."""
        async with self.session.get(self.base + API + path, params=query) as response:
            return await _json(response, expect)

    async def post(self, path: str, body: Any = None, *, expect: int = 200, key: str | None = None) -> Any:
        """The answer's JSON; AssertionError with the answer when the status is another one."""
        headers = {"Idempotency-Key": key or uuid4().hex}
        async with self.session.post(self.base + API + path, json=body or {}, headers=headers) as response:
            return await _json(response, expect)


async def _json(response: aiohttp.ClientResponse, expect: int) -> Any:
    text = await response.text()
    assert response.status == expect, f"{response.method} {response.url.path}: {response.status} {text}"
    return await response.json(content_type=None) if text else None


class RunningHouse:
    """A house that listens."""

    def __init__(
        self,
        house: House,
        base: str,
        password: str,
        seed: PrefectureSeed,
        stack: AsyncExitStack,
        runner: web.AppRunner,
    ) -> None:
        self.house = house
        self.runner = runner
        self.base = base
        self.password = password
        self.seed = seed
        self._stack = stack

    async def sign_in(self, login: str) -> Client:
        """A client of this demo account."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        client = Client(session, self.base)
        async with session.post(
            self.base + API + "/session", json={"login": login, "password": self.password}
        ) as response:
            await _json(response, 200)
        return client

    async def with_token(self, token: str) -> Client:
        """A machine client that carries this token."""
        headers = {"Authorization": f"Bearer {token}"}
        session = await self._stack.enter_async_context(aiohttp.ClientSession(headers=headers))
        return Client(session, self.base)

    async def settled(self) -> None:
        """Wait until every committed entry has its position and the hub has offered it."""
        async with asyncio.timeout(10):
            while True:
                waiting, last = await self.house.storage.read(_progress)
                if not waiting and self.house.hub.position >= last:
                    return
                await asyncio.sleep(0.01)


def _progress(connection: Connection) -> tuple[bool, int]:
    return any_waiting(connection), last_position(connection)


@asynccontextmanager
async def running_house(config: Config, clock: Clock | None = None) -> AsyncIterator[RunningHouse]:
    """Fill the database with the demo if it is empty, open the house, listen on a free port."""
    seed = demo.make_files(config, lambda stage, done, total: None)
    storage = await open_storage(config.database)
    await demo.fill(config, storage, seed)
    await storage.close()
    async with open_house(config, clock) as house, AsyncExitStack() as stack:
        runner = web.AppRunner(house.application, access_log=None)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        password = demo.demo_password(config.data)
        yield RunningHouse(house, f"http://127.0.0.1:{port}", password, seed, stack, runner)
