"""Rivers, streams and the hills between them.

Every town stands on a stream and every stream finds its way to a river, so that the low ground has the
branching shape of real valleys. Height grows with the distance from the nearest water; roads pay for height
and stay low.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from shapely import MultiPolygon, Point, get_coordinates, linestrings, union_all
from shapely.ops import nearest_points

from app.demo.prefecture.geography import Sketch
from app.demo.prefecture.plane import Points, meander, resample, to_plane

_STEP_M: Final = 400.0
_SIDE_STREAMS: Final = 170
_HILL_M: Final = 430.0
_SLOPE_M: Final = 1_900.0


@dataclass(frozen=True, slots=True)
class River:
    """A wide river: its middle line in the plane, and its width in metres."""

    name_zh: str
    name_en: str
    width_m: float
    line: Points


@dataclass(frozen=True, slots=True)
class Terrain:
    """The land before people: `water` is what no road crosses without a bridge or ferry.

    `islets` are the middles of the river islands, in the order of the sketch.
    """

    rivers: tuple[River, ...]
    streams: tuple[Points, ...]
    water: MultiPolygon
    islets: Points
    low_ground: cKDTree
    waves: Points

    def height_m(self, points: Points) -> NDArray[np.float64]:
        """Metres above the valley floor at each point."""
        away_m, _ = self.low_ground.query(points)
        rise = _HILL_M * (1 - np.exp(-np.asarray(away_m) / _SLOPE_M))
        phases = points @ self.waves[:, :2].T + self.waves[:, 2]
        return np.asarray(rise * (1 + 0.12 * np.sin(phases).sum(axis=1)).clip(0.4, 1.7), dtype=np.float64)


def raise_land(sketch: Sketch, rng: np.random.Generator) -> Terrain:
    """Rivers from the sketch, a stream through every town, side streams, and hills between."""
    rivers = tuple(
        River(
            river.name_zh,
            river.name_en,
            river.width_m,
            meander(to_plane(np.array(river.line)), rng, _STEP_M, 0.07),
        )
        for river in sketch.rivers
    )
    low = [resample(river.line, _STEP_M) for river in rivers]
    towns = to_plane(np.array(list(sketch.towns.values())))
    streams = _drain(towns, low, rng)
    west, south, east, north = sketch.box
    springs = to_plane(rng.uniform((west, south), (east, north), (_SIDE_STREAMS, 2)))
    streams += _drain(springs, low, rng)
    wave_lengths_m = rng.uniform(3_000, 14_000, 8)
    directions = rng.uniform(0, 2 * np.pi, 8)
    waves = np.column_stack(
        [
            np.cos(directions) / wave_lengths_m * 2 * np.pi,
            np.sin(directions) / wave_lengths_m * 2 * np.pi,
            rng.uniform(0, 2 * np.pi, 8),
        ]
    )
    islets = _islets(rivers, sketch)
    water = _water(rivers, sketch, islets)
    return Terrain(rivers, tuple(streams), water, islets, cKDTree(np.vstack(low)), waves)


def _drain(springs: Points, low: list[Points], rng: np.random.Generator) -> list[Points]:
    """A stream from each spring to the nearest low ground, nearest spring first; `low` grows with each."""
    streams: list[Points] = []
    nearest_m, mouth = cKDTree(np.vstack(low)).query(springs)
    mouths = np.vstack(low)[mouth]
    left = np.ones(len(springs), dtype=bool)
    while left.any():
        spring = int(np.argmin(np.where(left, nearest_m, np.inf)))
        left[spring] = False
        if nearest_m[spring] < _STEP_M:
            continue
        stream = meander(np.vstack([springs[spring], mouths[spring]]), rng, _STEP_M, 0.13)
        streams.append(stream)
        low.append(stream)
        away_m, closest = cKDTree(stream).query(springs)
        nearer = away_m < nearest_m
        nearest_m = np.where(nearer, away_m, nearest_m)
        mouths[nearer] = stream[closest[nearer]]
    return streams


def _islets(rivers: tuple[River, ...], sketch: Sketch) -> Points:
    """The sketched islets moved to the middle of their river, whose bends the sketch does not know."""
    middles = union_all([linestrings(river.line) for river in rivers])
    spots = to_plane(np.array([islet.at for islet in sketch.islets]))
    snapped = [nearest_points(middles, Point(spot))[0] for spot in spots]
    return np.asarray(get_coordinates(snapped), dtype=np.float64)


def _water(rivers: tuple[River, ...], sketch: Sketch, islets: Points) -> MultiPolygon:
    beds = union_all([linestrings(river.line).buffer(river.width_m / 2) for river in rivers])
    for islet, spot in zip(sketch.islets, islets, strict=True):
        beds = beds.difference(Point(spot).buffer(islet.radius_m))
    return beds if isinstance(beds, MultiPolygon) else MultiPolygon([beds])
