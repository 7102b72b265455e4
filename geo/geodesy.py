"""Metres on the ground: great-circle distance and bearing, and a flat metric frame around one place."""

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, hypot, radians, sin, sqrt
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

EARTH_RADIUS_M = 6_371_008.8
"""Mean earth radius R1 of WGS-84 (IUGG); every distance in Jiuhu is on this sphere."""

_METRES_PER_DEGREE = EARTH_RADIUS_M * radians(1.0)
# Beside a pole a flat frame has no east; 0.01 keeps it finite where no ambulance drives.
_LEAST_COSINE = 0.01

Floats = NDArray[np.float64]


class LonLat(Protocol):
    """Anything with WGS-84 degrees: a `geo.shapes.Position` above all."""

    @property
    def lon(self) -> float: ...

    @property
    def lat(self) -> float: ...


def distance_m(a: LonLat, b: LonLat) -> float:
    """Haversine distance in metres."""
    half_lat = radians(b.lat - a.lat) / 2
    half_lon = radians(b.lon - a.lon) / 2
    h = sin(half_lat) ** 2 + cos(radians(a.lat)) * cos(radians(b.lat)) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(h)))


def bearing_deg(start: LonLat, end: LonLat) -> float:
    """Initial great-circle bearing, degrees clockwise from north in [0, 360)."""
    turn = radians(end.lon - start.lon)
    lat1, lat2 = radians(start.lat), radians(end.lat)
    east = sin(turn) * cos(lat2)
    north = cos(lat1) * sin(lat2) - sin(lat1) * cos(lat2) * cos(turn)
    return degrees(atan2(east, north)) % 360.0


@dataclass(frozen=True, slots=True)
class LocalFrame:
    """A flat frame in metres, x to the east and y to the north of one origin (equirectangular).

    Exact to and fro. Lengths are right to 0.1 % within 15 km north or south of the origin and to 1 % within
    150 km (at 24° north), which is finer than any evidence measured across such a distance.
    """

    lon: float
    lat: float

    @classmethod
    def at(cls, origin: LonLat) -> "LocalFrame":
        return cls(origin.lon, origin.lat)

    @classmethod
    def around(cls, geometry: BaseGeometry) -> "LocalFrame":
        """The frame at the middle of a shapely geometry in WGS-84."""
        west, south, east, north = geometry.bounds
        return cls((west + east) / 2, (south + north) / 2)

    @property
    def _metres_per_lon(self) -> float:
        return _METRES_PER_DEGREE * max(_LEAST_COSINE, cos(radians(self.lat)))

    def to_metres(self, lon: float, lat: float) -> tuple[float, float]:
        """(x, y) of WGS-84 degrees, going the short way round the earth."""
        turn = (lon - self.lon + 180.0) % 360.0 - 180.0
        return turn * self._metres_per_lon, (lat - self.lat) * _METRES_PER_DEGREE

    def to_degrees(self, x_m: float, y_m: float) -> tuple[float, float]:
        """(lon, lat) in WGS-84 of a place in this frame."""
        return self.lon + x_m / self._metres_per_lon, self.lat + y_m / _METRES_PER_DEGREE

    def flatten(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shapely geometry (or an array of them) from WGS-84 degrees into metres."""
        scale = np.array([self._metres_per_lon, _METRES_PER_DEGREE])
        return shapely.transform(geometry, lambda lonlat: (lonlat - [self.lon, self.lat]) * scale)

    def unflatten(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shapely geometry (or an array of them) from metres into WGS-84 degrees."""
        scale = np.array([self._metres_per_lon, _METRES_PER_DEGREE])
        return shapely.transform(geometry, lambda metres: metres / scale + [self.lon, self.lat])

    def apart_m(self, a: LonLat, b: LonLat) -> float:
        """Flat distance of two places near the origin: quicker than `distance_m`."""
        ax, ay = self.to_metres(a.lon, a.lat)
        bx, by = self.to_metres(b.lon, b.lat)
        return hypot(bx - ax, by - ay)
