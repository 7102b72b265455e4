"""What the ledger itself says, in streams of either kind."""

from typing import ClassVar
from uuid import UUID

from ledger.kinds.base import Instant, Kind, Room, Short
from ledger.kinds.words import Role, StreamKind


class LedgerKind(Kind, frozen=True, kw_only=True):
    """Base of the kinds that the ledger owns."""

    owner: ClassVar[Room] = "ledger"
    streams: ClassVar[tuple[StreamKind, ...]] = (StreamKind.INCIDENT, StreamKind.CASE)


class ReaderAdmitted(LedgerKind, frozen=True, kw_only=True, tag="stream.reader-admitted.v1"):
    """An organisation, or a unit's crew, may read this stream from now on, all of it, and why."""

    reader_id: UUID
    because: Short


class ReaderReleased(LedgerKind, frozen=True, kw_only=True, tag="stream.reader-released.v1"):
    """What is said in this stream from now on is no longer for this reader, and why."""

    reader_id: UUID
    because: Short


class DeadlinePassed(LedgerKind, frozen=True, kw_only=True, tag="stream.deadline-passed.v1"):
    """What had to happen by a time did not; the person named is told."""

    deadline: Short
    subject_id: UUID
    due_at: Instant
    told_organisation_id: UUID
    told_role: Role
