"""Versions of an incident's place, priority and state; alarms set aside; machines bound to one station.

A version is the number of the entry that said it last. What a reopened or restored incident gets here may differ from
what `jiuhu db rebuild` finds; it is a version all the same, because every later one is greater.
"""

import sqlalchemy as sa
from alembic import op

from ledger.storage.types import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SAID_BY = {
    "place_version": ("incident.located.v1",),
    "priority_version": ("incident.prioritised.v1",),
    "state_version": (
        "incident.held.v1",
        "incident.resumed.v1",
        "incident.closed.v1",
        "assignment.sent.v1",
    ),
}


def upgrade() -> None:
    """Add them."""
    for column, kinds in SAID_BY.items():
        op.add_column("incident", sa.Column(column, sa.Integer(), nullable=False, server_default="1"))
        fill = sa.text(
            f"UPDATE incident SET {column} = COALESCE((SELECT MAX(entry.number) FROM entry"
            " WHERE entry.stream_id = incident.id AND entry.kind IN :kinds), 1)"
        )
        op.get_bind().execute(fill.bindparams(sa.bindparam("kinds", list(kinds), expanding=True)))
    op.add_column("machine_client", sa.Column("station_id", sa.Uuid(), nullable=True))
    op.create_table(
        "alarm_shelf",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("until", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_shelf")),
    )
    op.create_index("ix_alarm_shelf_organisation_id_until", "alarm_shelf", ["organisation_id", "until"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("alarm_shelf")
    op.drop_column("machine_client", "station_id")
    for column in SAID_BY:
        op.drop_column("incident", column)
