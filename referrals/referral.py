"""The referral's transition table: where it stands follows from the entries about it and about its offers.

What is on the road (run, stamps, ETA) is dispatch's and stands in no state here; that it ended without the patient
does, because a person must decide then. Advice instead of a transfer is a
declined offer; a conversion is a further referral that is `based_on` this one, so every end stays an end.
"""

from collections.abc import Mapping
from enum import StrEnum

from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition
from referrals.offers import DESK, RECEIVING, REFERRING, SYSTEM


class ReferralState(StrEnum):
    """Where a referral stands."""

    OFFERED = "offered"
    UNPLACED = "unplaced"
    ACCEPTED = "accepted"
    TRANSPORT_FAILED = "transport-failed"
    CANCEL_REQUESTED = "cancel-requested"
    ARRIVED = "arrived"
    OUTCOME_SENT = "outcome-sent"
    FOLLOW_UP = "follow-up"
    VISIT_CANCEL_REQUESTED = "visit-cancel-requested"
    CANCELLED = "cancelled"
    CLOSED = "closed"


class Side(StrEnum):
    """Which part of a referral an organisation has."""

    REFERRING = "referring"
    RECEIVING = "receiving"
    CENTRE = "centre"


S = ReferralState

ENDED = frozenset({S.CANCELLED.value, S.CLOSED.value})
"""Terminal states."""

ADD_CANDIDATES, UNPLACE, ACCEPT, LOSE = "candidates", "unplace", "accept", "lose-acceptance"
FAIL_RUN, ASK_RUN = "run-failed", "transport"
CANCEL, REQUEST_CANCEL, CONFIRM_CANCEL, KEEP = "cancel", "request-cancel", "confirm-cancel", "keep"
ARRIVE, SEND_OUTCOME, PLAN, VISIT = "arrived", "outcome", "plan-follow-up", "visit"
COMPLETE, END, CONTINUE = "complete", "close", "refer-on"

_UNDER_WAY = (S.ACCEPTED, S.TRANSPORT_FAILED, S.FOLLOW_UP)
_WISHED_OFF = (S.CANCEL_REQUESTED, S.VISIT_CANCEL_REQUESTED)
_WITHOUT_GOAL = (S.OFFERED, S.UNPLACED, *_WISHED_OFF)
_AWAITED = (S.ACCEPTED, S.TRANSPORT_FAILED, S.CANCEL_REQUESTED)
_TO_VISIT = (S.FOLLOW_UP, S.VISIT_CANCEL_REQUESTED)
_TAKEN = (*_UNDER_WAY, S.VISIT_CANCEL_REQUESTED)
_CLOSERS = REFERRING | DESK

REFERRAL: Lifecycle[ReferralState, str] = Lifecycle(
    "referral",
    S.OFFERED,
    (
        Transition(S.OFFERED, ADD_CANDIDATES, S.OFFERED, REFERRING | DESK),
        Transition(S.UNPLACED, ADD_CANDIDATES, S.OFFERED, REFERRING | DESK),
        Transition(S.OFFERED, UNPLACE, S.UNPLACED, SYSTEM),
        Transition(S.OFFERED, ACCEPT, S.ACCEPTED, RECEIVING),
        Transition(S.ACCEPTED, PLAN, S.FOLLOW_UP, RECEIVING),
        Transition(S.ACCEPTED, FAIL_RUN, S.TRANSPORT_FAILED, SYSTEM),
        Transition(S.FOLLOW_UP, FAIL_RUN, S.FOLLOW_UP, SYSTEM),
        *(Transition(state, FAIL_RUN, state, SYSTEM) for state in _WITHOUT_GOAL),
        Transition(S.TRANSPORT_FAILED, ASK_RUN, S.ACCEPTED, REFERRING | DESK),
        Transition(S.FOLLOW_UP, ASK_RUN, S.FOLLOW_UP, REFERRING | DESK),
        *(Transition(state, LOSE, S.OFFERED, RECEIVING) for state in (*_UNDER_WAY, *_WISHED_OFF)),
        # The service's, when a bed was lost that a wish to cancel had waited for.
        Transition(S.OFFERED, CANCEL, S.CANCELLED, REFERRING | SYSTEM),
        Transition(S.UNPLACED, CANCEL, S.CANCELLED, REFERRING),
        *(
            Transition(state, REQUEST_CANCEL, S.CANCEL_REQUESTED, REFERRING)
            for state in (S.ACCEPTED, S.TRANSPORT_FAILED)
        ),
        Transition(S.FOLLOW_UP, REQUEST_CANCEL, S.VISIT_CANCEL_REQUESTED, REFERRING),
        *(Transition(state, CONFIRM_CANCEL, S.CANCELLED, RECEIVING) for state in _WISHED_OFF),
        Transition(S.VISIT_CANCEL_REQUESTED, KEEP, S.FOLLOW_UP, RECEIVING | REFERRING),
        *(Transition(s, ARRIVE, S.ARRIVED, RECEIVING | SYSTEM) for s in _AWAITED),
        *(Transition(s, ARRIVE, S.FOLLOW_UP, RECEIVING | SYSTEM) for s in _TO_VISIT),
        *(Transition(s, SEND_OUTCOME, S.OUTCOME_SENT, RECEIVING) for s in (S.ARRIVED, S.CANCEL_REQUESTED)),
        *(Transition(s, VISIT, S.FOLLOW_UP, RECEIVING) for s in _TO_VISIT),
        Transition(S.FOLLOW_UP, COMPLETE, S.CLOSED, RECEIVING),
        Transition(S.OUTCOME_SENT, COMPLETE, S.CLOSED, REFERRING | SYSTEM),
        *(Transition(s, CONTINUE, S.CLOSED, RECEIVING) for s in (S.ARRIVED, S.OUTCOME_SENT)),
        Transition(S.UNPLACED, END, S.CLOSED, _CLOSERS),
        *(Transition(state, END, S.CLOSED, RECEIVING) for state in (*_TAKEN, S.ARRIVED)),
        Transition(S.OUTCOME_SENT, END, S.CLOSED, REFERRING | RECEIVING),
    ),
)

COMPLETED, REFERRED_DOWN, REFERRED_ONWARD = "completed", "referred-down", "referred-onward"
BROUGHT_ELSEWHERE = "brought-elsewhere"
"""Why a run that set off with its patient failed the referral that asked for it."""

CLOSE_CODES = (
    "advice-given",
    "placed-by-telephone",
    "patient-declines",
    "no-show",
    "died",
    "lost-to-follow-up",
    "failed",
    "other",
)
"""Why a referral ends otherwise than completed; `failed` and `died` of the reference's table are among them."""

CANCEL_CODES = ("improved", "patient-declines", "died", "entered-in-error", "placed-elsewhere", "other")
OUTCOMES = ("admitted", "treated-and-discharged", "referred-on", "died", "left-against-advice", "other")
CARE_OVER = frozenset({"treated-and-discharged", "died", "left-against-advice"})
"""Outcomes after which nobody is left to refer on or down."""

VISIT_WAYS = ("home", "clinic", "telephone", "video")

_SIDES: Mapping[Side, frozenset[str]] = {
    Side.REFERRING: frozenset({ADD_CANDIDATES, ASK_RUN, CANCEL, REQUEST_CANCEL, KEEP, COMPLETE, END}),
    Side.RECEIVING: frozenset({CONFIRM_CANCEL, KEEP, ARRIVE, SEND_OUTCOME, VISIT, END, CONTINUE}),
    Side.CENTRE: frozenset({ADD_CANDIDATES, ASK_RUN, END}),
}
"""Which events are open to which side; what the service or another object's event causes is nobody's."""

_OF_STATE: Mapping[Side, Mapping[str, frozenset[ReferralState]]] = {
    Side.REFERRING: {END: frozenset({S.UNPLACED, S.OUTCOME_SENT}), COMPLETE: frozenset({S.OUTCOME_SENT})},
    Side.RECEIVING: {END: frozenset({*_TAKEN, S.ARRIVED, S.OUTCOME_SENT})},
    Side.CENTRE: {END: frozenset({S.UNPLACED})},
}
"""Where an event of a side is open in fewer states than the table has for it."""


_COMMANDS: Mapping[str, str] = {REQUEST_CANCEL: CANCEL, COMPLETE: END}
"""Events that share a command with another one: which of them it is follows from the state and the code."""


def may_lose(state: ReferralState, *, arrived: bool) -> bool:
    """Whether an acceptance may still be given back: the patient is awaited and not there yet."""
    return (state, LOSE) in REFERRAL.rows and not arrived


def is_wished_off(state: ReferralState) -> bool:
    """Whether somebody waits for an answer to a wish to call the referral off."""
    return state in _WISHED_OFF


def open_to(side: Side, state: ReferralState, event: str) -> bool:
    """Whether the event is this side's in this state, if the table has it there at all."""
    return event in _SIDES[side] and state in _OF_STATE[side].get(event, frozenset(ReferralState))


def open_actions(state: ReferralState, sides: frozenset[Side], role: Role) -> tuple[str, ...]:
    """The commands that somebody of this role, whose organisation has these sides, may give now, in table order."""
    events = (e for e in REFERRAL.open_events(state, role) if any(open_to(side, state, e) for side in sides))
    return tuple(dict.fromkeys(_COMMANDS.get(event, event) for event in events))


def closing_event(code: str) -> str:
    """The event of the table that a close code stands for."""
    if code in (COMPLETED, REFERRED_DOWN):
        return COMPLETE
    return CONTINUE if code == REFERRED_ONWARD else END
