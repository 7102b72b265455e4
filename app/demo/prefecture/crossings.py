"""Bridges and ferries: the few mesh edges over a river that carry a road, and what they are called."""

from typing import Final

import numpy as np
from shapely import Point, crosses, linestrings
from shapely.ops import nearest_points

from app.demo.prefecture.geography import Sketch
from app.demo.prefecture.mesh import Mesh, MeshPoints
from app.demo.prefecture.plane import Ints, Points, to_plane
from app.demo.prefecture.roads import Crossing
from app.demo.prefecture.terrain import River, Terrain

_ABUTMENT_M: Final = 70.0
_GAP_M: Final = 60.0
_NORMAL_M: Final = 120.0
_SEARCH_M: Final = 2_500.0


def add_abutments(gathered: MeshPoints, sketch: Sketch, terrain: Terrain) -> None:
    """A mesh point on either bank at each bridge and ferry, square across the river."""
    for site in _sites(sketch):
        middle, river = _on_river(site, terrain)
        shape = linestrings(river.line)
        along_m = shape.project(Point(middle))
        ahead = np.array(shape.interpolate(along_m + _NORMAL_M).coords[0])
        behind = np.array(shape.interpolate(along_m - _NORMAL_M).coords[0])
        east, north = (ahead - behind) / np.hypot(*(ahead - behind))
        square = np.array((-north, east)) * (river.width_m / 2 + _ABUTMENT_M)
        gathered.add(np.array([middle + square, middle - square]), _GAP_M)


def choose_crossings(mesh: Mesh, sketch: Sketch, terrain: Terrain) -> dict[int, Crossing]:
    """For each bridge and ferry the wet edge that crosses its river nearest to its site, by edge number."""
    wet = np.flatnonzero(mesh.wet)
    middles = mesh.points[mesh.edges[wet]].mean(axis=1)
    names = [Crossing(zh, en) for zh, en, _, _ in sketch.bridges]
    names += [Crossing(zh, en, minutes) for zh, en, _, _, minutes in sketch.ferries]
    chosen: dict[int, Crossing] = {}
    for site, crossing in zip(_sites(sketch), names, strict=True):
        middle, river = _on_river(site, terrain)
        away_m = np.hypot(*(middles - middle).T)
        near = _spanning(mesh, wet[away_m < _SEARCH_M], river)
        effort = 2 * np.hypot(*(mesh.points[mesh.edges[near]].mean(axis=1) - middle).T) + mesh.length_m[near]
        chosen[int(near[np.argmin(effort)])] = crossing
    return chosen


def _sites(sketch: Sketch) -> Points:
    degrees = [(lon, lat) for _, _, lon, lat in sketch.bridges]
    degrees += [(lon, lat) for _, _, lon, lat, _ in sketch.ferries]
    return to_plane(np.array(degrees))


def _on_river(site: Points, terrain: Terrain) -> tuple[Points, River]:
    """The place on a river's middle line nearest to a site, and that river."""
    spot = Point(site)
    river = min(terrain.rivers, key=lambda one: linestrings(one.line).distance(spot))
    return np.array(nearest_points(linestrings(river.line), spot)[0].coords[0]), river


def _spanning(mesh: Mesh, edges: Ints, river: River) -> Ints:
    """Of some edges those that reach from bank to bank, not merely over a bend's corner."""
    over = crosses(linestrings(mesh.points[mesh.edges[edges]]), linestrings(river.line))
    return np.asarray(edges[over], dtype=np.int64)
