"""Rings: one seat answers, a call takes what its ring knows, and who hung up is not forgotten."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from app.config import Config
from app.enrol import id_of
from dispatch.rings import RING, RING_CODES, RingState
from ledger.errors import Conflict, Forbidden
from ledger.kinds.words import Role
from tests.support.house import Client, RunningHouse, running_house
from tests.support.live import listening
from tests.support.scenes import MovedClock, ago, machine, open_incident, pin

pytestmark = pytest.mark.asyncio(loop_scope="module")

CENTRE = id_of("organisation", "WZ-120")
TAKERS = {Role.DISPATCHER, Role.SHIFT_LEADER, Role.INTEGRATION}


async def exchange_of(town: RunningHouse) -> Client:
    client, _ = await machine(town, Role.INTEGRATION, CENTRE)
    return client


async def ring_in(town: RunningHouse, **changes: Any) -> Any:
    """A ring with a number, a place and words."""
    body = {
        "source": "120",
        "callback": f"138{uuid4().int % 10**8:08}",
        "rang_at": ago(8),
        "evidence": [pin(town)],
        "heard": "老人摔倒了",
        "language": "zh-CN",
    }
    return await (await exchange_of(town)).post("/rings", body | changes)


async def listed(client: Client) -> dict[str, Any]:
    return {ring["id"]: ring for ring in (await client.get("/rings"))["rings"]}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("state", list(RingState))
async def test_who_may_do_what_with_a_ring(state: RingState, role: Role) -> None:
    open_to = {
        "answer": {RingState.RINGING: RingState.ANSWERED},
        "hang-up": {
            RingState.RINGING: RingState.MISSED,
            RingState.ANSWERED: RingState.ANSWERED,
            RingState.MISSED: RingState.MISSED,
            RingState.DONE: RingState.DONE,
        },
        "take": {s: RingState.DONE for s in (RingState.RINGING, RingState.ANSWERED, RingState.MISSED)},
        "settle": {s: RingState.DONE for s in (RingState.ANSWERED, RingState.MISSED)},
    }
    for event, follows in open_to.items():
        allowed = TAKERS - {Role.INTEGRATION} if event == "settle" else TAKERS
        if state not in follows:
            with pytest.raises(Conflict):
                RING.advance(state, event, role)
        elif role not in allowed:
            with pytest.raises(Forbidden):
                RING.advance(state, event, role)
        else:
            assert RING.advance(state, event, role) is follows[state]


async def test_a_ring_that_the_exchange_reports_again_is_the_same_ring(town: RunningHouse) -> None:
    exchange = await exchange_of(town)
    body = {"source": "120", "ring_id": uuid4().hex, "callback": "13800000001"}
    first, again = await exchange.post("/rings", body), await exchange.post("/rings", body)
    other = await (await exchange_of(town)).post("/rings", body | {"callback": "13900000002"})
    assert first == again == other
    nameless = {"source": "120"}
    assert (await exchange.post("/rings", nameless))["id"] != (await exchange.post("/rings", nameless))["id"]


async def test_of_many_seats_one_answers_and_the_others_learn_who(town: RunningHouse) -> None:
    ring = await ring_in(town)
    seats = [await town.sign_in(login) for login in ("dispatcher", "dispatcher2", "leader")]
    path = f"{town.base}/api/v1/rings/{ring['id']}/answer"

    async def answer(seat: Client) -> tuple[int, Any]:
        headers = {"Idempotency-Key": uuid4().hex}
        async with seat.session.post(path, json={}, headers=headers) as response:
            return response.status, await response.json()

    answers = await asyncio.gather(*map(answer, seats))
    won = [body for status, body in answers if status == 200]
    lost = [body for status, body in answers if status == 409]
    assert (len(won), len(lost)) == (1, 2)
    assert won[0]["state"] == "answered"
    assert {body["code"] for body in lost} == {"ring-answered"}
    assert {body["args"]["name"] for body in lost} == {won[0]["answered_by_name"]}
    winner = next(seat for seat, (status, _) in zip(seats, answers, strict=True) if status == 200)
    assert await winner.post(f"/rings/{ring['id']}/answer") == won[0]
    assert (await listed(winner))[ring["id"]]["answered_by"] == won[0]["answered_by"]


async def test_a_call_takes_what_its_ring_knows(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    ring = await ring_in(town)
    answered = await dispatcher.post(f"/rings/{ring['id']}/answer")
    taken = await dispatcher.post("/calls", {"source": "120", "ring_id": ring["id"]})
    incident = taken["incident"]
    assert incident["calls"][0]["callback"] == ring["callback"]
    assert incident["estimate"]["best"] is not None
    said = await call_said(dispatcher, incident)
    assert (said["rang_at"], said["answered_at"]) == (ring["rang_at"], answered["answered_at"])
    assert said["evidence"] == ring["evidence"]
    done = (await listed(dispatcher))[ring["id"]]
    assert (done["state"], done["call_id"], done["incident_id"]) == (
        "done",
        taken["call_id"],
        incident["id"],
    )
    refused = await dispatcher.post("/calls", {"source": "120", "ring_id": ring["id"]}, expect=409)
    assert (refused["code"], refused["args"]["incident_id"]) == ("ring-done", incident["id"])


async def call_said(client: Client, incident: Any) -> Any:
    entries = (await client.get(f"/incidents/{incident['id']}/entries"))["entries"]
    return next(e["said"] for e in reversed(entries) if e["said"]["kind"] == "incident.call-taken.v1")


async def test_what_the_call_taker_says_goes_before_what_the_ring_knows(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    ring = await ring_in(town)
    own = {"callback": "13711112222", "rang_at": ago(60), "answered_at": ago(50), "evidence": [pin(town, 1)]}
    taken = await dispatcher.post("/calls", {"source": "120", "ring_id": ring["id"], **own})
    said = await call_said(dispatcher, taken["incident"])
    assert said["callback"] == own["callback"]
    assert [datetime.fromisoformat(said[n]) for n in ("rang_at", "answered_at")] == [
        datetime.fromisoformat(str(own[n])) for n in ("rang_at", "answered_at")
    ]
    assert said["evidence"][0]["lon"] == own["evidence"][0]["lon"]  # type: ignore[index]


async def test_a_call_that_joins_an_incident_ends_its_ring_in_the_same_write(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    ring = await ring_in(town)
    body = {"source": "120", "ring_id": ring["id"], "incident_id": incident["id"]}
    key = uuid4().hex
    joined = await dispatcher.post("/calls", body, key=key)
    assert await dispatcher.post("/calls", body, key=key) == joined
    done = (await listed(dispatcher))[ring["id"]]
    assert (done["incident_id"], done["call_id"]) == (incident["id"], joined["call_id"])
    assert done["answered_at"] is not None, "taking a call from a ring that still rings answers it"
    assert len(joined["incident"]["calls"]) == 2
    before = len((await dispatcher.get(f"/incidents/{incident['id']}/entries"))["entries"])
    await dispatcher.post("/calls", body, expect=409)
    after = (await dispatcher.get(f"/incidents/{incident['id']}/entries"))["entries"]
    assert len(after) == before, "what is refused leaves nothing behind"


async def test_only_who_answered_or_a_shift_leader_takes_the_ring(town: RunningHouse) -> None:
    first, second, leader = [await town.sign_in(login) for login in ("dispatcher", "dispatcher2", "leader")]
    ring = await ring_in(town)
    answered = await first.post(f"/rings/{ring['id']}/answer")
    refused = await second.post("/calls", {"source": "120", "ring_id": ring["id"]}, expect=409)
    assert (refused["code"], refused["args"]["name"]) == ("ring-answered", answered["answered_by_name"])
    assert (await leader.post("/calls", {"source": "120", "ring_id": ring["id"]}))["incident"]


async def test_who_hung_up_stays_listed_until_somebody_has_dealt_with_it(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    exchange = await exchange_of(town)
    called_back, settled = await ring_in(town), await ring_in(town)
    for ring in (called_back, settled):
        ended = await exchange.post(f"/rings/{ring['id']}/end")
        assert ended["state"] == "missed"
        assert await exchange.post(f"/rings/{ring['id']}/end") == ended
    assert {called_back["id"], settled["id"]} <= (await listed(dispatcher)).keys()
    await dispatcher.post(f"/rings/{settled['id']}/answer", expect=409)
    wrong = await dispatcher.post(f"/rings/{settled['id']}/end", {"code": "no such"}, expect=422)
    assert wrong["code"] == "ring-code-unknown"
    await exchange.post(f"/rings/{settled['id']}/end", {"code": "unreachable"}, expect=403)
    for code in RING_CODES[:1]:
        closed = await dispatcher.post(f"/rings/{settled['id']}/end", {"code": code})
        assert (closed["state"], closed["end_code"]) == ("done", code)
    taken = await dispatcher.post("/calls", {"source": "120", "ring_id": called_back["id"]})
    said = await call_said(dispatcher, taken["incident"])
    assert "answered_at" not in said or said["answered_at"] is None, "calling back is not answering"
    assert not {called_back["id"], settled["id"]} & (await listed(dispatcher)).keys()


async def test_a_ring_of_another_centre_is_no_ring(town: RunningHouse) -> None:
    neighbour, _ = await machine(town, Role.DISPATCHER, id_of("organisation", "NB-120"))
    ring = await ring_in(town)
    assert await listed(neighbour) == {}
    for path in ("answer", "end"):
        problem = await neighbour.post(f"/rings/{ring['id']}/{path}", expect=404)
        assert problem["code"] == "ring-not-found"
    await neighbour.post("/calls", {"source": "120", "ring_id": ring["id"]}, expect=404)


@pytest.mark.parametrize(
    "rang_at, code",
    [("2099-01-01T00:00:00Z", "time-in-future"), ("0001-01-01T00:00:00+10:00", "time-out-of-range")],
)
async def test_a_time_that_cannot_be_is_refused(town: RunningHouse, rang_at: str, code: str) -> None:
    problem = await (await exchange_of(town)).post(
        "/rings", {"source": "120", "rang_at": rang_at}, expect=422
    )
    assert code in (problem["code"], *(error["code"] for error in problem.get("errors", ())))


async def test_every_seat_is_told_that_a_ring_changed(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    async with listening(dispatcher) as stream:
        await stream.until("ready")
        ring = await ring_in(town)
        heard = (await stream.until("changed"))[-1]
        assert heard.data == {"topic": "ring", "id": ring["id"]}
        await dispatcher.post("/calls", {"source": "120", "ring_id": ring["id"]})
        assert (await stream.until("changed"))[-1].data == {"topic": "ring", "id": ring["id"]}


@pytest.mark.asyncio(loop_scope="function")
async def test_a_missed_ring_is_over_after_half_a_day(config: Config) -> None:
    clock = MovedClock()
    async with running_house(config, clock) as house:
        dispatcher = await house.sign_in("dispatcher")
        ring = await ring_in(house)
        await dispatcher.post(f"/rings/{ring['id']}/end")
        answered = await ring_in(house)
        await dispatcher.post(f"/rings/{answered['id']}/answer")
        clock.move_on(16 * 60)
        dispatcher = await house.sign_in("dispatcher")
        assert (await listed(dispatcher)).keys() == {ring["id"]}
        clock.move_on(12 * 3600)
        dispatcher = await house.sign_in("dispatcher")
        assert await listed(dispatcher) == {}
