"""Messages about rings: what the telephone exchange reports, and who answered."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dispatch.messages.incidents import Telephone
from geo.evidence import Evidence
from ledger.kinds.base import Instant, Short, Text
from ledger.kinds.words import CallSource

LanguageTag = Annotated[str, Meta(max_length=16, pattern=r"^[A-Za-z0-9-]*$")]


class NewRing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It rings. `ring_id` is the exchange's own: reported again, it means the same ring.

    `heard` is what the exchange's speech recognition or the caller's own words give; it is shown in the call form.
    `language` is a BCP 47 tag, where the exchange knows which language the caller speaks.
    """

    ring_id: Short | None = None
    source: CallSource
    callback: Telephone = ""
    rang_at: Instant | None = None
    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=20)] = ()
    heard: Text = ""
    language: LanguageTag = ""


class RingId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ring, by the id that this service gave it."""

    ring_id: UUID


class EndRing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody hung up; with a `code`, the ring was dealt with and became no call of its own."""

    ring_id: UUID
    code: Short | None = None


class RingView(Struct, frozen=True, kw_only=True):
    """A ring as it stands: ringing, answered, missed, done."""

    id: UUID
    exchange_id: str | None
    state: str
    source: CallSource
    callback: str
    language: str
    heard: str
    evidence: tuple[Evidence, ...]
    rang_at: Instant
    answered_at: Instant | None
    answered_by: UUID | None
    answered_by_name: str
    answered_by_seat: str
    ended_at: Instant | None
    done_at: Instant | None
    end_code: str | None
    call_id: UUID | None
    incident_id: UUID | None


class RingList(Struct, frozen=True, kw_only=True):
    """Rings by the time they rang, the oldest first."""

    rings: tuple[RingView, ...]
