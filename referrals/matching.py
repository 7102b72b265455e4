"""Which facility for this patient, and why (pure): every one of them, ranked or left out with the reason.

Order: those that have what the patient needs before those that lack it, among the former those that did not say that
they are closed, then by a cost in seconds: the drive, plus what strain, a queue at the door or full beds are likely to
cost, less what the patient's wish is worth. The weights are the house's own and stand below. Nothing is ever hidden and
nobody is redirected: a person chooses, and a facility that is full still takes whom it is brought (首诊负责).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from ledger.kinds.words import Priority
from ledger.reasons import Reason
from referrals.alerts import Alert
from referrals.facilities import OF_CAPABILITY, Service
from referrals.timecritical import CATHETER, LVO, STROKE_CENTRE, Facility, Need, Rule, time_rules

EMERGENCY, FIRST_AID = "ed", "first-aid"

OF_ALERT: Mapping[Alert, str] = {
    Alert.STROKE: STROKE_CENTRE,
    Alert.TRAUMA: "trauma-centre",
    Alert.SEPSIS: "icu",
    Alert.MATERNAL: "maternal",
    Alert.CHILD: "paediatric",
}
"""What a facility must have for an alert. Chest pain has a rule of its own."""

LIMITED_S: Final = 600.0
FULL_S: Final = 1200.0
QUEUE_S: Final = 120.0
"""For each patient on the way there, or waiting at its door."""
LACKS_S: Final = 900.0
"""For each thing that the patient needs and the facility lacks, where none has everything."""
WISH_S: Final = 600.0
"""A wish is worth ten minutes, and never makes a facility suit that does not."""

CALM = frozenset({Priority.P3, Priority.P4})
"""A township clinic with first aid is enough for these, unless an alert says more."""


class Placed(Struct, frozen=True, kw_only=True):
    """A facility with its rank, counted from 1. `capacity_age_s` is of the oldest figure that was used."""

    facility_id: UUID
    rank: int
    drive_s: float
    suits: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    capacity_age_s: float | None
    wished: bool


class LeftOut(Struct, frozen=True):
    """A facility that cannot be ranked, and why."""

    facility_id: UUID
    reasons: tuple[Reason, ...]


class Ranking(Struct, frozen=True):
    """Every facility once."""

    ranked: tuple[Placed, ...]
    left_out: tuple[LeftOut, ...]


def rank(need: Need, facilities: Iterable[Facility], now: datetime) -> Ranking:
    """Rank them; the same facilities in any order give the same answer."""
    ordered = sorted(facilities, key=lambda found: found.code)
    reached = [found for found in ordered if found.active and found.drive_s is not None]
    rules = {found.id: time_rules(need, found, reached, now) for found in reached}
    judged = sorted(
        (_judge(need, found, rules[found.id], now) for found in reached), key=lambda judgement: judgement[0]
    )
    ranked = tuple(_with_rank(placed, i) for i, (_, placed) in enumerate(judged, 1))
    left_out = tuple(
        LeftOut(found.id, (Reason("no-road-there") if found.active else Reason("facility-not-active"),))
        for found in ordered
        if not found.active or found.drive_s is None
    )
    return Ranking(ranked, left_out)


def _with_rank(placed: Placed, rank: int) -> Placed:
    return Placed(
        facility_id=placed.facility_id,
        rank=rank,
        drive_s=placed.drive_s,
        suits=placed.suits,
        reasons=placed.reasons,
        warnings=placed.warnings,
        capacity_age_s=placed.capacity_age_s,
        wished=placed.wished,
    )


def required(need: Need) -> tuple[str, ...]:
    """What a facility must have, in a fixed order: for the alerts, for what a person asked, else an emergency room."""
    wanted = [OF_ALERT[alert] for alert in need.alerts if alert in OF_ALERT]
    wanted += [capability for capability in need.capabilities if capability != LVO]
    if not wanted and Alert.CHEST_PAIN not in need.alerts:
        wanted = [FIRST_AID] if need.priority in CALM else [EMERGENCY]
    return tuple(dict.fromkeys(wanted))


def _has(found: Facility, capability: str) -> bool:
    """Who runs an emergency room gives first aid as well."""
    return capability in found.capabilities or (capability == FIRST_AID and EMERGENCY in found.capabilities)


def _judge(need: Need, found: Facility, rule: Rule, now: datetime) -> tuple[tuple[int, float, str], Placed]:
    assert found.drive_s is not None
    wanted = required(need)
    lacking = [capability for capability in wanted if not _has(found, capability)]
    wished = need.wish == found.id
    capacity = _capacity(need, found, wanted, now)
    suits = not lacking and rule.suits
    reasons = [Reason("drive-there", {"drive_s": round(found.drive_s)})]
    warnings = [*capacity.warnings]
    if lacking:
        warnings.insert(0, Reason("facility-lacks", {"abilities": ",".join(lacking)}))
    elif wanted:
        reasons.append(Reason("facility-has", {"abilities": ",".join(wanted)}))
    reasons += [*rule.reasons, *capacity.reasons]
    warnings += rule.warnings
    queue = found.on_the_way + found.offloading
    if queue:
        counts = {"on_the_way": found.on_the_way, "offloading": found.offloading}
        warnings.append(Reason("others-before", counts))
    if wished:
        reasons.append(Reason("patient-wish"))
        if not suits:
            warnings.append(Reason("wish-does-not-suit"))
    group = 0 if suits and not capacity.closed else 1 if suits else 2 if _has(found, EMERGENCY) else 3
    cost_s = (
        found.drive_s
        + capacity.cost_s
        + QUEUE_S * queue
        + LACKS_S * len(lacking)
        - (WISH_S if wished else 0.0)
    )
    placed = Placed(
        facility_id=found.id,
        rank=0,
        drive_s=found.drive_s,
        suits=suits,
        reasons=tuple(reasons),
        warnings=tuple(warnings),
        capacity_age_s=capacity.age_s,
        wished=wished,
    )
    return (group, cost_s, found.code), placed


class _Strain(Struct, frozen=True, kw_only=True):
    """What the capacity of the services that matter adds up to."""

    cost_s: float
    closed: bool
    age_s: float | None
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]


def _services(need: Need, found: Facility, wanted: Sequence[str]) -> tuple[Service, ...]:
    """Whose capacity matters: the emergency room of a hospital, and what the patient needs there."""
    names = [EMERGENCY] if EMERGENCY in found.capabilities else []
    names += [capability for capability in wanted if capability in found.capabilities]
    if Alert.CHEST_PAIN in need.alerts and CATHETER in found.capabilities:
        names.append(CATHETER)
    return tuple(dict.fromkeys(OF_CAPABILITY[name] for name in names if name in OF_CAPABILITY))


def _capacity(need: Need, found: Facility, wanted: Sequence[str], now: datetime) -> _Strain:
    known = {capacity.service: capacity for capacity in found.capacities}
    cost_s, closed, ages = 0.0, False, list[float]()
    reasons, warnings = list[Reason](), list[Reason]()
    for service in _services(need, found, wanted):
        told = known.get(service)
        word = {"service": service.value}
        if told is None:
            warnings.append(Reason("capacity-unknown", word))
            continue
        age_s = max(0.0, (now - told.observed_at).total_seconds())
        if told.is_stale(now):
            warnings.append(Reason("capacity-stale", word | {"age_s": round(age_s)}))
            continue
        ages.append(age_s)
        if told.level == "closed":
            closed, cost_s = True, cost_s + FULL_S
            warnings.append(Reason("service-closed", word | {"age_s": round(age_s)}))
        elif told.takes_nobody:
            cost_s += FULL_S
            warnings.append(Reason("service-full", word | {"age_s": round(age_s)}))
        elif told.level == "limited":
            cost_s += LIMITED_S
            warnings.append(Reason("service-limited", word | {"age_s": round(age_s)}))
        else:
            reasons.append(Reason("service-open", word | {"age_s": round(age_s)}))
    return _Strain(
        cost_s=cost_s,
        closed=closed,
        age_s=max(ages) if ages else None,
        reasons=tuple(reasons),
        warnings=tuple(warnings),
    )
