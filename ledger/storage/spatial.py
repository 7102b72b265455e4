"""Shapes on SQLite without an extension: the SQL functions that GeoAlchemy2 calls, answered by shapely.

The bytes in a column are SpatiaLite's BLOB-Geometry (its documented format: 00 01, srid, box, 7C, WKB without the
byte-order mark, FE), so a file can be opened with SpatiaLite later. Only simple 2D shapes are stored.
On PostgreSQL, PostGIS does all of this itself.
"""

import sqlite3
import struct
from collections.abc import Callable
from typing import Any

import shapely
from geoalchemy2 import Geometry, WKBElement
from geoalchemy2.shape import from_shape, to_shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Dialect

SRID = 4326
"""WGS-84: nothing else is ever stored."""

_HEADER = struct.Struct("<BBi4dB")
_START, _LITTLE_ENDIAN, _BOX_END, _END = 0x00, 0x01, 0x7C, 0xFE
_MEMBER, _WKB_HEAD, _COUNT = 0x69, struct.Struct("<I"), struct.Struct("<I")
_MULTI = (4, 5, 6, 7)


class _Shape(Geometry):
    """GeoAlchemy2 hands shapes to SQLite as WKT, which loses digits below one degree; this one hands over WKB."""

    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        general: Callable[[Any], Any] = super().bind_processor(dialect)  # type: ignore[no-untyped-call]
        if dialect.name != "sqlite":
            return general
        return lambda value: value.desc if isinstance(value, WKBElement) else general(value)


def shape_column(kind: str) -> Geometry:
    """A column type for `kind` (POINT, POLYGON, MULTIPOLYGON, GEOMETRY) in WGS-84."""
    return _Shape(kind, srid=SRID, spatial_index=False)


def put(shape: BaseGeometry | None) -> WKBElement | None:
    """A shape as a column takes it."""
    return None if shape is None else from_shape(shape, srid=SRID, extended=True)


def get(element: WKBElement | None) -> BaseGeometry | None:
    """A shape as a column gave it."""
    return None if element is None else to_shape(element)


def to_blob(shape: BaseGeometry) -> bytes:
    """SpatiaLite's bytes of a shape."""
    wkb = shapely.to_wkb(shape, byte_order=1, output_dimension=2, include_srid=False)
    return _HEADER.pack(_START, _LITTLE_ENDIAN, SRID, *shape.bounds, _BOX_END) + _body(wkb) + bytes([_END])


def from_blob(blob: bytes) -> BaseGeometry:
    """The shape in SpatiaLite's bytes; ValueError when they are something else."""
    if len(blob) < _HEADER.size + 5 or blob[0] != _START or blob[1] != _LITTLE_ENDIAN or blob[-1] != _END:
        raise ValueError("not a stored shape")
    try:
        return shapely.from_wkb(_wkb(blob[_HEADER.size : -1]))
    except (struct.error, shapely.errors.ShapelyError) as error:
        raise ValueError("not a stored shape") from error


def _body(wkb: bytes) -> bytes:
    """WKB without its byte-order byte; members of MULTI types begin with 69 instead of it."""
    return _each_member(wkb[1:], lambda member: bytes([_MEMBER]) + member[1:])


def _wkb(body: bytes) -> bytes:
    return b"\x01" + _each_member(body, lambda member: b"\x01" + member[1:])


def _each_member(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    (kind,) = _WKB_HEAD.unpack_from(body)
    if kind not in _MULTI:
        return body
    (count,) = _COUNT.unpack_from(body, 4)
    pieces, at = [body[:8]], 8
    for _ in range(count):
        end = at + _member_length(body, at)
        pieces.append(change(body[at:end]))
        at = end
    return b"".join(pieces)


def _member_length(body: bytes, at: int) -> int:
    (kind,) = _WKB_HEAD.unpack_from(body, at + 1)
    if kind == 1:
        return 5 + 16
    (count,) = _COUNT.unpack_from(body, at + 5)
    if kind == 2:
        return 9 + 16 * int(count)
    length = 9
    for _ in range(count):
        (points,) = _COUNT.unpack_from(body, at + length)
        length += 4 + 16 * int(points)
    return length


def _from_text(text: str) -> bytes:
    """From EWKT, or from EWKB in hex."""
    head, semicolon, wkt = text.partition(";")
    shape = shapely.from_wkt(wkt) if semicolon else shapely.from_wkb(text)
    srid = head.upper() if semicolon else f"SRID={shapely.get_srid(shape)}"
    if srid != f"SRID={SRID}":
        raise ValueError(f"shapes are stored in SRID {SRID}")
    return to_blob(shape)


def _as_ewkb(blob: bytes) -> str:
    hexadecimal: str = shapely.to_wkb(
        shapely.set_srid(from_blob(blob), SRID), hex=True, include_srid=True, byte_order=1
    )
    return hexadecimal


def install(connection: sqlite3.Connection) -> None:
    """Give a SQLite connection the functions. NULL in, NULL out."""

    def answer(name: str, arguments: int, function: Callable[..., Any]) -> None:
        def null_safe(*values: Any) -> Any:  # noqa: ANN401
            return None if any(value is None for value in values) else function(*values)

        connection.create_function(name, arguments, null_safe, deterministic=True)

    answer("GeomFromEWKT", 1, _from_text)
    answer("AsEWKB", 1, _as_ewkb)
    answer("MbrMinX", 1, lambda blob: from_blob(blob).bounds[0])
    answer("MbrMinY", 1, lambda blob: from_blob(blob).bounds[1])
    answer("MbrMaxX", 1, lambda blob: from_blob(blob).bounds[2])
    answer("MbrMaxY", 1, lambda blob: from_blob(blob).bounds[3])
    answer("ST_Intersects", 2, lambda a, b: int(from_blob(a).intersects(from_blob(b))))
    for name, arguments in (
        ("RecoverGeometryColumn", 5),
        ("CreateSpatialIndex", 2),
        ("CheckSpatialIndex", 2),
        ("DiscardGeometryColumn", 2),
        ("DisableSpatialIndex", 2),
    ):
        answer(name, arguments, lambda *_: 1)
