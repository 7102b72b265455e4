"""A run that is over, and a referral that is: nobody is expected, and nobody waits for a vehicle that is not there."""

from typing import Any

from tests.journeys.test_referral_edges import _expected, _void
from tests.journeys.test_referral_run import run_of
from tests.support.house import API, Client, RunningHouse
from tests.support.referring import (
    CLINIC,
    COUNTY,
    COUNTY2,
    accept,
    answer,
    desk,
    facility,
    refer,
    sound,
    told,
)
from tests.support.scenes import ago, crew_of, reach, report, send, stamp, until

ABOARD = ("depart", "arrive", "patient-contact", "load", "transport")


async def under_way(house: RunningHouse, clinic: Client, county: Client, *stamps: str) -> Any:
    """An accepted referral, its incident, the unit on its run, and the crew."""
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    await accept(county, up)
    incident = await run_of(dispatcher, up)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    if stamps:
        await reach(crew, sent, *stamps)
    await until(lambda: _expected(county))
    return dispatcher, up, incident, sent, crew


async def is_unread(client: Client, case_id: str) -> bool:
    """Whether this desk may not read the case."""
    async with client.session.get(f"{client.base}{API}/cases/{case_id}") as response:
        return response.status == 404


async def expects_nobody(client: Client) -> bool:
    return await _expected(client) is None


async def inbound(client: Client, code: str) -> int:
    """How many are on the way there, as everybody sees."""
    found = (await client.get("/facilities"))["facilities"]
    return next(int(one["inbound"]) for one in found if one["organisation"]["id"] == facility(code))


async def call_off(dispatcher: Client, sent: Any) -> None:
    await dispatcher.post(f"/assignments/{sent['id']}/cancel", {"reason": "转诊取消"})


async def cancel(clinic: Client, county: Client, up: Any) -> None:
    await clinic.post(f"/referrals/{up['id']}/cancel", {"code": "improved"})
    await county.post(f"/referrals/{up['id']}/confirm-cancel")


async def test_a_referral_called_off_leaves_nobody_on_the_way(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher, up, incident, sent, _ = await under_way(house, clinic, county, "depart")
    notice = await _expected(county)
    await cancel(clinic, county, up)
    await house.settled()
    assert await _expected(county)  # the vehicle still drives: a person calls it off
    await call_off(dispatcher, sent)
    await until(lambda: expects_nobody(county))
    await until(lambda: is_unread(county, up["case_id"]))
    await dispatcher.post(f"/incidents/{incident['id']}/close", {"code": "caller-withdrew"})
    assert await inbound(dispatcher, COUNTY) == 0
    seen = await dispatcher.get(f"/notices/{notice['notice_id']}")
    assert (seen["state"], seen["withdrawn_because"]) == ("withdrawn", "referral-over")
    await until(lambda: _no_void(dispatcher))
    assert await sound(house)


async def test_a_vehicle_called_off_before_the_referral_is(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher, up, _, sent, _ = await under_way(house, clinic, county)
    await call_off(dispatcher, sent)
    await house.settled()
    assert await _expected(county)  # another unit may be sent at any moment
    await cancel(clinic, county, up)
    await until(lambda: expects_nobody(county))
    await until(lambda: is_unread(county, up["case_id"]))

    # The same hospital takes the patient after all: it is told anew.
    again = await refer(clinic, COUNTY, patient=None, case_id=up["case_id"])
    await accept(county, again)

    async def another() -> Any:
        found = await run_of(dispatcher, again)
        return found if found["state"] == "open" else None

    await send(dispatcher, await until(another))
    assert (await until(lambda: _expected(county)))["case_id"] == up["case_id"]
    assert await sound(house)


async def test_an_accepting_hospital_without_a_run_reads_no_further(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic, COUNTY)
    await accept(county, up)
    await run_of(dispatcher, up)
    await cancel(clinic, county, up)
    await until(lambda: is_unread(county, up["case_id"]))
    assert await sound(house)


async def _no_void(dispatcher: Client) -> bool:
    return not await _void(dispatcher)


async def brought_to_another(house: RunningHouse, clinic: Client, county: Client, other: Client) -> Any:
    """The patient bound for one hospital was handed over at another, and the unit is free again."""
    dispatcher, up, incident, sent, crew = await under_way(house, clinic, county, *ABOARD)
    goal = {"facility_id": facility(COUNTY2), "reason": "途中恶化，就近"}
    await crew.post(f"/cases/{up['case_id']}/destination", goal)
    notice = await until(lambda: _expected(other))
    await reach(crew, sent, "at-hospital", before=50)
    for number, client in enumerate((crew, other)):
        await client.post(f"/notices/{notice['notice_id']}/sign", {"command_id": f"s{number}"})
    await report(crew, sent, stamp("hand-over", ago(5)), stamp("available", ago(4)))

    async def closed() -> bool:
        return bool((await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "closed")

    await until(closed)
    return dispatcher, up, incident


async def failed(client: Client, referral: Any) -> Any:
    async def look() -> Any:
        found = await client.get(f"/referrals/{referral['id']}")
        return found if found["state"] == "transport-failed" else None

    return await until(look)


async def test_a_patient_brought_elsewhere_has_no_run_any_more(house: RunningHouse) -> None:
    clinic, county, other = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    dispatcher, up, incident = await brought_to_another(house, clinic, county, other)
    seen = await failed(clinic, up)
    assert (seen["end_code"], "transport" in seen["actions"]) == ("brought-elsewhere", True)

    async def asked() -> Any:
        found = (await clinic.get("/alarms"))["alarms"]
        return [alarm for alarm in found if alarm["kind"] == "referral-run-failed"]

    await until(asked)
    # Stabilised there, the patient goes on to the bed that is still held.
    again = await clinic.post(f"/referrals/{up['id']}/transport")
    assert again["state"] == "accepted"

    async def new_run() -> Any:
        found = await run_of(dispatcher, up)
        return found if found["id"] != incident["id"] else None

    await until(new_run)
    assert await sound(house)


async def test_no_alarm_rings_for_a_run_that_is_over(house: RunningHouse) -> None:
    clinic, county, other = [await desk(house, code) for code in (CLINIC, COUNTY, COUNTY2)]
    dispatcher, up, _ = await brought_to_another(house, clinic, county, other)
    await failed(clinic, up)
    await cancel(clinic, county, up)
    while await house.house.watch.look():
        pass
    passed = await told(dispatcher, house, up["case_id"], "stream.deadline-passed")
    assert "referral-run-void" not in {entry["said"]["deadline"] for entry in passed}
    assert await _no_void(dispatcher)
    assert await sound(house)


async def test_a_run_that_ended_unsigned_rings_for_nobody_either(house: RunningHouse) -> None:
    """The crew was there and free again; nobody signed, and the hospital says that nobody came."""
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher, up, incident, sent, crew = await under_way(house, clinic, county, *ABOARD)
    await report(crew, sent, stamp("at-hospital", ago(9)), stamp("available", ago(4)))

    async def closed() -> bool:
        return bool((await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "closed")

    await until(closed)
    await house.settled()
    seen = await clinic.get(f"/referrals/{up['id']}")
    assert seen["state"] == "accepted"  # a signature may still come: nothing is said of a failure
    await county.post(f"/referrals/{up['id']}/close", {"code": "no-show"})
    while await house.house.watch.look():
        pass
    assert await _no_void(dispatcher)
    assert await told(dispatcher, house, up["case_id"], "referral.run-failed")
    assert await sound(house)


async def test_an_acceptance_given_back_while_the_patient_is_brought_elsewhere(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    dispatcher, up, incident, sent, crew = await under_way(house, clinic, county, *ABOARD)
    offer = (await county.get(f"/referrals/{up['id']}"))["offers"][0]
    await answer(county, offer, "withdraw-acceptance", code="equipment-down")
    await until(lambda: _void(dispatcher))
    await crew.post(f"/cases/{up['case_id']}/destination", {"facility_id": facility(COUNTY2), "reason": "x"})
    await report(crew, sent, stamp("at-hospital", ago(9)), stamp("available", ago(4)))
    await until(lambda: _no_void(dispatcher))
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["state"] == "closed"
    assert (await clinic.get(f"/referrals/{up['id']}"))["state"] == "unplaced"
    assert await sound(house)
