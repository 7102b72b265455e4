"""When a delivery is tried again: pure functions of times, without a clock.

Ordinary entries follow the example schedule of Standard Webhooks 1.0.0: ten tries in about 75 hours, spread a little
so that a receiver that comes back is not met by all at once. Hurried ones wait for an answer of a person within
minutes: they are tried 0, 2, 5, 10, 20 and 40 seconds after they were due first, and then a person is asked instead.
"""

from datetime import datetime, timedelta

from ledger.book import Entry

WAITS_S = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds from each failed try of an ordinary entry to the next one."""

SPREAD = 0.1
"""An ordinary wait is longer by up to this share."""

HURRIED_S = (0, 2, 5, 10, 20, 40)
"""Seconds after the first one at which a hurried entry is tried. What is past by then (a receiver that hung for 15 s)
is left out, so that the end comes before the 60 s after which a silent hospital is telephoned."""

HURRIED_WITHIN = timedelta(minutes=10)
"""What must be acknowledged within this time is hurried: notices (60 s), offers that are stat or emergency."""


def is_hurried(entry: Entry, now: datetime) -> bool:
    """Whether the entry asks somebody to acknowledge it within minutes, and that time has not passed yet."""
    by = getattr(entry.said, "acknowledge_by", None)
    return isinstance(by, datetime) and now < by and by - entry.act.recorded_at <= HURRIED_WITHIN


def next_try(*, hurried: bool, since: datetime, tries: int, now: datetime, chance: float) -> datetime | None:
    """When to try again after the failure of try number `tries` at `now`; None when this was the last one.

    `since` is when the series of tries began, `chance` a random number from 0 to 1.
    """
    if hurried:
        ahead = (since + timedelta(seconds=s) for s in HURRIED_S[1:])
        return next((at for at in ahead if at >= now), None)
    if tries > len(WAITS_S):
        return None
    return now + timedelta(seconds=WAITS_S[tries - 1] * (1 + SPREAD * chance))
