"""What can be said about an incident: contacts, place, urgency, waiting, end."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from geo.estimate import LocationEstimate
from geo.evidence import Evidence
from ledger.kinds.base import Instant, Kind, Room, Short, Text
from ledger.kinds.words import CallSource, Capability, Priority, Sex, StreamKind

Age = Annotated[float, Meta(ge=0, le=130)]
Headcount = Annotated[int, Meta(ge=0, le=10_000)]


class IncidentKind(Kind, frozen=True, kw_only=True):
    """Base of the kinds that stand in an incident's stream and belong to dispatch."""

    owner: ClassVar[Room] = "dispatch"
    streams: ClassVar[tuple[StreamKind, ...]] = (StreamKind.INCIDENT,)


class IncidentOpened(IncidentKind, frozen=True, kw_only=True, tag="incident.opened.v1"):
    """First entry of the stream. `code` is what people say to each other; it tells nothing about how many there are."""

    code: Short
    centre_id: UUID


class CallTaken(IncidentKind, frozen=True, kw_only=True, tag="incident.call-taken.v1"):
    """One contact: a phone call, a text, an alarm, a transfer from 110, 119 or 122."""

    call_id: UUID
    source: CallSource
    callback: str = ""
    caller_name: str = ""
    spoken_address: Text = ""
    complaint: Text = ""
    patients: Headcount | None = None
    age_years: Age | None = None
    sex: Sex = Sex.UNKNOWN
    remarks: Text = ""
    recording: str = ""
    rang_at: Instant | None = None
    answered_at: Instant | None = None
    evidence: tuple[Evidence, ...] = ()


class CallMovedHere(IncidentKind, frozen=True, kw_only=True, tag="incident.call-moved-here.v1"):
    """A contact of another incident turned out to speak of this one; `own` when this one was opened for it."""

    call_id: UUID
    from_incident_id: UUID
    own: bool = False


class CallMovedAway(IncidentKind, frozen=True, kw_only=True, tag="incident.call-moved-away.v1"):
    """A contact of this incident turned out to speak of another one; the entries it brought stay here."""

    call_id: UUID
    to_incident_id: UUID


class EvidenceAdded(IncidentKind, frozen=True, kw_only=True, tag="incident.evidence-added.v1"):
    """More evidence of where it is; raw, with the datum that its sender named."""

    evidence: tuple[Evidence, ...]


class AreaFound(Struct, frozen=True, kw_only=True):
    """The service area of a place: `margin_m` to the nearest other one; `gap` when the place lies in none."""

    code: str
    name: str
    probability: float
    margin_m: float | None = None
    tie: bool = False
    gap: bool = False


class Located(IncidentKind, frozen=True, kw_only=True, tag="incident.located.v1"):
    """Where it is believed to be: an area with a probability.

    A correction carries its reason; a place that moved, until when the crews on the way must have acknowledged it.
    `set_aside` names evidence that a dispatcher's correction replaced: it counts no more.
    """

    estimate: LocationEstimate
    crews_ack_by: Instant | None = None
    set_aside: tuple[str, ...] = ()
    address: Text = ""
    area: AreaFound | None = None
    reason: Text = ""


class QuestionsAnswered(IncidentKind, frozen=True, kw_only=True, tag="incident.questions-answered.v1"):
    """Answers so far to the question protocol; "unknown" is an answer too."""

    protocol_version: str
    complaint: str
    answers: dict[str, str | int | float]


class Prioritised(IncidentKind, frozen=True, kw_only=True, tag="incident.prioritised.v1"):
    """How urgent, and what a unit must bring. `by_hand` with a reason when a person decided against the advice."""

    priority: Priority
    capabilities: tuple[Capability, ...] = ()
    rules: tuple[str, ...] = ()
    protocol_version: str = ""
    by_hand: bool = False
    reason: Text = ""


class PriorityAdvised(IncidentKind, frozen=True, kw_only=True, tag="incident.priority-advised.v1"):
    """The answers say that it is more urgent than what a person set by hand. Nothing changes but that it is said."""

    priority: Priority
    capabilities: tuple[Capability, ...] = ()
    rules: tuple[str, ...] = ()
    protocol_version: str = ""


class IncidentHeld(IncidentKind, frozen=True, kw_only=True, tag="incident.held.v1"):
    """It waits (挂起): why, who answers for it, and when somebody is told if it still waits."""

    reason: Short
    owner_id: UUID
    remind_at: Instant


class IncidentResumed(IncidentKind, frozen=True, kw_only=True, tag="incident.resumed.v1"):
    """It waits no longer."""


class IncidentClosed(IncidentKind, frozen=True, kw_only=True, tag="incident.closed.v1"):
    """The end: `code` is `completed` after units went, or the coded reason why none went."""

    code: Short
    remarks: Text = ""
