"""Every (state, event, role) of every machine, against the rules as they are written, stated here once more."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from dispatch.assignments import ASSIGNMENT
from dispatch.incidents import INCIDENT
from ledger.errors import Conflict, Forbidden
from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition

Expected = tuple[str, set[str]] | None
"""The state that follows and the roles that may cause it; None where the event is not open."""

DESK = {"dispatcher", "shift-leader"}
CREW = DESK | {"crew", "integration"}
STATION = DESK | {"station", "crew"}

RUN = ["DSP", "ACK", "ENR", "STG", "ONS", "PTC", "LDD", "TRN", "ATH", "HND", "AVR", "HOM"]
REACHES = {
    "acknowledge": "ACK",
    "depart": "ENR",
    "stage": "STG",
    "arrive": "ONS",
    "patient-contact": "PTC",
    "load": "LDD",
    "transport": "TRN",
    "at-hospital": "ATH",
    "hand-over": "HND",
    "available": "AVR",
    "home": "HOM",
}
WITHOUT_TRANSPORT = {"empty-run", "patient-declines", "patient-gone", "dead-not-transported", "stopped"}
BY_THE_CENTRE = {"cancelled", "bumped"}
CORRECTIONS = {f"back-to-{state}": state for state in RUN[:-1]}
ASSIGNMENT_EVENTS = {
    *REACHES, *WITHOUT_TRANSPORT, *BY_THE_CENTRE, *CORRECTIONS, "cannot-go", "taken-back", "call", "no-such-event"
}  # fmt: skip


def assignment(state: str, event: str) -> Expected:
    """dispatch.md 2.2: skipping is allowed, a late stamp moves nothing, back only as a correction."""
    if state == "RSV":  # reserved is not dispatched: it is called, or called off
        return {"call": ("DSP", DESK), "cancelled": ("END", DESK)}.get(event)
    if state == "END":  # what an offline crew did is still put on record
        return ("END", CREW) if event in {*REACHES, *WITHOUT_TRANSPORT} else None
    here = RUN.index(state)
    if event in REACHES:
        there = RUN.index(REACHES[event])
        return (RUN[there] if there > here else state), CREW
    if event in CORRECTIONS:
        return (CORRECTIONS[event], CREW) if RUN.index(CORRECTIONS[event]) < here else None
    # Whether it ended without transport is open until the patient is on the way, and again once the crew is free:
    # a queue arrives in any order.
    before_transport = state in {"DSP", "ACK", "ENR", "STG", "ONS", "PTC", "LDD"}
    before_wheels = state in {"DSP", "ACK"}
    if event in WITHOUT_TRANSPORT and (before_transport or state in {"AVR", "HOM"}):
        return "END", CREW
    if event in BY_THE_CENTRE and before_transport:
        return "END", DESK
    if event == "cannot-go" and before_wheels:
        return "END", STATION
    if event == "taken-back" and before_wheels:
        return "END", DESK
    return None


INCIDENT_EVENTS = {
    "hold",
    "resume",
    "send",
    "close",
    "complete",
    "merge-away",
    "restore",
    "reopen",
    "no-such-event",
}


def incident(state: str, event: str) -> Expected:
    """It waits or it does not; it closes with a code or after units went; merging is undone by relinking."""
    if state == "merged":
        return ("open", DESK) if event == "restore" else None
    if event == "send":  # also to a held one, and to one that was closed too early
        return "open", DESK
    if event == "merge-away":
        return "merged", DESK
    if state == "closed":  # a crew takes back that it was free
        return ("open", CREW) if event == "reopen" else None
    if event == "hold":
        return "held", DESK
    if event == "close":
        return "closed", DESK
    if event == "resume":
        return ("open", DESK) if state == "held" else None
    if event == "complete":
        return ("closed", DESK | {"system"}) if state == "open" else None
    return None


MACHINES: list[tuple[Lifecycle[Any, Any], set[str], Iterable[str], Callable[[str, str], Expected]]] = [
    (ASSIGNMENT, {"RSV", "END", *RUN}, sorted(ASSIGNMENT_EVENTS), assignment),
    (INCIDENT, {"open", "held", "closed", "merged"}, sorted(INCIDENT_EVENTS), incident),
]
each_machine = pytest.mark.parametrize(
    "machine, states, events, rule", MACHINES, ids=["assignment", "incident"]
)


@each_machine
def test_every_triple_follows_the_written_rule(
    machine: Lifecycle[Any, Any],
    states: set[str],
    events: Iterable[str],
    rule: Callable[[str, str], Expected],
) -> None:
    wrong = []
    for state in states:
        for event in events:
            expected = rule(state, event)
            for role in Role:
                wanted = (
                    "conflict" if expected is None else expected[0] if role in expected[1] else "forbidden"
                )
                got = outcome(machine, state, event, role)
                if got != wanted:
                    wrong.append((state, event, role.value, got, wanted))
    assert wrong == []


def outcome(machine: Lifecycle[Any, Any], state: str, event: str, role: Role) -> str:
    try:
        return str(machine.advance(state, event, role))
    except Conflict:
        return "conflict"
    except Forbidden:
        return "forbidden"


@each_machine
def test_the_table_knows_no_other_state_or_event(
    machine: Lifecycle[Any, Any],
    states: set[str],
    events: Iterable[str],
    rule: Callable[[str, str], Expected],
) -> None:
    assert {str(state) for state in machine.states()} == states
    assert {str(event) for _, event in machine.rows} == set(events) - {"no-such-event"}


@each_machine
def test_open_events_are_those_that_advance(
    machine: Lifecycle[Any, Any],
    states: set[str],
    events: Iterable[str],
    rule: Callable[[str, str], Expected],
) -> None:
    for state in states:
        for role in Role:
            allowed = {e for e in events if (found := rule(state, e)) is not None and role in found[1]}
            assert set(machine.open_events(state, role)) == allowed


def test_two_rows_for_one_event_are_no_table() -> None:
    row = Transition("a", "go", "b", frozenset({Role.CREW}))
    with pytest.raises(ValueError, match="two rows"):
        Lifecycle("m", "a", [row, row])


def test_the_diagram_shows_each_change_of_state() -> None:
    rows = [
        Transition("a", "go", "b", frozenset({Role.CREW})),
        Transition("a", "run", "b", frozenset({Role.CREW})),
        Transition("a", "stay", "a", frozenset({Role.CREW})),
    ]
    assert Lifecycle("m", "a", rows).diagram() == "stateDiagram-v2\n    [*] --> a\n    a --> b: go, run\n"
