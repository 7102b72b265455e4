"""Two dispatchers send the same unit in the same instant: the database lets exactly one of them."""

import asyncio
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, func, select

from app.commands import Rebuild, perform
from app.enrol import id_of
from dispatch.tables import assignment
from tests.support.house import API, Client, RunningHouse
from tests.support.scenes import open_incident

ROUNDS = 200


async def send(dispatcher: Client, incident: Any, unit_id: str) -> tuple[int, Any]:
    """The status and the answer, whatever they are."""
    address = f"{dispatcher.base}{API}/incidents/{incident['id']}/assignments"
    headers = {"Idempotency-Key": uuid4().hex}
    async with dispatcher.session.post(
        address, json={"units": [{"unit_id": unit_id}]}, headers=headers
    ) as response:
        return response.status, await response.json(content_type=None)


def busy(connection: Connection) -> int:
    """How many assignments keep a unit busy."""
    counted = select(func.count()).where(assignment.c.busy_unit_id.is_not(None))
    return connection.scalar(counted) or 0


async def test_of_two_dispatchers_who_send_one_unit_exactly_one_wins(house: RunningHouse) -> None:
    desks = [await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")]
    incidents = [await open_incident(desk, house, station) for station, desk in enumerate(desks)]
    units = [str(id_of("unit", unit.call_sign)) for unit in house.seed.units]
    wins = [0, 0]
    for number in range(ROUNDS):
        unit_id = units[number % len(units)]
        # Now and then both work on the same incident.
        here = incidents if number % 4 else [incidents[0], incidents[0]]
        answers = await asyncio.gather(*(send(desks[i], here[i], unit_id) for i in (0, 1)))
        assert sorted(status for status, _ in answers) == [200, 409], answers
        winner = [status for status, _ in answers].index(200)
        wins[winner] += 1
        lost = answers[1 - winner][1]
        assert lost["code"] == "unit-already-sent"
        fresh = lost["candidates"]
        assert fresh["incident_id"] == here[1 - winner]["id"]
        assert unit_id not in [found["unit_id"] for found in fresh["ranking"]["candidates"]]
        assert await house.house.storage.read(busy) == 1
        order = answers[winner][1]["assignments"][0]["id"]
        await desks[winner].post(f"/assignments/{order}/take-back")
    assert await house.house.storage.read(busy) == 0
    sent = await house.house.storage.read(lambda c: c.scalar(select(func.count()).select_from(assignment)))
    assert sent == sum(wins) == ROUNDS
    report = await perform(house.house.storage, Rebuild(), lambda stage, done, total: None)
    assert report.sound, report
