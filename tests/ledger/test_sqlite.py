"""The embedded database: groups of one writer, one process, files that are no database."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from ledger.errors import Unavailable
from ledger.storage.open import open_storage
from ledger.storage.sqlite import SqliteStorage
from tests.ledger.support import names, put, put_row
from tests.support.prefecture import ROOT

SECOND = """
import asyncio, sys
from ledger.errors import Unavailable
from ledger.storage.open import open_storage
try:
    asyncio.run(open_storage(sys.argv[1]))
except Unavailable as error:
    print(error.code, error.reason.args["file"])
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "jiuhu.db"


@pytest.fixture
async def embedded(file: Path) -> AsyncIterator[SqliteStorage]:
    storage = SqliteStorage(file)
    yield storage
    await storage.close()


async def test_writes_run_in_the_order_they_were_handed_over(embedded: SqliteStorage) -> None:
    ran: list[int] = []
    await asyncio.gather(*(embedded.write(lambda c, i=i: ran.append(i)) for i in range(300)))  # type: ignore[misc]
    assert ran == list(range(300))


async def test_callers_that_come_together_share_one_commit(embedded: SqliteStorage) -> None:
    begun, go, wakes = threading.Event(), threading.Event(), 0

    def hold_up(connection: Connection) -> None:
        begun.set()
        go.wait(10)

    def count() -> None:
        nonlocal wakes
        wakes += 1

    embedded.on_commit(count)
    first = asyncio.create_task(embedded.write(hold_up))
    await asyncio.to_thread(begun.wait, 10)
    others = [asyncio.create_task(put(embedded, f"n{i}")) for i in range(100)]
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(first, *others)
    assert wakes == 2


async def test_a_full_disk_fails_whom_it_concerns_and_the_writer_goes_on(embedded: SqliteStorage) -> None:
    def limit(connection: Connection, pages: int) -> None:
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    def fill(connection: Connection) -> None:
        put_row(connection, "big")
        connection.execute(text("UPDATE setting SET value = zeroblob(1000000) WHERE name = 'big'"))

    await embedded.write(lambda connection: limit(connection, 1))
    works = [embedded.write(fill) if i == 5 else put(embedded, f"n{i}") for i in range(10)]
    results = await asyncio.gather(*works, return_exceptions=True)
    assert isinstance(results[5], DBAPIError | Unavailable)
    assert await names(embedded) == {r for r in results if isinstance(r, str)}
    await embedded.write(lambda connection: limit(connection, 1_000_000))
    assert await put(embedded, "after") == "after"


async def test_a_second_process_on_the_same_file_is_refused(embedded: SqliteStorage, file: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SECOND, str(file), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    said, _ = await asyncio.wait_for(process.communicate(), 60)
    assert said.decode().strip() == f"database-in-use {file}"
    assert await put(embedded, "still") == "still"


async def test_the_file_is_free_again_after_a_close(embedded: SqliteStorage, file: Path) -> None:
    await put(embedded, "one")
    await embedded.close()
    again = SqliteStorage(file)
    assert await names(again) == {"one"}
    await again.close()


async def test_a_committed_write_is_flushed_to_disk(embedded: SqliteStorage) -> None:
    settings = await embedded.write(
        lambda c: [c.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")]
    )
    assert settings == ["wal", 2]


@pytest.mark.parametrize("how", ["garbage", "cut-off", "overwritten"])
async def test_a_damaged_file_is_refused_and_left_alone(file: Path, how: str) -> None:
    storage = SqliteStorage(file)
    await asyncio.gather(*(put(storage, f"name-{i}") for i in range(500)))
    await storage.close()
    sound = file.read_bytes()
    damaged = {
        "garbage": b"not a database at all" * 1000,
        "cut-off": sound[: len(sound) // 2],
        "overwritten": sound[:8192] + bytes(range(256)) * 256 + sound[8192 + 65_536 :],
    }[how]
    file.write_bytes(damaged)
    with pytest.raises(Unavailable) as refused:
        await open_storage(str(file))
    assert refused.value.code == "database-damaged"
    assert file.read_bytes() == damaged
    file.write_bytes(sound)
    again = SqliteStorage(file)
    assert len(await names(again)) == 500
    await again.close()
