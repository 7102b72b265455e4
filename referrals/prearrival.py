"""The pre-arrival notice (到院预告) as a table: sent, heard, arrived, handed over, or no longer needed.

A facility that is told of a patient may acknowledge or report strain, one after the other and in any order: there is no
event by which it refuses, and none by which anybody is redirected. Either side may sign before the arrival was
reported: a crew that was offline reports it later.
"""

from collections.abc import Iterator
from enum import StrEnum

from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition


class NoticeState(StrEnum):
    """Where a notice stands."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    STRAIN_REPORTED = "strain-reported"
    ARRIVED = "arrived"
    HANDED_OVER = "handed-over"
    WITHDRAWN = "withdrawn"


S = NoticeState

ACKNOWLEDGE, REPORT_STRAIN, ARRIVE = "acknowledge", "report-strain", "arrive"
SIGN, COMPLETE, WITHDRAW = "sign", "complete", "withdraw"


def back_to(state: NoticeState) -> str:
    """The event by which an arrival that was reported by mistake is undone: the notice stands as it did before."""
    return f"back-to-{state}"


LIVE = (S.SENT, S.ACKNOWLEDGED, S.STRAIN_REPORTED, S.ARRIVED)
"""The patient is expected, or there and not handed over yet."""

STRAIN_CODES = (
    "emergency-room-full",
    "icu-full",
    "catheter-lab-busy",
    "ct-down",
    "no-specialist",
    "blood-short",
    "other",
)
"""What a facility may be short of."""

FACILITY = frozenset({Role.HOSPITAL_DESK, Role.CLINIC_DOCTOR, Role.REFERRAL_OFFICE, Role.INTEGRATION})
SIGNERS = FACILITY | {Role.CREW}
TELEPHONES = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})
"""Who at the centre may put on record what a facility answered by telephone."""

ANSWERERS = FACILITY | TELEPHONES

SERVICE = frozenset({Role.SYSTEM})


def _rows() -> Iterator[Transition[NoticeState, str]]:
    for state in LIVE:
        there = state is S.ARRIVED
        yield Transition(state, ACKNOWLEDGE, S.ARRIVED if there else S.ACKNOWLEDGED, ANSWERERS)
        yield Transition(state, REPORT_STRAIN, S.ARRIVED if there else S.STRAIN_REPORTED, ANSWERERS)
        yield Transition(state, ARRIVE, S.ARRIVED, SERVICE)
        yield Transition(state, SIGN, state, SIGNERS)
        yield Transition(state, COMPLETE, S.HANDED_OVER, SIGNERS)
        yield Transition(state, WITHDRAW, S.WITHDRAWN, SERVICE)
        if not there:
            yield Transition(S.ARRIVED, back_to(state), state, SERVICE)
    # The stamp of a crew that was offline comes after both have signed: it fills in its time.
    yield Transition(S.HANDED_OVER, ARRIVE, S.HANDED_OVER, SERVICE)


NOTICE: Lifecycle[NoticeState, str] = Lifecycle("notice", S.SENT, _rows())
