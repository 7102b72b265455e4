"""What every entry kind is: a frozen Struct with a dotted versioned name, the room that may append it, its stream."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from msgspec import Meta, Struct

from ledger.kinds.words import Role, Source, StreamKind

Instant = Annotated[datetime, Meta(tz=True)]
"""A time with its zone: anything else is refused when decoded."""

Room = Literal["ledger", "dispatch", "referrals"]
Text = Annotated[str, Meta(max_length=4000)]
Words = Annotated[str, Meta(min_length=1, max_length=400, pattern=r"\S")]
Short = Annotated[str, Meta(min_length=1, max_length=80, pattern=r"\S")]


class Kind(Struct, frozen=True, kw_only=True, tag_field="kind", forbid_unknown_fields=True):
    """Base of all entry kinds. `owner` is the one room that may append it; `streams` where it may stand."""

    owner: ClassVar[Room]
    streams: ClassVar[tuple[StreamKind, ...]]

    @classmethod
    def name(cls) -> str:
        """The dotted, versioned name, such as "incident.call-taken.v1"."""
        tag = cls.__struct_config__.tag
        assert isinstance(tag, str)
        return tag


class Act(Struct, frozen=True, kw_only=True):
    """Who did it, for whom, when, and by which way.

    `at` is when it happened (a crew may report it hours later), `recorded_at` when this service took it in.
    `actor_id` is None for the service itself.
    """

    actor_id: UUID | None
    organisation_id: UUID
    role: Role
    at: Instant
    recorded_at: Instant
    source: Source
    seat: str | None = None
