"""Fresh databases: an SQLite file, or a database of its own on the run's PostgreSQL server."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg

from tests.support import postgres


def engines() -> list[str]:
    """The database engines that this machine can test on."""
    found = postgres.find_programs() or os.environ.get(postgres.VARIABLE)
    return ["sqlite", "postgres"] if found else ["sqlite"]


@contextmanager
def fresh(engine: str, folder: Path) -> Iterator[str]:
    """The name of an empty database; a PostgreSQL one is dropped afterwards."""
    if engine == "sqlite":
        yield str(folder / "jiuhu.db")
        return
    server = os.environ[postgres.VARIABLE]
    name = f"t{uuid4().hex}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name}"))
    try:
        yield f"{server.rpartition('/')[0]}/{name}"
    finally:
        asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


async def _execute(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
