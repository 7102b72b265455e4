"""How a referral ends: an outcome read is no end of the journey, a wish to cancel is no end of the visit."""

from typing import Any

from tests.support.house import Client, RunningHouse
from tests.support.referring import (
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

PLAN = {"direction": "down", "urgency": "routine", "plan": "两周内随访", "by_ambulance": False}
VISIT = {"command_id": "v", "findings": "血压 132/78"}


async def treated(clinic: Client, county: Client, outcome: str, **changes: Any) -> Any:
    """A referral up whose outcome was told."""
    up = await refer(clinic, COUNTY, by_ambulance=False, **changes)
    await accept(county, up)
    await county.post(f"/referrals/{up['id']}/arrived")
    body = {"outcome": outcome, "diagnosis": "STEMI", "summary": "PCI"}
    return await county.post(f"/referrals/{up['id']}/outcome", body)


async def visited(clinic: Client, down: Any) -> Any:
    """The referral down after the visit."""
    return await clinic.post(f"/referrals/{down['id']}/visit", VISIT | {"visited_at": down["created_at"]})


async def test_an_outcome_that_was_read_leaves_the_patient_in_the_ward(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await treated(clinic, county, "admitted")
    read = await clinic.post(f"/referrals/{up['id']}/close", {"code": "completed"})
    assert read["state"] == "closed"
    assert await told(clinic, house, up["case_id"], "case.closed") == []

    same = {"patient": None, "case_id": up["case_id"], "based_on": up["id"]}
    down = await refer(county, CLINIC, **PLAN, **same)
    await accept(clinic, down, department="全科")
    assert (await visited(clinic, down))["state"] == "closed"
    closed = await told(clinic, house, up["case_id"], "case.closed")
    assert [entry["said"]["code"] for entry in closed] == ["completed"]
    late = await county.post("/referrals", wish(CLINIC, **PLAN, **same), expect=409)
    assert late["code"] == "referral-case-ended"
    assert await sound(house)


async def test_an_outcome_by_which_care_is_over_ends_the_case(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    for outcome in ("died", "treated-and-discharged", "left-against-advice"):
        up = await treated(clinic, county, outcome)
        await clinic.post(f"/referrals/{up['id']}/close", {"code": "completed"})
        assert len(await told(clinic, house, up["case_id"], "case.closed")) == 1
    assert await sound(house)


async def test_an_outcome_that_is_read_after_the_visit_ends_the_case(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await treated(clinic, county, "admitted")
    down = await refer(county, CLINIC, patient=None, case_id=up["case_id"], **PLAN)
    await accept(clinic, down, department="全科")
    await visited(clinic, down)
    assert await told(clinic, house, up["case_id"], "case.closed") == []
    await clinic.post(f"/referrals/{up['id']}/close", {"code": "completed"})
    assert len(await told(clinic, house, up["case_id"], "case.closed")) == 1
    assert await sound(house)


async def back_home(clinic: Client, county: Client) -> Any:
    """A referral down whose clinic owes the visit, and whose sender wants it called off."""
    down = await refer(county, CLINIC, **PLAN)
    await accept(clinic, down, department="全科")
    wished = await county.post(f"/referrals/{down['id']}/cancel", {"code": "placed-elsewhere"})
    assert wished["state"] == "visit-cancel-requested"
    return await clinic.get(f"/referrals/{down['id']}")


async def test_a_patient_who_comes_anyway_is_visited_whatever_was_wished(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    down = await back_home(clinic, county)
    assert down["actions"] == ["confirm-cancel", "keep", "arrived", "visit", "close"]
    here = await clinic.post(f"/referrals/{down['id']}/arrived")
    assert (here["state"], here["end_code"], here["followup"]["ended_at"]) == ("follow-up", None, None)
    assert (await visited(clinic, down))["state"] == "closed"

    other = await back_home(clinic, county)
    closed = await visited(clinic, other)
    assert (closed["state"], closed["end_code"]) == ("closed", "completed")
    assert (await clinic.get("/followups"))["followups"] == []
    assert await sound(house)


async def test_a_wish_to_cancel_the_visit_is_refused_or_taken_back(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    for side in (clinic, county):
        down = await back_home(clinic, county)
        due = (await clinic.get("/followups"))["followups"][0]["due_at"]
        kept = await side.post(f"/referrals/{down['id']}/keep")
        assert (kept["state"], kept["end_code"], kept["followup"]["due_at"]) == ("follow-up", None, due)
        again = await side.post(f"/referrals/{down['id']}/keep", expect=409)
        assert again["code"] == "transition-not-open"
        await visited(clinic, down)
    agreed = await back_home(clinic, county)
    await county.post(f"/referrals/{agreed['id']}/confirm-cancel", expect=403)
    off = await clinic.post(f"/referrals/{agreed['id']}/confirm-cancel")
    assert (off["state"], off["end_code"]) == ("cancelled", "placed-elsewhere")
    assert (await clinic.get("/followups"))["followups"] == []
    assert await sound(house)


async def test_an_acceptance_is_given_back_only_while_the_patient_is_awaited(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)

    async def held(client: Client, referral: Any) -> Any:
        seen = await client.get(f"/referrals/{referral['id']}")
        return next(found for found in seen["offers"] if found["id"] == seen["accepted_offer_id"])

    async def kept(client: Client, referral: Any) -> None:
        offer = await held(client, referral)
        assert offer["actions"] == []
        refused = await answer(client, offer, "withdraw-acceptance", code="bed-lost", expect=409)
        assert refused["code"] == "transition-not-open"

    up = await refer(clinic, COUNTY, by_ambulance=False)
    taken = await accept(county, up)
    assert taken["actions"] == ["withdraw-acceptance"]
    await county.post(f"/referrals/{up['id']}/arrived")
    await kept(county, up)
    body = {"outcome": "died", "diagnosis": "x", "summary": "x"}
    await county.post(f"/referrals/{up['id']}/outcome", body)
    await kept(county, up)
    await clinic.post(f"/referrals/{up['id']}/close", {"code": "completed"})
    await kept(county, up)

    down = await refer(county, CLINIC, **PLAN)
    assert (await accept(clinic, down, department="全科"))["actions"] == ["withdraw-acceptance"]
    await clinic.post(f"/referrals/{down['id']}/arrived")
    await kept(clinic, down)
    assert (await clinic.get(f"/referrals/{down['id']}"))["arrived_at"]
    assert await sound(house)


async def test_a_bed_lost_while_a_cancellation_waits_is_the_cancellation(house: RunningHouse) -> None:
    """Nobody else is asked to take a patient whom the sender no longer wants to send."""
    clinic, county, other = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    up = await refer(clinic, COUNTY, COUNTY2, by_ambulance=False)
    await accept(county, up)
    await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "improved", "remarks": "好转"})
    offer = await offered(county, up)
    assert offer["actions"] == ["withdraw-acceptance"]
    gone = await answer(county, offer, "withdraw-acceptance", code="bed-lost")
    assert gone["state"] == "given-back"
    seen = await clinic.get(f"/referrals/{up['id']}")
    assert (seen["state"], seen["end_code"], seen["end_remarks"]) == ("cancelled", "improved", "好转")
    assert [found["facility_id"] for found in seen["offers"]] == [facility(COUNTY)]
    await other.get(f"/referrals/{up['id']}", expect=404)
    assert (await clinic.get("/alarms", acknowledged="true"))["alarms"] == []

    down = await back_home(clinic, county)
    await answer(clinic, await offered(clinic, down), "withdraw-acceptance", code="no-specialist")
    seen = await county.get(f"/referrals/{down['id']}")
    assert (seen["state"], seen["followup"]) == ("cancelled", None)
    assert await sound(house)
