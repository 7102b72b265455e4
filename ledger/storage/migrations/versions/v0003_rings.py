"""What the telephone exchange reported, and who dealt with an alarm."""

import sqlalchemy as sa
from alembic import op

from ledger.storage.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    op.create_table(
        "alarm_ack",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "subject_id", "due_at", name=op.f("pk_alarm_ack")),
    )
    op.create_table(
        "ring",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("exchange_id", sa.String(length=80), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("callback", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("rang_at", Instant(), nullable=False),
        sa.Column("reported_at", Instant(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_name", sa.String(length=80), nullable=False),
        sa.Column("answered_seat", sa.String(length=40), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("done_at", Instant(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.Column("end_code", sa.String(length=40), nullable=True),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["centre_id"], ["organisation.id"], name=op.f("fk_ring_centre_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_ring_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ring")),
        sa.UniqueConstraint("call_id", name=op.f("uq_ring_call_id")),
        sa.UniqueConstraint(
            "organisation_id", "exchange_id", name=op.f("uq_ring_organisation_id_exchange_id")
        ),
    )
    op.create_index("ix_ring_centre_id_rang_at", "ring", ["centre_id", "rang_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_ring_centre_id_rang_at", table_name="ring")
    op.drop_table("ring")
    op.drop_table("alarm_ack")
