"""Messages about presence: who looks at what, at the same desk."""

from uuid import UUID

from msgspec import Struct

from ledger.kinds.base import Instant, Short


class SayPresence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What this seat looks at and edits now. Said again every few seconds; forgotten after 15."""

    looking_at: UUID | None = None
    editing: Short | None = None


class PresenceView(Struct, frozen=True, kw_only=True):
    """Somebody who is there; `since` when they look at this incident, or edit this part of it."""

    actor_id: UUID
    name: str
    seat: str
    looking_at: UUID | None
    editing: str | None
    since: Instant


class PresenceList(Struct, frozen=True, kw_only=True):
    """Everybody of the caller's organisation who is there, the caller too."""

    present: tuple[PresenceView, ...]
