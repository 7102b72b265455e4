"""One incident, two patients, two units of two organisations: who is concerned with one case learns of no other."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.enrol import id_of
from tests.support.house import Client, RunningHouse
from tests.support.live import replayed
from tests.support.scenes import crew_of, open_incident, reach, send, station_of, units_at, without_instance

HOSPITAL = "WZ-H3"
FIRST_STATION, SECOND_STATION = 1, 8


@dataclass
class Scene:
    incident: Any
    cases: list[str]
    crews: list[Client]
    stations: list[Client]
    dispatcher: Client
    hospital: Client


@pytest.fixture
async def scene(house: RunningHouse) -> Scene:
    """The first patient is brought to a hospital; nobody chose a destination for the second."""
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house, FIRST_STATION, patients=2)
    units = units_at(house, FIRST_STATION)[0], units_at(house, SECOND_STATION)[0]
    sent = await send(dispatcher, incident, *units)
    crews, cases = [await crew_of(house, each) for each in sent], []
    for crew, assignment in zip(crews, sent, strict=True):
        await reach(crew, assignment, "depart", "arrive", "patient-contact")
        path = f"/assignments/{assignment['id']}/patients"
        cases.append((await crew.post(path, {"command_id": "p", "name": "某某"}))["id"])
    facility = {"facility_id": str(id_of("organisation", HOSPITAL))}
    await crews[0].post(f"/cases/{cases[0]}/destination", facility)
    await house.settled()
    stations = [await station_of(house, each) for each in sent]
    return Scene(incident, cases, crews, stations, dispatcher, await house.sign_in(f"desk-{HOSPITAL}"))


async def ids_of_cases(client: Client) -> list[str]:
    return [case["id"] for case in (await client.get("/cases"))["cases"]]


async def streams_heard(client: Client) -> set[str]:
    return {entry["stream_id"] for entry in await replayed(client)}


async def same_as_nothing(client: Client, path: str, thing: str) -> bool:
    """Whether a thing answers exactly like one that does not exist."""
    absent = "00000000-0000-4000-8000-000000000000"
    answers = [await client.get(path.format(found), expect=404) for found in (thing, absent)]
    return bool(without_instance(answers[0]) == without_instance(answers[1]))


async def test_the_centre_sees_both_cases(scene: Scene) -> None:
    assert set(await ids_of_cases(scene.dispatcher)) == set(scene.cases)
    seen = await scene.dispatcher.get(f"/incidents/{scene.incident['id']}")
    assert set(seen["cases"]) == set(scene.cases)


async def test_the_hospital_sees_its_case_and_nothing_else(scene: Scene) -> None:
    assert await ids_of_cases(scene.hospital) == [scene.cases[0]]
    listed = await scene.hospital.get("/cases", incident_id=scene.incident["id"])
    assert [case["id"] for case in listed["cases"]] == [scene.cases[0]]
    assert await streams_heard(scene.hospital) == {scene.cases[0]}
    for path in ("/cases/{}", "/cases/{}/entries"):
        assert await same_as_nothing(scene.hospital, path, scene.cases[1])
    # A hospital desk reads no incidents at all, not even that of its own case.
    await scene.hospital.get(f"/incidents/{scene.incident['id']}", expect=403)


async def test_nothing_that_the_hospital_reads_mentions_the_other_patient(scene: Scene) -> None:
    mine, other = scene.cases
    told = str([await scene.hospital.get(f"/cases/{mine}"), await replayed(scene.hospital)])
    told += str(await scene.hospital.get(f"/cases/{mine}/entries"))
    assert other not in told


async def test_each_crew_and_its_station_see_their_own_patient_only(scene: Scene) -> None:
    for own in (0, 1):
        other = scene.cases[1 - own]
        for client in (scene.crews[own], scene.stations[own]):
            assert await ids_of_cases(client) == [scene.cases[own]]
            assert await streams_heard(client) == {scene.incident["id"], scene.cases[own]}
            assert await same_as_nothing(client, "/cases/{}", other)
            assert await same_as_nothing(client, "/cases/{}/entries", other)
            seen = await client.get(f"/incidents/{scene.incident['id']}")
            assert seen["cases"] == [scene.cases[own]]
            entries = await client.get(f"/incidents/{scene.incident['id']}/entries")
            assert not any(case in str(entries) for case in scene.cases)


async def test_a_crew_cannot_write_into_the_other_case(scene: Scene) -> None:
    vitals = {"command_id": "v", "vitals": {"measured_at": "2026-01-01T00:00:00Z", "heart_rate_per_min": 80}}
    await scene.crews[1].post(f"/cases/{scene.cases[0]}/vitals", vitals, expect=404)
    await scene.crews[1].post(f"/cases/{scene.cases[0]}/end", {"code": "other"}, expect=404)
    facility = {"facility_id": str(id_of("organisation", HOSPITAL))}
    await scene.crews[1].post(f"/cases/{scene.cases[0]}/destination", facility, expect=404)


async def test_numbers_of_streams_do_not_count_patients(scene: Scene) -> None:
    """A case's own numbering starts at 1, and its label follows from its own id."""
    entries = (await scene.hospital.get(f"/cases/{scene.cases[0]}/entries"))["entries"]
    assert [entry["number"] for entry in entries] == list(range(1, len(entries) + 1))
    case = await scene.hospital.get(f"/cases/{scene.cases[0]}")
    assert case["patient"]["label"] == f"#{scene.cases[0][:4].upper()}"
