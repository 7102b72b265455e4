"""What can be said about a referral: one facility asks another to take over a patient, up, down or across."""

from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from ledger.kinds.base import Instant, Kind, Room, Short, Text
from ledger.kinds.case import Patient
from ledger.kinds.words import Capability, Direction, Role, StreamKind, Urgency


class ReferralKind(Kind, frozen=True, kw_only=True):
    """Base of the kinds that stand in a case's stream and belong to referrals."""

    owner: ClassVar[Room] = "referrals"
    streams: ClassVar[tuple[StreamKind, ...]] = (StreamKind.CASE,)


class FacilityOpenedCase(ReferralKind, frozen=True, kw_only=True, tag="case.opened-by-facility.v1"):
    """First entry of a case that begins at a facility, without an incident; a `centre_id` that is named may read it."""

    patient: Patient
    facility_id: UUID
    centre_id: UUID | None = None


class OneReferral(ReferralKind, frozen=True, kw_only=True):
    """Base of what is said about one referral of the case."""

    referral_id: UUID


class ReferralRequested(OneReferral, frozen=True, kw_only=True, tag="referral.requested.v1"):
    """A person asks for this patient to be taken over (转诊申请), by one of the facilities that they approved.

    `candidates` are asked in this order, or at once when `parallel`; the first acceptance holds a bed. `criteria` are
    the rules that apply, with their inputs, as they were worked out. `based_on` names the referral that this one
    answers, `replaces` the one that it continues. A referral down carries its `plan`. `centre_id` is the centre that
    hears when nobody answers.
    """

    code: Short
    centre_id: UUID
    direction: Direction
    urgency: Urgency
    from_facility_id: UUID
    candidates: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=20)]
    parallel: bool
    reason: Text
    diagnosis: Text = ""
    department: Annotated[str, Meta(max_length=80)] = ""
    capabilities: tuple[Capability, ...] = ()
    by_ambulance: bool = True
    criteria: tuple[Text, ...] = ()
    treatment: Text = ""
    plan: Text = ""
    skip_reason: Text = ""
    callback: Annotated[str, Meta(max_length=40)] = ""
    based_on: UUID | None = None
    replaces: UUID | None = None


class ReferralUnplaced(OneReferral, frozen=True, kw_only=True, tag="referral.unplaced.v1"):
    """All offers are exhausted: a human must act."""


class CandidatesAdded(OneReferral, frozen=True, kw_only=True, tag="referral.candidates-added.v1"):
    """A person approved further facilities for a referral that found no place."""

    candidates: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=20)]
    reason: Text = ""


class TransportRequested(OneReferral, frozen=True, kw_only=True, tag="referral.transport-requested.v1"):
    """The accepted patient is to be brought by ambulance; dispatch opens an incident for the run.

    Said again when another facility takes the patient: a run that is still open gets another goal.
    """

    from_facility_id: UUID
    to_facility_id: UUID
    urgency: Urgency
    capabilities: tuple[Capability, ...] = ()
    remarks: Text = ""


class ReferralArrived(OneReferral, frozen=True, kw_only=True, tag="referral.arrived.v1"):
    """The patient reached the accepting facility; with an ambulance, when both sides signed the handover.

    The referring side is to be told the outcome until `outcome_by`.
    """

    facility_id: UUID
    outcome_by: Instant | None = None


class OutcomeSent(OneReferral, frozen=True, kw_only=True, tag="referral.outcome-sent.v1"):
    """The receiving facility tells the referring one what was found and done (转诊反馈)."""

    outcome: Short
    diagnosis: Text
    summary: Text
    advice: Text = ""


class RunFailed(OneReferral, frozen=True, kw_only=True, tag="referral.run-failed.v1"):
    """The vehicle that was asked for does not bring the patient: who refers decides what happens now.

    `incident_id` is the run, `code` why it ended: as the crew ended the case, or as the run was closed.
    """

    incident_id: UUID | None
    code: Short


class CancelRequested(OneReferral, frozen=True, kw_only=True, tag="referral.cancel-requested.v1"):
    """The referring side asks to call off an accepted referral; the receiving side confirms or tells the outcome.

    Silence until `answer_by` reaches both sides, and the centre while a vehicle is concerned.
    """

    code: Short
    remarks: Text = ""
    answer_by: Instant | None = None


class ReferralCancelled(OneReferral, frozen=True, kw_only=True, tag="referral.cancelled.v1"):
    """It is called off."""

    code: Short
    remarks: Text = ""


class ReferralClosed(OneReferral, frozen=True, kw_only=True, tag="referral.closed.v1"):
    """It has come to its end: `completed`, or the coded reason why it ended otherwise."""

    code: Short
    remarks: Text = ""


class OneOffer(OneReferral, frozen=True, kw_only=True):
    """Base of what is said about one offer (收治征询): one facility asked to take one referral."""

    offer_id: UUID


class OfferMade(OneOffer, frozen=True, kw_only=True, tag="offer.made.v1"):
    """A facility is asked. Silence reaches the person named: first at `acknowledge_by`, then at `answer_by`."""

    facility_id: UUID
    acknowledge_by: Instant
    answer_by: Instant
    told_organisation_id: UUID
    told_role: Role


class OfferAcknowledged(OneOffer, frozen=True, kw_only=True, tag="offer.acknowledged.v1"):
    """Somebody at the facility has it in hand."""


class InformationAsked(OneOffer, frozen=True, kw_only=True, tag="offer.information-asked.v1"):
    """The facility wants to know more before it answers."""

    question: Text


class InformationSupplied(OneOffer, frozen=True, kw_only=True, tag="offer.information-supplied.v1"):
    """The referring side answered."""

    answer: Text
    answer_by: Instant


class OfferAccepted(OneOffer, frozen=True, kw_only=True, tag="offer.accepted.v1"):
    """The facility takes the patient and holds a bed until `hold_until`; a constraint lets one offer be accepted."""

    facility_id: UUID
    department: Short
    bed: Annotated[str, Meta(max_length=40)] = ""
    contact: Annotated[str, Meta(max_length=80)] = ""
    remarks: Text = ""
    hold_until: Instant


class HoldExtended(OneOffer, frozen=True, kw_only=True, tag="offer.hold-extended.v1"):
    """The bed is held longer, because the vehicle is still on its way."""

    hold_until: Instant


class OfferDeclined(OneOffer, frozen=True, kw_only=True, tag="offer.declined.v1"):
    """The facility cannot take the patient, with its coded reason; `advice` may help all the same."""

    code: Short
    remarks: Text = ""
    advice: Text = ""


class OfferExpired(OneOffer, frozen=True, kw_only=True, tag="offer.expired.v1"):
    """Nobody answered in time."""


class OfferWithdrawn(OneOffer, frozen=True, kw_only=True, tag="offer.withdrawn.v1"):
    """The facility is no longer asked: another one accepted first, or the referral was called off."""

    because: Short


class AcceptanceWithdrawn(OneOffer, frozen=True, kw_only=True, tag="offer.acceptance-withdrawn.v1"):
    """The facility that accepted cannot keep its word, with its coded reason."""

    code: Short
    remarks: Text = ""


class FollowUpPlanned(OneReferral, frozen=True, kw_only=True, tag="followup.planned.v1"):
    """The facility that took the patient back visits them by `due_at`; reminders come before, the county after.

    Two weeks: national public health specification, follow-up after referral. Said again, it answers a wish to call the
    visit off: it stands as it was planned.
    """

    facility_id: UUID
    due_at: Instant
    remind_at: Instant
    escalate_at: Instant
    supervisor_id: UUID | None = None
    supervisor_role: Role = Role.REFERRAL_OFFICE
    plan: Text = ""


class FollowUpVisited(OneReferral, frozen=True, kw_only=True, tag="followup.visited.v1"):
    """A visit was made and what it found is on record."""

    command_id: Short
    visited_at: Instant
    way: Short
    findings: Text
    systolic_mmhg: Annotated[int, Meta(ge=30, le=300)] | None = None
    diastolic_mmhg: Annotated[int, Meta(ge=10, le=200)] | None = None
    glucose_mmol_l: Annotated[float, Meta(ge=0.5, le=60)] | None = None
    next_step: Text = ""


class CaseClosed(ReferralKind, frozen=True, kw_only=True, tag="case.closed.v1"):
    """The patient's journey has come to its end."""

    code: Short
    remarks: Text = ""
