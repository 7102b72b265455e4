"""The offer's transition table (收治征询): one facility asked to take one referral, and by when it must answer.

The times per urgency are recommendations of the reference (2 h for urgent was seen in an open hospital system); a
centre may set others. A bed is held from the acceptance until the patient is there.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from ledger.kinds.words import Role, Urgency
from ledger.lifecycle import Lifecycle, Transition


class OfferState(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    RECEIVED = "received"
    ASKED = "info-requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given-back"


S = OfferState

LIVE = frozenset({S.OFFERED.value, S.RECEIVED.value, S.ASKED.value})
"""Still waiting for the facility's answer."""

HOLDING = frozenset({S.ACCEPTED.value})
"""A bed is promised: one such offer for each referral at most, by a constraint."""

REFERRING = frozenset({Role.CLINIC_DOCTOR, Role.HOSPITAL_DESK, Role.REFERRAL_OFFICE})
RECEIVING = REFERRING | {Role.INTEGRATION}
DESK = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})
SYSTEM = frozenset({Role.SYSTEM})

ACKNOWLEDGE, ASK, SUPPLY, ACCEPT, DECLINE = "acknowledge", "ask", "supply", "accept", "decline"
EXPIRE, WITHDRAW, GIVE_BACK, EXTEND = "expire", "withdraw", "withdraw-acceptance", "extend-hold"

_WAITING = (S.OFFERED, S.RECEIVED, S.ASKED)

OFFER: Lifecycle[OfferState, str] = Lifecycle(
    "offer",
    S.OFFERED,
    (
        Transition(S.OFFERED, ACKNOWLEDGE, S.RECEIVED, RECEIVING),
        Transition(S.OFFERED, ASK, S.ASKED, RECEIVING),
        Transition(S.RECEIVED, ASK, S.ASKED, RECEIVING),
        Transition(S.ASKED, SUPPLY, S.RECEIVED, REFERRING),
        *(Transition(state, ACCEPT, S.ACCEPTED, RECEIVING) for state in _WAITING),
        *(Transition(state, DECLINE, S.DECLINED, RECEIVING) for state in _WAITING),
        *(Transition(state, EXPIRE, S.EXPIRED, SYSTEM) for state in _WAITING),
        *(Transition(state, WITHDRAW, S.WITHDRAWN, SYSTEM) for state in (*_WAITING, S.ACCEPTED)),
        Transition(S.ACCEPTED, EXTEND, S.ACCEPTED, SYSTEM),
        Transition(S.ACCEPTED, GIVE_BACK, S.GIVEN_BACK, RECEIVING),
    ),
)

BY_REFERRING = frozenset({SUPPLY})
"""Events of an offer that are the referring side's; what else a person does is the asked facility's."""

DECLINE_CODES = (
    "no-bed",
    "no-icu-bed",
    "no-specialist",
    "no-equipment",
    "not-indicated",
    "advice-given",
    "not-transportable",
    "other",
)
"""Why a facility cannot take the patient; with `advice-given` its advice is the answer (会诊意见)."""

GIVE_BACK_CODES = ("bed-lost", "equipment-down", "no-specialist", "mass-casualty", "other")
"""Why a facility that accepted cannot keep its word."""


class OfferTimes(Struct, frozen=True):
    """By when a facility must acknowledge and answer. Minutes; working days go over weekends (Sat, Sun)."""

    acknowledge_min: int = 0
    answer_min: int = 0
    acknowledge_days: int = 0
    answer_days: int = 0


TIMES: Mapping[Urgency, OfferTimes] = {
    Urgency.STAT: OfferTimes(acknowledge_min=3, answer_min=5),
    Urgency.EMERGENCY: OfferTimes(acknowledge_min=10, answer_min=15),
    Urgency.URGENT: OfferTimes(acknowledge_min=30, answer_min=120),
    Urgency.ROUTINE: OfferTimes(acknowledge_days=1, answer_days=2),
}


def acknowledge_by(urgency: Urgency, now: datetime, utc_offset_h: float) -> datetime:
    """When silence is told to a person."""
    times = TIMES[urgency]
    return _after(now, times.acknowledge_min, times.acknowledge_days, utc_offset_h)


def cancel_by(urgency: Urgency, now: datetime, utc_offset_h: float) -> datetime:
    """When a wish to call off an accepted referral that nobody answered is told to persons.

    No source has a time for it. Our judgement: as long as a fresh offer has for being taken in hand, because a bed
    is kept and a vehicle may drive for nobody meanwhile.
    """
    return acknowledge_by(urgency, now, utc_offset_h)


def answer_by(urgency: Urgency, now: datetime, utc_offset_h: float) -> datetime:
    """When an offer without an answer is over."""
    times = TIMES[urgency]
    return _after(now, times.answer_min, times.answer_days, utc_offset_h)


def _after(now: datetime, minutes: int, working_days: int, utc_offset_h: float) -> datetime:
    """So much later; the days are the prefecture's own, and Saturdays and Sundays are none of them."""
    local = now.astimezone(UTC) + timedelta(hours=utc_offset_h, minutes=minutes)
    while working_days:
        local += timedelta(days=1)
        working_days -= local.weekday() < 5
    return local - timedelta(hours=utc_offset_h)
