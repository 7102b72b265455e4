"""What every use case of dispatch works with, and the looks-up that several of them need."""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shapely import Polygon
from sqlalchemy import Connection, select

from dispatch.coverage import Remembered
from dispatch.guidance import Guide
from dispatch.outside import Concerns
from dispatch.positions import PositionBoard
from dispatch.presence import PresenceBoard
from dispatch.tables import assignment, case_file, incident
from dispatch.triage.engine import Protocols
from geo.areas import ServiceAreas
from geo.gazetteer import Gazetteer
from geo.roads.travel import TravelTimes
from ledger import streams
from ledger.book import Book
from ledger.clock import Clock
from ledger.errors import Invalid, NotFound, Stale
from ledger.kinds import AnyKind
from ledger.kinds.base import Act
from ledger.kinds.words import OrganisationKind, Role, Source
from ledger.participants import Organisation, list_organisations
from ledger.storage import Storage
from web.caller import Caller
from web.positions import PositionUpdate
from web.topics import Topic

CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""No 0 and O, no 1 and I: a code is said over the radio."""

CODE_LENGTH = 6
CENTRE = OrganisationKind.CENTRE
CENTRES = (CENTRE, OrganisationKind.NEIGHBOUR_CENTRE)
CLOCK_SKEW = timedelta(minutes=10)
EARLIEST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class DispatchConfig:
    """What a centre may set. Times in seconds."""

    crew_ack_s: int = 60
    station_ack_s: int = 60
    change_ack_s: int = 60
    alarm_escalates_s: int = 120
    take_back_s: int = 10
    twin_window_s: int = 1800
    at_patient_s: int = 600
    day_begins_hour: int = 7
    day_ends_hour: int = 22
    utc_offset_h: float = 8.0
    ring_target_s: int = 10
    dispatch_target_s: int = 60
    turnout_target_s: int = 180
    response_target_s: int = 480
    coverage_urban_s: int = 480
    coverage_rural_s: int = 900


Publish = Callable[[Sequence[PositionUpdate]], None]
"""Tells everybody who may see it where vehicles are now; compose gives the live hub's."""

Tell = Callable[[Topic, UUID | None], None]
"""Tells those who may hear of the topic that something beside the ledger changed, once it is committed."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The use cases' tools. `bounds` is the prefecture in WGS-84; `gazetteer` and `areas` give what is current.

    `concerns` is what another room knows of an alarm.
    """

    storage: Storage
    book: Book
    clock: Clock
    roads: TravelTimes
    gazetteer: Callable[[], Gazetteer]
    areas: Callable[[], ServiceAreas]
    bounds: Polygon
    protocols: Protocols
    board: PositionBoard
    publish: Publish
    tell: Tell
    concerns: Concerns
    guide: Guide = field(default_factory=Guide)
    config: DispatchConfig = field(default_factory=DispatchConfig)
    presence: PresenceBoard = field(default_factory=PresenceBoard)
    covered: Remembered = field(default_factory=Remembered)
    closing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def local_hour(self, now: datetime) -> int:
        """The hour of the day in the prefecture."""
        return (now.astimezone(UTC) + timedelta(hours=self.config.utc_offset_h)).hour

    def write(
        self,
        connection: Connection,
        stream_id: UUID,
        act: Act,
        *facts: AnyKind,
        audience: tuple[UUID, ...] | None = None,
    ) -> list[UUID]:
        """Append several facts of one act to a stream; returns the ids of their entries."""
        return [self.book.append(connection, stream_id, fact, act, audience).id for fact in facts]


def new_code() -> str:
    """A fresh incident code. It is random: a running number would tell how many incidents there are."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def centre_of(connection: Connection, caller: Caller) -> UUID:
    """Who leads what this caller reports: a centre its own; what partners report belongs to the region's centre."""
    if caller.organisation_kind in CENTRES:
        return caller.organisation_id
    centre = region_centre(connection)
    return caller.organisation_id if centre is None else centre.id


def region_centre(connection: Connection) -> Organisation | None:
    """The centre that leads what nobody else does."""
    found = list_organisations(connection)
    return next((one for one in found if one.active and one.kind is CENTRE), None)


def incident_row(connection: Connection, caller: Caller, incident_id: UUID) -> Any:  # noqa: ANN401
    """The incident, if the caller may read it; NotFound otherwise."""
    found = connection.execute(
        select(incident).where(
            incident.c.id == incident_id, streams.readable_by(incident.c.id, caller.reads_as)
        )
    ).one_or_none()
    if found is None:
        raise NotFound("incident-not-found")
    return found


def led_incident(connection: Connection, caller: Caller, incident_id: UUID, *, locked: bool = True) -> Any:  # noqa: ANN401
    """The incident if the caller's centre leads it: reading does not give the right to command.

    Locked until the transaction ends, unless that is not wanted.
    """
    found = incident_row(connection, caller, incident_id)
    if found.centre_id != caller.organisation_id:
        raise NotFound("incident-not-found")
    if locked:
        streams.lock(connection, incident_id)
        found = incident_row(connection, caller, incident_id)
    return found


def assignment_row(
    connection: Connection, caller: Caller, assignment_id: UUID, *, locked: bool = True
) -> Any:  # noqa: ANN401
    """The assignment, its incident locked unless that is not wanted, if it is the caller's to act on.

    A crew acts for its own unit, a station for its organisation's units, the centre for all of its incident.
    """
    query = (
        select(assignment, incident.c.centre_id)
        .join(incident, incident.c.id == assignment.c.incident_id)
        .where(assignment.c.id == assignment_id)
    )
    found = connection.execute(query).one_or_none()
    if found is None or not _acts_on(caller, found):
        raise NotFound("assignment-not-found")
    if locked:
        streams.lock(connection, found.incident_id)
        found = connection.execute(query).one()
    return found


def _acts_on(caller: Caller, found: Any) -> bool:  # noqa: ANN401
    if caller.unit_id is not None:
        return bool(found.unit_id == caller.unit_id)
    if caller.station_id is not None:
        return bool(found.station_id == caller.station_id)
    return caller.organisation_id in (found.organisation_id, found.centre_id)


def case_row(connection: Connection, caller: Caller, case_id: UUID, *, locked: bool = False) -> Any:  # noqa: ANN401
    """The case, if the caller may read it; NotFound otherwise."""
    query = select(case_file).where(
        case_file.c.id == case_id, streams.readable_by(case_file.c.id, caller.reads_as)
    )
    found = connection.execute(query).one_or_none()
    if found is not None and locked:
        streams.lock(connection, case_id)
        # Whoever held the lock may have ended the caller's right to read.
        found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("case-not-found")
    return found


def check_version(seen: int | None, current: int) -> None:
    """Stale when the caller acted on an older version than the current one."""
    if seen is not None and seen != current:
        raise Stale("version-stale", seen=seen, current=current)


def own_act(organisation_id: UUID, now: datetime) -> Act:
    """An act of the service itself, on behalf of a centre."""
    return Act(
        actor_id=None,
        organisation_id=organisation_id,
        role=Role.SYSTEM,
        at=now,
        recorded_at=now,
        source=Source.SYSTEM,
    )


def reported_act(
    caller: Caller, now: datetime, at: datetime, source: Source, clock_offset_s: float | None = None
) -> Act:
    """An act that happened `at` by the reporter's clock; its known offset is taken off.

    Invalid when that lies in the future by more than any honest clock error.
    """
    true_time = at.astimezone(UTC) - timedelta(seconds=clock_offset_s or 0.0)
    if true_time.year < EARLIEST_YEAR:
        raise Invalid("time-out-of-range", field="at")
    if true_time > now + CLOCK_SKEW:
        raise Invalid("time-in-future", field="at", minutes=int(CLOCK_SKEW.total_seconds() // 60))
    return caller.act(now, at=true_time, source=source)
