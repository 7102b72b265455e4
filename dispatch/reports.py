"""Figures of a shift, each with the two events it lies between and with everything that it leaves out. Pure.

A time that is missing and a step backwards are left out and counted, never repaired: real records are full of both.
Percentiles are of the nearest rank: a value that was really measured, half (or nine tenths) of all being at most it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Metric(StrEnum):
    """What is measured."""

    RING_TO_ANSWER = "ring-to-answer"
    ANSWER_TO_DISPATCH = "answer-to-dispatch"
    TURNOUT = "turnout"
    RESPONSE = "response"


class LeftOut(StrEnum):
    """Why a row does not count."""

    TIME_MISSING = "time-missing"
    BACKWARDS = "backwards"
    NOT_YET = "not-yet"
    TEST = "test"
    UNANSWERED = "unanswered"
    NO_RING = "no-ring"
    MERGED = "merged"
    TRANSFER = "transfer"
    NOT_DISPATCHED = "not-dispatched"
    NOT_FOLLOWED = "not-followed"


@dataclass(frozen=True, slots=True)
class Sample:
    """One row of what is measured: from when to when, or why it does not count."""

    begin: datetime | None
    end: datetime | None
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds over `n` rows; `within` is how many of them took at most the target. None where there are none."""

    n: int
    excluded: Mapping[LeftOut, int]
    median_s: float | None
    p90_s: float | None
    within: int


def measure(samples: Iterable[Sample], target_s: float) -> Figures:
    """The figures of these rows."""
    excluded: Counter[LeftOut] = Counter()
    seconds: list[float] = []
    for sample in samples:
        judged = _judge(sample)
        if isinstance(judged, LeftOut):
            excluded[judged] += 1
        else:
            seconds.append(judged)
    seconds.sort()
    return Figures(
        n=len(seconds),
        excluded=dict(sorted(excluded.items())),
        median_s=percentile(seconds, 50),
        p90_s=percentile(seconds, 90),
        within=sum(value <= target_s for value in seconds),
    )


def _judge(sample: Sample) -> float | LeftOut:
    """How long it took, or why it does not count."""
    if sample.left_out is not None:
        return sample.left_out
    if sample.begin is None or sample.end is None:
        return LeftOut.TIME_MISSING
    if sample.end < sample.begin:
        return LeftOut.BACKWARDS
    return (sample.end - sample.begin).total_seconds()


def percentile(ascending: Sequence[float], percent: int) -> float | None:
    """The smallest measured value that `percent` of all are at most; None of nothing."""
    if not ascending:
        return None
    rank = -(-percent * len(ascending) // 100)
    return ascending[rank - 1]
