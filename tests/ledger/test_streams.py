"""Numbers in a stream have no gaps, however many write and however many of them fail."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import Connection

from ledger import streams
from ledger.book import Book
from ledger.errors import NotFound
from ledger.kinds.case import CaseEnded
from ledger.kinds.incident import IncidentResumed
from ledger.rebuild import find_gaps
from ledger.storage import Storage
from tests.ledger.support import a_book, act, append, open_incident, put_row

APPENDERS, EACH = 16, 12


class Changed(Exception):
    """A caller that thinks better of it."""


async def test_sixteen_appenders_leave_no_gap_though_some_roll_back(storage: Storage) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)

    def work(connection: Connection, fails: bool) -> int:
        written = book.append(connection, stream_id, IncidentResumed(), act())
        if fails:
            raise Changed
        return written.number

    async def appender(mine: int) -> list[int]:
        numbers = []
        for i in range(EACH):
            try:
                numbers.append(await storage.write(lambda c, fails=(mine + i) % 3 == 0: work(c, fails)))  # type: ignore[misc]
            except Changed:
                continue
        assert numbers == sorted(numbers)
        return numbers

    found = await asyncio.gather(*(appender(mine) for mine in range(APPENDERS)))
    given = sorted(number for numbers in found for number in numbers)
    assert given == list(range(1, len(given) + 1))
    entries = await storage.read(lambda connection: book.read(connection, stream_id))
    assert [entry.number for entry in entries] == given
    assert await storage.read(find_gaps) == ()


async def test_a_stream_takes_only_what_belongs_into_it(storage: Storage) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)
    with pytest.raises(ValueError, match=r"case\.ended\.v1"):
        await storage.write(lambda c: book.append(c, stream_id, CaseEnded(code="gone"), act()))
    assert await append(storage, book, stream_id) == 1


async def test_a_stream_that_is_not_there_is_not_found(storage: Storage) -> None:
    book = a_book()
    with pytest.raises(NotFound):
        await append(storage, book, UUID(int=1))
    with pytest.raises(NotFound):
        await storage.write(lambda connection: streams.lock(connection, UUID(int=1)))


async def test_reading_goes_on_after_a_number(storage: Storage) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)
    for _ in range(4):
        await append(storage, book, stream_id)
    later = await storage.read(lambda connection: book.read(connection, stream_id, after=2))
    assert [entry.number for entry in later] == [3, 4]


async def test_what_a_projector_refuses_is_not_written(storage: Storage) -> None:
    def refuse(connection: Connection, entry: object) -> None:
        put_row(connection, "half")
        raise Changed

    book = a_book({IncidentResumed: (refuse,)})
    stream_id = await open_incident(storage, book)
    with pytest.raises(Changed):
        await append(storage, book, stream_id)
    assert await storage.read(lambda connection: book.read(connection, stream_id)) == []
    assert await storage.read(find_gaps) == ()


async def test_only_readers_that_were_admitted_may_read(storage: Storage) -> None:
    book, reader = a_book(), UUID(int=7)
    mine, other = await open_incident(storage, book), await open_incident(storage, book)
    for because in ("centre", "said again"):
        await storage.write(lambda c, why=because: book.admit(c, mine, reader, why, act()).number)  # type: ignore[misc]
    assert await storage.read(lambda c: streams.rights_in(c, [mine, other])) == {
        mine: {reader: None},
        other: {},
    }
    assert await storage.read(lambda c: streams.reason_of(c, mine, reader)) == "centre"
    assert await numbers_for(storage, book, mine, reader) == [1, 2]
    assert await numbers_for(storage, book, mine, UUID(int=8)) == []


async def test_a_released_reader_keeps_what_it_was_told_and_hears_no_more(storage: Storage) -> None:
    book, reader = a_book(), UUID(int=7)
    stream_id = await open_incident(storage, book)
    await storage.write(lambda c: book.admit(c, stream_id, reader, "crew", act()).number)
    await storage.write(lambda c: streams.release(c, stream_id, reader, 1))
    await append(storage, book, stream_id)
    assert await numbers_for(storage, book, stream_id, reader) == [1]
    await storage.write(lambda c: streams.admit(c, stream_id, reader, 3, "crew"))
    assert await numbers_for(storage, book, stream_id, reader) == [1, 2]


async def test_an_entry_with_an_audience_is_for_nobody_else(storage: Storage) -> None:
    book, one, other = a_book(), UUID(int=7), UUID(int=8)
    stream_id = await open_incident(storage, book)
    for reader in (one, other):
        await storage.write(lambda c, r=reader: book.admit(c, stream_id, r, "crew", act()).number)  # type: ignore[misc]
    await storage.write(lambda c: book.append(c, stream_id, IncidentResumed(), act(), (one,)).number)
    assert await numbers_for(storage, book, stream_id, one) == [1, 2, 3]
    assert await numbers_for(storage, book, stream_id, other) == [1, 2]


async def numbers_for(storage: Storage, book: Book, stream_id: UUID, reader: UUID) -> list[int]:
    entries = await storage.read(lambda c: book.read_for(c, stream_id, reader))
    return [entry.number for entry in entries]
