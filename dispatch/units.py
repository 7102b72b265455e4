"""Units: whether one may be sent, computed from duty, crew, assignment and manual hold. Pure.

The three values are EIDO's primary unit status (NENA STA-021.1b): available, conditionally available (assigned to
something, and may be reassigned), not available.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dispatch.assignments import RELEASED, AssignmentState
from ledger.kinds.words import Capability, CrewRole, UnitKind
from ledger.reasons import Reason

FULL_CREW: tuple[CrewRole, ...] = (CrewRole.DRIVER, CrewRole.DOCTOR, CrewRole.NURSE)
"""Who must be aboard (院前医疗急救管理办法: driver, physician, nurse)."""

OFFLOAD_S = 900
"""How long a unit at a hospital is expected to need until it can roll again."""

TURNAROUND_S = 300
"""The same after the handover is signed: cleaning and restocking."""

KIND_CAPABILITIES: dict[UnitKind, tuple[Capability, ...]] = {
    UnitKind.BLS: (Capability.BASIC,),
    UnitKind.ALS: (
        Capability.BASIC,
        Capability.MONITOR,
        Capability.DEFIBRILLATOR,
        Capability.VENTILATOR,
    ),
    UnitKind.NEGATIVE_PRESSURE: (
        Capability.BASIC,
        Capability.MONITOR,
        Capability.DEFIBRILLATOR,
        Capability.VENTILATOR,
        Capability.ISOLATION,
    ),
}
"""What each kind of vehicle carries at least (WS/T 292 ambulance types; unit records may add to it)."""

Value = Literal["available", "conditional", "unavailable"]


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether a unit may be sent; `ready_s` is how long until it could roll."""

    value: Value
    reasons: tuple[Reason, ...]
    ready_s: float = 0.0
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What availability is computed from."""

    duty: str
    duty_reason: str
    duty_until: datetime | None
    hold_reason: str | None
    hold_until: datetime | None
    crew: Collection[CrewRole]
    assignment_state: AssignmentState | None
    since: datetime | None


def availability(unit: Standing, now: datetime) -> Availability:
    """The value with every reason for it; anything that forbids outweighs what only restricts."""
    forbids: list[Reason] = []
    ends: list[datetime | None] = []
    if unit.duty != "on":
        forbids.append(Reason(f"duty-{unit.duty}", {"why": unit.duty_reason}))
        ends.append(unit.duty_until)
    if unit.hold_reason is not None and (unit.hold_until is None or unit.hold_until > now):
        forbids.append(Reason("paused", {"why": unit.hold_reason}))
        ends.append(unit.hold_until)
    missing = missing_crew(unit.crew)
    if missing:
        forbids.append(Reason("crew-missing", {"roles": ", ".join(missing)}))
        ends.append(None)
    state = unit.assignment_state
    busy = state is not None and state not in RELEASED
    elapsed_s = (now - unit.since).total_seconds() if unit.since else 0.0
    if state is AssignmentState.HND and busy:
        restricts: tuple[Reason, ...] = (Reason("clearing-at-hospital"),)
        ready_s = max(0.0, TURNAROUND_S - elapsed_s)
    elif state is AssignmentState.ATH and busy:
        restricts = (Reason("offloading-at-hospital"),)
        ready_s = max(0.0, OFFLOAD_S - elapsed_s)
    else:
        restricts, ready_s = (), 0.0
        if busy:
            forbids.append(Reason("on-assignment", {"state": str(state)}))
            ends.append(None)
    if forbids:
        return Availability("unavailable", tuple(forbids), until=_last(ends))
    if restricts:
        return Availability("conditional", restricts, ready_s=ready_s)
    return Availability("available", ())


def _last(ends: list[datetime | None]) -> datetime | None:
    """When the last obstacle ends; None when nobody knows of one of them."""
    known = [end for end in ends if end is not None]
    return max(known) if len(known) == len(ends) else None


def missing_crew(crew: Collection[CrewRole]) -> tuple[CrewRole, ...]:
    """Roles of a full crew that nobody aboard fills."""
    return tuple(role for role in FULL_CREW if role not in crew)


def capabilities(
    kind: UnitKind, equipment: Collection[Capability], crew: Collection[CrewRole]
) -> tuple[Capability, ...]:
    """What the unit brings: its kind, its own equipment, and a doctor when one is aboard."""
    found = {*KIND_CAPABILITIES[kind], *equipment}
    if CrewRole.DOCTOR in crew:
        found.add(Capability.DOCTOR)
    return tuple(capability for capability in Capability if capability in found)
