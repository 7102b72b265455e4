"""Open the storage that a database name means: a PostgreSQL URL, or the path of an SQLite file."""

from pathlib import Path

from ledger.storage.contract import Storage
from ledger.storage.postgres import PostgresStorage
from ledger.storage.sqlite import SqliteStorage


def is_postgres(database: str) -> bool:
    """Whether this names a PostgreSQL database."""
    return database.startswith(("postgresql://", "postgres://"))


async def open_storage(database: str) -> Storage:
    """The storage, its schema brought up to date. Unavailable when it is in use, damaged, too new, or gone."""
    if is_postgres(database):
        return await PostgresStorage.open(database)
    path = Path(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    return SqliteStorage(path)
