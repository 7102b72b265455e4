"""An accepted referral brings its own vehicle: run, bed that waits for it, handover, arrival."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.config import Config
from tests.support.house import Client, RunningHouse, running_house
from tests.support.referring import CLINIC, COUNTY, accept, answer, desk, refer, sound, told
from tests.support.scenes import MovedClock, crew_of, send, stamp, unit_id, until


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
async def later(config: Config, clock: MovedClock) -> AsyncIterator[RunningHouse]:
    """A house whose clock a test can move on."""
    async with running_house(config, clock) as house:
        yield house


async def run_of(dispatcher: Client, referral: Any) -> Any:
    """The incident of the referral's run, once dispatch has opened it."""

    async def look() -> Any:
        run = (await dispatcher.get(f"/referrals/{referral['id']}"))["run"]
        found = (await dispatcher.get("/incidents"))["incidents"]
        return next((i for i in found if run and i["code"] == run["incident_code"]), None)

    return await until(look)


async def drive(house: RunningHouse, clock: MovedClock, crew: Client, sent: Any, *events: str) -> None:
    """The crew reports these, now, from where its station is."""
    now = clock.now().isoformat()
    call_sign = sent["call_sign"]
    home = next(unit.station for unit in house.seed.units if unit.call_sign == call_sign)
    at = next(found for found in house.seed.stations if found.code == home)
    fix = {"lon": at.lon, "lat": at.lat, "datum": "wgs84", "fixed_at": now}
    await crew.post(f"/units/{unit_id(call_sign)}/positions", {"fixes": [fix]})
    stamps = [stamp(event, now) for event in events]
    await crew.post(f"/assignments/{sent['id']}/stamps", {"stamps": stamps})


async def test_the_bed_waits_for_the_vehicle_and_the_handover_is_the_arrival(
    later: RunningHouse, clock: MovedClock
) -> None:
    clinic, county = await desk(later, CLINIC), await desk(later, COUNTY)
    dispatcher = await later.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    taken = await accept(county, up, hold_minutes=10)
    incident = await run_of(dispatcher, up)
    await later.settled()
    assert (await county.get("/inbound"))["notices"] == []  # nobody is on the way yet
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(later, sent)
    await drive(later, clock, crew, sent, "depart", "arrive", "patient-contact", "load", "transport")

    async def held_longer() -> Any:
        seen = (await clinic.get(f"/referrals/{up['id']}"))["offers"][0]
        return seen if seen["hold_until"] > taken["hold_until"] else None

    assert (await until(held_longer))["state"] == "accepted"
    extended = await told(county, later, up["case_id"], "offer.hold-extended")
    assert extended[0]["act"]["role"] == "system"
    seen = await clinic.get(f"/referrals/{up['id']}")
    assert seen["run"]["call_sign"] == sent["call_sign"]
    assert seen["run"]["eta_at"]

    async def noticed() -> Any:
        return next(iter((await county.get("/inbound"))["notices"]), None)

    notice = await until(noticed)
    await drive(later, clock, crew, sent, "at-hospital")
    for number, client in enumerate((crew, county)):
        body = {"command_id": f"s{number}", "summary": "移交"}
        await client.post(f"/notices/{notice['notice_id']}/sign", body)

    async def arrived() -> Any:
        found = await clinic.get(f"/referrals/{up['id']}")
        return found if found["state"] == "arrived" else None

    here = await until(arrived)
    assert here["arrived_at"]
    clock.move_on(73 * 3600)
    county = await desk(later, COUNTY)

    async def nagged() -> Any:
        passed = await told(county, later, up["case_id"], "stream.deadline-passed")
        return [e for e in passed if e["said"]["deadline"] == "outcome"]

    assert (await until(nagged))[0]["said"]["told_role"] == "hospital-desk"
    assert await sound(later)


async def test_a_bed_that_nobody_comes_for_is_told_to_both(later: RunningHouse, clock: MovedClock) -> None:
    clinic, county = await desk(later, CLINIC), await desk(later, COUNTY)
    up = await refer(clinic, COUNTY, by_ambulance=False)
    await accept(county, up, hold_minutes=10)
    clock.move_on(601)

    async def told_both() -> bool:
        passed = await told(clinic, later, up["case_id"], "stream.deadline-passed")
        return {"bed-hold", "bed-hold-referrer"} <= {e["said"]["deadline"] for e in passed}

    await until(told_both)
    assert (await clinic.get(f"/referrals/{up['id']}"))["state"] == "accepted"


async def test_a_run_without_a_goal_is_told_to_the_dispatcher(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    taken = await accept(county, up)
    await run_of(dispatcher, up)
    await answer(county, taken, "withdraw-acceptance", code="equipment-down")

    async def alarmed() -> Any:
        passed = await told(dispatcher, house, up["case_id"], "stream.deadline-passed")
        return {"referral-run-void", "referral-unplaced"} <= {e["said"]["deadline"] for e in passed}

    await until(alarmed)
    assert (await clinic.get(f"/referrals/{up['id']}"))["state"] == "unplaced"
