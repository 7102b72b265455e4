"""The tables of referrals: what facilities say of themselves, and what the ledger projects."""

from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid

from clinical.vitals import VitalSigns
from ledger import tables as _ledger
from ledger.kinds.case import Patient
from ledger.kinds.referral import FollowUpVisited, OutcomeSent, ReferralRequested
from ledger.storage.metadata import table
from ledger.storage.types import Instant, Json

_ = _ledger  # the foreign keys below need its tables to be declared first

# Arrivals: capacity, the patient as this room knows them, notices, handover.

facility_service = table(
    "facility_service",
    "reference",
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), primary_key=True),
    Column("service", String(24), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("beds_free", Integer),
    Column("beds_total", Integer),
    Column("comment", String(400), nullable=False),
    Column("observed_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("actor_id", Uuid),
)

capacity_change = table(
    "capacity_change",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, ForeignKey("organisation.id"), nullable=False),
    Column("service", String(24), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Uuid),
    Column("value", Json(), nullable=False),
    Index("ix_capacity_change_organisation_id_service", "organisation_id", "service", "at"),
)

journey = table(
    "journey",
    "projection",
    Column("case_id", Uuid, ForeignKey("stream.id"), primary_key=True),
    Column("centre_id", Uuid),
    Column("patient", Json(Patient), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("vitals", Json(tuple[VitalSigns, ...]), nullable=False),
    Column("destination_id", Uuid),
    Column("destination_entry_id", Uuid),
    Column("destination_at", Instant),
    Column("ended_at", Instant),
)

notice = table(
    "notice",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("stream.id"), nullable=False, index=True),
    Column("live_case_id", Uuid, unique=True),  # a patient is announced to one facility at a time
    Column("facility_id", Uuid, nullable=False),
    Column("centre_id", Uuid, nullable=False),
    Column("state", String(16), nullable=False),
    Column("alerts", Json(tuple[str, ...]), nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("acknowledge_by", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("remarks", Text, nullable=False),
    Column("strain_code", String(40)),
    Column("strain_at", Instant),
    Column("arrived_at", Instant),
    Column("offload_by", Instant),
    Column("handed_over_at", Instant),
    Column("withdrawn_at", Instant),
    Column("withdrawn_because", String(80)),
    Column("version", Integer, nullable=False),
    Index("ix_notice_facility_id_state", "facility_id", "state"),
)

signature = table(
    "signature",
    "projection",
    Column("notice_id", Uuid, ForeignKey("notice.id"), primary_key=True),
    Column("side", String(8), primary_key=True),  # each side signs once
    Column("command_id", String(80), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor_id", Uuid),
    Column("organisation_id", Uuid, nullable=False),
    Column("summary", Text, nullable=False),
    Column("remarks", Text, nullable=False),
)

# Referrals: the referral, its offers, the follow-up.

referral = table(
    "referral",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("case_id", Uuid, ForeignKey("stream.id"), nullable=False, index=True),
    Column("code", String(8), nullable=False, unique=True),
    Column("centre_id", Uuid, nullable=False, index=True),
    Column("from_facility_id", Uuid, nullable=False, index=True),
    Column("told_organisation_id", Uuid, nullable=False),  # who asked hears what becomes of it
    Column("told_role", String(24), nullable=False),
    Column("state", String(24), nullable=False),
    Column("request", Json(ReferralRequested), nullable=False),
    Column("candidates", Json(tuple[UUID, ...]), nullable=False),  # all that were ever approved, in order
    Column("asked", Integer, nullable=False),  # how many of them have been asked
    Column("created_at", Instant, nullable=False),
    Column("created_by", Uuid),
    Column("accepted_offer_id", Uuid),
    Column("transport_requested_at", Instant),
    Column("run_incident_id", Uuid),
    Column("arrived_at", Instant),
    Column("outcome_by", Instant),
    Column("outcome", Json(OutcomeSent)),
    Column("outcome_at", Instant),
    Column("end_code", String(80)),
    Column("end_remarks", Text, nullable=False),
    Column("ended_at", Instant),
    Column("version", Integer, nullable=False),
)

offer = table(
    "offer",
    "projection",
    Column("id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("referral.id"), nullable=False, index=True),
    Column(
        "held_referral_id", Uuid, unique=True
    ),  # one bed is held for a referral at most: the first acceptance
    Column("case_id", Uuid, ForeignKey("stream.id"), nullable=False, index=True),
    Column("facility_id", Uuid, nullable=False, index=True),
    Column("told_organisation_id", Uuid, nullable=False),
    Column("told_role", String(24), nullable=False),
    Column("state", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("acknowledge_by", Instant, nullable=False),
    Column("answer_by", Instant, nullable=False),
    Column("acknowledged_at", Instant),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("code", String(80), nullable=False),
    Column("remarks", Text, nullable=False),
    Column("advice", Text, nullable=False),
    Column("department", String(80), nullable=False),
    Column("bed", String(40), nullable=False),
    Column("contact", String(80), nullable=False),
    Column("hold_until", Instant),
    Column("ended_at", Instant),
    Column("version", Integer, nullable=False),
)

follow_up = table(
    "follow_up",
    "projection",
    Column("referral_id", Uuid, ForeignKey("referral.id"), primary_key=True),
    Column("case_id", Uuid, ForeignKey("stream.id"), nullable=False),
    Column("facility_id", Uuid, nullable=False, index=True),
    Column("remind_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("escalate_at", Instant, nullable=False),
    Column("supervisor_id", Uuid),
    Column("plan", Text, nullable=False),
    Column("ended_at", Instant),
)

visit = table(
    "visit",
    "projection",
    Column("entry_id", Uuid, primary_key=True),
    Column("referral_id", Uuid, ForeignKey("referral.id"), nullable=False),
    Column("command_id", String(80), nullable=False),
    Column("said", Json(FollowUpVisited), nullable=False),
    UniqueConstraint("referral_id", "command_id"),
)
