"""PostgreSQL's own troubles: lost races are repeated, a database that is gone is said to be gone."""

import asyncio
from functools import partial

import asyncpg
import pytest
from sqlalchemy import Connection, text, update, util

from ledger.errors import Unavailable
from ledger.sequencer import Sequencer, any_waiting
from ledger.storage import Storage
from ledger.storage.open import open_storage
from ledger.tables import setting
from tests.ledger.support import POSTGRES, a_book, append, names, once, open_incident, put, put_row

pytestmark = pytest.mark.parametrize("database", POSTGRES, indirect=True)

LOST_RACE = "DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '%s'; END $$"


async def test_a_deadlock_ends_with_both_works_done(storage: Storage) -> None:
    await put(storage, "a")
    await put(storage, "b")
    holding = {"a": asyncio.Event(), "b": asyncio.Event()}
    runs: list[str] = []

    def work(connection: Connection, first: str, second: str) -> None:
        runs.append(first)
        for name in (first, second):
            connection.execute(
                update(setting).where(setting.c.name == name).values(value=setting.c.value + first)
            )
            holding[first].set()
            util.await_only(holding[second].wait())

    async with asyncio.timeout(20):
        await asyncio.gather(
            storage.write(partial(work, first="a", second="b")),
            storage.write(partial(work, first="b", second="a")),
        )
    assert len(runs) == 3
    values = await storage.read(lambda c: [row.value for row in c.execute(setting.select())])
    assert [sorted(value) for value in values] == [["1", "a", "b"]] * 2


@pytest.mark.parametrize("state", ["40001", "40P01"])
async def test_a_lost_race_is_run_again_from_the_start(storage: Storage, state: str) -> None:
    runs = 0

    def work(connection: Connection) -> str:
        nonlocal runs
        runs += 1
        put_row(connection, "one")
        if runs < 3:
            connection.execute(text(LOST_RACE % state))
        return "done"

    assert await storage.write(work) == "done"
    assert runs == 3
    assert await names(storage) == {"one"}


async def test_a_connection_that_breaks_under_a_keyed_command_is_replaced(storage: Storage) -> None:
    runs = 0

    def work(connection: Connection) -> str:
        nonlocal runs
        runs += 1
        put_row(connection, "one")
        if runs == 1:
            connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return "done"

    assert await storage.write(work, once=once()) == "done"
    assert runs == 2


async def test_without_a_key_nobody_can_tell_whether_it_was_done(storage: Storage) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(Unavailable, match="database-gone"):
        await storage.write(work)
    assert await put(storage, "after") == "after"


async def shut(database: str, *, allow: bool) -> None:
    """Let nobody into the database any more and throw everybody out, or let them in again."""
    server, _, name = database.rpartition("/")
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        await connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {str(allow).lower()}")
        if not allow:
            everybody = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1"
            await connection.fetch(everybody, name)
    finally:
        await connection.close()


async def test_a_database_that_is_gone_is_unavailable_and_then_back(storage: Storage, database: str) -> None:
    await put(storage, "before")
    await shut(database, allow=False)
    for doing in (put(storage, "lost"), put(storage, "lost", once()), names(storage)):
        with pytest.raises(Unavailable, match="database-gone"):
            await doing
    with pytest.raises(Unavailable, match="database-unreachable"):
        await open_storage(database)
    await shut(database, allow=True)
    await put(storage, "after")
    assert await names(storage) == {"before", "after"}


async def test_the_sequencer_goes_on_when_the_database_is_back(storage: Storage, database: str) -> None:
    book = a_book()
    stream_id = await open_incident(storage, book)
    running = asyncio.create_task(Sequencer(storage).run())
    await shut(database, allow=False)
    with pytest.raises(Unavailable):
        await append(storage, book, stream_id)
    await shut(database, allow=True)
    await append(storage, book, stream_id)
    async with asyncio.timeout(10):
        while await storage.read(any_waiting):
            await asyncio.sleep(0.05)
    assert not running.done()
    running.cancel()


async def test_nobody_listening_there_is_said_so(database: str) -> None:
    with pytest.raises(Unavailable, match="database-unreachable"):
        await open_storage("postgresql://jiuhu@127.0.0.1:1/none")
    with pytest.raises(Unavailable, match="database-unreachable"):
        await open_storage(database + "-missing")
