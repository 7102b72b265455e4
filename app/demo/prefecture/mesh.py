"""The mesh: one Delaunay triangulation of the prefecture, of whose edges all roads but motorways are made.

Because a triangulation is planar, two roads never cross without a junction. Town streets, village lanes and
bridge heads are points of the mesh like any other; open country is filled with a loose honeycomb.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import Delaunay, cKDTree
from shapely import STRtree, box, buffer, contains_xy, get_parts, linestrings, prepare

from app.demo.prefecture.plane import Flags, Ints, Points, to_degrees
from app.demo.prefecture.terrain import Terrain

_BANK_M: Final = 35.0
_JITTER: Final = 0.30
_PIECE_M: Final = 6_000.0


@dataclass(slots=True)
class MeshPoints:
    """Points gathered layer by layer; a later layer gives way to earlier ones.

    `grid` is the number of the street grid or -1, `cell` its (column, row) there, `cluster` the number of the
    village or hamlet or -1.
    """

    at: list[Points]
    grid: list[Ints]
    cell: list[Ints]
    cluster: list[Ints]

    @classmethod
    def empty(cls) -> "MeshPoints":
        """No point yet."""
        return cls([], [], [], [])

    def add(
        self,
        points: Points,
        gap_m: float,
        *,
        grid: int = -1,
        cell: Ints | None = None,
        cluster: Ints | int = -1,
    ) -> Ints:
        """Add the points at least `gap_m` from earlier layers; their numbers, or -1 where dropped."""
        keep = np.ones(len(points), dtype=bool)
        if self.size:
            keep = np.asarray(cKDTree(np.vstack(self.at)).query(points)[0] >= gap_m)
        numbers = np.where(keep, self.size + np.cumsum(keep) - 1, -1)
        cell = np.zeros((len(points), 2), dtype=np.int64) if cell is None else cell
        self.at.append(points[keep])
        self.grid.append(np.full(int(keep.sum()), grid, dtype=np.int64))
        self.cell.append(cell[keep])
        self.cluster.append(np.broadcast_to(np.asarray(cluster, dtype=np.int64), len(points))[keep])
        return np.asarray(numbers, dtype=np.int64)

    @property
    def size(self) -> int:
        """How many points there are."""
        return sum(map(len, self.at))


@dataclass(frozen=True, slots=True)
class Mesh:
    """`edges` are sorted pairs of points, smaller first; `keys` finds them; `wet` ones cross a river."""

    points: Points
    edges: Ints
    keys: Ints
    length_m: Points
    wet: Flags
    grid: Ints
    cell: Ints
    cluster: Ints

    def edges_between(self, a: Ints, b: Ints) -> Ints:
        """The edge numbers of point pairs that are neighbours in the mesh."""
        wanted = np.minimum(a, b) * len(self.points) + np.maximum(a, b)
        return np.asarray(np.searchsorted(self.keys, wanted), dtype=np.int64)


def honeycomb(
    outline: object, spacing_m: float, low: Points, high: Points, rng: np.random.Generator
) -> Points:
    """Jittered triangular lattice of open country inside `outline` (degrees)."""
    east, north = np.meshgrid(
        np.arange(low[0], high[0], spacing_m), np.arange(low[1], high[1], spacing_m * 0.866)
    )
    east[1::2] += spacing_m / 2
    spots = np.column_stack([east.ravel(), north.ravel()])
    spots = spots + rng.uniform(-_JITTER, _JITTER, spots.shape) * spacing_m
    prepare(outline)
    return np.asarray(spots[contains_xy(outline, to_degrees(spots))], dtype=np.float64)


def dry(terrain: Terrain, points: Points) -> Flags:
    """Which points stand clear of the water."""
    bank = buffer(terrain.water, _BANK_M)
    prepare(bank)
    return np.asarray(~contains_xy(bank, points), dtype=np.bool_)


def triangulate(gathered: MeshPoints, terrain: Terrain) -> Mesh:
    """Join all gathered points to the mesh and find the edges that cross water."""
    points = np.vstack(gathered.at)
    corners = Delaunay(points).simplices
    pairs = np.vstack([corners[:, (0, 1)], corners[:, (1, 2)], corners[:, (2, 0)]])
    edges = np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)
    ends = points[edges]
    span = ends[:, 1] - ends[:, 0]
    wet = np.zeros(len(edges), dtype=bool)
    lines = linestrings(ends)
    wet[STRtree(lines).query(_pieces(terrain), predicate="intersects")[1]] = True
    return Mesh(
        points,
        edges,
        edges[:, 0] * len(points) + edges[:, 1],
        np.hypot(span[:, 0], span[:, 1]),
        wet,
        np.concatenate(gathered.grid),
        np.vstack(gathered.cell),
        np.concatenate(gathered.cluster),
    )


def _pieces(terrain: Terrain) -> np.ndarray:
    """The water cut along a grid, so that the search tree has small boxes to work with."""
    west, south, east, north = terrain.water.bounds
    tiles = [
        box(x, y, x + _PIECE_M, y + _PIECE_M)
        for x in np.arange(west, east, _PIECE_M)
        for y in np.arange(south, north, _PIECE_M)
    ]
    touched = STRtree(tiles).query(terrain.water, predicate="intersects")
    return np.asarray(get_parts([terrain.water.intersection(tiles[index]) for index in touched]))
