"""County areas that tile the prefecture: no gap, no overlap, neighbours share every vertex.

Each village owns the ground nearer to it than to any other (a Voronoi cell); a county is the union of its
villages' cells. A ring of outside points around the prefecture closes the outermost cells.
"""

from typing import Final

import numpy as np
from scipy.spatial import Voronoi
from shapely import MultiPolygon, Polygon, buffer, contains_xy, coverage_union_all, points, union_all

from app.demo.prefecture.plane import Points, to_degrees
from app.demo.prefecture.settlements import Settlement

_OUTSIDE_AWAY_M: Final = 6_000.0
_BAY_M: Final = 4_000.0
_OUTSIDE_APART_M: Final = 4_000.0
_STRAY_ROUNDS: Final = 8
_OUTSIDE_MARGIN_M: Final = 60_000.0


def draw_counties(places: list[Settlement]) -> tuple[dict[str, Polygon], Polygon]:
    """The polygon of each county by code, and the prefecture's outline, in degrees on the 1e-7 grid."""
    sites = np.array([(place.east_m, place.north_m) for place in places])
    diagram = Voronoi(np.vstack([sites, _outside(sites)]))
    corners = to_degrees(diagram.vertices)
    cells = [Polygon(corners[diagram.regions[diagram.point_region[index]]]) for index in range(len(sites))]
    owner = [place.county for place in places]
    for _ in range(_STRAY_ROUNDS):
        if not _adopt_strays(cells, owner):
            break
    counties = {
        code: _single(coverage_union_all([cell for cell, by in zip(cells, owner, strict=True) if by == code]))
        for code in sorted(set(owner))
    }
    return counties, _single(coverage_union_all(list(counties.values())))


def _outside(sites: Points) -> Points:
    low, high = sites.min(axis=0) - _OUTSIDE_MARGIN_M, sites.max(axis=0) + _OUTSIDE_MARGIN_M
    east, north = np.meshgrid(
        np.arange(low[0], high[0], _OUTSIDE_APART_M), np.arange(low[1], high[1], _OUTSIDE_APART_M)
    )
    # A strict lattice makes four sites share a circle, so that rows are sheared against each other.
    lattice = np.column_stack([(east + 0.37 * north).ravel(), (north + 0.11 * east).ravel()])
    # Widen, fill, narrow: no outside point may sit in a bay between villages and punch a hole.
    land = union_all(buffer(points(sites), _OUTSIDE_AWAY_M + _BAY_M))
    filled = union_all([Polygon(part.exterior) for part in getattr(land, "geoms", [land])])
    return np.asarray(lattice[~contains_xy(filled.buffer(-_BAY_M), lattice)], dtype=np.float64)


def _adopt_strays(cells: list[Polygon], owner: list[str]) -> int:
    """Give each cell cut off from its county to the one with which it shares the longest border; how many."""
    moved = 0
    for code in sorted(set(owner)):
        mine = [index for index, by in enumerate(owner) if by == code]
        whole = coverage_union_all([cells[index] for index in mine])
        if isinstance(whole, Polygon):
            continue
        main = max(whole.geoms, key=lambda part: part.area)
        for index in mine:
            if main.contains(cells[index].representative_point()):
                continue
            borders: dict[str, float] = {}
            for other, by in enumerate(owner):
                if by != code:
                    shared_deg = cells[index].intersection(cells[other]).length
                    borders[by] = borders.get(by, 0.0) + shared_deg
            owner[index] = max(sorted(borders), key=lambda by: borders[by])
            moved += 1
    return moved


def _single(shape: Polygon | MultiPolygon) -> Polygon:
    if isinstance(shape, Polygon):
        return shape
    raise ValueError("a county fell into several parts")
