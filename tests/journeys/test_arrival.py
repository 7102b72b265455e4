"""A patient on the way: destinations with reasons, a notice that is heard or not, a handover that both sides sign."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.enrol import id_of
from referrals.desk.context import ReferralConfig
from referrals.reactions import react
from tests.journeys.test_rebuild import rebuilt
from tests.support import prefecture
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import (
    MovedClock,
    ago,
    crew_of,
    names,
    open_incident,
    reach,
    report,
    send,
    stamp,
    unit_id,
    units_at,
    until,
)

ROAD = ("depart", "arrive", "patient-contact", "load", "transport")
CITY, CHINESE_MEDICINE, COUNTY = "WZ-H1", "WZ-H2", "CX-H1"
CITY_STATION = 1
"""A station that no hospital runs: its crews' organisation has no other part in a case."""


def facility(code: str) -> str:
    return str(id_of("organisation", code))


class Scene:
    """A patient aboard, and the people who have to do with it."""

    def __init__(self, house: RunningHouse, dispatcher: Client, crew: Client, sent: Any, case: Any) -> None:
        self.house, self.dispatcher, self.crew, self.sent = house, dispatcher, crew, sent
        self.case_id = case["id"]

    async def choose(self, code: str) -> None:
        body = {"facility_id": facility(code)}
        await self.crew.post(f"/cases/{self.case_id}/destination", body)

    async def noticed(self, desk: Client) -> Any:
        """The notice of this patient, as soon as the desk has it on its board."""

        async def look() -> Any:
            found = (await desk.get("/inbound"))["notices"]
            return next((one for one in found if one["case_id"] == self.case_id), None)

        return await until(look)

    async def kinds(self) -> list[str]:
        entries = (await self.dispatcher.get(f"/cases/{self.case_id}/entries"))["entries"]
        return [entry["said"]["kind"] for entry in entries]

    async def waits_for(self, kind: str) -> None:
        async def look() -> bool:
            return kind in await self.kinds()

        await until(look)


async def aboard(house: RunningHouse, **patient: Any) -> Scene:
    """A unit of the city's own stations has the patient and drives."""
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house, CITY_STATION, complaint="胸痛，大汗")
    busy = {unit["id"] for unit in (await dispatcher.get("/units"))["units"] if unit["assignment_id"]}
    unit = next(found for found in units_at(house, CITY_STATION) if found not in busy)
    (sent,) = await send(dispatcher, incident, unit)
    crew = await crew_of(house, sent)
    await reach(crew, sent, *ROAD)
    case = await crew.post(
        f"/assignments/{sent['id']}/patients", {"command_id": "p", "name": "张三", "age_years": 61, **patient}
    )
    station = house.seed.stations[CITY_STATION]
    fix = {"lon": station.lon, "lat": station.lat, "datum": "wgs84", "fixed_at": ago(1)}
    await crew.post(f"/units/{unit_id(sent['call_sign'])}/positions", {"fixes": [fix]})
    return Scene(house, dispatcher, crew, sent, case)


async def seen_again(house: RunningHouse) -> None:
    """Every entry reaches the reactions once more: they are handled at least once, and write nothing twice."""
    await house.settled()
    storage, book = house.house.storage, house.house.book
    every = await storage.read(lambda connection: book.tail(connection, 0))
    await react(house.house.referrals, every)
    assert await storage.read(lambda connection: len(book.tail(connection, every[-1].position or 0))) == 0


async def test_from_destination_to_the_second_signature(house: RunningHouse) -> None:
    scene = await aboard(house)
    vitals = {"measured_at": ago(5), "heart_rate_per_min": 104, "systolic_mmhg": 95}
    await scene.crew.post(f"/cases/{scene.case_id}/vitals", {"command_id": "v", "vitals": vitals})

    advised = await scene.crew.get(f"/cases/{scene.case_id}/destinations", wish=facility(CHINESE_MEDICINE))
    assert advised["alerts"] == ["chest-pain"]
    assert advised["from_unit"] is True
    facilities = (await scene.crew.get("/facilities"))["facilities"]
    ranked = advised["destinations"]
    assert len(ranked) + len(advised["left_out"]) == len(facilities)
    best = ranked[0]
    assert (best["facility_id"], best["rank"], best["suits"]) == (facility(CITY), 1, True)
    assert "stemi-device-in-time" in [reason["code"] for reason in best["reasons"]]
    assert best["distance_m"] > 0
    wished = next(found for found in ranked if found["wished"])
    assert "wish-does-not-suit" in [warning["code"] for warning in wished["warnings"]]

    await scene.choose(CITY)
    desk = await house.sign_in(f"desk-{CITY}")
    notice = await scene.noticed(desk)
    assert (notice["state"], notice["facility_id"]) == ("sent", facility(CITY))
    assert (notice["patient"]["name"], notice["patient"]["age_years"]) == ("张三", 61)
    assert (notice["unit"], notice["run_state"]) == (scene.sent["call_sign"], "TRN")
    assert notice["crew_telephone"]
    assert notice["eta_at"] > notice["sent_at"]
    assert notice["alerts"] == ["chest-pain"]
    assert notice["vitals"][-1]["heart_rate_per_min"] == 104

    path = f"/notices/{notice['notice_id']}"
    heard = await desk.post(f"{path}/acknowledge", {"remarks": "导管室准备"})
    assert (heard["state"], heard["remarks"]) == ("acknowledged", "导管室准备")
    assert (await scene.crew.get(path))["acknowledged_at"] == heard["acknowledged_at"]
    entries = len(await scene.kinds())
    await desk.post(f"{path}/acknowledge")
    assert len(await scene.kinds()) == entries

    await report(scene.crew, scene.sent, stamp("at-hospital", ago(3)))
    await scene.waits_for("notice.patient-arrived.v1")
    arrived = await desk.get(path)
    assert arrived["state"] == "arrived"
    assert arrived["offload_by"] > arrived["arrived_at"]
    crew_signs = {"command_id": "c", "summary": "胸痛两小时", "at": ago(2)}
    signed = await scene.crew.post(f"{path}/sign", crew_signs)
    assert signed["handed_over_at"] is None
    assert (await desk.get(path))["crew_signed"]["summary"] == "胸痛两小时"
    done = await desk.post(f"{path}/sign", {"command_id": "f", "summary": "收入导管室"})
    assert done["state"] == "handed-over"
    assert (await scene.crew.get(path))["facility_signed"]["summary"] == "收入导管室"
    assert done["handed_over_at"] == done["facility_signed"]["at"]
    assert (await desk.get("/inbound"))["notices"] == []
    assert len((await desk.get("/inbound", done="true"))["notices"]) == 1
    await seen_again(house)
    assert (await rebuilt(house)).sound


async def test_a_signature_is_given_once_and_by_no_stranger(house: RunningHouse) -> None:
    scene = await aboard(house)
    await scene.choose(CITY)
    desk, stranger = await house.sign_in(f"desk-{CITY}"), await house.sign_in(f"desk-{COUNTY}")
    path = f"/notices/{(await scene.noticed(desk))['notice_id']}"
    for command in ("acknowledge", "sign"):
        problem = await stranger.post(
            f"{path}/{command}", {"command_id": "x"} if command == "sign" else {}, expect=404
        )
        assert problem["code"] == "notice-not-found"
    await stranger.get(path, expect=404)
    assert (await stranger.get("/inbound"))["notices"] == []

    first = await desk.post(f"{path}/sign", {"command_id": "f", "summary": "收治"})
    again = await desk.post(f"{path}/sign", {"command_id": "f", "summary": "别的话"})
    assert again["facility_signed"] == first["facility_signed"]
    problem = await desk.post(f"{path}/sign", {"command_id": "other"}, expect=409)
    assert problem["code"] == "handover-already-signed"
    assert first["state"] == "sent"

    # The crew was offline: it signed, and reached the hospital, before anybody here knew.
    done = await scene.crew.post(f"{path}/sign", {"command_id": "c", "at": ago(90)})
    assert done["state"] == "handed-over"
    assert done["handed_over_at"] == first["facility_signed"]["at"]
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(95)))
    await scene.waits_for("notice.patient-arrived.v1")
    late = await desk.get(path)
    assert (late["state"], late["arrived_at"] is not None) == ("handed-over", True)
    assert (await scene.crew.post(f"{path}/sign", {"command_id": "c"}))["version"] == late["version"]
    ahead = {"command_id": "c2", "at": ago(-3600)}
    assert names(await scene.crew.post(f"{path}/sign", ahead, expect=422)) == ["at"]
    assert (await rebuilt(house)).sound


async def test_strain_is_told_and_may_be_taken_back(house: RunningHouse) -> None:
    scene = await aboard(house)
    await scene.choose(CITY)
    desk = await house.sign_in(f"desk-{CITY}")
    path = f"/notices/{(await scene.noticed(desk))['notice_id']}"
    assert names(await desk.post(f"{path}/strain", {"code": "tired"}, expect=422)) == ["code"]
    told = await desk.post(f"{path}/strain", {"code": "catheter-lab-busy", "remarks": "40 分钟"})
    assert (told["state"], told["strain_code"]) == ("strain-reported", "catheter-lab-busy")
    for concerned in (scene.crew, scene.dispatcher):
        assert (await concerned.get(path))["strain_code"] == "catheter-lab-busy"
    assert (await desk.post(f"{path}/acknowledge"))["state"] == "acknowledged"
    assert (await desk.post(f"{path}/strain", {"code": "icu-full"}))["state"] == "strain-reported"


async def test_another_destination_withdraws_the_notice(house: RunningHouse) -> None:
    scene = await aboard(house)
    await scene.choose(CITY)
    first, second = await house.sign_in(f"desk-{CITY}"), await house.sign_in(f"desk-{COUNTY}")
    before = await scene.noticed(first)
    await scene.choose(CITY)
    await scene.choose(COUNTY)
    after = await scene.noticed(second)
    assert after["notice_id"] != before["notice_id"]
    assert (await first.get("/inbound"))["notices"] == []
    await first.get(f"/notices/{before['notice_id']}", expect=404)
    old = await scene.dispatcher.get(f"/notices/{before['notice_id']}")
    assert (old["state"], old["withdrawn_because"]) == ("withdrawn", "destination-changed")
    assert (await scene.kinds()).count("notice.sent.v1") == 2

    await scene.choose(CITY)
    third = await scene.noticed(first)
    assert third["notice_id"] not in (before["notice_id"], after["notice_id"])
    await scene.crew.post(f"/cases/{scene.case_id}/end", {"code": "declined"})
    await until(lambda: _is_empty(first))
    ended = await scene.dispatcher.get(f"/notices/{third['notice_id']}")
    assert (ended["state"], ended["withdrawn_because"]) == ("withdrawn", "case-ended")
    await seen_again(house)
    assert (await rebuilt(house)).sound


async def _is_empty(desk: Client) -> bool:
    return not (await desk.get("/inbound"))["notices"]


async def test_a_patient_who_is_moved_on_stays_readable_where_they_were(house: RunningHouse) -> None:
    scene = await aboard(house)
    await scene.choose(CITY)
    first, second = await house.sign_in(f"desk-{CITY}"), await house.sign_in(f"desk-{COUNTY}")
    before = await scene.noticed(first)
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(3)))
    await scene.waits_for("notice.patient-arrived.v1")
    await scene.choose(COUNTY)
    after = await scene.noticed(second)
    assert (after["state"], after["arrived_at"]) == ("sent", None)
    moved_on = await first.get(f"/notices/{before['notice_id']}")
    assert (moved_on["state"], moved_on["arrived_at"] is not None) == ("withdrawn", True)


@pytest.fixture
async def moved(
    database: str, small_prefecture: Path, tmp_path: Path
) -> AsyncIterator[tuple[RunningHouse, MovedClock]]:
    """A house whose notices wait one second only, and whose clock can be moved on."""
    clock = MovedClock()
    config = prefecture.config(small_prefecture, tmp_path, database)
    quick = msgspec.structs.replace(config, referrals=ReferralConfig(notice_ack_s=1, offload_s=600))
    async with running_house(quick, clock) as found:
        yield found, clock


async def alarms(scene: Scene) -> list[tuple[str, str]]:
    entries = (await scene.dispatcher.get(f"/cases/{scene.case_id}/entries"))["entries"]
    said = [entry["said"] for entry in entries]
    passed = [one for one in said if one["kind"] == "stream.deadline-passed.v1"]
    return [(one["deadline"], one["told_role"]) for one in passed]


async def test_silence_and_a_long_offload_reach_a_person(moved: tuple[RunningHouse, MovedClock]) -> None:
    house, clock = moved
    scene = await aboard(house)
    await scene.choose(CITY)
    desk = await house.sign_in(f"desk-{CITY}")
    notice = await scene.noticed(desk)

    async def rung() -> list[tuple[str, str]]:
        return await alarms(scene)

    assert await until(rung) == [("notice-ack", "dispatcher")]
    path = f"/notices/{notice['notice_id']}"
    assert (await desk.post(f"{path}/acknowledge"))["state"] == "acknowledged"
    await report(scene.crew, scene.sent, stamp("at-hospital", ago(3)))
    await scene.waits_for("notice.patient-arrived.v1")
    clock.move_on(590)
    await house.house.watch.look()
    assert len(await alarms(scene)) == 1
    clock.move_on(10)
    await house.house.watch.look()
    assert sorted((await alarms(scene))[1:]) == [
        ("offload", "shift-leader"),
        ("offload-facility", "hospital-desk"),
    ]
    assert (await rebuilt(house)).sound


async def test_an_answer_in_time_alarms_nobody(moved: tuple[RunningHouse, MovedClock]) -> None:
    house, clock = moved
    scene = await aboard(house)
    await scene.choose(CITY)
    desk = await house.sign_in(f"desk-{CITY}")
    notice = await scene.noticed(desk)
    await desk.post(f"/notices/{notice['notice_id']}/strain", {"code": "icu-full"})
    silent = await alarms(scene)
    clock.move_on(60)
    await house.house.watch.look()
    assert await alarms(scene) == silent


async def test_a_facility_says_what_it_can_take(moved: tuple[RunningHouse, MovedClock]) -> None:
    house, clock = moved
    desk, other = await house.sign_in(f"desk-{CITY}"), await house.sign_in(f"desk-{COUNTY}")
    path = f"/facilities/{facility(CITY)}/capacity"
    body = {"service": "cardiology", "state": "closed", "comment": "设备检修"}
    assert (await other.post(path, body, expect=403))["code"] == "facility-not-yours"
    wrong = {"service": "icu", "state": "open", "beds_free": 9, "beds_total": 8}
    assert names(await desk.post(path, wrong, expect=422)) == ["beds_free"]
    for expiry in (ago(10), ago(-25 * 3600)):
        assert names(await desk.post(path, body | {"expires_at": expiry}, expect=422)) == ["expires_at"]
    told = await desk.post(path, body)
    assert [(s["service"], s["state"], s["stale"]) for s in told["services"]] == [
        ("cardiology", "closed", False)
    ]

    scene = await aboard(house)
    advice = await scene.crew.get(f"/cases/{scene.case_id}/destinations")
    city = next(found for found in advice["destinations"] if found["facility_id"] == facility(CITY))
    assert city["rank"] > 1
    assert "service-closed" in [warning["code"] for warning in city["warnings"]]
    assert city["capacity_age_s"] is not None

    clock.move_on(5 * 3600)
    listed = (await scene.crew.get("/facilities"))["facilities"]
    city = next(found for found in listed if found["organisation"]["code"] == CITY)
    assert city["services"][0]["stale"] is True
    advice = await scene.crew.get(f"/cases/{scene.case_id}/destinations", needs="icu")
    city = next(found for found in advice["destinations"] if found["facility_id"] == facility(CITY))
    warned = {warning["code"] for warning in city["warnings"]}
    assert {"capacity-stale", "capacity-unknown"} <= warned
    assert "service-closed" not in warned
