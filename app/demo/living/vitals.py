"""Vital signs of invented patients: mostly mild, now and then very ill."""

from random import Random
from typing import Any


def vitals_of(chance: Random, measured_at: str) -> dict[str, Any]:
    """One set as the API takes it, within what a body can have."""
    ill = chance.random() < 0.25
    systolic = round(chance.gauss(98 if ill else 134, 14))
    return {
        "measured_at": measured_at,
        "respiratory_rate_per_min": max(8, round(chance.gauss(26 if ill else 17, 3))),
        "spo2_percent": min(100, max(72, round(chance.gauss(89 if ill else 97, 2)))),
        "systolic_mmhg": max(70, systolic),
        "diastolic_mmhg": max(40, round(systolic * chance.uniform(0.55, 0.65))),
        "heart_rate_per_min": max(44, round(chance.gauss(118 if ill else 84, 12))),
        "temperature_c": round(min(40.5, max(35.0, chance.gauss(37.9 if ill else 36.8, 0.5))), 1),
    }
