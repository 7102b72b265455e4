"""The line of one endpoint walked with a virtual clock, on both databases: whose time a try uses up."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from integrations.webhooks import deliveries, endpoints, queue
from integrations.webhooks.messages import DeliveryId, WebhookId, WebhookSecret
from integrations.webhooks.sending import Outcome
from ledger.reasons import Reason
from ledger.sequencer import any_waiting
from tests.integrations.post import Post, caller, remark
from tests.integrations.receiver import Receiver

TAKES_S = 0.1
DOWN = Outcome(status=503, failure=Reason("webhook-answered", {"status": 503}), latency_ms=100)
GONE = Outcome(status=410, failure=Reason("webhook-answered", {"status": 410}), latency_ms=100)


@dataclass
class Walk:
    """A courier without a socket: `tried` has the second of every try since `start`."""

    post: Post
    webhook: WebhookSecret
    start: datetime
    outcome: Outcome = DOWN
    holder: UUID = field(default_factory=uuid4)
    tried: list[float] = field(default_factory=list)

    def at(self, second: float) -> datetime:
        return self.start + timedelta(seconds=second)

    async def say(self, second: float, *facts: Any) -> None:
        """Say it, and take it in at that second."""
        storage, now = self.post.storage, self.at(second)
        await self.post.say(*facts)
        while await storage.read(any_waiting):
            await asyncio.sleep(0.01)
        await storage.write(lambda c: queue.hold(c, self.webhook.id, self.holder, now))
        line = await self.line(second)
        entries, reached, _ = await storage.read(partial(queue.fresh, book=self.post.book, line=line))
        assert await storage.write(
            lambda c: queue.take_in(c, line, self.holder, entries, reached, "urn:test", now)
        )

    async def hurry(self, second: float) -> None:
        """Take a notice in that is to be acknowledged within a minute from then."""
        self.post.clock.move_on(max(0, (self.at(second) - self.post.clock.now()).total_seconds()))
        await self.say(second, self.post.notice())

    async def line(self, second: float) -> queue.Line:
        now = self.at(second)
        line = await self.post.storage.read(lambda c: queue.find_line(c, self.webhook.id, self.holder, now))
        assert line is not None
        return line

    async def head(self) -> queue.Delivery:
        found = await self.post.storage.read(partial(queue.head, endpoint_id=self.webhook.id))
        assert found is not None
        return found

    async def until(self, second: float) -> queue.Delivery | None:
        """Try whenever it is due up to this second; what stands at the head then."""
        now = self.start
        while True:
            head = await self.post.storage.read(partial(queue.head, endpoint_id=self.webhook.id))
            if head is None or max(now, head.next_at) > self.at(second):
                return head
            began = max(now, head.next_at)
            now = await self.once(head, began)

    async def once(self, head: queue.Delivery, began: datetime) -> datetime:
        """One try; when it was over."""
        now = began + timedelta(seconds=TAKES_S)
        line = await self.line((began - self.start).total_seconds())
        await self.post.storage.write(
            lambda c: queue.record(c, line, head, self.outcome, began, now, chance=0)
        )
        self.tried.append(round((began - self.start).total_seconds()))
        return now

    def second(self, instant: datetime) -> int:
        return round((instant - self.start).total_seconds())


async def walk(post: Post, receiver: Receiver) -> Walk:
    return Walk(post, await post.register(receiver), post.clock.now())


async def test_hurried_ones_use_up_no_try_of_the_ordinary_one_before_them(
    post: Post, receiver: Receiver
) -> None:
    """A receiver that comes back after a minute is asked again within minutes, not after fourteen hours."""
    line = await walk(post, receiver)
    await line.say(0, remark())
    await line.until(0.9)
    await line.hurry(1)
    ordinary = await line.until(60)
    assert line.tried == [0, 1, 3, 5, 6, 11, 21, 41]
    assert ordinary is not None
    assert (ordinary.hurried, ordinary.tries, ordinary.attempts) == (False, 2, 8)
    assert line.second(ordinary.next_at) == 305

    await line.hurry(100)
    ordinary = await line.until(200)
    assert line.tried[8:] == [100, 102, 105, 110, 120, 140]
    assert ordinary is not None
    assert (ordinary.tries, line.second(ordinary.next_at)) == (2, 305)

    assert await line.until(80 * 3600) is None
    own = [second for second in line.tried if second in (0, 5) or second > 200]
    assert len(own) == 10
    assert timedelta(hours=75) < timedelta(seconds=own[-1]) < timedelta(hours=76)
    states = [found.state for found in await post.deliveries(line.webhook)]
    assert states == ["dead", "dead", "dead"]


async def test_two_hurried_ones_keep_the_ordinary_ones_first_time(post: Post, receiver: Receiver) -> None:
    """The second one comes while the first still hurries the head."""
    line = await walk(post, receiver)
    await line.say(0, remark())
    await line.until(10)
    await line.hurry(11)
    await line.until(12)
    await line.hurry(12.5)
    ordinary = await line.until(100)
    assert ordinary is not None
    assert (ordinary.tries, line.second(ordinary.next_at)) == (2, 305)


async def test_a_persons_word_begins_a_time_of_its_own(post: Post, receiver: Receiver) -> None:
    """The try that somebody asked for counts, although the time from before had not come."""
    line = await walk(post, receiver)
    await line.say(0, remark())
    await line.until(0)
    await line.hurry(1)
    ordinary = await line.until(60)
    assert ordinary is not None
    post.clock.move_on(60)
    named = DeliveryId(webhook_id=line.webhook.id, delivery_id=ordinary.id)
    await deliveries.retry(post.office, caller(), named)
    again = await line.head()
    await line.once(again, again.next_at)
    after = await line.head()
    assert (again.tries, after.tries) == (0, 1)
    assert 5 <= (after.next_at - again.next_at).total_seconds() < 6


async def test_switched_on_again_after_gone_it_is_tried_at_once(post: Post, receiver: Receiver) -> None:
    """Also when the receiver said so at a try before the time of the ordinary one."""
    line = await walk(post, receiver)
    await line.say(0, remark())
    await line.until(10)
    await line.hurry(11)
    line.outcome = GONE
    head = await line.head()
    gone_at = await line.once(head, head.next_at)
    await endpoints.enable(post.office, caller(), WebhookId(webhook_id=line.webhook.id))
    line.outcome = DOWN
    again = await line.head()
    assert (again.tries, again.next_at) == (2, gone_at)
    await line.once(again, gone_at)
    assert (await line.head()).tries == 3
