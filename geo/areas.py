"""Service areas (服务范围): which one answers for a place, with ties, gaps and neighbours said aloud.

A `ServiceAreas` is one immutable version of who answers where; publishing means a new object. Nobody is left
without an answer: a place in no area belongs to the nearest one, with a warning (LoST RFC 5222,
defaultMappingReturned). `geo.areacheck` checks a version before it is published.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.estimate import LocationEstimate
from geo.geodesy import LocalFrame
from geo.shapes import Position

REMEMBERED = 4_096
"""Answers that one version of the areas keeps: more places than a prefecture has stations."""


@dataclass(frozen=True, slots=True)
class Area:
    """One service area in WGS-84; where areas overlap on purpose, the higher `priority` answers."""

    id: str
    name: str
    polygon: BaseGeometry
    priority: int = 0
    owner: str = ""


class DecidedBy(StrEnum):
    """The rule that chose among the candidates, in the order in which they are tried."""

    ONLY = "only"
    PRIORITY = "priority"
    PROBABILITY = "probability"
    LOWEST_ID = "lowest-id"
    NEAREST = "nearest"
    NO_LOCATION = "no-location"
    NO_AREAS = "no-areas"


class AreaChance(Struct, frozen=True):
    """An area and the probability that the place lies in it."""

    area_id: str
    name: str
    probability: float


class AreaAnswer(Struct, frozen=True):
    """Who answers for a place, out of one version of the areas.

    `chosen` is the first candidate (None only when no area exists at all). `margin_m` is the distance to the
    nearest other area ("38 m from 藤县"). `tie`: only the order of ids decided. `gap`: the place lies in no
    area; `gap_m` is then how far outside the nearest one it is.
    """

    version: str
    candidates: tuple[AreaChance, ...]
    chosen: str | None
    decided_by: DecidedBy
    margin_m: float | None
    nearest_other: str | None
    tie: bool
    gap: bool
    gap_m: float


class ServiceAreas:
    """One version of all areas, indexed. Immutable; asked from any thread."""

    def __init__(self, version: str, areas: Iterable[Area]) -> None:
        """Raises GeoError "area-invalid" for a broken polygon, "area-id-twice" for a repeated id."""
        self.version = version
        self.areas = tuple(sorted(areas, key=lambda area: (-area.priority, area.id)))
        if len({area.id for area in self.areas}) < len(self.areas):
            raise GeoError("area-id-twice", version=version)
        for area in self.areas:
            if not area.polygon.is_valid or area.polygon.area == 0.0:
                raise GeoError("area-invalid", area=area.id)
        shapes = np.array([area.polygon for area in self.areas], dtype=object)
        # Distances need metres, and a tree knows one plane only: one frame for the whole map.
        self._frame = LocalFrame.around(shapely.GeometryCollection(list(shapes)))
        self._flat = self._frame.flatten(shapes)
        shapely.prepare(self._flat)
        self._tree = shapely.STRtree(self._flat)
        self._remembered = lru_cache(REMEMBERED)(self._which)

    def list_covering(self, position: Position) -> tuple[Area, ...]:
        """Areas that hold a place, their edges included, highest priority first, then by id."""
        hits = self._tree.query(self._point(position), predicate="intersects")
        return tuple(self.areas[hit] for hit in sorted(hits))

    def which(self, position: Position) -> AreaAnswer:
        """Who answers for an exactly known place. Stations are asked about again and again: the last ones are kept."""
        return self._remembered(position)

    def _which(self, position: Position) -> AreaAnswer:
        return self._answer(position, [(position, 1.0)])

    def which_estimate(self, estimate: LocationEstimate) -> AreaAnswer:
        """Who answers for a place known with uncertainty: the area with most of its probability."""
        if estimate.best is None:
            return self._without_location()
        return self._answer(
            Position(*estimate.best), [(Position(s.lon, s.lat), s.weight) for s in estimate.samples]
        )

    def _answer(self, place: Position, samples: Sequence[tuple[Position, float]]) -> AreaAnswer:
        if not self.areas:
            return _nobody(self.version)
        mass: dict[int, float] = defaultdict(float)
        for sample, weight in samples:
            for number, share in self._owners(sample):
                mass[number] += weight * share
        total = sum(mass.values())
        # The areas are sorted by priority, then id: their number breaks every tie the right way.
        ranked = sorted(mass, key=lambda number: (-round(mass[number] / total, 6), number))
        chances = [(number, round(mass[number] / total, 4)) for number in ranked]
        _, gap_m = self._nearest(place)
        decided = DecidedBy.NEAREST if gap_m > 0 else self._rule(chances)
        margin = self._neighbour(place, ranked[0])
        return AreaAnswer(
            version=self.version,
            candidates=tuple(
                AreaChance(self.areas[n].id, self.areas[n].name, chance) for n, chance in chances
            ),
            chosen=self.areas[ranked[0]].id,
            decided_by=decided,
            margin_m=None if margin is None else round(margin[1], 1),
            nearest_other=None if margin is None else self.areas[margin[0]].id,
            tie=self._rule(chances) is DecidedBy.LOWEST_ID,
            gap=gap_m > 0,
            gap_m=round(gap_m, 1),
        )

    def _owners(self, position: Position) -> list[tuple[int, float]]:
        """Numbers of the areas at a place with their shares: equal among the highest priority, others 0."""
        hits = sorted(int(hit) for hit in self._tree.query(self._point(position), predicate="intersects"))
        if not hits:
            return [(self._nearest(position)[0], 1.0)]
        top = [hit for hit in hits if self.areas[hit].priority == self.areas[hits[0]].priority]
        return [(hit, 1.0 / len(top) if hit in top else 0.0) for hit in hits]

    def _rule(self, chances: Sequence[tuple[int, float]]) -> DecidedBy:
        if len(chances) == 1:
            return DecidedBy.ONLY
        (first, p), (second, q) = chances[:2]
        same_priority = self.areas[first].priority == self.areas[second].priority
        if p == q:
            return DecidedBy.LOWEST_ID if same_priority else DecidedBy.PRIORITY
        return DecidedBy.PRIORITY if q == 0.0 and not same_priority else DecidedBy.PROBABILITY

    def _nearest(self, position: Position) -> tuple[int, float]:
        """Number of the nearest area and the metres to it; 0 inside one."""
        numbers, away = self._tree.query_nearest(self._point(position), return_distance=True)
        return int(min(numbers)), float(away[0])

    def _neighbour(self, position: Position, own: int) -> tuple[int, float] | None:
        """The nearest area but one, searched in widening circles; None if there is no other."""
        if len(self.areas) < 2:
            return None
        point, reach_m = self._point(position), 1000.0
        while True:
            near = self._tree.query(point, predicate="dwithin", distance=reach_m)
            others = sorted(int(number) for number in near if number != own)
            if others:
                away = shapely.distance(point, self._flat[others])
                closest = int(np.argmin(away))
                return others[closest], float(away[closest])
            reach_m *= 8

    def _without_location(self) -> AreaAnswer:
        """Nothing is known: every area by its share of the ground, so that somebody answers."""
        if not self.areas:
            return _nobody(self.version)
        ground = shapely.area(self._flat)
        share = [round(float(own), 4) for own in ground / ground.sum()]
        ranked = sorted(range(len(share)), key=lambda number: (-share[number], number))
        return AreaAnswer(
            version=self.version,
            candidates=tuple(AreaChance(self.areas[n].id, self.areas[n].name, share[n]) for n in ranked),
            chosen=self.areas[ranked[0]].id,
            decided_by=DecidedBy.NO_LOCATION,
            margin_m=None,
            nearest_other=None,
            tie=False,
            gap=False,
            gap_m=0.0,
        )

    def _point(self, position: Position) -> BaseGeometry:
        return shapely.Point(*self._frame.to_metres(position.lon, position.lat))


def _nobody(version: str) -> AreaAnswer:
    return AreaAnswer(version, (), None, DecidedBy.NO_AREAS, None, None, False, False, 0.0)
