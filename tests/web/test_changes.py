"""`changed`: who is told, once, in small, and never at the cost of an entry."""

import asyncio
from contextlib import aclosing
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from ledger.ids import new_id
from ledger.kinds.words import OrganisationKind, Role
from tests.web.support import NOW
from tests.web.test_lasting import Live, bearer, frames, living
from tests.web.test_live import ME, bench, entry_ids, take
from web.caller import Caller
from web.line import MOST_CHANGES, Line
from web.routes import Event
from web.topics import HEARING, Changed, Topic, topics_of

EVERY_TOPIC = frozenset(Topic)


def ids(count: int) -> list[UUID]:
    return [new_id(NOW) for _ in range(count)]


def caller(role: Role) -> Caller:
    return Caller(
        actor_id=new_id(NOW),
        name="x",
        role=role,
        organisation_id=ME,
        organisation_kind=OrganisationKind.CENTRE,
    )


def drained(line: Line) -> list[Changed]:
    found = []
    while (change := line.next_change()) is not None:
        found.append(change)
    return found


def test_every_topic_has_its_hearers() -> None:
    assert HEARING.keys() == set(Topic)
    heard = {role: {topic.value for topic in topics_of(caller(role))} for role in Role}
    assert heard[Role.DISPATCHER] == heard[Role.SHIFT_LEADER] == {topic.value for topic in Topic}
    assert heard[Role.STATION] == heard[Role.CREW] == {"unit", "closure", "facility", "alarm"}
    assert heard[Role.HOSPITAL_DESK] == heard[Role.CLINIC_DOCTOR] == {"closure", "facility", "alarm"}
    assert heard[Role.INTEGRATION] == {"ring", "unit", "facility", "alarm"}
    assert heard[Role.SYSTEM] == set()


def test_what_waits_already_waits_once() -> None:
    line = Line(ME, None, 10, topics=EVERY_TOPIC)
    one, two = ids(2)
    for _ in range(5):
        line.offer_change(Changed(Topic.UNIT, one))
        line.offer_change(Changed(Topic.RING, two))
    assert drained(line) == [Changed(Topic.UNIT, one), Changed(Topic.RING, two)]
    line.offer_change(Changed(Topic.UNIT, one))
    assert drained(line) == [Changed(Topic.UNIT, one)]


def test_all_of_a_topic_stands_for_each_of_it() -> None:
    line = Line(ME, None, 10, topics=EVERY_TOPIC)
    for subject in ids(3):
        line.offer_change(Changed(Topic.UNIT, subject))
    line.offer_change(Changed(Topic.RING))
    line.offer_change(Changed(Topic.UNIT))
    line.offer_change(Changed(Topic.UNIT, ids(1)[0]))
    assert drained(line) == [Changed(Topic.RING), Changed(Topic.UNIT)]


def test_a_reader_far_behind_is_told_to_fetch_the_topic_and_keeps_its_entries() -> None:
    line = Line(ME, None, 10, topics=EVERY_TOPIC)
    for subject in ids(MOST_CHANGES):
        line.offer_change(Changed(Topic.UNIT, subject))
    assert not line.broken
    line.offer_change(Changed(Topic.RING, ME))
    for subject in ids(5_000):
        line.offer_change(Changed(Topic.UNIT, subject))
    assert not line.broken
    assert drained(line) == [Changed(Topic.RING, ME), Changed(Topic.UNIT)]


async def test_entries_go_before_changes_and_changes_break_no_line(tmp_path: Path) -> None:
    async with bench(tmp_path, queue_limit=50) as on:
        async with aclosing(on.hub.subscribe(ME, None, topics=EVERY_TOPIC)) as events:
            await take(events, 1)
            for subject in ids(1_000):
                on.hub.publish_change(Topic.UNIT, subject)
            await on.write(ME, 3)
            await on.reach(4)
            found = await take(events, 5)
        assert entry_ids(found) == [1, 2, 3, 4]
        assert (found[4].type, found[4].id, found[4].data) == ("changed", None, Changed(Topic.UNIT))


def test_a_line_that_broke_is_told_nothing_more() -> None:
    line = Line(ME, None, 1, topics=EVERY_TOPIC)
    line.offer_change(Changed(Topic.UNIT))
    for position in (1, 2):
        line.offer(Event("incident.opened.v1", None, position))
    line.offer_change(Changed(Topic.RING))
    assert line.broken
    assert drained(line) == []


async def test_who_did_not_ask_for_topics_hears_of_none(tmp_path: Path) -> None:
    async with (
        bench(tmp_path, heartbeat_s=0.05) as on,
        aclosing(on.hub.subscribe(ME, None)) as events,
    ):
        await take(events, 1)
        on.hub.publish_change(Topic.FACILITY, None)
        assert {event.type for event in await take(events, 3)} == {"heartbeat"}


async def heard(live: Live, name: str, started: asyncio.Event) -> list[str]:
    """The topics that this machine is told of until the second heartbeat."""
    found, beats = [], 0
    async with (
        asyncio.timeout(10),
        live.service.client.get(
            live.service.address + "/api/v1/stream", headers=bearer(live, name)
        ) as answer,
    ):
        async for frame in frames(answer):
            if frame["event"] == "ready":
                started.set()
            if frame["event"] == "changed":
                assert "id" not in frame
                found.append(msgspec.json.decode(frame["data"])["topic"])
            beats += frame["event"] == "heartbeat"
            if beats == 2:
                break
    return found


@pytest.mark.parametrize(
    "name, topics",
    [
        ("dispatcher", ["ring", "unit", "closure", "facility", "presence", "alarm"]),
        ("crew", ["unit", "closure", "facility", "alarm"]),
        ("hospital", ["closure", "facility", "alarm"]),
        ("administrator", ["unit", "closure", "facility"]),
    ],
)
async def test_each_role_is_told_of_its_own_topics(tmp_path: Path, name: str, topics: list[str]) -> None:
    async with living(tmp_path) as live:
        started = asyncio.Event()
        hearing = asyncio.create_task(heard(live, name, started))
        await started.wait()
        for topic in Topic:
            live.hub.publish_change(topic, ME)
        assert await hearing == topics
