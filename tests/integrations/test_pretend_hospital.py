"""The pretend hospital at work in a running house: told by signed webhooks, answering through the public API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from app.enrol import id_of
from integrations.pretend_hospital.client import Api
from integrations.pretend_hospital.hospital import Hospital
from integrations.pretend_hospital.moods import Mood
from integrations.pretend_hospital.opening import DUTIES, open_hospital
from ledger.kinds.words import Role
from tests.support.house import Client, RunningHouse
from tests.support.referring import CLINIC, COUNTY, COUNTY2, desk, refer
from tests.support.scenes import crew_of, machine, open_incident, reach, send, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITY = "WZ-H1"
FAST = 200.0


@asynccontextmanager
async def hospital(
    house: RunningHouse, code: str, mood: Mood, role: Role = Role.REFERRAL_OFFICE, speed: float = FAST
) -> AsyncIterator[Hospital]:
    """This facility's own system, in this mood, with a token of its own."""
    client, _ = await machine(house, role, id_of("organisation", code))
    token = client.session.headers["Authorization"].removeprefix("Bearer ")
    found = Hospital(Api(house.base, token), DUTIES, mood=mood, seed=5, speed=speed)
    async with open_hospital(found):
        try:
            yield found
        finally:
            for known in (await client.get("/webhooks"))["webhooks"]:
                await client.post(f"/webhooks/{known['id']}/disable")


@dataclass(frozen=True)
class Scene:
    """A patient aboard whom the crew brings to the city's hospital."""

    dispatcher: Client
    crew: Client
    sent: Any
    case_id: str


async def brought(house: RunningHouse) -> Scene:
    """The best unit has the patient, and the crew has chosen where to."""
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house, 1, complaint="胸痛，大汗")
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    await reach(crew, sent, "depart", "arrive", "patient-contact", "load", "transport")
    case = await crew.post(f"/assignments/{sent['id']}/patients", {"command_id": "p", "name": "张三"})
    body = {"facility_id": str(id_of("organisation", CITY))}
    await crew.post(f"/cases/{case['id']}/destination", body)
    return Scene(dispatcher, crew, sent, case["id"])


async def notice_of(client: Client, case_id: str, field: str) -> Any:
    """The notice of a case, once this field of it is set."""

    async def look() -> Any:
        found = (await client.get("/inbound", done="true"))["notices"]
        return next((one for one in found if one["case_id"] == case_id and one[field]), None)

    return await until(look, 20)


async def test_a_prompt_hospital_hears_of_a_patient_and_signs_for_them(town: RunningHouse) -> None:
    async with hospital(town, CITY, Mood.PROMPT, Role.INTEGRATION) as found:
        scene = await brought(town)
        heard = await notice_of(scene.crew, scene.case_id, "acknowledged_at")
        assert heard["strain_code"] is None
        await reach(scene.crew, scene.sent, "at-hospital", before=2)
        signed = await notice_of(scene.crew, scene.case_id, "facility_signed")
        assert signed["facility_signed"]["organisation_id"] == str(id_of("organisation", CITY))
        assert found.door.refused == 0
        facilities = (await scene.dispatcher.get("/facilities"))["facilities"]
        mine = next(one for one in facilities if one["organisation"]["code"] == CITY)
        assert {one["service"]: one["state"] for one in mine["services"]}["icu"] == "open"


async def test_a_strained_hospital_says_so_and_refuses_nobody(town: RunningHouse) -> None:
    async with hospital(town, CITY, Mood.STRAINED, Role.INTEGRATION):
        scene = await brought(town)
        heard = await notice_of(scene.crew, scene.case_id, "strain_code")
        assert heard["strain_code"] == "emergency-room-full"
        assert "patient-handed-over" not in heard["state"]


async def test_a_silent_hospital_is_told_and_says_nothing(town: RunningHouse) -> None:
    async with hospital(town, CITY, Mood.SILENT, Role.INTEGRATION) as found:
        scene = await brought(town)
        await until(_taken(found, 1))
        await asyncio.sleep(0.5)
        notice = await notice_of(scene.crew, scene.case_id, "sent_at")
        assert notice["acknowledged_at"] is None
        assert [path for path in found.done if "capacity" not in path] == []


async def test_a_hospital_that_is_down_is_tried_again_and_catches_up_when_it_is_back(
    town: RunningHouse,
) -> None:
    async with hospital(town, CITY, Mood.DOWN, Role.INTEGRATION) as found:
        scene = await brought(town)
        await asyncio.sleep(1)
        assert found.door.taken == 0
        found.mood = Mood.PROMPT
        heard = await notice_of(scene.crew, scene.case_id, "acknowledged_at")
        assert heard["acknowledged_at"] is not None
        assert found.door.taken >= 1


async def test_a_hospital_that_opens_late_takes_up_what_is_open(town: RunningHouse) -> None:
    scene = await brought(town)
    clinic = await desk(town, CLINIC)
    up = await refer(clinic, COUNTY2)
    await town.settled()
    async with hospital(town, CITY, Mood.PROMPT, Role.INTEGRATION):
        await notice_of(scene.crew, scene.case_id, "acknowledged_at")
    async with hospital(town, COUNTY2, Mood.PROMPT, Role.INTEGRATION):
        await referral_in(clinic, up["id"], "accepted")


async def referral_in(client: Client, referral_id: str, *states: str) -> Any:
    """The referral, once it stands in one of these states."""

    async def look() -> Any:
        found = await client.get(f"/referrals/{referral_id}")
        return found if found["state"] in states else None

    return await until(look, 20)


async def test_up_to_the_county_and_down_again_without_a_person(town: RunningHouse) -> None:
    """The county's system accepts, tells the outcome and refers down; the clinic's accepts and visits."""
    clinic, county = await desk(town, CLINIC), await desk(town, COUNTY)
    async with hospital(town, COUNTY, Mood.PROMPT), hospital(town, CLINIC, Mood.PROMPT):
        up = await refer(clinic, COUNTY)
        taken = await referral_in(clinic, up["id"], "accepted")
        assert taken["offers"][0]["bed"] == "3-12"
        await county.post(f"/referrals/{up['id']}/arrived")
        ended = await referral_in(clinic, up["id"], "closed")
        assert ended["outcome"]["outcome"] == "treated-and-discharged"
        assert ended["end_code"] == "referred-down"
        sent = (await county.get("/referrals", mine="sent", open="false"))["referrals"]
        down = next(found for found in sent if found["based_on"] == up["id"])
        home = await referral_in(clinic, down["id"], "closed")
        assert home["end_code"] == "completed"
        assert home["followup"]["visits"][0]["way"] == "home"


async def test_one_that_declines_late_makes_the_next_one_be_asked(town: RunningHouse) -> None:
    clinic = await desk(town, CLINIC)
    async with (
        hospital(town, COUNTY, Mood.DECLINES_LATE, Role.INTEGRATION),
        hospital(town, COUNTY2, Mood.PROMPT, Role.INTEGRATION),
    ):
        up = await refer(clinic, COUNTY, COUNTY2)
        found = await referral_in(clinic, up["id"], "accepted")
    first, second = sorted(found["offers"], key=lambda offer: offer["made_at"])
    assert (first["state"], first["code"]) == ("declined", "no-specialist")
    assert first["advice"]
    assert second["state"] == "accepted"


async def test_a_second_start_turns_the_secret_of_the_first(town: RunningHouse) -> None:
    client, _ = await machine(town, Role.INTEGRATION, id_of("organisation", COUNTY2))
    token = client.session.headers["Authorization"].removeprefix("Bearer ")
    secrets = []
    for _ in range(2):
        found = Hospital(Api(town.base, token), DUTIES, mood=Mood.SILENT)
        async with open_hospital(found, url="http://127.0.0.1:9/webhook"):
            secrets.append(found.door.secret)
    known = [one for one in (await client.get("/webhooks"))["webhooks"] if one["url"].endswith(":9/webhook")]
    assert len(known) == 1
    assert [change["change"] for change in known[0]["changes"]] == ["registered", "rotated"]
    assert secrets[0] != secrets[1]


def _taken(found: Hospital, count: int) -> Any:
    async def look() -> bool:
        return found.door.taken >= count

    return look
