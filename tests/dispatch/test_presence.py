"""Presence: who looks at what; forgotten soon, told only when something changed, kept inside one organisation."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.config import Config
from app.enrol import id_of
from dispatch.presence import FORGOTTEN_AFTER, PresenceBoard, Seen
from ledger.kinds.words import Role
from tests.support.house import Client, RunningHouse, running_house
from tests.support.live import listening
from tests.support.scenes import MovedClock, machine

NOW = datetime(2026, 3, 1, tzinfo=UTC)
CENTRE, ELSEWHERE, INCIDENT = UUID(int=1), UUID(int=2), UUID(int=3)
SEEN = Seen(UUID(int=9), "3", "王", CENTRE, INCIDENT, None, NOW, NOW)


def later(seconds: float, **changes: Any) -> Seen:
    at = NOW + timedelta(seconds=seconds)
    return replace(SEEN, since=at, heard_at=at, **changes)


def test_the_same_word_again_is_no_news_and_keeps_its_time() -> None:
    board = PresenceBoard()
    assert board.put(SEEN)
    assert not board.put(later(5))
    (found,) = board.list_of(CENTRE, NOW + timedelta(seconds=6))
    assert (found.since, found.heard_at) == (NOW, NOW + timedelta(seconds=5))
    assert board.put(later(7, editing="address"))
    assert board.list_of(CENTRE, NOW + timedelta(seconds=8))[0].since == NOW + timedelta(seconds=7)


def test_who_is_silent_is_forgotten_and_that_is_news_to_the_next() -> None:
    board = PresenceBoard()
    board.put(SEEN)
    board.put(later(10, actor_id=UUID(int=8)))
    end = NOW + FORGOTTEN_AFTER
    assert len(board.list_of(CENTRE, end - timedelta(microseconds=1))) == 2
    assert board.put(later(15, actor_id=UUID(int=8)))
    assert [found.actor_id for found in board.list_of(CENTRE, end)] == [UUID(int=8)]


def test_two_windows_of_one_person_are_two_and_other_organisations_are_not_seen() -> None:
    board = PresenceBoard()
    for changes in ({}, {"seat": "4"}, {"organisation_id": ELSEWHERE, "actor_id": UUID(int=7)}):
        board.put(later(1, **changes))
    assert [found.seat for found in board.list_of(CENTRE, NOW)] == ["3", "4"]
    assert len(board.list_of(ELSEWHERE, NOW)) == 1


async def say(client: Client, looking_at: str | None, editing: str | None = None) -> Any:
    """Said without an Idempotency-Key."""
    url, body = f"{client.base}/api/v1/presence", {"looking_at": looking_at, "editing": editing}
    async with client.session.post(url, json=body) as response:
        assert response.status == 200, await response.text()
        return (await response.json())["present"]


async def test_seats_see_each_other_and_strangers_see_nobody(house: RunningHouse) -> None:
    first, second = await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")
    incident = str(uuid4())
    async with listening(second) as stream:
        await stream.until("ready")
        await say(first, incident, "address")
        assert (await stream.until("changed"))[-1].data == {"topic": "presence", "id": None}
    seen = await say(second, None)
    assert [(one["looking_at"], one["editing"]) for one in seen if one["looking_at"]] == [
        (incident, "address")
    ]
    assert len(seen) == 2
    assert (await first.get("/presence"))["present"] == seen
    neighbour, _ = await machine(house, Role.DISPATCHER, id_of("organisation", "NB-120"))
    assert (await neighbour.get("/presence"))["present"] == []


async def test_fifteen_seconds_after_the_last_word_a_seat_is_gone(config: Config) -> None:
    clock = MovedClock()
    async with running_house(config, clock) as house:
        dispatcher = await house.sign_in("dispatcher")
        await say(dispatcher, None)
        clock.move_on(14)
        assert len((await dispatcher.get("/presence"))["present"]) == 1
        clock.move_on(2)
        assert (await dispatcher.get("/presence"))["present"] == []
