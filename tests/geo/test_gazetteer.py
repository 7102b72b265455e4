"""Gazetteer: what callers say finds what is meant; real names of Wuzhou where they are present."""

import csv
import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiLineString

from geo.gazetteer import Gazetteer, MatchedBy
from geo.geodesy import distance_m
from geo.places import NamedPlace, NamedRoad
from geo.shapes import Position
from geo.syllables import SoundCode, folded, fuzzy_syllable
from geo.wording import bare, reference_in, take_apart, without_house, without_office

WUZHOU = Path(__file__).parents[3] / "shared" / "data" / "cn"


def place(name: str, kind: str, lon: float, lat: float, *within: str) -> NamedPlace:
    return NamedPlace(name, name, (), kind, Position(lon, lat), 500.0, within)


def road(name: str, ref: str, *points: tuple[float, float]) -> NamedRoad:
    return NamedRoad(name, ref, MultiLineString([points]))


SMALL = Gazetteer.build(
    [
        place("河东镇", "town", 111.30, 23.50, "万秀区"),
        place("珠山村民委员会", "village", 111.31, 23.51, "河东镇", "万秀区"),
        place("珠山村民委员会", "village", 110.90, 23.00, "埌南镇", "藤县"),
        place("埌南镇", "town", 110.91, 23.01, "藤县"),
        place("红十字会医院", "hospital", 111.28, 23.48, "万秀区"),
        place("Ordino", "village", 1.533, 42.556, "Andorra"),
        place("Hospital Nostra Senyora de Meritxell", "hospital", 1.533, 42.510, "Escaldes"),
    ],
    [
        road("西江一路", "", (111.27, 23.47), (111.29, 23.47)),
        road("新兴路", "", (111.28, 23.46), (111.28, 23.48)),
        road("远山路", "", (111.50, 23.46), (111.50, 23.48)),
        road("梧州大道", "G321", (111.0, 23.2), (111.3, 23.5)),
        road("Carrer Major", "", (1.530, 42.555), (1.536, 42.557)),
        road("Camí de la Plana", "", (1.533, 42.550), (1.533, 42.560)),
        road("", "CG-1", (1.46, 42.44), (1.53, 42.50)),
    ],
)


@pytest.mark.parametrize(
    "words, label",
    [
        ("河东镇珠山村", "万秀区河东镇珠山村民委员会"),
        ("河东珠山", "万秀区河东镇珠山村民委员会"),
        ("藤县埌南镇珠山村委会", "藤县埌南镇珠山村民委员会"),
        ("埌南猪山村", "藤县埌南镇珠山村民委员会"),
        ("河冬镇朱三村有人晕倒了", "万秀区河东镇珠山村民委员会"),
        ("红十字医院对面", "万秀区红十字会医院"),
        ("西江一路128号", "西江一路"),
        ("西江1路", "西江一路"),
        ("G321", "G321"),
        ("321国道", "G321"),
        ("国道321", "G321"),
        ("西江一路与新兴路交叉口", "西江一路 × 新兴路"),
        ("新兴路和西江一路路口", "新兴路 × 西江一路"),
        ("Carrer Major & Cami de la Plana", "Carrer Major × Camí de la Plana"),
        ("corner of carrer major and camí de la plana", "Carrer Major × Camí de la Plana"),
        ("Carrer Major / Camí de la Plana", "Carrer Major × Camí de la Plana"),
        ("carer major 12", "Carrer Major"),
        ("cg 1", "CG-1"),
        ("next to ORDINO", "Ordino, Andorra"),
        ("Meritxell hospital nostra senyora", "Hospital Nostra Senyora de Meritxell, Escaldes"),
    ],
)
def test_the_best_candidate(words: str, label: str) -> None:
    found = SMALL.search(words)
    assert found[0].label == label
    assert found[0].matched
    assert 0 < sum(match.probability for match in found) <= 1.000001


def test_a_name_that_two_places_bear_gives_both() -> None:
    first, second = SMALL.search("珠山村")[:2]
    assert first.probability == pytest.approx(second.probability)
    near = SMALL.search("珠山村", near=Position(110.9, 23.0))
    assert near[0].label.startswith("藤县")
    assert near[0].probability > 5 * near[1].probability


def test_a_crossing_is_a_point_on_both_roads() -> None:
    match = SMALL.search("西江一路与新兴路交叉口")[0]
    assert match.by is MatchedBy.CROSSING
    assert distance_m(match.position, Position(111.28, 23.47)) < 1
    assert match.radius_m < 100


def test_roads_that_never_meet_are_candidates_each() -> None:
    labels = {match.label for match in SMALL.search("西江一路与远山路交叉口")[:2]}
    assert labels == {"西江一路", "远山路"}


def test_a_long_road_is_told_along_its_length_and_cut_near_a_named_town() -> None:
    [whole] = [m for m in SMALL.search("G321") if m.by is MatchedBy.REFERENCE]
    assert len(whole.along) == 16
    [part] = [m for m in SMALL.search("G321 河东镇") if m.by is MatchedBy.REFERENCE]
    assert part.along
    assert all(distance_m(p, Position(111.30, 23.50)) < 3100 for p in part.along)


@pytest.mark.parametrize(
    "words, radius_m", [("红十字会医院", 204), ("红十字会医院对面", 500), ("红十字会医院往前500米", 1224)]
)
def test_offset_words_widen_the_landmark(words: str, radius_m: float) -> None:
    plain = SMALL.search("红十字会医院")[0]
    match = SMALL.search(words)[0]
    assert match.position == plain.position
    assert match.radius_m >= max(radius_m, plain.radius_m)


@pytest.mark.parametrize("words", ["", " ", "？！", "zzzzqqqq", "😀", "完全两回事"])
def test_nothing_alike_is_empty(words: str) -> None:
    assert SMALL.search(words) == ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=40) | st.text("河东镇珠山村路与G321&/ 米号12", max_size=20))
def test_any_words_are_answered(words: str) -> None:
    found = SMALL.search(words)
    assert sum(match.probability for match in found) <= 1.000001
    assert [m.probability for m in found] == sorted((m.probability for m in found), reverse=True)


def test_an_empty_map_answers() -> None:
    assert Gazetteer.build([], []).search("河东镇") == ()


@pytest.mark.parametrize(
    "left, right, same",
    [
        ("州", "周", True),
        ("龙", "荣", True),
        ("那", "拉", True),
        ("黄", "房", True),
        ("洪", "冯", False),
        ("长", "常", True),
    ],
)
def test_sounds_that_merge(left: str, right: str, same: bool) -> None:
    assert (fuzzy_syllable(left) == fuzzy_syllable(right)) is same


def test_keys_have_one_symbol_for_each_character() -> None:
    sounds = SoundCode(["梧州市"])
    assert sounds.key("吴周是 g3") == sounds.key("梧州市 g3")
    assert len(sounds.key("梧州未听过")) == 5


def test_wording() -> None:
    assert folded("Camí de l’Obac，Ｇ３２１ 河东 镇") == "cami de l obac g321河东镇"
    assert without_office("珠山社区居民委员会") == "珠山社区"
    assert bare("珠山村委会") == "珠山"
    assert bare("大村") == "大村"
    assert without_house("西江一路128号2栋") == "西江一路"
    assert without_house("12 Main Street") == "Main Street"
    assert [reference_in(w) for w in ("省道304", "CG-2a", "s 304", "三号楼")] == ["s304", None, "s304", None]
    assert take_apart("加油站往前500米").offset_m == 500
    assert take_apart("A路与B路交叉口").crossing == ("A路", "B路")
    assert take_apart("同心路与大同路交叉口").crossing == ("同心路", "大同路")
    assert take_apart("金鸡镇同安村").crossing is None
    assert take_apart("Hotel Plaza").crossing is None


def wuzhou() -> list[tuple[NamedPlace, str]]:
    """Real villages with their town names; the coordinates are invented."""
    if not WUZHOU.exists():
        return []
    spread = random.Random(1)
    rows = {}
    for kind in ("areas", "streets", "villages"):
        with (WUZHOU / f"wuzhou_{kind}.csv").open(encoding="utf-8") as file:
            rows[kind] = list(csv.DictReader(file))
    county = {row["code"]: row["name"] for row in rows["areas"]}
    town = {row["code"]: row["name"] for row in rows["streets"]}
    return [
        (
            place(
                row["name"], "village", spread.uniform(110.3, 111.7), spread.uniform(22.6, 24.3),
                town[row["streetCode"]], county[row["areaCode"]],
            ),
            town[row["streetCode"]],
        )
        for row in rows["villages"]
    ]  # fmt: skip


@pytest.mark.parametrize("villages", [pytest.param(v, id="wuzhou") for v in [wuzhou()] if v])
def test_real_villages(villages: list[tuple[NamedPlace, str]]) -> None:
    began = time.perf_counter()
    names = Gazetteer.build([village for village, _ in villages], [])
    assert time.perf_counter() - began < 2.0
    chosen = random.Random(2).sample(villages, 150)
    took, town_and_village, first, within_five, one_lost = [], 0, 0, 0, 0
    for village, town in chosen:
        said = without_office(village.name)
        began = time.perf_counter()
        with_town = names.search(town + said)
        took.append(time.perf_counter() - began)
        alone = [match.position for match in names.search(said)[:5]]
        lost = [match.position for match in names.search(town + said[1:])[:5]]
        town_and_village += with_town[0].position == village.position
        first += alone[0] == village.position
        within_five += village.position in alone
        one_lost += village.position in lost
    assert town_and_village == len(chosen)
    assert first >= 0.9 * len(chosen)
    assert within_five >= 0.98 * len(chosen)
    assert one_lost >= 0.95 * len(chosen)
    assert sorted(took)[len(took) // 2] < 0.005
