"""The road net as a choice of mesh edges: every edge has the most important road laid along it, or none.

Routes are cheapest paths: they pay for length and height, and less where a road already runs, so that later
roads join earlier ones as real roads do.
"""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from app.demo.prefecture.mesh import Mesh
from app.demo.prefecture.plane import Flags, Ints, Points
from app.demo.prefecture.terrain import Terrain

_HEIGHT_WORTH_M: Final = 85.0
_CLIMB_COST: Final = 7.0
_ON_MAIN_ROAD: Final = 0.5
_ON_NARROW_ROAD: Final = 0.75
_CLOSED: Final = 2.0**40
_NO_POINT: Final = -9999


class Grade(IntEnum):
    """Importance of a road, least first."""

    TRACK = 1
    RESIDENTIAL = 2
    UNCLASSIFIED = 3
    TERTIARY = 4
    SECONDARY = 5
    PRIMARY = 6
    TRUNK = 7


@dataclass(frozen=True, slots=True)
class Road:
    """What all pieces of one road have in common; `kmh` None leaves the speed to the class."""

    grade: Grade
    name_zh: str = ""
    name_en: str = ""
    ref: str = ""
    kmh: int | None = None


@dataclass(frozen=True, slots=True)
class Crossing:
    """A bridge, or a ferry that takes `ferry_minutes`."""

    name_zh: str
    name_en: str
    ferry_minutes: int | None = None


@dataclass(slots=True)
class RoadNet:
    """Roads laid on a mesh. `road_of[edge]` is a number in `roads`, or -1 where there is none.

    `direction` is 0 for both ways, 1 from the smaller to the larger point number, -1 the other way.
    `crossings` are the wet edges that carry a bridge or ferry; all other wet edges are impassable.
    """

    mesh: Mesh
    costs: csr_array
    entries: Ints
    road_of: Ints
    grade_of: NDArray[np.int8]
    direction: NDArray[np.int8]
    crossings: dict[int, Crossing]
    roads: list[Road] = field(default_factory=list)

    def add_road(self, road: Road) -> int:
        """The number of a new road."""
        self.roads.append(road)
        return len(self.roads) - 1

    def lay(self, edges: Ints, road: int) -> None:
        """Lay a road along edges, except where an equal or more important one runs already."""
        grade = self.roads[road].grade
        fresh = edges[self.road_of[edges] < 0]
        self.costs.data[self.entries[fresh]] *= _ON_MAIN_ROAD if grade >= Grade.TERTIARY else _ON_NARROW_ROAD
        lesser = edges[self.grade_of[edges] < grade]
        self.road_of[lesser] = road
        self.grade_of[lesser] = grade
        self.direction[lesser] = 0

    def route(self, start: int, goal: int, limit: float = np.inf) -> Ints:
        """The edges of the cheapest way between two points; empty where none is within `limit` cost."""
        away, before = dijkstra(self.costs, indices=start, limit=limit, return_predecessors=True)
        return self.trace(before, goal) if np.isfinite(away[goal]) else np.empty(0, dtype=np.int64)

    def close(self, edges: Ints) -> None:
        """Make edges so costly that no route uses them; `open` undoes it."""
        self.costs.data[self.entries[edges]] *= _CLOSED

    def open(self, edges: Ints) -> None:
        """Undo `close`."""
        self.costs.data[self.entries[edges]] /= _CLOSED

    def spread(self) -> tuple[Points, Ints]:
        """The cost from the nearest point with a road to every point, and the way back to it."""
        return self.spread_from(self.on_road())

    def spread_from(self, sources: Flags) -> tuple[Points, Ints]:
        """The cost from the nearest of the source points to every point, and the way back to it."""
        away, before, _ = dijkstra(
            self.costs, indices=np.flatnonzero(sources), min_only=True, return_predecessors=True
        )
        return away, before

    def trace(self, before: Ints, goal: int) -> Ints:
        """The edges from `goal` back to where the predecessors began."""
        path = [goal]
        while before[path[-1]] != _NO_POINT:
            path.append(int(before[path[-1]]))
        way = np.array(path, dtype=np.int64)
        return self.mesh.edges_between(way[:-1], way[1:])

    def on_road(self) -> Flags:
        """Which points have a road."""
        touched = np.zeros(len(self.mesh.points), dtype=bool)
        touched[self.mesh.edges[self.road_of >= 0]] = True
        return touched

    def parts(self) -> Ints:
        """The number of the connected part that each point belongs to, along roads."""
        used = self.mesh.edges[self.road_of >= 0]
        n = len(self.mesh.points)
        links = csr_array((np.ones(len(used), dtype=np.int8), (used[:, 0], used[:, 1])), shape=(n, n))
        return np.asarray(connected_components(links, directed=False)[1], dtype=np.int64)


def found_net(mesh: Mesh, terrain: Terrain, crossings: dict[int, Crossing]) -> RoadNet:
    """A net without roads whose costs follow the land."""
    height_m = terrain.height_m(mesh.points)
    a, b = mesh.edges.T
    cost = mesh.length_m * (1 + (height_m[a] + height_m[b]) / 2 / _HEIGHT_WORTH_M)
    cost = cost + _CLIMB_COST * np.abs(height_m[a] - height_m[b])
    for edge, crossing in crossings.items():
        cost[edge] = mesh.length_m[edge] * (1 if crossing.ferry_minutes is None else 6)
    passable = ~mesh.wet
    passable[list(crossings)] = True
    kept = np.flatnonzero(passable)
    n = len(mesh.points)
    tail, head = np.concatenate([a[kept], b[kept]]), np.concatenate([b[kept], a[kept]])
    order = np.lexsort((head, tail))
    first_out = np.concatenate([[0], np.cumsum(np.bincount(tail, minlength=n))]).astype(np.int32)
    costs = csr_array((np.tile(cost[kept], 2)[order], head[order].astype(np.int32), first_out), shape=(n, n))
    entries = np.zeros((len(mesh.edges), 2), dtype=np.int64)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    entries[kept] = place.reshape(2, -1).T
    none = np.full(len(mesh.edges), -1, dtype=np.int64)
    zeros = np.zeros(len(mesh.edges), dtype=np.int8)
    return RoadNet(mesh, costs, entries, none, zeros, zeros.copy(), crossings)
