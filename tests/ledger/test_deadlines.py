"""Durable timers: each fires once, unless what it waits for happened; a restart forgets none."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection

from ledger import deadlines
from ledger.book import Book, Entry
from ledger.clock import SystemClock
from ledger.deadlines import Deadline, Watch
from ledger.kinds.common import DeadlinePassed
from ledger.kinds.words import Role
from ledger.storage import Storage
from ledger.storage.open import open_storage
from tests.ledger.support import NOW, ORGANISATION, SetClock, a_book, act, open_incident

SOON = NOW + timedelta(seconds=60)


async def expect(storage: Storage, stream_id: UUID, subject_id: UUID, due_at: datetime = SOON) -> None:
    wanted = Deadline(
        kind="crew-ack",
        subject_id=subject_id,
        stream_id=stream_id,
        due_at=due_at,
        told_organisation_id=ORGANISATION,
        told_role=Role.DISPATCHER,
    )
    await storage.write(lambda connection: deadlines.expect(connection, wanted))


async def passed(storage: Storage, stream_id: UUID, book: Book | None = None) -> list[UUID]:
    """Whose deadlines the stream says have passed."""
    entries = await storage.read(lambda connection: (book or a_book()).read(connection, stream_id))
    return [entry.said.subject_id for entry in entries if isinstance(entry.said, DeadlinePassed)]


async def test_a_deadline_passes_once_and_not_before_its_time(storage: Storage) -> None:
    book, clock, subject = a_book(), SetClock(), uuid4()
    watch = Watch(storage, book, clock)
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject)
    clock.move(59)
    assert await watch.look() == 0
    clock.move(1)
    await watch.look()
    assert await watch.look() == 0
    assert await passed(storage, stream_id) == [subject]


async def test_what_was_settled_does_not_pass(storage: Storage) -> None:
    book, clock, subject = a_book(), SetClock(), uuid4()
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject)
    await storage.write(lambda c: deadlines.settle(c, ("crew-ack", "other"), subject, NOW))
    clock.move(3600)
    assert await Watch(storage, book, clock).look() == 0
    assert await passed(storage, stream_id) == []


async def test_one_that_was_moved_passes_at_its_new_time(storage: Storage) -> None:
    book, clock, subject = a_book(), SetClock(), uuid4()
    watch = Watch(storage, book, clock)
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject)
    await expect(storage, stream_id, subject, SOON + timedelta(seconds=60))
    clock.move(61)
    assert await watch.look() == 0
    clock.move(60)
    await watch.look()
    assert await passed(storage, stream_id) == [subject]


async def test_one_that_was_settled_or_moved_while_it_was_found_due_does_not_pass(storage: Storage) -> None:
    book, subject = a_book(), uuid4()
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject)
    (due,) = await storage.read(lambda connection: deadlines.list_due(connection, SOON))
    await expect(storage, stream_id, subject, SOON + timedelta(seconds=60))
    assert await storage.write(lambda c: deadlines.pass_if_open(c, book, due, SOON)) is None


async def test_a_restart_forgets_none(storage: Storage, database: str) -> None:
    book, clock, subject = a_book(), SetClock(), uuid4()
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject)
    await storage.close()
    clock.move(8 * 3600)
    again = await open_storage(database)
    await Watch(again, book, clock).look()
    assert await passed(again, stream_id) == [subject]
    await again.close()


async def test_two_watches_at_once_say_it_once(storage: Storage) -> None:
    book, clock = a_book(), SetClock()
    stream_id = await open_incident(storage, book)
    subjects = {uuid4() for _ in range(10)}
    for subject in subjects:
        await expect(storage, stream_id, subject)
    clock.move(60)
    await asyncio.gather(*(Watch(storage, book, clock).look() for _ in range(3)))
    said = await passed(storage, stream_id)
    assert len(said) == 10
    assert set(said) == subjects


async def test_one_that_cannot_be_written_holds_up_no_other(storage: Storage) -> None:
    bad, good = uuid4(), uuid4()

    def refuse(connection: Connection, entry: Entry) -> None:
        if isinstance(entry.said, DeadlinePassed) and entry.said.subject_id == bad:
            raise RuntimeError("broken")

    book, clock = a_book({DeadlinePassed: (deadlines.mark_passed, refuse)}), SetClock()
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, bad, SOON - timedelta(seconds=1))
    await expect(storage, stream_id, good)
    clock.move(60)
    await Watch(storage, book, clock).look()
    assert await passed(storage, stream_id) == [good]


async def test_a_running_watch_needs_nobody_to_ask_it(storage: Storage) -> None:
    book, clock, subject = a_book(), SystemClock(), uuid4()
    stream_id = await open_incident(storage, book)
    await expect(storage, stream_id, subject, clock.now() + timedelta(milliseconds=300))
    running = asyncio.create_task(Watch(storage, book, clock).run())
    async with asyncio.timeout(10):
        while not await passed(storage, stream_id):
            await asyncio.sleep(0.02)
    running.cancel()


async def test_who_hears_of_it_may_be_fewer_than_all_readers(storage: Storage) -> None:
    book, clock, subject, other = a_book(), SetClock(), uuid4(), uuid4()
    stream_id = await open_incident(storage, book)

    def admit(connection: Connection) -> None:
        for reader in (ORGANISATION, other):
            book.admit(connection, stream_id, reader, "test", act())

    await storage.write(admit)
    wanted = Deadline(
        kind="offer-ack",
        subject_id=subject,
        stream_id=stream_id,
        due_at=SOON,
        told_organisation_id=ORGANISATION,
        told_role=Role.HOSPITAL_DESK,
        audience=(ORGANISATION,),
    )
    await storage.write(lambda connection: deadlines.expect(connection, wanted))
    clock.move(61)
    assert await Watch(storage, book, clock).look() == 1

    async def heard(reader: UUID) -> int:
        entries = await storage.read(lambda connection: book.read_for(connection, stream_id, reader))
        return sum(isinstance(entry.said, DeadlinePassed) for entry in entries)

    assert (await heard(ORGANISATION), await heard(other)) == (1, 0)
