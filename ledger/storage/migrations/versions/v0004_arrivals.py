"""What facilities say of themselves, patients on their way, notices and handovers."""

import sqlalchemy as sa
from alembic import op

from ledger.storage.types import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them. A case that is there already becomes known here by `jiuhu db rebuild`."""
    op.create_table(
        "facility_service",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("beds_free", sa.Integer(), nullable=True),
        sa.Column("beds_total", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(length=400), nullable=False),
        sa.Column("observed_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_facility_service_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", "service", name=op.f("pk_facility_service")),
    )
    op.create_table(
        "capacity_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=24), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_capacity_change_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_change")),
    )
    op.create_index(
        "ix_capacity_change_organisation_id_service",
        "capacity_change",
        ["organisation_id", "service", "at"],
        unique=False,
    )
    op.create_table(
        "journey",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=True),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("vitals", sa.Text(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=True),
        sa.Column("destination_entry_id", sa.Uuid(), nullable=True),
        sa.Column("destination_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["stream.id"], name=op.f("fk_journey_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_journey")),
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("live_case_id", sa.Uuid(), nullable=True),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("alerts", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("acknowledge_by", Instant(), nullable=False),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("strain_code", sa.String(length=40), nullable=True),
        sa.Column("strain_at", Instant(), nullable=True),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.Column("offload_by", Instant(), nullable=True),
        sa.Column("handed_over_at", Instant(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=80), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["stream.id"], name=op.f("fk_notice_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("live_case_id", name=op.f("uq_notice_live_case_id")),
    )
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"], unique=False)
    op.create_index("ix_notice_facility_id_state", "notice", ["facility_id", "state"], unique=False)
    op.create_table(
        "signature",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("command_id", sa.String(length=80), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_signature_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "side", name=op.f("pk_signature")),
    )


def downgrade() -> None:
    """Drop them, children before parents."""
    op.drop_table("signature")
    op.drop_index("ix_notice_facility_id_state", table_name="notice")
    op.drop_index(op.f("ix_notice_case_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_table("journey")
    op.drop_index("ix_capacity_change_organisation_id_service", table_name="capacity_change")
    op.drop_table("capacity_change")
    op.drop_table("facility_service")
