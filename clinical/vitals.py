"""Vital signs with their units and their time, and the table that tells a reading from a slip of the finger.

The hard limits are the drop bounds that Harutyunyan et al. published with the MIMIC-III benchmarks
(Scientific Data 2019, `variable_ranges.csv`), narrowed by physics (a saturation ends at 100 %) and widened by
survival (13.7 °C: Gilbert et al., Lancet 2000). Scales have their ends (Teasdale and Jennett, Lancet 1974;
numeric pain rating 0-10). NEMSIS v3.5 accepts more: heart rate 0-500 per minute, temperature 0-50 °C.
The soft limits are the house's: a reading outside them can be true, but a person should look again.

Zero is a legal heart rate, respiratory rate and pressure: that is what an arrest looks like.
"""

import math
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from msgspec import Meta, Struct


class Avpu(StrEnum):
    """How the patient answers: alert, to voice, to pain, not at all."""

    ALERT = "A"
    VOICE = "V"
    PAIN = "P"
    UNRESPONSIVE = "U"


class VitalSigns(Struct, frozen=True, kw_only=True):
    """One round of measuring; None means not measured. ValueError when `measured_at` has no time zone."""

    measured_at: Annotated[datetime, Meta(tz=True)]
    heart_rate_per_min: float | None = None
    respiratory_rate_per_min: float | None = None
    spo2_percent: float | None = None
    systolic_mmhg: float | None = None
    diastolic_mmhg: float | None = None
    temperature_c: float | None = None
    glucose_mmol_per_l: float | None = None
    gcs_eye: int | None = None
    gcs_verbal: int | None = None
    gcs_motor: int | None = None
    avpu: Avpu | None = None
    oxygen_l_per_min: float | None = None
    pain: int | None = None

    def __post_init__(self) -> None:
        if self.measured_at.utcoffset() is None:
            raise ValueError("measured_at needs a time zone")

    @property
    def gcs_total(self) -> int | None:
        """3 to 15; None unless all three parts were scored: a missing part must not look like a low score."""
        if self.gcs_eye is None or self.gcs_verbal is None or self.gcs_motor is None:
            return None
        return self.gcs_eye + self.gcs_verbal + self.gcs_motor


class Range(Struct, frozen=True):
    """Both ends are inside."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


class Limits(Struct, frozen=True):
    """Outside `hard` a value is refused; outside `soft` it is doubted."""

    hard: Range
    soft: Range


def _limits(hard: tuple[float, float], soft: tuple[float, float]) -> Limits:
    return Limits(Range(*hard), Range(*soft))


LIMITS: dict[str, Limits] = {
    "heart_rate_per_min": _limits((0, 390), (20, 250)),
    "respiratory_rate_per_min": _limits((0, 330), (4, 80)),
    "spo2_percent": _limits((0, 100), (50, 100)),
    "systolic_mmhg": _limits((0, 375), (40, 300)),
    "diastolic_mmhg": _limits((0, 375), (15, 200)),
    "temperature_c": _limits((13, 47), (28, 43)),
    "glucose_mmol_per_l": _limits((0, 122), (1, 35)),
    "gcs_eye": _limits((1, 4), (1, 4)),
    "gcs_verbal": _limits((1, 5), (1, 5)),
    "gcs_motor": _limits((1, 6), (1, 6)),
    "oxygen_l_per_min": _limits((0, 100), (0, 60)),
    "pain": _limits((0, 10), (0, 10)),
}

Code = Literal[
    "not-a-number",
    "outside-hard-limit",
    "outside-soft-limit",
    "diastolic-above-systolic",
    "no-pulse-yet-alert",
    "no-breathing-yet-alert",
    "avpu-against-gcs",
]


class Doubt(Struct, frozen=True):
    """One field that cannot be right (`refused`) or that a person should look at again."""

    field: str
    code: Code
    refused: bool
    value: float | None = None
    limit: Range | None = None


def implausible(vitals: VitalSigns) -> tuple[Doubt, ...]:
    """Every doubt about these signs, field by field in the table's order, then where two signs contradict."""
    single = (_check(field, getattr(vitals, field)) for field in LIMITS)
    return (*(doubt for doubt in single if doubt is not None), *_contradictions(vitals))


def refused(vitals: VitalSigns) -> tuple[Doubt, ...]:
    """Only the doubts that keep the reading out of a record."""
    return tuple(doubt for doubt in implausible(vitals) if doubt.refused)


def _check(field: str, value: float | None) -> Doubt | None:
    if value is None:
        return None
    if not math.isfinite(value):
        # The value is left out: no JSON can carry it back to the person who typed it.
        return Doubt(field, "not-a-number", refused=True)
    limits = LIMITS[field]
    if not limits.hard.holds(value):
        return Doubt(field, "outside-hard-limit", refused=True, value=value, limit=limits.hard)
    if not limits.soft.holds(value):
        return Doubt(field, "outside-soft-limit", refused=False, value=value, limit=limits.soft)
    return None


def _contradictions(vitals: VitalSigns) -> list[Doubt]:
    """Only an inverted pressure is refused: the other pairs may have been measured a minute apart."""
    doubts: list[Doubt] = []
    systolic, diastolic = vitals.systolic_mmhg, vitals.diastolic_mmhg
    if systolic is not None and diastolic is not None and diastolic > systolic:
        doubts.append(Doubt("diastolic_mmhg", "diastolic-above-systolic", refused=True, value=diastolic))
    if vitals.avpu is Avpu.ALERT and vitals.heart_rate_per_min == 0:
        doubts.append(Doubt("heart_rate_per_min", "no-pulse-yet-alert", refused=False, value=0))
    if vitals.avpu is Avpu.ALERT and vitals.respiratory_rate_per_min == 0:
        doubts.append(Doubt("respiratory_rate_per_min", "no-breathing-yet-alert", refused=False, value=0))
    if _avpu_against_gcs(vitals.avpu, vitals.gcs_total):
        doubts.append(Doubt("avpu", "avpu-against-gcs", refused=False, value=vitals.gcs_total))
    return doubts


def _avpu_against_gcs(avpu: Avpu | None, gcs_total: int | None) -> bool:
    """Alert means 13 or more, unresponsive 8 or less, with room for confusion.

    Source: Kelly et al., Annals of Emergency Medicine 2004: median scores of A, V, P, U were 15, 13, 8 and 6.
    """
    if gcs_total is None:
        return False
    return (avpu is Avpu.ALERT and gcs_total < 13) or (avpu is Avpu.UNRESPONSIVE and gcs_total > 8)
