"""One emergency from ring to the crew's arrival and on to the patient, through the public API, on both databases.

On the demo prefecture always, and on Andorra's real roads where the extract is at hand.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support import prefecture
from tests.support.house import Client, RunningHouse, running_house

PLACES = {"demo": prefecture.small}
if prefecture.ANDORRA.exists():
    PLACES["andorra"] = prefecture.andorra


@pytest.fixture(params=list(PLACES))
async def house(request: pytest.FixtureRequest, database: str, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """The service on each of these roads."""
    folder = PLACES[request.param]()
    async with running_house(prefecture.config(folder, tmp_path, database)) as found:
        yield found


def ago(seconds: float) -> str:
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat()


async def take_call(dispatcher: Client, house: RunningHouse, **changes: Any) -> Any:
    """A call with a pin near the first station."""
    station = house.seed.stations[0]
    body = {
        "source": "120",
        "callback": "13900000000",
        "spoken_address": station.name_zh,
        "complaint": "老人突然倒地，叫不醒",
        "patients": 1,
        "age_years": 71,
        "sex": "male",
        "evidence": [
            {
                "kind": "point",
                "source": "aml",
                "lon": station.lon + 0.01,
                "lat": station.lat + 0.004,
                "datum": "wgs84",
                "radius_m": 20,
            }
        ],
    }
    return await dispatcher.post("/calls", body | changes)


async def test_from_ring_to_patient(house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher")
    taken = await take_call(dispatcher, house)
    incident = taken["incident"]
    path = f"/incidents/{incident['id']}"
    assert incident["priority"] == "P2"
    assert incident["priority_known"] is False
    assert incident["estimate"]["best"] is not None
    assert incident["area"]["code"]

    asked = await dispatcher.get(f"{path}/questions")
    assert [q["id"] for q in asked["questions"]][:2] == ["conscious", "breathing"]
    answered = await dispatcher.post(
        f"{path}/answers",
        {"complaint": asked["complaint"], "answers": {"conscious": "no", "breathing": "no"}},
    )
    assert answered["assessment"]["offer_unit_now"] is True
    assert "compressions" in [advice["code"] for advice in answered["assessment"]["advice"]]
    assert answered["incident"]["priority"] == "P1"

    ranked = await dispatcher.get(f"{path}/candidates")
    best = ranked["ranking"]["candidates"][0]
    assert best["eta_s"] > 0
    assert best["reasons"]
    sent = await dispatcher.post(f"{path}/assignments", {"units": [{"unit_id": best["unit_id"]}]})
    assignment = sent["assignments"][0]
    assert assignment["state"] == "DSP"

    crew_number = 1 + [unit.call_sign for unit in house.seed.units].index(best["call_sign"])
    crew = await house.sign_in(f"crew-{crew_number}")
    route = await crew.get(f"/assignments/{assignment['id']}/route")
    assert route["length_m"] > 0
    assert len(route["line"]) > 1
    stamps = [("acknowledge", 50), ("depart", 40), ("arrive", 20), ("patient-contact", 10)]
    answer = await crew.post(
        f"/assignments/{assignment['id']}/stamps",
        {"stamps": [{"command_id": name, "event": name, "at": ago(s)} for name, s in stamps]},
    )
    assert [result["outcome"] for result in answer["results"]] == ["applied"] * 4
    assert answer["assignment"]["state"] == "PTC"

    case = await crew.post(
        f"/assignments/{assignment['id']}/patients", {"command_id": "p1", "age_years": 71, "sex": "male"}
    )
    taken_vitals = await crew.post(
        f"/cases/{case['id']}/vitals",
        {"command_id": "v1", "vitals": {"measured_at": ago(5), "heart_rate_per_min": 0, "spo2_percent": 70}},
    )
    assert taken_vitals["vitals"][0]["spo2_percent"] == 70

    seen = await dispatcher.get(path)
    assert seen["cases"] == [case["id"]]
    assert seen["assignments"][0]["state"] == "PTC"
