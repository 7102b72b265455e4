"""The one clock. Use cases read it once, before their write; work inside a transaction never does."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where time comes from: the machine, a test, or a simulation."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that never run backwards; for lengths of time, not for dates."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic_s(self) -> float:
        return time.monotonic()
