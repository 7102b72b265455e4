"""The assignment's transition table and its time stamps: one unit on one incident.

States and events follow the reference of Chinese 120 practice, NEMSIS v3.5 eTimes and EIDO (NENA STA-021.1b).
A crew may skip states; the skipped times are missing, never invented. A stamp that arrives after a later one fills
its own time and moves nothing. A step back is a correction: it names the state to go back to.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition


class AssignmentState(StrEnum):
    """Where an assignment stands."""

    RSV = "RSV"
    DSP = "DSP"
    ACK = "ACK"
    ENR = "ENR"
    STG = "STG"
    ONS = "ONS"
    PTC = "PTC"
    LDD = "LDD"
    TRN = "TRN"
    ATH = "ATH"
    HND = "HND"
    AVR = "AVR"
    HOM = "HOM"
    END = "END"


S = AssignmentState

ORDER: tuple[AssignmentState, ...] = (
    S.DSP,
    S.ACK,
    S.ENR,
    S.STG,
    S.ONS,
    S.PTC,
    S.LDD,
    S.TRN,
    S.ATH,
    S.HND,
    S.AVR,
    S.HOM,
)
"""The states of a full run, first to last. RSV comes before all of them, END after any of the first seven."""

STAMP_EVENTS: dict[str, AssignmentState] = {
    "acknowledge": S.ACK,
    "depart": S.ENR,
    "stage": S.STG,
    "arrive": S.ONS,
    "patient-contact": S.PTC,
    "load": S.LDD,
    "transport": S.TRN,
    "at-hospital": S.ATH,
    "hand-over": S.HND,
    "available": S.AVR,
    "home": S.HOM,
}
"""What a crew reports, and the state that it reaches."""

OPTIONAL = frozenset({S.STG})
"""States that many runs never have: skipping one leaves nothing missing."""

CREW_ENDS = ("empty-run", "patient-declines", "patient-gone", "dead-not-transported", "stopped")
"""Ends without transport that a crew reports (放空车, 病人不去, 车到人走, 死亡不送, 中止任务)."""

STATION_END = "cannot-go"
"""The station or the crew cannot go (拒绝出车), before it has rolled."""

DESK_ENDS = ("cancelled", "bumped")
"""Ends that the centre decides (NEMSIS eTimes.14; bumped to another incident)."""

TAKE_BACK = "taken-back"
"""The dispatcher took the order back within ten seconds, before wheels rolled."""

CALL_RESERVED = "call"
NEMSIS_TIMES: dict[str, str] = {
    "DSP": "eTimes.03",
    "ACK": "eTimes.04",
    "ENR": "eTimes.05",
    "STG": "eTimes.17",
    "ONS": "eTimes.06",
    "PTC": "eTimes.07",
    "TRN": "eTimes.09",
    "ATH": "eTimes.11",
    "HND": "eTimes.12",
    "AVR": "eTimes.13",
    "HOM": "eTimes.15",
}
"""NEMSIS v3.5 elements of the states that have one; "cancelled" is eTimes.14."""

RELEASED = frozenset({S.AVR, S.HOM, S.END})
"""States in which the unit is free again."""

WITHOUT_EFFECT = frozenset({*DESK_ENDS, STATION_END, TAKE_BACK})
"""Ends of orders that nobody followed."""

RELEASING = frozenset({"available", "home", *CREW_ENDS, STATION_END, *DESK_ENDS, TAKE_BACK})
"""Events that set the unit free; the earliest valid one says since when."""

TRANSPORTED = frozenset({"transport", "at-hospital", "hand-over"})
"""Events after which a run can no longer have ended without transport."""


def is_reportable(event: str) -> bool:
    """Whether the field may report it as a time point; what the desk decides has commands of its own."""
    return event in STAMP_EVENTS or event in CREW_ENDS or event == STATION_END or bool(undone_by(event))


DESK = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})
CREW = frozenset({Role.CREW, Role.INTEGRATION}) | DESK
STATION = frozenset({Role.STATION, Role.CREW}) | DESK

_BEFORE_TRANSPORT = ORDER[: ORDER.index(S.TRN)]
_BEFORE_WHEELS = (S.DSP, S.ACK)


def back_to(state: AssignmentState) -> str:
    """The event that corrects an assignment back to `state`."""
    return f"back-to-{state}"


def _rows() -> Iterator[Transition[AssignmentState, str]]:
    yield Transition(S.RSV, CALL_RESERVED, S.DSP, DESK)
    yield Transition(S.RSV, "cancelled", S.END, DESK)
    for i, state in enumerate(ORDER):
        for event, reached in STAMP_EVENTS.items():
            yield Transition(state, event, max(state, reached, key=ORDER.index), CREW)
        for earlier in ORDER[:i]:
            yield Transition(state, back_to(earlier), earlier, CREW)
    for state in _BEFORE_TRANSPORT:
        for event in CREW_ENDS:
            yield Transition(state, event, S.END, CREW)
        for event in DESK_ENDS:
            yield Transition(state, event, S.END, DESK)
    for state in _BEFORE_WHEELS:
        yield Transition(state, STATION_END, S.END, STATION)
        yield Transition(state, TAKE_BACK, S.END, DESK)
    # A queue arrives in any order: the end of a run may be reported after the crew was available again.
    for state in (S.AVR, S.HOM):
        for event in CREW_ENDS:
            yield Transition(state, event, S.END, CREW)
    # A crew that was offline when the order ended may still report what it did.
    for event in (*STAMP_EVENTS, *CREW_ENDS):
        yield Transition(S.END, event, S.END, CREW)


ASSIGNMENT: Lifecycle[AssignmentState, str] = Lifecycle("assignment", S.DSP, _rows())


class Target(StrEnum):
    """Where a run is going."""

    SCENE = "scene"
    DESTINATION = "destination"


class Heading(NamedTuple):
    """Where a run is going, whether it is on the road there now, and whether its wheels have rolled."""

    target: Target
    driving: bool
    rolling: bool


_TO_SCENE = (S.DSP, S.ACK, S.ENR, S.STG)
_ABOARD = (S.LDD, S.TRN)


def heading(state: AssignmentState, *, destination: bool) -> Heading | None:
    """To the scene until the patient is aboard and somebody chose a destination; None when the run is over."""
    if state in RELEASED:
        return None
    rolling = state in ORDER and ORDER.index(state) >= ORDER.index(S.ENR)
    if destination and rolling and ORDER.index(state) >= ORDER.index(S.LDD):
        return Heading(Target.DESTINATION, state in _ABOARD, rolling)
    return Heading(Target.SCENE, state in _TO_SCENE, rolling)


def is_late(state: AssignmentState, event: str) -> bool:
    """Whether a stamp fills in a time behind the present state instead of moving it."""
    reached = STAMP_EVENTS.get(event)
    if state is S.END:
        return True
    return reached is not None and state in ORDER and ORDER.index(reached) <= ORDER.index(state)


def missing_between(state: AssignmentState, event: str) -> tuple[str, ...]:
    """States that a step forward leaves without a time."""
    reached = STAMP_EVENTS.get(event)
    if reached is None or state not in ORDER:
        return ()
    skipped = ORDER[ORDER.index(state) + 1 : ORDER.index(reached)]
    return tuple(str(found) for found in skipped if found not in OPTIONAL)


def undone_by(event: str) -> frozenset[str]:
    """The stamp events that a step back declares untrue; empty for any other event."""
    for i, state in enumerate(ORDER):
        if event == back_to(state):
            return frozenset(e for e, reached in STAMP_EVENTS.items() if ORDER.index(reached) > i)
    return frozenset()
