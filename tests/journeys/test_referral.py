"""A referral from the clinic to the hospital and back home: one case, one chain."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from app.config import Config
from tests.support.house import Client, RunningHouse, running_house
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
from tests.support.scenes import MovedClock, until

DAY_S = 86_400.0


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def later(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock a test can move on."""
    async with running_house(config, clock) as house:
        yield house


async def state(client: Client, referral: Any) -> Any:
    return await client.get(f"/referrals/{referral['id']}")


async def reached(client: Client, referral: Any, wanted: str) -> Any:
    """The referral once it stands there."""

    async def look() -> Any:
        found = await state(client, referral)
        return found if found["state"] == wanted else None

    return await until(look)


async def test_up_and_down_again_until_the_visit_closes_the_case(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await refer(clinic, COUNTY)
    assert up["state"] == "offered"
    assert up["actions"] == ["candidates", "cancel"]
    assert [o["name_en"] for o in up["offers"]] == ["Teng County People's Hospital"]
    seen = (await county.get("/referrals", mine="received"))["referrals"]
    assert [found["id"] for found in seen] == [up["id"]]
    assert seen[0]["patient"]["name"] == "黄某"
    offer = seen[0]["offers"][0]
    assert offer["actions"] == ["acknowledge", "ask", "accept", "decline"]
    await answer(county, offer, "acknowledge")
    taken = await accept(county, up, bed="12")
    assert (taken["state"], taken["bed"], taken["actions"]) == ("accepted", "12", ["withdraw-acceptance"])
    asked = await told(clinic, house, up["case_id"], "referral.transport-requested")
    assert len(asked) == 1
    assert asked[0]["said"]["to_facility_id"] == facility(COUNTY)

    here = await county.post(f"/referrals/{up['id']}/arrived")
    assert (here["state"], here["actions"]) == ("arrived", ["outcome", "refer-on", "close"])
    body = {"outcome": "admitted", "diagnosis": "STEMI", "summary": "PCI", "advice": "双抗一年"}
    await county.post(f"/referrals/{up['id']}/outcome", body)
    assert (await state(clinic, up))["outcome"]["summary"] == "PCI"

    plan = {"patient": None, "case_id": up["case_id"], "direction": "down", "urgency": "routine"}
    plan |= {"plan": "两周内随访血压", "based_on": up["id"], "by_ambulance": False}
    down = await refer(county, CLINIC, **plan)
    assert (await state(county, up))["state"] == "outcome-sent"
    await accept(clinic, down, department="全科")
    down = await state(clinic, down)
    assert down["state"] == "follow-up"
    assert down["followup"]["plan"] == "两周内随访血压"
    assert (await state(clinic, up))["end_code"] == "referred-down"
    due = (await clinic.get("/followups"))["followups"]
    assert [item["referral_id"] for item in due] == [down["id"]]
    assert (await county.get("/followups"))["followups"] == []

    visit = {
        "command_id": "v1",
        "visited_at": down["created_at"],
        "findings": "血压 132/78",
        "systolic_mmhg": 132,
        "diastolic_mmhg": 78,
    }
    closed = await clinic.post(f"/referrals/{down['id']}/visit", visit)
    assert (closed["state"], closed["end_code"]) == ("closed", "completed")
    assert closed["followup"]["visits"][0]["systolic_mmhg"] == 132
    again = await clinic.post(f"/referrals/{down['id']}/visit", visit)
    assert again["version"] == closed["version"]
    assert (await clinic.get("/followups"))["followups"] == []
    kinds = [e["said"]["kind"] for e in await told(clinic, house, up["case_id"])]
    assert kinds[0] == "case.opened-by-facility.v1"
    assert kinds.count("case.closed.v1") == 1
    assert kinds.count("followup.visited.v1") == 1
    assert await sound(house)


async def test_a_decline_asks_the_next_and_nobody_reads_the_others_answer(house: RunningHouse) -> None:
    clinic, first, second = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    up = await refer(clinic, COUNTY, COUNTY2)
    await second.get(f"/referrals/{up['id']}", expect=404)
    offer = await offered(first, up)
    await answer(first, offer, "ask", question="血氧？")
    assert (await offered(clinic, up))["question"] == "血氧？"
    supplied = await answer(clinic, offer, "supply", answer="98%")
    assert supplied["state"] == "received"
    assert supplied["answer_by"] > offer["answer_by"]
    declined = await answer(first, offer, "decline", code="no-bed", advice="先溶栓")
    assert declined["state"] == "declined"
    await first.get(f"/referrals/{up['id']}", expect=404)
    seen = await state(clinic, up)
    assert [o["state"] for o in seen["offers"]] == ["declined", "offered"]
    other = await state(second, up)
    assert [o["facility_id"] for o in other["offers"]] == [facility(COUNTY2)]
    await accept(second, up)
    late = await answer(first, offer, "decline", expect=409, code="no-bed")
    assert late["code"] == "offer-over"
    # What the first hospital asked and answered is not the second one's to read, nor that it was asked at all.
    heard = await told(second, house, up["case_id"])
    assert not [e for e in heard if e["said"].get("offer_id") == offer["id"]]
    assert facility(COUNTY) not in str(heard)
    assert await told(clinic, house, up["case_id"], "offer.declined")
    assert await sound(house)


async def test_silence_asks_the_next_and_then_a_human(later: RunningHouse, clock: MovedClock) -> None:
    clinic, dispatcher = await desk(later, CLINIC), await later.sign_in("dispatcher")
    up = await refer(clinic, COUNTY, COUNTY2, urgency="stat")
    clock.move_on(181)
    silent = await until(lambda: told(dispatcher, later, up["case_id"], "stream.deadline-passed"))
    assert {e["said"]["deadline"] for e in silent} == {"offer-ack", "offer-silent"}
    assert {e["said"]["told_role"] for e in silent} == {"hospital-desk", "dispatcher"}
    clock.move_on(120)

    async def next_asked() -> bool:
        return [o["state"] for o in (await state(clinic, up))["offers"]] == ["expired", "offered"]

    await until(next_asked)
    clock.move_on(301)
    lost = await reached(dispatcher, up, "unplaced")
    assert lost["actions"] == ["candidates", "close"]

    async def alarmed() -> bool:
        passed = await told(dispatcher, later, up["case_id"], "stream.deadline-passed")
        return {"referral-unplaced", "referral-unplaced-referrer"} <= {e["said"]["deadline"] for e in passed}

    await until(alarmed)
    more = {"candidates": [facility(CITY)], "reason": "电话联系过"}
    found = await dispatcher.post(f"/referrals/{up['id']}/candidates", more)
    assert (found["state"], len(found["offers"])) == ("offered", 3)
    office = await desk(later, "WZ-RO")
    taken = await accept(office, up)
    assert taken["facility_id"] == facility(CITY)
    assert (await state(clinic, up))["state"] == "accepted"
    assert await sound(later)


async def test_a_cancellation_is_a_request_once_somebody_accepted(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    free = await refer(clinic)
    off = await clinic.post(f"/referrals/{free['id']}/cancel", {"code": "improved"})
    assert (off["state"], off["offers"][0]["state"]) == ("cancelled", "withdrawn")
    up = await refer(clinic)
    await accept(county, up)
    wanted = await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "improved", "remarks": "好转"})
    assert wanted["state"] == "cancel-requested"
    await clinic.post(f"/referrals/{up['id']}/confirm-cancel", expect=403)
    done = await county.post(f"/referrals/{up['id']}/confirm-cancel")
    assert (done["state"], done["end_code"], done["offers"][0]["state"]) == (
        "cancelled",
        "improved",
        "withdrawn",
    )
    other = await refer(clinic)
    await accept(county, other)
    await clinic.post(f"/referrals/{other['id']}/cancel", {"code": "improved"})
    body = {"outcome": "admitted", "diagnosis": "x", "summary": "already here"}
    told_instead = await county.post(f"/referrals/{other['id']}/outcome", body)
    assert told_instead["state"] == "outcome-sent"
    closed = await clinic.post(f"/referrals/{other['id']}/close", {"code": "completed"})
    assert closed["state"] == "closed"
    assert await sound(house)


async def test_an_acceptance_given_back_leaves_no_bed_and_asks_on(house: RunningHouse) -> None:
    clinic, first, second = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    up = await refer(clinic, COUNTY, COUNTY2)
    taken = await accept(first, up)
    gone = await answer(first, taken, "withdraw-acceptance", code="bed-lost")
    assert gone["state"] == "given-back"
    assert (await state(clinic, up))["accepted_offer_id"] is None
    await accept(second, up)
    assert (await state(clinic, up))["state"] == "accepted"
    assert await sound(house)


async def test_a_missed_visit_reaches_the_county(later: RunningHouse, clock: MovedClock) -> None:
    clinic, county = await desk(later, CLINIC), await desk(later, COUNTY)
    plan = {"direction": "down", "urgency": "routine", "plan": "随访", "by_ambulance": False}
    down = await refer(county, CLINIC, **plan)
    await accept(clinic, down, department="全科")

    async def passed(kind: str) -> Any:
        found = await told(clinic, later, down["case_id"], "stream.deadline-passed")
        return [e for e in found if e["said"]["deadline"] == kind]

    office = await desk(later, "WZ-RO")
    for days, kind in ((10.01, "follow-up-remind"), (4, "follow-up-due")):
        clock.move_on(days * DAY_S)
        clinic = await desk(later, CLINIC)
        assert await until(partial(passed, kind))

    async def supervised() -> Any:
        return (await office.get("/followups"))["followups"]

    office = await desk(later, "WZ-RO")
    items = await until(supervised)
    assert (items[0]["referral_id"], items[0]["overdue"]) == (down["id"], True)
    clock.move_on(1.01 * DAY_S)
    clinic = await desk(later, CLINIC)
    late = await until(partial(passed, "follow-up-overdue"))
    assert late[0]["said"]["told_role"] == "referral-office"
    assert await sound(later)


async def test_what_is_not_in_order_is_refused_with_words(house: RunningHouse) -> None:
    clinic = await desk(house, CLINIC)

    async def refused(code: str, **changes: Any) -> None:
        problem = await clinic.post("/referrals", wish(**changes), expect=422)
        assert problem["code"] == code

    await refused("referral-needs-patient", patient=None)
    await refused("referral-to-self", candidates=[facility(CLINIC)])
    await refused("referral-wrong-way", candidates=[facility(COUNTY)], direction="across")
    await refused("referral-skips-level", candidates=[facility(CITY)], urgency="routine")
    await refused("referral-needs-plan", direction="down")
    await refused("referral-candidate-twice", candidates=[facility(COUNTY)] * 2)
    await refused("facility-not-found", candidates=[facility("WZ-120")])
    body = wish(CITY, urgency="routine", skip_reason="专科")
    found = await clinic.post("/referrals", body)
    again = await clinic.post("/referrals", body)
    assert found["id"] == again["id"]


async def test_candidates_are_ranked_for_a_person(house: RunningHouse) -> None:
    clinic = await desk(house, CLINIC)
    found = await clinic.get(
        "/referrals/candidates", direction="up", urgency="routine", capabilities="cath-lab"
    )
    ranked = found["candidates"]
    assert ranked[0]["suits"]  # who can treat goes before who is merely on the right level
    assert [one["rank"] for one in ranked] == list(range(1, len(ranked) + 1))
    city = next(one for one in ranked if one["facility_id"] == facility(CITY))
    assert not city["allowed"]
    assert city["suits"]
    assert all(one["time_s"] for one in ranked)


async def test_a_hospital_refers_a_patient_on_who_came_to_it(house: RunningHouse) -> None:
    clinic, county, city = [await desk(house, code) for code in (CLINIC, COUNTY, CITY)]
    up = await refer(clinic, COUNTY, by_ambulance=False)
    await accept(county, up)
    same = {"patient": None, "case_id": up["case_id"], "by_ambulance": False, "replaces": up["id"]}
    # The patient is not there yet: who has not received anybody refers nobody on.
    problem = await county.post("/referrals", wish(CITY, **same), expect=409)
    assert problem["code"] == "transition-not-open"
    await county.post(f"/referrals/{up['id']}/arrived")
    on = await refer(county, CITY, **same)
    assert (await state(clinic, up))["end_code"] == "referred-onward"
    assert (await state(city, on))["replaces"] == up["id"]
    stranger = await desk(house, COUNTY2)
    await stranger.post("/referrals", wish(CITY, **same), expect=422)
    del same["replaces"]
    await stranger.post("/referrals", wish(CITY, **same), expect=404)
    sent = (await county.get("/referrals", mine="sent"))["referrals"]
    assert [found["id"] for found in sent] == [on["id"]]
    got = (await county.get("/referrals", mine="received", open="false"))["referrals"]
    assert [found["id"] for found in got] == [up["id"]]
    assert await sound(house)


async def test_nobody_left_may_be_closed_by_the_centre(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    await answer(county, await offered(county, up), "decline", code="advice-given", advice="就地观察")
    assert (await state(clinic, up))["state"] == "unplaced"
    await dispatcher.post(f"/referrals/{up['id']}/close", {"code": "no-such-code"}, expect=422)
    await dispatcher.post(f"/referrals/{up['id']}/close", {"code": "completed"}, expect=409)
    closed = await dispatcher.post(f"/referrals/{up['id']}/close", {"code": "advice-given"})
    assert (closed["state"], closed["offers"][0]["advice"], closed["actions"]) == ("closed", "就地观察", [])
    late = await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "other"}, expect=409)
    assert late["code"] == "transition-not-open"
