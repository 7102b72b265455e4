"""Scenes that tests of an emergency begin with: a call taken, a unit sent, a crew at work, a clock moved on."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from app.enrol import id_of
from ledger.kinds.words import Role
from tests.support.house import Client, RunningHouse
from web.identity import accounts

RUN = ("acknowledge", "depart", "arrive", "patient-contact", "load", "transport", "at-hospital", "hand-over")
"""A full run as a crew reports it, up to the handover."""


class MovedClock:
    """The machine's clock, which a test can move on."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def move_on(self, seconds: float) -> None:
        """From now on it is this much later."""
        self._ahead += timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def monotonic_s(self) -> float:
        return asyncio.get_running_loop().time() + self._ahead.total_seconds()


def ago(seconds: float, now: datetime | None = None) -> str:
    """An instant in the past, as it travels."""
    return ((now or datetime.now(UTC)) - timedelta(seconds=seconds)).isoformat()


def pin(house: RunningHouse, station: int = 0, **changes: Any) -> dict[str, Any]:
    """Point evidence a kilometre from the n-th station of the seed."""
    found = house.seed.stations[station]
    place = {"lon": found.lon + 0.01, "lat": found.lat + 0.004, "datum": "wgs84", "radius_m": 20}
    return {"kind": "point", "source": "aml", **place, **changes}


async def take_call(dispatcher: Client, house: RunningHouse, station: int = 0, **changes: Any) -> Any:
    """The answer to a call with a pin near a station, from a number that nobody else has."""
    body = {
        "source": "120",
        "callback": f"139{uuid4().int % 10**8:08}",
        "complaint": "老人突然倒地，叫不醒",
        "patients": 1,
        "evidence": [pin(house, station)],
    }
    return await dispatcher.post("/calls", body | changes)


async def open_incident(dispatcher: Client, house: RunningHouse, station: int = 0, **changes: Any) -> Any:
    """The incident of a fresh call."""
    return (await take_call(dispatcher, house, station, **changes))["incident"]


def unit_id(call_sign: str) -> str:
    return str(id_of("unit", call_sign))


def units_at(house: RunningHouse, station: int) -> list[str]:
    """The ids of the units of the n-th station of the seed."""
    code = house.seed.stations[station].code
    return [unit_id(unit.call_sign) for unit in house.seed.units if unit.station == code]


async def send(dispatcher: Client, incident: Any, *units: str, **options: Any) -> list[Any]:
    """The assignments of these units, or of the one that the ranking puts first."""
    path = f"/incidents/{incident['id']}"
    if not units:
        ranked = await dispatcher.get(f"{path}/candidates")
        units = (ranked["ranking"]["candidates"][0]["unit_id"],)
    body = {"units": [{"unit_id": unit} | options for unit in units]}
    sent = await dispatcher.post(f"{path}/assignments", body)
    assignments: list[Any] = sent["assignments"]
    return assignments


async def crew_of(house: RunningHouse, assignment: Any) -> Client:
    """The crew of the unit that was sent, signed in."""
    call_signs = [unit.call_sign for unit in house.seed.units]
    return await house.sign_in(f"crew-{1 + call_signs.index(assignment['call_sign'])}")


async def station_of(house: RunningHouse, assignment: Any) -> Client:
    """The desk of the station whose unit was sent, signed in."""
    home = next(unit.station for unit in house.seed.units if unit.call_sign == assignment["call_sign"])
    return await house.sign_in(f"station-{home}")


def stamp(event: str, at: str, **more: Any) -> dict[str, Any]:
    """One report; the device calls it after its event unless told otherwise."""
    return {"command_id": event, "event": event, "at": at, **more}


async def report(crew: Client, assignment: Any, *stamps: dict[str, Any], key: str | None = None) -> Any:
    """The answer to a queue of reports."""
    return await crew.post(f"/assignments/{assignment['id']}/stamps", {"stamps": list(stamps)}, key=key)


async def reach(crew: Client, assignment: Any, *events: str, before: float = 100) -> Any:
    """The assignment after these events, a second apart, the first of them so many seconds ago."""
    stamps = [stamp(event, ago(before - i)) for i, event in enumerate(events)]
    answer = await report(crew, assignment, *stamps)
    assert [result["outcome"] for result in answer["results"]] == ["applied"] * len(events)
    return answer["assignment"]


async def said(client: Client, incident: Any, kind: str = "") -> list[Any]:
    """The entries of an incident that begin with this kind."""
    entries = (await client.get(f"/incidents/{incident['id']}/entries"))["entries"]
    return [entry for entry in entries if entry["said"]["kind"].startswith(kind)]


async def until(found: Callable[[], Awaitable[Any]], seconds: float = 10) -> Any:
    """What `found` answers as soon as it is anything."""
    async with asyncio.timeout(seconds):
        while not (answer := await found()):
            await asyncio.sleep(0.02)
        return answer


async def machine(
    house: RunningHouse, role: Role, organisation_id: UUID, unit: UUID | None = None
) -> tuple[Client, UUID]:
    """A machine client made for the test, and its id."""
    new = accounts.Client(
        id=uuid4(),
        name=f"test {role}",
        role=role,
        organisation_id=organisation_id,
        unit_id=unit,
        created_at=datetime.now(UTC),
    )
    token = await house.house.storage.write(partial(accounts.add_client, new=new))
    return await house.with_token(token), new.id


def stamped(assignment: Any) -> list[tuple[str, str]]:
    """The valid stamps of an assignment as (event, time)."""
    return sorted((found["event"], found["at"]) for found in assignment["stamps"])


def names(problem: Any) -> list[str]:
    """The fields that a problem names."""
    return [error["field"] for error in problem["errors"]]


def without_instance(problem: Any) -> Any:
    """A problem without the id of its request."""
    return {name: value for name, value in problem.items() if name != "instance"}


def outcomes(answer: Any) -> Sequence[str]:
    return [result["outcome"] for result in answer["results"]]
