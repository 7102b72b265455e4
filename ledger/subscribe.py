"""Ordered, at-least-once readers of the ledger, each from its own durable cursor.

A follower's handler must not mind seeing an entry again: the cursor is saved after the batch was handled.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

import structlog
from sqlalchemy import Connection, func, select

from ledger.book import Book, Entry
from ledger.errors import Unavailable
from ledger.sequencer import Sequencer
from ledger.storage import Storage
from ledger.storage.insert import upsert
from ledger.tables import cursor, entry

log = structlog.get_logger(__name__)

Handle = Callable[[Sequence[Entry]], Awaitable[None]]
RETRY_S = 1.0
POLL_S = 1.0


def position_of(connection: Connection, name: str) -> int:
    """Up to where the named reader has got; 0 before it ever ran."""
    return connection.scalar(select(cursor.c.position).where(cursor.c.name == name)) or 0


def save_position(connection: Connection, name: str, position: int) -> None:
    """Remember up to where the named reader has got."""
    upsert(connection, cursor, {"name": name, "position": position}, ("name",))


def last_position(connection: Connection) -> int:
    """The newest position there is."""
    return connection.scalar(select(func.max(entry.c.position))) or 0


class Follower:
    """Reads the ledger in global order and hands batches to `handle`; a batch that fails is tried again."""

    def __init__(self, name: str, storage: Storage, book: Book, sequencer: Sequencer, handle: Handle) -> None:
        self.name = name
        self._storage = storage
        self._book = book
        self._sequencer = sequencer
        self._handle = handle

    async def run(self) -> None:
        """Until cancelled."""
        moved = self._sequencer.subscribe()
        try:
            after = await self._storage.read(lambda connection: position_of(connection, self.name))
            while True:
                moved.clear()
                after = await self._catch_up(after)
                # Another process may have sequenced: its event does not reach us, so look now and then.
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await moved.wait()
        finally:
            self._sequencer.unsubscribe(moved)

    async def _catch_up(self, after: int) -> int:
        while True:
            try:
                batch = await self._storage.read(partial(self._book.tail, after=after))
                if not batch:
                    return after
                await self._handle(batch)
                reached = batch[-1].position or after
                await self._storage.write(partial(save_position, name=self.name, position=reached))
                after = reached
            except Unavailable as error:
                log.warning("follower waits", follower=self.name, code=error.code)
                await asyncio.sleep(RETRY_S)
            except Exception:
                log.exception("follower tries its batch again", follower=self.name, after=after)
                await asyncio.sleep(RETRY_S)
