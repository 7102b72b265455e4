"""Ordered, at-least-once readers of the ledger, each from its own durable cursor.

A follower's handler must not mind seeing an entry again: the cursor is saved after the batch was handled, and not
more often than every `SAVE_EVERY_S`: a save for each batch would be as many commits again as what people do.
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
SAVE_EVERY_S = 0.5


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
            after = saved = await self._storage.read(lambda connection: position_of(connection, self.name))
            save_at_s = now_s()
            while True:
                moved.clear()
                reached = await self._insist(partial(self._next, after))
                idle, after = reached == after, reached
                if after != saved and now_s() >= save_at_s:
                    saved, save_at_s = await self._insist(partial(self._save, after)), now_s() + SAVE_EVERY_S
                if idle:
                    # Another process may have sequenced: its event does not reach us, so look now and then.
                    with suppress(TimeoutError):
                        async with asyncio.timeout(POLL_S if after == saved else save_at_s - now_s()):
                            await moved.wait()
        finally:
            self._sequencer.unsubscribe(moved)

    async def _next(self, after: int) -> int:
        """Handle the next batch, if there is one; the position reached."""
        batch = await self._storage.read(partial(self._book.tail, after=after))
        if not batch:
            return after
        await self._handle(batch)
        return batch[-1].position or after

    async def _save(self, after: int) -> int:
        await self._storage.write(partial(save_position, name=self.name, position=after))
        return after

    async def _insist(self, step: Callable[[], Awaitable[int]]) -> int:
        while True:
            try:
                return await step()
            except Unavailable as error:
                log.warning("follower waits", follower=self.name, code=error.code)
            except Exception:
                log.exception("follower tries again", follower=self.name)
            await asyncio.sleep(RETRY_S)


def now_s() -> float:
    """The running loop's clock, in seconds."""
    return asyncio.get_running_loop().time()
