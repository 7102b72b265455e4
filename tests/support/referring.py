"""Scenes of referrals: a clinic, the hospitals above it, an offer found and answered."""

from typing import Any
from uuid import uuid4

from app.commands import Rebuild, perform
from app.enrol import id_of
from ledger.rebuild import RebuildReport
from tests.support.house import Client, RunningHouse
from tests.support.live import replayed

CLINIC, COUNTY, COUNTY2, COUNTY3, CITY = "TC-450422112", "TX-H1", "TX-H2", "TX-H3", "WZ-H1"


def facility(code: str) -> str:
    """The id of an organisation of the seed."""
    return str(id_of("organisation", code))


async def desk(house: RunningHouse, code: str) -> Client:
    """The desk of a facility or office, signed in."""
    return await house.sign_in(f"desk-{code}")


def wish(*candidates: str, **changes: Any) -> dict[str, Any]:
    """A referral up by ambulance, for a patient whom nobody knows yet."""
    body = {
        "command_id": uuid4().hex,
        "patient": {"label": "A", "name": "黄某", "age_years": 66, "complaint": "胸痛"},
        "direction": "up",
        "urgency": "emergency",
        "candidates": [facility(code) for code in candidates or (COUNTY,)],
        "reason": "持续胸痛，心电图异常",
        "diagnosis": "急性胸痛",
        "department": "emergency",
        "callback": "13900000000",
    }
    return body | changes


async def refer(clinic: Client, *candidates: str, **changes: Any) -> Any:
    """The fresh referral."""
    return await clinic.post("/referrals", wish(*candidates, **changes))


async def offered(client: Client, referral: Any) -> Any:
    """The offer that this facility sees of the referral: its own newest."""
    return (await client.get(f"/referrals/{referral['id']}"))["offers"][-1]


async def answer(client: Client, offer: Any, command: str, *, expect: int = 200, **body: Any) -> Any:
    """What an answer to an offer answers."""
    return await client.post(f"/offers/{offer['id']}/{command}", body, expect=expect)


async def accept(client: Client, referral: Any, *, expect: int = 200, **body: Any) -> Any:
    """The facility takes the patient."""
    found = await offered(client, referral)
    return await answer(client, found, "accept", expect=expect, **{"department": "心内科", **body})


async def told(client: Client, house: RunningHouse, case_id: str, kind: str = "") -> list[Any]:
    """The entries of a case that this client is told, of kinds that begin so."""
    await house.settled()
    entries = [e for e in await replayed(client) if e["stream_id"] == case_id]
    return [entry for entry in entries if entry["said"]["kind"].startswith(kind)]


async def sound(house: RunningHouse) -> bool:
    """Whether a rebuild finds what is there."""
    report = await perform(house.house.storage, Rebuild(), lambda stage, done, total: None)
    assert isinstance(report, RebuildReport)
    return report.sound
