"""Who is silent, declines late or is down: in each case a named person knows in time, with whom to telephone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.config import Config
from app.enrol import id_of
from ledger.kinds.words import Role
from tests.journeys.test_arrival import CITY, aboard
from tests.journeys.test_referral_run import run_of
from tests.support.deadlines import pass_time
from tests.support.house import Client, RunningHouse, running_house
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
)
from tests.support.scenes import MovedClock, ago, crew_of, machine, reach, report, send, stamp, until

CALLBACK = "13900000000"
DOWN = "http://127.0.0.1:9/nobody-listens"

Later = tuple[RunningHouse, MovedClock]


@pytest.fixture
async def later(config: Config) -> AsyncIterator[Later]:
    """A house whose clock a test can move on."""
    clock = MovedClock()
    async with running_house(config, clock) as house:
        yield house, clock


async def alarms(client: Client) -> dict[str, Any]:
    """What this desk is told, by kind."""
    found = (await client.get("/alarms", acknowledged="true"))["alarms"]
    return {alarm["kind"]: alarm for alarm in found}


def telephone(house: RunningHouse, code: str) -> str:
    """The number that a facility of the seed has registered."""
    return next(found.telephone for found in house.seed.organisations if found.code == code)


async def take(client: Client, alarm: Any) -> Any:
    """The alarm after this desk said that it deals with it."""
    return await client.post(f"/alarms/{alarm['kind']}/{alarm['subject_id']}/acknowledge")


async def test_a_hospital_that_is_down_is_telephoned_and_its_own_desk_sees_it(later: Later) -> None:
    house, clock = later
    system, _ = await machine(house, Role.INTEGRATION, id_of("organisation", CITY))
    webhook = await system.post("/webhooks", {"url": DOWN, "kinds": ["notice.sent.v1"]})
    scene = await aboard(house)
    hospital = await house.sign_in(f"desk-{CITY}")
    await scene.choose(CITY)
    notice = await scene.noticed(hospital)

    async def endpoint(client: Client) -> Any:
        return (await client.get("/webhooks"))["webhooks"][0]

    async def tried() -> Any:
        return (await endpoint(hospital))["failing"]

    failing = await until(tried)
    assert failing["failure"]["code"].startswith("webhook-")
    await pass_time(house, clock, 61)

    async def dead() -> bool:
        return bool((await endpoint(hospital))["dead"])

    await until(dead)
    alarm = (await alarms(scene.dispatcher))["notice-ack"]
    assert (alarm["subject_id"], alarm["told_role"]) == (notice["notice_id"], "dispatcher")
    about = alarm["about"]
    assert (about["patient"], about["organisation_id"]) == ("张三", facility(CITY))
    assert about["telephone"] == telephone(house, CITY) != ""
    taken = await take(scene.dispatcher, alarm)
    assert taken["acknowledged_by"]
    assert "notice-ack" not in await alarms(hospital)

    heard = {"remarks": "急诊科 莫主任，电话"}
    await scene.dispatcher.post(f"/notices/{notice['notice_id']}/acknowledge", heard)
    assert "notice-ack" not in await alarms(scene.dispatcher)
    assert (await hospital.get(f"/notices/{notice['notice_id']}"))["remarks"] == heard["remarks"]
    await system.post(f"/webhooks/{webhook['id']}/disable")
    assert (await endpoint(hospital))["disabled_because"] == "asked"


async def test_a_hospital_that_is_silent_or_answers_too_late(later: Later) -> None:
    house, clock = later
    clinic, county, other = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY, urgency="stat")
    offer = await offered(county, up)
    assert await alarms(county) == {}
    await pass_time(house, clock, 181)
    mine, theirs = (await alarms(county))["offer-ack"], (await alarms(dispatcher))["offer-silent"]
    assert mine["subject_id"] == theirs["subject_id"] == offer["id"]
    assert (mine["told_role"], mine["about"]["telephone"]) == ("hospital-desk", CALLBACK)
    assert mine["about"]["organisation_id"] == facility(CLINIC)
    assert theirs["about"]["organisation_id"] == facility(COUNTY)
    assert theirs["about"]["telephone"] == telephone(house, COUNTY) != ""
    assert {a["about"]["referral_code"] for a in (mine, theirs)} == {up["code"]}
    owned = await take(county, mine)
    assert owned["acknowledged_by"]
    assert (await alarms(county))["offer-ack"]["acknowledged_by"] == owned["acknowledged_by"]
    for stranger in (clinic, other):
        assert await alarms(stranger) == {}
        await stranger.post(f"/alarms/offer-ack/{offer['id']}/acknowledge", expect=404)

    await pass_time(house, clock, 120)

    async def unplaced() -> Any:
        while await house.house.watch.look():
            pass
        return (await alarms(clinic)).get("referral-unplaced-referrer")

    asker = await until(unplaced)
    assert asker["about"]["organisation_id"] == facility("WZ-120")
    centre = (await alarms(dispatcher))["referral-unplaced"]
    assert (centre["about"]["patient"], centre["about"]["telephone"]) == ("黄某", CALLBACK)
    assert await alarms(county) == {}
    for command, body in (("accept", {"department": "急诊"}), ("decline", {"code": "no-bed"})):
        late = await answer(county, offer, command, expect=409, **body)
        assert late["code"] == "offer-over"
    assert (await take(clinic, asker))["acknowledged_by"]
    more = {"candidates": [facility(COUNTY2)], "reason": "电话联系过"}
    asked = await clinic.post(f"/referrals/{up['id']}/candidates", more)
    assert await alarms(clinic) == {}
    assert asked["next_candidates"] == []
    assert await sound(house)


async def test_a_late_decline_is_told_to_who_asks_with_who_is_next(later: Later) -> None:
    house, clock = later
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await refer(clinic, COUNTY, COUNTY2, urgency="stat")
    assert [one["id"] for one in up["next_candidates"]] == [facility(COUNTY2)]
    seen = await county.get(f"/referrals/{up['id']}")
    assert seen["next_candidates"] == []
    await pass_time(house, clock, 290)
    await answer(county, await offered(county, up), "decline", code="no-specialist", advice="先溶栓")
    seen = await clinic.get(f"/referrals/{up['id']}")
    assert [(o["state"], o["advice"]) for o in seen["offers"]] == [("declined", "先溶栓"), ("offered", "")]
    assert seen["next_candidates"] == []
    assert await told(clinic, house, up["case_id"], "offer.declined")


async def test_a_wish_to_cancel_that_nobody_answers(later: Later) -> None:
    house, clock = later
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    await accept(county, up)
    await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "improved"})
    await pass_time(house, clock, 599)
    assert await alarms(clinic) == {}
    await pass_time(house, clock, 2)
    found = {
        "cancel-silent": (await alarms(clinic))["cancel-silent"],
        "cancel-answer": (await alarms(county))["cancel-answer"],
        "cancel-silent-centre": (await alarms(dispatcher))["cancel-silent-centre"],
    }
    assert {name: alarm["about"]["telephone"] for name, alarm in found.items()} == {
        "cancel-silent": telephone(house, COUNTY),
        "cancel-answer": CALLBACK,
        "cancel-silent-centre": telephone(house, COUNTY),
    }
    await county.post(f"/referrals/{up['id']}/confirm-cancel")
    for client in (clinic, county):
        assert await alarms(client) == {}
    assert "cancel-silent-centre" not in await alarms(dispatcher)
    assert await sound(house)


async def failed(client: Client, referral: Any) -> Any:
    """The referral once its vehicle brings nobody."""

    async def look() -> Any:
        found = await client.get(f"/referrals/{referral['id']}")
        return found if found["state"] == "transport-failed" else None

    return await until(look)


async def test_a_run_that_ends_without_the_patient_goes_back_to_who_asked(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    await accept(county, up)
    incident = await run_of(dispatcher, up)
    await clinic.post(f"/referrals/{up['id']}/transport", expect=409)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    await reach(crew, sent, "depart", "arrive")
    await report(crew, sent, stamp("patient-declines", ago(1)))
    seen = await failed(clinic, up)
    assert (seen["end_code"], "transport" in seen["actions"]) == ("patient-declines", True)

    async def alarmed() -> Any:
        return (await alarms(clinic)).get("referral-run-failed")

    alarm = await until(alarmed)
    assert (alarm["told_role"], alarm["about"]["referral_id"]) == ("clinic-doctor", up["id"])
    # The bed is still held: another vehicle may bring the patient there.
    again = await clinic.post(f"/referrals/{up['id']}/transport")
    assert (again["state"], again["end_code"]) == ("accepted", None)
    assert await alarms(clinic) == {}
    second = await run_of(dispatcher, up)

    async def new_run() -> Any:
        found = await run_of(dispatcher, up)
        return found if found["id"] != incident["id"] else None

    second = await until(new_run)
    (sent,) = await send(dispatcher, second)
    crew = await crew_of(house, sent)
    await reach(crew, sent, "depart", "arrive", "patient-contact")
    await crew.post(f"/cases/{up['case_id']}/end", {"code": "declined"})
    assert (await failed(clinic, up))["end_code"] == "declined"
    over = await clinic.post(f"/referrals/{up['id']}/transport", expect=409)
    assert over["code"] == "referral-case-ended"
    await county.post(f"/referrals/{up['id']}/close", {"code": "no-show"})
    assert await alarms(clinic) == {}
    assert len(await told(clinic, house, up["case_id"], "referral.run-failed")) == 2
    assert await sound(house)
