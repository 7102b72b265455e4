"""Durable timers: what must happen by when, and who is told when it did not.

A deadline is a projection of entries: one entry sets it, another settles it, `DeadlinePassed` marks it. So it
survives any crash, and a rebuild finds the same ones.
"""

import asyncio
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select, update

from ledger import streams
from ledger.book import Book, Entry
from ledger.clock import Clock
from ledger.errors import Unavailable
from ledger.kinds.base import Act
from ledger.kinds.common import DeadlinePassed
from ledger.kinds.words import Role, Source
from ledger.storage import Storage
from ledger.storage.insert import upsert
from ledger.tables import deadline

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.25


class Deadline(Struct, frozen=True, kw_only=True):
    """One thing that must happen by a time; `audience` narrows who of the stream's readers hears that it did not."""

    kind: str
    subject_id: UUID
    stream_id: UUID
    due_at: datetime
    told_organisation_id: UUID
    told_role: Role
    audience: tuple[UUID, ...] | None = None


def expect(connection: Connection, wanted: Deadline) -> None:
    """Set a deadline, or set it anew for the same subject."""
    values = {
        "kind": wanted.kind,
        "subject_id": wanted.subject_id,
        "stream_id": wanted.stream_id,
        "due_at": wanted.due_at,
        "told_organisation_id": wanted.told_organisation_id,
        "told_role": wanted.told_role.value,
        "audience": wanted.audience,
        "settled_at": None,
        "passed_at": None,
    }
    upsert(connection, deadline, values, ("kind", "subject_id"))


def settle(connection: Connection, kinds: tuple[str, ...], subject_id: UUID, at: datetime) -> None:
    """It happened, or no longer needs to. A deadline that has passed stays passed; by this its alarm is over."""
    unsettled = deadline.c.settled_at.is_(None)
    connection.execute(
        update(deadline)
        .where(deadline.c.kind.in_(kinds), deadline.c.subject_id == subject_id, unsettled)
        .values(settled_at=at)
    )


def list_due(connection: Connection, now: datetime, limit: int = 100) -> list[Deadline]:
    """Open deadlines that are due, the oldest first."""
    query = select(deadline).where(deadline.c.due_at <= now, _open()).order_by(deadline.c.due_at).limit(limit)
    return [
        Deadline(
            kind=row.kind,
            subject_id=row.subject_id,
            stream_id=row.stream_id,
            due_at=row.due_at,
            told_organisation_id=row.told_organisation_id,
            told_role=Role(row.told_role),
            audience=None if row.audience is None else tuple(row.audience),
        )
        for row in connection.execute(query)
    ]


def mark_passed(connection: Connection, written: Entry) -> None:
    """Projector of DeadlinePassed."""
    said = written.said
    assert isinstance(said, DeadlinePassed)
    connection.execute(
        update(deadline)
        .where(deadline.c.kind == said.deadline, deadline.c.subject_id == said.subject_id)
        .values(passed_at=written.act.recorded_at)
    )


def pass_if_open(connection: Connection, book: Book, due: Deadline, now: datetime) -> Entry | None:
    """Write DeadlinePassed, unless it was settled, moved or marked in the meantime."""
    streams.lock(connection, due.stream_id)
    mine = (deadline.c.kind == due.kind) & (deadline.c.subject_id == due.subject_id)
    if (
        connection.execute(select(deadline.c.kind).where(mine, deadline.c.due_at <= now, _open())).first()
        is None
    ):
        return None
    act = Act(
        actor_id=None,
        organisation_id=due.told_organisation_id,
        role=Role.SYSTEM,
        at=now,
        recorded_at=now,
        source=Source.SYSTEM,
    )
    said = DeadlinePassed(
        deadline=due.kind,
        subject_id=due.subject_id,
        due_at=due.due_at,
        told_organisation_id=due.told_organisation_id,
        told_role=due.told_role,
    )
    return book.append(connection, due.stream_id, said, act, due.audience)


def _open() -> ColumnElement[bool]:
    return deadline.c.settled_at.is_(None) & deadline.c.passed_at.is_(None)


class Watch:
    """Looks for due deadlines and says so in the ledger; the live streams carry it to the person named."""

    def __init__(self, storage: Storage, book: Book, clock: Clock) -> None:
        self._storage = storage
        self._book = book
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.warning("deadlines wait for the database", code=error.code)
            except Exception:
                log.exception("deadlines looked in vain")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> int:
        """Pass everything that is due now; returns how many."""
        now = self._clock.now()
        due = await self._storage.read(lambda connection: list_due(connection, now))
        for found in due:
            try:
                await self._storage.write(partial(self._pass, found, now))
            except Unavailable:
                raise
            except Exception:  # the others must not wait for one that cannot be written
                log.exception("a deadline could not be passed", deadline=found.kind)
        return len(due)

    def _pass(self, due: Deadline, now: datetime, connection: Connection) -> None:
        pass_if_open(connection, self._book, due, now)
