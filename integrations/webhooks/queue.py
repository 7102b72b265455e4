"""The line of one endpoint: entries taken in from the ledger, in order, and what came of each try.

All of it is work for `storage.write` and `storage.read`. The endpoint's position and the rows that it stands for are
written together, so that a kill at any moment neither loses an entry nor leaves a gap.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, literal, or_, select, update

from integrations.webhooks import endpoints, schedule, signing
from integrations.webhooks.events import body_of
from integrations.webhooks.sending import Outcome
from integrations.webhooks.tables import webhook_attempt, webhook_delivery, webhook_endpoint
from ledger.book import Book, Entry
from ledger.ids import new_id
from ledger.subscribe import last_position
from ledger.tables import entry, organisation, stream_reader

KEPT = timedelta(hours=72)
"""Delivered entries can be looked up for as long as a receiver may ask about them."""

LEASE = timedelta(seconds=5)
"""Renewed every second: another process takes a line over that long after its holder has died."""


class Line(Struct, frozen=True, kw_only=True):
    """An endpoint as its worker needs it; `held` while this process has it for long enough yet."""

    id: UUID
    held: bool
    reader_id: UUID
    url: str
    kinds: tuple[str, ...]
    position: int
    signing: tuple[str, ...]


class Delivery(Struct, frozen=True, kw_only=True):
    """The head of a line. `tries` counts since `since`, `attempts` since ever. `next_at` may be earlier than `own_at`,
    the time of its own schedule, for the sake of a hurried one behind it (no `own_at` in the row: they are the same).
    """

    id: UUID
    entry_id: UUID
    kind: str
    body: str
    hurried: bool
    since: datetime
    tries: int
    attempts: int
    next_at: datetime
    own_at: datetime


def is_waiting() -> ColumnElement[bool]:
    """Neither delivered nor given up."""
    return webhook_delivery.c.delivered_at.is_(None) & webhook_delivery.c.dead_at.is_(None)


def active_readers(connection: Connection) -> dict[UUID, UUID]:
    """Endpoint -> reader, of all that are enabled and belong to an organisation that still takes part."""
    query = (
        select(webhook_endpoint.c.id, webhook_endpoint.c.reader_id)
        .join(organisation, organisation.c.id == webhook_endpoint.c.organisation_id)
        .where(webhook_endpoint.c.disabled_at.is_(None), organisation.c.active)
    )
    return {row.id: row.reader_id for row in connection.execute(query)}


def concerned(connection: Connection, after: int, upto: int) -> set[UUID]:
    """Readers of the streams that got an entry above `after` and not above `upto`."""
    query = (
        select(stream_reader.c.reader_id)
        .join(entry, entry.c.stream_id == stream_reader.c.stream_id)
        .where(entry.c.position > after, entry.c.position <= upto)
        .distinct()
    )
    return set(connection.scalars(query))


def find_line(connection: Connection, endpoint_id: UUID, holder: UUID, now: datetime) -> Line | None:
    """The endpoint, if it is enabled."""
    row = connection.execute(
        select(webhook_endpoint).where(
            webhook_endpoint.c.id == endpoint_id, webhook_endpoint.c.disabled_at.is_(None)
        )
    ).one_or_none()
    if row is None:
        return None
    mine = row.held_by == holder and row.held_until > now + LEASE / 2
    return Line(
        id=row.id,
        held=mine,
        reader_id=row.reader_id,
        url=row.url,
        kinds=tuple(row.kinds),
        position=row.position,
        signing=tuple(signing.secrets_at(row.secret, row.old_secret, row.old_secret_until, now)),
    )


def hold(connection: Connection, endpoint_id: UUID, holder: UUID, now: datetime) -> bool:
    """Keep the line for this process for a while; False when another one has it.

    SQLite lets one process in, so whoever held it before is gone.
    """
    free = or_(
        webhook_endpoint.c.held_by.is_(None),
        webhook_endpoint.c.held_by == holder,
        webhook_endpoint.c.held_until < now,
        literal(connection.dialect.name == "sqlite"),
    )
    taken = connection.execute(
        update(webhook_endpoint)
        .where(webhook_endpoint.c.id == endpoint_id, free)
        .values(held_by=holder, held_until=now + LEASE)
    )
    return taken.rowcount == 1


def keep(connection: Connection, holder: UUID, now: datetime) -> None:
    """Keep all lines of this process, also those that wait for an answer at this moment."""
    connection.execute(
        update(webhook_endpoint).where(webhook_endpoint.c.held_by == holder).values(held_until=now + LEASE)
    )


def let_go(connection: Connection, holder: UUID) -> None:
    """Another process may go on with the lines of this one at once."""
    connection.execute(
        update(webhook_endpoint)
        .where(webhook_endpoint.c.held_by == holder)
        .values(held_by=None, held_until=None)
    )


def fresh(connection: Connection, book: Book, line: Line) -> tuple[list[Entry], int, bool]:
    """What is for the reader above the line's position, the position reached so far, and whether there is more."""
    upto = last_position(connection)
    entries, reached = book.tail_for(connection, line.reader_id, line.position, upto)
    return entries, reached, reached < upto


def take_in(
    connection: Connection,
    line: Line,
    holder: UUID,
    entries: Sequence[Entry],
    reached: int,
    log: str,
    now: datetime,
) -> bool:
    """Put entries at the end of the line and move it on; False when another process has done so meanwhile.

    A hurried entry sends whoever stands before it at once, instead of when its next try would be due; that time is
    kept, because the receiver may be back by then.
    """
    mine = (webhook_endpoint.c.id == line.id) & (webhook_endpoint.c.held_by == holder)
    moved = connection.execute(
        update(webhook_endpoint)
        .where(mine, webhook_endpoint.c.position == line.position)
        .values(position=reached)
    )
    if moved.rowcount == 0:
        return False
    rows = [_row(line, found, log, now) for found in entries if _wanted(line, found)]
    if rows:
        connection.execute(insert(webhook_delivery), rows)
    if any(row["hurried"] for row in rows):
        own_at = func.coalesce(webhook_delivery.c.own_at, webhook_delivery.c.next_at)
        connection.execute(
            update(webhook_delivery)
            .where(webhook_delivery.c.endpoint_id == line.id, is_waiting(), webhook_delivery.c.next_at > now)
            .values(own_at=own_at, next_at=now)
        )
    return True


def _wanted(line: Line, found: Entry) -> bool:
    return not line.kinds or type(found.said).name() in line.kinds


def _row(line: Line, found: Entry, log: str, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(now),
        "endpoint_id": line.id,
        "entry_id": found.id,
        "position": found.position,
        "kind": type(found.said).name(),
        "body": body_of(found, log),
        "hurried": schedule.is_hurried(found, now),
        "created_at": now,
        "since": now,
        "tries": 0,
        "attempts": 0,
        "next_at": now,
    }


def head(connection: Connection, endpoint_id: UUID) -> Delivery | None:
    """The first that waits; nothing behind it is sent before it is delivered or given up."""
    query = select(webhook_delivery).where(webhook_delivery.c.endpoint_id == endpoint_id, is_waiting())
    row = connection.execute(query.order_by(webhook_delivery.c.position).limit(1)).one_or_none()
    return None if row is None else _delivery(row)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        entry_id=row.entry_id,
        kind=row.kind,
        body=row.body,
        hurried=row.hurried,
        since=row.since,
        tries=row.tries,
        attempts=row.attempts,
        next_at=row.next_at,
        own_at=row.own_at or row.next_at,
    )


def record(
    connection: Connection,
    line: Line,
    sent: Delivery,
    outcome: Outcome,
    began: datetime,
    now: datetime,
    chance: float,
) -> list[Delivery]:
    """Write down what came of a try; returns the deliveries that were given up with it."""
    connection.execute(
        insert(webhook_attempt).values(
            delivery_id=sent.id,
            number=sent.attempts + 1,
            at=began,
            status=outcome.status,
            failure=outcome.failure,
            latency_ms=outcome.latency_ms,
        )
    )
    # A hurried one has its times from the clock alone; an ordinary one must not lose a try to others' hurry.
    counts = sent.hurried or began >= sent.own_at
    tried = {"tries": sent.tries + counts, "attempts": sent.attempts + 1}
    if outcome.failure is None:
        _set(connection, sent, **tried, delivered_at=now)
        return []
    if outcome.gone:
        _set(connection, sent, **tried, next_at=now, own_at=None)
        endpoints.disable_row(connection, line.id, because="gone", actor_id=None, now=now)
        return []
    own: datetime | None = sent.own_at
    if counts:
        own = schedule.next_try(
            hurried=sent.hurried, since=sent.since, tries=tried["tries"], now=now, chance=chance
        )
    _set(connection, sent, **tried)
    return _failed(connection, line, sent, own, now)


def _failed(
    connection: Connection, line: Line, sent: Delivery, own: datetime | None, now: datetime
) -> list[Delivery]:
    """Hurried entries behind the head have their own time: it is tried for their sake as often as for its own, and
    those whose time is over are given up with it, because their receiver could not be reached. `own` is when the
    head's own schedule comes to it again, None when that is over.
    """
    given_up = [sent] if own is None else []
    ahead = [] if own is None else [own]
    for behind in _hurried_behind(connection, line, sent):
        at = schedule.next_try(hurried=True, since=behind.since, tries=0, now=now, chance=0)
        if at is None:
            given_up.append(behind)
        else:
            ahead.append(at)
    if own is not None:
        _set(connection, sent, next_at=min(ahead), own_at=own)
    for lost in given_up:
        _set(connection, lost, dead_at=now)
    return given_up


def _hurried_behind(connection: Connection, line: Line, sent: Delivery) -> list[Delivery]:
    query = select(webhook_delivery).where(
        webhook_delivery.c.endpoint_id == line.id,
        is_waiting(),
        webhook_delivery.c.hurried,
        webhook_delivery.c.id != sent.id,
    )
    return [_delivery(row) for row in connection.execute(query)]


def _set(connection: Connection, of: Delivery, **values: Any) -> None:  # noqa: ANN401
    connection.execute(update(webhook_delivery).where(webhook_delivery.c.id == of.id).values(**values))


def tidy(connection: Connection, now: datetime) -> int:
    """Forget what was delivered long ago; what was given up stays. Returns how many deliveries went."""
    old = webhook_delivery.c.delivered_at < now - KEPT
    ids = select(webhook_delivery.c.id).where(old)
    connection.execute(delete(webhook_attempt).where(webhook_attempt.c.delivery_id.in_(ids)))
    return connection.execute(delete(webhook_delivery).where(old)).rowcount
