"""Which facility: the edges of every rule, and an order that does not depend on the order of asking."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.kinds.words import Priority
from referrals.alerts import Alert
from referrals.facilities import Capacity, Service, ServiceState
from referrals.matching import FULL_S, LIMITED_S, QUEUE_S, WISH_S, Placed, Ranking, rank, required
from referrals.timecritical import DOOR_TO_DEVICE_S, LVO, LVO_EXTRA_S, STEMI_LIMIT_S, Facility, Need

NOW = datetime(2026, 5, 1, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOSPITAL = ("ed", "icu", "chest-pain-centre", "stroke-centre", "trauma-centre", "maternal", "paediatric")
CITY = (*HOSPITAL, "cath-lab")
CLINIC = ("first-aid",)
STEMI = Need(priority=Priority.P1, alerts=(Alert.CHEST_PAIN,))


def id_of(code: str) -> UUID:
    return uuid5(UUID(int=0), code)


def facility(
    code: str, drive_s: float | None, capabilities: tuple[str, ...] = HOSPITAL, **more: Any
) -> Facility:
    return Facility(id=id_of(code), code=code, tier=2, capabilities=capabilities, drive_s=drive_s, **more)


def capacity(
    service: Service,
    level: ServiceState,
    *,
    beds: int | None = None,
    age: timedelta = HOUR,
    left: timedelta = HOUR,
) -> Capacity:
    return Capacity(
        service=service, level=level, observed_at=NOW - age, expires_at=NOW + left, beds_free=beds
    )


def order(ranking: Ranking) -> list[str]:
    names = {id_of(code): code for code in "abcd"}
    return [names[placed.facility_id] for placed in ranking.ranked]


def warned(placed: Placed) -> list[str]:
    return [reason.code for reason in placed.warnings]


def said(placed: Placed) -> list[str]:
    return [reason.code for reason in placed.reasons]


@pytest.mark.parametrize(
    "need, wanted",
    [
        (Need(priority=Priority.P1), ("ed",)),
        (Need(priority=Priority.P2), ("ed",)),
        (Need(priority=Priority.P3), ("first-aid",)),
        (Need(priority=Priority.P3, alerts=(Alert.CHILD,)), ("paediatric",)),
        (Need(alerts=(Alert.STROKE, Alert.SEPSIS)), ("stroke-centre", "icu")),
        (Need(capabilities=("icu", LVO), alerts=(Alert.SEPSIS,)), ("icu",)),
        (STEMI, ()),
    ],
)
def test_what_a_facility_must_have(need: Need, wanted: tuple[str, ...]) -> None:
    assert required(need) == wanted


def test_who_has_what_is_needed_comes_before_who_is_nearer() -> None:
    need = Need(alerts=(Alert.TRAUMA,))
    found = rank(need, [facility("a", 60, ("ed",)), facility("b", 5000), facility("c", 30, CLINIC)], NOW)
    assert order(found) == ["b", "a", "c"]
    assert [placed.suits for placed in found.ranked] == [True, False, False]
    assert warned(found.ranked[1])[0] == "facility-lacks"
    assert found.ranked[1].warnings[0].args == {"abilities": "trauma-centre"}


def test_a_clinic_is_enough_for_a_calm_patient() -> None:
    places = [facility("a", 60, CLINIC), facility("b", 900)]
    assert order(rank(Need(priority=Priority.P3), places, NOW)) == ["a", "b"]
    assert order(rank(Need(priority=Priority.P2), places, NOW)) == ["b", "a"]


def test_nobody_is_hidden() -> None:
    places = [facility("a", None), facility("b", 10, active=False), facility("c", 10)]
    found = rank(Need(), places, NOW)
    assert order(found) == ["c"]
    assert {left.facility_id: left.reasons[0].code for left in found.left_out} == {
        id_of("a"): "no-road-there",
        id_of("b"): "facility-not-active",
    }


@pytest.mark.parametrize(
    "told, code, cost_s",
    [
        (capacity(Service.EMERGENCY, "open"), None, 0.0),
        (capacity(Service.EMERGENCY, "open", beds=1), None, 0.0),
        (capacity(Service.EMERGENCY, "limited"), "service-limited", LIMITED_S),
        (capacity(Service.EMERGENCY, "open", beds=0), "service-full", FULL_S),
        (capacity(Service.EMERGENCY, "limited", left=timedelta(0)), "capacity-stale", 0.0),
        (capacity(Service.EMERGENCY, "closed", left=timedelta(seconds=-1)), "capacity-stale", 0.0),
    ],
)
def test_capacity_costs_time_while_it_is_fresh(told: Capacity, code: str | None, cost_s: float) -> None:
    for margin_s, ahead in ((-1.0, "b"), (1.0, "a")):
        rival = facility("b", 100 + cost_s + margin_s, capacities=(capacity(Service.EMERGENCY, "open"),))
        found = rank(Need(), [facility("a", 100, capacities=(told,)), rival], NOW)
        assert order(found)[0] == ahead
    mine = next(placed for placed in found.ranked if placed.facility_id == id_of("a"))
    assert warned(mine) == ([code] if code else [])
    assert (mine.capacity_age_s is None) == (code == "capacity-stale")


def test_who_says_closed_comes_after_all_who_suit_and_before_all_who_do_not() -> None:
    closed = facility("a", 10, capacities=(capacity(Service.EMERGENCY, "closed"),))
    found = rank(Need(), [closed, facility("b", 9000), facility("c", 5, CLINIC)], NOW)
    assert order(found) == ["b", "a", "c"]
    assert found.ranked[1].suits
    assert "service-closed" in warned(found.ranked[1])


def test_an_unreported_capacity_is_unknown_and_says_so() -> None:
    (placed,) = rank(Need(), [facility("a", 10)], NOW).ranked
    assert warned(placed) == ["capacity-unknown"]
    assert placed.capacity_age_s is None


def test_a_queue_costs_time_for_each_patient() -> None:
    busy = facility("a", 100, on_the_way=2, offloading=1)
    assert order(rank(Need(), [busy, facility("b", 99 + 3 * QUEUE_S)], NOW)) == ["b", "a"]
    found = rank(Need(), [busy, facility("b", 101 + 3 * QUEUE_S)], NOW)
    assert order(found) == ["a", "b"]
    assert found.ranked[0].warnings[-1].args == {"on_the_way": 2, "offloading": 1}


def test_a_wish_is_worth_ten_minutes_and_no_more() -> None:
    need = Need(wish=id_of("b"))
    assert order(rank(need, [facility("a", 100), facility("b", 99 + WISH_S)], NOW)) == ["b", "a"]
    found = rank(need, [facility("a", 100), facility("b", 101 + WISH_S)], NOW)
    assert order(found) == ["a", "b"]
    assert found.ranked[1].wished
    assert "patient-wish" in said(found.ranked[1])


def test_a_wish_does_not_make_a_facility_suit() -> None:
    need = Need(alerts=(Alert.STROKE,), wish=id_of("b"))
    found = rank(need, [facility("a", 9000), facility("b", 1, ("ed",))], NOW)
    assert order(found) == ["a", "b"]
    assert "wish-does-not-suit" in warned(found.ranked[1])


LAST_S = STEMI_LIMIT_S - DOOR_TO_DEVICE_S


@pytest.mark.parametrize(
    "since_contact_s, drive_s, first, code",
    [
        (None, LAST_S, "a", "stemi-device-in-time"),
        (0, LAST_S, "a", "stemi-device-in-time"),
        (0, LAST_S + 1, "b", "stemi-device-too-late"),
        (600, LAST_S - 600, "a", "stemi-device-in-time"),
        (600, LAST_S - 599, "b", "stemi-device-too-late"),
    ],
)
def test_stemi_goes_to_the_catheter_laboratory_within_the_window(
    since_contact_s: float | None, drive_s: float, first: str, code: str
) -> None:
    need = Need(priority=Priority.P1, alerts=(Alert.CHEST_PAIN,), since_contact_s=since_contact_s)
    found = rank(need, [facility("a", drive_s, CITY), facility("b", 300), facility("c", 200, ("ed",))], NOW)
    assert order(found)[0] == first
    city = next(placed for placed in found.ranked if placed.facility_id == id_of("a"))
    assert code in [*said(city), *warned(city)]
    near = next(placed for placed in found.ranked if placed.facility_id == id_of("b"))
    assert ("stemi-lysis-first" in said(near)) == (first == "b")
    assert ("stemi-other-in-time" in warned(near)) == (first == "a")
    assert not next(placed for placed in found.ranked if placed.facility_id == id_of("c")).suits


def test_a_closed_catheter_laboratory_is_not_available() -> None:
    closed = facility("a", 300, CITY, capacities=(capacity(Service.CARDIOLOGY, "closed"),))
    far = facility("b", 3000, CITY)
    assert order(rank(STEMI, [closed, far], NOW)) == ["b", "a"]
    found = rank(STEMI, [closed, facility("c", 900)], NOW)
    assert order(found) == ["c", "a"]
    assert "stemi-lysis-first" in said(found.ranked[0])
    stale = facility("a", 300, CITY, capacities=(capacity(Service.CARDIOLOGY, "closed", left=timedelta(0)),))
    assert order(rank(STEMI, [stale, far], NOW)) == ["a", "b"]


@pytest.mark.parametrize(
    "extra_s, first, code",
    [
        (LVO_EXTRA_S - 1, "a", "lvo-thrombectomy-near"),
        (LVO_EXTRA_S, "b", "lvo-thrombectomy-far"),
    ],
)
def test_a_large_vessel_stroke_drives_on_for_less_than_half_an_hour(
    extra_s: float, first: str, code: str
) -> None:
    need = Need(priority=Priority.P1, alerts=(Alert.STROKE,), capabilities=(LVO,))
    found = rank(need, [facility("a", 600 + extra_s, CITY), facility("b", 600)], NOW)
    assert order(found)[0] == first
    city = next(placed for placed in found.ranked if placed.facility_id == id_of("a"))
    assert code in [*said(city), *warned(city)]


def test_without_the_score_the_nearest_stroke_centre_comes_first() -> None:
    need = Need(priority=Priority.P1, alerts=(Alert.STROKE,))
    assert order(rank(need, [facility("a", 700, CITY), facility("b", 600)], NOW)) == ["b", "a"]


capacities = st.builds(
    capacity,
    st.sampled_from(Service),
    st.sampled_from(("open", "limited", "closed")),
    beds=st.none() | st.integers(0, 5),
    left=st.timedeltas(-HOUR, HOUR),
)
places = st.lists(
    st.builds(
        facility,
        st.sampled_from("abcd"),
        st.none() | st.integers(0, 10_000).map(float),
        st.sampled_from((CLINIC, ("ed",), HOSPITAL, CITY)),
        active=st.booleans(),
        capacities=st.lists(capacities, max_size=3, unique_by=lambda told: told.service).map(tuple),
        on_the_way=st.integers(0, 4),
        offloading=st.integers(0, 4),
    ),
    unique_by=lambda found: found.code,
    max_size=4,
)
needs = st.builds(
    Need,
    priority=st.sampled_from(Priority),
    alerts=st.lists(st.sampled_from(Alert), unique=True).map(tuple),
    capabilities=st.lists(st.sampled_from(("icu", LVO, "cath-lab")), unique=True).map(tuple),
    since_contact_s=st.none() | st.floats(0, 9000),
    wish=st.none() | st.sampled_from([id_of(code) for code in "abcd"]),
)


@given(needs, places, st.randoms())
def test_the_order_of_asking_does_not_matter_and_everybody_is_named_once(
    need: Need, found: list[Facility], random: Any
) -> None:
    ranking = rank(need, found, NOW)
    shuffled = list(found)
    random.shuffle(shuffled)
    assert rank(need, shuffled, NOW) == ranking
    everybody = [one.facility_id for one in ranking.ranked]
    everybody += [one.facility_id for one in ranking.left_out]
    assert sorted(everybody) == sorted(one.id for one in found)
    assert [placed.rank for placed in ranking.ranked] == list(range(1, len(ranking.ranked) + 1))
    suits = [placed.suits for placed in ranking.ranked]
    assert suits == sorted(suits, reverse=True)
    assert all(placed.reasons for placed in ranking.ranked)
