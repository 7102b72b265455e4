"""Followers: each from its own cursor, in order, at least once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from ledger.book import Entry
from ledger.sequencer import Sequencer
from ledger.storage import Storage
from ledger.storage.open import open_storage
from ledger.subscribe import Follower, Handle, position_of
from tests.ledger.support import a_book, append, open_incident


@asynccontextmanager
async def following(storage: Storage, handle: Handle, name: str = "room") -> AsyncIterator[None]:
    """A sequencer and one follower at work while the block runs."""
    sequencer = Sequencer(storage)
    follower = Follower(name, storage, a_book(), sequencer, handle)
    running = [asyncio.create_task(loop) for loop in (sequencer.run(), follower.run())]
    try:
        yield
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


class Handler:
    """Keeps the positions that it was given; `before` may do something else with a batch first."""

    def __init__(self, before: Callable[[Sequence[Entry]], Awaitable[None]] | None = None) -> None:
        self.positions: list[int | None] = []
        self._before = before

    async def __call__(self, entries: Sequence[Entry]) -> None:
        if self._before is not None:
            await self._before(entries)
        self.positions += [entry.position for entry in entries]


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await true():
            await asyncio.sleep(0.01)


async def at(storage: Storage, position: int, name: str = "room") -> None:
    async def there() -> bool:
        return await storage.read(lambda connection: position_of(connection, name)) == position

    await until(there)


async def test_a_follower_sees_everything_in_order_and_goes_on_after_a_restart(database: str) -> None:
    storage, book = await open_storage(database), a_book()
    stream_id = await open_incident(storage, book)
    first, second = Handler(), Handler()
    async with following(storage, first):
        for _ in range(5):
            await append(storage, book, stream_id)
        await at(storage, 5)
    await append(storage, book, stream_id)
    await storage.close()
    storage = await open_storage(database)
    async with following(storage, second):
        await append(storage, book, stream_id)
        await at(storage, 7)
    await storage.close()
    assert first.positions == [1, 2, 3, 4, 5]
    assert second.positions == [6, 7]


async def test_a_batch_that_failed_is_tried_again(storage: Storage) -> None:
    failures = 0

    async def fail_once(entries: Sequence[Entry]) -> None:
        nonlocal failures
        if failures == 0:
            failures += 1
            raise RuntimeError("not yet")

    handler, book = Handler(fail_once), a_book()
    stream_id = await open_incident(storage, book)
    async with following(storage, handler):
        await append(storage, book, stream_id)
        await at(storage, 1)
    assert (failures, handler.positions) == (1, [1])


async def test_a_stop_before_the_cursor_is_saved_shows_the_batch_again(storage: Storage) -> None:
    begun = asyncio.Event()

    async def hang(entries: Sequence[Entry]) -> None:
        begun.set()
        await asyncio.Event().wait()

    book, again = a_book(), Handler()
    stream_id = await open_incident(storage, book)
    await append(storage, book, stream_id)
    async with following(storage, Handler(hang)), asyncio.timeout(10):
        await begun.wait()
    async with following(storage, again):
        await at(storage, 1)
    assert again.positions == [1]


async def test_each_follower_has_a_cursor_of_its_own(storage: Storage) -> None:
    book, one, other = a_book(), Handler(), Handler()
    stream_id = await open_incident(storage, book)
    await append(storage, book, stream_id)
    async with following(storage, one, "one"):
        await at(storage, 1, "one")
    async with following(storage, other, "other"):
        await append(storage, book, stream_id)
        await at(storage, 2, "other")
    assert (one.positions, other.positions) == ([1], [1, 2])
