"""Every projection follows from the ledger: after hundreds of scripted incidents a rebuild finds what is there."""

import asyncio
from typing import Any

from sqlalchemy import Connection, func, select, update

from app.commands import Rebuild, perform
from dispatch.tables import call, incident
from ledger.rebuild import RebuildReport
from ledger.tables import entry
from tests.support.house import Client, RunningHouse
from tests.support.script import Teller, shares

INCIDENTS = {"sqlite": 500, "postgresql": 250}
"""The projectors are the same; on PostgreSQL it is the dialect that is tried."""

TELLERS = 8
PARTS = 2


async def rebuilt(house: RunningHouse) -> RebuildReport:
    """`jiuhu db rebuild`, on the storage of the running service as its socket would do it."""
    report = await perform(house.house.storage, Rebuild(), lambda stage, done, total: None)
    assert isinstance(report, RebuildReport)
    return report


async def entries(house: RunningHouse) -> int:
    counted = select(func.count()).select_from(entry)
    return await house.house.storage.read(lambda connection: connection.scalar(counted) or 0)


async def tell(dispatcher: Client, house: RunningHouse, incidents: int, first: int = 0) -> list[Teller]:
    async def post(path: str, body: Any) -> Any:
        return await dispatcher.post(path, body)

    units = shares(house.seed, TELLERS)
    tellers = [Teller(post, house.seed, units[i], first + i, hurried=False) for i in range(TELLERS)]

    async def play(teller: Teller) -> None:
        while sum(found.told for found in tellers) < incidents:
            await teller.tell()

    async with asyncio.TaskGroup() as tasks:
        for teller in tellers:
            tasks.create_task(play(teller))
    return tellers


async def test_a_rebuild_after_hundreds_of_incidents_finds_no_difference_and_no_gap(
    house: RunningHouse,
) -> None:
    dispatcher = await house.sign_in("dispatcher")
    calls, incidents = 0, INCIDENTS[house.house.storage.dialect]
    for part in range(PARTS):
        telling = asyncio.create_task(tell(dispatcher, house, incidents // PARTS, first=part * TELLERS))
        await asyncio.wait([telling], timeout=3)
        # Desks, reactions and deadlines go on; the rebuild sees one instant of them.
        report = await rebuilt(house)
        assert report.sound, report
        calls += sum(len(teller.calls) for teller in await telling)
    await house.settled()
    before = await entries(house)
    report = await rebuilt(house)
    assert report.sound, report
    assert report.rows["call"] == calls
    assert report.rows["incident"] >= incidents
    # A deadline may run out while the rebuild reads: it has all that was there, and nothing that never was.
    assert before <= report.entries <= await entries(house)


async def test_a_rebuild_finds_a_row_that_somebody_changed(house: RunningHouse) -> None:
    await tell(await house.sign_in("dispatcher"), house, TELLERS)
    await house.settled()

    def plant(connection: Connection) -> str:
        changed = connection.scalars(select(incident.c.id).limit(1)).one()
        connection.execute(update(incident).where(incident.c.id == changed).values(address="elsewhere"))
        connection.execute(update(call).where(call.c.incident_id == changed).values(callback="110"))
        return str(changed)

    planted = await house.house.storage.write(plant)
    report = await rebuilt(house)
    assert {found.table for found in report.differences} == {"incident", "call"}
    assert any(planted in found.key for found in report.differences)
