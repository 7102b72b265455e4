"""The live stream over a WebSocket: what `/stream` tells, without one of a browser's six connections for each page.

The page says `hello` with the last position it has, and only listens from then on. It resumes like any reader of the
stream: with the last id it received.
"""

import asyncio
from contextlib import aclosing
from typing import Annotated, Any

from msgspec import Meta, Struct

from web.caller import Caller
from web.errors import Malformed
from web.identity.permissions import Permission
from web.live import Hub, stream_routes
from web.routes import Route, Socket

HELLO_WITHIN_S = 10.0


class LiveHello(Struct, frozen=True, tag="hello", forbid_unknown_fields=True):
    """First message of a page: the last position it received; absent or null: from now on."""

    after: Annotated[int, Meta(ge=0)] | None = None


class LivePing(Struct, frozen=True, tag="ping", forbid_unknown_fields=True):
    """A page asks whether the line is alive, as often as it likes; it is answered with `pong`."""


class LiveMessage(Struct, frozen=True):
    """One event, with the types and data of `/stream`; `id` is where to resume, null on what cannot be resumed."""

    type: str
    id: int | None
    data: Any


class LiveRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Opens the socket; the position comes with `hello`."""


class LiveLine:
    """Serves the pages' sockets; `hello_within_s` is how long one may stay silent at first."""

    def __init__(self, hub: Hub, hello_within_s: float = HELLO_WITHIN_S) -> None:
        self._hub = hub
        self._hello_within_s = hello_within_s

    async def serve(self, caller: Caller, request: LiveRequest, socket: Socket) -> None:
        """Until the page goes, or was let go for being too slow."""
        hello = await self._greet(socket)
        if hello is None:
            return
        telling = asyncio.create_task(self._tell(caller, hello.after, socket))
        leaving = asyncio.create_task(_answer_pings(socket))
        try:
            done, _ = await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (telling, leaving):
                task.cancel()
            await asyncio.gather(telling, leaving, return_exceptions=True)

    async def _greet(self, socket: Socket) -> LiveHello | None:
        try:
            async with asyncio.timeout(self._hello_within_s):
                hello: LiveHello | None = await socket.receive(LiveHello)
        except TimeoutError as error:
            raise Malformed("hello-missing", seconds=round(self._hello_within_s)) from error
        return hello

    async def _tell(self, caller: Caller, after: int | None, socket: Socket) -> None:
        async with aclosing(self._hub.follow(caller, after)) as events:
            async for event in events:
                await socket.send(LiveMessage(event.type, event.id, event.data))


async def _answer_pings(socket: Socket) -> None:
    """Until the page has gone. A browser tells its pages nothing of the protocol's own pings, so they have these."""
    while (said := await socket.receive(LiveHello | LivePing)) is not None:
        if isinstance(said, LiveHello):
            raise Malformed("hello-said-already")
        await socket.send(LiveMessage("pong", None, None))


def live_routes(hub: Hub) -> list[Route]:
    """The stream that everybody may follow, in its two forms."""
    return [
        *stream_routes(hub),
        Route(
            "socket", "GET", "/api/v1/live", Permission.LIVE, LiveRequest, LiveMessage, LiveLine(hub).serve,
            "The same over a WebSocket: say hello with the last position, then listen", tag="live",
        ),
    ]  # fmt: skip
