"""locate: each promise of a location estimate on small cases, and no crash on any evidence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiLineString, Polygon

from geo.datum import Datum, from_wgs84
from geo.errors import GeoError
from geo.estimate import LocationEstimate
from geo.evidence import (
    EllipseEvidence,
    ErrorLaw,
    Evidence,
    EvidenceSource,
    PlusCodeEvidence,
    PointEvidence,
    PolygonEvidence,
    SectorEvidence,
    SpokenPlace,
)
from geo.gazetteer import Gazetteer
from geo.geodesy import distance_m
from geo.locate import locate
from geo.places import NamedPlace, NamedRoad
from geo.shapes import Position

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
REGION = shapely.box(110.3, 22.6, 111.7, 24.3)
TRUTH = Position(111.279, 23.4769)
FAR = Position(111.0, 23.2)
NAMES = Gazetteer.build(
    [
        NamedPlace("1", "珠山村", (), "village", TRUTH, 800.0, ("河东镇",)),
        NamedPlace("2", "珠山村", (), "village", FAR, 800.0, ("埌南镇",)),
    ],
    [NamedRoad("西江一路", "G321", MultiLineString([[(111.2, 23.4), (111.3, 23.5)]]))],
)


def point(source: EvidenceSource, at: Position = TRUTH, **more: Any) -> PointEvidence:
    more = {"datum": Datum.WGS84, "received_at": NOW, **more}
    return PointEvidence(source=source, lon=at.lon, lat=at.lat, **more)


def spoken(words: str) -> SpokenPlace:
    return SpokenPlace(source=EvidenceSource.SPOKEN, received_at=NOW, words=words, id="words")


def cell(**more: Any) -> SectorEvidence:
    more = {"inner_m": 600.0, "outer_m": 1400.0, "start_deg": 0.0, "opening_deg": 120.0, "id": "cell", **more}
    return SectorEvidence(
        source=EvidenceSource.CELL, received_at=NOW, lon=111.27, lat=23.4735, datum=Datum.WGS84, **more
    )


def find(*evidence: Evidence, now: datetime = NOW, moving: bool = False) -> LocationEstimate:
    return locate(evidence, gazetteer=NAMES, bounds=REGION, now=now, moving=moving)


def off_m(estimate: LocationEstimate, truth: Position = TRUTH) -> float:
    assert estimate.best is not None
    return distance_m(Position(*estimate.best), truth)


def holds(estimate: LocationEstimate, place: Position) -> bool:
    return any(
        shapely.intersects_xy(shapely.Polygon(outer, holes), place.lon, place.lat)
        for outer, *holes in estimate.area95
    )


AML, PIN = EvidenceSource.AML, EvidenceSource.SHARED_PIN


def test_one_point_is_the_best_place_with_its_area() -> None:
    result = find(point(AML, radius_m=15.1, id="aml"))
    assert off_m(result) < 1
    assert holds(result, TRUTH)
    assert len(result.area95) == 1
    # sigma 10 m: 95 % of a mixture that admits threefold overconfidence.
    assert 25 < (result.radius95_m or 0) < 100
    assert result.contributions == {"aml": 1.0}
    assert (result.confirmed, result.inside) == (False, True)


def test_agreement_sharpens_and_says_who_contributed() -> None:
    alone = find(point(AML, radius_m=60, id="aml"))
    both = find(point(AML, radius_m=60, id="aml"), cell(), point(PIN, id="pin"))
    assert (both.radius95_m or 0) < 0.6 * (alone.radius95_m or 0)
    assert both.conflicts == ()
    assert both.contributions["pin"] > both.contributions["aml"] > both.contributions["cell"]
    assert sum(both.contributions.values()) == pytest.approx(1, abs=1e-3)
    assert set(both.modes[0].sources) == {"aml", "cell", "pin"}


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_a_named_datum_is_undone(datum: Datum) -> None:
    lon, lat = from_wgs84(TRUTH, datum)
    assert off_m(find(point(PIN, Position(lon, lat), datum=datum))) < 1


def test_an_unknown_datum_is_two_places_never_one() -> None:
    lon, lat = from_wgs84(TRUTH, Datum.GCJ02)
    alone = find(point(PIN, Position(lon, lat), datum=Datum.UNKNOWN))
    assert [mode.probability for mode in alone.modes] == pytest.approx([0.5, 0.5], abs=0.05)
    assert holds(alone, TRUTH)
    assert holds(alone, Position(lon, lat))
    assert (alone.radius95_m or 0) > 500
    settled = find(point(PIN, Position(lon, lat), datum=Datum.UNKNOWN), point(AML, radius_m=60))
    assert off_m(settled) < 40
    assert settled.modes[0].probability > 0.95


def test_a_wrong_datum_is_suspected_when_the_other_reading_agrees() -> None:
    lon, lat = from_wgs84(TRUTH, Datum.GCJ02)
    result = find(point(AML, radius_m=30, id="aml"), point(PIN, Position(lon, lat), id="pin"))
    [conflict] = result.conflicts
    assert conflict.datum_suspected == "pin"
    assert 500 < conflict.distance_m < 650
    assert off_m(result) < 25
    assert result.contributions["pin"] > 0


def test_a_contradiction_keeps_both_places_and_names_the_pair() -> None:
    result = find(
        point(AML, radius_m=20, id="aml"), point(EvidenceSource.OPERATOR, FAR, radius_m=800, id="op")
    )
    assert {(c.first, c.second) for c in result.conflicts} == {("aml", "op")}
    assert result.conflicts[0].probability > 0.99
    assert result.conflicts[0].distance_m == pytest.approx(distance_m(TRUTH, FAR), rel=0.01)
    assert off_m(result) < 5, "of two equally likely places the sharper leads"
    assert holds(result, TRUTH)
    assert holds(result, FAR)
    assert 0.3 < result.modes[1].probability < 0.7


def test_words_with_two_meanings_are_settled_by_a_cell() -> None:
    alone = find(spoken("珠山村"))
    assert [mode.label for mode in alone.modes[:2]] != []
    assert {mode.label for mode in alone.modes[:2]} == {"河东镇珠山村", "埌南镇珠山村"}
    settled = find(spoken("珠山村"), cell())
    assert settled.modes[0].label == "河东镇珠山村"
    assert settled.modes[0].probability > 0.9
    assert off_m(settled) < 900


def test_a_road_number_and_a_cell_meet_on_the_road() -> None:
    result = find(spoken("G321"), cell(outer_m=2500.0, opening_deg=180.0))
    line = shapely.LineString([(111.2, 23.4), (111.3, 23.5)])
    assert result.best is not None
    assert line.distance(shapely.Point(result.best)) * 111_195 < 700


def test_a_confirmed_point_stays_and_the_rest_contradicts() -> None:
    confirmed = point(EvidenceSource.DISPATCHER, FAR, id="me")
    older = point(EvidenceSource.DISPATCHER, TRUTH, id="before", received_at=NOW - timedelta(minutes=2))
    result = find(confirmed, older, point(AML, radius_m=10, id="aml"))
    assert result.confirmed
    assert off_m(result, FAR) < 0.2
    assert result.contributions["me"] == 1.0
    assert result.unused == {"before": "counted-once"}
    assert ("me", "aml") in {(c.first, c.second) for c in result.conflicts}
    assert (result.radius95_m or 0) < 200


def test_related_reports_count_once() -> None:
    one = find(cell())
    two = find(cell(provider="cmcc"), cell(provider="cmcc", id="again", outer_m=1600.0))
    assert two.unused == {"again": "counted-once"}
    assert two.area_m2 == pytest.approx(one.area_m2, rel=0.15)
    other = find(cell(provider="cmcc"), cell(provider="cucc", id="again"))
    assert other.unused == {}


def test_old_evidence_spreads_and_new_evidence_takes_over() -> None:
    at: dict[str, Any] = {"received_at": NOW, "fixed_at": NOW - timedelta(minutes=3)}
    fresh, old = find(point(AML, radius_m=15)), find(point(AML, radius_m=15, **at))
    driving = locate([point(AML, radius_m=15, **at)], gazetteer=None, bounds=REGION, now=NOW, moving=True)
    assert (fresh.radius95_m or 0) < (old.radius95_m or 0) / 4 < (driving.radius95_m or 0) / 16
    moved = find(point(AML, FAR, radius_m=15, id="old", **at), point(AML, radius_m=30, id="new"))
    assert off_m(moved) < 1
    assert moved.unused == {"old": "counted-once"}
    assert len(moved.conflicts) == 1
    waiting = find(point(EvidenceSource.LANDLINE, **at))
    assert (waiting.radius95_m or 0) < 500, "a landline does not walk away"


@pytest.mark.parametrize(
    "evidence, code",
    [
        (point(AML, Position(0.0, 0.0)), "position-null-island"),
        (point(PIN, Position(111.0, 88.0), datum=Datum.GCJ02), "position-out-of-range"),
        (spoken("zzzz"), "no-name-found"),
        (PlusCodeEvidence(source=EvidenceSource.SPOKEN, received_at=NOW, code="HELLO"), "plus-code-invalid"),
        (cell(inner_m=900.0, outer_m=800.0), "shape-invalid"),
        (
            PolygonEvidence(
                source=EvidenceSource.PARTNER, received_at=NOW, datum=Datum.WGS84,
                ring=((111.0, 23.0), (111.1, 23.1), (111.1, 23.0), (111.0, 23.1)),
            ),
            "shape-invalid",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gives_no_location_and_a_reason(evidence: Evidence, code: str) -> None:
    result = find(evidence)
    assert result.best is None
    assert (result.area95, result.samples, result.modes) == ((), (), ())
    assert list(result.unused.values()) == [code]
    assert off_m(find(evidence, point(AML))) < 1, "it does not spoil what can be read"


def test_nothing_said_is_no_location() -> None:
    assert find().best is None
    assert locate([spoken("珠山村")], gazetteer=None, bounds=REGION, now=NOW).unused == {
        "words": "no-gazetteer"
    }
    with pytest.raises(GeoError):
        locate([], gazetteer=None, bounds=shapely.Polygon(), now=NOW)


def test_shapes_and_codes_are_located() -> None:
    disc = find(point(EvidenceSource.PARTNER, radius_m=500, pdf=ErrorLaw.UNKNOWN))
    assert holds(disc, TRUTH)
    assert (disc.radius95_m or 0) >= 475
    oval = find(
        EllipseEvidence(
            source=EvidenceSource.OPERATOR, received_at=NOW, lon=TRUTH.lon, lat=TRUTH.lat, datum=Datum.WGS84,
            semi_major_m=2000, semi_minor_m=200, orientation_deg=90,
        )
    )  # fmt: skip
    west, south, east, north = shapely.Polygon(oval.area95[0][0]).bounds
    assert east - west > 3 * (north - south)
    ring = ((111.27, 23.47), (111.29, 23.47), (111.29, 23.49), (111.27, 23.49))
    patch = find(
        PolygonEvidence(source=EvidenceSource.PARTNER, received_at=NOW, datum=Datum.WGS84, ring=ring)
    )
    assert 4e6 < (patch.area_m2 or 0) < 12e6
    full = PlusCodeEvidence(source=EvidenceSource.SPOKEN, received_at=NOW, code="7PP3F7GH+QJ")
    short = PlusCodeEvidence(source=EvidenceSource.SPOKEN, received_at=NOW, code="F7GH+QJ")
    assert find(short).best is not None
    assert find(full).best is not None


def test_the_arc_of_a_cell_is_one_mode() -> None:
    assert len(find(cell()).modes) == 1
    assert len(find(cell(inner_m=3000.0, outer_m=3200.0, opening_deg=200.0)).modes) == 1


def test_samples_stand_for_the_probability() -> None:
    result = find(point(AML, radius_m=20), point(EvidenceSource.OPERATOR, FAR, radius_m=800))
    assert 8 <= len(result.samples) <= 12
    assert sum(s.weight for s in result.samples) == pytest.approx(1, abs=1e-3)
    here = sum(s.weight for s in result.samples if distance_m(Position(s.lon, s.lat), TRUTH) < 5000)
    assert here == pytest.approx(result.modes[0].probability, abs=0.1)


def test_ids_are_made_unique() -> None:
    result = find(point(AML, id="x"), point(PIN, id="x"), cell(id=None))
    assert set(result.contributions) == {"x", "x#2", "#3"}


def test_the_estimate_travels() -> None:
    result = find(point(AML), spoken("珠山村"), cell())
    assert msgspec.json.decode(msgspec.json.encode(result), type=LocationEstimate) == result
    assert b'"kind":"location-estimate"' in msgspec.json.encode(result)


place_near = {"lon": st.floats(110.0, 112.0), "lat": st.floats(22.0, 25.0)}
anywhere = {"lon": st.floats(-180, 180), "lat": st.floats(-90, 90)}
length = st.floats(0, 500_000) | st.floats(0, 2000)
common = {
    "source": st.sampled_from(EvidenceSource),
    "received_at": st.timedeltas(timedelta(days=-1), timedelta(days=1)).map(lambda age: NOW + age),
    "provider": st.none() | st.just("cmcc"),
    "id": st.none() | st.sampled_from(["a", "b"]),
}
measured = {**common, "datum": st.sampled_from(Datum), "confidence": st.none() | st.floats(0.001, 1)}
any_evidence = st.one_of(
    st.builds(
        PointEvidence, **measured, **place_near, radius_m=st.none() | length, pdf=st.sampled_from(ErrorLaw)
    ),
    st.builds(PointEvidence, **measured, **anywhere, radius_m=st.none() | length),
    st.builds(
        EllipseEvidence, **measured, **place_near, semi_major_m=length, semi_minor_m=length,
        orientation_deg=st.floats(-360, 360),
    ),
    st.builds(
        SectorEvidence, **measured, **place_near, inner_m=length, outer_m=length,
        start_deg=st.floats(-360, 360), opening_deg=st.floats(0.01, 360),
    ),
    st.builds(
        PolygonEvidence, **measured,
        ring=st.lists(st.tuples(*place_near.values()), min_size=3, max_size=8).map(tuple),
    ),
    st.builds(SpokenPlace, **common, words=st.sampled_from(["珠山村", "G321", "西江一路对面", "x", "村"])),
    st.builds(PlusCodeEvidence, **common, code=st.sampled_from(["7PP3F7GH+QJ", "F7GH+QJ", "0000", "++++"])),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(any_evidence, max_size=5), st.booleans())
def test_any_evidence_is_answered_the_same_way_twice(evidence: list[Evidence], moving: bool) -> None:
    result = find(*evidence, moving=moving)
    assert result == find(*evidence, moving=moving)
    assert result.best != (0.0, 0.0)
    if result.best is not None:
        assert result.area95
        assert result.modes[0].probability > 0
        assert abs(sum(mode.probability for mode in result.modes)) <= 1.01
        assert all(0 <= weight <= 1 for weight in result.contributions.values())
    msgspec.json.encode(result)


def test_one_good_pin_alone_is_a_small_area_in_a_region_that_does_not_fill_its_box() -> None:
    """A prefecture along a valley covers half of its box; the strays of one source must not fill the other half."""
    valley = Polygon(
        [(110.3, 22.6), (110.6, 22.6), (111.7, 24.0), (111.7, 24.3), (111.4, 24.3), (110.3, 23.0)]
    )
    for source in (EvidenceSource.AML, EvidenceSource.SHARED_PIN):
        pin = PointEvidence(
            source=source, received_at=NOW, lon=111.28, lat=23.78, datum=Datum.WGS84, radius_m=20.0, id="pin"
        )
        found = locate([pin], gazetteer=None, bounds=valley, now=NOW)
        assert found.radius95_m is not None
        assert found.radius95_m < 200.0
