"""Which facility could take a patient, and why (pure): levels, capabilities, capacity with its age, the drive."""

import math
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from ledger.kinds.words import Direction, Urgency
from ledger.reasons import Reason
from referrals.facilities import OF_CAPABILITY, Capacity, Service
from referrals.tiers import leads, objection


class House(Struct, frozen=True, kw_only=True):
    """One facility as far as its place in a suggestion depends on it; `time_s` None where no road leads."""

    id: str
    level: int
    capabilities: frozenset[str]
    time_s: float | None
    capacities: tuple[Capacity, ...] = ()
    returns: bool = False


class Wanted(Struct, frozen=True, kw_only=True):
    """What the patient needs, seen from the level where they are."""

    direction: Direction
    urgency: Urgency
    here: int
    capabilities: tuple[str, ...] = ()
    department: str = ""


class Suggestion(Struct, frozen=True, kw_only=True):
    """One facility with what speaks for and against it; `allowed` without a reason for skipping a level."""

    house: House
    allowed: bool
    suits: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    capacity: Capacity | None


def suggest(wanted: Wanted, houses: Sequence[House], now: datetime) -> list[Suggestion]:
    """Facilities in the wanted direction, the best first: back to where they came from, able, allowed, open, near."""
    found = [_weigh(wanted, h, now) for h in houses if leads(wanted.direction, wanted.here, h.level)]
    return sorted(found, key=lambda one: _order(one, now))


def _order(one: Suggestion, now: datetime) -> tuple[bool, bool, bool, bool, float, str]:
    closed = one.capacity is not None and not one.capacity.is_stale(now) and one.capacity.takes_nobody
    time_s = math.inf if one.house.time_s is None else one.house.time_s
    return (not one.house.returns, not one.suits, not one.allowed, closed, time_s, one.house.id)


def _weigh(wanted: Wanted, house: House, now: datetime) -> Suggestion:
    against = objection(
        wanted.direction, wanted.urgency, wanted.here, house.level, explained=False, returns=house.returns
    )
    lacks = tuple(c for c in wanted.capabilities if c not in house.capabilities)
    capacity = _capacity(wanted, house)
    reasons, warnings = [], []
    if house.returns:
        reasons.append(Reason("candidate-knows-patient", {}))
    if wanted.capabilities and not lacks:
        reasons.append(Reason("candidate-has-all", {"capabilities": ", ".join(wanted.capabilities)}))
    if house.time_s is None:
        warnings.append(Reason("candidate-no-road", {}))
    else:
        reasons.append(Reason("candidate-drive", {"minutes": math.ceil(house.time_s / 60)}))
    if against is not None:
        warnings.append(Reason("candidate-skips-level", {}))
    if lacks:
        warnings.append(Reason("candidate-lacks", {"capabilities": ", ".join(lacks)}))
    told = _of_capacity(capacity, now)
    (reasons if told.code == "candidate-open" else warnings).append(told)
    return Suggestion(
        house=house,
        allowed=against is None,
        suits=not lacks,
        reasons=tuple(reasons),
        warnings=tuple(warnings),
        capacity=capacity,
    )


def _capacity(wanted: Wanted, house: House) -> Capacity | None:
    """What the facility says of the service that the patient needs most, else of the house in general."""
    services: list[str] = [wanted.department]
    services += [OF_CAPABILITY[c] for c in wanted.capabilities if c in OF_CAPABILITY]
    services += [Service.GENERAL, Service.EMERGENCY]
    known = {capacity.service: capacity for capacity in house.capacities}
    return next((known[Service(s)] for s in services if s in known), None)


def _of_capacity(capacity: Capacity | None, now: datetime) -> Reason:
    if capacity is None:
        return Reason("candidate-capacity-unknown", {})
    minutes = max(1, math.ceil((now - capacity.observed_at).total_seconds() / 60))
    if capacity.is_stale(now):
        return Reason("candidate-capacity-old", {"minutes": minutes})
    if capacity.takes_nobody:
        return Reason("candidate-full", {"minutes": minutes})
    return Reason("candidate-open", {"minutes": minutes})
