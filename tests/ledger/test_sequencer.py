"""Global positions: no gaps, each stream in its own order, nothing lost for a reader who follows them."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import Connection

from ledger.book import Book, Entry
from ledger.kinds.incident import IncidentResumed
from ledger.rebuild import find_gaps
from ledger.sequencer import Sequencer, any_waiting
from ledger.storage import Storage
from tests.ledger.support import a_book, act, append, open_incident

WRITERS, EACH, STREAMS = 16, 15, 5


@asynccontextmanager
async def sequencing(storage: Storage, *, how_many: int = 1) -> AsyncIterator[Sequencer]:
    """Sequencers at work while the block runs."""
    sequencers = [Sequencer(storage) for _ in range(how_many)]
    running = [asyncio.create_task(sequencer.run()) for sequencer in sequencers]
    try:
        yield sequencers[0]
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def write_all(storage: Storage, book: Book, streams: list[UUID]) -> int:
    """Many writers on a few streams, every fourth work taken back; how many entries there are."""

    def work(connection: Connection, stream_id: UUID, fails: bool) -> None:
        book.append(connection, stream_id, IncidentResumed(), act())
        if fails:
            raise LookupError

    async def writer(mine: int) -> int:
        done = 0
        for i in range(EACH):
            stream_id, fails = streams[(mine + i) % STREAMS], (mine * EACH + i) % 4 == 0
            try:
                await storage.write(lambda c, s=stream_id, f=fails: work(c, s, f))  # type: ignore[misc]
                done += 1
            except LookupError:
                continue
        return done

    return sum(await asyncio.gather(*(writer(mine) for mine in range(WRITERS))))


async def follow(storage: Storage, book: Book, seen: list[Entry]) -> None:
    """A reader that asks for what is above the last position it saw, again and again."""
    while True:
        after = seen[-1].position or 0 if seen else 0
        seen += await storage.read(lambda c, after=after: book.tail(c, after, 7))  # type: ignore[misc]
        await asyncio.sleep(0)


async def reaches(seen: list[Entry], count: int) -> None:
    async with asyncio.timeout(20):
        while len(seen) < count:
            await asyncio.sleep(0.01)


async def test_a_reader_that_follows_concurrent_writers_misses_nothing(storage: Storage) -> None:
    book, seen = a_book(), list[Entry]()
    streams = [await open_incident(storage, book) for _ in range(STREAMS)]
    async with sequencing(storage):
        following = asyncio.create_task(follow(storage, book, seen))
        count = await write_all(storage, book, streams)
        await reaches(seen, count)
        following.cancel()
    assert [entry.position for entry in seen] == list(range(1, count + 1))
    numbers = defaultdict(list)
    for entry in seen:
        numbers[entry.stream_id].append(entry.number)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())
    assert await storage.read(find_gaps) == ()


async def test_two_sequencers_give_each_entry_one_position(storage: Storage) -> None:
    book, seen = a_book(), list[Entry]()
    streams = [await open_incident(storage, book) for _ in range(STREAMS)]
    async with sequencing(storage, how_many=2):
        following = asyncio.create_task(follow(storage, book, seen))
        count = await write_all(storage, book, streams)
        await reaches(seen, count)
        following.cancel()
    assert [entry.position for entry in seen] == list(range(1, count + 1))


async def test_entries_that_wait_when_it_starts_get_their_positions(storage: Storage) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)
    for _ in range(3):
        await append(storage, book, stream_id)
    assert await storage.read(any_waiting)
    assert await storage.read(lambda c: book.tail(c, 0)) == []
    async with sequencing(storage) as sequencer, asyncio.timeout(10):
        moved = sequencer.subscribe()
        while await storage.read(any_waiting):
            await moved.wait()
    assert [entry.position for entry in await storage.read(lambda c: book.tail(c, 0))] == [1, 2, 3]
