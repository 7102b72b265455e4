"""Sending: several units, early, to an unknown place; taken back, cancelled, reserved, refused, heard, alarmed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from app.config import Config
from tests.support.deadlines import alarms, pass_time
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import (
    RUN,
    MovedClock,
    ago,
    crew_of,
    open_incident,
    reach,
    report,
    send,
    stamp,
    station_of,
    unit_id,
    units_at,
    until,
)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def house(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock the test moves on."""
    async with running_house(config, clock) as found:
        yield found


async def order(dispatcher: Client, assignment: Any, what: str, body: Any = None, expect: int = 200) -> Any:
    return await dispatcher.post(f"/assignments/{assignment['id']}/{what}", body or {}, expect=expect)


async def unit(dispatcher: Client, assignment: Any) -> Any:
    return await dispatcher.get(f"/units/{assignment['unit_id']}")


async def test_several_units_at_once_before_the_questions_end(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    wanted = [units_at(house, 1)[0], units_at(house, 8)[0], units_at(house, 0)[0]]
    sent = await send(dispatcher, incident, *wanted)
    assert [found["unit_id"] for found in sent] == wanted
    seen = await dispatcher.get(f"/incidents/{incident['id']}")
    assert seen["priority_known"] is False
    assert seen["first_sent_at"] is not None
    for found in sent:
        assert (await unit(dispatcher, found))["availability"] == "unavailable"


async def test_all_units_of_an_order_are_sent_or_none(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    first, second = [await open_incident(dispatcher, house) for _ in range(2)]
    free, busy = units_at(house, 1)
    await send(dispatcher, first, busy)
    body = {"units": [{"unit_id": free}, {"unit_id": busy}]}
    lost = await dispatcher.post(f"/incidents/{second['id']}/assignments", body, expect=409)
    assert lost["code"] == "unit-already-sent"
    ranked = [candidate["unit_id"] for candidate in lost["candidates"]["ranking"]["candidates"]]
    assert free in ranked
    assert busy not in ranked
    assert (await dispatcher.get(f"/incidents/{second['id']}"))["assignments"] == []


async def test_a_unit_goes_to_a_place_that_nobody_knows_yet(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = (await dispatcher.post("/calls", {"source": "120"}))["incident"]
    refused = await dispatcher.get(f"/incidents/{incident['id']}/candidates", expect=409)
    assert refused["code"] == "incident-not-located"
    (sent,) = await send(dispatcher, incident, units_at(house, 1)[0])
    crew = await crew_of(house, sent)
    await crew.get(f"/assignments/{sent['id']}/route", expect=409)
    placed = {"lon": house.seed.stations[0].lon, "lat": house.seed.stations[0].lat, "datum": "wgs84"}
    await dispatcher.post(f"/incidents/{incident['id']}/place", placed)
    assert (await crew.get(f"/assignments/{sent['id']}/route"))["length_m"] > 0


async def test_taking_back_ends_ten_seconds_after_sending(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    early, late = await send(dispatcher, incident, *units_at(house, 1))
    clock.move_on(7)
    taken = await order(dispatcher, early, "take-back")
    assert (taken["state"], taken["end_code"]) == ("END", "taken-back")
    assert (await unit(dispatcher, early))["availability"] == "available"
    clock.move_on(4)
    assert (await order(dispatcher, late, "take-back", expect=409))["code"] == "too-late-to-take-back"
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "open"


async def test_cancelling_needs_the_version_that_was_seen(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, house))
    await reach(await crew_of(house, sent), sent, "acknowledge")
    no_more = {"reason": "caller withdrew", "version": sent["version"]}
    assert (await order(dispatcher, sent, "cancel", no_more, expect=412))["code"] == "version-stale"
    cancelled = await order(dispatcher, sent, "cancel", no_more | {"version": sent["version"] + 1})
    assert (cancelled["end_code"], cancelled["end_reason"]) == ("cancelled", "caller withdrew")


async def test_a_patient_on_the_way_cannot_be_cancelled(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, house))
    await reach(await crew_of(house, sent), sent, "depart", "arrive", "transport")
    refused = await order(dispatcher, sent, "cancel", {"reason": "no"}, expect=409)
    assert refused["code"] == "transition-not-open"


async def test_a_reserved_unit_stays_free_and_is_called_later(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    transfer, emergency = [await open_incident(dispatcher, house) for _ in range(2)]
    mine = units_at(house, 1)[0]
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    (reserved,) = await send(dispatcher, transfer, mine, reserved_for=later)
    assert reserved["state"] == "RSV"
    assert (await dispatcher.get(f"/incidents/{transfer['id']}"))["first_sent_at"] is None
    assert (await unit(dispatcher, reserved))["availability"] == "available"

    (sent,) = await send(dispatcher, emergency, mine)
    assert (await order(dispatcher, reserved, "dispatch", expect=409))["code"] == "unit-already-sent"
    await order(dispatcher, sent, "cancel", {"reason": "over"})
    await pass_time(house, clock, 301)
    assert await alarms(dispatcher, transfer) == ["reservation-due"]
    called = await order(dispatcher, reserved, "dispatch")
    assert called["state"] == "DSP"
    assert (await dispatcher.get(f"/incidents/{transfer['id']}"))["first_sent_at"] is not None
    await pass_time(house, clock, 61)
    assert sorted(await alarms(dispatcher, transfer)) == ["crew-ack", "reservation-due", "station-ack"]


async def test_a_crew_reports_nothing_on_a_reservation(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    (reserved,) = await send(
        dispatcher, await open_incident(dispatcher, house), units_at(house, 1)[0], reserved_for=later
    )
    answer = await report(await crew_of(house, reserved), reserved, stamp("depart", ago(1)))
    assert [result["outcome"] for result in answer["results"]] == ["refused"]
    assert answer["results"][0]["reason"]["code"] == "transition-not-open"


async def test_a_reservation_in_the_past_is_refused(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    body = {"units": [{"unit_id": units_at(house, 1)[0], "reserved_for": ago(5)}]}
    problem = await dispatcher.post(f"/incidents/{incident['id']}/assignments", body, expect=422)
    assert problem["code"] == "reservation-in-past"


async def test_a_station_that_cannot_go_gives_the_incident_back(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    station = await station_of(house, sent)
    ended = await order(station, sent, "cannot-go", {"reason": "flat tyre"})
    assert (ended["end_code"], ended["end_reason"]) == ("cannot-go", "flat tyre")
    await house.settled()
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "open"
    await send(dispatcher, incident)


async def test_silence_alarms_the_dispatcher_once_for_the_crew_and_once_for_the_station(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    await send(dispatcher, incident)
    await pass_time(house, clock, 58)
    assert await alarms(dispatcher, incident) == []
    await pass_time(house, clock, 3)
    await pass_time(house, clock, 120)
    assert sorted(await alarms(dispatcher, incident)) == ["crew-ack", "station-ack"]


async def test_an_order_that_was_heard_alarms_nobody(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    station = await station_of(house, sent)
    heard = await order(station, sent, "heard")
    assert heard["station_heard_at"] is not None
    again = await order(station, sent, "heard")
    assert (again["station_heard_at"], again["version"]) == (heard["station_heard_at"], heard["version"])
    await reach(await crew_of(house, sent), sent, "acknowledge")
    await pass_time(house, clock, 120)
    assert await alarms(dispatcher, incident) == []


async def test_a_crew_that_heard_says_nothing_for_its_station(house: RunningHouse, clock: MovedClock) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    await reach(await crew_of(house, sent), sent, "acknowledge")
    await pass_time(house, clock, 120)
    assert await alarms(dispatcher, incident) == ["station-ack"]


async def test_a_held_incident_reminds_once_and_not_after_it_went_on(
    house: RunningHouse, clock: MovedClock
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    waits, goes_on = [await open_incident(dispatcher, house) for _ in range(2)]
    for incident in (waits, goes_on):
        held = {"reason": "no unit free", "remind_in_s": 60}
        answer = await dispatcher.post(f"/incidents/{incident['id']}/hold", held)
        assert (answer["state"], answer["hold"]["reason"]) == ("held", "no unit free")
        assert answer["hold"]["owner_id"] == (await dispatcher.get("/me"))["id"]
    assert (await dispatcher.post(f"/incidents/{goes_on['id']}/resume"))["hold"] is None
    await pass_time(house, clock, 61)
    await pass_time(house, clock, 61)
    assert await alarms(dispatcher, waits) == ["hold-reminder"]
    assert await alarms(dispatcher, goes_on) == []


async def test_an_incident_with_a_unit_on_it_is_not_closed_without_dispatch(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    path, body = f"/incidents/{incident['id']}/close", {"code": "no-ambulance-needed"}
    assert (await dispatcher.post(path, body, expect=409))["code"] == "unit-still-on-incident"
    unknown = await dispatcher.post(path, {"code": "bored"}, expect=422)
    assert unknown["errors"][0]["field"] == "code"
    await order(dispatcher, sent, "cancel", {"reason": "not needed"})
    assert (await dispatcher.post(path, body))["close_code"] == "no-ambulance-needed"


async def test_an_incident_completes_when_its_last_unit_is_free(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    first, second = await send(dispatcher, incident, *units_at(house, 1))
    await reach(await crew_of(house, first), first, "depart", "arrive", "patient-gone")
    await house.settled()
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "open"
    await reach(await crew_of(house, second), second, *RUN, "available")
    closed = await until(lambda: _closed(dispatcher, incident))
    assert closed["close_code"] == "completed"

    (third,) = await send(dispatcher, incident, units_at(house, 8)[0])
    again = await dispatcher.get(f"/incidents/{incident['id']}")
    assert (again["state"], again["close_code"], again["closed_at"]) == ("open", None, None)
    assert third["state"] == "DSP"


async def test_a_held_incident_completes_when_it_goes_on(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    await dispatcher.post(f"/incidents/{incident['id']}/hold", {"reason": "second unit wanted"})
    await reach(await crew_of(house, sent), sent, "depart", "arrive", "patient-gone")
    await house.settled()
    await dispatcher.post(f"/incidents/{incident['id']}/resume")
    assert (await until(lambda: _closed(dispatcher, incident)))["close_code"] == "completed"


async def test_a_crew_that_takes_back_that_it_is_free_opens_its_incident_again(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    await reach(crew, sent, *RUN, "available")
    await until(lambda: _closed(dispatcher, incident))
    back = await reach(crew, sent, "back-to-TRN")
    assert (back["state"], back["released_at"]) == ("TRN", None)
    seen = await dispatcher.get(f"/incidents/{incident['id']}")
    assert (seen["state"], seen["close_code"]) == ("open", None)


async def _closed(dispatcher: Client, incident: Any) -> Any:
    seen = await dispatcher.get(f"/incidents/{incident['id']}")
    return seen if seen["state"] == "closed" else None


async def test_one_of_two_dispatchers_gets_the_unit(house: RunningHouse) -> None:
    dispatchers = await asyncio.gather(house.sign_in("dispatcher"), house.sign_in("dispatcher2"))
    for number in range(4):
        incidents = [await open_incident(each, house) for each in dispatchers]
        body = {"units": [{"unit_id": unit_id(house.seed.units[number].call_sign)}]}
        paths = [f"/api/v1/incidents/{incident['id']}/assignments" for incident in incidents]
        answers = await asyncio.gather(
            *(
                each.session.post(each.base + path, json=body, headers={"Idempotency-Key": path[-30:]})
                for each, path in zip(dispatchers, paths, strict=True)
            )
        )
        assert sorted(answer.status for answer in answers) == [200, 409]
