"""Topics: what changes without being a ledger entry, and who is told that it did.

The message says only what changed, never how: whoever may see it fetches it again, and the answer to that call is
where rights are decided.
"""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from web.caller import Caller
from web.identity.permissions import Permission


class Topic(StrEnum):
    """A kind of thing that changes beside the ledger."""

    RING = "ring"
    UNIT = "unit"
    CLOSURE = "closure"
    FACILITY = "facility"
    PRESENCE = "presence"
    ALARM = "alarm"


HEARING: dict[Topic, Permission] = {
    Topic.RING: Permission.CALL_TAKE,
    Topic.UNIT: Permission.UNIT_READ,
    Topic.CLOSURE: Permission.CLOSURE_READ,
    Topic.FACILITY: Permission.LIVE,
    Topic.PRESENCE: Permission.INCIDENT_WORK,
    Topic.ALARM: Permission.ALARM_READ,
}
"""What a role must be allowed to do to be told of a topic; LIVE is everybody who follows at all."""


class Changed(Struct, frozen=True):
    """Data of `changed`: this has changed, fetch it again; without an id any of the topic may have."""

    topic: Topic
    id: UUID | None = None


def topics_of(caller: Caller) -> frozenset[Topic]:
    """The topics that a caller is told of."""
    return frozenset(topic for topic, needed in HEARING.items() if caller.may(needed))
