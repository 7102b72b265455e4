"""Messages about referrals, their offers and follow-ups."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from ledger.kinds.base import Instant, Short, Text, Words
from ledger.kinds.case import Patient
from ledger.kinds.words import Capability, Direction, Urgency
from ledger.reasons import Reason

Candidates = Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=20)]
Telephone = Annotated[str, Meta(max_length=40, pattern=r"^[0-9+*#() -]*$")]


class ByReferral(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One referral."""

    referral_id: UUID


class ByOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One offer."""

    offer_id: UUID


class NewReferral(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Ask others to take a patient over: of a case that the caller may read, or of a `patient` who opens one.

    `candidates` are asked in this order, or at once when `parallel`. `capabilities` are what the ambulance must
    bring. `skip_reason` says why a level is skipped, when it is no emergency and no way back. A referral down needs
    its `plan`. `command_id` is the page's own: sent again, it finds the same referral.
    """

    command_id: Short
    case_id: UUID | None = None
    patient: Patient | None = None
    direction: Direction
    urgency: Urgency
    candidates: Candidates
    parallel: bool = False
    reason: Annotated[str, Meta(min_length=1, max_length=4000, pattern=r"\S")]
    diagnosis: Text = ""
    department: Annotated[str, Meta(max_length=80)] = ""
    capabilities: tuple[Capability, ...] = ()
    by_ambulance: bool = True
    criteria: Annotated[tuple[Text, ...], Meta(max_length=40)] = ()
    treatment: Text = ""
    plan: Text = ""
    skip_reason: Text = ""
    callback: Telephone = ""
    based_on: UUID | None = None
    replaces: UUID | None = None


class AddCandidates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Approve further facilities. They are asked next, also when nobody was left."""

    referral_id: UUID
    candidates: Candidates
    reason: Text = ""


class EndReferral(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Cancel or close a referral, with the coded reason."""

    referral_id: UUID
    code: Short
    remarks: Text = ""


class SendOutcome(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found and done (转诊反馈)."""

    referral_id: UUID
    outcome: Short
    diagnosis: Text
    summary: Text
    advice: Text = ""


class RecordVisit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A follow-up visit. `command_id` is the device's own: sent again, it changes nothing."""

    referral_id: UUID
    command_id: Short
    visited_at: Instant
    way: Short = "home"
    findings: Words
    systolic_mmhg: Annotated[int, Meta(ge=30, le=300)] | None = None
    diastolic_mmhg: Annotated[int, Meta(ge=10, le=200)] | None = None
    glucose_mmol_l: Annotated[float, Meta(ge=0.5, le=60)] | None = None
    next_step: Text = ""


class AcceptOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take the patient and hold a bed, two hours unless another time is given."""

    offer_id: UUID
    department: Short
    bed: Annotated[str, Meta(max_length=40)] = ""
    contact: Annotated[str, Meta(max_length=80)] = ""
    remarks: Text = ""
    hold_minutes: Annotated[int, Meta(ge=10, le=1440)] | None = None


class DeclineOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility cannot take the patient; its advice may be the answer all the same."""

    offer_id: UUID
    code: Short
    remarks: Text = ""
    advice: Text = ""


class AskOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility wants to know more before it answers."""

    offer_id: UUID
    question: Words


class SupplyOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The referring side answers."""

    offer_id: UUID
    answer: Words


class GiveBackOffer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The facility that accepted cannot keep its word."""

    offer_id: UUID
    code: Short
    remarks: Text = ""


class FacilityName(Struct, frozen=True, kw_only=True):
    """A facility as it is shown beside a referral."""

    id: UUID
    name_zh: str
    name_en: str
    telephone: str


class OfferView(Struct, frozen=True, kw_only=True):
    """One facility asked. `actions` are the commands that the caller may give now."""

    id: UUID
    referral_id: UUID
    case_id: UUID
    facility_id: UUID
    name_zh: str
    name_en: str
    state: str
    made_at: Instant
    acknowledge_by: Instant
    answer_by: Instant
    acknowledged_at: Instant | None
    question: str
    answer: str
    code: str
    remarks: str
    advice: str
    department: str
    bed: str
    contact: str
    hold_until: Instant | None
    version: int
    actions: tuple[str, ...] = ()


class RunView(Struct, frozen=True, kw_only=True):
    """The vehicle that brings the patient; `eta_at` at the accepting facility, as far as it is known.

    `eta_estimated`: the vehicle has not met the patient yet; the time with the patient is assumed.
    """

    incident_code: str
    call_sign: str
    state: str
    eta_at: Instant | None
    eta_estimated: bool = False


class OutcomeView(Struct, frozen=True, kw_only=True):
    """What the receiving facility told."""

    outcome: str
    diagnosis: str
    summary: str
    advice: str
    sent_at: Instant


class VisitView(Struct, frozen=True, kw_only=True):
    """One visit that was made."""

    visited_at: Instant
    way: str
    findings: str
    systolic_mmhg: int | None
    diastolic_mmhg: int | None
    glucose_mmol_l: float | None
    next_step: str


class FollowUpView(Struct, frozen=True, kw_only=True):
    """The visit that is planned; `ended_at` once it was made or is off."""

    referral_id: UUID
    facility_id: UUID
    remind_at: Instant
    due_at: Instant
    escalate_at: Instant
    plan: str
    ended_at: Instant | None
    visits: tuple[VisitView, ...] = ()


class ReferralView(Struct, frozen=True, kw_only=True):
    """One referral. A facility that is asked sees its own offer alone; `actions` are the caller's commands now.

    `next_candidates` are approved and were not asked yet, in their order; for the referring side and the centre.
    """

    id: UUID
    code: str
    case_id: UUID
    direction: Direction
    urgency: Urgency
    state: str
    from_facility: FacilityName
    patient: Patient
    reason: str
    diagnosis: str
    department: str
    capabilities: tuple[Capability, ...]
    by_ambulance: bool
    treatment: str
    plan: str
    criteria: tuple[str, ...]
    callback: str
    skip_reason: str
    created_at: Instant
    offers: tuple[OfferView, ...]
    next_candidates: tuple[FacilityName, ...]
    accepted_offer_id: UUID | None
    run: RunView | None
    arrived_at: Instant | None
    outcome_by: Instant | None
    outcome: OutcomeView | None
    followup: FollowUpView | None
    end_code: str | None
    end_remarks: str
    ended_at: Instant | None
    based_on: UUID | None
    replaces: UUID | None
    version: int
    actions: tuple[str, ...] = ()


class ListReferrals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which referrals: those sent, those received, or all that the caller has a part in, newest first."""

    mine: Literal["sent", "received", "all"] = "all"
    open: bool = True
    limit: Annotated[int, Meta(ge=1, le=200)] = 100


class ReferralList(Struct, frozen=True, kw_only=True):
    """Referrals."""

    referrals: tuple[ReferralView, ...]


class FollowUpItem(Struct, frozen=True, kw_only=True):
    """One visit that is due, with whom to visit; `overdue` once its time has passed."""

    referral_id: UUID
    referral_code: str
    case_id: UUID
    patient: Patient
    diagnosis: str
    plan: str
    facility_id: UUID
    from_facility: FacilityName
    remind_at: Instant
    due_at: Instant
    escalate_at: Instant
    overdue: bool


class FollowUpList(Struct, frozen=True, kw_only=True):
    """Visits due, the most urgent first."""

    followups: tuple[FollowUpItem, ...]


class ListFollowUps(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The caller's own."""

    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class SuggestCandidates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who could take such a patient. `capabilities` are the facility's own, as organisations list them."""

    direction: Direction
    urgency: Urgency
    capabilities: Annotated[tuple[Short, ...], Meta(max_length=20)] = ()
    department: Annotated[str, Meta(max_length=80)] = ""
    based_on: UUID | None = None
    from_facility_id: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 20


class CapacityView(Struct, frozen=True, kw_only=True):
    """What a facility last said of one service."""

    service: str
    state: str
    beds_free: int | None
    observed_at: Instant
    stale: bool


class CandidateView(Struct, frozen=True, kw_only=True):
    """One facility, with what speaks for and against it. Not `allowed`: only with a reason for skipping a level."""

    facility_id: UUID
    name_zh: str
    name_en: str
    telephone: str
    rank: int
    tier: int
    allowed: bool
    suits: bool
    time_s: float | None
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    capacity: CapacityView | None


class CandidateList(Struct, frozen=True, kw_only=True):
    """Facilities, the best first. A person chooses."""

    candidates: tuple[CandidateView, ...]
