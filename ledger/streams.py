"""Streams: the chain of entries of one incident or one case, and who may read each.

A reader is an organisation (its desks read as the organisation) or a unit (its crew reads as the unit only).
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Uuid, exists, insert, literal, select, update

from ledger.errors import NotFound
from ledger.kinds.words import StreamKind
from ledger.storage.insert import insert_new
from ledger.tables import stream, stream_reader


def open_stream(connection: Connection, stream_id: UUID, kind: StreamKind, at: datetime) -> None:
    """Begin an empty stream."""
    connection.execute(insert(stream).values(id=stream_id, kind=kind.value, opened_at=at, length=0))


def next_number(connection: Connection, stream_id: UUID) -> tuple[int, StreamKind]:
    """Lock the stream until the transaction ends and take its next number, starting with 1."""
    row = connection.execute(
        update(stream)
        .where(stream.c.id == stream_id)
        .values(length=stream.c.length + 1)
        .returning(stream.c.length, stream.c.kind)
    ).one_or_none()
    if row is None:
        raise NotFound("stream-not-found")
    return row.length, StreamKind(row.kind)


def lock(connection: Connection, stream_id: UUID) -> None:
    """Hold the stream until the transaction ends, so that what is read of it now stays true."""
    found = connection.execute(update(stream).where(stream.c.id == stream_id).values(length=stream.c.length))
    if found.rowcount == 0:
        raise NotFound("stream-not-found")


def admit(connection: Connection, stream_id: UUID, reader_id: UUID, since_number: int, because: str) -> None:
    """Let a reader see the stream; nothing changes when it already may."""
    values = {
        "stream_id": stream_id,
        "reader_id": reader_id,
        "since_number": since_number,
        "because": because,
    }
    insert_new(connection, stream_reader, values, ("stream_id", "reader_id"))


def may_read(connection: Connection, stream_id: UUID, reader_id: UUID) -> bool:
    """Whether the reader is among the stream's readers."""
    mine = (stream_reader.c.stream_id == stream_id) & (stream_reader.c.reader_id == reader_id)
    return connection.execute(select(literal(1)).where(mine)).first() is not None


def readable_by(column: ColumnElement[UUID], reader_id: UUID) -> ColumnElement[bool]:
    """A condition for any query: the stream named in `column` may be read by the reader."""
    return exists().where(
        stream_reader.c.stream_id == column,
        stream_reader.c.reader_id == literal(reader_id, Uuid),
    )


def readers_of(connection: Connection, streams: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who may read each of these streams."""
    wanted = list(set(streams))
    rows = connection.execute(
        select(stream_reader.c.stream_id, stream_reader.c.reader_id).where(
            stream_reader.c.stream_id.in_(wanted)
        )
    ).all()
    found: dict[UUID, set[UUID]] = {stream_id: set() for stream_id in wanted}
    for row in rows:
        found[row.stream_id].add(row.reader_id)
    return {stream_id: frozenset(readers) for stream_id, readers in found.items()}
