"""Street grids of towns and point clusters of villages: the ground plan that the mesh is built around."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.demo.prefecture.geography import Sketch
from app.demo.prefecture.plane import Ints, Points, to_plane
from app.demo.prefecture.settlements import Settlement

_JITTER: Final = 0.07
_CITY_BLOCKS: Final = (  # centre, half axes in metres, county; on both banks of the Xijiang
    (111.321, 23.481, 3_200, 2_000, "450403"),
    (111.252, 23.485, 2_800, 2_100, "450405"),
    (111.288, 23.446, 3_700, 1_850, "450403"),
)
_SEAT_GRID: Final = (1_450, 1_050, 125.0)
_CITY_SPACING_M: Final = 125.0
_TOWN_SPACING_M: Final = 105.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A town's street grid: an ellipse of crossing streets, turned by `turn_rad`."""

    place: str
    county: str
    name_zh: str
    centre: Points
    half_axes_m: tuple[float, float]
    spacing_m: float
    turn_rad: float
    urban: bool


def plan_grids(towns: list[Settlement], sketch: Sketch, rng: np.random.Generator) -> list[Grid]:
    """The city's blocks first, then one grid for each county seat and each town outside the city."""
    grids = [
        Grid(
            sketch.seats[county],
            county,
            "",
            to_plane(np.array([(lon, lat)]))[0],
            (rx, ry),
            _CITY_SPACING_M,
            float(rng.uniform(-0.15, 0.15)),
            True,
        )
        for lon, lat, rx, ry, county in _CITY_BLOCKS
    ]
    for town in towns:
        if town.name_zh.endswith("街道"):
            continue
        seat = town.code in sketch.seats.values()
        rx, ry, spacing_m = (
            _SEAT_GRID
            if seat
            else (float(rng.uniform(330, 620)), float(rng.uniform(230, 400)), _TOWN_SPACING_M)
        )
        centre = np.array((town.east_m, town.north_m))
        turn_rad = float(rng.uniform(-0.7, 0.7))
        grids.append(Grid(town.code, town.county, town.name_zh, centre, (rx, ry), spacing_m, turn_rad, seat))
    return grids


def grid_points(grid: Grid, rng: np.random.Generator) -> tuple[Points, Ints]:
    """Where the streets of a grid cross, and their (column, row) in it."""
    rx, ry = grid.half_axes_m
    columns, rows = int(rx / grid.spacing_m), int(ry / grid.spacing_m)
    column, row = np.meshgrid(np.arange(-columns, columns + 1), np.arange(-rows, rows + 1))
    cells = np.column_stack([column.ravel(), row.ravel()])
    flat = cells * grid.spacing_m
    rim = rng.uniform(0.75, 1.0, len(flat))  # a ragged rim, as towns have
    inside = (flat[:, 0] / rx) ** 2 + (flat[:, 1] / ry) ** 2 <= rim
    cells, flat = cells[inside], flat[inside]
    flat = flat + rng.uniform(-_JITTER, _JITTER, flat.shape) * grid.spacing_m
    turn = np.array(
        [
            (np.cos(grid.turn_rad), np.sin(grid.turn_rad)),
            (-np.sin(grid.turn_rad), np.cos(grid.turn_rad)),
        ]
    )
    return np.asarray(flat @ turn + grid.centre, dtype=np.float64), cells.astype(np.int64)


def cluster_points(
    centre: tuple[float, float], count: int, apart_m: float, rng: np.random.Generator
) -> Points:
    """A loose sunflower of `count` points about a village's middle, which comes first."""
    order = np.arange(count)
    away_m = apart_m * np.sqrt(order) * rng.uniform(0.85, 1.15, count)
    bearing = order * 2.399963 + rng.uniform(0, 2 * np.pi)
    around = np.column_stack([away_m * np.cos(bearing), away_m * np.sin(bearing)])
    return np.asarray(np.array(centre) + around, dtype=np.float64)
