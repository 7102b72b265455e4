"""What the rules for time-critical illness say of a facility (pure): STEMI and large-vessel stroke.

Sources (reference/referrals.md): STEMI 9.1 (AHA/ACC windows, 中国胸痛中心 standard), large-vessel stroke 9.2 (AHA
2020). No clinician has signed them yet (未经临床签署): they propose an order, and say why. Chest pain counts as
STEMI as long as nobody has read an ECG: here is no field for one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from ledger.kinds.words import Priority
from ledger.reasons import Reason
from referrals.alerts import Alert
from referrals.facilities import Capacity, Service

CATHETER, CHEST_PAIN_CENTRE, STROKE_CENTRE = "cath-lab", "chest-pain-centre", "stroke-centre"
LVO: Final = "lvo"
"""A need that the crew names: the stroke score speaks of a large-vessel occlusion (RACE 5 or more, LAMS 4 or more)."""

STEMI_LIMIT_S: Final = 120 * 60
"""First medical contact to device, with the way there (AHA/ACC; referrals.md 9.1)."""
DOOR_TO_DEVICE_S: Final = 30 * 60
"""An announced patient bypasses the emergency room: the catheter laboratory is active in 30 minutes (9.1)."""
LVO_EXTRA_S: Final = 30 * 60
"""So much longer a drive to a hospital with thrombectomy is worth it (AHA 2020; 9.2)."""


class Need(Struct, frozen=True, kw_only=True):
    """What the patient needs. `capabilities` were asked for by a person; `since_contact_s` counts from the first
    medical contact, None when nobody has met the patient yet; `wish` is the facility that the patient asks for.
    """

    priority: Priority = Priority.P2
    alerts: tuple[Alert, ...] = ()
    capabilities: tuple[str, ...] = ()
    since_contact_s: float | None = None
    wish: UUID | None = None


class Facility(Struct, frozen=True, kw_only=True):
    """One facility as it stands now. `drive_s` None: no road leads there, or its place is not known."""

    id: UUID
    code: str
    tier: int | None
    capabilities: tuple[str, ...]
    drive_s: float | None
    active: bool = True
    capacities: tuple[Capacity, ...] = ()
    on_the_way: int = 0
    offloading: int = 0


class Rule(Struct, frozen=True):
    """What a rule says of one facility."""

    suits: bool = True
    reasons: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()


def time_rules(need: Need, found: Facility, reached: Sequence[Facility], now: datetime) -> Rule:
    """The rule that applies to this patient, for one of the facilities that can be `reached`."""
    if Alert.CHEST_PAIN in need.alerts:
        return _stemi(need, found, reached, now)
    if Alert.STROKE in need.alerts and LVO in need.capabilities:
        return _large_vessel(found, reached)
    return Rule()


def to_device_s(need: Need, found: Facility) -> float:
    """Seconds from first medical contact to the device at this facility."""
    return (need.since_contact_s or 0.0) + (found.drive_s or 0.0) + DOOR_TO_DEVICE_S


def _stemi(need: Need, found: Facility, reached: Sequence[Facility], now: datetime) -> Rule:
    """Catheter laboratory in time: there, past nearer hospitals. Otherwise lysis first, where a centre is near."""
    in_time = [one for one in reached if _opens_in_time(need, one, now)]
    total_s = round(to_device_s(need, found))
    window = {"total_s": total_s, "limit_s": STEMI_LIMIT_S}
    if found in in_time:
        return Rule(True, (Reason("stemi-device-in-time", window),))
    if in_time:
        best_s = round(min(to_device_s(need, one) for one in in_time))
        return Rule(suits=False, warnings=(Reason("stemi-other-in-time", {"total_s": best_s}),))
    if CATHETER in found.capabilities:
        late = (Reason("stemi-device-too-late", window),) if total_s > STEMI_LIMIT_S else ()
        return Rule(True, warnings=late)
    if CHEST_PAIN_CENTRE in found.capabilities:
        return Rule(True, (Reason("stemi-lysis-first"),))
    return Rule(suits=False, warnings=(Reason("facility-lacks", {"abilities": CHEST_PAIN_CENTRE}),))


def _opens_in_time(need: Need, found: Facility, now: datetime) -> bool:
    if CATHETER not in found.capabilities or to_device_s(need, found) > STEMI_LIMIT_S:
        return False
    return not any(
        one.service is Service.CARDIOLOGY and one.level == "closed" and not one.is_stale(now)
        for one in found.capacities
    )


def _large_vessel(found: Facility, reached: Sequence[Facility]) -> Rule:
    """Thrombectomy when it costs less than half an hour more than the nearest lysis; else lysis first."""
    lysis_s = [one.drive_s or 0.0 for one in reached if STROKE_CENTRE in one.capabilities]
    if STROKE_CENTRE not in found.capabilities or not lysis_s:
        return Rule()
    drive_s, nearest_s = found.drive_s or 0.0, min(lysis_s)
    thrombectomy = [
        one for one in reached if _removes_clots(one) and (one.drive_s or 0.0) - nearest_s < LVO_EXTRA_S
    ]
    extra = {"extra_s": round(drive_s - nearest_s), "limit_s": LVO_EXTRA_S}
    if _removes_clots(found):
        if drive_s - nearest_s < LVO_EXTRA_S:
            return Rule(True, (Reason("lvo-thrombectomy-near", extra),))
        return Rule(suits=False, warnings=(Reason("lvo-thrombectomy-far", extra),))
    if thrombectomy:
        return Rule(suits=False, warnings=(Reason("lvo-no-thrombectomy"),))
    return Rule(True, (Reason("lvo-lysis-first"),))


def _removes_clots(found: Facility) -> bool:
    return STROKE_CENTRE in found.capabilities and CATHETER in found.capabilities
