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

Line = list[tuple[float, float]]
TICK_S = 1.0
ACCURACY_M = 8.0
METRES_PER_DEGREE = 111_320.0


class Vehicle:
    """One ambulance. `arrived` is set whenever it stands at the end of its route."""

    def __init__(self, seat: Seat, pace: Pace, unit_id: str) -> None:
        self.unit_id = unit_id
        self.arrived = asyncio.Event()
        self._seat = seat
        self._pace = pace
        self._line: Line = []
        self._travelled: Line = []
        self._length_m = 0.0
        self._speed_m_s = 0.0
        self._along_m = 0.0
        self._driving: asyncio.Task[None] | None = None

    async def drive(self, assignment_id: str) -> None:
        """Take the crew's present route and follow it to its end."""
        self.halt()
        try:
            route = await self._seat.get(f"/assignments/{assignment_id}/route")
        except Refused as error:
            log.info("no route to drive", unit_id=self.unit_id, code=error.code)
            self.arrived.set()
            return
        self._begin([(x, y) for x, y in route["line"]], float(route["time_s"]))

    def home(self) -> None:
        """Back along the way it came."""
        line = self._travelled[::-1]
        self.halt()
        self._travelled = []
        if len(line) > 1:
            self._begin(line, _length_m(line) / 12.0)

    def halt(self) -> None:
        """Stand still where it is."""
        if self._driving is not None:
            self._driving.cancel()
            self._driving = None

    async def stand(self) -> None:
        """Say where it stands, so that its position stays fresh."""
        if self._driving is None and self._travelled:
            await self._report(self._travelled[-1], 0.0, None)

    def _begin(self, line: Line, time_s: float) -> None:
        self._line = line
        self._length_m = _length_m(line)
        self._speed_m_s = self._length_m / max(time_s, 1.0)
        self._along_m = 0.0
        self.arrived.clear()
        self._driving = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while self._along_m < self._length_m:
            await asyncio.sleep(TICK_S)
            self._along_m = min(self._length_m, self._along_m + self._speed_m_s * TICK_S * self._pace.speed)
            place, heading_deg = _at(self._line, self._along_m)
            self._travelled.append(place)
            await self._report(place, self._speed_m_s * 3.6, heading_deg)
        self._driving = None
        self.arrived.set()

    async def _report(self, place: tuple[float, float], speed_kmh: float, heading_deg: float | None) -> None:
        wobble = self._pace.random.gauss(0, ACCURACY_M / 2) / METRES_PER_DEGREE
        fix = {
            "lon": round(place[0] + wobble, 6),
            "lat": round(place[1] + wobble, 6),
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


def _step_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    east = (other[0] - one[0]) * math.cos(math.radians(one[1]))
    return math.hypot(east, other[1] - one[1]) * METRES_PER_DEGREE


def _length_m(line: Line) -> float:
    return sum(_step_m(a, b) for a, b in pairwise(line))


def _at(line: Line, along_m: float) -> tuple[tuple[float, float], float]:
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
