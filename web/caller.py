"""Caller: who is asking, for which organisation, and under which idempotency key."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from ledger.kinds.base import Act
from ledger.kinds.words import OrganisationKind, Role, Source
from ledger.storage import Once
from web.identity.permissions import PERMISSIONS, Permission


class Caller(Struct, frozen=True, kw_only=True):
    """A signed-in person or a machine client. A crew is bound to its `unit_id`; a station desk to its `station_id`."""

    actor_id: UUID
    name: str
    role: Role
    organisation_id: UUID
    organisation_kind: OrganisationKind
    unit_id: UUID | None = None
    station_id: UUID | None = None
    seat: str | None = None
    once: Once | None = None
    session: str | None = None
    """The hash of the session's token, for signing out; None for a machine client."""

    @property
    def reads_as(self) -> UUID:
        """Whose rights to read streams the caller has: a crew its unit's, everybody else the organisation's."""
        return self.unit_id or self.organisation_id

    def may(self, permission: Permission) -> bool:
        """Whether the caller's role has this permission."""
        return permission in PERMISSIONS[self.role]

    def act(self, now: datetime, *, at: datetime | None = None, source: Source = Source.DESK_KEY) -> Act:
        """What this caller does now, or reports to have done `at` an earlier time."""
        return Act(
            actor_id=self.actor_id,
            organisation_id=self.organisation_id,
            role=self.role,
            at=at or now,
            recorded_at=now,
            source=source,
            seat=self.seat,
        )
