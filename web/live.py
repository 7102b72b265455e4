"""The hub: one task follows the ledger in global order and offers each entry to those who may read its stream.

What a subscriber gets, in this order: entries after the position it names, read from the ledger page by page; `ready`
once it has caught up; then entries as they come, `changed`, vehicle positions, `heartbeat`. Entries carry their global
position as id, and so do `ready` and `heartbeat`: each says that everything visible up to there was sent, so a
reconnect from the last id misses nothing and repeats nothing.
`resync` says: fetch the present state again. After it the stream goes on from its position; a subscriber that was
too slow is let go instead, and resumes from its own last id.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing, suppress
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta, Struct
from sqlalchemy import Connection

from ledger.book import Book, Entry
from ledger.errors import Unavailable
from ledger.kinds import Act, AnyKind
from ledger.kinds.words import StreamKind
from ledger.reasons import Reason
from ledger.sequencer import Sequencer
from ledger.storage import Storage
from ledger.streams import Rights, may_see, rights_in
from ledger.subscribe import last_position
from web.caller import Caller
from web.identity.permissions import Permission
from web.line import EVERY_KIND, NO_TOPICS, Line
from web.positions import Board, PositionUpdate, PositionView, position_view
from web.routes import Event, Route
from web.topics import Changed, Topic, topics_of

log = structlog.get_logger(__name__)

PAGE = 500
POLL_S = 1.0
RETRY_S = 1.0
ENCODED_KEPT = 5_000
READING = {StreamKind.INCIDENT: Permission.INCIDENT_READ, StreamKind.CASE: Permission.CASE_READ}
"""What a role must be allowed to read besides the stream, to get its entries live."""


Page = tuple[Sequence[Entry], dict[UUID, Rights]]


class LiveEntry(Struct, frozen=True, kw_only=True):
    """An entry as it travels: the event's type is the name of its kind, the event's id its position."""

    id: UUID
    stream_id: UUID
    stream_kind: StreamKind
    number: int
    position: int
    act: Act
    said: AnyKind


class LivePosition(Struct, frozen=True):
    """Data of `ready` and `heartbeat`: everything visible up to this position has been sent."""

    position: int


class Resync(Struct, frozen=True):
    """Data of `resync`: the present state has to be fetched again, and why."""

    position: int
    reason: Reason


class StreamRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """`after` is the last position that was received; absent: from now on. The Last-Event-ID header goes before it."""

    after: Annotated[int, Meta(ge=0)] | None = None


class Hub:
    """Compose builds one and keeps `run()` going. `view_of` says which vehicles a caller sees."""

    def __init__(
        self,
        storage: Storage,
        book: Book,
        sequencer: Sequencer,
        *,
        view_of: Callable[[Caller], PositionView] = position_view,
        queue_limit: int = 1_000,
        replay_limit: int = 100_000,
        heartbeat_s: float = 15.0,
        gather_s: float = 0.05,
    ) -> None:
        self.view_of = view_of
        self._storage = storage
        self._book = book
        self._sequencer = sequencer
        self._queue_limit = queue_limit
        self._replay_limit = replay_limit
        self._heartbeat_s = heartbeat_s
        self._gather_s = gather_s
        self._position = 0
        self._started = asyncio.Event()
        self._lines: dict[UUID, set[Line]] = {}
        self._followers: Counter[tuple[UUID, str | None]] = Counter()
        self._encoded: dict[int, Event] = {}
        self._board = Board()
        self._board_moved = asyncio.Event()

    @property
    def position(self) -> int:
        """Up to where the ledger has been offered."""
        return self._position

    @property
    def subscribers(self) -> int:
        """How many follow live now."""
        return sum(len(lines) for lines in self._lines.values())

    def followers(self) -> set[tuple[UUID, str | None]]:
        """Who follows live now: account and seat."""
        return set(self._followers)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self._tell_positions())

    def publish_positions(self, updates: Sequence[PositionUpdate]) -> None:
        """Vehicles have moved; those who may see them are told within `gather_s`."""
        self._board.put(updates)
        self._board_moved.set()

    def publish_change(self, topic: Topic, subject_id: UUID | None) -> None:
        """Something that is no entry has changed, and is committed; those who may hear of its topic are told."""
        change = Changed(topic, subject_id)
        for group in self._lines.values():
            for line in group:
                if topic in line.topics:
                    line.offer_change(change)

    async def follow(self, caller: Caller, after: int | None) -> AsyncGenerator[Event, None]:
        """What this caller may see, from the position after `after`, or from now on.

        The rights of the organisation are not enough: an administrator of the centre reads no patient's case.
        """
        view = self.view_of(caller) if caller.may(Permission.UNIT_READ) else None
        kinds = frozenset(kind for kind, needed in READING.items() if caller.may(needed))
        follower = caller.actor_id, caller.seat
        self._followers[follower] += 1
        try:
            async with aclosing(
                self.subscribe(caller.reads_as, after, view, kinds, topics_of(caller))
            ) as events:
                async for event in events:
                    yield event
        finally:
            self._followers[follower] -= 1
            self._followers += Counter()  # drops those that nobody is left at

    async def subscribe(
        self,
        reader_id: UUID,
        after: int | None,
        view: PositionView | None = None,
        kinds: frozenset[StreamKind] = EVERY_KIND,
        topics: frozenset[Topic] = NO_TOPICS,
    ) -> AsyncGenerator[Event, None]:
        """What this reader may see; close the generator to end. Ends by itself after a `resync` for slowness."""
        await self._started.wait()
        at, problem = await self._begin(after)
        if problem is not None:
            yield Event("resync", Resync(at, problem), at)
        while at < self._position:
            entries, at = await self._read_mine(reader_id, at, self._position)
            for entry in entries:
                if entry.stream_kind in kinds:
                    yield self._event(entry)
        # Nothing is awaited between the look at the hub's position and the registration: no gap.
        line = self._register(Line(reader_id, view, self._queue_limit, kinds, topics), at)
        try:
            yield Event("ready", LivePosition(at), at)
            async for event in self._live(line):
                yield event
        finally:
            self._forget(line)

    async def _live(self, line: Line) -> AsyncGenerator[Event, None]:
        now_s = asyncio.get_running_loop().time
        beat_at_s = now_s() + self._heartbeat_s
        while True:
            if line.broken:
                yield Event("resync", Resync(self._position, Reason("stream-too-slow")))
                return
            if (entry := line.next_entry()) is not None:
                yield entry
            elif now_s() >= beat_at_s:
                beat_at_s = now_s() + self._heartbeat_s
                reached = max(line.floor, self._position)
                yield Event("heartbeat", LivePosition(reached), reached)
            elif (change := line.next_change()) is not None:
                yield Event("changed", change)
            elif (batch := line.take_positions()) is not None:
                yield Event("positions", msgspec.Raw(batch.encoded))
            else:
                await line.wait(beat_at_s - now_s())

    async def _begin(self, after: int | None) -> tuple[int, Reason | None]:
        """Where to start reading, and why not where the subscriber asked to."""
        if after is None:
            return self._position, None
        last = await self._storage.read(last_position)
        if after > last:
            return last, Reason("stream-position-unknown", {"position": after})
        if last - after > self._replay_limit:
            return last, Reason("stream-position-too-old", {"position": after})
        return after, None

    def _register(self, line: Line, at: int) -> Line:
        line.floor = at
        self._lines.setdefault(line.reader_id, set()).add(line)
        if line.view is not None and (known := self._board.snapshot(line.view)) is not None:
            line.offer_positions(known)
        return line

    def _forget(self, line: Line) -> None:
        lines = self._lines[line.reader_id]
        lines.discard(line)
        if not lines:
            del self._lines[line.reader_id]

    async def _follow(self) -> None:
        moved = self._sequencer.subscribe()
        try:
            while True:
                moved.clear()
                try:
                    await self._catch_up()
                except Unavailable as error:
                    log.warning("the hub waits for the database", code=error.code)
                    await asyncio.sleep(RETRY_S)
                except Exception as error:  # noqa: BLE001  a hub that stops would leave every console blind
                    log.error("the hub tries again", error=type(error).__name__, position=self._position)
                    await asyncio.sleep(RETRY_S)
                # Another process may have sequenced: its event does not reach us, so look now and then.
                with suppress(TimeoutError):
                    async with asyncio.timeout(POLL_S):
                        await moved.wait()
        finally:
            self._sequencer.unsubscribe(moved)

    async def _catch_up(self) -> None:
        if not self._started.is_set():
            self._position = await self._storage.read(last_position)
            self._started.set()
        while True:
            entries, readers = await self._read_page(self._position)
            if not entries:
                return
            for entry in entries:
                event = self._event(entry)
                rights = readers[entry.stream_id]
                for reader_id in rights:
                    if not may_see(rights, reader_id, entry.number, entry.audience):
                        continue
                    for line in self._lines.get(reader_id, ()):
                        if entry.stream_kind in line.kinds:
                            line.offer(event)
                self._position = _position(entry)
            await asyncio.sleep(0)

    async def _read_page(self, after: int) -> Page:
        """Entries and, on the same snapshot, who may read them: rights count at the moment of sending."""

        def work(connection: Connection) -> Page:
            entries = self._book.tail(connection, after, PAGE)
            return entries, rights_in(connection, (entry.stream_id for entry in entries))

        return await self._storage.read(work)

    async def _read_mine(self, reader_id: UUID, after: int, upto: int) -> tuple[list[Entry], int]:
        """One reader's own entries, found by the database: a replay must not cost what everybody else's would."""
        return await self._storage.read(
            lambda connection: self._book.tail_for(connection, reader_id, after, upto, PAGE)
        )

    def _event(self, entry: Entry) -> Event:
        """The entry as it travels; encoded once, whoever gets it."""
        position = _position(entry)
        event = self._encoded.get(position)
        if event is None:
            told = LiveEntry(
                id=entry.id,
                stream_id=entry.stream_id,
                stream_kind=entry.stream_kind,
                number=entry.number,
                position=position,
                act=entry.act,
                said=entry.said,
            )
            event = Event(type(entry.said).name(), msgspec.Raw(msgspec.json.encode(told)), position)
            self._encoded[position] = event
            if len(self._encoded) > ENCODED_KEPT:
                del self._encoded[next(iter(self._encoded))]
        return event

    async def _tell_positions(self) -> None:
        """The first that moves is told at once, those that follow it together."""
        now_s = asyncio.get_running_loop().time
        told_s = 0.0
        while True:
            await self._board_moved.wait()
            await asyncio.sleep(max(0.0, told_s + self._gather_s - now_s()))
            told_s = now_s()
            self._board_moved.clear()
            lines = [line for group in self._lines.values() for line in group]
            batches = self._board.take(_views(lines))
            for line in lines:
                if line.view is not None and (batch := batches.get(line.view.key)) is not None:
                    line.offer_positions(batch)


def _views(lines: Iterable[Line]) -> Iterable[PositionView]:
    return {line.view.key: line.view for line in lines if line.view is not None}.values()


def _position(entry: Entry) -> int:
    assert entry.position is not None, "the tail holds only entries that have a position"
    return entry.position


EVENTS = {
    "*": LiveEntry,
    "changed": Changed,
    "positions": list[PositionUpdate],
    "ready": LivePosition,
    "heartbeat": LivePosition,
    "resync": Resync,
}


def stream_routes(hub: Hub) -> list[Route]:
    """The one stream that everybody may follow."""
    return [
        Route(
            "stream", "GET", "/api/v1/stream", Permission.LIVE, StreamRequest,
            EVENTS,
            lambda caller, request: hub.follow(caller, request.after),
            "Entries as they are written, and vehicle positions, as server-sent events", tag="live",
        )
    ]  # fmt: skip
