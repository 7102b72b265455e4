"""Those around the lines that are cut: the living demo, which can be made to hold its breath, and one who asks."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp

from app.demo.companion import company
from app.demo.seed import PrefectureSeed
from tests.support.house import Client
from tests.support.scenes import unit_id, until

ARRIVE_WITHIN_S = 60.0
SETTLED_S = 0.3


class People:
    """The demo's people, a process of their own as `jiuhu serve --demo` has them."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def stop(self) -> None:
        """Nobody moves."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def arrived(self, asker: "Asker") -> None:
        """They have seen who sits where, and the first of them has rung."""

        async def rings() -> bool:
            return bool((await asker.get("/rings"))["rings"])

        await until(rings, ARRIVE_WITHIN_S)


@asynccontextmanager
async def living(base: str, data: Path, speed: float) -> AsyncIterator[People]:
    """People at work while the block runs."""
    async with company(base, data, speed, log=asyncio.subprocess.DEVNULL) as process:
        people = People(process)
        try:
            yield people
        finally:
            people.go_on()


class Asker(Client):
    """A dispatcher at no console: asks by the service's own door, which is never cut."""

    def __init__(self, session: aiohttp.ClientSession, base: str, seed: PrefectureSeed) -> None:
        super().__init__(session, base)
        self._seed = seed
        self._notes = 0

    async def position(self) -> int:
        """The last position of the ledger."""
        async with self.session.get(f"{self.base}/api/v1/stream") as stream:
            async for line in stream.content:
                if line.startswith(b"id: "):
                    return int(line[4:])
        raise SystemExit("the stream says nothing")

    async def settled(self) -> None:
        """Nothing has been said for a moment: what was begun before the people stopped is over."""
        before = -1
        while (now := await self.position()) != before:
            before = now
            await asyncio.sleep(SETTLED_S)

    async def open_incidents(self) -> list[Any]:
        """Those that somebody works on, and those that wait."""
        found: list[Any] = []
        for state in ("open", "held"):
            before = ""
            while True:
                page = await self.get("/incidents", state=state, limit="500", before=before)
                found += page["incidents"]
                if not (before := page["next"] or ""):
                    break
        return found

    async def take_call(self, station: int) -> Any:  # noqa: ANN401
        """The incident of a call from beside this station."""
        at = self._seed.stations[station]
        pin = {
            "kind": "point",
            "source": "aml",
            "lon": at.lon + 0.01,
            "lat": at.lat + 0.004,
            "datum": "wgs84",
        }
        body = {
            "source": "120",
            "callback": "13977491234",
            "complaint": "胸痛",
            "evidence": [pin | {"radius_m": 20}],
        }
        return (await self.post("/calls", body))["incident"]

    async def held_incident(self) -> Any:  # noqa: ANN401
        """One that waits for hours, and that nobody sends to."""
        incident = await self.take_call(0)
        body = {"reason": "等待复核", "remind_in_s": 86_400}
        return await self.post(f"/incidents/{incident['id']}/hold", body)

    async def note(self, incident_id: str) -> None:
        """One more entry of this incident."""
        self._notes += 1
        body = {"priority": ("P2", "P3")[self._notes % 2], "reason": f"复核 {self._notes}"}
        await self.post(f"/incidents/{incident_id}/priority", body)

    async def order(self, unit: str, station: int) -> tuple[Any, Any]:
        """This unit is sent to a fresh incident beside the station: incident and assignment."""
        incident = await self.take_call(station)
        sent = await self.post(f"/incidents/{incident['id']}/assignments", {"units": [{"unit_id": unit}]})
        return incident, sent["assignments"][0]

    def unit_of(self, station: int) -> tuple[str, str]:
        """The first unit of this station, and the account of its crew."""
        code = self._seed.stations[station].code
        number, unit = next((i, u) for i, u in enumerate(self._seed.units, start=1) if u.station == code)
        return unit_id(unit.call_sign), f"crew-{number}"


@asynccontextmanager
async def asking(base: str, password: str, seed: PrefectureSeed) -> AsyncIterator[Asker]:
    """Signed in as the centre's dispatcher, following nothing: the demo's people stay at their desks."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        asker = Asker(session, base, seed)
        await asker.post("/session", {"login": "dispatcher", "password": password}, key=uuid4().hex)
        yield asker
