"""Patience: how long a login must wait after too many wrong passwords.

It slows guessing without locking anybody out for good: in an emergency service a lock-out is itself an outage, and
anyone could cause one. Sessions that are open go on.
"""

import math
from collections import OrderedDict

from ledger.clock import Clock
from web.errors import TooMany

FREE_TRIES = 5
LONGEST_WAIT_S = 30
REMEMBERED = 10_000


class Patience:
    """Counts tries by login, for the logins that were tried last; the wait doubles with each try over five."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def spend(self, login: str) -> None:
        """One more try, counted before the password is looked at: guesses sent side by side count too.

        Raises TooMany while the login has to wait.
        """
        now_s = self._clock.monotonic_s()
        count, again_at_s = self._tries.get(login, (0, now_s))
        if now_s < again_at_s:
            raise TooMany("sign-in-too-often", retry_after_s=math.ceil(again_at_s - now_s))
        over = count + 1 - FREE_TRIES
        wait_s = 0.0 if over < 0 else min(2.0 ** min(over + 1, 10), LONGEST_WAIT_S)
        self._tries[login] = count + 1, now_s + wait_s
        self._tries.move_to_end(login)
        if len(self._tries) > REMEMBERED:
            self._tries.popitem(last=False)

    def forget(self, login: str) -> None:
        """The right password came."""
        self._tries.pop(login, None)
