"""Crews that drive the same road, and what reaches each of them when it is closed."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.demo.seed import PrefectureSeed
from benchmarks.closures_page import CrewPage, crew_page
from geo.errors import OffRoad
from geo.geodesy import distance_m
from geo.roads.closures import PlaceClosure
from geo.roads.speeds import Mode
from geo.roads.travel import TravelTimes
from geo.shapes import Position
from tests.support.crew_line import CrewDevice, crew_line
from tests.support.driving import CHANGED
from tests.support.house import Client
from tests.support.process import Service, sign_in
from tests.support.scenes import send, unit_id

APART_M = 15_000
RADIUS_M = 60
WITHIN_S = 20.0
QUIET_S = 0.3
"""What a round before left to do is not counted in the next."""

Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Told:
    """When a crew heard of a change of its way, and when it had the way itself."""

    closures: list[str]
    change_s: float
    way_s: float


@dataclass(frozen=True, slots=True)
class Crew:
    """A crew on its way: its client, its open line, its assignment."""

    client: Client
    line: CrewDevice
    assignment_id: str

    async def told(self) -> Told:
        """The next change of its way by a closure."""
        change = await self.line.wait_for(_is_closure, WITHIN_S)
        change_s = time.perf_counter()
        entry_id = change["data"]["id"]
        await self.line.wait_for(
            lambda found: found["type"] == "route" and found["route"]["changed_entry_id"] == entry_id,
            WITHIN_S,
        )
        return Told(change["data"]["said"]["closures"], change_s, time.perf_counter())

    async def way(self) -> Any:  # noqa: ANN401
        """The way that it has now."""
        return await self.client.get(f"/assignments/{self.assignment_id}/route")


def _is_closure(found: Any) -> bool:  # noqa: ANN401
    if not found.get("event", "").startswith(CHANGED):
        return False
    return bool(found["data"]["said"]["because"] == "closure")


class Scene:
    """Closes roads that every crew has ahead of it, and opens them again."""

    def __init__(self, dispatcher: Client, crews: list[Crew], roads: Path, page: CrewPage | None) -> None:
        self.crews = crews
        self._dispatcher = dispatcher
        self._roads = TravelTimes.load(roads)
        self._rng = random.Random(20250601)
        self._page = page

    async def close(self, number: int) -> dict[str, list[float]]:
        """From sending one closure: milliseconds by what reached whom. The road is open again afterwards."""
        lon, lat = self._shared([await crew.way() for crew in self.crews])
        reason = f"塌方 {number}"
        place = {"lon": lon, "lat": lat, "datum": "wgs84", "radius_m": RADIUS_M}
        drawn = None if self._page is None else asyncio.create_task(self._page.shows(reason))
        heard = [asyncio.create_task(crew.told()) for crew in self.crews]
        await asyncio.sleep(QUIET_S)
        sent_at, sent_s = time.time(), time.perf_counter()
        closed = await self._dispatcher.post("/closures", {"form": "place", "reason": reason, **place})
        found: dict[str, list[float]] = {"command answered": [_ms(sent_s, time.perf_counter())]}
        for task in heard:
            told = await task
            if told.closures != [closed["id"]]:
                raise SystemExit("a crew was told of another closure")
            found.setdefault("change heard", []).append(_ms(sent_s, told.change_s))
            found.setdefault("way there", []).append(_ms(sent_s, told.way_s))
        if drawn is not None and self._page is not None:
            shown = await drawn
            found["reason on the page"] = [_ms(sent_at, shown.reason_at)]
            found["way on the page"] = [_ms(sent_at, shown.way_at)]
            await self._page.acknowledge()
        await self._dispatcher.post(f"/closures/{closed['id']}/end")
        return found

    def _shared(self, ways: list[Any]) -> Corner:
        """A corner that all have ahead and can do without."""
        corners = [[(lon, lat) for lon, lat in way["line"]] for way in ways]
        inner = [set(line[len(line) // 10 : -len(line) // 5]) for line in corners]
        shared = sorted(set.intersection(*inner))
        self._rng.shuffle(shared)
        for corner in shared:
            self._roads.set_closures([PlaceClosure("c", Position(*corner), RADIUS_M)])
            if all(self._leads(line[0], line[-1]) for line in corners):
                return corner
        raise SystemExit("no road that all crews share can be closed")

    def _leads(self, start: Corner, end: Corner) -> bool:
        try:
            return self._roads.path(Position(*start), Position(*end), Mode.NORMAL) is not None
        except OffRoad:
            return False


def _ms(begin_s: float, end_s: float) -> float:
    return (end_s - begin_s) * 1000


@asynccontextmanager
async def on_the_way(
    service: Service, seed: PrefectureSeed, source: Path, count: int, *, page: bool
) -> AsyncIterator[Scene]:
    """So many crews near one station, each ordered to a place of its own near another one, their lines open."""
    home = seed.stations[0]
    far = [
        (distance_m(Position(home.lon, home.lat), Position(s.lon, s.lat)), i)
        for i, s in enumerate(seed.stations)
    ]
    goal = seed.stations[min((abs(metres - APART_M), i) for metres, i in far)[1]]
    async with AsyncExitStack() as stack:
        dispatcher = Client(await stack.enter_async_context(sign_in(service, "dispatcher")), service.base)
        shown = await stack.enter_async_context(crew_page(service.base, "crew-1")) if page else None
        crews = []
        for number, unit in enumerate(seed.units[:count]):
            session = await stack.enter_async_context(sign_in(service, f"crew-{number + 1}"))
            crew, shift = Client(session, service.base), (number % 7) * 0.0003
            identity = unit_id(unit.call_sign)
            fix = {"lon": home.lon + shift, "lat": home.lat, "datum": "wgs84", "accuracy_m": 5}
            fix["fixed_at"] = datetime.now(UTC).isoformat()
            await crew.post(f"/units/{identity}/positions", {"fixes": [fix]})
            pin = {
                "id": "p",
                "kind": "point",
                "source": "dispatcher",
                "lon": goal.lon - shift,
                "lat": goal.lat,
            }
            call = {"source": "120", "evidence": [{**pin, "datum": "wgs84"}]}
            incident = (await dispatcher.post("/calls", call))["incident"]
            (sent,) = await send(dispatcher, incident, identity)
            line = await stack.enter_async_context(crew_line(crew))
            await line.say("hello")
            await line.event("ready")
            crews.append(Crew(crew, line, sent["id"]))
        if shown is not None:
            await shown.set_out()
        yield Scene(dispatcher, crews, source / "roads", shown)
