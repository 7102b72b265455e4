"""What was decided stays decided: replaced places, replaced hospitals, events that are the desk's own."""

from datetime import UTC, datetime
from typing import Any

from tests.journeys.test_emergency import take_call
from tests.support.house import Client, RunningHouse


async def sent(house: RunningHouse) -> tuple[Client, Client, str, Any]:
    """A dispatcher, a crew, the incident's path and the order."""
    dispatcher = await house.sign_in("dispatcher")
    path = f"/incidents/{(await take_call(dispatcher, house))['incident']['id']}"
    unit = (await dispatcher.get(f"{path}/candidates"))["ranking"]["candidates"][0]
    order = await dispatcher.post(f"{path}/assignments", {"units": [{"unit_id": unit["unit_id"]}]})
    number = 1 + [found.call_sign for found in house.seed.units].index(unit["call_sign"])
    return dispatcher, await house.sign_in(f"crew-{number}"), path, order["assignments"][0]


async def test_a_point_that_was_corrected_does_not_come_back(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    path = f"/incidents/{(await take_call(dispatcher, house))['incident']['id']}"
    first, second = house.seed.stations[0], house.seed.stations[1]
    for place in (first, second):
        body = {"lon": place.lon, "lat": place.lat, "datum": "wgs84"}
        await dispatcher.post(f"{path}/place", body)
    pin = {"kind": "point", "source": "aml", "lon": second.lon, "lat": second.lat, "datum": "wgs84"}
    found = await dispatcher.post(f"{path}/evidence", {"evidence": [pin]})
    lon, lat = found["estimate"]["best"]
    assert abs(lon - second.lon) < 0.001
    assert abs(lat - second.lat) < 0.001


async def test_the_field_cannot_report_what_the_desk_decides(house: RunningHouse) -> None:
    dispatcher, _, _, order = await sent(house)
    now = datetime.now(UTC).isoformat()
    stamps = [{"command_id": e, "event": e, "at": now} for e in ("call", "taken-back", "cancelled", "bumped")]
    answer = await dispatcher.post(f"/assignments/{order['id']}/stamps", {"stamps": stamps})
    assert {result["reason"]["code"] for result in answer["results"]} == {"event-not-reportable"}
    assert answer["assignment"]["state"] == "DSP"


async def test_a_hospital_that_was_replaced_reads_no_further(house: RunningHouse) -> None:
    dispatcher, crew, _, order = await sent(house)
    case = await crew.post(f"/assignments/{order['id']}/patients", {"command_id": "p"})
    houses = (await dispatcher.get("/organisations"))["organisations"]
    # The crew's own organisation may be a hospital: it keeps its part in the case.
    others = [found for found in houses if found["id"] != order["organisation_id"]]
    first, second = [found for found in others if found["kind"] == "county-hospital"][:2]
    desk = await house.sign_in(f"desk-{first['code']}")
    await crew.post(f"/cases/{case['id']}/destination", {"facility_id": first["id"]})
    await desk.get(f"/cases/{case['id']}")
    await crew.post(f"/cases/{case['id']}/destination", {"facility_id": second["id"]})
    await desk.get(f"/cases/{case['id']}", expect=404)
    assert (await desk.get("/cases"))["cases"] == []


async def test_answers_that_contradict_a_priority_set_by_hand_are_said(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    path = f"/incidents/{(await take_call(dispatcher, house))['incident']['id']}"
    await dispatcher.post(f"{path}/priority", {"priority": "P3", "reason": "known caller"})
    answers = {"conscious": "no", "breathing": "no"}
    body = {"complaint": "unconscious", "answers": answers}
    found = (await dispatcher.post(f"{path}/answers", body))["incident"]
    assert (found["priority"], found["advised_priority"]) == ("P3", "P1")
