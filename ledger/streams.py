"""Streams: the chain of entries of one incident or one case, and who may read each.

A reader is an organisation (its desks read as the organisation) or a unit (its crew reads as the unit only).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Uuid, exists, insert, literal, select, update

from ledger.errors import NotFound
from ledger.kinds.words import StreamKind
from ledger.storage.insert import insert_new
from ledger.tables import stream, stream_reader

ONLY_ASKED, SUPERVISES = "offer", "supervises"
LOOKS_ON = frozenset({ONLY_ASKED, SUPERVISES})
"""Reasons of readers who have no part in what happens: they read, and add nothing."""


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
    """Let a reader see the stream, again if it was released; who only looked on has a part in it from now on.

    Nothing else changes when it already may.
    """
    values = {
        "stream_id": stream_id,
        "reader_id": reader_id,
        "since_number": since_number,
        "because": because,
    }
    if not insert_new(connection, stream_reader, values, ("stream_id", "reader_id")):
        connection.execute(update(stream_reader).where(_mine(stream_id, reader_id)).values(until_number=None))
        for looked_on in LOOKS_ON:
            change_reason(connection, stream_id, reader_id, looked_on, because)


def reason_of(connection: Connection, stream_id: UUID, reader_id: UUID) -> str | None:
    """Why the reader was admitted first; None when it never was."""
    return connection.scalar(select(stream_reader.c.because).where(_mine(stream_id, reader_id)))


def change_reason(
    connection: Connection, stream_id: UUID, reader_id: UUID, before: str, because: str
) -> None:
    """The reader has another part from now on; nothing changes for one that was admitted for another reason."""
    mine = _mine(stream_id, reader_id) & (stream_reader.c.because == before)
    connection.execute(update(stream_reader).where(mine).values(because=because))


def release(connection: Connection, stream_id: UUID, reader_id: UUID, until_number: int) -> None:
    """What is said after `until_number` is no longer for this reader; what it was told before stays told."""
    connection.execute(
        update(stream_reader)
        .where(_mine(stream_id, reader_id), stream_reader.c.until_number.is_(None))
        .values(until_number=until_number)
    )


def _mine(stream_id: UUID, reader_id: UUID) -> ColumnElement[bool]:
    return (stream_reader.c.stream_id == stream_id) & (stream_reader.c.reader_id == reader_id)


def readable_by(column: ColumnElement[UUID], reader_id: UUID) -> ColumnElement[bool]:
    """A condition for any query: the stream named in `column` may be read by the reader as it stands now."""
    return exists().where(
        stream_reader.c.stream_id == column,
        stream_reader.c.reader_id == literal(reader_id, Uuid),
        stream_reader.c.until_number.is_(None),
    )


Rights = Mapping[UUID, int | None]
"""Who may read a stream: reader -> the last number that is for it, None without an end."""


def rights_in(connection: Connection, streams: Iterable[UUID]) -> dict[UUID, Rights]:
    """Who may read each of these streams, and up to where."""
    wanted = list(set(streams))
    found: dict[UUID, dict[UUID, int | None]] = {stream_id: {} for stream_id in wanted}
    rows = connection.execute(
        select(stream_reader.c.stream_id, stream_reader.c.reader_id, stream_reader.c.until_number).where(
            stream_reader.c.stream_id.in_(wanted)
        )
    )
    for row in rows:
        found[row.stream_id][row.reader_id] = row.until_number
    return dict(found)


def may_see(rights: Rights, reader_id: UUID, number: int, audience: tuple[UUID, ...] | None) -> bool:
    """Whether an entry with this number and audience is for the reader."""
    if reader_id not in rights or (audience is not None and reader_id not in audience):
        return False
    until = rights[reader_id]
    return until is None or number <= until
