"""A rebuild finds every planted difference: in a projection, in a payload, in the numbers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, delete, insert, select, update

from ledger.book import Book
from ledger.rebuild import RebuildReport, rebuild
from ledger.storage import Storage
from ledger.tables import entry, payload, stream, stream_reader
from tests.ledger.support import a_book, act, open_incident


async def a_ledger(storage: Storage) -> tuple[Book, UUID]:
    """A stream that three readers were admitted to."""
    book = a_book()
    stream_id = await open_incident(storage, book)

    def work(connection: Connection) -> None:
        for because in ("centre", "crew", "destination"):
            book.admit(connection, stream_id, uuid4(), because, act())

    await storage.write(work)
    return book, stream_id


async def rebuilt(storage: Storage, book: Book) -> RebuildReport:
    return await storage.write(lambda connection: rebuild(connection, book))


async def test_nothing_differs_when_nobody_interfered(storage: Storage) -> None:
    book, _ = await a_ledger(storage)
    report = await rebuilt(storage, book)
    assert report.sound
    assert (report.entries, report.rows["stream_reader"]) == (3, 3)


PROJECTION: dict[str, Callable[[Connection, UUID], Any]] = {
    "a row more": lambda c, s: c.execute(
        insert(stream_reader).values(stream_id=s, reader_id=uuid4(), since_number=1, because="sneaked")
    ),
    "a row less": lambda c, s: c.execute(delete(stream_reader).where(stream_reader.c.because == "crew")),
    "another value": lambda c, s: c.execute(
        update(stream_reader).where(stream_reader.c.because == "crew").values(since_number=9)
    ),
}


@pytest.mark.parametrize("plant", PROJECTION.values(), ids=PROJECTION.keys())
async def test_a_changed_projection_is_found_and_put_right(
    storage: Storage, plant: Callable[[Connection, UUID], Any]
) -> None:
    book, stream_id = await a_ledger(storage)
    await storage.write(lambda connection: plant(connection, stream_id) and None)
    report = await rebuilt(storage, book)
    assert not report.sound
    assert report.different == 1
    assert [found.table for found in report.differences] == ["stream_reader"]
    assert (await rebuilt(storage, book)).sound


LEDGER: dict[str, tuple[Callable[[Connection, UUID], Any], str]] = {
    "a word": (
        lambda c, s: c.execute(update(payload).values(body=payload.c.body + " ")),
        "altered",
    ),
    "a salt": (lambda c, s: c.execute(update(payload).values(salt="00" * 16)), "altered"),
    "a payload less": (
        lambda c, s: c.execute(
            delete(payload).where(payload.c.entry_id.in_(select(entry.c.id).where(entry.c.number == 2)))
        ),
        "altered",
    ),
    "a number": (
        lambda c, s: c.execute(update(entry).where(entry.c.number == 3).values(number=7)),
        "gaps",
    ),
    "a length": (lambda c, s: c.execute(update(stream).values(length=8)), "gaps"),
    "a position": (
        lambda c, s: c.execute(update(entry).where(entry.c.number == 3).values(position=5)),
        "gaps",
    ),
}


@pytest.mark.parametrize("plant, where", LEDGER.values(), ids=LEDGER.keys())
async def test_a_changed_ledger_is_found(
    storage: Storage, plant: Callable[[Connection, UUID], Any], where: str
) -> None:
    book, stream_id = await a_ledger(storage)
    await storage.write(lambda connection: plant(connection, stream_id) and None)
    report = await rebuilt(storage, book)
    assert not report.sound
    assert getattr(report, where)
