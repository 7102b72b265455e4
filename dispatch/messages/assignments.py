"""Messages about sending units, and about what crews report."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from clinical.vitals import VitalSigns
from dispatch.assignments import Target
from geo.datum import Datum
from geo.roads.instructions import Maneuver
from ledger.kinds.base import Instant, Short, Text, Words
from ledger.kinds.case import Patient
from ledger.kinds.incident import Age
from ledger.kinds.words import Sex, Source
from ledger.reasons import Reason


class StampView(Struct, frozen=True, kw_only=True):
    """One valid time point: when it happened, when it was recorded, by which way. `nemsis` names its eTimes element."""

    id: UUID
    event: str
    at: Instant
    recorded_at: Instant
    source: Source
    late: bool
    nemsis: str = ""


class DestinationView(Struct, frozen=True, kw_only=True):
    """The facility that somebody chose for a patient."""

    facility_id: UUID
    name_zh: str
    name_en: str


class AssignmentView(Struct, frozen=True, kw_only=True):
    """One unit on one incident. `missing` are the states it passed without a time.

    `cases` are the patients it brings, and `destination` where to, as far as the caller may read them.
    """

    id: UUID
    incident_id: UUID
    unit_id: UUID
    call_sign: str
    station_id: UUID
    organisation_id: UUID
    state: str
    sent_at: Instant
    reserved_for: Instant | None
    station_heard_at: Instant | None
    crew_heard_at: Instant | None
    released_at: Instant | None
    end_code: str
    end_reason: str
    version: int
    stamps: tuple[StampView, ...] = ()
    missing: tuple[str, ...] = ()
    open_events: tuple[str, ...] = ()
    destination: DestinationView | None = None
    cases: tuple[UUID, ...] = ()


class UnitToSend(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One unit, now, or reserved for a later time."""

    unit_id: UUID
    reserved_for: Instant | None = None


class SendUnits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send these units, all or none. `override_reason` says why the first of the ranking was passed over."""

    incident_id: UUID
    units: Annotated[tuple[UnitToSend, ...], Meta(min_length=1, max_length=20)]
    override_reason: Text = ""


class SendAnswer(Struct, frozen=True, kw_only=True):
    """The orders are out."""

    incident_id: UUID
    assignments: tuple[AssignmentView, ...]


class AssignmentId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One assignment."""

    assignment_id: UUID


class EndOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Call an order off. `version` is the one the caller saw: if the assignment has moved on, nothing is changed."""

    assignment_id: UUID
    reason: Words
    code: str = "cancelled"
    version: int | None = None


class CannotGo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The station or the crew cannot go (拒绝出车), and why."""

    assignment_id: UUID
    reason: Words


class FixReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a vehicle was, in the datum its device speaks."""

    lon: Annotated[float, Meta(ge=-180, le=180)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    datum: Datum
    fixed_at: Instant
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)] | None = None
    speed_kmh: Annotated[float, Meta(ge=0, le=400)] | None = None
    heading_deg: Annotated[float, Meta(ge=0, le=360)] | None = None


class StampReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One time point as the crew saw it. `command_id` is the device's own: sent again, it changes nothing."""

    command_id: Short
    event: Short
    at: Instant
    source: Source = Source.VEHICLE_KEY
    fix: FixReport | None = None
    clock_offset_s: Annotated[float, Meta(ge=-1e6, le=1e6)] | None = None
    supersedes: UUID | None = None
    reason: Text = ""


class ReportStamps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A queue of reports, in any order; each is judged by itself."""

    assignment_id: UUID
    stamps: Annotated[tuple[StampReport, ...], Meta(min_length=1, max_length=500)]


class StampResult(Struct, frozen=True, kw_only=True):
    """What became of one report: applied, late (its time was filled in), repeated, or refused with the reason."""

    command_id: str
    outcome: str
    stamp_id: UUID | None = None
    reason: Reason | None = None


class StampAnswer(Struct, frozen=True, kw_only=True):
    """The assignment after the reports, and the outcome of each."""

    assignment: AssignmentView
    results: tuple[StampResult, ...]


class ChangeSeen(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The crew has seen a change of its order; `change_entry_id` is the entry that told it."""

    assignment_id: UUID
    change_entry_id: UUID


class RouteStep(Struct, frozen=True, kw_only=True):
    """One instruction, due at `lon`, `lat` (WGS-84) after `along_m` of the line, and the stretch that follows it."""

    maneuver: Maneuver
    name: str
    length_m: float
    time_s: float
    lon: float
    lat: float
    along_m: float
    instruction_zh: str
    instruction_en: str
    name_en: str = ""
    ref: str = ""
    roundabout_exit: int | None = None


class RouteView(Struct, frozen=True, kw_only=True):
    """The way that a crew has: `line` is [lon, lat] in WGS-84. `off_road_m` is walked or tracked.

    It begins where it was given; what remains of it is counted from the unit's newest position. `because` is one of
    order, place, destination, off-route, closure, closure-ended. `changed_entry_id` names the entry that told it, for
    the crew to acknowledge; `acknowledged` is false while a change that must be acknowledged was not.
    """

    id: UUID
    assignment_id: UUID
    target: Target
    facility_id: UUID | None
    because: str
    roads_version: str
    length_m: float
    time_s: float
    off_road_m: float
    line: tuple[tuple[float, float], ...]
    steps: tuple[RouteStep, ...]
    remaining_m: float
    remaining_s: float
    eta_at: Instant
    position_at: Instant | None
    changed_entry_id: UUID | None
    acknowledged: bool


class EtaView(Struct, frozen=True, kw_only=True):
    """When a unit will be where it is going. `age_s` is that of the fix it was worked out from, if there is one."""

    assignment_id: UUID
    unit_id: UUID
    call_sign: str
    target: Target
    facility_id: UUID | None
    eta_at: Instant
    remaining_m: float
    remaining_s: float
    position_at: Instant | None
    age_s: float | None


class EtaList(Struct, frozen=True, kw_only=True):
    """The live ETAs of an incident's units that are on the road, soonest first."""

    incident_id: UUID
    worked_out_at: Instant
    etas: tuple[EtaView, ...]


class OpenCase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A patient was found. `command_id` is the device's own: sent again, it is the same patient."""

    assignment_id: UUID
    command_id: Short
    label: Annotated[str, Meta(max_length=80)] = ""
    name: Annotated[str, Meta(max_length=80)] = ""
    identity_number: Annotated[str, Meta(max_length=40)] = ""
    age_years: Age | None = None
    sex: Sex = Sex.UNKNOWN
    complaint: Text = ""
    at: Instant | None = None


class CaseId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One case."""

    case_id: UUID


class DescribePatient(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is known of the patient now; replaces what was known before."""

    case_id: UUID
    patient: Patient


class TakeVitals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One set of vital signs. `command_id` is the device's own: sent again, it changes nothing."""

    case_id: UUID
    command_id: Short
    vitals: VitalSigns


class ChooseDestination(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility that this patient is brought to, by its organisation."""

    case_id: UUID
    facility_id: UUID
    reason: Text = ""


class EndCase(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The journey ends before any hospital."""

    case_id: UUID
    code: Short
    remarks: Text = ""


class CaseView(Struct, frozen=True, kw_only=True):
    """A case as it stands."""

    id: UUID
    incident_id: UUID | None
    assignment_id: UUID | None
    patient: Patient
    opened_at: Instant
    destination_id: UUID | None
    end_code: str | None
    ended_at: Instant | None
    version: int
    vitals: tuple[VitalSigns, ...] = ()
    warnings: tuple[str, ...] = ()


class ListCases(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cases that the caller may read, newest first."""

    incident_id: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class CaseList(Struct, frozen=True, kw_only=True):
    """Cases, newest first."""

    cases: tuple[CaseView, ...]
