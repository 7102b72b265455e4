"""A crew that was out of reach: eight hours late, twice, shuffled; every stamp once, true times kept."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.config import Config
from dispatch.assignments import ASSIGNMENT, CREW_ENDS, STAMP_EVENTS, AssignmentState
from ledger.kinds.words import Role
from tests.support.crew_line import crew_line
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import (
    MovedClock,
    crew_of,
    open_incident,
    outcomes,
    report,
    send,
    stamp,
    stamped,
    units_at,
)

EVENTS = tuple(STAMP_EVENTS)
HOURS_LATE = 8


def full_run(start: datetime) -> list[dict[str, Any]]:
    """A full run, two minutes between its time points."""
    return [stamp(event, (start + timedelta(minutes=2 * i)).isoformat()) for i, event in enumerate(EVENTS)]


def times(run: list[dict[str, Any]]) -> list[tuple[str, datetime]]:
    return sorted((found["event"], datetime.fromisoformat(found["at"])) for found in run)


def kept(assignment: Any) -> list[tuple[str, datetime]]:
    return [(event, datetime.fromisoformat(at)) for event, at in stamped(assignment)]


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


async def late(house: RunningHouse, clock: MovedClock) -> tuple[Any, Client, list[dict[str, Any]]]:
    """An assignment whose crew went through its run out of reach, eight hours ago."""
    dispatcher = await house.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, house), units_at(house, 1)[0])
    run = full_run(clock.now())
    clock.move_on(HOURS_LATE * 3600)
    return sent, await crew_of(house, sent), run


async def test_eight_hours_late_twice_and_out_of_order_over_http(
    house: RunningHouse, clock: MovedClock
) -> None:
    sent, crew, run = await late(house, clock)
    queue = random.Random(8).sample(run * 2, k=2 * len(run))
    seen = [await report(crew, sent, *queue[:7]), await report(crew, sent, *queue[7:])]
    every = [outcome for answer in seen for outcome in outcomes(answer)]
    assert sorted(set(every)) == ["applied", "late", "repeated"]
    assert every.count("repeated") == len(run)
    view = seen[-1]["assignment"]
    assert (view["state"], view["missing"]) == ("HOM", [])
    assert kept(view) == times(run)
    assert datetime.fromisoformat(view["released_at"]) == dict(times(run))["available"]


async def test_the_same_queue_again_over_the_socket(house: RunningHouse, clock: MovedClock) -> None:
    sent, crew, run = await late(house, clock)
    queue = random.Random(9).sample(run * 2, k=2 * len(run))
    async with crew_line(crew) as line:
        await line.say("hello")
        every: list[str] = []
        for number, found in enumerate(queue):
            await line.say("stamps", ref=str(number), assignment_id=sent["id"], stamps=[found])
            answer = await line.answer(str(number))
            every += outcomes(answer["stamps"])
    assert every.count("repeated") == len(run)
    again = await report(crew, sent, *queue)
    assert set(outcomes(again)) == {"repeated"}
    assert kept(again["assignment"]) == times(run)


def run_through(events: list[str]) -> tuple[AssignmentState, set[str]]:
    """The table alone: where a queue of events leads, and which of them it took."""
    state, taken = AssignmentState.DSP, set[str]()
    for event in events:
        if event not in taken:
            state = ASSIGNMENT.advance(state, event, Role.CREW)
            taken.add(event)
    return state, taken


@given(st.permutations(EVENTS), st.lists(st.sampled_from(EVENTS)))
def test_no_order_and_no_repetition_changes_where_a_run_ends(events: list[str], again: list[str]) -> None:
    assert run_through([*events, *again]) == (AssignmentState.HOM, set(EVENTS))


@given(st.permutations(["acknowledge", "depart", "arrive", "available", "home"]), st.sampled_from(CREW_ENDS))
def test_an_end_without_transport_may_be_reported_at_any_point_of_the_queue(
    events: list[str], end: str
) -> None:
    for at in range(len(events) + 1):
        state, taken = run_through([*events[:at], end, *events[at:]])
        assert (state, len(taken)) == (AssignmentState.END, len(events) + 1)


async def test_any_order_gives_the_stamps_of_the_order_in_which_it_happened(house: RunningHouse) -> None:
    """Thirty random queues with repetitions, each on an assignment of its own."""
    dispatcher = await house.sign_in("dispatcher")
    drawn = random.Random(120)
    for number in range(30):
        unit = units_at(house, number % 9)[0]
        (sent,) = await send(dispatcher, await open_incident(dispatcher, house), unit)
        run = full_run(datetime.now(UTC) - timedelta(hours=3))
        queue = drawn.sample(run * 3, k=drawn.randint(len(run), 3 * len(run)))
        queue += drawn.sample(run, k=len(run))
        view = (await report(await crew_of(house, sent), sent, *queue))["assignment"]
        assert (kept(view), view["state"]) == (times(run), "HOM")
