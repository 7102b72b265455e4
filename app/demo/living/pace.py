"""Pace: how fast the demo lives. Its people wait and its vehicles drive so many times faster than real ones.

The service's own clock stays true: what is on record happened when it says.
"""

import asyncio
from datetime import timedelta
from random import Random

from ledger.clock import SystemClock

SLOWEST, FASTEST = 1.0, 60.0


class Pace:
    """`speed` is 1 to 60 for people to watch; `random` is the one source of chance, a seed tells a like story."""

    def __init__(self, speed: float, seed: int) -> None:
        self.speed = speed
        self.random = Random(seed)

    def span_s(self, low_s: float, high_s: float) -> float:
        """As long as a person takes, between two times in demo seconds, as real seconds."""
        return self.random.uniform(low_s, high_s) / self.speed

    async def wait(self, low_s: float, high_s: float) -> None:
        """Take that long."""
        await asyncio.sleep(self.span_s(low_s, high_s))

    def happens(self, share: float) -> bool:
        """Whether something that happens in this share of all cases happens now."""
        return self.random.random() < share

    def now(self, later_s: float = 0.0) -> str:
        """The time on everybody's watch, or so many real seconds later, as the API takes it."""
        return (SystemClock().now() + timedelta(seconds=later_s)).isoformat()
