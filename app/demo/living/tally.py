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
        self._open: set[str] = set()
        self._calls: Counter[str] = Counter()

    def count(self, word: str) -> None:
        """One more of these."""
        self._counts[word] += 1

    def tell(self, kind: str, stream_id: str) -> None:
        """An entry of this kind came along the stream, in the incident, referral or area of this identity."""
        if (word := COUNTED.get(kind)) is not None:
            self.count(word)
        match kind:
            case "incident.opened.v1":
                self._open.add(stream_id)
            case "incident.closed.v1":
                self._open.discard(stream_id)
                del self._calls[stream_id]
            case "incident.call-taken.v1" | "incident.call-moved-here.v1":
                self._calls[stream_id] += 1
            case "incident.call-moved-away.v1":
                self._calls[stream_id] -= 1
                if self._calls[stream_id] <= 0:
                    # Its last call speaks of another incident: it is merged into that one, and nobody closes it.
                    self._open.discard(stream_id)
                    del self._calls[stream_id]

    def look(self) -> dict[str, int]:
        """All counts; `open_now` are incidents that were opened and neither closed nor merged since the start."""
        return {**{word: self._counts[word] for word in WORDS}, "open_now": len(self._open)}

    async def run(self) -> None:
        """One line each minute of real time, for ever."""
        while True:
            await asyncio.sleep(EVERY_S)
            log.info("the prefecture lives", **self.look())
