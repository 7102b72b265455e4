"""Vehicles: each drives the route that the service gave its crew, and its terminal reports where it is.

A vehicle follows its assignment's state, whoever presses the keys: the demo's crew or a person who took that seat.
"""

import asyncio
import math
from itertools import pairwise

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.pace import Pace

log = structlog.get_logger(__name__)

Point = tuple[float, float]
"""Degrees east and north, WGS-84."""

Line = list[Point]
TICK_S = 1.0
PARKED_EVERY_S = 20.0
"""Real seconds between two reports of a vehicle that stands: well within the 30 s after which pages call it stale."""

SWITCHED_ON_WITHIN_S = 10.0
HOMEWARD_M_S = 12.0
ACCURACY_M = 8.0
METRES_PER_DEGREE = 111_320.0


class Vehicle:
    """One ambulance. `standing` is set while it is not on its way; `place` is where it is now."""

    def __init__(self, seat: Seat, pace: Pace, unit_id: str, place: Point) -> None:
        self.unit_id = unit_id
        self.place = place
        self.standing = asyncio.Event()
        self.standing.set()
        self._seat = seat
        self._pace = pace
        self._line: Line = []
        self._along_m = 0.0
        self._speed_m_s = 0.0
        self._homeward = False
        self._trail: Line = [place]
        self._driving: asyncio.Task[None] | None = None

    def put(self, place: Point) -> None:
        """It was last seen there when the demo came alive."""
        self.place = place
        self._trail.append(place)

    async def park(self) -> None:
        """Report the place while the vehicle stands, for ever. The fleet does not report all at once."""
        await asyncio.sleep(self._pace.random.uniform(0, SWITCHED_ON_WITHIN_S))
        while True:
            if self._driving is None:
                await self._report(0.0, None)
            await asyncio.sleep(PARKED_EVERY_S)

    async def drive(self, assignment_id: str) -> None:
        """Take the crew's present route and follow it to its end."""
        self._stop()
        self.standing.clear()
        try:
            route = await self._seat.get(f"/assignments/{assignment_id}/route")
        except Refused as error:
            log.info("no route to drive", unit_id=self.unit_id, code=error.code)
            self.standing.set()
            return
        line = _from_here(self.place, [(x, y) for x, y in route["line"]])
        self._begin(line, _length_m(line) / max(float(route["time_s"]), 1.0), homeward=False)

    def home(self) -> None:
        """Back to its station along the way it came."""
        self._stop()
        self._begin(self._trail[::-1], HOMEWARD_M_S, homeward=True)

    def halt(self) -> None:
        """Stand still where it is."""
        self._stop()
        self.standing.set()

    def _stop(self) -> None:
        if self._driving is not None:
            self._driving.cancel()
            self._driving = None
            self._remember()

    def _begin(self, line: Line, speed_m_s: float, *, homeward: bool) -> None:
        self._line = line
        self._speed_m_s = speed_m_s
        self._along_m = 0.0
        self._homeward = homeward
        self.standing.clear()
        self._driving = asyncio.create_task(self._follow(_length_m(line)))

    async def _follow(self, length_m: float) -> None:
        now_s = asyncio.get_running_loop().time
        moved_at_s = now_s()
        while self._along_m < length_m:
            await asyncio.sleep(TICK_S)
            moved_at_s, before_s = now_s(), moved_at_s
            step_m = self._speed_m_s * (moved_at_s - before_s) * self._pace.speed
            self._along_m = min(length_m, self._along_m + step_m)
            self.place, heading_deg = _at(self._line, self._along_m)
            await self._report(self._speed_m_s * 3.6, heading_deg)
        self._driving = None
        self._remember()
        self.standing.set()

    def _remember(self) -> None:
        """Keep how it came here from its station, without the loops: that is its way home."""
        behind, ahead = _parted(self._line, self._along_m)
        if self._homeward:
            self._trail = [*ahead[::-1], self.place]
        else:
            self._trail = _without_loops([*self._trail, *behind, self.place])

    async def _report(self, speed_kmh: float, heading_deg: float | None) -> None:
        # A receiver holds a standing vehicle's place; a moving one's wanders.
        wobble = self._pace.random.gauss(0, ACCURACY_M / 2) / METRES_PER_DEGREE if speed_kmh else 0.0
        fix = {
            "lon": round(self.place[0] + wobble, 6),
            "lat": round(self.place[1] + wobble, 6),
            "datum": "wgs84",
            "fixed_at": self._pace.now(),
            "accuracy_m": ACCURACY_M,
            "speed_kmh": round(speed_kmh, 1),
            **({} if heading_deg is None else {"heading_deg": round(heading_deg, 1)}),
        }
        try:
            await self._seat.post(f"/units/{self.unit_id}/positions", {"fixes": [fix]})
        except Refused as error:
            log.info("a position was not taken", unit_id=self.unit_id, code=error.code)


def _step_m(one: Point, other: Point) -> float:
    east = (other[0] - one[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, other[1] - one[1]) * METRES_PER_DEGREE


def _length_m(line: Line) -> float:
    return sum(_step_m(a, b) for a, b in pairwise(line))


def _at(line: Line, along_m: float) -> tuple[Point, float]:
    """The place so many metres along a line, and which way the line goes there."""
    left_m = along_m
    for one, other in pairwise(line):
        step_m = _step_m(one, other)
        if left_m <= step_m and step_m > 0:
            share = left_m / step_m
            place = one[0] + share * (other[0] - one[0]), one[1] + share * (other[1] - one[1])
            east = (other[0] - one[0]) * math.cos(math.radians(one[1]))
            return place, math.degrees(math.atan2(east, other[1] - one[1])) % 360
        left_m -= step_m
    return line[-1], 0.0


def _parted(line: Line, along_m: float) -> tuple[Line, Line]:
    """The points of a line that lie behind, and those that lie ahead."""
    passed_m, count = 0.0, 1
    for one, other in pairwise(line):
        passed_m += _step_m(one, other)
        if passed_m > along_m:
            break
        count += 1
    return line[:count], line[count:]


def _from_here(place: Point, line: Line) -> Line:
    """A line from where it is nearest, joined to this place: the demo may begin in the middle of a way."""
    nearest = min(range(len(line)), key=lambda index: _step_m(place, line[index]))
    return [place, *line[nearest:]]


def _without_loops(trail: Line) -> Line:
    """A way that comes through a place twice leaves out what lies between."""
    kept: dict[Point, None] = {}
    for point in trail:
        if point in kept:
            while next(reversed(kept)) != point:
                kept.popitem()
        kept[point] = None
    return list(kept)
