"""Lasting: streams and sockets live on after their request was allowed, so they are looked at again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Literal

from ledger.errors import Unavailable

End = Literal["finished", "revoked", "stopping"]


class Lasting:
    """All streams and sockets that are open; `recheck_s` is how often each caller's rights are looked up again."""

    def __init__(self, recheck_s: float) -> None:
        self._recheck_s = recheck_s
        self._open: set[asyncio.Task[None]] = set()

    async def run(self, work: Coroutine[Any, Any, None], still_allowed: Callable[[], Awaitable[bool]]) -> End:
        """Run until `work` ends (raising what it raises), the rights are gone, or the service stops."""
        task = asyncio.create_task(work)
        watch = asyncio.create_task(self._watch(still_allowed))
        self._open.add(task)
        try:
            await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
            revoked = watch.done() and not task.done()
        finally:
            task.cancel()
            watch.cancel()
            await asyncio.gather(task, watch, return_exceptions=True)
            self._open.discard(task)
        if task.cancelled():
            return "revoked" if revoked else "stopping"
        task.result()
        return "finished"

    async def stop(self) -> None:
        """End all of them, so that the service can stop at once."""
        for task in list(self._open):
            task.cancel()

    async def _watch(self, still_allowed: Callable[[], Awaitable[bool]]) -> None:
        allowed = True
        while allowed:
            await asyncio.sleep(self._recheck_s)
            try:
                allowed = await still_allowed()
            except Unavailable:
                # Never fail open: without the database nobody can be known.
                allowed = False
