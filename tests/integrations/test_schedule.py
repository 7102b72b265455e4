"""When a delivery is tried again: both schedules walked with a virtual clock."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from integrations.webhooks.schedule import WAITS_S, is_hurried, next_try
from ledger.book import Entry
from ledger.kinds import AnyKind
from ledger.kinds.base import Act
from ledger.kinds.notice import NoticeAcknowledged, NoticeSent
from ledger.kinds.referral import OfferMade
from ledger.kinds.words import Role, Source, StreamKind

T0 = datetime(2026, 1, 1, 8, tzinfo=UTC)


def walked(*, hurried: bool, takes_s: float = 0, chance: float = 0) -> list[float]:
    """The seconds after the first try at which a receiver that always fails, after so long, is tried."""
    now, tries, found = T0, 1, [0.0]
    while True:
        now += timedelta(seconds=takes_s)
        at = next_try(hurried=hurried, since=T0, tries=tries, now=now, chance=chance)
        if at is None:
            return found
        now, tries = max(now, at), tries + 1
        found.append((now - T0).total_seconds())


def test_a_hurried_entry_is_tried_six_times_in_forty_seconds() -> None:
    assert walked(hurried=True, takes_s=0.1) == [0, 2, 5, 10, 20, 40]


def test_a_receiver_that_hangs_is_given_up_before_the_hospital_is_telephoned() -> None:
    tried = walked(hurried=True, takes_s=15)
    assert tried == [0, 20, 40]
    assert tried[-1] + 15 < 60


def test_an_ordinary_entry_is_tried_ten_times_in_three_days() -> None:
    tried = walked(hurried=False)
    assert len(tried) == 10
    assert tried[:3] == [0, 5, 305]
    assert timedelta(hours=75) < timedelta(seconds=tried[-1]) < timedelta(hours=76)


def test_ordinary_tries_are_spread_by_a_tenth() -> None:
    late = walked(hurried=False, chance=1)
    assert late[-1] == pytest.approx(sum(WAITS_S) * 1.1)


def entry(said: AnyKind) -> Entry:
    act = Act(
        actor_id=None,
        organisation_id=uuid4(),
        role=Role.SYSTEM,
        at=T0,
        recorded_at=T0,
        source=Source.SYSTEM,
    )
    return Entry(
        id=uuid4(),
        stream_id=uuid4(),
        stream_kind=StreamKind.CASE,
        number=1,
        position=1,
        act=act,
        said=said,
        commitment="",
    )


def notice(seconds: float) -> Entry:
    by = T0 + timedelta(seconds=seconds)
    return entry(NoticeSent(notice_id=uuid4(), facility_id=uuid4(), centre_id=uuid4(), acknowledge_by=by))


def offer(minutes: float) -> Entry:
    by = T0 + timedelta(minutes=minutes)
    return entry(
        OfferMade(
            offer_id=uuid4(),
            referral_id=uuid4(),
            facility_id=uuid4(),
            acknowledge_by=by,
            answer_by=by,
            told_organisation_id=uuid4(),
            told_role=Role.DISPATCHER,
        )
    )


@pytest.mark.parametrize(
    "said, hurried",
    [
        (notice(60), True),
        (offer(3), True),
        (offer(10), True),
        (offer(30), False),
        (offer(60 * 24), False),
        (entry(NoticeAcknowledged(notice_id=uuid4())), False),
    ],
    ids=["notice", "stat offer", "emergency offer", "urgent offer", "routine offer", "acknowledgement"],
)
def test_what_somebody_must_answer_within_minutes_is_hurried(said: Entry, hurried: bool) -> None:
    assert is_hurried(said, T0) is hurried
    assert is_hurried(said, T0 + timedelta(days=2)) is False
