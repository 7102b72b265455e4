"""Every position enters through here, with its datum named: WGS-84, GCJ-02 and BD-09, to and fro.

GCJ-02 shifts a place in China by up to 680 m, BD-09 by about twice that, so a datum is never guessed: there
is no default, no "inside China" box, and `unknown` is refused here (`geo.locate` weighs its two readings).
The transforms are the publicly known approximations; the ways back are fixed-point iterations that agree
with the ways out to better than a micrometre in all of China.
"""

import math
from enum import StrEnum
from typing import Protocol, TypeVar

import numpy as np

from geo.errors import GeoError
from geo.geodesy import Floats
from geo.shapes import Position

TRANSFORM_VERSION = "gcj-bd-1"
"""Stored beside what was converted; changes whenever a result could change by more than a millimetre."""


class Datum(StrEnum):
    """The coordinate system in which a position was stated."""

    WGS84 = "wgs84"
    """GNSS, AML, OpenStreetMap, Plus codes."""
    CGCS2000 = "cgcs2000"
    """China's national frame (Tianditu); within decimetres of WGS-84 and treated as equal to it."""
    GCJ02 = "gcj02"
    """Shared pins and maps of WeChat, Amap, Tencent."""
    BD09 = "bd09"
    """Baidu."""
    UNKNOWN = "unknown"
    """The sender does not know. Evidence may say so; a Position is never made of it."""


def to_wgs84(lon: float, lat: float, datum: Datum) -> Position:
    """The Position meant by degrees stated in `datum`.

    Raises GeoError: "position-out-of-range" (NaN too), "position-null-island" for (0, 0), "datum-unknown".
    """
    _refuse_nowhere(lon, lat)
    match datum:
        case Datum.WGS84 | Datum.CGCS2000:
            return Position(lon, lat)
        case Datum.GCJ02:
            _refuse_polar(lat)
            lon, lat = _gcj_to_wgs(lon, lat, math)
        case Datum.BD09:
            _refuse_polar(lat)
            lon, lat = _gcj_to_wgs(*_bd_to_gcj(lon, lat, math), math)
        case Datum.UNKNOWN:
            raise GeoError("datum-unknown")
    _refuse_nowhere(lon, lat)
    return Position(lon, lat)


def from_wgs84(position: Position, datum: Datum) -> tuple[float, float]:
    """(lon, lat) of a position as `datum` states it, for outgoing messages. Raises as `to_wgs84`."""
    lon, lat = position.lon, position.lat
    _refuse_nowhere(lon, lat)
    match datum:
        case Datum.WGS84 | Datum.CGCS2000:
            return lon, lat
        case Datum.GCJ02:
            _refuse_polar(lat)
            return _wgs_to_gcj(lon, lat, math)
        case Datum.BD09:
            _refuse_polar(lat)
            return _gcj_to_bd(*_wgs_to_gcj(lon, lat, math), math)
        case Datum.UNKNOWN:
            raise GeoError("datum-unknown")


def to_wgs84_bulk(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """`to_wgs84` for arrays; one bad element refuses them all and is named by its `index`."""
    lon, lat = _refuse_any_nowhere(lon, lat, datum)
    if datum is Datum.BD09:
        lon, lat = _bd_to_gcj(lon, lat, np)
    if datum in (Datum.GCJ02, Datum.BD09):
        lon, lat = _gcj_to_wgs(lon, lat, np)
    return lon, lat


def from_wgs84_bulk(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    """`from_wgs84` for arrays; one bad element refuses them all and is named by its `index`."""
    lon, lat = _refuse_any_nowhere(lon, lat, datum)
    if datum in (Datum.GCJ02, Datum.BD09):
        lon, lat = _wgs_to_gcj(lon, lat, np)
    if datum is Datum.BD09:
        lon, lat = _gcj_to_bd(lon, lat, np)
    return lon, lat


# (0, 0) is what devices without a fix send; some round or jitter the last digit.
_NULL_ISLAND_DEG = 1e-5
# Towards the poles the longitude shift of GCJ-02 grows without bound; China ends at 54° north.
_POLAR_DEG = 85.0


def _refuse_nowhere(lon: float, lat: float) -> None:
    if not (-180.0 <= lon <= 180.0 and -90.0 <= lat <= 90.0):
        raise GeoError("position-out-of-range", lon=lon, lat=lat)
    if abs(lon) < _NULL_ISLAND_DEG and abs(lat) < _NULL_ISLAND_DEG:
        raise GeoError("position-null-island", lon=lon, lat=lat)


def _refuse_polar(lat: float) -> None:
    if abs(lat) > _POLAR_DEG:
        raise GeoError("position-out-of-range", lat=lat)


def _refuse_any_nowhere(lon: Floats, lat: Floats, datum: Datum) -> tuple[Floats, Floats]:
    if datum is Datum.UNKNOWN:
        raise GeoError("datum-unknown")
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    highest = _POLAR_DEG if datum in (Datum.GCJ02, Datum.BD09) else 90.0
    inside = (np.abs(lon) <= 180.0) & (np.abs(lat) <= highest)
    if not inside.all():
        raise GeoError("position-out-of-range", index=int(np.argmin(inside)))
    null = (np.abs(lon) < _NULL_ISLAND_DEG) & (np.abs(lat) < _NULL_ISLAND_DEG)
    if null.any():
        raise GeoError("position-null-island", index=int(np.argmax(null)))
    return lon, lat


_N = TypeVar("_N", float, Floats)


class _Maths(Protocol[_N]):
    """What `math` (15 times quicker for one point) and `numpy` share, so that each formula stands once."""

    def sin(self, x: _N, /) -> _N: ...
    def cos(self, x: _N, /) -> _N: ...
    def sqrt(self, x: _N, /) -> _N: ...
    def fabs(self, x: _N, /) -> _N: ...
    def atan2(self, y: _N, x: _N, /) -> _N: ...


_KRASOVSKY_A_M = 6_378_245.0
_KRASOVSKY_E2 = 0.00669342162296594323
_BD_TURN = 3000.0 * math.pi / 180.0
# Each step is about 200 times closer: five reach 1e-9 m, two more serve the kink of the formula at 105° east.
_STEPS = 7


def _gcj_shift(lon: _N, lat: _N, m: _Maths[_N]) -> tuple[_N, _N]:
    """Degrees that GCJ-02 adds to WGS-84 at this place."""
    x, y, pi = lon - 105.0, lat - 35.0, math.pi
    root = m.sqrt(m.fabs(x))
    ripple = 20 * m.sin(6 * pi * x) + 20 * m.sin(2 * pi * x)
    north = (
        -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
        + 2 / 3 * (ripple + 20 * m.sin(pi * y) + 40 * m.sin(pi * y / 3))
        + 2 / 3 * (160 * m.sin(pi * y / 12) + 320 * m.sin(pi * y / 30))
    )  # fmt: skip
    east = (
        300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
        + 2 / 3 * (ripple + 20 * m.sin(pi * x) + 40 * m.sin(pi * x / 3))
        + 2 / 3 * (150 * m.sin(pi * x / 12) + 300 * m.sin(pi * x / 30))
    )  # fmt: skip
    phi = lat * (pi / 180.0)
    sin_phi = m.sin(phi)
    w2 = 1 - _KRASOVSKY_E2 * sin_phi * sin_phi
    w = m.sqrt(w2)
    meridian = _KRASOVSKY_A_M * (1 - _KRASOVSKY_E2) / (w2 * w)
    parallel = _KRASOVSKY_A_M / w * m.cos(phi)
    return east * 180.0 / (pi * parallel), north * 180.0 / (pi * meridian)


def _wgs_to_gcj(lon: _N, lat: _N, m: _Maths[_N]) -> tuple[_N, _N]:
    east, north = _gcj_shift(lon, lat, m)
    return lon + east, lat + north


def _gcj_to_wgs(lon: _N, lat: _N, m: _Maths[_N]) -> tuple[_N, _N]:
    at_lon, at_lat = lon, lat
    for _ in range(_STEPS):
        east, north = _gcj_shift(at_lon, at_lat, m)
        at_lon, at_lat = lon - east, lat - north
    return at_lon, at_lat


def _gcj_to_bd(lon: _N, lat: _N, m: _Maths[_N]) -> tuple[_N, _N]:
    z = m.sqrt(lon * lon + lat * lat) + 0.00002 * m.sin(lat * _BD_TURN)
    t = m.atan2(lat, lon) + 0.000003 * m.cos(lon * _BD_TURN)
    return z * m.cos(t) + 0.0065, z * m.sin(t) + 0.006


def _bd_to_gcj(lon: _N, lat: _N, m: _Maths[_N]) -> tuple[_N, _N]:
    u, v = lon - 0.0065, lat - 0.006
    z = m.sqrt(u * u + v * v) - 0.00002 * m.sin(v * _BD_TURN)
    t = m.atan2(v, u) - 0.000003 * m.cos(u * _BD_TURN)
    at_lon, at_lat = z * m.cos(t), z * m.sin(t)
    # The closed inverse errs by 0.1 m; each correction is 150 times closer.
    for _ in range(4):
        back_lon, back_lat = _gcj_to_bd(at_lon, at_lat, m)
        at_lon, at_lat = at_lon - (back_lon - lon), at_lat - (back_lat - lat)
    return at_lon, at_lat
