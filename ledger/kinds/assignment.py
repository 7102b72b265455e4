"""What can be said about an assignment: one unit on one incident, with its own states and stamps."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from ledger.kinds.base import Instant, Short, Text
from ledger.kinds.incident import IncidentKind


class Fix(Struct, frozen=True, kw_only=True):
    """Where a vehicle was, WGS-84 degrees, with the age and quality that its device gave."""

    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    fixed_at: Instant
    accuracy_m: Annotated[float, Meta(ge=0)] | None = None


class Advice(Struct, frozen=True, kw_only=True):
    """What the ranking said when a person decided: kept beside the decision."""

    advised_unit_id: UUID | None
    rank: int | None
    eta_s: float | None
    eta_worst_s: float | None
    roads_version: str
    override_reason: Text = ""


class UnitSent(IncidentKind, frozen=True, kw_only=True, tag="assignment.sent.v1"):
    """A unit was ordered out (派车), or reserved for a later time when `reserved_for` is set.

    The two deadlines are absolute, so that a rebuild from the ledger finds the same ones.
    """

    assignment_id: UUID
    unit_id: UUID
    call_sign: Short
    station_id: UUID
    organisation_id: UUID
    advice: Advice
    crew_ack_by: Instant | None
    station_ack_by: Instant | None
    reserved_for: Instant | None = None


class ReservationCalled(IncidentKind, frozen=True, kw_only=True, tag="assignment.reservation-called.v1"):
    """A reserved unit is ordered out now."""

    assignment_id: UUID
    crew_ack_by: Instant
    station_ack_by: Instant


class OrderHeard(IncidentKind, frozen=True, kw_only=True, tag="assignment.order-heard.v1"):
    """The station desk acknowledged the order; the crew's own acknowledgement is a stamp."""

    assignment_id: UUID


class Stamped(IncidentKind, frozen=True, kw_only=True, tag="assignment.stamped.v1"):
    """One time point of an assignment, as it was reported.

    `event` is one of the assignment's events; `command_id` is the sender's own, so that a repeat is known for what
    it is. `clock_offset_s` is device clock minus true time where the device knows it. A correction names the stamp
    it `supersedes`. `missing` lists the states that were skipped: their times are unknown, never invented.
    """

    assignment_id: UUID
    stamp_id: UUID
    command_id: Short
    event: Short
    state_before: Short
    state_after: Short
    late: bool = False
    fix: Fix | None = None
    clock_offset_s: float | None = None
    supersedes: UUID | None = None
    missing: tuple[str, ...] = ()
    end_code: str = ""
    reason: Text = ""


class ChangeHeard(IncidentKind, frozen=True, kw_only=True, tag="assignment.change-heard.v1"):
    """The crew acknowledged a change of the order, such as a corrected address."""

    assignment_id: UUID
    change_entry_id: UUID


class RouteChanged(IncidentKind, frozen=True, kw_only=True, tag="assignment.route-changed.v1"):
    """The way that a crew was given is no longer the best one, and why; it was given another.

    `because` is one of the codes off-route, closure, closure-ended, destination. `closures` are those that caused it.
    `acknowledge_by` is set when the crew must say that it saw the change; then silence reaches the dispatcher.
    """

    assignment_id: UUID
    because: Short
    roads_version: str
    length_m: float
    time_s: float
    longer_by_s: float
    closures: tuple[UUID, ...] = ()
    acknowledge_by: Instant | None = None


class RoadLost(IncidentKind, frozen=True, kw_only=True, tag="assignment.road-lost.v1"):
    """Closures left the crew no way to where it is going. It keeps the way it had; the dispatcher is told at once."""

    assignment_id: UUID
    closures: tuple[UUID, ...] = ()
