"""The table behind Once: a command's answer, stored in the savepoint that did its work."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Column, Connection, String, Text, delete, select, update

from ledger.errors import Conflict
from ledger.storage.contract import Once, Work
from ledger.storage.insert import insert_new
from ledger.storage.metadata import table
from ledger.storage.types import Instant

T = TypeVar("T")

KEPT = timedelta(days=7)
"""Longer than any crew's offline queue (12 h) and any sender's retries (75 h)."""

once_table = table(
    "once",
    "volatile",
    Column("client", String(80), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("answer", Text),
)


def perform(connection: Connection, work: Work[T], once: Once | None) -> T:
    """Run `work`, or give the answer that the same command already got.

    The row goes in first: on PostgreSQL a second sender of the same key waits there for the first one's commit.
    """
    if once is None:
        return work(connection)
    mine = (once_table.c.client == once.client) & (once_table.c.key == once.key)
    values = {"client": once.client, "key": once.key, "digest": once.digest, "at": once.at}
    if insert_new(connection, once_table, values, once_table.primary_key.columns.keys()):
        result = work(connection)
        answer = msgspec.json.encode(result).decode()
        connection.execute(update(once_table).where(mine).values(answer=answer))
        return result
    row = connection.execute(select(once_table.c.digest, once_table.c.answer).where(mine)).one()
    if row.digest != once.digest:
        raise Conflict("idempotency-key-reused", key=once.key)
    replayed: Any = msgspec.json.decode(row.answer, type=once.returns)
    return replayed  # type: ignore[no-any-return]


def purge(connection: Connection, now: datetime) -> int:
    """Forget answers that nobody can ask for any more; returns how many."""
    return connection.execute(delete(once_table).where(once_table.c.at < now - KEPT)).rowcount
