"""Shapes: exact to the last bit on both databases, and a box index that follows every change."""

import math
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, insert, select, update

from ledger.storage import Storage, boxes, spatial

scratch = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("shape", spatial.shape_column("GEOMETRY")),
)


def shapes_of(spots: st.SearchStrategy[tuple[float, float]]) -> st.SearchStrategy[BaseGeometry]:
    """Every kind of shape that is stored, with corners at these spots."""
    lines = st.lists(spots, min_size=2, max_size=6, unique=True)
    rings = st.lists(spots, min_size=3, max_size=6, unique=True)
    polygons = st.builds(Polygon, rings, st.lists(rings, max_size=2))
    return st.one_of(
        st.builds(Point, spots),
        st.builds(LineString, lines),
        polygons,
        st.builds(MultiPoint, st.lists(spots, min_size=1, max_size=4)),
        st.builds(MultiLineString, st.lists(lines, min_size=1, max_size=3)),
        st.builds(MultiPolygon, st.lists(polygons, min_size=1, max_size=3)),
    )


LONS, LATS = st.floats(-180, 180), st.floats(-90, 90)
SHAPES = shapes_of(st.tuples(LONS, LATS))
# An index keeps 32-bit floats: spots a tenth of a millimetre apart are as close as it must tell.
COARSE_LONS, COARSE_LATS = (degrees.map(lambda value: round(value, 9)) for degrees in (LONS, LATS))
COARSE = shapes_of(st.tuples(COARSE_LONS, COARSE_LATS))
each_example = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def bits(shape: BaseGeometry | None) -> str:
    assert shape is not None
    found: str = shapely.to_wkb(shape, hex=True, byte_order=1, include_srid=False)
    return found


@settings(max_examples=300, deadline=None)
@given(SHAPES)
def test_the_stored_bytes_give_back_the_same_doubles(shape: BaseGeometry) -> None:
    assert bits(spatial.from_blob(spatial.to_blob(shape))) == bits(shape)


def test_the_stored_bytes_are_those_of_spatialite() -> None:
    blob = spatial.to_blob(Point(1.5, -2))
    assert blob.hex() == (
        "0001e6100000"  # start, little endian, SRID 4326
        "000000000000f83f00000000000000c0000000000000f83f00000000000000c0"  # box
        "7c01000000000000000000f83f00000000000000c0fe"  # class, point, end
    )
    assert spatial.to_blob(MultiPoint([(1, 2)]))[47:49] == b"\x69\x01"


@settings(max_examples=300, deadline=None)
@given(SHAPES, st.data())
def test_bytes_that_are_cut_off_are_no_shape(shape: BaseGeometry, data: st.DataObject) -> None:
    blob = spatial.to_blob(shape)
    length = data.draw(st.integers(0, len(blob) - 2))
    for broken in (blob[:length], blob[:length] + b"\xfe", b"\x00\x01" + blob[:length]):
        with pytest.raises(ValueError):  # noqa: PT011  every way of being broken
            spatial.from_blob(broken)


@pytest.fixture
async def shapes(storage: Storage) -> Storage:
    """A storage with an indexed table of shapes."""

    def make(connection: Connection) -> None:
        scratch.create(connection)
        boxes.create_box_index(connection, "scratch", "shape")

    await storage.write(make)
    return storage


@each_example
@given(shape=SHAPES)
async def test_a_column_gives_back_the_same_doubles(shapes: Storage, shape: BaseGeometry) -> None:
    def work(connection: Connection) -> str:
        connection.execute(delete(scratch))
        connection.execute(insert(scratch).values(id=1, shape=spatial.put(shape)))
        return bits(spatial.get(connection.execute(select(scratch.c.shape)).scalar_one()))

    assert await shapes.write(work) == bits(shape)


async def test_no_shape_stays_no_shape(shapes: Storage) -> None:
    await shapes.write(lambda c: c.execute(insert(scratch).values(id=1, shape=spatial.put(None))).rowcount)
    assert await shapes.read(lambda c: c.execute(select(scratch.c.shape)).scalar_one()) is None


STEPS = st.lists(
    st.tuples(st.sampled_from(["put", "move", "empty", "drop"]), st.integers(1, 6), COARSE), max_size=12
)
WINDOWS = st.builds(
    lambda a, b, c, d: (min(a, b), min(c, d), max(a, b), max(c, d)),
    COARSE_LONS,
    COARSE_LONS,
    COARSE_LATS,
    COARSE_LATS,
)


@each_example
@given(steps=STEPS, window=WINDOWS)
async def test_the_box_index_follows_every_change(
    shapes: Storage, steps: list[tuple[str, int, BaseGeometry]], window: tuple[float, float, float, float]
) -> None:
    there: dict[int, BaseGeometry | None] = {}

    def work(connection: Connection) -> set[int]:
        connection.execute(delete(scratch))
        for what, key, shape in steps:
            apply(connection, there, what, key, shape)
        condition = boxes.in_box(connection, scratch, "shape", window)
        return set(connection.scalars(select(scratch.c.id).where(condition)))

    found = await shapes.write(work)
    assert touching(there, window, 0) <= found <= touching(there, window, 1e-4)


def apply(connection: Connection, there: dict[int, Any], what: str, key: int, shape: BaseGeometry) -> None:
    """One change in the table and in the plain picture of it."""
    row = scratch.c.id == key
    if what == "drop":
        connection.execute(delete(scratch).where(row))
        there.pop(key, None)
    elif key not in there:
        connection.execute(insert(scratch).values(id=key, shape=spatial.put(shape)))
        there[key] = shape
    else:
        new = None if what == "empty" else shape
        connection.execute(update(scratch).where(row).values(shape=spatial.put(new)))
        there[key] = new


def touching(there: dict[int, Any], window: tuple[float, float, float, float], slack: float) -> set[int]:
    """Whose box touches the window; an index may keep its boxes a little larger (32-bit floats)."""
    west, south, east, north = window
    return {
        key
        for key, shape in there.items()
        if shape is not None
        and shape.bounds[0] <= east + slack
        and shape.bounds[2] >= west - slack
        and shape.bounds[1] <= north + slack
        and shape.bounds[3] >= south - slack
    }


async def test_an_index_made_later_knows_what_was_there(shapes: Storage) -> None:
    def work(connection: Connection) -> list[int]:
        boxes.drop_box_index(connection, "scratch", "shape")
        for i in range(5):
            connection.execute(insert(scratch).values(id=i, shape=spatial.put(Point(i, i))))
        boxes.create_box_index(connection, "scratch", "shape")
        condition = boxes.in_box(connection, scratch, "shape", (0.5, 0.5, 3.5, math.pi))
        return sorted(connection.scalars(select(scratch.c.id).where(condition)))

    assert await shapes.write(work) == [1, 2, 3]
