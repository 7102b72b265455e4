"""Messages about calls and incidents."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from dispatch.messages.assignments import AssignmentView
from dispatch.ranking import Ranking
from dispatch.triage.protocol import Assessment, Question
from geo.datum import Datum
from geo.estimate import LocationEstimate
from geo.evidence import Evidence
from ledger.book import Entry
from ledger.kinds.base import Instant, Short, Text, Words
from ledger.kinds.incident import Age, AreaFound, Headcount
from ledger.kinds.words import CallSource, Capability, Priority, Sex
from ledger.reasons import Reason

Telephone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+*#() -]*$")]
Answers = dict[str, str | int | float]


class NewCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A contact. Everything but its source may be missing: an emergency never waits for a form.

    `incident_id` says that it speaks of a known incident; without it a new one is opened, and likely twins are
    suggested in the answer. `ring_id` names the ring that it came by: number, times and evidence that the call itself
    does not give are the ring's, and the ring is done.
    """

    source: CallSource
    callback: Telephone = ""
    caller_name: Annotated[str, Meta(max_length=80)] = ""
    spoken_address: Text = ""
    complaint: Text = ""
    patients: Headcount | None = None
    age_years: Age | None = None
    sex: Sex = Sex.UNKNOWN
    remarks: Text = ""
    recording: Annotated[str, Meta(max_length=400)] = ""
    rang_at: Instant | None = None
    answered_at: Instant | None = None
    evidence: Annotated[tuple[Evidence, ...], Meta(max_length=20)] = ()
    incident_id: UUID | None = None
    ring_id: UUID | None = None


class CallView(Struct, frozen=True, kw_only=True):
    """One contact of an incident."""

    id: UUID
    origin_incident_id: UUID
    source: CallSource
    callback: str
    taken_at: Instant


class HoldView(Struct, frozen=True, kw_only=True):
    """Why an incident waits, for whom, until when."""

    reason: str
    owner_id: UUID
    remind_at: Instant


class IncidentView(Struct, frozen=True, kw_only=True):
    """An incident as it stands. `cases` are those that the caller may read: there may be others.

    `advised_priority`: the answers say that it is more urgent than what a person set by hand. `place_version`,
    `priority_version` and `state_version` (open, held, closed, units sent) change when that does: who changes one of
    them says which one was seen. `version` changes with every entry and orders answers.
    """

    id: UUID
    code: str
    opened_at: Instant
    state: str
    priority: Priority
    priority_known: bool
    priority_by_hand: bool
    advised_priority: Priority | None
    capabilities: tuple[Capability, ...]
    protocol: str
    complaint: str
    answers: Answers
    patients: int | None
    address: str
    estimate: LocationEstimate | None
    area: AreaFound | None
    first_sent_at: Instant | None
    hold: HoldView | None
    close_code: str | None
    closed_at: Instant | None
    place_version: int
    priority_version: int
    state_version: int
    version: int
    calls: tuple[CallView, ...] = ()
    assignments: tuple[AssignmentView, ...] = ()
    cases: tuple[UUID, ...] = ()


class Twin(Struct, frozen=True, kw_only=True):
    """An open incident that a new call may speak of as well, with the reasons to think so."""

    incident_id: UUID
    code: str
    opened_at: Instant
    reasons: tuple[Reason, ...]


class TwinList(Struct, frozen=True, kw_only=True):
    """Likely twins as of now, the likeliest first."""

    twins: tuple[Twin, ...]


class CallAnswer(Struct, frozen=True, kw_only=True):
    """The call is on record."""

    call_id: UUID
    incident: IncidentView
    twins: tuple[Twin, ...] = ()


class LinkCall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The contact speaks of this incident."""

    call_id: UUID
    incident_id: UUID


class CallId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One contact."""

    call_id: UUID


class IncidentId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One incident."""

    incident_id: UUID


class ListIncidents(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Incidents in one state, newest first; `before` is the `next` of the page before."""

    state: str = "open"
    before: str = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class IncidentList(Struct, frozen=True, kw_only=True):
    """A page; `next` is empty on the last one."""

    incidents: tuple[IncidentView, ...]
    next: str = ""


class ReadEntries(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stream's entries with a number above `after`."""

    stream_id: UUID
    after: Annotated[int, Meta(ge=0, le=2**31 - 1)] = 0


class EntryList(Struct, frozen=True, kw_only=True):
    """Entries in the order of their stream."""

    entries: tuple[Entry, ...]


class AddEvidence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """More evidence of where it is."""

    incident_id: UUID
    evidence: Annotated[tuple[Evidence, ...], Meta(min_length=1, max_length=20)]


class CorrectPlace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The dispatcher says where it is: in words, or by a point with its datum, or both. Crews on the way are told.

    `version` is the `place_version` that the caller saw: if the place has become another one, nothing is changed.
    """

    incident_id: UUID
    address: Text = ""
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    datum: Datum | None = None
    reason: Text = ""
    version: int | None = None


class AskQuestions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to ask next under this complaint; empty takes the one in use, or guesses from what was said."""

    incident_id: UUID
    complaint: str = ""


class AnswerQuestions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All answers so far under one complaint; "unknown" is an answer too."""

    incident_id: UUID
    complaint: str
    answers: Answers


class TriageView(Struct, frozen=True, kw_only=True):
    """What the protocol says so far, and what it asks next."""

    complaint: str
    guesses: tuple[str, ...]
    questions: tuple[Question, ...]
    assessment: Assessment
    incident: IncidentView


class SetPriority(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person decides how urgent it is. `version` is the `priority_version` that they saw."""

    incident_id: UUID
    priority: Priority
    reason: Words
    capabilities: tuple[Capability, ...] | None = None
    version: int | None = None


class HoldIncident(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let it wait: why, who answers for it (the caller if nobody is named), and for how long at most.

    `version` is the `state_version` that the caller saw: if it was held, sent to or closed since, nothing is changed.
    """

    incident_id: UUID
    reason: Short
    owner_id: UUID | None = None
    remind_in_s: Annotated[int, Meta(ge=10, le=86_400)] = 300
    version: int | None = None


class ResumeIncident(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It waits no longer. `version` is the `state_version` that the caller saw."""

    incident_id: UUID
    version: int | None = None


class CloseIncident(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End it without a unit, with the coded reason. `version` is the `state_version` that the caller saw."""

    incident_id: UUID
    code: Short
    remarks: Text = ""
    version: int | None = None


class CandidatesView(Struct, frozen=True, kw_only=True):
    """The ranking at this moment, and the state of the roads it was made on."""

    incident_id: UUID
    ranked_at: Instant
    roads_version: str
    ranking: Ranking
