"""What every use case of referrals works with, and the looks-up that several of them need."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger import streams
from ledger.book import Book, Entry
from ledger.clock import Clock
from ledger.errors import Invalid, NotFound
from ledger.kinds import AnyKind
from ledger.kinds.base import Act
from ledger.kinds.words import OrganisationKind, Role, Source
from ledger.storage import Storage
from referrals.outside import Drive, Runs
from referrals.tables import journey
from web.caller import Caller
from web.topics import Topic

CLOCK_SKEW = timedelta(minutes=10)
EARLIEST_YEAR = 2000

FACILITIES = frozenset(
    {OrganisationKind.CITY_HOSPITAL, OrganisationKind.COUNTY_HOSPITAL, OrganisationKind.TOWNSHIP_CLINIC}
)
"""Organisations that take patients."""


@dataclass(frozen=True, slots=True)
class ReferralConfig:
    """What a prefecture may set. Times in seconds."""

    notice_ack_s: int = 60
    offload_s: int = 1200
    capacity_lasts_s: int = 4 * 3600
    capacity_longest_s: int = 24 * 3600
    hold_s: int = 7200
    hold_margin_s: int = 1800
    outcome_s: int = 72 * 3600
    remind_days: int = 10
    visit_days: int = 14
    overdue_days: int = 1
    utc_offset_h: float = 8.0


Tell = Callable[[Topic, UUID | None], None]
"""Tells those who may hear of the topic that something beside the ledger changed, once it is committed."""


@dataclass(frozen=True, slots=True)
class ReferralDesk:
    """The use cases' tools. `runs` and `drive` are other rooms' knowledge, asked for through this room's Protocols."""

    storage: Storage
    book: Book
    clock: Clock
    tell: Tell
    runs: Runs
    drive: Drive
    config: ReferralConfig = field(default_factory=ReferralConfig)

    def write(self, connection: Connection, stream_id: UUID, act: Act, *facts: AnyKind) -> list[Entry]:
        """Append several facts of one act to a stream; returns their entries."""
        return [self.book.append(connection, stream_id, fact, act) for fact in facts]


def journey_row(connection: Connection, caller: Caller, case_id: UUID) -> Any:  # noqa: ANN401
    """The case as this room knows it, if the caller may read it; NotFound otherwise."""
    query = select(journey).where(journey.c.case_id == case_id, readable(journey.c.case_id, caller))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("case-not-found")
    return found


def readable(column: Any, caller: Caller) -> Any:  # noqa: ANN401
    """A condition: the case named in `column` may be read by the caller as it stands now."""
    return streams.readable_by(column, caller.reads_as)


def system_act(organisation_id: UUID, now: datetime, at: datetime | None = None) -> Act:
    """What the service itself does for an organisation."""
    return Act(
        actor_id=None,
        organisation_id=organisation_id,
        role=Role.SYSTEM,
        at=at or now,
        recorded_at=now,
        source=Source.SYSTEM,
    )


def reported_act(caller: Caller, now: datetime, at: datetime | None, source: Source = Source.APP) -> Act:
    """An act that happened `at` by the reporter's clock, now without one; Invalid when that cannot be."""
    if at is None:
        return caller.act(now, source=source)
    true_time = at.astimezone(UTC)
    if true_time.year < EARLIEST_YEAR:
        raise Invalid("time-out-of-range", field="at")
    if true_time > now + CLOCK_SKEW:
        raise Invalid("time-in-future", field="at", minutes=int(CLOCK_SKEW.total_seconds() // 60))
    return caller.act(now, at=true_time, source=source)


def tell_facilities(desk: ReferralDesk, facilities: Sequence[UUID]) -> None:
    """Who is inbound, or what a facility can take, has changed."""
    for facility_id in dict.fromkeys(facilities):
        desk.tell(Topic.FACILITY, facility_id)
