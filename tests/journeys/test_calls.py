"""Calls: taken with whatever is known, compared with open incidents, linked and unlinked; nothing is forced."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from app.enrol import id_of
from geo import datum
from geo.datum import Datum
from geo.roads.plane import distance_m
from geo.shapes import Position
from ledger.kinds.words import Role
from tests.support.house import Client, RunningHouse
from tests.support.scenes import machine, names, open_incident, pin, reach, said, send, take_call, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


def reasons(twin: Any) -> list[str]:
    return [reason["code"] for reason in twin["reasons"]]


def best(incident: Any) -> Position:
    return Position(*incident["estimate"]["best"])


async def link(dispatcher: Client, call: Any, incident: Any, expect: int = 200) -> Any:
    return await dispatcher.post(
        f"/calls/{call['call_id']}/link", {"incident_id": incident["id"]}, expect=expect
    )


async def state(dispatcher: Client, incident: Any) -> str:
    found: str = (await dispatcher.get(f"/incidents/{incident['id']}"))["state"]
    return found


async def test_a_call_of_which_nothing_is_known_is_taken(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    taken = await dispatcher.post("/calls", {"source": "120"})
    assert taken["incident"]["priority"] == "P2"
    assert taken["incident"]["estimate"]["best"] is None
    assert taken["twins"] == []


async def test_everything_that_was_said_is_kept(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    told = {
        "source": "110",
        "callback": "0774-110",
        "caller_name": "李警官",
        "spoken_address": "西江一路",
        "complaint": "车祸",
        "patients": 3,
        "age_years": 40,
        "sex": "female",
        "remarks": "两车相撞",
        "recording": "pbx://7/42",
        "rang_at": "2026-01-01T08:00:00+08:00",
        "answered_at": "2026-01-01T08:00:04+08:00",
    }
    taken = await dispatcher.post("/calls", told)
    (entry,) = await said(dispatcher, taken["incident"], "incident.call-taken")
    kept = {name: entry["said"][name] for name in told}
    for moment in ("rang_at", "answered_at"):
        assert datetime.fromisoformat(kept.pop(moment)) == datetime.fromisoformat(str(told.pop(moment)))
    assert kept == told


async def test_the_same_number_suggests_a_twin_and_still_opens_an_incident(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    first = await take_call(dispatcher, town, 10, callback="13800000001")
    second = await take_call(dispatcher, town, 14, callback="13800000001")
    assert second["incident"]["id"] != first["incident"]["id"]
    assert [(t["incident_id"], reasons(t)) for t in second["twins"]] == [
        (first["incident"]["id"], ["same-callback"])
    ]


async def test_an_overlapping_place_suggests_a_twin_and_another_place_does_not(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    first = await take_call(dispatcher, town, 16)
    near = await take_call(dispatcher, town, 16, complaint="别的事")
    far = await take_call(dispatcher, town, 12)
    twin = next(t for t in near["twins"] if t["incident_id"] == first["incident"]["id"])
    assert reasons(twin) == ["near"]
    assert first["incident"]["id"] not in [t["incident_id"] for t in far["twins"]]


async def test_linking_the_only_call_merges_and_unlinking_restores(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    one, other = await take_call(dispatcher, town, 3), await take_call(dispatcher, town, 3)
    merged = await link(dispatcher, other, one["incident"])
    assert {call["id"] for call in merged["calls"]} == {one["call_id"], other["call_id"]}
    assert await state(dispatcher, other["incident"]) == "merged"
    again = await link(dispatcher, other, one["incident"], expect=409)
    assert again["code"] == "call-already-there"

    restored = await dispatcher.post(f"/calls/{other['call_id']}/unlink")
    assert restored["id"] == other["incident"]["id"]
    assert await state(dispatcher, other["incident"]) == "open"
    alone = await dispatcher.post(f"/calls/{other['call_id']}/unlink", expect=409)
    assert alone["code"] == "call-stands-alone"


async def completed(dispatcher: Client, town: RunningHouse, station: int) -> Any:
    """An incident to which a unit went for nothing."""
    incident = await open_incident(dispatcher, town, station)
    (sent,) = await send(dispatcher, incident)
    await reach(dispatcher, sent, "depart", "arrive", "empty-run")

    async def closed() -> bool:
        return await state(dispatcher, incident) == "closed"

    await until(closed)
    return incident


async def test_a_contact_that_is_moved_to_a_completed_incident_keeps_it_open(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    old = await completed(dispatcher, town, 3)
    await link(dispatcher, await take_call(dispatcher, town, 3), old)
    await completed(dispatcher, town, 3)  # what completes incidents has seen the link by now
    assert await state(dispatcher, old) == "open"


async def test_a_merged_incident_takes_no_more_calls(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    one, other, third = [await take_call(dispatcher, town, 3) for _ in range(3)]
    await link(dispatcher, other, one["incident"])
    assert (await link(dispatcher, third, other["incident"], expect=409))["code"] == "incident-merged"
    joined = {"source": "120", "incident_id": other["incident"]["id"]}
    assert (await dispatcher.post("/calls", joined, expect=409))["code"] == "incident-merged"


async def test_a_restored_incident_waits_no_longer_and_is_not_closed(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    one, held, closed = [await take_call(dispatcher, town, 3) for _ in range(3)]
    await dispatcher.post(f"/incidents/{held['incident']['id']}/hold", {"reason": "no unit free"})
    await dispatcher.post(f"/incidents/{closed['incident']['id']}/close", {"code": "test-call"})
    for call in (held, closed):
        await link(dispatcher, call, one["incident"])
        restored = await dispatcher.post(f"/calls/{call['call_id']}/unlink")
        assert (restored["state"], restored["hold"], restored["close_code"]) == ("open", None, None)


async def test_an_incident_with_a_unit_on_it_is_not_merged_away(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    one, other = await take_call(dispatcher, town, 5), await take_call(dispatcher, town, 5)
    await send(dispatcher, other["incident"])
    refused = await link(dispatcher, other, one["incident"], expect=409)
    assert refused["code"] == "unit-still-on-incident"
    assert (await link(dispatcher, one, other["incident"]))["state"] == "open"


async def test_links_in_both_directions_at_once_leave_one_incident_open(town: RunningHouse) -> None:
    first, second = await town.sign_in("dispatcher"), await town.sign_in("dispatcher2")
    for _ in range(10):
        one, other = await take_call(first, town, 7), await take_call(first, town, 7)
        async with asyncio.timeout(10):
            await asyncio.gather(
                _link_or_not(first, one, other["incident"]), _link_or_not(second, other, one["incident"])
            )
        states = [await state(first, found["incident"]) for found in (one, other)]
        assert sorted(states) == ["merged", "open"]


async def _link_or_not(dispatcher: Client, call: Any, incident: Any) -> None:
    path = f"{dispatcher.base}/api/v1/calls/{call['call_id']}/link"
    headers = {"Idempotency-Key": f"link-{call['call_id']}"}
    async with dispatcher.session.post(
        path, json={"incident_id": incident["id"]}, headers=headers
    ) as response:
        assert response.status in (200, 409), await response.text()


async def test_linking_and_unlinking_one_call_at_once_puts_it_in_one_place(town: RunningHouse) -> None:
    first, second = await town.sign_in("dispatcher"), await town.sign_in("dispatcher2")
    for _ in range(10):
        one, other, third = [await take_call(first, town, 7) for _ in range(3)]
        await link(first, other, one["incident"])
        path = f"{first.base}/api/v1/calls/{other['call_id']}/unlink"
        async with asyncio.timeout(10):
            await asyncio.gather(
                _link_or_not(first, other, third["incident"]),
                second.session.post(path, json={}, headers={"Idempotency-Key": f"un-{other['call_id']}"}),
            )
        incidents = [await _incident(first, call) for call in (one, other, third)]
        found = [i["id"] for i in incidents if other["call_id"] in [call["id"] for call in i["calls"]]]
        assert len(found) == 1
        assert await state(first, {"id": found[0]}) == "open"


async def _incident(dispatcher: Client, call: Any) -> Any:
    return await dispatcher.get(f"/incidents/{call['incident']['id']}")


async def test_a_second_caller_of_a_known_incident_brings_its_place(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = (await dispatcher.post("/calls", {"source": "120"}))["incident"]
    joined = await take_call(dispatcher, town, 2, incident_id=incident["id"], source="119")
    assert joined["incident"]["id"] == incident["id"]
    assert len(joined["incident"]["calls"]) == 2
    assert joined["incident"]["estimate"]["best"] is not None
    parted = await dispatcher.post(f"/calls/{joined['call_id']}/unlink")
    assert parted["id"] != incident["id"]
    assert await state(dispatcher, incident) == "open"


@pytest.mark.parametrize("named", ["wgs84", "gcj02", "bd09"])
async def test_evidence_of_every_datum_lands_where_it_was_meant(town: RunningHouse, named: Datum) -> None:
    dispatcher = await town.sign_in("dispatcher")
    station = town.seed.stations[0]
    meant = Position(station.lon, station.lat)
    lon, lat = datum.from_wgs84(meant, named)
    evidence = [pin(town, lon=lon, lat=lat, datum=named)]
    incident = await open_incident(dispatcher, town, evidence=evidence)
    assert distance_m(best(incident), meant) < 1.0


async def test_evidence_without_a_datum_is_refused_by_its_field(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    nameless = {name: value for name, value in pin(town).items() if name != "datum"}
    problem = await dispatcher.post("/calls", {"source": "120", "evidence": [nameless]}, expect=422)
    assert names(problem) == ["evidence[0].datum"]


async def test_a_machine_cannot_claim_to_be_a_dispatcher(town: RunningHouse) -> None:
    centre = id_of("organisation", "WZ-120")
    exchange, _ = await machine(town, Role.INTEGRATION, centre)
    claimed = {"source": "120", "evidence": [pin(town, source="dispatcher")]}
    problem = await exchange.post("/calls", claimed, expect=422)
    assert (names(problem), problem["code"]) == (["evidence[0].source"], "evidence-source-reserved")
    dispatcher = await town.sign_in("dispatcher")
    assert (await dispatcher.post("/calls", claimed))["incident"]["estimate"]["confirmed"]


async def test_what_a_partner_reports_is_the_centres_to_lead(town: RunningHouse) -> None:
    partner, _ = await machine(town, Role.INTEGRATION, id_of("organisation", "WZ-HS"))
    reported = await take_call(partner, town, 6, source="110")
    dispatcher = await town.sign_in("dispatcher")
    listed = await dispatcher.get("/incidents")
    assert reported["incident"]["id"] in [incident["id"] for incident in listed["incidents"]]
    await send(dispatcher, reported["incident"])
    assert (await partner.get(f"/incidents/{reported['incident']['id']}"))["assignments"]
