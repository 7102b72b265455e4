"""What a storage offers: write() and read(), and Once for commands that must take effect a single time."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar

from msgspec import Struct
from sqlalchemy import Connection

T = TypeVar("T")
Work = Callable[[Connection], T]
"""A plain function of a connection. It never awaits, sends or reads the clock, and it may run twice."""


class Once(Struct, frozen=True):
    """A command's identity: the same key from the same client takes effect once and gets the same answer.

    `digest` is over method, path and body: the same key with another digest is a mistake and is refused.
    `returns` is the type that the stored answer is decoded into. `at` dates the row, so that it can be purged.
    """

    client: str
    key: str
    digest: str
    returns: Any
    at: datetime


class Storage(Protocol):
    """The one door to the database."""

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]: ...

    async def write(self, work: Work[T], once: Once | None = None) -> T:
        """Run `work` in a transaction; when this returns, what it did is on disk.

        Shielded: a caller that goes away does not stop a write that has begun. Raises what `work` raises
        (nothing is kept then), `Conflict("idempotency-key-reused")`, or `Unavailable` when the database is gone.
        """
        ...

    async def read(self, work: Work[T]) -> T:
        """Run `work` on a connection that cannot write, on one consistent snapshot."""
        ...

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` on the event loop after commits; several commits may share one call."""
        ...

    async def close(self) -> None:
        """Finish what has been accepted, then let go of the database."""
        ...
