"""Which pre-alerts apply to a patient (pure): from what was told, seen and measured, as far as it is clear.

An alert that does not apply costs a team a walk; one that is missed costs the patient. So words and vital signs each
suffice, and nothing that is unknown rules an alert out. They propose; no clinician has signed them yet (未经临床签署).

Sources (reference/referrals.md): qSOFA 11.3; vital criteria of field triage 10; AHA stroke and chest-pain windows 9.
"""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from clinical.vitals import Avpu, VitalSigns
from ledger.kinds.case import Patient
from ledger.kinds.words import Sex


class Alert(StrEnum):
    """A team that a facility calls together before the patient is there."""

    STROKE = "stroke"
    CHEST_PAIN = "chest-pain"
    TRAUMA = "trauma"
    SEPSIS = "sepsis"
    MATERNAL = "maternal"
    CHILD = "child"


CHILD_BELOW_YEARS = 14.0
"""Whom a paediatric department takes in China."""

OF_PROTOCOL: dict[str, Alert] = {
    "stroke": Alert.STROKE,
    "chest-pain": Alert.CHEST_PAIN,
    "traffic": Alert.TRAUMA,
    "fall": Alert.TRAUMA,
    "burns": Alert.TRAUMA,
    "pregnancy": Alert.MATERNAL,
    "child": Alert.CHILD,
}
"""The question protocol that a dispatcher chose says what the emergency was taken for."""

WORDS: dict[Alert, tuple[str, ...]] = {
    Alert.STROKE: (
        "卒中",
        "中风",
        "脑梗",
        "脑出血",
        "偏瘫",
        "口角歪斜",
        "stroke",
        "hemiparesis",
        "facial droop",
    ),
    Alert.CHEST_PAIN: ("胸痛", "胸闷", "心梗", "心绞痛", "stemi", "chest pain", "heart attack", "myocardial"),
    Alert.TRAUMA: ("外伤", "车祸", "骨折", "坠落", "刀刺", "trauma", "fracture", "stab", "crash"),
    Alert.SEPSIS: ("脓毒", "感染性休克", "sepsis", "septic"),
    Alert.MATERNAL: ("孕", "产妇", "临产", "分娩", "产后出血", "pregnan", "labour", "postpartum"),
}
"""What a crew writes of a patient."""

FEVER_C, COLD_C = 38.0, 36.0


class Seen(Struct, frozen=True, kw_only=True):
    """What is known of a patient: who, what was told by telephone (`protocol`), the latest vital signs."""

    patient: Patient
    protocol: str = ""
    vitals: VitalSigns | None = None


def alerts_of(seen: Seen) -> tuple[Alert, ...]:
    """The alerts that apply, in the order of `Alert`."""
    told = seen.patient.complaint.casefold()
    found = {alert for alert, words in WORDS.items() if any(word in told for word in words)}
    if seen.protocol in OF_PROTOCOL:
        found.add(OF_PROTOCOL[seen.protocol])
    age = seen.patient.age_years
    if age is not None:
        found.discard(Alert.CHILD)
        if age < CHILD_BELOW_YEARS:
            found.add(Alert.CHILD)
    if seen.patient.sex is Sex.MALE:
        found.discard(Alert.MATERNAL)
    if seen.vitals is not None and is_septic(seen.vitals) and Alert.TRAUMA not in found:
        found.add(Alert.SEPSIS)
    return tuple(alert for alert in Alert if alert in found)


def is_septic(signs: VitalSigns) -> bool:
    """qSOFA of 2 or more with a temperature that speaks of infection; unmeasured signs count as 0 points."""
    warm = signs.temperature_c
    return warm is not None and (warm >= FEVER_C or warm < COLD_C) and qsofa(signs) >= 2


def qsofa(signs: VitalSigns) -> int:
    """0 to 3: respiration 22 or more, systolic 100 or less, altered mentation."""
    breath, systolic, coma = signs.respiratory_rate_per_min, signs.systolic_mmhg, signs.gcs_total
    altered = (signs.avpu is not None and signs.avpu is not Avpu.ALERT) or (coma is not None and coma < 15)
    return sum(
        (
            breath is not None and round(breath) >= 22,
            systolic is not None and round(systolic) <= 100,
            altered,
        )
    )


def as_codes(alerts: Sequence[Alert]) -> tuple[str, ...]:
    """As an entry carries them."""
    return tuple(alert.value for alert in alerts)
