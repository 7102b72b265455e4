"""From the sketch to a land with people and a mesh: all that is decided before the first road is laid."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree
from shapely import Polygon

from app.demo.prefecture.corridors import Stop
from app.demo.prefecture.counties import draw_counties
from app.demo.prefecture.crossings import add_abutments
from app.demo.prefecture.geography import Names, Sketch
from app.demo.prefecture.mesh import Mesh, MeshPoints, dry, honeycomb, triangulate
from app.demo.prefecture.plane import Ints, Points, to_plane
from app.demo.prefecture.settlements import Settlement, place_hamlets, place_towns, place_villages
from app.demo.prefecture.terrain import Terrain, raise_land
from app.demo.prefecture.townplan import Grid, cluster_points, grid_points, plan_grids

_HAMLETS: Final = 7_000
_COUNTRY_SPACING_M: Final = 400.0
_COARSEST_SPACING_M: Final = 900.0
_VILLAGE_POINTS: Final = 18
_VILLAGE_APART_M: Final = 62.0
_HAMLET_POINTS: Final = 4
_HAMLET_APART_M: Final = 75.0
_ISLET_POINTS: Final = 6
_ISLET_APART_M: Final = 45.0
_SHY_M: Final = 62.0
_COUNTRY_SHY: Final = 0.5
_IN_TOWN_M: Final = 230.0
_INTERCHANGE_ASIDE_M: Final = 320.0


@dataclass(frozen=True, slots=True)
class Layout:
    """The land, its people and its mesh; `islets` and `hamlet_clusters` are cluster numbers of the mesh."""

    terrain: Terrain
    counties: dict[str, Polygon]
    outline: Polygon
    grids: list[Grid]
    towns: list[Stop]
    villages: list[Stop]
    hamlets: list[Stop]
    interchanges: dict[tuple[str, int], int]
    mesh: Mesh
    village_clusters: Ints
    hamlet_clusters: Ints
    islet_clusters: Ints


def lay_out(names: Names, sketch: Sketch, seed: int, scale: float) -> Layout:
    """Settle the land. `scale` below 1 keeps that share of villages and hamlets and coarsens open country."""
    rng = np.random.default_rng(seed)
    terrain = raise_land(sketch, rng)
    towns = place_towns(names, sketch)
    villages = place_villages(towns, names, sketch, terrain, rng)
    counties, outline = draw_counties(towns + villages)
    if scale < 1:
        villages = villages[:: max(1, round(1 / scale))]
    hamlets = place_hamlets(round(_HAMLETS * scale), villages, outline, terrain, rng)
    gathered = MeshPoints.empty()
    add_abutments(gathered, sketch, terrain)
    interchanges = _add_interchanges(gathered, sketch)
    grids = plan_grids(towns, sketch, rng)
    for number, grid in enumerate(grids):
        spots, cell = grid_points(grid, rng)
        clear = dry(terrain, spots)
        gathered.add(spots[clear], _SHY_M, grid=number, cell=cell[clear])
    groups = _add_clusters(gathered, villages, hamlets, terrain, rng)
    spacing_m = min(_COUNTRY_SPACING_M / scale**0.5, _COARSEST_SPACING_M)
    spots = np.vstack(gathered.at)
    low, high = spots.min(axis=0) - 20_000, spots.max(axis=0) + 20_000
    country = honeycomb(outline, spacing_m, low, high, rng)
    gathered.add(country[dry(terrain, country)], spacing_m * _COUNTRY_SHY)
    mesh = triangulate(gathered, terrain)
    tree = cKDTree(mesh.points)
    return Layout(
        terrain,
        counties,
        outline,
        grids,
        _stops(tree, towns),
        _stops(tree, villages),
        _stops(tree, hamlets),
        interchanges,
        mesh,
        *groups,
    )


def _add_interchanges(gathered: MeshPoints, sketch: Sketch) -> dict[tuple[str, int], int]:
    """A mesh point beside each motorway interchange, by (ref, index in the line); two that cross share it."""
    found: dict[tuple[str, int], int] = {}
    by_spot: dict[tuple[float, float], int] = {}
    for motorway in sketch.motorways:
        line = to_plane(np.array([(lon, lat) for lon, lat, _ in motorway.line]))
        for index, (lon, lat, name) in enumerate(motorway.line):
            if not name:
                continue
            if (lon, lat) not in by_spot:
                ahead = line[min(index + 1, len(line) - 1)] - line[max(index - 1, 0)]
                aside = np.array((ahead[1], -ahead[0])) / np.hypot(*ahead)
                spot = line[index] + aside * _INTERCHANGE_ASIDE_M
                by_spot[lon, lat] = int(gathered.add(spot[None], 0)[0])
            found[motorway.ref, index] = by_spot[lon, lat]
    return found


def _add_clusters(
    gathered: MeshPoints,
    villages: list[Settlement],
    hamlets: list[Settlement],
    terrain: Terrain,
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Ints]:
    """Points of villages, hamlets and islets outside towns; the cluster numbers of each of the three."""
    built = cKDTree(np.vstack(gathered.at))
    plans = [(place.east_m, place.north_m, _VILLAGE_POINTS, _VILLAGE_APART_M) for place in villages]
    plans += [(place.east_m, place.north_m, _HAMLET_POINTS, _HAMLET_APART_M) for place in hamlets]
    spots = np.array([plan[:2] for plan in plans])
    outside = np.asarray(built.query(spots)[0]) > _IN_TOWN_M
    plans_kept = [plan for plan, free in zip(plans, outside, strict=True) if free]
    plans_kept += [
        (float(east), float(north), _ISLET_POINTS, _ISLET_APART_M) for east, north in terrain.islets
    ]
    parts = [
        cluster_points((east, north), count + int(rng.integers(-1, 2)), apart_m, rng)
        for east, north, count, apart_m in plans_kept
    ]
    numbers = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    points: Points = np.vstack(parts)
    clear = dry(terrain, points)
    gathered.add(points[clear], _SHY_M, cluster=numbers[clear])
    ranks = np.arange(len(parts), dtype=np.int64)
    first, last = int(outside[: len(villages)].sum()), int(outside.sum())
    return ranks[:first], ranks[first:last], ranks[last:]


def _stops(tree: cKDTree, places: list[Settlement]) -> list[Stop]:
    _, points = tree.query([(place.east_m, place.north_m) for place in places])
    return [Stop(int(point), place) for point, place in zip(points, places, strict=True)]
