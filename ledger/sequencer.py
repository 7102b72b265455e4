"""Gap-free global positions, given by one sequencer in its own transaction.

A database sequence would hand out numbers before commit, and a reader asking for `id > last` would lose rows
(measured: 7-11 %). Here a position is given only to entries that are committed, so whoever reads up to a position has
seen everything below it.
"""

import asyncio
from datetime import datetime

import structlog
from sqlalchemy import Connection, bindparam, func, select, text, update

from ledger.errors import Unavailable
from ledger.storage import Storage
from ledger.tables import entry

log = structlog.get_logger(__name__)

BATCH = 500
POLL_S = 0.05
RETRY_S = 1.0
_LOCK = 8_120_001  # advisory lock number: one sequencer at a time on PostgreSQL


def assign(connection: Connection) -> int:
    """Give the next positions to waiting entries, oldest arrival first; returns how many got one."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _LOCK})
    waiting = connection.scalars(
        select(entry.c.arrival).where(entry.c.position.is_(None)).order_by(entry.c.arrival).limit(BATCH)
    ).all()
    if not waiting:
        return 0
    last = connection.scalar(select(func.max(entry.c.position))) or 0
    statement = update(entry).where(entry.c.arrival == bindparam("a")).values(position=bindparam("p"))
    connection.execute(statement, [{"a": a, "p": last + i} for i, a in enumerate(waiting, start=1)])
    return len(waiting)


class Sequencer:
    """Runs `assign` after commits, and now and then in case another process committed."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._wake = asyncio.Event()
        self._moved: list[asyncio.Event] = []
        storage.on_commit(self._wake.set)

    def subscribe(self) -> asyncio.Event:
        """An event that is set whenever new positions were given."""
        moved = asyncio.Event()
        self._moved.append(moved)
        return moved

    def unsubscribe(self, moved: asyncio.Event) -> None:
        self._moved.remove(moved)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._wake.clear()
            try:
                given = await self._storage.write(assign) if await self._storage.read(any_waiting) else 0
            except Unavailable as error:
                log.warning("sequencer waits for the database", code=error.code)
                await asyncio.sleep(RETRY_S)
                continue
            except Exception:
                log.exception("sequencer tries again")
                await asyncio.sleep(RETRY_S)
                continue
            if given:
                for moved in self._moved:
                    moved.set()
                continue
            try:
                async with asyncio.timeout(POLL_S if self._storage.dialect == "postgresql" else 1):
                    await self._wake.wait()
            except TimeoutError:
                pass


def waiting_since(connection: Connection) -> datetime | None:
    """When the oldest entry without a position was recorded; None when none waits."""
    query = select(entry.c.recorded_at).where(entry.c.position.is_(None)).order_by(entry.c.arrival).limit(1)
    return connection.scalar(query)


def any_waiting(connection: Connection) -> bool:
    """Whether an entry still has no position."""
    query = select(entry.c.arrival).where(entry.c.position.is_(None)).limit(1)
    return connection.execute(query).first() is not None
