"""The storage contract, on both databases."""

import asyncio
import contextvars
from collections.abc import Coroutine
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, util
from sqlalchemy.exc import DBAPIError, IntegrityError

from ledger import streams
from ledger.errors import Conflict, Unavailable
from ledger.ids import new_id
from ledger.kinds.words import StreamKind
from ledger.storage import Storage
from ledger.storage.open import open_storage
from ledger.tables import setting
from tests.ledger.support import NOW, names, put, put_row


async def test_what_a_write_did_is_there_for_a_read(storage: Storage) -> None:
    assert await put(storage, "one") == "one"
    assert await names(storage) == {"one"}


async def test_an_error_takes_back_its_own_work_only(storage: Storage) -> None:
    def fail(connection: Connection) -> None:
        put_row(connection, "bad")
        raise Conflict("no")

    works = [storage.write(fail) if i % 3 == 0 else put(storage, f"n{i}") for i in range(60)]
    results = await asyncio.gather(*works, return_exceptions=True)
    good = {f"n{i}" for i in range(60) if i % 3}
    assert await names(storage) == good
    assert {r for r in results if isinstance(r, str)} == good
    assert all(isinstance(results[i], Conflict) for i in range(0, 60, 3))


async def test_an_error_of_the_database_fails_nobody_else(storage: Storage) -> None:
    await put(storage, "taken")
    works = [put(storage, "taken" if i == 5 else f"n{i}") for i in range(20)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert [i for i, r in enumerate(results) if isinstance(r, IntegrityError)] == [5]
    assert len(await names(storage)) == 20


async def test_two_hundred_concurrent_writers_count_to_two_hundred(storage: Storage) -> None:
    stream_id = new_id(NOW)
    await storage.write(lambda c: streams.open_stream(c, stream_id, StreamKind.INCIDENT, NOW))
    taken = await asyncio.gather(
        *(storage.write(lambda c: streams.next_number(c, stream_id)[0]) for _ in range(200))
    )
    assert sorted(taken) == list(range(1, 201))


async def test_a_read_cannot_write(storage: Storage) -> None:
    with pytest.raises(DBAPIError):
        await storage.read(lambda connection: put_row(connection, "sneaked"))
    assert await names(storage) == set()


async def test_a_read_sees_one_instant(storage: Storage) -> None:
    loop = asyncio.get_running_loop()
    await put(storage, "before")

    def meanwhile(doing: Coroutine[Any, Any, Any]) -> None:
        """Wait for something on the loop from within a work: in a reader's thread, or in the loop's own greenlet."""
        if storage.dialect == "sqlite":
            asyncio.run_coroutine_threadsafe(doing, loop).result(10)
        else:
            util.await_only(doing)

    def look(connection: Connection) -> tuple[int | None, int | None]:
        count = select(func.count()).select_from(setting)
        first = connection.scalar(count)
        meanwhile(put(storage, "meanwhile"))
        return first, connection.scalar(count)

    assert await storage.read(look) == (1, 1)
    assert await names(storage) == {"before", "meanwhile"}


async def test_a_caller_that_goes_away_does_not_stop_its_write(storage: Storage) -> None:
    leaving = asyncio.create_task(put(storage, "kept"))
    await asyncio.sleep(0)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    async with asyncio.timeout(5):
        while await names(storage) != {"kept"}:
            await asyncio.sleep(0.01)


async def test_closing_finishes_what_was_accepted_and_takes_no_more(storage: Storage, database: str) -> None:
    writing = [asyncio.create_task(put(storage, f"n{i}")) for i in range(50)]
    await asyncio.sleep(0)
    await storage.close()
    assert await asyncio.gather(*writing) == [f"n{i}" for i in range(50)]
    with pytest.raises(Unavailable, match="database-closed"):
        await put(storage, "late")
    with pytest.raises(Unavailable, match="database-closed"):
        await names(storage)
    again = await open_storage(database)
    assert await names(again) == {f"n{i}" for i in range(50)}
    await again.close()


async def test_whoever_asked_is_woken_after_a_commit(storage: Storage) -> None:
    woken = asyncio.Event()
    storage.on_commit(woken.set)
    await put(storage, "one")
    async with asyncio.timeout(5):
        await woken.wait()


async def test_work_sees_the_context_of_its_caller(storage: Storage) -> None:
    request = contextvars.ContextVar("request", default="none")
    request.set("r1")
    assert await storage.write(lambda connection: request.get()) == "r1"
    assert await storage.read(lambda connection: request.get()) == "r1"
