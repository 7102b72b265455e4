"""Whether a unit may be sent: the table of duty, hold, crew and assignment; and when it will be free again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.assignments import RELEASED, AssignmentState
from dispatch.units import FULL_CREW, OFFLOAD_S, TURNAROUND_S, Standing, availability, capabilities
from ledger.kinds.words import Capability, CrewRole, UnitKind

NOW = datetime(2026, 11, 3, 8, tzinfo=UTC)
SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(hours=2)
S = AssignmentState


def standing(**changes: Any) -> Standing:
    usual: dict[str, Any] = {
        "duty": "on",
        "duty_reason": "",
        "duty_until": None,
        "hold_reason": None,
        "hold_until": None,
        "crew": FULL_CREW,
        "assignment_state": None,
        "since": None,
    }
    return Standing(**usual | changes)


CASES: tuple[tuple[dict[str, Any], str, list[str]], ...] = (
    ({}, "available", []),
    ({"duty": "off"}, "unavailable", ["duty-off"]),
    ({"duty": "repair"}, "unavailable", ["duty-repair"]),
    ({"duty": "unusable"}, "unavailable", ["duty-unusable"]),
    ({"hold_reason": "meal"}, "unavailable", ["paused"]),
    ({"hold_reason": "meal", "hold_until": SOON}, "unavailable", ["paused"]),
    ({"hold_reason": "meal", "hold_until": NOW}, "available", []),
    ({"crew": ()}, "unavailable", ["crew-missing"]),
    ({"crew": (CrewRole.DRIVER, CrewRole.NURSE)}, "unavailable", ["crew-missing"]),
    ({"assignment_state": S.ATH, "since": NOW}, "conditional", ["offloading-at-hospital"]),
    ({"assignment_state": S.HND, "since": NOW}, "conditional", ["clearing-at-hospital"]),
    ({"assignment_state": S.ATH, "since": NOW, "duty": "off"}, "unavailable", ["duty-off"]),
    ({"duty": "off", "hold_reason": "x", "crew": ()}, "unavailable", ["duty-off", "paused", "crew-missing"]),
)


@pytest.mark.parametrize("changes, value, codes", CASES)
def test_every_obstacle_is_named(changes: dict[str, Any], value: str, codes: list[str]) -> None:
    found = availability(standing(**changes), NOW)
    assert (found.value, [reason.code for reason in found.reasons]) == (value, codes)


@pytest.mark.parametrize("state", [state for state in S if state not in (S.RSV, S.ATH, S.HND)])
def test_a_unit_is_bound_until_it_is_released(state: AssignmentState) -> None:
    found = availability(standing(assignment_state=state, since=NOW), NOW)
    assert found.value == ("available" if state in RELEASED else "unavailable")


@pytest.mark.parametrize("state, needed_s", [(S.ATH, OFFLOAD_S), (S.HND, TURNAROUND_S)])
def test_the_rest_of_a_handover_runs_down_to_nothing(state: AssignmentState, needed_s: int) -> None:
    left = [
        availability(standing(assignment_state=state, since=NOW - timedelta(seconds=gone)), NOW).ready_s
        for gone in (0, 100, needed_s + 1)
    ]
    assert left == [needed_s, needed_s - 100, 0]


@pytest.mark.parametrize(
    "changes, until",
    [
        ({"duty": "off", "duty_until": LATER}, LATER),
        ({"hold_reason": "meal", "hold_until": SOON}, SOON),
        ({"duty": "off", "duty_until": LATER, "hold_reason": "meal", "hold_until": SOON}, LATER),
        ({"duty": "off", "duty_until": LATER, "hold_reason": "meal"}, None),
        ({"duty": "off", "duty_until": LATER, "crew": ()}, None),
        ({"hold_reason": "meal", "hold_until": SOON, "assignment_state": S.ENR}, None),
    ],
)
def test_it_is_free_when_the_last_obstacle_ends(changes: dict[str, Any], until: datetime | None) -> None:
    assert availability(standing(**changes), NOW).until == until


def test_capabilities_come_from_kind_equipment_and_crew() -> None:
    with_doctor = capabilities(UnitKind.BLS, [Capability.OBSTETRIC], FULL_CREW)
    assert set(with_doctor) == {Capability.BASIC, Capability.OBSTETRIC, Capability.DOCTOR}
    assert Capability.DOCTOR not in capabilities(UnitKind.ALS, [], [CrewRole.DRIVER])
    assert Capability.ISOLATION in capabilities(UnitKind.NEGATIVE_PRESSURE, [], [])
