"""Position, the only form in which a place is known inside, and shapes of uncertainty around it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geo.errors import GeoError
from geo.geodesy import Floats, LocalFrame

_CORNERS = 64
"""Corners of a full round: the polygon then misses 0.16 % of a disc's area."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth in WGS-84 degrees.

    Nothing from outside becomes a Position except through `geo.datum`, which asks for the datum by name.
    """

    lon: float
    lat: float


def circle(centre: Position, radius_m: float) -> Polygon:
    """The disc around a place. Raises GeoError "shape-invalid" unless the radius is positive."""
    return ellipse(centre, radius_m, radius_m, 0.0)


def ellipse(centre: Position, semi_major_m: float, semi_minor_m: float, orientation_deg: float) -> Polygon:
    """An ellipse whose major axis points `orientation_deg` clockwise from north (gs:Ellipse of PIDF-LO)."""
    if not (np.isfinite([semi_major_m, semi_minor_m]).all() and min(semi_major_m, semi_minor_m) > 0):
        raise GeoError("shape-invalid", shape="ellipse")
    turn = np.linspace(0.0, 2 * np.pi, _CORNERS, endpoint=False)
    along, across = semi_major_m * np.cos(turn), semi_minor_m * np.sin(turn)
    tilt = np.radians(orientation_deg)
    east = along * np.sin(tilt) + across * np.cos(tilt)
    north = along * np.cos(tilt) - across * np.sin(tilt)
    return _from_ring(centre, east, north)


def sector(centre: Position, inner_m: float, outer_m: float, start_deg: float, opening_deg: float) -> Polygon:
    """An arc band seen from an antenna, angles clockwise from north (gs:ArcBand).

    An opening of 360 gives a ring, or a disc when the inner radius is zero.
    """
    if not (0 <= inner_m < outer_m < np.inf and 0 < opening_deg <= 360):
        raise GeoError("shape-invalid", shape="sector")
    if opening_deg == 360:
        ring = circle(centre, outer_m)
        return shapely.difference(ring, circle(centre, inner_m)) if inner_m > 0 else ring
    corners = max(3, round(_CORNERS * opening_deg / 360) + 1)
    azimuth = np.radians(np.linspace(start_deg, start_deg + opening_deg, corners))
    inner = azimuth[::-1] if inner_m > 0 else azimuth[:1]
    radius = np.concatenate([np.full(len(azimuth), outer_m), np.full(len(inner), inner_m)])
    azimuth = np.concatenate([azimuth, inner])
    return _from_ring(centre, radius * np.sin(azimuth), radius * np.cos(azimuth))


def polygon(ring: Sequence[Position]) -> Polygon:
    """An outline, closed or not. Raises GeoError "shape-invalid" when it crosses itself or is empty."""
    if len(set(ring)) < 3:
        raise GeoError("shape-invalid", shape="polygon")
    shape = Polygon([(corner.lon, corner.lat) for corner in ring])
    if not shape.is_valid or shape.area == 0.0:
        raise GeoError("shape-invalid", shape="polygon")
    return shapely.orient_polygons(shape)


def area_m2(shape: BaseGeometry) -> float:
    """Ground area of a WGS-84 geometry; within 1 % up to the size of a prefecture."""
    return float(LocalFrame.around(shape).flatten(shape).area) if not shape.is_empty else 0.0


def _from_ring(centre: Position, east_m: Floats, north_m: Floats) -> Polygon:
    flat = Polygon(np.column_stack([east_m, north_m]))
    return shapely.orient_polygons(LocalFrame.at(centre).unflatten(flat))
