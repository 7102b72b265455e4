"""A service that cannot be reached for a while, and goes on behind that: everybody at its address is cut off.

Those whom a test needs meanwhile come in by a second address.
"""

from types import TracebackType
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web

from tests.support.house import API, Client, RunningHouse


class Outage:
    """Use as a context: inside, `sign_in` gives clients that go on; `begin` and `end` are when others cannot."""

    def __init__(self, house: RunningHouse) -> None:
        self._house = house
        self._port = urlsplit(house.base).port or 0
        self._sessions: list[aiohttp.ClientSession] = []

    async def __aenter__(self) -> "Outage":
        self._door = web.TCPSite(self._house.runner, "127.0.0.1", 0)
        await self._door.start()
        self._base = f"http://127.0.0.1:{self._house.runner.addresses[-1][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for session in self._sessions:
            await session.close()
        await self._door.stop()

    async def sign_in(self, login: str) -> Client:
        """A client of this demo account, by the second address."""
        session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._sessions.append(session)
        client = Client(session, self._base)
        body = {"login": login, "password": self._house.password}
        async with session.post(self._base + API + "/session", json=body) as response:
            assert response.status == 200, await response.text()
        return client

    async def begin(self) -> None:
        """Nobody listens at the house's address any more, and whoever is connected there is cut off."""
        front = next(site for site in self._house.runner.sites if site.name.endswith(f":{self._port}"))
        await front.stop()
        server = self._house.runner.server
        assert server is not None
        for connection in server.connections:
            line = connection.transport
            if line is not None and line.get_extra_info("sockname")[1] == self._port:
                line.abort()

    async def end(self) -> None:
        """The house listens at its address again."""
        await web.TCPSite(self._house.runner, "127.0.0.1", self._port, reuse_address=True).start()
