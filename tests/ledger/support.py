"""What the tests of the ledger share: small facts, a book, a clock that a test sets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select

from ledger import projections
from ledger.book import Book, Projector
from ledger.kinds.base import Act, Kind
from ledger.kinds.incident import IncidentResumed
from ledger.kinds.words import Role, Source
from ledger.storage import Once, Storage
from ledger.tables import setting
from tests.support.databases import engines

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
POSTGRES = [engine for engine in engines() if engine == "postgres"]
ORGANISATION = uuid4()


class SetClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def monotonic_s(self) -> float:
        return self.at.timestamp()

    def move(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self.at += timedelta(seconds=seconds)


def act(at: datetime = NOW) -> Act:
    return Act(
        actor_id=None,
        organisation_id=ORGANISATION,
        role=Role.SYSTEM,
        at=at,
        recorded_at=at,
        source=Source.SYSTEM,
    )


def a_book(extra: Mapping[type[Kind], Sequence[Projector]] | None = None) -> Book:
    """A book with the ledger's own projectors."""
    return Book("test", {**projections.PROJECTORS, **(extra or {})})


async def open_incident(storage: Storage, book: Book) -> UUID:
    """An empty incident stream."""
    stream_id = uuid4()
    await storage.write(lambda connection: book.open_incident(connection, stream_id, act()))
    return stream_id


async def append(storage: Storage, book: Book, stream_id: UUID) -> int:
    """One small fact; its number in the stream."""
    said = IncidentResumed()
    return await storage.write(lambda connection: book.append(connection, stream_id, said, act()).number)


def put_row(connection: Connection, name: str) -> str:
    connection.execute(insert(setting).values(name=name, value="1"))
    return name


async def put(storage: Storage, name: str, once: Once | None = None) -> str:
    """Write one row."""
    return await storage.write(partial(put_row, name=name), once=once)


async def names(storage: Storage) -> set[str]:
    """The rows that are there."""
    return await storage.read(lambda connection: set(connection.scalars(select(setting.c.name))))


def once(key: str = "k", digest: str = "d", returns: type = str, client: str = "c") -> Once:
    return Once(client, key, digest, returns, NOW)
