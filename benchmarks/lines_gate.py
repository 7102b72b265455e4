"""A door between a browser and the service: open, shut in everybody's face, or dark, where nobody is told anything."""

import asyncio
from contextlib import suppress
from typing import Literal
from urllib.parse import urlsplit

Cut = Literal["refused", "dark"]
CHUNK = 1 << 16


class _Link:
    """One connection through the door."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self.ends = [writer]
        self.dark = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter | None) -> None:
        """From one side to the other until it ends; in the dark nothing arrives, and nobody hears of an end."""
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if not self.dark and writer is not None:
                    writer.write(data)
                    await writer.drain()
            if not self.dark and writer is not None:
                writer.close()

    def abort(self) -> None:
        for writer in self.ends:
            writer.transport.abort()


class Gate:
    """Use as a context; `base` is what the browser is given instead of the service's own address."""

    def __init__(self, service: str) -> None:
        parts = urlsplit(service)
        self._host, self._port = parts.hostname or "127.0.0.1", parts.port or 80
        self._server: asyncio.Server | None = None
        self._links: set[_Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._dark = False
        self._door = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._door}"

    async def __aenter__(self) -> "Gate":
        await self._listen()
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.cut("refused")
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def cut(self, how: Cut) -> None:
        """`refused`: connections are torn, new ones refused. `dark`: they stay, new ones are taken, for nothing."""
        if how == "dark":
            self._dark = True
            for link in self._links:
                link.dark = True
            return
        if self._server is not None:
            self._server.close()
            self._server = None
        for link in list(self._links):
            link.abort()

    async def mend(self) -> None:
        """New connections reach the service again; those that were made in the dark never will."""
        self._dark = False
        if self._server is None:
            await self._listen()

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._enter, "127.0.0.1", self._door)
        self._door = self._server.sockets[0].getsockname()[1]

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        link = _Link(writer)
        link.dark = self._dark
        self._links.add(link)
        try:
            if link.dark:
                await link.carry(reader, None)
                return
            inside, onward = await asyncio.open_connection(self._host, self._port)
            link.ends.append(onward)
            await asyncio.gather(link.carry(reader, onward), link.carry(inside, writer))
        finally:
            self._links.discard(link)
            link.abort()
