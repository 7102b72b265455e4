"""kill -9 during a burst of calls, again and again: what was acknowledged is there once, and no stream has a gap.

Eight desks take calls, send units and report stamps at the same time; the service is killed at moments that a seeded
random chooses. Each desk sends what was not acknowledged again with the same key. A page follows the live stream
across all of it with Last-Event-ID.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from random import Random
from typing import Any
from uuid import uuid4

import aiohttp
import msgspec
from sqlalchemy import Connection, select

from app.commands import Rebuild, perform
from app.config import Config
from dispatch.tables import call, stamp
from ledger.rebuild import RebuildReport
from ledger.storage.open import open_storage
from ledger.tables import entry, once_table, stream
from tests.support.house import API
from tests.support.process import Service, nursery, prepare, sign_in
from tests.support.script import Teller, shares

KILLS = int(os.environ.get("JIUHU_KILLS", "25"))
"""On each database, so 50 in a run of all tests."""

DESKS = 8
LONGEST_S = 0.6


class Desk:
    """One desk's connection: it sends each command until it is acknowledged. `again` counts the repeats."""

    def __init__(self, service: Service, session: aiohttp.ClientSession) -> None:
        self.acknowledged: list[str] = []
        self.again = 0
        self._service = service
        self._session = session

    async def post(self, path: str, body: Any) -> Any:
        """The answer to a command that got through once."""
        key = uuid4().hex
        while True:
            await self._service.up.wait()
            address = self._service.base + API + path
            with suppress(aiohttp.ClientError):
                async with self._session.post(
                    address, json=body, headers={"Idempotency-Key": key}
                ) as response:
                    text = await response.text()
                    assert response.status == 200, f"{path}: {response.status} {text}"
                    self.acknowledged.append(key)
                    return msgspec.json.decode(text)
            self.again += 1
            await asyncio.sleep(0)


class Page:
    """A page that follows the live stream; it reconnects from the last id that it has seen whole."""

    def __init__(self, service: Service, session: aiohttp.ClientSession) -> None:
        self.seen: list[tuple[int, str]] = []
        self.last = 0
        self.connections = 0
        self._service = service
        self._session = session

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._service.up.wait()
            with suppress(aiohttp.ClientError):
                await self._follow()
            await asyncio.sleep(0)

    async def _follow(self) -> None:
        address = f"{self._service.base}{API}/stream"
        async with self._session.get(address, headers={"Last-Event-ID": str(self.last)}) as response:
            assert response.status == 200
            self.connections += 1
            fields: dict[str, str] = {}
            async for raw in response.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                    continue
                self._take(fields)
                fields = {}

    def _take(self, fields: dict[str, str]) -> None:
        assert fields.get("event") not in ("resync", "problem"), fields
        if fields.get("event") not in ("ready", "heartbeat", "positions", "changed", None):
            told = msgspec.json.decode(fields["data"])
            assert int(fields["id"]) == told["position"]
            self.seen.append((told["position"], told["id"]))
        if "id" in fields:
            self.last = int(fields["id"])

    async def reaches(self, position: int) -> None:
        """Wait until everything up to this position has come in."""
        async with asyncio.timeout(30):
            while self.last < position:
                await asyncio.sleep(0.02)


async def another(desks: Sequence[Desk]) -> None:
    """Wait until one more command has been acknowledged."""
    before = sum(len(desk.acknowledged) for desk in desks)
    async with asyncio.timeout(30):
        while sum(len(desk.acknowledged) for desk in desks) == before:
            await asyncio.sleep(0.005)


async def burst(service: Service, desks: Sequence[Desk], tellers: Sequence[Teller]) -> None:
    """Everybody works while the service is killed and started again; at the end everybody finishes his story."""
    stop = asyncio.Event()

    async def work(teller: Teller) -> None:
        while not stop.is_set():
            await teller.tell()

    random = Random(20261122)
    async with asyncio.TaskGroup() as tasks:
        for teller in tellers:
            tasks.create_task(work(teller))
        for number in range(KILLS):
            if number % 5:  # every fifth time it is killed while it still warms up
                await another(desks)
            await asyncio.sleep(random.uniform(0, LONGEST_S))
            await service.kill()
            await service.start()
        stop.set()


async def test_kill_9_during_a_burst_loses_nothing_and_doubles_nothing(config: Config) -> None:
    seed = await prepare(config)
    async with (
        nursery() as processes,
        processes.service(config) as service,
        sign_in(service, "dispatcher") as session,
    ):
        page = Page(service, session)
        following = asyncio.create_task(page.run())
        desks = [Desk(service, session) for _ in range(DESKS)]
        units = shares(seed, DESKS)
        tellers = [Teller(desks[i].post, seed, units[i], i, hurried=False) for i in range(DESKS)]
        await burst(service, desks, tellers)
        await page.reaches(await sequenced(session, service))
        following.cancel()
        await service.stop()

    acknowledged = [key for desk in desks for key in desk.acknowledged]
    calls = [call_id for teller in tellers for call_id in teller.calls]
    await check(config, acknowledged, calls, page)
    print(
        f"{KILLS} kills: {len(acknowledged)} commands acknowledged, {len(calls)} of them calls, "
        f"{sum(desk.again for desk in desks)} sent again, {len(page.seen)} entries, {page.connections} connections"
    )
    # A kill in the warm-up may come before the page is back; most of them must cut a stream that was open.
    assert page.connections > KILLS // 2


async def sequenced(session: aiohttp.ClientSession, service: Service) -> int:
    """The newest position, once no entry waits for one: the sequencer rests when two looks see the same."""
    async with asyncio.timeout(30):
        before = -1
        while True:
            async with session.get(f"{service.base}/metrics") as response:
                lines = (await response.text()).splitlines()
            now = next(
                int(float(line.split()[1])) for line in lines if line.startswith("jiuhu_ledger_position ")
            )
            if now == before:
                return now
            before = now
            await asyncio.sleep(1.5)


async def check(config: Config, acknowledged: list[str], calls: list[str], page: Page) -> None:
    """What the database holds is what was acknowledged, each once, without a gap."""
    storage = await open_storage(config.database)
    try:
        report = await perform(storage, Rebuild(), lambda stage, done, total: None)
        found = await storage.read(look)
    finally:
        await storage.close()
    assert isinstance(report, RebuildReport)
    assert report.sound, report
    keys, stored_calls, taken, stamps, entries, streams = found
    assert Counter(keys) == Counter(acknowledged)
    assert Counter(stored_calls) == Counter(calls) == Counter(taken)
    assert max(Counter(stamps).values(), default=1) == 1
    assert page.seen == entries
    assert [position for position, _ in entries] == list(range(1, len(entries) + 1))
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in streams.values())


def look(connection: Connection) -> tuple[Any, ...]:
    """Keys, calls, calls by their entries, stamps, entries by position, numbers by stream."""
    said = select(entry.c.id, entry.c.position, entry.c.stream_id, entry.c.number, entry.c.kind)
    rows = connection.execute(said.order_by(entry.c.position)).all()
    streams: dict[Any, list[int]] = {found: [] for found in connection.scalars(select(stream.c.id))}
    for row in rows:
        streams[row.stream_id].append(row.number)
    return (
        list(connection.scalars(select(once_table.c.key))),
        [str(found) for found in connection.scalars(select(call.c.id))],
        [
            str(found)
            for found in connection.scalars(select(call.c.id).join(entry, entry.c.id == call.c.entry_id))
        ],
        [tuple(row) for row in connection.execute(select(stamp.c.assignment_id, stamp.c.command_id))],
        [(row.position, str(row.id)) for row in rows],
        streams,
    )
