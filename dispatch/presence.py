"""Presence: which seat looks at which incident, and what it is editing. In memory, and forgotten after 15 seconds.

It locks nothing: two people who edit one thing are told of each other, and versions decide.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

FORGOTTEN_AFTER = timedelta(seconds=15)

Key = tuple[UUID, str]
"""A person at a seat: one may have two windows open."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody at a seat. `since`: since when they look at this, or edit it."""

    actor_id: UUID
    seat: str
    name: str
    organisation_id: UUID
    looking_at: UUID | None
    editing: str | None
    since: datetime
    heard_at: datetime


class PresenceBoard:
    """Who is there now. Used on the event loop only."""

    def __init__(self) -> None:
        self._seen: dict[Key, Seen] = {}

    def put(self, said: Seen) -> bool:
        """Take in what a seat said; whether anybody else has something new to see by that."""
        forgotten = self._forget(said.heard_at)
        key = (said.actor_id, said.seat)
        before = self._seen.get(key)
        same = before is not None and (before.looking_at, before.editing) == (said.looking_at, said.editing)
        self._seen[key] = replace(said, since=before.since) if before is not None and same else said
        return forgotten or not same

    def list_of(self, organisation_id: UUID, now: datetime) -> list[Seen]:
        """Those of one organisation that are there now, by seat and name."""
        self._forget(now)
        mine = (found for found in self._seen.values() if found.organisation_id == organisation_id)
        return sorted(mine, key=lambda found: (found.seat, found.name, found.actor_id))

    def _forget(self, now: datetime) -> bool:
        gone = [key for key, found in self._seen.items() if found.heard_at <= now - FORGOTTEN_AFTER]
        for key in gone:
            del self._seen[key]
        return bool(gone)
