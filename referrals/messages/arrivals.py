"""Messages about facilities, destinations, pre-arrival notices and handover."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from clinical.vitals import VitalSigns
from ledger.kinds.base import Instant, Short, Text
from ledger.kinds.case import Patient
from ledger.kinds.words import OrganisationKind, Priority
from ledger.reasons import Reason
from referrals.facilities import Service, ServiceState

Beds = Annotated[int, Meta(ge=0, le=10_000)]


class FacilityOrganisation(Struct, frozen=True, kw_only=True):
    """A facility as the register has it; its place in WGS-84 degrees."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    kind: OrganisationKind
    tier: int | None
    capabilities: tuple[str, ...]
    telephone: str
    lon: float | None
    lat: float | None


class CapacityView(Struct, frozen=True, kw_only=True):
    """What a facility said of one service; `stale` means that nobody vouches for it any more."""

    service: Service
    state: ServiceState
    beds_free: int | None
    beds_total: int | None
    observed_at: Instant
    expires_at: Instant
    comment: str
    stale: bool


class FacilityView(Struct, frozen=True, kw_only=True):
    """A facility with its capacity, and how many patients are on the way there or wait at its door."""

    organisation: FacilityOrganisation
    services: tuple[CapacityView, ...]
    inbound: int
    offloading: int


class FacilityList(Struct, frozen=True, kw_only=True):
    """All facilities, by code."""

    facilities: tuple[FacilityView, ...]


class SetCapacity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one service can take now. Without `expires_at` it is meant for the prefecture's usual time."""

    facility_id: UUID
    service: Service
    state: ServiceState
    beds_free: Beds | None = None
    beds_total: Beds | None = None
    comment: Annotated[str, Meta(max_length=400)] = ""
    expires_at: Instant | None = None


class FindDestinations(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which facility for this patient. `needs` are capabilities that a person asks for, `wish` is the patient's."""

    case_id: UUID
    needs: tuple[Short, ...] = ()
    wish: UUID | None = None


class DestinationView(Struct, frozen=True, kw_only=True):
    """One facility that can be reached. `time_s` and `distance_m` are the drive from where the patient is."""

    facility_id: UUID
    name_zh: str
    name_en: str
    rank: int
    time_s: float
    distance_m: float | None
    suits: bool
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    on_the_way: int
    offloading: int
    capacity_age_s: float | None
    wished: bool


class DestinationLeftOut(Struct, frozen=True, kw_only=True):
    """One facility that cannot be reached, and why."""

    facility_id: UUID
    name_zh: str
    name_en: str
    reasons: tuple[Reason, ...]


class Destinations(Struct, frozen=True, kw_only=True):
    """Advice: a person chooses. `from_unit` says whether drives count from the unit or from the incident's place."""

    case_id: UUID
    ranked_at: Instant
    alerts: tuple[str, ...]
    from_unit: bool
    destinations: tuple[DestinationView, ...]
    left_out: tuple[DestinationLeftOut, ...]


class ListInbound(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is coming. With `done`, those handed over in the last two hours as well."""

    facility_id: UUID | None = None
    done: bool = False


class NoticeId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One notice."""

    notice_id: UUID


class SignatureView(Struct, frozen=True, kw_only=True):
    """What one side signed."""

    at: Instant
    actor_id: UUID | None
    organisation_id: UUID
    summary: str
    remarks: str


class NoticeView(Struct, frozen=True, kw_only=True):
    """One patient on the way, with what the facility gets ready by. `vitals` are in the order of their time.

    `told_complaint` is what was told by telephone; the crew's own finding is the patient's `complaint`.
    `eta_estimated`: the unit has not met the patient yet; the time with the patient is assumed.
    """

    notice_id: UUID
    case_id: UUID
    incident_code: str
    facility_id: UUID
    state: str
    sent_at: Instant
    acknowledge_by: Instant
    acknowledged_at: Instant | None
    strain_code: str | None
    strain_at: Instant | None
    remarks: str
    patient: Patient
    told_complaint: str
    priority: Priority | None
    alerts: tuple[str, ...]
    vitals: tuple[VitalSigns, ...]
    unit: str
    crew_telephone: str
    assignment_id: UUID | None
    run_state: str
    eta_at: Instant | None
    eta_age_s: float | None
    eta_estimated: bool
    arrived_at: Instant | None
    offload_by: Instant | None
    crew_signed: SignatureView | None
    facility_signed: SignatureView | None
    handed_over_at: Instant | None
    withdrawn_at: Instant | None
    withdrawn_because: str | None
    referral_id: UUID | None
    version: int
    open_events: tuple[str, ...]


class NoticeList(Struct, frozen=True, kw_only=True):
    """Notices, who is there or comes first at the top."""

    notices: tuple[NoticeView, ...]


class AcknowledgeNotice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility has heard it."""

    notice_id: UUID
    remarks: Text = ""


class ReportStrain(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility has heard it and is under strain; `code` is one of the strain codes."""

    notice_id: UUID
    code: Short
    remarks: Text = ""


class SignHandover(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side signs; which one follows from who calls. `at` is when it was signed, where that was offline."""

    notice_id: UUID
    command_id: Short
    summary: Text = ""
    remarks: Text = ""
    at: Instant | None = None
