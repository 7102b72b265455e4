"""What every benchmark shares: timing a job, percentiles, and the one JSON document it prints."""

import gc
import json
import math
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

Case = TypeVar("Case")


@dataclass(frozen=True, slots=True)
class Row:
    """One engine's times for one job: wall clock and processor time of each call, in milliseconds.

    Where a service does the work in a process of its own, the caller's processor time says nothing and is left out.
    """

    job: str
    engine: str
    wall_ms: Sequence[float]
    cpu_ms: Sequence[float]
    more: Mapping[str, float | int | str] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        return {
            "job": self.job,
            "engine": self.engine,
            "n": len(self.wall_ms),
            "median_ms": _rounded(percentile(self.wall_ms, 50)),
            "p99_ms": _rounded(percentile(self.wall_ms, 99)),
            **self._cpu(),
            **self.more,
        }

    def _cpu(self) -> dict[str, float]:
        return {"cpu_median_ms": _rounded(percentile(self.cpu_ms, 50))} if self.cpu_ms else {}


def measure(
    job: str,
    engine: str,
    call: Callable[[Case], object],
    cases: Sequence[Case],
    *,
    budget_s: float,
    before_each: Callable[[], None] | None = None,
) -> Row:
    """Time `call` on each case until the cases or the budget run out, after two calls to warm up.

    `before_each` runs untimed before each timed call.
    """
    for case in cases[:2]:
        call(case)
    wall_ms: list[float] = []
    cpu_ms: list[float] = []
    started = time.perf_counter()
    gc.collect()
    for case in cases:
        if before_each is not None:
            before_each()
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        call(case)
        wall_ms.append((time.perf_counter_ns() - wall) / 1e6)
        cpu_ms.append((time.process_time_ns() - cpu) / 1e6)
        if time.perf_counter() - started > budget_s:
            break
    return Row(job, engine, wall_ms, cpu_ms)


def percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(percent / 100 * len(ranked)) - 1)]


def ratios(rows: Sequence[Row]) -> dict[str, float]:
    """How many times longer each peer's median processor time is than ours, for each job."""
    ours = {row.job: percentile(row.cpu_ms, 50) for row in rows if row.engine == "ours" and row.cpu_ms}
    return {
        f"{row.job}: ours vs {row.engine}": round(
            percentile(row.cpu_ms or row.wall_ms, 50) / ours[row.job], 1
        )
        for row in rows
        if row.engine != "ours" and ours.get(row.job)
    }


def print_document(name: str, input_: Mapping[str, object], rows: Sequence[Row]) -> None:
    """The one document on standard output."""
    document = {
        "name": name,
        "input": {**input_, "load_average": round(os.getloadavg()[0], 2)},
        "rows": [row.document() for row in rows],
        "ratios": ratios(rows),
    }
    print(json.dumps(document, ensure_ascii=False, indent=2))


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def _rounded(ms: float) -> float:
    return float(f"{ms:.4g}")
