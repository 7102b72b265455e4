"""A crew's device on the WebSocket."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from tests.support.house import API, Client


class CrewDevice:
    """Says things on the line, and waits for what it wants to hear; whatever else comes is kept in `heard`."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.heard: list[Any] = []

    async def say(self, type: str, **more: Any) -> None:
        await self.socket.send_str(json.dumps({"type": type, **more}))

    async def next(self, seconds: float = 10) -> Any:
        """The next message; AssertionError when the line was cut."""
        async with asyncio.timeout(seconds):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message
        found = json.loads(message.data)
        self.heard.append(found)
        return found

    async def wait_for(self, wanted: Callable[[Any], bool], seconds: float = 10) -> Any:
        """The next message that is wanted."""
        async with asyncio.timeout(seconds):
            while not wanted(found := await self.next(seconds)):
                pass
        return found

    async def answer(self, ref: str) -> Any:
        """The answer to a command."""
        return await self.wait_for(lambda found: found["type"] == "answer" and found["ref"] == ref)

    async def event(self, name: str) -> Any:
        """The next event of this name."""
        return await self.wait_for(lambda found: found["type"] == "event" and found["event"] == name)

    def entries(self) -> list[int]:
        """The positions of all entries heard so far."""
        return [f["position"] for f in self.heard if f["type"] == "event" and "." in f["event"]]


@asynccontextmanager
async def crew_line(crew: Client) -> AsyncIterator[CrewDevice]:
    """An open line; the device has not said hello yet."""
    async with crew.session.ws_connect(f"{crew.base}{API}/crew/socket") as socket:
        yield CrewDevice(socket)
