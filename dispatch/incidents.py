"""The incident's transition table, and the codes that close one without dispatch."""

from enum import StrEnum

from ledger.kinds.words import Role
from ledger.lifecycle import Lifecycle, Transition


class IncidentState(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    HELD = "held"
    CLOSED = "closed"
    MERGED = "merged"


S = IncidentState

HOLD, RESUME, SEND, CLOSE, COMPLETE = "hold", "resume", "send", "close", "complete"
MERGE_AWAY, RESTORE = "merge-away", "restore"
REOPEN = "reopen"
"""A crew took back that it was free: its unit is on the incident again, and so the incident is open again."""

CLOSE_CODES = (
    "no-ambulance-needed",
    "caller-withdrew",
    "duplicate",
    "false-call",
    "test-call",
    "advice-given",
    "passed-to-other-centre",
    "own-transport",
    "no-unit",
    "unreachable",
)
"""Why an incident closes without a unit; every close without dispatch has one of these (受理结果)."""

COMPLETED = "completed"
"""The code of an incident that units went to."""

DESK = frozenset({Role.DISPATCHER, Role.SHIFT_LEADER})
SERVICE = frozenset({Role.SYSTEM}) | DESK
FIELD = frozenset({Role.CREW, Role.INTEGRATION}) | DESK

INCIDENT: Lifecycle[IncidentState, str] = Lifecycle(
    "incident",
    S.OPEN,
    (
        Transition(S.OPEN, HOLD, S.HELD, DESK),
        Transition(S.HELD, HOLD, S.HELD, DESK),
        Transition(S.HELD, RESUME, S.OPEN, DESK),
        Transition(S.OPEN, SEND, S.OPEN, DESK),
        Transition(S.HELD, SEND, S.OPEN, DESK),
        Transition(S.OPEN, CLOSE, S.CLOSED, DESK),
        Transition(S.HELD, CLOSE, S.CLOSED, DESK),
        Transition(S.OPEN, COMPLETE, S.CLOSED, SERVICE),
        Transition(S.OPEN, MERGE_AWAY, S.MERGED, DESK),
        Transition(S.HELD, MERGE_AWAY, S.MERGED, DESK),
        Transition(S.CLOSED, MERGE_AWAY, S.MERGED, DESK),
        Transition(S.MERGED, RESTORE, S.OPEN, DESK),
        Transition(S.CLOSED, SEND, S.OPEN, DESK),
        Transition(S.CLOSED, REOPEN, S.OPEN, FIELD),
    ),
)
