"""Referrals where two things happen at once, or the second thing undoes the first."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from dispatch.reactions.transfers import open_transfers
from ledger.deadlines import list_due, pass_if_open
from tests.journeys.test_referral_run import run_of
from tests.support.house import API, Client, RunningHouse
from tests.support.referring import (
    CITY,
    CLINIC,
    COUNTY,
    COUNTY2,
    accept,
    answer,
    desk,
    facility,
    offered,
    refer,
    sound,
    told,
    wish,
)
from tests.support.scenes import crew_of, reach, send, until

VITALS = {"measured_at": "2026-01-01T00:00:00Z", "heart_rate_per_min": 80}


async def send_twice(clinic: Client, body: Any) -> list[tuple[int, Any]]:
    """The same command with two keys, at the same time."""

    async def once() -> tuple[int, Any]:
        headers = {"Idempotency-Key": uuid4().hex}
        address = f"{clinic.base}{API}/referrals"
        async with clinic.session.post(address, json=body, headers=headers) as response:
            return response.status, await response.json(content_type=None)

    return list(await asyncio.gather(once(), once(), once()))


async def test_one_command_sent_at_once_with_several_keys_is_one_referral(house: RunningHouse) -> None:
    clinic = await desk(house, CLINIC)
    for _ in range(6):
        answers = await send_twice(clinic, wish())
        assert [status for status, _ in answers] == [200] * 3, answers
        assert len({body["id"] for _, body in answers}) == 1
        again = wish(patient=None, case_id=answers[0][1]["case_id"])
        answers = await send_twice(clinic, again)
        assert [status for status, _ in answers] == [200] * 3, answers
        assert len({body["id"] for _, body in answers}) == 1
    assert await sound(house)


async def test_who_was_only_asked_adds_nothing_to_the_case(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await refer(clinic, COUNTY, COUNTY2, by_ambulance=False)
    path = f"/cases/{up['case_id']}"
    described = {"patient": {"label": "A", "name": "别人"}}
    signs = {"command_id": "v", "vitals": VITALS}
    for command, body in (("patient", described), ("vitals", signs)):
        refused = await county.post(f"{path}/{command}", body, expect=403)
        assert refused["code"] == "case-not-in-your-care"
    assert (await county.get(path))["patient"]["name"] == "黄某"
    await clinic.post(f"{path}/vitals", signs)

    taken = await accept(county, up)
    await county.post(f"{path}/vitals", signs | {"command_id": "w"})
    await county.post(f"{path}/patient", described)
    await answer(county, taken, "withdraw-acceptance", code="bed-lost")
    await county.post(f"{path}/vitals", signs | {"command_id": "x"}, expect=404)
    assert await sound(house)


async def test_who_was_only_asked_refers_nobody_on(house: RunningHouse) -> None:
    clinic, county, city = [await desk(house, code) for code in (CLINIC, COUNTY, CITY)]
    up = await refer(clinic, COUNTY, CITY, by_ambulance=False)
    on = wish(CITY, patient=None, case_id=up["case_id"], by_ambulance=False)
    refused = await county.post("/referrals", on, expect=403)
    assert refused["code"] == "case-not-in-your-care"
    # An office that was asked for its hospital looks on as that does.
    await answer(county, await offered(county, up), "decline", code="no-bed")
    office = await desk(house, "WZ-RO")
    body = wish(COUNTY2, direction="down", plan="x", patient=None, case_id=up["case_id"], by_ambulance=False)
    for asked in (city, office):
        refused = await asked.post("/referrals", body, expect=403)
        assert refused["code"] == "case-not-in-your-care"
    await accept(city, up)
    await city.post(f"/referrals/{up['id']}/arrived")
    assert (await city.post("/referrals", body))["state"] == "offered"
    await county.get(f"/cases/{up['case_id']}", expect=404)
    assert await sound(house)


async def test_an_offer_expires_by_the_time_that_passed_not_by_another_clock(house: RunningHouse) -> None:
    """Whoever follows the ledger may run on a host whose clock is behind the one that saw the time pass."""
    clinic = await desk(house, CLINIC)
    up = await refer(clinic, COUNTY, COUNTY2, by_ambulance=False)
    ahead = datetime.now(UTC) + timedelta(hours=1)
    storage, book = house.house.storage, house.house.book
    due = await storage.read(lambda connection: list_due(connection, ahead))
    (answer_due,) = [one for one in due if one.kind == "offer-answer" and str(one.stream_id) == up["case_id"]]
    await storage.write(lambda connection: pass_if_open(connection, book, answer_due, ahead))

    async def next_asked() -> bool:
        seen = await clinic.get(f"/referrals/{up['id']}")
        return [found["state"] for found in seen["offers"]] == ["expired", "offered"]

    await until(next_asked)
    assert await sound(house)


async def test_a_follow_up_owes_no_outcome(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await refer(clinic, by_ambulance=False)
    await accept(county, up)
    assert (await county.post(f"/referrals/{up['id']}/arrived"))["outcome_by"]
    plan = {"patient": None, "case_id": up["case_id"], "direction": "down", "urgency": "routine"}
    down = await refer(county, CLINIC, plan="两周内随访", by_ambulance=False, **plan)
    await accept(clinic, down, department="全科")
    here = await clinic.post(f"/referrals/{down['id']}/arrived")
    assert (here["state"], here["outcome_by"]) == ("follow-up", None)
    assert "outcome" not in here["actions"]


async def test_a_run_goes_on_to_the_hospital_that_takes_the_patient_instead(house: RunningHouse) -> None:
    clinic, county, other = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY, COUNTY2)
    taken = await accept(county, up)
    incident = await run_of(dispatcher, up)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    await reach(crew, sent, "depart", "arrive", "patient-contact", "load")
    await until(lambda: _expected(county))

    await answer(county, taken, "withdraw-acceptance", code="equipment-down")
    await until(lambda: _void(dispatcher))
    assert (await _expected(county))["facility_id"] == facility(COUNTY)
    await accept(other, up)
    notice = await until(lambda: _expected(other))
    assert (notice["facility_id"], notice["assignment_id"]) == (facility(COUNTY2), sent["id"])
    case = await dispatcher.get(f"/cases/{up['case_id']}")
    assert (case["incident_id"], case["destination_id"]) == (incident["id"], facility(COUNTY2))
    assert not await _void(dispatcher)

    async def unread() -> bool:
        async with county.session.get(f"{county.base}{API}/cases/{up['case_id']}") as response:
            return response.status == 404

    await until(unread)
    await house.settled()
    entries = await house.house.storage.read(lambda c: house.house.book.read(c, UUID(up["case_id"])))
    await open_transfers(house.house.desk, entries)
    assert len(await told(dispatcher, house, up["case_id"], "case.joined-incident")) == 1
    assert len(await told(dispatcher, house, up["case_id"], "case.destination-chosen")) == 2
    assert await sound(house)


async def _expected(client: Client) -> Any:
    return next(iter((await client.get("/inbound"))["notices"]), None)


async def _void(dispatcher: Client) -> Any:
    alarms = (await dispatcher.get("/alarms"))["alarms"]
    return [alarm for alarm in alarms if alarm["kind"] == "referral-run-void"]


async def test_a_run_of_a_cancelled_referral_is_told_until_it_is_closed(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic)
    await accept(county, up)
    incident = await run_of(dispatcher, up)
    await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "improved"})
    assert not await _void(dispatcher)
    await county.post(f"/referrals/{up['id']}/confirm-cancel")
    (alarm,) = await until(lambda: _void(dispatcher))
    assert (alarm["incident_id"], alarm["incident_code"]) == (incident["id"], incident["code"])
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "open"
    await dispatcher.post(f"/incidents/{incident['id']}/close", {"code": "caller-withdrew"})

    async def silent() -> bool:
        return not await _void(dispatcher)

    await until(silent)
    assert (await clinic.get(f"/referrals/{up['id']}"))["end_code"] == "improved"
    assert await sound(house)


async def test_an_acceptance_and_a_cancellation_at_once_leave_no_half(house: RunningHouse) -> None:
    clinic, city = await desk(house, CLINIC), await desk(house, CITY)
    for _ in range(8):
        up = await refer(clinic, CITY, by_ambulance=False)
        found = await offered(city, up)

        async def post(client: Client, path: str, body: Any) -> int:
            headers = {"Idempotency-Key": uuid4().hex}
            async with client.session.post(client.base + API + path, json=body, headers=headers) as response:
                return response.status

        statuses = await asyncio.gather(
            post(city, f"/offers/{found['id']}/accept", {"department": "x"}),
            post(clinic, f"/referrals/{up['id']}/cancel", {"code": "improved"}),
        )
        seen = await clinic.get(f"/referrals/{up['id']}")
        states = (seen["state"], seen["offers"][0]["state"])
        if statuses[0] == 200:
            assert (statuses[1], states) == (200, ("cancel-requested", "accepted"))
        else:
            assert ([*statuses], states) == ([409, 200], ("cancelled", "withdrawn"))
    assert await sound(house)
