"""The tally: what the demo has seen so far, one line in the log each minute, so that a long run can be judged."""

import asyncio
from collections import Counter

import structlog

log = structlog.get_logger(__name__)

EVERY_S = 60.0
COUNTED: dict[str, str] = {
    "incident.opened.v1": "opened",
    "incident.closed.v1": "closed",
    "handover.completed.v1": "handed_over",
    "notice.strain-reported.v1": "strained",
    "referral.requested.v1": "referred",
    "followup.planned.v1": "sent_back",
    "followup.visited.v1": "visited",
    "assignment.route-changed.v1": "rerouted",
}
"""Entries of the stream, and the word under which each is counted."""

WORDS = ("rung", *COUNTED.values(), "closures", "refused", "errors")


class Tally:
    """Counts since the start. `refused` are the service's noes, `errors` what should never be: failures of the
    service and of the demo itself.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def count(self, word: str) -> None:
        """One more of these."""
        self._counts[word] += 1

    def tell(self, kind: str) -> None:
        """An entry of this kind came along the stream."""
        if (word := COUNTED.get(kind)) is not None:
            self.count(word)

    def look(self) -> dict[str, int]:
        """All counts; `open_now` are incidents that were opened and not yet closed since the start."""
        counts = {word: self._counts[word] for word in WORDS}
        return {**counts, "open_now": counts["opened"] - counts["closed"]}

    async def run(self) -> None:
        """One line each minute of real time, for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            log.info("the prefecture lives", **self.look())
