"""Service areas: edges, overlaps, gaps and uncertainty each get one explained answer."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.areacheck import check
from geo.areas import Area, AreaAnswer, DecidedBy, ServiceAreas
from geo.errors import GeoError
from geo.estimate import LocationEstimate, Sample, no_location
from geo.shapes import Position


def square(name: str, west: float, south: float, size: float = 0.1, priority: int = 0) -> Area:
    return Area(name, name, shapely.box(west, south, west + size, south + size), priority)


# b lies east of a; c is an island 0.1° east of b; x is a declared overlap inside a.
A, B, C = square("a", 111.0, 23.0), square("b", 111.1, 23.0), square("c", 111.3, 23.0)
X = square("x", 111.02, 23.02, 0.02, priority=1)
ALL = ServiceAreas("v1", [B, X, C, A])


def estimate(best: tuple[float, float], *samples: tuple[float, float, float]) -> LocationEstimate:
    return LocationEstimate(
        best=best, area95=(), area_m2=1.0, radius95_m=1.0, modes=(), conflicts=(), contributions={}, unused={},
        samples=tuple(Sample(*s) for s in samples), confirmed=False, inside=True, transform_version="t",
    )  # fmt: skip


def chances(answer: AreaAnswer) -> dict[str, float]:
    return {candidate.area_id: candidate.probability for candidate in answer.candidates}


def test_inside_one_area() -> None:
    answer = ALL.which(Position(111.09, 23.05))
    assert (answer.version, answer.chosen, answer.decided_by) == ("v1", "a", DecidedBy.ONLY)
    assert not answer.tie
    assert not answer.gap
    assert answer.nearest_other == "b"
    assert answer.margin_m == pytest.approx(1023, rel=0.01)


@pytest.mark.parametrize("lat", [23.05, 23.0, 23.1])
def test_a_shared_edge_is_a_tie_for_the_lowest_id(lat: float) -> None:
    answer = ALL.which(Position(111.1, lat))
    assert (answer.chosen, answer.decided_by, answer.tie) == ("a", DecidedBy.LOWEST_ID, True)
    assert chances(answer) == {"a": 0.5, "b": 0.5}
    assert answer.margin_m == 0.0


def test_a_declared_overlap_goes_to_the_priority() -> None:
    answer = ALL.which(Position(111.03, 23.03))
    assert (answer.chosen, answer.decided_by, answer.tie) == ("x", DecidedBy.PRIORITY, False)
    assert chances(answer) == {"x": 1.0, "a": 0.0}


def test_a_gap_is_answered_by_the_nearest() -> None:
    answer = ALL.which(Position(111.29, 23.05))
    assert (answer.chosen, answer.decided_by, answer.gap) == ("c", DecidedBy.NEAREST, True)
    assert answer.gap_m == pytest.approx(1023, rel=0.01)
    assert answer.nearest_other == "b"


def test_uncertainty_counts_by_probability() -> None:
    answer = ALL.which_estimate(
        estimate((111.099, 23.05), (111.099, 23.05, 0.4), (111.11, 23.05, 0.5), (111.12, 23.05, 0.1))
    )
    assert (answer.chosen, answer.decided_by) == ("b", DecidedBy.PROBABILITY)
    assert chances(answer) == {"b": 0.6, "a": 0.4}


def test_a_priority_beats_only_where_it_applies() -> None:
    answer = ALL.which_estimate(estimate((111.08, 23.05), (111.08, 23.05, 0.9), (111.03, 23.03, 0.1)))
    assert answer.chosen == "a"
    assert chances(answer) == {"a": 0.9, "x": 0.1}


def test_no_location_still_names_somebody() -> None:
    answer = ALL.which_estimate(no_location({}, "t"))
    assert (answer.chosen, answer.decided_by) == ("a", DecidedBy.NO_LOCATION)
    assert len(answer.candidates) == 4
    assert sum(chances(answer).values()) == pytest.approx(1, abs=1e-3)


def test_without_areas_there_is_no_answer() -> None:
    nobody = ServiceAreas("v0", [])
    for answer in (nobody.which(Position(1, 1)), nobody.which_estimate(no_location({}, "t"))):
        assert (answer.chosen, answer.decided_by) == (None, DecidedBy.NO_AREAS)


def test_one_area_alone_has_no_margin() -> None:
    answer = ServiceAreas("v", [A]).which(Position(110.0, 20.0))
    assert (answer.chosen, answer.gap, answer.margin_m) == ("a", True, None)


@given(st.floats(-179, 179), st.floats(-80, 80))
def test_every_place_on_earth_is_answered(lon: float, lat: float) -> None:
    answer = ALL.which(Position(lon, lat))
    assert answer.chosen == answer.candidates[0].area_id
    assert answer.gap is (answer.gap_m > 0)
    covering = {area.id for area in ALL.list_covering(Position(lon, lat))}
    assert (covering == set()) is (answer.decided_by is DecidedBy.NEAREST)


def test_bad_maps_are_refused() -> None:
    bow = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    for areas, code in (([A, A], "area-id-twice"), ([Area("z", "z", bow)], "area-invalid")):
        with pytest.raises(GeoError) as error:
            ServiceAreas("v", areas)
        assert error.value.code == code


def test_check_finds_overlaps_gaps_and_slivers() -> None:
    overlapping = square("o", 111.09, 23.0)
    report = check([A, X, overlapping], region=shapely.box(111.0, 23.0, 111.25, 23.1))
    found = {(o.first, o.second): (o.declared, o.sliver) for o in report.overlaps}
    assert found == {("a", "x"): (True, False), ("a", "o"): (False, False)}
    assert [(gap.sliver, gap.lon > 111.19) for gap in report.gaps] == [(False, True)]
    assert not report.clean
    shifted = square("s", 111.1001, 23.0)
    [sliver] = check([A, shifted], region=shapely.box(111.0, 23.0, 111.2, 23.1)).gaps
    assert sliver.sliver
    assert sliver.area_m2 == pytest.approx(10.2 * 11_119, rel=0.02)


def test_check_of_a_good_map_is_clean() -> None:
    assert check([A, B, X], region=shapely.box(111.0, 23.0, 111.2, 23.1)).clean
    assert check([A, B, X]).clean
    assert check([]).clean
    ring = Area(
        "ring", "ring", shapely.box(111, 23, 112, 24).difference(shapely.box(111.4, 23.4, 111.6, 23.6))
    )
    assert [not gap.sliver for gap in check([ring]).gaps] == [True]
