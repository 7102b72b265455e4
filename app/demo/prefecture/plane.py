"""The flat sheet on which the prefecture is drawn: metres east and north of its middle.

An equirectangular sheet is off by under 1 % at the edges of the prefecture: nothing to a made-up map.
Points are float arrays of shape (n, 2).
"""

from math import cos, radians
from typing import Final

import numpy as np
from numpy.typing import NDArray
from shapely import get_coordinates, linestrings
from shapely.geometry import LineString

Points = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MIDDLE_LON: Final = 111.0
MIDDLE_LAT: Final = 23.45
_M_PER_DEGREE: Final = 111_195.0
_SCALE: Final = np.array([_M_PER_DEGREE * cos(radians(MIDDLE_LAT)), _M_PER_DEGREE])
_MIDDLE: Final = np.array([MIDDLE_LON, MIDDLE_LAT])
_GRID_DECIMALS: Final = 7  # OpenStreetMap stores 1e-7 degree


def to_plane(degrees: Points) -> Points:
    """(lon, lat) in degrees to (east, north) in metres."""
    return np.asarray((degrees - _MIDDLE) * _SCALE, dtype=np.float64)


def to_degrees(metres: Points) -> Points:
    """(east, north) in metres to (lon, lat) in degrees, on the 1e-7 grid."""
    return np.asarray(np.round(metres / _SCALE + _MIDDLE, _GRID_DECIMALS), dtype=np.float64)


def meander(line: Points, rng: np.random.Generator, step_m: float, strength: float) -> Points:
    """Refine a line by midpoint displacement until its pieces are shorter than `step_m`.

    Each midpoint moves sideways by a normal deviate times `strength` times the length of its piece; the given
    points stay.
    """
    points = line
    while True:
        steps = np.diff(points, axis=0)
        lengths = np.hypot(steps[:, 0], steps[:, 1])
        long = lengths > step_m
        if not long.any():
            return points
        sideways = np.column_stack([-steps[:, 1], steps[:, 0]])
        shift = np.clip(rng.standard_normal(len(steps)), -2, 2) * strength
        middles = (points[:-1] + points[1:]) / 2 + sideways * shift[:, None]
        points = np.insert(points, np.flatnonzero(long) + 1, middles[long], axis=0)


def resample(line: Points, step_m: float) -> Points:
    """Points at even distances along a line, first and last kept."""
    shape: LineString = linestrings(line)
    count = max(1, round(shape.length / step_m))
    spots = [shape.interpolate(along) for along in np.linspace(0, shape.length, count + 1)]
    return np.asarray(get_coordinates(spots), dtype=np.float64)


def rounded(line: Points, step_m: float) -> Points:
    """A Catmull-Rom curve through the given points, sampled about every `step_m`."""
    padded = np.vstack([2 * line[0] - line[1], line, 2 * line[-1] - line[-2]])
    pieces: list[Points] = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        count = max(2, round(float(np.hypot(*(c - b))) / step_m))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        pieces.append(
            0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        )
    return np.vstack([*pieces, line[-1:]])
