"""Datum: published check values, round trips over all of China, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datum import Datum, from_wgs84, from_wgs84_bulk, to_wgs84, to_wgs84_bulk
from geo.errors import GeoError
from geo.geodesy import distance_m
from geo.shapes import Position

WUZHOU = Position(111.279, 23.4769)
SHIFTED = [Datum.GCJ02, Datum.BD09]
china = st.builds(Position, st.floats(72.004, 137.8347), st.floats(0.8293, 55.8271))


@pytest.mark.parametrize(
    "datum, expected",
    [
        (Datum.WGS84, (111.279, 23.4769)),
        (Datum.CGCS2000, (111.279, 23.4769)),
        (Datum.GCJ02, (111.28410772, 23.47430838)),
        (Datum.BD09, (111.29064181, 23.48008078)),
    ],
)
def test_check_values(datum: Datum, expected: tuple[float, float]) -> None:
    assert from_wgs84(WUZHOU, datum) == pytest.approx(expected, abs=5e-9)
    assert distance_m(to_wgs84(*expected, datum), WUZHOU) < 2e-3


@given(china, st.sampled_from(list(Datum)[:4]))
def test_round_trip_is_below_a_micrometre(place: Position, datum: Datum) -> None:
    assert distance_m(to_wgs84(*from_wgs84(place, datum), datum), place) <= 1e-6


@pytest.mark.parametrize("datum", SHIFTED)
@pytest.mark.parametrize("lon", [105.0, 105.0 + 1e-12, 105.0 - 1e-9, 105.0 + 1e-6])
def test_round_trip_at_the_kink_of_the_formula(datum: Datum, lon: float) -> None:
    place = Position(lon, 30.0)
    assert distance_m(to_wgs84(*from_wgs84(place, datum), datum), place) <= 1e-6


@pytest.mark.parametrize("datum", [Datum.WGS84, *SHIFTED])
def test_arrays_agree_with_single_points(datum: Datum) -> None:
    lon, lat = np.random.default_rng(1).uniform((73, 4), (135, 53), (200, 2)).T
    out = from_wgs84_bulk(lon, lat, datum)
    back = to_wgs84_bulk(*out, datum)
    assert np.abs(np.array(back) - (lon, lat)).max() * 111_195 < 1e-6
    for i in range(0, 200, 20):
        single = from_wgs84(Position(lon[i], lat[i]), datum)
        assert single == pytest.approx((out[0][i], out[1][i]), abs=1e-12)


def test_the_shift_has_the_size_of_the_hazard() -> None:
    lon, lat = np.random.default_rng(2).uniform((110.3, 22.6), (111.7, 24.3), (500, 2)).T
    for datum, least, most in [(Datum.GCJ02, 540, 624), (Datum.BD09, 1150, 1275)]:
        moved = from_wgs84_bulk(lon, lat, datum)
        metres = [
            distance_m(Position(*a), Position(*b))
            for a, b in zip(zip(lon, lat, strict=True), zip(*moved, strict=True), strict=True)
        ]
        assert least <= min(metres) <= max(metres) <= most


REFUSED = [
    (0.0, 0.0, "position-null-island"),
    (-1e-7, 1e-7, "position-null-island"),
    (181.0, 10.0, "position-out-of-range"),
    (10.0, -90.5, "position-out-of-range"),
    (float("nan"), 10.0, "position-out-of-range"),
    (10.0, float("inf"), "position-out-of-range"),
]


@pytest.mark.parametrize("lon, lat, code", REFUSED)
@pytest.mark.parametrize("datum", [Datum.WGS84, *SHIFTED])
def test_nowhere_is_refused(lon: float, lat: float, code: str, datum: Datum) -> None:
    for refused in (
        lambda: to_wgs84(lon, lat, datum),
        lambda: from_wgs84(Position(lon, lat), datum),
        lambda: to_wgs84_bulk(np.array([111.0, lon]), np.array([23.0, lat]), datum),
    ):
        with pytest.raises(GeoError) as error:
            refused()
        assert error.value.code == code


def test_bulk_names_the_bad_element() -> None:
    with pytest.raises(GeoError) as error:
        from_wgs84_bulk(np.array([111.0, 111.0, 0.0]), np.array([23.0, 23.0, 0.0]), Datum.GCJ02)
    assert error.value.facts == {"index": 2}


def test_unknown_datum_and_the_poles_have_no_transform() -> None:
    for refused, code in (
        (lambda: to_wgs84(111.0, 23.0, Datum.UNKNOWN), "datum-unknown"),
        (lambda: from_wgs84(WUZHOU, Datum.UNKNOWN), "datum-unknown"),
        (lambda: to_wgs84_bulk(np.array([1.0]), np.array([1.0]), Datum.UNKNOWN), "datum-unknown"),
        (lambda: to_wgs84(111.0, 89.0, Datum.GCJ02), "position-out-of-range"),
    ):
        with pytest.raises(GeoError) as error:
            refused()
        assert error.value.code == code
    assert to_wgs84(111.0, 89.0, Datum.WGS84) == Position(111.0, 89.0)
