"""Deliveries over real sockets, on both databases: signed, in order, at least once, each receiver for itself."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from standardwebhooks import Webhook

from integrations.webhooks import deliveries, endpoints, queue
from integrations.webhooks.messages import DeliveryId, NewWebhook, WebhookId
from integrations.webhooks.tables import webhook_attempt, webhook_delivery
from ledger.errors import Conflict, Invalid, NotFound
from ledger.kinds import ALL
from ledger.kinds.common import ReaderReleased
from tests.integrations.post import CITY, COUNTY, NoticeAcknowledged, Post, caller, remark
from tests.integrations.receiver import Got, Receiver, receiving


async def test_an_entry_comes_signed_with_ids_and_nothing_else(post: Post, receiver: Receiver) -> None:
    webhook = await post.register(receiver)
    notice = post.notice()
    async with post.at_work():
        (entry,) = await post.say(notice)
        (got,) = await receiver.has(1)
    assert Webhook(webhook.secret).verify(got.body, got.headers) == got.event
    assert got.headers["content-type"] == "application/json"
    assert got.id == str(entry.id) == got.event["id"]
    assert got.event == {
        "specversion": "1.0",
        "id": str(entry.id),
        "source": "urn:jiuhu:log:test",
        "type": "notice.sent.v1",
        "subject": f"case/{post.case_id}",
        "time": entry.act.at.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "streamseq": entry.number,
        "data": {
            "stream_id": str(post.case_id),
            "stream_kind": "case",
            "position": got.position,
            "number": entry.number,
            "notice_id": str(notice.notice_id),
            "facility_id": str(notice.facility_id),
            "centre_id": str(notice.centre_id),
        },
    }


async def test_no_name_and_no_number_of_a_person_travels(post: Post, receiver: Receiver) -> None:
    await post.register(receiver)
    async with post.at_work():
        await post.say(remark("王小明"))
        (got,) = await receiver.has(1)
    assert got.event["data"].keys() == {"stream_id", "stream_kind", "position", "number"}


async def test_only_the_kinds_that_were_asked_for_come(post: Post, receiver: Receiver) -> None:
    webhook = await post.register(receiver, "notice.sent.v1")
    async with post.at_work():
        await post.say(remark(), post.notice(), remark())
        (got,) = await receiver.has(1)
        await post.say(post.notice())
        await receiver.has(2)
    assert {found.event["type"] for found in receiver.got} == {"notice.sent.v1"}
    assert len(await post.deliveries(webhook)) == 2
    assert got.event["type"] == "notice.sent.v1"


async def test_what_is_for_others_does_not_come(post: Post, receiver: Receiver) -> None:
    await post.register(receiver)
    async with post.at_work():
        await post.say(remark(), audience=(COUNTY,))
        await post.say(remark(), audience=(CITY,))
        await post.say(ReaderReleased(reader_id=CITY, because="test"))
        await post.say(remark())
        await receiver.has(1)
        await asyncio.sleep(0.3)
    kinds = [found.event["type"] for found in receiver.got]
    assert kinds == ["case.patient-described.v1", "stream.reader-released.v1"]


async def test_every_kind_can_be_asked_for_and_no_other(post: Post, receiver: Receiver) -> None:
    names = tuple(kind.name() for kind in ALL)
    webhook = await post.register(receiver, *names)
    assert webhook.webhook.kinds == names
    with pytest.raises(Invalid) as refused:
        await post.register(receiver, "notice.sent.v9")
    assert refused.value.code == "webhook-kind-unknown"


async def test_the_order_is_kept_over_retries(post: Post) -> None:
    """The third one fails twice; what comes after it waits."""
    failed: list[int] = []

    def answer(got: Got) -> int:
        if got.event["streamseq"] == 6 and len(failed) < 2:
            failed.append(got.position)
            return 500
        return 200

    async with receiving(answer=answer) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(*(remark(str(n)) for n in range(6)))
        await receiver.has(3)
        await later(post, 6)
        await receiver.has(4)
        await later(post, 400)
        await receiver.has(8)
        delivered = await post.come_to(webhook, "delivered", 6)
    assert receiver.positions() == [4, 5, 6, 6, 6, 7, 8, 9]
    assert len({got.id for got in receiver.got if got.position == 6}) == 1
    assert [len(one.attempts) for one in delivered] == [1, 1, 3, 1, 1, 1]
    failures = [(a.status, a.failure and a.failure.code) for a in delivered[2].attempts]
    assert failures == [(500, "webhook-answered"), (500, "webhook-answered"), (200, None)]
    assert all(attempt.latency_ms >= 0 for one in delivered for attempt in one.attempts)


async def later(post: Post, seconds: float) -> None:
    """Move the clock once the line waits for its next try."""
    await asyncio.sleep(0.3)
    post.clock.move_on(seconds)
    assert post.courier is not None
    post.courier.nudge()


async def test_a_slow_receiver_holds_nobody_back(post: Post, receiver: Receiver) -> None:
    async with receiving(delay_s=5) as slow, post.at_work():
        await post.register(slow)
        await post.register(receiver, of=COUNTY)
        await post.say(*(remark(str(n)) for n in range(20)))
        await receiver.has(20, seconds=4)
        assert len(slow.got) == 1


async def test_a_receiver_that_does_not_answer_is_left_after_the_time_limit(post: Post) -> None:
    async with receiving(delay_s=5) as slow, post.at_work():
        webhook = await post.register(slow)
        await post.say(remark())
        async with asyncio.timeout(10):
            while not (
                attempts := (await post.deliveries(webhook))[0:1]
                and (await post.deliveries(webhook))[0].attempts
            ):
                await asyncio.sleep(0.05)
    assert attempts[0].status is None
    assert attempts[0].failure is not None
    assert attempts[0].failure.code == "webhook-timeout"
    assert 1_900 < attempts[0].latency_ms < 4_000


async def test_redirects_are_not_followed(post: Post) -> None:
    async with receiving(answer=lambda got: 302) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(remark())
        await receiver.has(1)
        await later(post, 6)
        await receiver.has(2)
        (found,) = await post.deliveries(webhook)
    assert found.state == "waiting"
    assert found.attempts[0].status == 302


async def test_gone_switches_the_endpoint_off_until_somebody_switches_it_on(post: Post) -> None:
    answers = iter([410, 200, 200, 200])
    async with receiving(answer=lambda got: next(answers)) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(remark("1"))
        await receiver.has(1)
        async with asyncio.timeout(5):
            while (await post.view(webhook)).enabled:
                await asyncio.sleep(0.02)
        await post.say(remark("2"))
        await later(post, 3600)
        assert len(receiver.got) == 1
        seen = await post.view(webhook)
        assert seen.disabled_because == "gone"
        assert [(c.change, c.actor_id) for c in seen.changes][-1] == ("disabled", None)
        await endpoints.enable(post.office, caller(), WebhookId(webhook_id=webhook.id))
        await receiver.has(3)
    assert receiver.positions() == [4, 4, 5]


async def test_disabled_by_its_organisation_and_enabled_again_misses_nothing(
    post: Post, receiver: Receiver
) -> None:
    webhook = await post.register(receiver)
    named = WebhookId(webhook_id=webhook.id)
    async with post.at_work():
        await post.say(remark("1"))
        await receiver.has(1)
        off = await endpoints.disable(post.office, caller(), named)
        assert (off.enabled, off.disabled_because) == (False, "asked")
        await post.say(remark("2"), remark("3"))
        await later(post, 10)
        assert len(receiver.got) == 1
        on = await endpoints.enable(post.office, caller(), named)
        assert on.enabled
        await receiver.has(3)
    assert receiver.positions() == [4, 5, 6]


async def test_a_rotated_secret_signs_beside_the_old_one(post: Post, receiver: Receiver) -> None:
    webhook = await post.register(receiver)
    turned = await endpoints.rotate(post.office, caller(), WebhookId(webhook_id=webhook.id))
    assert turned.secret != webhook.secret
    async with post.at_work():
        await post.say(remark())
        (got,) = await receiver.has(1)
        assert len(got.headers["webhook-signature"].split()) == 2
        for secret in (webhook.secret, turned.secret):
            assert Webhook(secret).verify(got.body, got.headers)
        await later(post, 24 * 3600)
        await post.say(remark())
        _, last = await receiver.has(2)
    assert len(last.headers["webhook-signature"].split()) == 1
    assert turned.webhook.rotating_until is not None


async def test_a_hurried_entry_is_tried_for_forty_seconds_and_then_given_up(post: Post) -> None:
    async with receiving(answer=lambda got: 503) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(post.notice(), remark())
        for count, step in ((1, 2.2), (2, 3), (3, 5), (4, 10), (5, 20)):
            await receiver.has(count)
            await later(post, step)
        (dead,) = await post.come_to(webhook, "dead")
        # The line goes on with the next one.
        await receiver.has(7)
        assert post.courier is not None
        assert post.courier.given_up == 1
    assert dead.hurried
    assert len(dead.attempts) == 6
    assert receiver.positions() == [4, 4, 4, 4, 4, 4, 5]
    seen = await post.view(webhook)
    assert (seen.dead, seen.waiting) == (1, 1)


async def test_a_hurried_entry_behind_an_ordinary_one_hurries_it(post: Post) -> None:
    """An hour-long wait of the head must not keep a notice: the head is tried at once, and its own time stays."""
    async with receiving(answer=lambda got: 503) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(remark())
        await receiver.has(1)
        await later(post, 6)
        await receiver.has(2)
        await asyncio.sleep(0.3)
        waits = (await post.deliveries(webhook))[0].next_at
        assert waits is not None
        assert waits > post.clock.now() + timedelta(seconds=200)
        await post.say(post.notice())
        await receiver.has(3)
        await later(post, 2.2)
        await receiver.has(4)
        await later(post, 45)
        await post.come_to(webhook, "dead")
        ordinary, notice = await post.deliveries(webhook)
    assert set(receiver.positions()) == {4}
    assert (ordinary.state, notice.state) == ("waiting", "dead")
    assert ordinary.next_at == waits
    assert notice.attempts == ()


async def test_a_dead_letter_is_tried_again_when_somebody_says_so(post: Post) -> None:
    well = False
    async with receiving(answer=lambda got: 200 if well else 503) as receiver, post.at_work():
        webhook = await post.register(receiver)
        await post.say(post.notice())
        await receiver.has(1)
        await later(post, 50)
        (dead,) = await post.come_to(webhook, "dead")
        assert dead.next_at is None
        well = True
        named = DeliveryId(webhook_id=webhook.id, delivery_id=dead.id)
        again = await deliveries.retry(post.office, caller(), named)
        assert again.state in ("waiting", "delivered")
        (done,) = await post.come_to(webhook, "delivered")
        with pytest.raises(Conflict):
            await deliveries.retry(post.office, caller(), named)
    assert [attempt.number for attempt in done.attempts] == list(range(1, len(done.attempts) + 1))
    assert done.attempts[-1].failure is None
    assert len({got.id for got in receiver.got}) == 1


async def test_a_restart_loses_nothing_and_keeps_the_order(post: Post) -> None:
    """Killed while a receiver holds an entry, and while nobody works at all."""
    async with receiving(delay_s=0.05) as receiver:
        webhook = await post.register(receiver)
        said = 0
        for _ in range(4):
            async with post.at_work():
                await post.say(*(remark(str(n)) for n in range(10)))
                await receiver.has(len(receiver.got) + 3)
            await post.say(*(remark(str(n)) for n in range(5)))
            said += 15
        async with post.at_work():
            await post.come_to(webhook, "delivered", said)
    positions = receiver.positions()
    assert sorted(set(positions)) == list(range(4, 4 + said))
    assert positions == sorted(positions)
    assert len(positions) <= said + 4


async def test_two_processes_share_the_lines_and_no_entry_comes_twice(post: Post, receiver: Receiver) -> None:
    if post.storage.dialect == "sqlite":
        return  # one process only, by its lock
    webhook = await post.register(receiver)
    other = Post(post.storage, post.book, post.sequencer, post.clock, post.case_id)
    async with post.at_work(), other.at_work():
        for n in range(20):
            await post.say(remark(str(n)))
        await post.come_to(webhook, "delivered", 20)
    assert receiver.positions() == list(range(4, 24))


async def test_others_know_nothing_of_an_endpoint(post: Post, receiver: Receiver) -> None:
    webhook = await post.register(receiver)
    stranger, named = caller(COUNTY), WebhookId(webhook_id=webhook.id)
    for use_case in (endpoints.get_webhook, endpoints.rotate, endpoints.disable, endpoints.enable):
        with pytest.raises(NotFound):
            await use_case(post.office, stranger, named)
    assert (await endpoints.list_webhooks(post.office, stranger, None)).webhooks == ()
    assert len((await endpoints.list_webhooks(post.office, caller(), None)).webhooks) == 1
    with pytest.raises(NotFound):
        await post.deliveries(webhook, of=COUNTY)


async def test_no_view_shows_a_secret(post: Post, receiver: Receiver) -> None:
    webhook = await post.register(receiver)
    shown = json.dumps(str(await post.view(webhook)))
    assert webhook.secret not in shown
    assert "whsec_" not in shown


async def test_an_address_inside_is_refused_when_it_is_registered(post: Post, receiver: Receiver) -> None:
    post.config = type(post.config)()
    with pytest.raises(Invalid):
        await endpoints.register(post.office, caller(), NewWebhook(url=receiver.url))


async def test_what_was_delivered_long_ago_is_forgotten_and_dead_letters_are_not(post: Post) -> None:
    async with (
        receiving(answer=lambda got: 503 if got.event["type"].startswith("notice.sent") else 200) as receiver,
        post.at_work(),
    ):
        webhook = await post.register(receiver)
        await post.say(remark(), post.notice())
        await receiver.has(2)
        await later(post, 50)
        await post.come_to(webhook, "dead")
    now = post.clock.now()
    assert await post.storage.write(lambda c: queue.tidy(c, now)) == 0
    assert await post.storage.write(lambda c: queue.tidy(c, now + queue.KEPT)) == 1
    (left,) = await post.deliveries(webhook)
    assert left.state == "dead"
    count = select(func.count()).select_from(webhook_attempt)
    assert await post.storage.read(lambda c: c.scalar(count)) == len(left.attempts)
    assert (
        await post.storage.read(lambda c: c.scalar(select(func.count()).select_from(webhook_delivery))) == 1
    )


async def test_a_thousand_entries_from_before_a_wake_are_all_taken_in(post: Post, receiver: Receiver) -> None:
    """More than a page of the ledger, none of which the endpoint asked for, and then one that it did."""
    webhook = await post.register(receiver, "notice.acknowledged.v1")
    await post.say(*(remark(str(n)) for n in range(1_100)))
    await post.say(NoticeAcknowledged(notice_id=post.notice().notice_id))
    async with post.at_work():
        await receiver.has(1)
    assert len(await post.deliveries(webhook)) == 1
