"""A local metric plane: degrees to metres around the middle of the imported map, and back.

Equirectangular with the map's middle latitude: exact to invert; a distance is off by under 1 % per degree of
latitude from the middle, which orders neighbouring roads rightly. Distances that are shown come from
`distance_m`.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.shapes import Position

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius of WGS-84 (IUGG 1980)."""

_M_PER_DEGREE = math.pi / 180.0 * EARTH_RADIUS_M

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plane:
    """Metres east and north of (lon 0, lat 0), with east-west scaled at `latitude`."""

    latitude: float

    @property
    def m_per_lon(self) -> float:
        return _M_PER_DEGREE * math.cos(math.radians(self.latitude))

    def to_metres(self, lonlat: Floats) -> Floats:
        """Shape (n, 2) degrees -> (n, 2) metres."""
        xy: Floats = lonlat * np.array([self.m_per_lon, _M_PER_DEGREE])
        return xy

    def to_degrees(self, xy: Floats) -> Floats:
        """Shape (n, 2) metres -> (n, 2) degrees."""
        lonlat: Floats = xy / np.array([self.m_per_lon, _M_PER_DEGREE])
        return lonlat


def distance_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres."""
    return float(distances_m(np.array([[a.lon, a.lat]]), np.array([[b.lon, b.lat]]))[0])


def distances_m(a: Floats, b: Floats) -> Floats:
    """Great-circle distances in metres between rows of (n, 2) lon/lat arrays (haversine, mean sphere)."""
    lon_a, lat_a = np.radians(a).T
    lon_b, lat_b = np.radians(b).T
    h = np.sin((lat_b - lat_a) / 2) ** 2 + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    result: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return result
