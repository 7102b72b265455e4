"""Referrals, their offers, follow-ups; and whom a missed deadline is told to."""

import sqlalchemy as sa
from alembic import op

from ledger.storage.types import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.add_column("deadline", sa.Column("audience", sa.Text(), nullable=True))
    op.create_table(
        "referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("from_facility_id", sa.Uuid(), nullable=False),
        sa.Column("told_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("told_role", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("accepted_offer_id", sa.Uuid(), nullable=True),
        sa.Column("transport_requested_at", Instant(), nullable=True),
        sa.Column("run_incident_id", sa.Uuid(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("outcome_by", Instant(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("outcome_at", Instant(), nullable=True),
        sa.Column("end_code", sa.String(length=80), nullable=True),
        sa.Column("end_remarks", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["stream.id"], name=op.f("fk_referral_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_referral")),
        sa.UniqueConstraint("code", name=op.f("uq_referral_code")),
    )
    op.create_index(op.f("ix_referral_case_id"), "referral", ["case_id"], unique=False)
    op.create_index(op.f("ix_referral_centre_id"), "referral", ["centre_id"], unique=False)
    op.create_index(op.f("ix_referral_from_facility_id"), "referral", ["from_facility_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("held_referral_id", sa.Uuid(), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("told_organisation_id", sa.Uuid(), nullable=False),
        sa.Column("told_role", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("acknowledge_by", Instant(), nullable=False),
        sa.Column("answer_by", Instant(), nullable=False),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("department", sa.String(length=80), nullable=False),
        sa.Column("bed", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=80), nullable=False),
        sa.Column("hold_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["stream.id"], name=op.f("fk_offer_case_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_offer_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("held_referral_id", name=op.f("uq_offer_held_referral_id")),
    )
    op.create_index(op.f("ix_offer_case_id"), "offer", ["case_id"], unique=False)
    op.create_index(op.f("ix_offer_facility_id"), "offer", ["facility_id"], unique=False)
    op.create_index(op.f("ix_offer_referral_id"), "offer", ["referral_id"], unique=False)
    op.create_table(
        "follow_up",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("remind_at", Instant(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("escalate_at", Instant(), nullable=False),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["stream.id"], name=op.f("fk_follow_up_case_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_follow_up_referral_id")),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_facility_id"), "follow_up", ["facility_id"], unique=False)
    op.create_table(
        "visit",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("command_id", sa.String(length=80), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_visit_referral_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_visit")),
        sa.UniqueConstraint("referral_id", "command_id", name=op.f("uq_visit_referral_id_command_id")),
    )


def downgrade() -> None:
    """Take them away."""
    for name in ("visit", "follow_up", "offer", "referral"):
        op.drop_table(name)
    op.drop_column("deadline", "audience")
