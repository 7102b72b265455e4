"""Line: what waits for one subscriber: a bounded queue of entries, what changed, and the latest vehicle positions."""

import asyncio
from collections import deque
from uuid import UUID

from ledger.kinds.words import StreamKind
from web.positions import Batch, PositionView
from web.routes import Event
from web.topics import Changed, Topic

EVERY_KIND = frozenset(StreamKind)
NO_TOPICS: frozenset[Topic] = frozenset()
MOST_CHANGES = 100
"""Of one topic; a subscriber that leaves more waiting is told to fetch all of it."""


class Line:
    """Filled by the hub, emptied by one subscriber. Entries wait in order; positions only ever in their latest state.

    A subscriber that leaves more than `limit` entries waiting has `broken` its line: nothing more is kept for it.
    """

    def __init__(
        self,
        reader_id: UUID,
        view: PositionView | None,
        limit: int,
        kinds: frozenset[StreamKind] = EVERY_KIND,
        topics: frozenset[Topic] = NO_TOPICS,
    ) -> None:
        self.reader_id = reader_id
        self.view = view
        self.kinds = kinds
        self.topics = topics
        self.broken = False
        self.floor = 0
        self._limit = limit
        self._entries: deque[Event] = deque()
        self._changes: dict[Changed, None] = {}
        self._positions: Batch | None = None
        self._wake = asyncio.Event()

    def offer(self, event: Event) -> None:
        """An entry; one that came with the replay already (its id is not above `floor`) is passed over."""
        if self.broken or event.id is None or event.id <= self.floor:
            return
        if len(self._entries) >= self._limit:
            self.broken = True
            self._entries.clear()
            self._changes.clear()
            self._positions = None
        else:
            self._entries.append(event)
        self._wake.set()

    def offer_positions(self, batch: Batch) -> None:
        """Positions; they take the place of those that still wait."""
        if not self.broken:
            self._positions = batch if self._positions is None else self._positions.then(batch)
            self._wake.set()

    def offer_change(self, change: Changed) -> None:
        """Something changed beside the ledger; what waits already waits once, and never breaks the line."""
        if self.broken:
            return
        everything = Changed(change.topic)
        if everything in self._changes:
            return
        same_topic = [waiting for waiting in self._changes if waiting.topic is change.topic]
        if change.id is None or len(same_topic) >= MOST_CHANGES:
            for waiting in same_topic:
                del self._changes[waiting]
            change = everything
        self._changes[change] = None
        self._wake.set()

    def next_entry(self) -> Event | None:
        """The oldest entry that waits."""
        return self._entries.popleft() if self._entries else None

    def next_change(self) -> Changed | None:
        """The oldest change that waits."""
        change = next(iter(self._changes), None)
        if change is not None:
            del self._changes[change]
        return change

    def take_positions(self) -> Batch | None:
        """The positions that wait."""
        batch, self._positions = self._positions, None
        return batch

    async def wait(self, seconds_s: float) -> None:
        """Until something was offered, or the time is over."""
        try:
            async with asyncio.timeout(max(seconds_s, 0)):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()
