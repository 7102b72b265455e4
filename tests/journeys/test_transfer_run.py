"""An accepted referral becomes a run: it stands in the queue, its crew knows the patient, and nobody else does."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from app.commands import Rebuild, perform
from app.enrol import id_of
from dispatch.reactions.transfers import open_transfers
from ledger.ids import new_id
from ledger.kinds.base import Act
from ledger.kinds.case import Patient
from ledger.kinds.referral import (
    CaseClosed,
    FacilityOpenedCase,
    OfferAccepted,
    OfferMade,
    ReferralRequested,
    TransportRequested,
)
from ledger.kinds.words import Capability, Direction, Role, Sex, Source, Urgency
from tests.support.house import Client, RunningHouse
from tests.support.scenes import ago, crew_of, machine, reach, said, send, units_at, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLINIC, HOSPITAL = "TC-450422106", "WZ-H1"


async def request_transport(town: RunningHouse, urgency: Urgency = Urgency.EMERGENCY) -> UUID:
    """What referrals says when a hospital accepted a clinic's patient who must be brought by ambulance."""
    book, now = town.house.book, town.house.desk.clock.now()
    case_id, referral_id, offer_id = new_id(now), uuid4(), uuid4()
    here, there = id_of("organisation", CLINIC), id_of("organisation", HOSPITAL)
    patient = Patient(label="P", name="李四", age_years=67, sex=Sex.MALE, complaint="胸痛两小时")

    def act(organisation_id: UUID) -> Act:
        return Act(
            actor_id=uuid4(),
            organisation_id=organisation_id,
            role=Role.HOSPITAL_DESK,
            at=now,
            recorded_at=now,
            source=Source.APP,
        )

    requested = ReferralRequested(
        referral_id=referral_id,
        code="R" + referral_id.hex[:5].upper(),
        centre_id=id_of("organisation", "WZ-120"),
        direction=Direction.UP,
        urgency=urgency,
        from_facility_id=here,
        candidates=(there,),
        parallel=False,
        reason="本院无导管室",
        diagnosis="急性心肌梗死",
        capabilities=(Capability.DEFIBRILLATOR,),
        callback="0774-1234567",
    )
    made = OfferMade(
        referral_id=referral_id,
        offer_id=offer_id,
        facility_id=there,
        acknowledge_by=now + timedelta(minutes=2),
        answer_by=now + timedelta(minutes=5),
        told_organisation_id=here,
        told_role=Role.HOSPITAL_DESK,
    )
    accepted = OfferAccepted(
        referral_id=referral_id,
        offer_id=offer_id,
        facility_id=there,
        department="心内科",
        hold_until=now + timedelta(hours=2),
    )
    transport = TransportRequested(
        referral_id=referral_id,
        from_facility_id=here,
        to_facility_id=there,
        urgency=urgency,
        capabilities=(Capability.DEFIBRILLATOR,),
    )

    def work(connection: Connection) -> None:
        book.open_case(connection, case_id, act(here))
        for fact in (FacilityOpenedCase(patient=patient, facility_id=here), requested, made):
            book.append(connection, case_id, fact, act(here))
        book.append(connection, case_id, accepted, act(there))
        book.append(connection, case_id, transport, act(there))

    await town.house.storage.write(work)
    return case_id


async def transfer(town: RunningHouse, dispatcher: Client, case_id: UUID) -> Any:
    """The incident of the run, as soon as it stands in the queue."""

    async def found() -> Any:
        cases = (await dispatcher.get("/cases"))["cases"]
        mine = next((case for case in cases if case["id"] == str(case_id)), None)
        wanted = None if mine is None else mine["incident_id"]
        return wanted and await dispatcher.get(f"/incidents/{wanted}")

    return await until(found)


async def test_a_transfer_is_an_incident_at_the_facility_with_the_words_of_the_referral(
    town: RunningHouse,
) -> None:
    dispatcher = await town.sign_in("dispatcher")
    case_id = await request_transport(town)
    incident = await transfer(town, dispatcher, case_id)
    clinic = next(found for found in town.seed.organisations if found.code == CLINIC)
    assert (incident["priority"], incident["state"]) == ("P1", "open")
    assert incident["capabilities"] == ["defibrillator"]
    assert incident["address"] == clinic.name_zh
    assert incident["estimate"]["best"] == pytest.approx([clinic.lon, clinic.lat], abs=1e-3)
    assert "急性心肌梗死" in incident["complaint"]
    assert "李四" not in str(incident)
    (call,) = incident["calls"]
    assert (call["source"], call["callback"]) == ("transfer", "0774-1234567")
    listed = (await dispatcher.get("/incidents"))["incidents"]
    assert incident["id"] in [found["id"] for found in listed]
    case = await dispatcher.get(f"/cases/{case_id}")
    assert case["destination_id"] == str(id_of("organisation", HOSPITAL))
    chosen = await case_entries(dispatcher, case_id, "case.destination-chosen")
    assert chosen[0]["act"]["organisation_id"] == str(id_of("organisation", HOSPITAL))
    await dispatcher.post(f"/incidents/{incident['id']}/close", {"code": "caller-withdrew"})


async def case_entries(client: Client, case_id: UUID, kind: str) -> list[Any]:
    entries = (await client.get(f"/cases/{case_id}/entries"))["entries"]
    return [entry for entry in entries if entry["said"]["kind"].startswith(kind)]


async def test_seeing_the_request_again_opens_nothing(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    case_id = await request_transport(town, Urgency.ROUTINE)
    incident = await transfer(town, dispatcher, case_id)
    assert incident["priority"] == "P3"
    house = town.house
    entries = await house.storage.read(lambda connection: house.book.read(connection, case_id))
    await open_transfers(house.desk, entries)
    assert len(await case_entries(dispatcher, case_id, "case.joined-incident")) == 1
    assert len(await said(dispatcher, incident, "incident.opened")) == 1
    await dispatcher.post(f"/incidents/{incident['id']}/close", {"code": "caller-withdrew"})


async def test_the_crew_that_is_sent_knows_the_patient_and_others_do_not(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    case_id = await request_transport(town)
    incident = await transfer(town, dispatcher, case_id)
    mine, other = units_at(town, 6)[0], units_at(town, 8)[0]
    (sent,) = await send(dispatcher, incident, mine)
    crew = await crew_of(town, sent)
    listed = (await crew.get("/cases", incident_id=incident["id"]))["cases"]
    assert [case["id"] for case in listed] == [str(case_id)]
    assert (listed[0]["assignment_id"], listed[0]["patient"]["name"]) == (sent["id"], "李四")
    seen = (await crew.get(f"/incidents/{incident['id']}"))["assignments"][0]
    assert seen["destination"]["facility_id"] == str(id_of("organisation", HOSPITAL))
    vitals = {"command_id": "v1", "vitals": {"measured_at": ago(0), "heart_rate_per_min": 96}}
    assert len((await crew.post(f"/cases/{case_id}/vitals", vitals))["vitals"]) == 1
    clinic, _ = await machine(town, Role.CLINIC_DOCTOR, id_of("organisation", CLINIC))
    assert len((await clinic.get(f"/cases/{case_id}"))["vitals"]) == 1
    stranger, _ = await machine(town, Role.CREW, id_of("organisation", "WZ-HS"), UUID(other))
    await stranger.get(f"/cases/{case_id}", expect=404)

    # An order that came to nothing ends what the crew may read; the next one begins it for another crew.
    await dispatcher.post(f"/assignments/{sent['id']}/cancel", {"reason": "test"})
    await crew.get(f"/cases/{case_id}", expect=404)
    (again,) = await send(dispatcher, incident, other)
    assert (await stranger.get(f"/cases/{case_id}"))["assignment_id"] == again["id"]
    second = await crew_of(town, again)
    await reach(second, again, "depart", "arrive", "patient-contact", "load")

    async def to_hospital() -> bool:
        way = await second.get(f"/assignments/{again['id']}/route")
        return bool(way["target"] == "destination")

    await until(to_hospital)
    await reach(second, again, "transport", "at-hospital", "hand-over", "available", before=10)
    report = await perform(town.house.storage, Rebuild(), lambda stage, done, total: None)
    assert report.sound, report


async def test_a_closed_case_takes_no_destination(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    case_id = await request_transport(town)
    incident = await transfer(town, dispatcher, case_id)
    book, now = town.house.book, town.house.desk.clock.now()
    act = Act(
        actor_id=None,
        organisation_id=id_of("organisation", CLINIC),
        role=Role.SYSTEM,
        at=now,
        recorded_at=now,
        source=Source.SYSTEM,
    )
    await town.house.storage.write(
        lambda connection: book.append(connection, case_id, CaseClosed(code="completed"), act).id
    )
    case = await dispatcher.get(f"/cases/{case_id}")
    assert (case["end_code"], case["ended_at"] is not None) == ("completed", True)
    hospital = {"facility_id": str(id_of("organisation", HOSPITAL))}
    refused = await dispatcher.post(f"/cases/{case_id}/destination", hospital, expect=409)
    assert refused["code"] == "case-ended"
    await dispatcher.post(f"/incidents/{incident['id']}/close", {"code": "caller-withdrew"})
