"""PostgreSQL 15+ with PostGIS through asyncpg: READ COMMITTED, a pool, and retry around each whole transaction."""

import asyncio
from collections.abc import Callable
from typing import Literal, TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ledger.errors import Unavailable
from ledger.storage.contract import Once, Work
from ledger.storage.migrate import prepare
from ledger.storage.once import perform

T = TypeVar("T")
log = structlog.get_logger(__name__)

POOL = 10
ATTEMPTS = 5
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


class PostgresStorage:
    """Storage on a PostgreSQL database, by its `postgresql://` URL."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, url: str) -> None:
        self._engine: AsyncEngine = create_async_engine(
            driver_url(url),
            pool_size=POOL,
            max_overflow=0,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            hide_parameters=True,
        )
        self._wakes: list[Callable[[], None]] = []
        self._writes: set[asyncio.Task[object]] = set()
        self._closed = False

    @classmethod
    async def open(cls, url: str) -> "PostgresStorage":
        """Connect and bring the schema up to date; Unavailable when nobody answers there."""
        storage = cls(url)
        try:
            async with storage._engine.begin() as connection:
                await connection.execute(text("SELECT pg_advisory_xact_lock(8120000)"))
                await connection.run_sync(prepare)
        except (DBAPIError, OSError) as error:
            await storage.close()
            raise Unavailable("database-unreachable", error=type(error).__name__) from error
        except BaseException:
            await storage.close()
            raise
        return storage

    def on_commit(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    async def write(self, work: Work[T], once: Once | None = None) -> T:
        self._refuse_when_closed()
        task: asyncio.Task[T] = asyncio.create_task(self._write(work, once))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        return await asyncio.shield(task)

    async def _write(self, work: Work[T], once: Once | None) -> T:
        for attempt in range(1, ATTEMPTS + 1):
            connected = False
            try:
                async with self._engine.connect() as connection:
                    connected = True
                    async with connection.begin():
                        result: T = await connection.run_sync(perform, work, once)
            except PoolTimeout as error:
                raise Unavailable("database-gone") from error
            except (DBAPIError, OSError) as error:
                # Nothing was done before there was a connection; later only a key can tell what was done.
                gone = not connected or _is_gone(error)
                repeat = _lost_race(error) or (gone and (once is not None or not connected))
                if attempt == ATTEMPTS or not repeat:
                    if gone:
                        raise Unavailable("database-gone") from error
                    raise
                log.info("transaction repeated", attempt=attempt, error=type(error).__name__)
                await asyncio.sleep(0.01 * 2**attempt)
            else:
                for wake in self._wakes:
                    wake()
                return result
        raise AssertionError("unreachable")

    async def read(self, work: Work[T]) -> T:
        self._refuse_when_closed()
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        connected = False
        try:
            async with self._engine.connect() as connection:
                connected = True
                connection = await connection.execution_options(**options)
                async with connection.begin():
                    return await connection.run_sync(work)
        except (DBAPIError, OSError, PoolTimeout) as error:
            if not connected or _is_gone(error):
                raise Unavailable("database-gone") from error
            raise

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise Unavailable("database-closed")

    async def close(self) -> None:
        self._closed = True
        await asyncio.gather(*self._writes, return_exceptions=True)
        await self._engine.dispose()


def driver_url(url: str) -> str:
    """The URL as SQLAlchemy wants it for asyncpg."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1).replace(
        "postgres://", "postgresql+asyncpg://", 1
    )


def _is_gone(error: BaseException) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or isinstance(error, InterfaceError)
    return isinstance(error, OSError)


def _lost_race(error: BaseException) -> bool:
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    return isinstance(error, DBAPIError) and state in (SERIALIZATION_FAILURE, DEADLOCK)
