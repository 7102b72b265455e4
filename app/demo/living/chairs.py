"""Chairs: whether a person sits in a seat now. Then the demo's own people leave it to them."""

import asyncio
from collections.abc import Collection
from contextlib import suppress


class Chair:
    """One place, perhaps with several accounts: a call may be answered at any dispatcher's console.

    It is kept for somebody who left for `kept_s` real seconds: a crew's page may have no network, and its person works
    on with it all the same.
    """

    def __init__(self, *logins: str, kept_s: float = 0.0) -> None:
        self._kept_s, self._left_s = kept_s, 0.0
        self._logins = frozenset(login.lower() for login in logins)  # as accounts have them
        self._free = asyncio.Event()
        self._free.set()
        self._occupied = asyncio.Event()

    @property
    def taken(self) -> bool:
        """A person sits here."""
        return not self._free.is_set()

    async def until_free(self) -> None:
        """Wait as long as a person sits here."""
        await self._free.wait()

    async def until_taken(self, within_s: float) -> bool:
        """Wait so many real seconds at most; whether a person sits here then."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._occupied.wait()
        return self.taken

    def look(self, persons: Collection[str]) -> None:
        """`persons` are the accounts at which somebody sits."""
        if not self._logins.isdisjoint(persons):
            self._left_s = now_s()
            self._free.clear()
            self._occupied.set()
        elif not self.taken or now_s() - self._left_s >= self._kept_s:
            self._occupied.clear()
            self._free.set()


def now_s() -> float:
    """The running loop's clock, in seconds."""
    return asyncio.get_running_loop().time()
