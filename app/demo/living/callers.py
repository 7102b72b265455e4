"""Callers: the phone exchange of the demo. Every half a minute or so somebody somewhere needs help."""

import asyncio
import math
from collections.abc import Sequence
from typing import Any

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.pace import Pace
from app.demo.living.tally import Tally
from app.demo.seed import CallScript
from geo.evidence import EvidenceSource
from geo.places import NamedPlace

log = structlog.get_logger(__name__)

SOON_S = (4.0, 12.0)
"""Real seconds: who has just sat down is not kept waiting."""

MOST_WAITING, MOST_OPEN = 20, 120
"""Nobody else rings while so many calls wait to be taken, or so many incidents are open: a demo left alone, or on a
machine that is too slow for its speed, must not fill up."""

GIVES_UP_S = 900.0
"""Real seconds after which a call that was not taken is no longer waited for."""

HOMES: tuple[tuple[float, frozenset[str]], ...] = (
    (0.45, frozenset({"suburb"})),
    (0.3, frozenset({"town"})),
    (0.25, frozenset({"village", "hamlet"})),
)
"""Where people live: the share of calls from each kind of place."""

EARTH_M_PER_DEGREE = 111_320.0
BLUR_M: dict[EvidenceSource, float] = {
    EvidenceSource.CELL: 900.0,
    EvidenceSource.AML: 25.0,
    EvidenceSource.SHARED_PIN: 15.0,
    EvidenceSource.DEVICE: 10.0,
    EvidenceSource.PARTNER: 120.0,
}
"""How far each kind of evidence is off, one standard deviation in metres, as the demo's phones err."""


class Callers:
    """`heard` remembers which story each ring tells, and from where, for the demo's own dispatcher."""

    def __init__(
        self,
        seat: Seat,
        pace: Pace,
        scripts: Sequence[CallScript],
        places: Sequence[NamedPlace],
        between_s: float,
        tally: Tally,
    ) -> None:
        self.heard: dict[str, tuple[CallScript, str]] = {}
        self._seat = seat
        self._pace = pace
        self._scripts = scripts
        homes = [(share, [place for place in places if place.kind in kinds]) for share, kinds in HOMES]
        self._homes = [(share, found) for share, found in homes if found]
        self._between_s = between_s
        self._tally = tally
        self._attended = False
        self._waiting: dict[str, float] = {}
        self._calling: set[asyncio.Task[None]] = set()
        self._sat_down = asyncio.Event()

    async def run(self) -> None:
        """For ever: the first one soon, and one soon after a person has sat down at a console."""
        await asyncio.sleep(self._pace.random.uniform(*SOON_S))
        while True:
            if not self._overwhelmed():
                task = asyncio.create_task(self.call())
                self._calling.add(task)
                task.add_done_callback(self._calling.discard)
            low, high = 0.5 * self._between_s, 1.5 * self._between_s
            try:
                async with asyncio.timeout(self._pace.random.uniform(low, high) / self._pace.speed):
                    await self._sat_down.wait()
            except TimeoutError:
                continue
            self._sat_down.clear()
            await asyncio.sleep(self._pace.random.uniform(*SOON_S))

    def attend(self, *, persons: bool) -> None:
        """Whether a person sits at a console now."""
        if persons and not self._attended:
            self._sat_down.set()
        self._attended = persons

    def taken(self, callback: str) -> None:
        """The call from this number was taken."""
        self._waiting.pop(callback, None)

    def _overwhelmed(self) -> bool:
        old_s = asyncio.get_running_loop().time() - GIVES_UP_S
        self._waiting = {number: rang_s for number, rang_s in self._waiting.items() if rang_s > old_s}
        return len(self._waiting) >= MOST_WAITING or self._tally.look()["open_now"] >= MOST_OPEN

    async def call(self) -> None:
        """One ring."""
        chance = self._pace.random
        (_, homes), *_ = chance.choices(self._homes, [share for share, _ in self._homes])
        script, place = chance.choice(self._scripts), chance.choice(homes)
        town = place.within[0] if place.within else ""
        words = script.words_zh.format(village=place.name, town=town, road=place.name)
        now = self._pace.now()
        body: dict[str, Any] = {
            "ring_id": f"demo-{chance.getrandbits(48):012x}",
            "callback": f"1990000{chance.randrange(10_000):04d}",
            "source": script.source.value,
            "rang_at": now,
            "heard": words,
            "evidence": [found for kind in script.evidence if (found := self._evidence(kind, place, now))],
        }
        self._waiting[body["callback"]] = asyncio.get_running_loop().time()
        try:
            ring = await self._seat.post("/rings", body)
        except Refused as error:
            log.info("a ring was not taken", code=error.code)
            self.taken(body["callback"])
            return
        self._tally.count("rung")
        self.heard[ring["id"]] = (script, f"{town}{place.name}")
        if len(self.heard) > 1000:
            del self.heard[next(iter(self.heard))]

    def _evidence(self, kind: EvidenceSource, place: NamedPlace, now: str) -> dict[str, Any] | None:
        if kind is EvidenceSource.SPOKEN:
            words = f"{place.within[0] if place.within else ''}{place.name}"
            return {"kind": "spoken-place", "source": kind.value, "words": words, "fixed_at": now}
        blur_m = BLUR_M.get(kind, 100.0)
        chance = self._pace.random
        dx_m, dy_m = chance.gauss(0, blur_m), chance.gauss(0, blur_m)
        lat, lon = place.position.lat, place.position.lon
        return {
            "kind": "point",
            "source": kind.value,
            "lon": round(lon + dx_m / (EARTH_M_PER_DEGREE * math.cos(math.radians(lat))), 6),
            "lat": round(lat + dy_m / EARTH_M_PER_DEGREE, 6),
            "datum": "wgs84",
            "radius_m": round(2.45 * blur_m),
            "confidence": 0.95,
            "fixed_at": now,
        }
