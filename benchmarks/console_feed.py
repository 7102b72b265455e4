"""A prefecture with far more ambulances than it has, and their positions, reported one by one as devices do it."""

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import aiohttp
import msgspec

from app.demo.prefecture.generate import SEED_FILE
from app.demo.seed import PrefectureSeed, UnitSeed, read_prefecture, write_prefecture
from app.enrol import id_of
from tests.support.house import API

AROUND_M = 4_000.0
"""How far from its station a unit drives about."""

AT_ONCE = 16
METRES_PER_DEGREE = 111_320.0


def crowd(source: Path, folder: Path, units: int) -> None:
    """Into `folder` the prefecture of `source`, with so many units in turn at its stations."""
    folder.mkdir()
    for entry in source.iterdir():
        if entry.name != SEED_FILE:
            (folder / entry.name).symlink_to(entry.resolve())
    seed = read_prefecture((source / SEED_FILE).read_bytes())
    more = [_another(seed, number) for number in range(len(seed.units), units)]
    crowded = msgspec.structs.replace(seed, units=(*seed.units, *more)[:units])
    write_prefecture(folder / SEED_FILE, crowded)


def _another(seed: PrefectureSeed, number: int) -> UnitSeed:
    model = seed.units[number % len(seed.units)]
    station = seed.stations[number % len(seed.stations)].code
    return msgspec.structs.replace(
        model, call_sign=f"梧急{9000 + number}", plate=f"桂D·1{number:04d}", station=station
    )


@dataclass(frozen=True, slots=True)
class Vehicle:
    """Where one is, and where it is heading."""

    id: UUID
    home: tuple[float, float]
    lon: float
    lat: float
    heading_deg: float
    speed_kmh: float

    def after(self, seconds_s: float, rng: random.Random) -> "Vehicle":
        """Driven on, with a bend; back towards its station when it has gone too far."""
        heading_deg = self.heading_deg + rng.uniform(-25, 25)
        east_m = (self.home[0] - self.lon) * METRES_PER_DEGREE * math.cos(math.radians(self.lat))
        north_m = (self.home[1] - self.lat) * METRES_PER_DEGREE
        if math.hypot(east_m, north_m) > AROUND_M:
            heading_deg = math.degrees(math.atan2(east_m, north_m))
        driven_m = self.speed_kmh / 3.6 * seconds_s
        angle = math.radians(heading_deg)
        lat = self.lat + driven_m * math.cos(angle) / METRES_PER_DEGREE
        lon = self.lon + driven_m * math.sin(angle) / METRES_PER_DEGREE / math.cos(math.radians(lat))
        return replace(self, lon=lon, lat=lat, heading_deg=heading_deg % 360)


class Feed:
    """All vehicles report in turn, each every `every_s` seconds. `sent` counts, `answered_ms` says how fast."""

    def __init__(
        self, session: aiohttp.ClientSession, base: str, seed: PrefectureSeed, every_s: float
    ) -> None:
        self.sent = 0
        self.answered_ms: list[float] = []
        self._session = session
        self._base = base
        self._every_s = every_s
        self._rng = random.Random(3)
        self._vehicles = [self._begin(seed, unit) for unit in seed.units]
        self._gate = asyncio.Semaphore(AT_ONCE)

    def _begin(self, seed: PrefectureSeed, unit: UnitSeed) -> Vehicle:
        station = next(found for found in seed.stations if found.code == unit.station)
        home = station.lon, station.lat
        begin = Vehicle(id_of("unit", unit.call_sign), home, *home, self._rng.uniform(0, 360), 50)
        return begin.after(self._rng.uniform(0, 250), self._rng)

    async def run(self) -> None:
        """Until cancelled."""
        gap_s = self._every_s / len(self._vehicles)
        due = time.perf_counter()
        async with asyncio.TaskGroup() as tasks:
            while True:
                for number, vehicle in enumerate(self._vehicles):
                    self._vehicles[number] = vehicle = vehicle.after(self._every_s, self._rng)
                    due += gap_s
                    await asyncio.sleep(max(0.0, due - time.perf_counter()))
                    await self._gate.acquire()
                    tasks.create_task(self._report(vehicle))

    async def _report(self, vehicle: Vehicle) -> None:
        now = datetime.now(UTC)
        fix = {
            "lon": round(vehicle.lon, 6),
            "lat": round(vehicle.lat, 6),
            "datum": "wgs84",
            "fixed_at": now.isoformat(),
            "speed_kmh": vehicle.speed_kmh,
            "heading_deg": round(vehicle.heading_deg, 1),
        }
        began = time.perf_counter()
        address = f"{self._base}{API}/units/{vehicle.id}/positions"
        try:
            async with self._session.post(
                address, json={"fixes": [fix]}, headers={"Idempotency-Key": uuid4().hex}
            ) as response:
                response.raise_for_status()
        finally:
            self._gate.release()
        self.sent += 1
        self.answered_ms.append((time.perf_counter() - began) * 1000)


@asynccontextmanager
async def feeding(feed: Feed) -> AsyncIterator[None]:
    """Vehicles report while the block runs; the first report that fails ends it."""
    task = asyncio.create_task(feed.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
