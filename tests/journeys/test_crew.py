"""Crews: every state, ends without transport, corrections; each judged by itself and on one assignment only."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.assignments import CREW_ENDS
from tests.support.house import Client, RunningHouse
from tests.support.scenes import (
    ago,
    crew_of,
    open_incident,
    outcomes,
    reach,
    report,
    said,
    send,
    stamp,
    units_at,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATES = {
    "acknowledge": "ACK",
    "depart": "ENR",
    "stage": "STG",
    "arrive": "ONS",
    "patient-contact": "PTC",
    "load": "LDD",
    "transport": "TRN",
    "at-hospital": "ATH",
    "hand-over": "HND",
    "available": "AVR",
    "home": "HOM",
}


async def on_its_way(town: RunningHouse) -> tuple[Any, Client, Client]:
    """A fresh assignment with its crew and its dispatcher."""
    dispatcher = await town.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, town))
    return sent, await crew_of(town, sent), dispatcher


async def release(crew: Client, assignment: Any) -> None:
    await report(crew, assignment, stamp("available", ago(0)))


async def test_every_state_is_reached_by_its_event_and_keeps_its_time(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    times = {}
    for number, (event, state) in enumerate(STATES.items()):
        times[event] = ago(500 - number)
        answer = await report(crew, sent, stamp(event, times[event], source="vehicle-key"))
        assert (outcomes(answer), answer["assignment"]["state"]) == (["applied"], state)
    view = answer["assignment"]
    assert {s["event"]: datetime.fromisoformat(s["at"]) for s in view["stamps"]} == {
        event: datetime.fromisoformat(at) for event, at in times.items()
    }
    assert view["missing"] == []
    assert [s["nemsis"] for s in view["stamps"] if s["event"] == "depart"] == ["eTimes.05"]
    assert datetime.fromisoformat(view["released_at"]) == datetime.fromisoformat(times["available"])


async def test_skipped_states_are_missing_and_never_invented(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    view = await reach(crew, sent, "arrive", "transport")
    assert view["missing"] == ["ACK", "ENR", "PTC", "LDD"]
    assert [s["event"] for s in view["stamps"]] == ["arrive", "transport"]
    await release(crew, sent)


@pytest.mark.parametrize("code", CREW_ENDS)
async def test_each_end_without_transport_has_its_code_and_frees_the_unit(
    town: RunningHouse, code: str
) -> None:
    sent, crew, dispatcher = await on_its_way(town)
    view = await reach(crew, sent, "depart", "arrive", code)
    assert (view["state"], view["end_code"]) == ("END", code)
    assert (await dispatcher.get(f"/units/{sent['unit_id']}"))["assignment_id"] is None


async def test_no_end_without_transport_after_transport(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    await reach(crew, sent, "depart", "arrive", "transport")
    assert outcomes(await report(crew, sent, stamp("empty-run", ago(1)))) == ["refused"]
    await release(crew, sent)
    assert outcomes(await report(crew, sent, stamp("empty-run", ago(0), command_id="again"))) == ["refused"]


async def test_a_repeated_report_changes_nothing(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    gone = stamp("depart", ago(60))
    first = await report(crew, sent, gone, key="k-" + sent["id"])
    again = await report(crew, sent, gone, key="k-" + sent["id"])
    assert again == first
    other_key = await report(crew, sent, gone)
    assert outcomes(other_key) == ["repeated"]
    assert other_key["assignment"] == first["assignment"]
    assert other_key["results"][0]["stamp_id"] == first["results"][0]["stamp_id"]
    await release(crew, sent)


async def test_a_second_time_for_one_event_needs_to_name_the_first(town: RunningHouse) -> None:
    sent, crew, dispatcher = await on_its_way(town)
    first = await report(crew, sent, stamp("depart", ago(60)), stamp("arrive", ago(30)))
    wrong = first["results"][0]["stamp_id"]
    twice = await report(crew, sent, stamp("depart", ago(90), command_id="d2"))
    assert twice["results"][0]["reason"]["code"] == "already-stamped"
    true_time = ago(90)
    corrected = await report(
        crew, sent, stamp("depart", true_time, command_id="d3", supersedes=wrong, reason="pressed late")
    )
    assert corrected["assignment"]["state"] == "ONS"
    (valid,) = [s for s in corrected["assignment"]["stamps"] if s["event"] == "depart"]
    assert datetime.fromisoformat(valid["at"]) == datetime.fromisoformat(true_time)
    kept = await said(dispatcher, {"id": sent["incident_id"]}, "assignment.stamped")
    assert [e["said"].get("supersedes") for e in kept if e["said"]["event"] == "depart"] == [None, wrong]
    await release(crew, sent)


async def test_a_step_back_names_the_state_and_takes_the_later_times_back(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    await reach(crew, sent, "depart", "arrive", "patient-contact", "load")
    back = await report(crew, sent, stamp("back-to-ONS", ago(5), reason="wrong key"))
    assert back["assignment"]["state"] == "ONS"
    assert [s["event"] for s in back["assignment"]["stamps"]] == ["depart", "arrive"]
    anew = await report(crew, sent, stamp("patient-contact", ago(1), command_id="anew"))
    assert (outcomes(anew), anew["assignment"]["state"]) == (["applied"], "PTC")
    await release(crew, sent)


async def test_a_stamp_touches_one_assignment_only(town: RunningHouse) -> None:
    sent, crew, dispatcher = await on_its_way(town)
    other = await open_incident(dispatcher, town)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    (reserved,) = await send(dispatcher, other, sent["unit_id"], reserved_for=later)
    await reach(crew, sent, "acknowledge", "depart", "arrive")
    untouched = await dispatcher.get(f"/incidents/{other['id']}")
    assert untouched["assignments"] == [reserved]
    await report(crew, sent, stamp("empty-run", ago(0)))


async def test_the_known_error_of_a_devices_clock_is_taken_off(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    now = datetime.now(UTC)
    shown = (now + timedelta(hours=2)).isoformat()
    answer = await report(crew, sent, stamp("depart", shown, clock_offset_s=7260))
    (kept,) = answer["assignment"]["stamps"]
    assert datetime.fromisoformat(kept["at"]) == now - timedelta(minutes=1)
    await release(crew, sent)


async def test_a_time_in_the_future_is_refused_and_holds_up_nobody(town: RunningHouse) -> None:
    sent, crew, _ = await on_its_way(town)
    ahead = (datetime.now(UTC) + timedelta(minutes=11)).isoformat()
    answer = await report(
        crew,
        sent,
        stamp("depart", ago(60)),
        stamp("arrive", ahead),
        stamp("dance", ago(1)),
        stamp("load", ago(5)),
    )
    assert outcomes(answer) == ["applied", "refused", "refused", "applied"]
    assert [answer["results"][i]["reason"]["code"] for i in (1, 2)] == [
        "time-in-future",
        "event-not-reportable",
    ]
    await release(crew, sent)


async def test_each_stamp_keeps_source_and_position(town: RunningHouse) -> None:
    sent, crew, dispatcher = await on_its_way(town)
    station = town.seed.stations[0]
    fix = {"lon": station.lon, "lat": station.lat, "datum": "wgs84", "fixed_at": ago(0), "accuracy_m": 4}
    await report(crew, sent, stamp("depart", ago(0), source="geofence", fix=fix))
    (entry,) = await said(dispatcher, {"id": sent["incident_id"]}, "assignment.stamped")
    assert entry["act"]["source"] == "geofence"
    assert entry["said"]["fix"]["lon"] == pytest.approx(station.lon)
    where = (await dispatcher.get(f"/units/{sent['unit_id']}"))["position"]
    assert (where["lon"], where["lat"]) == pytest.approx((station.lon, station.lat))
    await release(crew, sent)


async def test_a_crew_acts_for_its_own_unit_only(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    one, other = await send(dispatcher, await open_incident(dispatcher, town), *units_at(town, 16)[:2])
    crew = await crew_of(town, one)
    body = {"stamps": [stamp("depart", ago(1))]}
    await crew.post(f"/assignments/{other['id']}/stamps", body, expect=404)
    for assignment in (one, other):
        await dispatcher.post(f"/assignments/{assignment['id']}/cancel", {"reason": "test"})
