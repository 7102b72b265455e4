"""Rebuild every projection from the ledger and prove it equal to what was there."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Table, delete, func, select

from ledger.book import Book
from ledger.kinds.canonical import commitment
from ledger.storage import spatial
from ledger.storage.metadata import tables_of
from ledger.tables import entry, payload, stream

SHOWN = 5


class Difference(Struct, frozen=True):
    """One row that the rebuild found otherwise; None where there is none."""

    table: str
    key: str
    was: str | None
    rebuilt: str | None


class RebuildReport(Struct, frozen=True):
    """What was replayed and whether anything differed; `differences` shows the first few of each table.

    `altered` are entries whose payload is no longer the one that they were written with.
    """

    entries: int
    rows: dict[str, int]
    different: int
    differences: tuple[Difference, ...]
    gaps: tuple[str, ...]
    altered: tuple[UUID, ...]

    @property
    def sound(self) -> bool:
        """Whether the ledger is whole and every projection follows from it."""
        return not (self.different or self.gaps or self.altered)


Rows = Mapping[str, dict[str, str]]


def rebuild(
    connection: Connection, book: Book, progress: Callable[[int, int], None] = lambda done, total: None
) -> RebuildReport:
    """Empty every projection, replay all entries, compare. The caller's transaction keeps or drops the result."""
    before = _snapshot(connection)
    for projection in reversed(tables_of("projection")):
        connection.execute(delete(projection))
    total = connection.scalar(select(func.count()).select_from(entry)) or 0
    done = at = 0
    while batch := book.replay(connection, at):
        for arrival, written in batch:
            book.project(connection, written)
            at = arrival
        done += len(batch)
        progress(done, total)
    after = _snapshot(connection)
    differences = [d for name in before for d in _compare(name, before[name], after[name])]
    shown = [d for name in before for d in [e for e in differences if e.table == name][:SHOWN]]
    return RebuildReport(
        entries=done,
        rows={name: len(rows) for name, rows in after.items()},
        different=len(differences),
        differences=tuple(shown),
        gaps=find_gaps(connection),
        altered=find_altered(connection),
    )


def find_gaps(connection: Connection) -> tuple[str, ...]:
    """Streams whose numbers are not 1..length, and holes in the global positions; empty when all is well."""
    counted = (
        select(entry.c.stream_id, func.count().label("n"), func.max(entry.c.number).label("top"))
        .group_by(entry.c.stream_id)
        .subquery()
    )
    wrong = connection.execute(
        select(stream.c.id)
        .outerjoin(counted, counted.c.stream_id == stream.c.id)
        .where(
            (func.coalesce(counted.c.n, 0) != stream.c.length)
            | (func.coalesce(counted.c.top, 0) != stream.c.length)
        )
    ).scalars()
    found = [f"stream {stream_id}" for stream_id in wrong]
    count, top = connection.execute(select(func.count(entry.c.position), func.max(entry.c.position))).one()
    if count != (top or 0):
        found.append(f"positions: {count} given, the highest is {top}")
    return tuple(found)


def find_altered(connection: Connection) -> tuple[UUID, ...]:
    """Entries whose payload is missing or does not keep the commitment in their envelope; empty when all is well."""
    rows = connection.execute(
        select(entry.c.id, entry.c.commitment, payload.c.salt, payload.c.body).outerjoin(
            payload, payload.c.entry_id == entry.c.id
        )
    )
    return tuple(row.id for row in rows if not _kept(row))


def _kept(row: Any) -> bool:  # noqa: ANN401
    if row.body is None:
        return False
    return commitment(bytes.fromhex(row.salt), row.body.encode()) == str(row.commitment)


def _snapshot(connection: Connection) -> Rows:
    return {projection.name: _rows(connection, projection) for projection in tables_of("projection")}


def _rows(connection: Connection, projection: Table) -> dict[str, str]:
    keys = [column.name for column in projection.primary_key.columns]
    found = {}
    for row in connection.execute(select(projection)).mappings():
        values = {name: _plain(value) for name, value in row.items()}
        found[repr([values[key] for key in keys])] = repr(values)
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401
    if hasattr(value, "desc"):
        shape = spatial.get(value)
        return shape.wkb_hex if shape is not None else None
    return value


def _compare(name: str, was: dict[str, str], rebuilt: dict[str, str]) -> list[Difference]:
    return [
        Difference(name, key, was.get(key), rebuilt.get(key))
        for key in sorted(was.keys() | rebuilt.keys())
        if was.get(key) != rebuilt.get(key)
    ]
