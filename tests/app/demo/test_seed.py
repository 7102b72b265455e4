"""What the seeds say: complete, consistent, beside a road, and nobody's telephone."""

import re
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np
import osmium
import pytest
import shapely
from shapely import Point, Polygon, STRtree

import fixtures
from app.demo.prefecture.generate import ROADS_FILE
from app.demo.prefecture.plane import to_plane
from app.demo.seed import FORMAT, PrefectureSeed, read_calls, read_prefecture, write_prefecture
from dispatch.triage import loading
from ledger.kinds.words import Capability, CentreForm, CrewRole, OrganisationKind, UnitKind
from tests.app.demo.conftest import Generated

NEAR_M = 300


def _andorra() -> PrefectureSeed:
    return read_prefecture(fixtures.read("andorra.json"))


@pytest.fixture(params=["demo", "andorra"])
def prefecture(request: pytest.FixtureRequest, full: Generated) -> PrefectureSeed:
    """Both seeds obey the same rules."""
    return full.prefecture if request.param == "demo" else _andorra()


def test_the_demo_has_what_the_figures_promise(full: Generated) -> None:
    kinds = Counter(one.kind for one in full.prefecture.organisations)
    assert kinds[OrganisationKind.CITY_HOSPITAL] == 3
    assert kinds[OrganisationKind.COUNTY_HOSPITAL] == 8
    assert kinds[OrganisationKind.TOWNSHIP_CLINIC] == 66
    assert kinds[OrganisationKind.STATION_OPERATOR] == 2
    for single in ("CENTRE", "HEALTH_BUREAU", "REFERRAL_OFFICE", "NEIGHBOUR_CENTRE"):
        assert kinds[OrganisationKind[single]] == 1
    assert len(full.prefecture.stations) == 20
    assert len(full.prefecture.units) == 40
    assert {unit.kind for unit in full.prefecture.units} == set(UnitKind)
    assert len({station.organisation for station in full.prefecture.stations}) >= 10
    centre = next(one for one in full.prefecture.organisations if one.kind is OrganisationKind.CENTRE)
    assert centre.form is CentreForm.COMMANDING
    assert centre.name_zh == "梧州市120急救指挥中心"


def test_each_county_has_a_critical_maternal_and_newborn_centre_within_reach(full: Generated) -> None:
    rural = {"450421", "450422", "450423", "450481"}
    for county in rural:
        able = {c for one in full.prefecture.organisations if one.county == county for c in one.capabilities}
        assert {"ed", "maternal", "neonatal", "stroke-centre", "chest-pain-centre"} <= able


def test_andorra_is_small_and_complete() -> None:
    seed = _andorra()
    assert seed.demo
    assert (len(seed.stations), len(seed.units), len(seed.areas)) == (4, 8, 7)
    kinds = Counter(one.kind for one in seed.organisations)
    assert kinds[OrganisationKind.CENTRE] == 1
    assert kinds[OrganisationKind.TOWNSHIP_CLINIC] == 7


def test_every_reference_leads_somewhere(prefecture: PrefectureSeed) -> None:
    organisations = {one.code for one in prefecture.organisations}
    stations = {one.code for one in prefecture.stations}
    units = {one.call_sign for one in prefecture.units}
    assert len(organisations) == len(prefecture.organisations)
    assert len(stations) == len(prefecture.stations)
    assert len(units) == len(prefecture.units)
    assert {one.parent for one in prefecture.organisations} - {None} <= organisations
    assert {one.organisation for one in prefecture.stations} <= organisations
    assert {one.station for one in prefecture.units} == stations
    assert {one.unit for one in prefecture.staff} == units
    assert {one.organisation for one in prefecture.areas} <= organisations
    assert Counter(code for area in prefecture.areas for code in area.stations) == Counter(stations)


def test_every_unit_has_a_full_crew_of_its_own_people(prefecture: PrefectureSeed) -> None:
    owner = {one.code: one.organisation for one in prefecture.stations}
    for unit in prefecture.units:
        crew = [one for one in prefecture.staff if one.unit == unit.call_sign]
        assert sorted(one.role for one in crew) == sorted(CrewRole)
        assert {one.organisation for one in crew} == {owner[unit.station]}
        assert Capability.BASIC in unit.capabilities
        assert (Capability.ISOLATION in unit.capabilities) == (unit.kind is UnitKind.NEGATIVE_PRESSURE)
    assert len({one.name for one in prefecture.staff}) == len(prefecture.staff)
    assert len({one.plate for one in prefecture.units}) == len(prefecture.units)


def test_no_telephone_number_can_be_dialled(prefecture: PrefectureSeed) -> None:
    numbers = [one.telephone for one in prefecture.organisations]
    numbers += [one.telephone for one in prefecture.staff]
    assert all(re.fullmatch(r"(0774-|\+376 )0\d+", number) for number in numbers)
    assert len(set(numbers)) == len(numbers)


def test_areas_tile_and_stations_stand_inside_theirs(prefecture: PrefectureSeed) -> None:
    shapes = {area.code: Polygon(area.ring) for area in prefecture.areas}
    assert shapely.coverage_is_valid(list(shapes.values()))
    assert (
        shapely.union_all(list(shapes.values())).symmetric_difference(Polygon(prefecture.bounds)).area < 1e-9
    )
    at = {station.code: Point(station.lon, station.lat) for station in prefecture.stations}
    for area in prefecture.areas:
        assert all(shapes[area.code].covers(at[code]) for code in area.stations)


def test_turnout_is_longer_at_night_and_tiers_match_kinds(prefecture: PrefectureSeed) -> None:
    assert all(0 < one.turnout_day_s <= one.turnout_night_s for one in prefecture.stations)
    tiers = {
        OrganisationKind.CITY_HOSPITAL: 3,
        OrganisationKind.COUNTY_HOSPITAL: 2,
        OrganisationKind.TOWNSHIP_CLINIC: 1,
        OrganisationKind.VILLAGE_CLINIC: 1,
    }
    assert all(one.tier == tiers.get(one.kind) for one in prefecture.organisations)


def _roads(file: Path) -> STRtree:
    drivable = [
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "service",
    ]
    lines = []
    for way in osmium.FileProcessor(str(file)).with_locations():
        if isinstance(way, osmium.osm.Way) and way.tags.get("highway") in drivable:
            lines.append(to_plane(np.array([(n.lon, n.lat) for n in way.nodes if n.location.valid()])))
    return STRtree([shapely.linestrings(line) for line in lines if len(line) > 1])


def _farthest_m(prefecture: PrefectureSeed, roads: STRtree) -> float:
    places = [(one.lon, one.lat) for one in prefecture.organisations]
    places += [(one.lon, one.lat) for one in prefecture.stations]
    spots = shapely.points(to_plane(np.array(places)))
    _, away_m = roads.query_nearest(spots, all_matches=False, return_distance=True)
    return float(away_m.max())


def test_everything_in_the_demo_stands_beside_a_road(full: Generated) -> None:
    assert _farthest_m(full.prefecture, _roads(full.directory / ROADS_FILE)) < NEAR_M


_REAL_ROADS = Path(__file__).parents[4] / "shared" / "data" / "osm" / "andorra.osm.pbf"


@pytest.mark.parametrize("file", [file for file in (_REAL_ROADS,) if file.exists()])
def test_everything_in_andorra_stands_beside_a_real_road(file: Path) -> None:
    assert _farthest_m(_andorra(), _roads(file)) < NEAR_M


def test_a_seed_survives_writing_and_reading(prefecture: PrefectureSeed, tmp_path: Path) -> None:
    write_prefecture(tmp_path / "seed.json", prefecture)
    assert read_prefecture((tmp_path / "seed.json").read_bytes()) == prefecture


def test_another_format_is_refused() -> None:
    other = msgspec.structs.replace(_andorra(), format=FORMAT + 1)
    with pytest.raises(msgspec.ValidationError, match="format"):
        read_prefecture(msgspec.json.encode(other))


def test_a_position_off_the_earth_is_refused() -> None:
    content = fixtures.read("andorra.json").replace(b'"lat": 42.', b'"lat": 142.', 1)
    with pytest.raises(msgspec.ValidationError):
        read_prefecture(content)


def test_call_scripts_can_be_filled_in_and_name_known_complaints() -> None:
    calls = read_calls(fixtures.read("calls.json"))
    assert len(calls) >= 60
    assert len({call.code for call in calls}) == len(calls)
    known = set(loading.read_set(loading.default_folder()).complaints)
    for call in calls:
        assert call.complaint in known
        for words in (call.words_zh, call.words_en):
            filled = words.format(village="思委村", town="夏郢镇", road="321国道")
            assert "{" not in filled
    assert len({call.expected for call in calls}) == 4
    assert any(len(call.patients) > 10 for call in calls)
