"""Levels, times and suggestions: pure rules with their edges."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.kinds.words import Direction, OrganisationKind, Urgency
from referrals import offers, referral
from referrals.facilities import Capacity, Service
from referrals.offers import acknowledge_by, answer_by
from referrals.suggest import House, Wanted, suggest
from referrals.texts.referral_words import OFFER_STATES, REASONS, REFERRAL_STATES
from referrals.tiers import level, objection

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)  # a Friday, 17:00 in Wuzhou
VILLAGE, TOWNSHIP, COUNTY, CITY = range(4)


def code(
    direction: str,
    here: int,
    there: int,
    urgency: str = "routine",
    *,
    explained: bool = False,
    back: bool = False,
) -> str | None:
    found = objection(Direction(direction), Urgency(urgency), here, there, explained=explained, returns=back)
    return None if found is None else found.code


@pytest.mark.parametrize(
    "direction, here, there, wanted",
    [
        ("up", TOWNSHIP, COUNTY, None),
        ("up", VILLAGE, TOWNSHIP, None),
        ("up", TOWNSHIP, CITY, "referral-skips-level"),
        ("up", COUNTY, COUNTY, "referral-wrong-way"),
        ("up", CITY, COUNTY, "referral-wrong-way"),
        ("across", COUNTY, COUNTY, None),
        ("across", COUNTY, CITY, "referral-wrong-way"),
        ("down", CITY, COUNTY, None),
        ("down", CITY, TOWNSHIP, "referral-skips-level"),
        ("down", TOWNSHIP, TOWNSHIP, "referral-wrong-way"),
    ],
)
def test_lower_up_upper_down_same_across(direction: str, here: int, there: int, wanted: str | None) -> None:
    assert code(direction, here, there) == wanted


def test_a_level_is_skipped_in_a_hurry_with_a_reason_or_on_the_way_back() -> None:
    assert code("up", TOWNSHIP, CITY, "stat") is None
    assert code("up", TOWNSHIP, CITY, "emergency") is None
    assert code("up", TOWNSHIP, CITY, "urgent") == "referral-skips-level"
    assert code("up", TOWNSHIP, CITY, explained=True) is None
    assert code("down", CITY, TOWNSHIP, back=True) is None


def test_a_village_stays_below_its_township() -> None:
    assert level(OrganisationKind.VILLAGE_CLINIC, 1) == VILLAGE
    assert level(OrganisationKind.TOWNSHIP_CLINIC, 1) == TOWNSHIP
    assert level(OrganisationKind.COUNTY_HOSPITAL, None) == COUNTY


@pytest.mark.parametrize(
    "urgency, acknowledge, answer",
    [("stat", 3, 5), ("emergency", 10, 15), ("urgent", 30, 120)],
)
def test_minutes_to_answer(urgency: str, acknowledge: int, answer: int) -> None:
    assert acknowledge_by(Urgency(urgency), NOW, 8.0) == NOW + timedelta(minutes=acknowledge)
    assert answer_by(Urgency(urgency), NOW, 8.0) == NOW + timedelta(minutes=answer)


def test_working_days_go_over_the_weekend_of_the_prefecture() -> None:
    assert acknowledge_by(Urgency.ROUTINE, NOW, 8.0) == NOW + timedelta(days=3)
    assert answer_by(Urgency.ROUTINE, NOW, 8.0) == NOW + timedelta(days=4)
    # Sunday evening in UTC is Monday there.
    sunday = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert acknowledge_by(Urgency.ROUTINE, sunday, 8.0) == sunday + timedelta(days=1)


def house(name: str, at: int, time_s: float | None, *capabilities: str, **more: object) -> House:
    return House(id=name, level=at, capabilities=frozenset(capabilities), time_s=time_s, **more)  # type: ignore[arg-type]


def test_the_best_candidate_is_able_allowed_open_and_near() -> None:
    def said(level: str, minutes_ago: int, beds: int | None = None) -> tuple[Capacity, ...]:
        seen = NOW - timedelta(minutes=minutes_ago)
        until = seen + timedelta(hours=4)
        kind = Service.EMERGENCY
        return (Capacity(service=kind, level=level, observed_at=seen, expires_at=until, beds_free=beds),)  # type: ignore[arg-type]

    houses = [
        house("far", COUNTY, 3000, "icu"),
        house("near", COUNTY, 1200, "icu"),
        house("full", COUNTY, 600, "icu", capacities=said("open", 5, 0)),
        house("unable", COUNTY, 300),
        house("city", CITY, 100, "icu"),
        house("across", TOWNSHIP, 10, "icu"),
        house("cut-off", COUNTY, None, "icu", capacities=said("closed", 600)),
    ]
    wanted = Wanted(direction=Direction.UP, urgency=Urgency.ROUTINE, here=TOWNSHIP, capabilities=("icu",))
    found = suggest(wanted, houses, NOW)
    assert [one.house.id for one in found] == ["near", "far", "cut-off", "full", "city", "unable"]
    warnings = {one.house.id: {w.code for w in one.warnings} for one in found}
    assert warnings["full"] == {"candidate-full"}
    assert warnings["cut-off"] == {"candidate-no-road", "candidate-capacity-old"}
    assert warnings["unable"] == {"candidate-lacks", "candidate-capacity-unknown"}
    assert "candidate-skips-level" in warnings["city"]


def test_the_way_back_comes_first() -> None:
    wanted = Wanted(direction=Direction.DOWN, urgency=Urgency.ROUTINE, here=CITY)
    houses = [house("county", COUNTY, 60), house("sender", TOWNSHIP, 4000, returns=True)]
    assert [one.house.id for one in suggest(wanted, houses, NOW)] == ["sender", "county"]


def test_every_code_that_a_person_reads_has_words() -> None:
    assert set(REFERRAL_STATES) == set(referral.ReferralState)
    assert set(OFFER_STATES) == set(offers.OfferState)
    lists = (
        offers.DECLINE_CODES,
        offers.GIVE_BACK_CODES,
        referral.CLOSE_CODES,
        referral.CANCEL_CODES,
        referral.OUTCOMES,
        referral.VISIT_WAYS,
        (referral.COMPLETED, referral.REFERRED_DOWN, referral.REFERRED_ONWARD),
        (referral.BROUGHT_ELSEWHERE,),
        ("accepted-elsewhere", "cancelled", "closed"),
    )
    assert set(REASONS) == {code for codes in lists for code in codes}
