"""The book: append an entry to a stream, and read entries by stream or in global order.

Each append locks the stream, lets the kind's projector do its part, and then adds the entry. The order matters on
PostgreSQL: a projector may wait for another transaction on a constraint, and the entry's arrival number is drawn
after that wait, so replaying by arrival never meets the two effects the wrong way round.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Row, Select, insert, select

from ledger import streams
from ledger.errors import NotFound
from ledger.ids import new_id
from ledger.kinds import AnyKind, canonical
from ledger.kinds.base import Act, Kind
from ledger.kinds.common import ReaderAdmitted, ReaderReleased
from ledger.kinds.words import Role, Source, StreamKind
from ledger.tables import entry, payload, stream, stream_reader


class Entry(Struct, frozen=True, kw_only=True):
    """One fact. `number` is its gap-free place in its stream, `position` its place in the ledger once it has one.

    `audience` narrows who of the stream's readers it is for; None means all of them.
    """

    id: UUID
    stream_id: UUID
    stream_kind: StreamKind
    number: int
    position: int | None
    act: Act
    said: AnyKind
    commitment: str
    audience: tuple[UUID, ...] | None = None


Projector = Callable[[Connection, Entry], None]
"""Writes what one entry means into projection tables. It may raise a Conflict, and then the entry is not written."""


class Book:
    """The ledger of one region. `projectors` are all rooms' projectors by entry kind; compose builds this once."""

    def __init__(self, log: str, projectors: Mapping[type[Kind], Sequence[Projector]]) -> None:
        self.log = log
        self.projectors = projectors

    def open_incident(self, connection: Connection, incident_id: UUID, act: Act) -> None:
        """Begin an incident's stream; nobody may read it before somebody is admitted."""
        streams.open_stream(connection, incident_id, StreamKind.INCIDENT, act.recorded_at)

    def open_case(self, connection: Connection, case_id: UUID, act: Act) -> None:
        """Begin a case's stream; nobody may read it before somebody is admitted."""
        streams.open_stream(connection, case_id, StreamKind.CASE, act.recorded_at)

    def admit(
        self, connection: Connection, stream_id: UUID, reader_id: UUID, because: str, act: Act
    ) -> Entry:
        """Let an organisation, or a unit's crew, read a stream from now on, on record."""
        said = ReaderAdmitted(reader_id=reader_id, because=because)
        return self.append(connection, stream_id, said, act)

    def release(
        self,
        connection: Connection,
        stream_id: UUID,
        reader_id: UUID,
        because: str,
        act: Act,
        audience: tuple[UUID, ...] | None = None,
    ) -> Entry:
        """What is said from now on is no longer for this reader, on record."""
        said = ReaderReleased(reader_id=reader_id, because=because)
        return self.append(connection, stream_id, said, act, audience)

    def append(
        self,
        connection: Connection,
        stream_id: UUID,
        said: AnyKind,
        act: Act,
        audience: tuple[UUID, ...] | None = None,
    ) -> Entry:
        """Add one fact to a stream; raises what the kind's projector refuses."""
        number, stream_kind = streams.next_number(connection, stream_id)
        if stream_kind not in said.streams:
            raise ValueError(f"{said.name()} does not stand in a stream of kind {stream_kind}")
        body = canonical.payload_bytes(said)
        salt = os.urandom(16)
        written = Entry(
            id=new_id(act.recorded_at),
            stream_id=stream_id,
            stream_kind=stream_kind,
            number=number,
            position=None,
            act=act,
            said=said,
            commitment=canonical.commitment(salt, body),
            audience=audience,
        )
        self.project(connection, written)
        connection.execute(insert(entry).values(**_row(written)))
        connection.execute(insert(payload).values(entry_id=written.id, salt=salt.hex(), body=body.decode()))
        return written

    def project(self, connection: Connection, written: Entry) -> None:
        """Let every projector of the entry's kind do its part."""
        for projector in self.projectors.get(type(written.said), ()):
            projector(connection, written)

    def read(self, connection: Connection, stream_id: UUID, after: int = 0) -> list[Entry]:
        """The stream's entries with a number above `after`, in order."""
        query = _entries().where(entry.c.stream_id == stream_id, entry.c.number > after)
        return [_entry(row) for row in connection.execute(query.order_by(entry.c.number))]

    def read_for(
        self, connection: Connection, stream_id: UUID, reader_id: UUID, after: int = 0
    ) -> list[Entry]:
        """The stream's entries that are for this reader."""
        rights = streams.rights_in(connection, (stream_id,))[stream_id]
        return [e for e in self.read(connection, stream_id, after) if _is_for(e, rights, reader_id)]

    def get(self, connection: Connection, entry_id: UUID) -> Entry:
        """One entry by its id."""
        row = connection.execute(_entries().where(entry.c.id == entry_id)).one_or_none()
        if row is None:
            raise NotFound("entry-not-found")
        return _entry(row)

    def tail(self, connection: Connection, after: int, limit: int = 500) -> list[Entry]:
        """Entries with a position above `after`, in global order, at most `limit`."""
        query = _entries().where(entry.c.position > after).order_by(entry.c.position).limit(limit)
        return [_entry(row) for row in connection.execute(query)]

    def tail_for(
        self, connection: Connection, reader_id: UUID, after: int, upto: int, limit: int = 500
    ) -> tuple[list[Entry], int]:
        """What is for this reader above `after` and not above `upto`, and the position that was reached so far."""
        mine = (stream_reader.c.stream_id == entry.c.stream_id) & (stream_reader.c.reader_id == reader_id)
        query = (
            _entries()
            .join(stream_reader, mine)
            .where(entry.c.position > after, entry.c.position <= upto)
            .where(stream_reader.c.until_number.is_(None) | (entry.c.number <= stream_reader.c.until_number))
            .order_by(entry.c.position)
            .limit(limit)
        )
        found = [_entry(row) for row in connection.execute(query)]
        reached = upto if len(found) < limit else found[-1].position or upto
        return [e for e in found if e.audience is None or reader_id in e.audience], reached

    def replay(self, connection: Connection, after_arrival: int, limit: int = 500) -> list[tuple[int, Entry]]:
        """Entries in the order they were written, with their arrival number: what a rebuild reads."""
        query = _entries().where(entry.c.arrival > after_arrival).order_by(entry.c.arrival).limit(limit)
        return [(row.arrival, _entry(row)) for row in connection.execute(query)]


def _is_for(written: Entry, rights: streams.Rights, reader_id: UUID) -> bool:
    return streams.may_see(rights, reader_id, written.number, written.audience)


def _row(written: Entry) -> dict[str, Any]:
    act = written.act
    return {
        "id": written.id,
        "stream_id": written.stream_id,
        "number": written.number,
        "kind": type(written.said).name(),
        "actor_id": act.actor_id,
        "organisation_id": act.organisation_id,
        "role": act.role.value,
        "seat": act.seat,
        "at": act.at,
        "recorded_at": act.recorded_at,
        "source": act.source.value,
        "commitment": written.commitment,
        "audience": written.audience,
    }


def _entries() -> Select[Any]:
    return (
        select(entry, payload.c.body, stream.c.kind.label("stream_kind"))
        .join(payload, payload.c.entry_id == entry.c.id)
        .join(stream, stream.c.id == entry.c.stream_id)
    )


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=row.id,
        stream_id=row.stream_id,
        stream_kind=StreamKind(row.stream_kind),
        number=row.number,
        position=row.position,
        act=Act(
            actor_id=row.actor_id,
            organisation_id=row.organisation_id,
            role=Role(row.role),
            at=row.at,
            recorded_at=row.recorded_at,
            source=Source(row.source),
            seat=row.seat,
        ),
        said=canonical.read_payload(row.body),
        commitment=row.commitment,
        audience=None if row.audience is None else tuple(row.audience),
    )
