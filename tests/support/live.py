"""Reading the event stream and the crew's socket over real connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.support.house import API, Client


@dataclass(frozen=True)
class Heard:
    """One server-sent event."""

    type: str
    id: int | None
    data: Any


class Listener:
    """One open event stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self, seconds: float = 10) -> Heard | None:
        """The next event; None when the stream has ended."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            while True:
                line = (await self._response.content.readline()).decode()
                if not line:
                    return None
                if line == "\n":
                    if "event" in fields:
                        number = fields.get("id")
                        return Heard(
                            fields["event"], int(number) if number else None, json.loads(fields["data"])
                        )
                    fields = {}
                    continue
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value

    async def until(self, type: str, seconds: float = 10) -> list[Heard]:
        """All events up to the first of this type, with it."""
        found = []
        async with asyncio.timeout(seconds):
            while (event := await self.next(seconds)) is not None:
                found.append(event)
                if event.type == type:
                    return found
        raise AssertionError(f"the stream ended before {type}: {found}")


@asynccontextmanager
async def listening(client: Client, after: int | None = None) -> AsyncIterator[Listener]:
    """The event stream, resumed after a position as a browser does it."""
    headers = {} if after is None else {"Last-Event-ID": str(after)}
    async with client.session.get(f"{client.base}{API}/stream", headers=headers) as response:
        assert response.status == 200, await response.text()
        yield Listener(response)


async def replayed(client: Client, after: int = 0) -> list[Any]:
    """The data of every entry that this client may see after a position."""
    async with listening(client, after) as stream:
        return [event.data for event in await stream.until("ready") if "." in event.type]
