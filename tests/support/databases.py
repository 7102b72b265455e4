"""Fresh databases: an SQLite file, or a database of its own on the run's PostgreSQL server.

The schema is made once for each worker, by the service's own migrations, and copied from there: making it anew took
most of the setting up of a test on PostgreSQL.
"""

import asyncio
import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg

from ledger.storage.open import open_storage
from tests.support import postgres


def engines() -> list[str]:
    """The database engines that this machine can test on."""
    found = postgres.find_programs() or os.environ.get(postgres.VARIABLE)
    return ["sqlite", "postgres"] if found else ["sqlite"]


@contextmanager
def fresh(engine: str, folder: Path) -> Iterator[str]:
    """The name of a database with the schema and nothing in it; a PostgreSQL one is dropped afterwards."""
    if engine == "sqlite":
        yield str(shutil.copy(_template_file(), folder / "jiuhu.db"))
        return
    template = _template_database()
    name = _new_database(f"TEMPLATE {template}")
    try:
        yield _address(name)
    finally:
        _drop(name)


@cache
def _template_file() -> Path:
    file = Path(tempfile.mkdtemp(prefix="jiuhu-schema-")) / "jiuhu.db"
    atexit.register(shutil.rmtree, file.parent, ignore_errors=True)
    _run(_make_schema(str(file)))
    return file


@cache
def _template_database() -> str:
    """It goes with the server of the run; where that is somebody's own, the worker that made it drops it."""
    name = _new_database()
    atexit.register(_drop, name, asyncio.run)
    _run(_make_schema(_address(name)))
    return name


def _drop(name: str, run: Callable[[Coroutine[Any, Any, None]], None] | None = None) -> None:
    with suppress(KeyError, OSError):  # the server of the run may be gone, and everything with it
        (run or _run)(_execute(f"DROP DATABASE {name} WITH (FORCE)"))


async def _make_schema(database: str) -> None:
    await (await open_storage(database)).close()


def _new_database(options: str = "") -> str:
    name = f"t{uuid4().hex}"
    _run(_execute(f"CREATE DATABASE {name} {options}"))
    return name


def _address(name: str) -> str:
    return f"{os.environ[postgres.VARIABLE].rpartition('/')[0]}/{name}"


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Also from within a running loop: on a thread, with a loop of its own."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(asyncio.run, work).result()


async def _execute(statement: str) -> None:
    connection = await asyncpg.connect(os.environ[postgres.VARIABLE])
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
