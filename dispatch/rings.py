"""The ring's transition table: what the telephone exchange reports, and what a call-taker makes of it.

A ring is no entry of the ledger: most of them belong to no incident yet, and some never will. What is known of one
that became a call goes into that call's entry.
"""

from enum import StrEnum

from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition


class RingState(StrEnum):
    """Where a ring stands."""

    RINGING = "ringing"
    ANSWERED = "answered"
    MISSED = "missed"
    DONE = "done"


S = RingState

ANSWER, HANG_UP, TAKE, SETTLE = "answer", "hang-up", "take", "settle"
"""A seat answers; somebody hangs up; it becomes a call on record; it is dealt with and was no call."""

RING_CODES = ("called-back", "unreachable", "silent", "wrong-number", "nuisance", "duplicate", "test-call")
"""How a ring was dealt with that became no call of its own."""

NOT_AN_EMERGENCY = frozenset({"wrong-number", "nuisance", "test-call"})
"""Rings that no figure of a report counts."""

LISTED = (S.RINGING.value, S.MISSED.value)
"""Somebody must still do something about these."""

DESK = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})
TAKERS = DESK | {Role.INTEGRATION}

RING: Lifecycle[RingState, str] = Lifecycle(
    "ring",
    S.RINGING,
    (
        Transition(S.RINGING, ANSWER, S.ANSWERED, TAKERS),
        Transition(S.RINGING, HANG_UP, S.MISSED, TAKERS),
        Transition(S.RINGING, TAKE, S.DONE, TAKERS),
        Transition(S.ANSWERED, HANG_UP, S.ANSWERED, TAKERS),
        Transition(S.ANSWERED, TAKE, S.DONE, TAKERS),
        Transition(S.ANSWERED, SETTLE, S.DONE, DESK),
        Transition(S.MISSED, HANG_UP, S.MISSED, TAKERS),
        Transition(S.MISSED, TAKE, S.DONE, TAKERS),
        Transition(S.MISSED, SETTLE, S.DONE, DESK),
        Transition(S.DONE, HANG_UP, S.DONE, TAKERS),
    ),
)
