"""Arrivals that go wrong: a stamp taken back, an answer by telephone, a patient who is still to be fetched."""

from datetime import datetime
from typing import Any

from tests.journeys.test_arrival import CITY, COUNTY, ROAD, Scene, aboard, alarms, moved, seen_again
from tests.journeys.test_rebuild import rebuilt
from tests.journeys.test_referral_run import run_of
from tests.support.house import RunningHouse
from tests.support.referring import CLINIC, accept, desk, refer
from tests.support.referring import COUNTY as COUNTY_TOWN
from tests.support.scenes import MovedClock, ago, crew_of, names, reach, report, send, stamp, until

__all__ = ["moved"]

OFFICE = "WZ-RO"
"""The referral office of the city hospital."""


async def noticed_at(house: RunningHouse, scene: Scene) -> tuple[Any, str]:
    """The hospital's desk, and the path of the notice that it got."""
    await scene.choose(CITY)
    hospital = await house.sign_in(f"desk-{CITY}")
    return hospital, f"/notices/{(await scene.noticed(hospital))['notice_id']}"


async def test_an_arrival_that_the_crew_takes_back_is_none(house: RunningHouse) -> None:
    scene = await aboard(house)
    hospital, path = await noticed_at(house, scene)
    await hospital.post(f"{path}/acknowledge")
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(30)))
    await scene.waits_for("notice.patient-arrived.v1")
    await report(scene.crew, scene.sent, stamp("back-to-TRN", ago(20), reason="wrong key"))
    await scene.waits_for("notice.arrival-withdrawn.v1")
    coming = await hospital.get(path)
    assert (coming["state"], coming["arrived_at"], coming["offload_by"]) == ("acknowledged", None, None)
    assert coming["run_state"] == "TRN"
    assert coming["eta_at"]

    again = stamp("at-hospital", ago(5), command_id="at-hospital-2")
    await report(scene.crew, scene.sent, again)

    async def there() -> bool:
        return bool((await hospital.get(path))["state"] == "arrived")

    await until(there)
    await seen_again(house)
    kinds = await scene.kinds()
    assert kinds.count("notice.patient-arrived.v1") == 2
    assert kinds.count("notice.arrival-withdrawn.v1") == 1
    assert (await rebuilt(house)).sound


async def test_after_a_mistaken_arrival_no_offload_rings_and_silence_does_again(
    moved: tuple[RunningHouse, MovedClock],
) -> None:
    house, clock = moved
    scene = await aboard(house)
    hospital, path = await noticed_at(house, scene)
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(3)))
    await scene.waits_for("notice.patient-arrived.v1")
    before = await alarms(scene)
    await report(scene.crew, scene.sent, stamp("back-to-LDD", ago(2), reason="wrong key"))
    await scene.waits_for("notice.arrival-withdrawn.v1")
    assert (await hospital.get(path))["state"] == "sent"
    clock.move_on(700)
    await house.house.watch.look()
    assert (await alarms(scene))[len(before) :] == [("notice-ack", "dispatcher")]
    assert (await rebuilt(house)).sound


async def test_what_both_sides_signed_is_not_undone_by_a_correction(house: RunningHouse) -> None:
    scene = await aboard(house)
    hospital, path = await noticed_at(house, scene)
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(30)))
    await scene.waits_for("notice.patient-arrived.v1")
    for number, side in enumerate((scene.crew, hospital)):
        await side.post(f"{path}/sign", {"command_id": f"s{number}"})
    await report(scene.crew, scene.sent, stamp("back-to-TRN", ago(20), reason="wrong key"))
    await seen_again(house)
    assert (await hospital.get(path))["state"] == "handed-over"
    assert "notice.arrival-withdrawn.v1" not in await scene.kinds()


async def test_the_centre_records_what_a_hospital_said_by_telephone(house: RunningHouse) -> None:
    scene = await aboard(house)
    hospital, path = await noticed_at(house, scene)
    leader = await house.sign_in("leader")
    assert names(await scene.dispatcher.post(f"{path}/acknowledge", {"remarks": " "}, expect=422)) == [
        "remarks"
    ]
    told = await scene.dispatcher.post(f"{path}/acknowledge", {"remarks": "王护士长电话确认"})
    assert (told["state"], told["remarks"]) == ("acknowledged", "王护士长电话确认")
    strain = {"code": "icu-full", "remarks": "王护士长电话"}
    assert (await leader.post(f"{path}/strain", strain))["state"] == "strain-reported"
    await scene.dispatcher.post(f"{path}/sign", {"command_id": "s"}, expect=403)
    await scene.crew.post(f"{path}/acknowledge", {"remarks": "x"}, expect=403)
    entries = (await hospital.get(f"/cases/{scene.case_id}/entries"))["entries"]
    heard = next(e for e in entries if e["said"]["kind"] == "notice.acknowledged.v1")
    assert (heard["act"]["role"], heard["act"]["source"]) == ("dispatcher", "desk-key")
    other = await house.sign_in(f"desk-{COUNTY}")
    await other.post(f"{path}/acknowledge", {"remarks": "x"}, expect=404)
    assert (await rebuilt(house)).sound


async def test_a_patient_who_is_still_to_be_fetched_has_an_estimate_that_says_so(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY_TOWN)
    dispatcher = await house.sign_in("dispatcher")
    up = await refer(clinic)
    await accept(county, up)
    (sent,) = await send(dispatcher, await run_of(dispatcher, up))
    crew = await crew_of(house, sent)
    home = next(u.station for u in house.seed.units if u.call_sign == sent["call_sign"])
    at = next(found for found in house.seed.stations if found.code == home)
    fix = {"lon": at.lon, "lat": at.lat, "datum": "wgs84", "fixed_at": ago(0)}
    await crew.post(f"/units/{sent['unit_id']}/positions", {"fixes": [fix]})
    await reach(crew, sent, "depart")

    async def guessed() -> Any:
        found = next(iter((await county.get("/inbound"))["notices"]), None)
        return found if found and found["eta_at"] else None

    notice = await until(guessed)
    assert notice["eta_estimated"] is True
    run = (await county.get(f"/referrals/{up['id']}"))["run"]
    assert run["eta_estimated"] is True
    scene = (await dispatcher.get(f"/incidents/{(await run_of(dispatcher, up))['id']}/etas"))["etas"][0]
    ahead = datetime.fromisoformat(run["eta_at"]) - datetime.fromisoformat(scene["eta_at"])
    assert ahead.total_seconds() > house.house.desk.config.at_patient_s

    await reach(crew, sent, *ROAD[1:], before=50)
    run = (await county.get(f"/referrals/{up['id']}"))["run"]
    assert (run["eta_estimated"], bool(run["eta_at"])) == (False, True)
    await reach(crew, sent, "at-hospital", before=5)
    assert (await county.get(f"/referrals/{up['id']}"))["run"]["eta_at"] is None


async def test_the_office_of_a_hospital_that_is_asked_sees_no_notice_to_another(house: RunningHouse) -> None:
    scene = await aboard(house)
    await scene.choose(COUNTY)
    county, office = await house.sign_in(f"desk-{COUNTY}"), await house.sign_in(f"desk-{OFFICE}")
    notice = await scene.noticed(county)
    await refer(county, CITY, patient=None, case_id=scene.case_id, by_ambulance=False)
    assert (await office.get(f"/cases/{scene.case_id}"))["id"] == scene.case_id
    assert (await office.get("/inbound"))["notices"] == []
    await office.get(f"/notices/{notice['notice_id']}", expect=404)
    await scene.choose(CITY)
    assert (await scene.noticed(office))["facility_id"] != notice["facility_id"]
