"""Cases: one for each patient, with vital signs that can be right, a destination, and a coded end."""

from typing import Any

import pytest

from app.enrol import id_of
from tests.support.house import Client, RunningHouse
from tests.support.scenes import ago, crew_of, names, open_incident, reach, report, send, stamp

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def at_the_patient(town: RunningHouse) -> tuple[Any, Client]:
    dispatcher = await town.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, town))
    crew = await crew_of(town, sent)
    await reach(crew, sent, "depart", "arrive", "patient-contact")
    return sent, crew


async def patient(crew: Client, sent: Any, command: str = "p1", **more: Any) -> Any:
    return await crew.post(f"/assignments/{sent['id']}/patients", {"command_id": command, **more})


def vitals(command: str, seconds_ago: float = 0, **signs: float) -> dict[str, Any]:
    return {"command_id": command, "vitals": {"measured_at": ago(seconds_ago), **signs}}


async def test_each_patient_is_a_case_and_a_repeat_is_the_same_patient(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    first, second = await patient(crew, sent), await patient(crew, sent, "p2", label="B", sex="female")
    assert first["id"] != second["id"]
    assert (await patient(crew, sent, name="somebody else"))["patient"] == first["patient"]
    listed = await crew.get("/cases", incident_id=sent["incident_id"])
    assert {case["id"] for case in listed["cases"]} == {first["id"], second["id"]}
    await report(crew, sent, stamp("patient-declines", ago(0)))


async def test_a_patient_gets_a_name_later_and_stays_the_same(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    case = await patient(crew, sent)
    known = {"label": case["patient"]["label"], "name": "王五", "age_years": 0.5}
    described = await crew.post(f"/cases/{case['id']}/patient", {"patient": known})
    assert (described["id"], described["patient"]["name"], described["patient"]["age_years"]) == (
        case["id"],
        "王五",
        0.5,
    )
    await report(crew, sent, stamp("patient-declines", ago(0)))


async def test_vital_signs_are_kept_once_in_the_order_of_their_time(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    path = f"/cases/{(await patient(crew, sent))['id']}/vitals"
    await crew.post(path, vitals("late", 10, heart_rate_per_min=90))
    early = vitals("early", 60, heart_rate_per_min=120, spo2_percent=91)
    await crew.post(path, early)
    case = await crew.post(path, early)
    assert [found["heart_rate_per_min"] for found in case["vitals"]] == [120, 90]
    await report(crew, sent, stamp("patient-declines", ago(0)))


async def test_what_cannot_be_right_is_refused_by_its_field(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    path = f"/cases/{(await patient(crew, sent))['id']}/vitals"
    impossible = vitals("x", spo2_percent=140, heart_rate_per_min=80)
    problem = await crew.post(path, impossible, expect=422)
    assert names(problem) == ["vitals.spo2_percent"]
    await crew.post(path, vitals("y", -3600, heart_rate_per_min=80), expect=422)
    await report(crew, sent, stamp("patient-declines", ago(0)))


async def test_only_a_facility_can_be_a_destination_and_it_reads_the_case(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    case = await patient(crew, sent)
    desk = await town.sign_in("desk-MS-H1")
    await desk.get(f"/cases/{case['id']}", expect=404)
    path = f"/cases/{case['id']}/destination"
    for wrong in ("WZ-120", "WZ-HB", "nobody"):
        body = {"facility_id": str(id_of("organisation", wrong))}
        assert names(await crew.post(path, body, expect=422)) == ["facility_id"]
    hospital = str(id_of("organisation", "MS-H1"))
    chosen = await crew.post(path, {"facility_id": hospital, "reason": "nearest with CT"})
    assert chosen["destination_id"] == hospital
    assert (await desk.get(f"/cases/{case['id']}"))["destination_id"] == hospital
    await report(crew, sent, stamp("available", ago(0)))


async def test_a_case_ends_once_and_with_its_code(town: RunningHouse) -> None:
    sent, crew = await at_the_patient(town)
    case = await patient(crew, sent)
    path = f"/cases/{case['id']}/end"
    assert names(await crew.post(path, {"code": "bored"}, expect=422)) == ["code"]
    ended = await crew.post(path, {"code": "declined", "remarks": "signed"})
    assert (ended["end_code"], ended["ended_at"] is not None) == ("declined", True)
    assert (await crew.post(path, {"code": "gone"}, expect=409))["code"] == "case-ended"
    late = await crew.post(f"/cases/{case['id']}/vitals", vitals("late", 30, heart_rate_per_min=70))
    assert len(late["vitals"]) == 1
    await report(crew, sent, stamp("patient-declines", ago(0)))
