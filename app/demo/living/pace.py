"""Pace: how fast the demo lives. Its people wait and its vehicles drive so many times faster than real ones.

The service's own clock stays true: what is on record happened when it says.
"""

import asyncio
from datetime import timedelta
from random import Random

from ledger.clock import SystemClock

SLOWEST, FASTEST = 1.0, 60.0


class Pace:
    """`speed` 1 to 60; `random` is the one source of chance, so that a seed tells the same story."""

    def __init__(self, speed: float, seed: int) -> None:
        if not SLOWEST <= speed <= FASTEST:
            raise ValueError(f"speed must be {SLOWEST:.0f} to {FASTEST:.0f}")
        self.speed = speed
        self.random = Random(seed)

    async def wait(self, low_s: float, high_s: float) -> None:
        """As long as a person takes: between two times, in demo seconds."""
        await asyncio.sleep(self.random.uniform(low_s, high_s) / self.speed)

    def happens(self, share: float) -> bool:
        """Whether something that happens in this share of all cases happens now."""
        return self.random.random() < share

    def now(self, later_s: float = 0.0) -> str:
        """The time on everybody's watch, or so many real seconds later, as the API takes it."""
        return (SystemClock().now() + timedelta(seconds=later_s)).isoformat()
