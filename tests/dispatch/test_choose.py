"""Which unit: the rules one by one, then what must hold for every fleet."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.choose import HEAD_START_S, rank
from dispatch.need import OLD_POSITION_S, STALE_POSITION_S, Drive, FleetUnit, Need, start_point
from dispatch.ranking import Candidate, Ranking
from ledger.kinds.words import Capability, CrewRole, Priority, UnitKind
from ledger.reasons import Reason

ALL = tuple(Capability)
ARREST = Need(Priority.P1, (Capability.DEFIBRILLATOR, Capability.MONITOR))


def unit(unit_id: str, **facts: Any) -> FleetUnit:
    known: dict[str, Any] = {
        "call_sign": unit_id.upper(),
        "kind": UnitKind.ALS,
        "station_id": "s1",
        "organisation_id": "o1",
        "capabilities": ALL,
        "at_station": True,
    }
    return FleetUnit(id=unit_id, **{**known, **facts})


def drives(**expected_s: float | None) -> dict[str, Drive]:
    return {unit_id: Drive(seconds, seconds) for unit_id, seconds in expected_s.items()}


def order(ranking: Ranking) -> list[str]:
    return [candidate.unit_id for candidate in ranking.candidates]


def codes(of: Candidate | Any) -> list[str]:
    return [reason.code for reason in of.reasons]


def args(candidate: Candidate, code: str) -> Mapping[str, str | int | float]:
    return next(reason.args for reason in candidate.reasons if reason.code == code)


def test_ready_and_turnout_count_as_much_as_the_drive() -> None:
    fleet = [unit("a", turnout_s=90), unit("b", ready_s=200), unit("c", at_station=False, position_age_s=5)]
    ranking = rank(ARREST, fleet, drives(a=300, b=100, c=350))
    assert order(ranking) == ["b", "c", "a"]
    assert [candidate.eta_s for candidate in ranking.candidates] == [300, 350, 390]
    assert ranking.candidates[0].parts.ready_s == 200
    assert ranking.recommended == ("b",)


def test_the_nearer_unit_that_comes_later_says_so() -> None:
    fleet = [unit("near", ready_s=600), unit("far")]
    ranking = rank(ARREST, fleet, {"near": Drive(120, 120, 1500), "far": Drive(400, 400, 6000)})
    assert order(ranking) == ["far", "near"]
    assert args(ranking.candidates[1], "nearer-but-later") == {"nearer_m": 4500, "call_sign": "FAR"}
    assert args(ranking.candidates[1], "later-than")["by_s"] == 320
    assert args(ranking.candidates[0], "ahead-of") == {"by_s": 320, "call_sign": "NEAR"}


IN_REPAIR = {"availability": "unavailable", "reasons": (Reason("in-repair"),)}
NO_DRIVER = {"missing_crew": (CrewRole.DRIVER,)}


@pytest.mark.parametrize(
    "facts, drive, expected",
    [
        (IN_REPAIR, Drive(60, 60), ["unit-unavailable", "in-repair"]),
        (NO_DRIVER, Drive(60, 60), ["crew-incomplete"]),
        ({}, Drive(None, None), ["no-road"]),
        ({}, None, ["drive-unknown"]),
        (IN_REPAIR | NO_DRIVER, Drive(), ["unit-unavailable", "in-repair", "crew-incomplete", "no-road"]),
    ],
)
def test_what_leaves_a_unit_out(facts: dict[str, Any], drive: Drive | None, expected: list[str]) -> None:
    ranking = rank(ARREST, [unit("a", **facts)], {} if drive is None else {"a": drive})
    assert ranking.candidates == ()
    assert ranking.recommended == ()
    assert codes(ranking.left_out[0]) == expected


def test_conditional_units_stand_behind_every_available_one_with_their_reason() -> None:
    fleet = [unit("busy", availability="conditional", reasons=(Reason("returning"),)), unit("free")]
    ranking = rank(ARREST, fleet, drives(busy=60, free=900))
    assert order(ranking) == ["free", "busy"]
    busy = ranking.candidates[1]
    assert busy.ask_first
    assert {"conditional", "returning", "earlier-but-behind"} <= set(codes(busy))


@pytest.mark.parametrize(
    "priority, head_start_s, leads",
    [
        (Priority.P1, HEAD_START_S[Priority.P1], True),
        (Priority.P1, HEAD_START_S[Priority.P1] - 1, False),
        (Priority.P2, HEAD_START_S[Priority.P2], True),
        (Priority.P2, HEAD_START_S[Priority.P2] - 1, False),
    ],
)
def test_a_unit_that_lacks_something_leads_only_with_a_head_start(
    priority: Priority, head_start_s: float, leads: bool
) -> None:
    need = Need(priority, (Capability.DEFIBRILLATOR,))
    fleet = [unit("full"), unit("basic", capabilities=(Capability.BASIC,))]
    ranking = rank(need, fleet, drives(full=600, basic=600 - head_start_s))
    basic = next(candidate for candidate in ranking.candidates if candidate.unit_id == "basic")
    assert basic.suitability == "partial"
    assert basic.missing == (Capability.DEFIBRILLATOR,)
    if leads:
        assert ranking.recommended == ("basic", "full")
        assert basic.pair_with == "full"
        assert args(basic, "first-responder") == {
            "earlier_s": round(head_start_s),
            "capabilities": "defibrillator",
            "call_sign": "FULL",
        }
    else:
        assert ranking.recommended == ("full",)
        assert order(ranking) == ["full", "basic"]
        assert {"lacks-capabilities", "earlier-but-behind"} <= set(codes(basic))


@pytest.mark.parametrize("priority", [Priority.P3, Priority.P4])
def test_a_call_that_can_wait_waits_for_a_unit_that_fits(priority: Priority) -> None:
    need = Need(priority, (Capability.ISOLATION,))
    ranking = rank(need, [unit("full"), unit("basic", capabilities=())], drives(full=3000, basic=60))
    assert order(ranking) == ["full"]
    assert codes(ranking.left_out[0]) == ["lacks-capabilities"]


def test_without_any_full_unit_the_first_on_scene_leads_and_says_it() -> None:
    fleet = [unit("a", capabilities=()), unit("b", capabilities=(Capability.MONITOR,))]
    ranking = rank(ARREST, fleet, drives(a=300, b=310))
    assert order(ranking) == ["a", "b"]
    assert all("no-full-unit" in codes(candidate) for candidate in ranking.candidates)
    assert ranking.recommended == ("a",)


def test_when_the_only_full_unit_must_be_asked_it_is_proposed_as_partner() -> None:
    fleet = [unit("full", availability="conditional"), unit("basic", capabilities=())]
    ranking = rank(ARREST, fleet, drives(full=60, basic=500))
    assert order(ranking) == ["basic", "full"]
    assert ranking.recommended == ("basic", "full")
    assert "pair-with" in codes(ranking.candidates[0])


@pytest.mark.parametrize(
    "age_s, origin, code",
    [
        (0, "position", None),
        (OLD_POSITION_S, "position", None),
        (OLD_POSITION_S + 1, "position", "position-old"),
        (STALE_POSITION_S, "position", "position-old"),
        (STALE_POSITION_S + 1, "station", "position-stale"),
        (None, "station", "position-missing"),
    ],
)
def test_trust_in_a_position_decays(age_s: float | None, origin: str, code: str | None) -> None:
    lost = unit("a", at_station=False, position_age_s=age_s)
    assert start_point(lost) == origin
    ranking = rank(ARREST, [lost, unit("b")], drives(a=100, b=1000))
    found = next(candidate for candidate in ranking.candidates if candidate.unit_id == "a")
    spoken = {reason for reason in codes(found) if reason.startswith("position")}
    assert spoken == ({code} if code else set())
    assert found.ask_first == (origin == "station")
    assert found.rank == (2 if found.ask_first else 1)


def test_an_old_position_widens_only_the_worst_case() -> None:
    ranking = rank(ARREST, [unit("a", at_station=False, position_age_s=500)], {"a": Drive(100, 160)})
    assert (ranking.candidates[0].eta_expected_s, ranking.candidates[0].eta_worst_s) == (100, 660)


def test_at_its_station_the_age_of_the_fix_does_not_matter() -> None:
    ranking = rank(ARREST, [unit("a", position_age_s=90_000)], drives(a=100))
    assert ranking.candidates[0].eta_worst_s == 100
    assert not ranking.candidates[0].ask_first


def test_an_uncertain_place_shows_both_cases_and_breaks_ties_by_the_worst() -> None:
    fleet = [unit("a"), unit("b"), unit("c")]
    ranking = rank(ARREST, fleet, {"a": Drive(300, None), "b": Drive(300, 900), "c": Drive(300, 400)})
    assert order(ranking) == ["c", "b", "a"]
    assert "worst-case-unbounded" in codes(ranking.candidates[2])
    assert args(ranking.candidates[1], "worst-case") == {"worst_s": 900}


def test_a_safer_unit_behind_a_faster_one_says_so() -> None:
    ranking = rank(ARREST, [unit("a"), unit("b")], {"a": Drive(300, 900), "b": Drive(320, 400)})
    assert args(ranking.candidates[1], "safer-worst-case") == {"by_s": 500, "call_sign": "A"}


def test_equal_arrivals_go_by_call_sign() -> None:
    fleet = [unit("z", call_sign="A1"), unit("a", call_sign="B1")]
    ranking = rank(ARREST, fleet, drives(z=300, a=300))
    assert order(ranking) == ["z", "a"]
    assert "same-arrival" in codes(ranking.candidates[1])


def test_a_unit_of_another_area_is_named_not_moved() -> None:
    need = Need(Priority.P2, area_code="450403")
    ranking = rank(need, [unit("a", area_code="450421"), unit("b", area_code="450403")], drives(a=100, b=200))
    assert order(ranking) == ["a", "b"]
    assert "other-area" in codes(ranking.candidates[0])
    assert "other-area" not in codes(ranking.candidates[1])


def test_the_same_id_twice_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="share an id"):
        rank(ARREST, [unit("a"), unit("a")], {})


def test_a_ranking_travels() -> None:
    ranking = rank(ARREST, [unit("a"), unit("b", capabilities=()), unit("c")], drives(a=1, b=2))
    assert msgspec.json.decode(msgspec.json.encode(ranking), type=Ranking) == ranking


seconds = st.integers(0, 4000).map(float)
needs = st.builds(
    Need,
    st.sampled_from(Priority),
    st.sets(st.sampled_from(ALL), max_size=2).map(tuple),
    st.none() | st.just("450403"),
)
capabilities = st.sampled_from(
    [ALL, (), (Capability.DEFIBRILLATOR,), (Capability.MONITOR, Capability.DOCTOR)]
)


@st.composite
def scenes(draw: st.DrawFn) -> tuple[Need, list[FleetUnit], dict[str, Drive]]:
    fleet, roads = [], {}
    for number in range(draw(st.integers(0, 7))):
        unit_id = f"u{number}"
        fleet.append(
            unit(
                unit_id,
                call_sign=draw(st.sampled_from("ABC")),
                capabilities=draw(capabilities),
                availability=draw(st.sampled_from(["available", "available", "conditional", "unavailable"])),
                ready_s=draw(st.sampled_from([0.0, 300.0])),
                turnout_s=draw(st.sampled_from([0.0, 90.0])),
                position_age_s=draw(st.none() | seconds),
                at_station=draw(st.booleans()),
                missing_crew=draw(st.sampled_from([(), (), (CrewRole.DOCTOR,)])),
                area_code=draw(st.sampled_from([None, "450403", "450421"])),
            )
        )
        expected_s = draw(st.none() | seconds)
        spread_s = draw(st.none() | seconds)
        worst_s = None if expected_s is None or spread_s is None else expected_s + spread_s
        if draw(st.integers(0, 9)):
            roads[unit_id] = Drive(expected_s, worst_s, draw(st.none() | seconds))
    return draw(needs), fleet, roads


@given(scenes())
def test_every_unit_appears_once_with_a_reason(scene: tuple[Need, list[FleetUnit], dict[str, Drive]]) -> None:
    need, fleet, roads = scene
    ranking = rank(need, fleet, roads)
    seen = [*order(ranking), *(left.unit_id for left in ranking.left_out)]
    assert sorted(seen) == sorted(member.id for member in fleet)
    assert all(candidate.reasons for candidate in ranking.candidates)
    assert all(left.reasons for left in ranking.left_out)
    assert [candidate.rank for candidate in ranking.candidates] == list(range(1, len(ranking.candidates) + 1))
    assert set(ranking.recommended) <= set(order(ranking))
    for candidate in ranking.candidates:
        assert candidate.eta_worst_s is None or candidate.eta_worst_s >= candidate.eta_expected_s
        assert (candidate.suitability == "full") == (candidate.missing == ())


@given(scenes(), st.randoms(use_true_random=False))
def test_the_order_of_the_fleet_does_not_matter(
    scene: tuple[Need, list[FleetUnit], dict[str, Drive]], random: Any
) -> None:
    need, fleet, roads = scene
    shuffled = list(fleet)
    random.shuffle(shuffled)
    assert rank(need, shuffled, roads) == rank(need, fleet, roads)


@given(scenes(), seconds)
def test_an_unavailable_unit_changes_nothing(
    scene: tuple[Need, list[FleetUnit], dict[str, Drive]], drive_s: float
) -> None:
    need, fleet, roads = scene
    before = rank(need, fleet, roads)
    after = rank(
        need, [*fleet, unit("extra", availability="unavailable")], {**roads, "extra": Drive(drive_s, drive_s)}
    )
    assert after.candidates == before.candidates
    assert after.recommended == before.recommended


@given(scenes(), st.data())
def test_a_faster_unit_never_falls_back(
    scene: tuple[Need, list[FleetUnit], dict[str, Drive]], data: st.DataObject
) -> None:
    need, fleet, roads = scene
    before = {candidate.unit_id: candidate.rank for candidate in rank(need, fleet, roads).candidates}
    for unit_id, place in before.items():
        drive = roads[unit_id]
        assert drive.expected_s is not None
        saved_s = data.draw(st.floats(0, drive.expected_s))
        worst_s = None if drive.worst_s is None else drive.worst_s - saved_s
        faster = {**roads, unit_id: Drive(drive.expected_s - saved_s, worst_s, drive.length_m)}
        after = {candidate.unit_id: candidate.rank for candidate in rank(need, fleet, faster).candidates}
        assert after[unit_id] <= place


@given(scenes())
def test_no_sure_and_full_unit_stands_behind_a_later_one(
    scene: tuple[Need, list[FleetUnit], dict[str, Drive]],
) -> None:
    """The hard rule for P1: among units that fit and may simply be sent, the first on scene comes first."""
    need, fleet, roads = scene
    sure = [
        found for found in rank(need, fleet, roads).candidates if not found.ask_first and not found.missing
    ]
    assert [found.eta_s for found in sure] == sorted(found.eta_s for found in sure)
