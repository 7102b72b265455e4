"""What the browser fetches to show the console, counted on the way: also what workers fetch, which no page tells."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from aiohttp import web

HOP = frozenset({"transfer-encoding", "connection", "content-length", "keep-alive"})


class Counter:
    """A proxy that hands everything on as it is, bar sockets, and counts the bytes of each body by its path."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self.base = ""
        self.bytes: dict[str, int] = {}
        self.document = ""
        self._session = session
        self._target = base

    async def pass_on(self, request: web.Request) -> web.Response:
        """One request to the service and its answer back, still compressed."""
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        if "Upgrade" in headers:
            return web.Response(status=503)
        async with self._session.request(
            request.method,
            self._target + request.raw_path,
            headers=headers,
            data=await request.read(),
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
            kept = [(name, value) for name, value in answer.headers.items() if name.lower() not in HOP]
        if not request.path.startswith("/api/"):
            self.bytes[request.path] = len(body)
        return web.Response(status=answer.status, headers=kept, body=body)

    @property
    def all_bytes(self) -> int:
        """Page, styles, scripts, workers and pictures: everything but the service's data and the map's tiles."""
        return sum(self.bytes.values())

    def shell_bytes(self, document: str) -> int:
        """The page's document and what it names itself: all that the first picture needs."""
        named = re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css))"', document)
        return sum(self.bytes[path] for path in ("/console", *named))


@asynccontextmanager
async def counting(base: str) -> AsyncIterator[Counter]:
    """A counter before the service at `base`."""
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=jar) as session:
        counter = Counter(session, base)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", counter.pass_on)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            counter.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield counter
        finally:
            await runner.cleanup()
