"""Delivery of webhooks: one line for each endpoint, each with its own task, so that none waits for another's receiver.

At least once, in the order of the ledger for each endpoint: the head of a line is tried until it is delivered or given
up, and only then comes the next. What was delivered is written down after the receiver said yes; a kill in between
sends it again with the same `webhook-id`.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from random import Random
from uuid import UUID, uuid4

import structlog

from integrations.webhooks import queue, signing
from integrations.webhooks.queue import Delivery, Line
from integrations.webhooks.sending import Outcome, Sender
from ledger.book import Book
from ledger.clock import Clock
from ledger.errors import Unavailable
from ledger.sequencer import Sequencer
from ledger.storage import Storage
from ledger.subscribe import last_position

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
"""How often the clock and the table are looked at: another process may have changed something."""

GATHER_S = 0.05
"""Entries that come together wake a line once."""

RETRY_S = 1.0


class Courier:
    """Compose builds one and keeps `run()` going. `given_up` counts dead letters since the start."""

    def __init__(
        self,
        storage: Storage,
        book: Book,
        sequencer: Sequencer,
        clock: Clock,
        sender: Sender,
        chance: Random | None = None,
    ) -> None:
        self.given_up = 0
        self._storage = storage
        self._book = book
        self._sequencer = sequencer
        self._clock = clock
        self._sender = sender
        self._chance = chance or Random()
        self._me = uuid4()
        self._kept = clock.now()
        self._nudged = asyncio.Event()
        self._wakes: dict[UUID, asyncio.Event] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def nudge(self) -> None:
        """Something about an endpoint has changed: look at all of them now."""
        self._nudged.set()
        for wake in self._wakes.values():
            wake.set()

    async def run(self) -> None:
        """Until cancelled."""
        moved = self._sequencer.subscribe()
        try:
            async with self._sender:
                try:
                    await self._oversee(moved)
                finally:
                    # Before the connections close: a try that we cut ourselves is no failure of its receiver.
                    await self._stop(list(self._tasks))
        finally:
            self._sequencer.unsubscribe(moved)
            with suppress(Unavailable):
                await self._storage.write(partial(queue.let_go, holder=self._me))

    async def _oversee(self, moved: asyncio.Event) -> None:
        """Give every enabled endpoint its line, and wake those whose readers got something."""
        seen = 0
        while True:
            moved.clear()
            self._nudged.clear()
            try:
                seen = await self._look(seen)
            except Unavailable as error:
                log.warning("webhooks wait for the database", code=error.code)
                await asyncio.sleep(RETRY_S)
            await _first_of(moved, self._nudged, within_s=LOOK_EVERY_S)
            await asyncio.sleep(GATHER_S)

    async def _look(self, seen: int) -> int:
        active = await self._storage.read(queue.active_readers)
        await self._keep()
        last = await self._storage.read(last_position)
        if last > seen and self._wakes:
            readers = await self._storage.read(partial(queue.concerned, after=seen, upto=last))
            for endpoint_id, wake in self._wakes.items():
                if active.get(endpoint_id) in readers:
                    wake.set()
        ended = [endpoint_id for endpoint_id, task in self._tasks.items() if task.done()]
        await self._stop([*ended, *(self._tasks.keys() - active.keys() - set(ended))])
        for endpoint_id in active.keys() - self._tasks.keys():
            self._wakes[endpoint_id] = asyncio.Event()
            self._tasks[endpoint_id] = asyncio.create_task(self._serve(endpoint_id))
        return last

    async def _keep(self) -> None:
        """Where other processes may be, hold what is ours for another while."""
        now = self._clock.now()
        if self._storage.dialect == "postgresql" and self._tasks and now >= self._kept + queue.LEASE / 5:
            self._kept = now
            await self._storage.write(partial(queue.keep, holder=self._me, now=now))

    async def _stop(self, endpoints: Sequence[UUID]) -> None:
        tasks = [self._tasks.pop(endpoint_id) for endpoint_id in endpoints]
        for endpoint_id in endpoints:
            self._wakes.pop(endpoint_id, None)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, endpoint_id: UUID) -> None:
        wake = self._wakes[endpoint_id]
        while True:
            wake.clear()
            try:
                wait_s = await self._step(endpoint_id)
            except Unavailable as error:
                log.warning("a webhook waits for the database", code=error.code)
                wait_s = RETRY_S
            except Exception:
                log.exception("a webhook's line tries again", endpoint_id=str(endpoint_id))
                wait_s = RETRY_S
            if wait_s != 0:
                await _first_of(wake, within_s=wait_s)

    async def _step(self, endpoint_id: UUID) -> float | None:
        """Take in what is new and try the head if it is due. Returns how long to wait at most, in seconds; None until
        something is new, 0 to go on at once.
        """
        find = partial(queue.find_line, endpoint_id=endpoint_id, holder=self._me, now=self._clock.now())
        line = await self._storage.read(find)
        if line is None or not await self._hold(line):
            return LOOK_EVERY_S
        more = await self._take_in(line)
        head = await self._storage.read(partial(queue.head, endpoint_id=endpoint_id))
        if head is None:
            return 0 if more else None
        ahead_s = (head.next_at - self._clock.now()).total_seconds()
        if ahead_s > 0:
            return 0 if more else min(ahead_s, LOOK_EVERY_S)
        await self._try(line, head)
        return 0

    async def _hold(self, line: Line) -> bool:
        hold = partial(queue.hold, endpoint_id=line.id, holder=self._me, now=self._clock.now())
        return line.held or await self._storage.write(hold)

    async def _take_in(self, line: Line) -> bool:
        """Returns whether there is more to take in."""
        entries, reached, more = await self._storage.read(partial(queue.fresh, book=self._book, line=line))
        if reached > line.position:
            await self._storage.write(
                partial(
                    queue.take_in,
                    line=line,
                    holder=self._me,
                    entries=entries,
                    reached=reached,
                    log=self._book.log,
                    now=self._clock.now(),
                )
            )
        return more

    async def _try(self, line: Line, head: Delivery) -> None:
        began = self._clock.now()
        headers = signing.headers(line.signing, str(head.entry_id), began, head.body)
        outcome = await self._sender.send(line.url, headers, head.body)
        given_up = await self._storage.write(
            partial(
                queue.record,
                line=line,
                sent=head,
                outcome=outcome,
                began=began,
                now=self._clock.now(),
                chance=self._chance.random(),
            )
        )
        if outcome.gone:
            log.warning("a webhook's receiver is gone", endpoint_id=str(line.id))
        for lost in given_up:
            self._tell(line, lost, outcome)

    def _tell(self, line: Line, lost: Delivery, outcome: Outcome) -> None:
        """A dead letter is never unnoticed. What waited for a person's answer has a deadline in the ledger besides."""
        self.given_up += 1
        tell = log.error if lost.hurried else log.warning
        tell(
            "a webhook delivery was given up",
            endpoint_id=str(line.id),
            delivery_id=str(lost.id),
            kind=lost.kind,
            hurried=lost.hurried,
            status=outcome.status,
            failure=outcome.failure.code if outcome.failure else None,
        )


async def _first_of(*events: asyncio.Event, within_s: float | None) -> None:
    """Until one of the events is set, or the time is over."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
