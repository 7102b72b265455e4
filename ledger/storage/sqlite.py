"""The embedded database: one SQLite file, one writer thread that commits in groups, readers that never write.

Many callers share one fsync: the writer drains its queue into one transaction, gives each work a savepoint, commits,
and only then tells the callers. `synchronous=FULL`, so a caller hears "yes" when its rows are on disk.
One process owns the file: the WAL-reset defect of SQLite 3.7.0-3.51.2 needs two connections that write or
checkpoint, and here there is only ever one.
"""

import asyncio
import fcntl
import os
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool, StaticPool

from ledger.errors import Unavailable
from ledger.storage import spatial
from ledger.storage.contract import Once, Work
from ledger.storage.migrate import prepare
from ledger.storage.once import perform

T = TypeVar("T")
log = structlog.get_logger(__name__)

GROUP_LIMIT = 256
READERS = 4


@dataclass(slots=True)
class _Job:
    work: Work[Any]
    once: Once | None
    future: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)
    result: Any = None
    error: BaseException | None = None


def engine_for(path: Path, *, write: bool) -> Engine:
    """An engine on the file with our functions, pragmas and explicit BEGINs; a reading one cannot write."""

    def connect() -> sqlite3.Connection:
        mode = "rwc" if write else "ro"
        connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False, timeout=5
        )
        connection.execute("PRAGMA foreign_keys=ON")
        if write:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
        else:
            connection.execute("PRAGMA query_only=ON")
        spatial.install(connection)
        return connection

    if write:
        engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool, hide_parameters=True)
    else:
        engine = create_engine(
            "sqlite://",
            creator=connect,
            poolclass=QueuePool,
            pool_size=READERS,
            max_overflow=0,
            hide_parameters=True,
        )
    begin = "BEGIN IMMEDIATE" if write else "BEGIN"

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@contextmanager
def checked(engine: Engine, path: Path) -> Iterator[Connection]:
    """A transaction on the file; Unavailable when it is not a sound database. `path` is what it is called."""
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(engine.begin())
            verdict = str(connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one())
        except DatabaseError as error:
            verdict = str(error.orig)
        if verdict != "ok":
            raise Unavailable("database-damaged", file=str(path), verdict=verdict.partition("\n")[0][:200])
        yield connection


class FileLock:
    """The right to use a database file, held by one process; released by the kernel when the process dies."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._file)
            raise Unavailable("database-in-use", file=str(path)) from None

    def release(self) -> None:
        os.close(self._file)


class SqliteStorage:
    """Storage on one file. Make it on the running event loop; `close()` lets the last group finish."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path)
        try:
            self._begin()
        except BaseException:
            self._lock.release()
            raise

    def _begin(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._wakes: list[Callable[[], None]] = []
        self._closed = False
        self._writer_engine = engine_for(self.path, write=True)
        # The first connection makes the file and its WAL, which readers need to find.
        try:
            with checked(self._writer_engine, self.path) as connection:
                prepare(connection)
        except BaseException:
            self._writer_engine.dispose()
            raise
        self._reader_engine = engine_for(self.path, write=False)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._writer = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._writer.start()

    def on_commit(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    async def write(self, work: Work[T], once: Once | None = None) -> T:
        if self._closed:
            raise Unavailable("database-closed")
        job = _Job(work, once, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        result: T = await asyncio.shield(job.future)
        return result

    async def read(self, work: Work[T]) -> T:
        def run() -> T:
            with self._reader_engine.connect() as connection, connection.begin():
                return work(connection)

        if self._closed:
            raise Unavailable("database-closed")
        return await asyncio.get_running_loop().run_in_executor(self._readers, copy_context().run, run)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        self._reader_engine.dispose()
        self._writer_engine.dispose()
        self._lock.release()

    def _run(self) -> None:
        while (group := self._next_group()) is not None:
            try:
                self._commit(group)
            except BaseException as error:  # noqa: BLE001  the thread must survive whatever one group did
                for job in group:
                    job.error = Unavailable("database-write-failed")
                    job.error.__cause__ = error
                log.error("sqlite group failed", error=repr(error), jobs=len(group))
            try:
                self._loop.call_soon_threadsafe(self._answer, group)
            except RuntimeError:  # the loop is gone, and with it everybody who could hear the answer
                return

    def _next_group(self) -> list[_Job] | None:
        job = self._jobs.get()
        if job is None:
            return None
        group = [job]
        while len(group) < GROUP_LIMIT:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            group.append(job)
        return group

    def _commit(self, group: list[_Job]) -> None:
        with self._writer_engine.connect() as connection, connection.begin():
            for job in group:
                job.context.run(self._perform, connection, job)
                if not self._driver(connection).in_transaction:
                    raise RuntimeError("a statement rolled the whole group back") from job.error

    @staticmethod
    def _perform(connection: Connection, job: _Job) -> None:
        try:
            with connection.begin_nested():
                job.result = perform(connection, job.work, job.once)
        except Exception as error:  # noqa: BLE001  it belongs to the caller, and is raised there
            job.error = error

    @staticmethod
    def _driver(connection: Connection) -> sqlite3.Connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        return driver

    def _answer(self, group: list[_Job]) -> None:
        for job in group:
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.result)
            else:
                job.future.set_exception(job.error)
        for wake in self._wakes:
            wake()
