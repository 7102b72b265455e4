"""Shapes and metres: areas, directions, refusals."""

from collections.abc import Callable
from math import pi

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import GeoError
from geo.geodesy import LocalFrame, bearing_deg, distance_m
from geo.shapes import Position, area_m2, circle, ellipse, polygon, sector

HERE = Position(111.279, 23.4769)


@pytest.mark.parametrize(
    "end, bearing, metres",
    [
        (Position(111.279, 24.4769), 0.0, 111_195.08),
        (Position(111.279, 22.4769), 180.0, 111_195.08),
        (Position(112.279, 23.4769), 89.8, 101_990),
        (Position(110.279, 23.4769), 270.2, 101_990),
    ],
)
def test_distance_and_bearing(end: Position, bearing: float, metres: float) -> None:
    assert distance_m(HERE, end) == pytest.approx(metres, rel=1e-3)
    assert bearing_deg(HERE, end) == pytest.approx(bearing, abs=0.01)


def test_distance_to_the_antipode_is_half_the_round() -> None:
    assert distance_m(Position(10, 20), Position(-170, -20)) == pytest.approx(pi * 6_371_008.8)


@given(st.floats(-179, 179), st.floats(-80, 80), st.floats(-20_000, 20_000), st.floats(-10_000, 10_000))
def test_the_frame_goes_to_and_fro(lon: float, lat: float, x: float, y: float) -> None:
    frame = LocalFrame(lon, lat)
    assert frame.to_metres(*frame.to_degrees(x, y)) == pytest.approx((x, y), abs=1e-5)


def test_the_frame_agrees_with_the_great_circle() -> None:
    near = Position(111.35, 23.55)
    assert LocalFrame.at(HERE).apart_m(HERE, near) == pytest.approx(distance_m(HERE, near), rel=1e-3)


def test_areas() -> None:
    assert area_m2(circle(HERE, 500)) == pytest.approx(pi * 500**2, rel=5e-3)
    assert area_m2(ellipse(HERE, 800, 200, 30)) == pytest.approx(pi * 800 * 200, rel=5e-3)
    assert area_m2(sector(HERE, 3594, 4148, 20, 20)) == pytest.approx(
        pi * (4148**2 - 3594**2) * 20 / 360, rel=5e-3
    )
    assert area_m2(sector(HERE, 500, 1000, 0, 360)) == pytest.approx(pi * (1000**2 - 500**2), rel=5e-3)
    assert area_m2(shapely.Polygon()) == 0.0


def test_directions_are_clockwise_from_north() -> None:
    east = sector(HERE, 100, 1000, 80, 20)
    middle = Position(east.centroid.x, east.centroid.y)
    assert bearing_deg(HERE, middle) == pytest.approx(90, abs=0.5)
    assert not east.contains(shapely.Point(HERE.lon, HERE.lat)), "an arc band does not hold its antenna"
    west, south, right, north = ellipse(HERE, 1000, 100, 90).bounds
    assert right - west > 5 * (north - south)


def test_rings_run_counter_clockwise() -> None:
    for shape in (circle(HERE, 10), sector(HERE, 0, 50, 300, 200), polygon(SQUARE), polygon(SQUARE[::-1])):
        assert shape.is_valid
        assert shape.exterior.is_ccw


SQUARE = [Position(111, 23), Position(111.1, 23), Position(111.1, 23.1), Position(111, 23.1)]


@pytest.mark.parametrize(
    "build",
    [
        lambda: circle(HERE, 0.0),
        lambda: ellipse(HERE, 100, float("nan"), 0),
        lambda: sector(HERE, 500, 400, 0, 60),
        lambda: sector(HERE, 100, 400, 0, 0),
        lambda: polygon(SQUARE[:2]),
        lambda: polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3]]),
    ],
)
def test_broken_shapes_are_refused(build: Callable[[], object]) -> None:
    with pytest.raises(GeoError) as error:
        build()
    assert error.value.code == "shape-invalid"
