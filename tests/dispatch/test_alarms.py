"""Alarms after a page was opened anew: what is overdue now, for whom, and what takes it away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.config import Config
from app.enrol import id_of
from dispatch.tables import alarm_shelf
from ledger.kinds.words import Role
from tests.support.deadlines import pass_time
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import (
    MovedClock,
    ago,
    crew_of,
    machine,
    open_incident,
    report,
    send,
    stamp,
    station_of,
)

Scene = tuple[RunningHouse, MovedClock]


@pytest.fixture
async def scene(config: Config) -> AsyncIterator[Scene]:
    clock = MovedClock()
    async with running_house(config, clock) as house:
        yield house, clock


async def overdue(client: Client, acknowledged: str = "false") -> dict[str, Any]:
    found = await client.get("/alarms", acknowledged=acknowledged)
    return {alarm["kind"]: alarm for alarm in found["alarms"]}


def path(alarm: Any) -> str:
    return f"/alarms/{alarm['kind']}/{alarm['subject_id']}/acknowledge"


async def test_an_order_that_nobody_answers_and_the_crew_that_does_after_all(scene: Scene) -> None:
    house, clock = scene
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    assert await overdue(dispatcher) == {}
    await pass_time(house, clock, 61)
    found = await overdue(dispatcher)
    assert found.keys() == {"crew-ack", "station-ack"}
    alarm = found["crew-ack"]
    assert (alarm["incident_id"], alarm["incident_code"]) == (incident["id"], incident["code"])
    assert (alarm["subject_id"], alarm["call_sign"]) == (sent["id"], sent["call_sign"])
    assert (alarm["case_id"], alarm["acknowledged_by"], alarm["told_role"]) == (None, None, "dispatcher")

    station = await station_of(house, sent)
    await station.post(f"/assignments/{sent['id']}/heard")
    assert (await overdue(dispatcher)).keys() == {"crew-ack"}
    crew = await crew_of(house, sent)
    await report(crew, sent, stamp("acknowledge", ago(0, clock.now())))
    assert await overdue(dispatcher) == {}


async def test_an_alarm_has_one_owner(scene: Scene) -> None:
    house, clock = scene
    seats = [await house.sign_in(login) for login in ("dispatcher", "dispatcher2", "leader")]
    incident = await open_incident(seats[0], house)
    await seats[0].post(f"/incidents/{incident['id']}/hold", {"reason": "waits", "remind_in_s": 10})
    await pass_time(house, clock, 11)
    alarm = (await overdue(seats[0]))["hold-reminder"]
    assert alarm["subject_id"] == incident["id"]
    answers = await asyncio.gather(*(seat.post(path(alarm)) for seat in seats))
    owners = {answer["acknowledged_by"] for answer in answers}
    assert len(owners) == 1
    assert await overdue(seats[1]) == {}
    kept = (await overdue(seats[1], acknowledged="true"))["hold-reminder"]
    assert {kept["acknowledged_by"]} == owners
    # Held anew, it is another alarm, and nobody's.
    await seats[0].post(f"/incidents/{incident['id']}/hold", {"reason": "still", "remind_in_s": 10})
    assert await overdue(seats[0], acknowledged="true") == {}
    await pass_time(house, clock, 11)
    assert (await overdue(seats[0]))["hold-reminder"]["acknowledged_by"] is None
    await seats[0].post(f"/incidents/{incident['id']}/resume")
    assert await overdue(seats[0], acknowledged="true") == {}


async def test_a_corrected_place_that_the_crew_does_not_acknowledge(scene: Scene) -> None:
    house, clock = scene
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    await report(crew, sent, stamp("depart", ago(1, clock.now())))
    moved = await dispatcher.post(
        f"/incidents/{incident['id']}/place", {"address": house.seed.stations[3].name_zh}
    )
    await pass_time(house, clock, 61)
    assert (await overdue(dispatcher))["change-ack"]["subject_id"] == sent["id"]
    entries = (await dispatcher.get(f"/incidents/{moved['id']}/entries"))["entries"]
    change = next(e for e in reversed(entries) if e["said"]["kind"] == "incident.located.v1")
    await crew.post(f"/assignments/{sent['id']}/change-seen", {"change_entry_id": change["id"]})
    assert "change-ack" not in await overdue(dispatcher)


async def test_only_those_who_were_told_see_it(scene: Scene) -> None:
    house, clock = scene
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    await pass_time(house, clock, 61)
    alarm = (await overdue(dispatcher))["crew-ack"]
    assert (await overdue(await house.sign_in("leader"))).keys() == {"crew-ack", "station-ack"}
    others = [await crew_of(house, sent), await station_of(house, sent)]
    for role, code in ((Role.QUALITY, "WZ-120"), (Role.INTEGRATION, "WZ-120"), (Role.DISPATCHER, "NB-120")):
        others.append((await machine(house, role, id_of("organisation", code)))[0])
    for other in others:
        assert await overdue(other) == {}
        assert (await other.post(path(alarm), expect=404))["code"] == "alarm-not-found"
    nowhere = alarm | {"subject_id": str(uuid4())}
    await dispatcher.post(path(nowhere), expect=404)


async def test_what_nobody_takes_becomes_the_shift_leaders(scene: Scene) -> None:
    house, clock = scene
    dispatcher = await house.sign_in("dispatcher")
    await send(dispatcher, await open_incident(dispatcher, house))
    await pass_time(house, clock, 61)
    alarm = (await overdue(dispatcher))["crew-ack"]
    since, escalates = (datetime.fromisoformat(alarm[name]) for name in ("since", "escalates_at"))
    assert (escalates - since).total_seconds() == house.house.desk.config.alarm_escalates_s
    assert (await overdue(await house.sign_in("leader")))["crew-ack"]["escalates_at"] == alarm["escalates_at"]
    assert (await dispatcher.post(path(alarm)))["escalates_at"] is None


async def test_a_kind_set_aside_is_seen_by_all_for_as_long_as_it_is(scene: Scene) -> None:
    house, clock = scene
    one, other = await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")
    stranger, _ = await machine(house, Role.DISPATCHER, id_of("organisation", "NB-120"))
    shelf = (await one.post("/alarms/crew-ack/shelve", {"minutes": 5}))["shelves"]
    assert [(found["kind"], found["name"]) for found in shelf] == [("crew-ack", "调度员 1")]
    assert (await other.get("/alarms"))["shelves"] == shelf
    assert (await stranger.get("/alarms"))["shelves"] == []
    # Nobody ends it for somebody else; said again, the newer time counts; two people's shelves stand side by side.
    assert (await other.post("/alarms/crew-ack/unshelve"))["shelves"] == shelf
    (again,) = (await one.post("/alarms/crew-ack/shelve", {"minutes": 30}))["shelves"]
    assert again["until"] > shelf[0]["until"]
    assert len((await other.post("/alarms/crew-ack/shelve", {"minutes": 10}))["shelves"]) == 2
    clock.move_on(601)
    assert (await other.get("/alarms"))["shelves"] == [again]
    assert (await one.post("/alarms/crew-ack/unshelve"))["shelves"] == []
    for minutes in (0, 31):
        await one.post("/alarms/crew-ack/shelve", {"minutes": minutes}, expect=422)
    kept = select(func.count()).select_from(alarm_shelf)
    assert await house.house.storage.read(lambda connection: connection.scalar(kept)) == 3


async def test_how_often_an_operator_is_alarmed(scene: Scene) -> None:
    house, clock = scene
    one, other = await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")
    await send(one, await open_incident(one, house))
    await pass_time(house, clock, 61)
    for desk in (one, other):
        await desk.post("/presence", {})
    assert (await one.get("/alarms"))["rate"] == {"window_s": 600, "alarms": 2, "operators": 2}
    clock.move_on(601)
    assert (await one.get("/alarms"))["rate"] == {"window_s": 600, "alarms": 0, "operators": 0}


async def test_after_half_a_day_it_stands_in_the_report_only(scene: Scene) -> None:
    house, clock = scene
    dispatcher = await house.sign_in("dispatcher")
    await send(dispatcher, await open_incident(dispatcher, house))
    await pass_time(house, clock, 61)
    clock.move_on(12 * 3600)
    assert await overdue(await house.sign_in("dispatcher")) == {}


async def test_likely_twins_are_there_after_a_reload(scene: Scene) -> None:
    house, _ = scene
    dispatcher = await house.sign_in("dispatcher")
    first = await open_incident(dispatcher, house)
    second = await open_incident(dispatcher, house)
    found = (await dispatcher.get(f"/incidents/{second['id']}/twins"))["twins"]
    assert [twin["incident_id"] for twin in found] == [first["id"]]
    assert {reason["code"] for reason in found[0]["reasons"]} >= {"near"}
