"""Versions of an incident's place, priority and state; alarms set aside; machines bound to one station.

A version is the number of the entry that said it last. What is filled in here is what a rebuild finds: a backup whose
rebuild differs counts as damaged.
"""

import json
from collections.abc import Iterable
from itertools import groupby
from typing import Any

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
}
TAKEN, HERE, AWAY = "incident.call-taken.v1", "incident.call-moved-here.v1", "incident.call-moved-away.v1"
STAMPED = "assignment.stamped.v1"
SAYS_STATE = {
    "assignment.sent.v1": "open",
    "incident.held.v1": "held",
    "incident.resumed.v1": "open",
    "incident.closed.v1": "closed",
}
REOPENS = {TAKEN: ("closed",), HERE: ("closed", "merged"), STAMPED: ("closed",)}
RELEASED = ("AVR", "HOM", "END")

incident = sa.table("incident", sa.column("id", sa.Uuid), sa.column("state_version", sa.Integer))
entry = sa.table(
    "entry",
    sa.column("id", sa.Uuid),
    sa.column("stream_id", sa.Uuid),
    sa.column("number", sa.Integer),
    sa.column("kind", sa.String),
)
payload = sa.table("payload", sa.column("entry_id", sa.Uuid), sa.column("body", sa.Text))


def upgrade() -> None:
    """Add them."""
    for column, kinds in SAID_BY.items():
        op.add_column("incident", sa.Column(column, sa.Integer(), nullable=False, server_default="1"))
        fill = sa.text(
            f"UPDATE incident SET {column} = COALESCE((SELECT MAX(entry.number) FROM entry"
            " WHERE entry.stream_id = incident.id AND entry.kind IN :kinds), 1)"
        )
        op.get_bind().execute(fill.bindparams(sa.bindparam("kinds", list(kinds), expanding=True)))
    op.add_column("incident", sa.Column("state_version", sa.Integer(), nullable=False, server_default="1"))
    _fill_state_versions(op.get_bind())
    # Since this version a journey that goes on after a wish to cancel it keeps no reason of its end.
    op.execute(
        "UPDATE referral SET end_code = NULL, end_remarks = '' WHERE state IN ('arrived', 'outcome-sent')"
    )
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
    op.create_index(
        "ix_deadline_passed",
        "deadline",
        ["told_organisation_id", "passed_at"],
        sqlite_where=sa.text("passed_at IS NOT NULL"),
        postgresql_where=sa.text("passed_at IS NOT NULL"),
    )


def _fill_state_versions(connection: sa.Connection) -> None:
    took_back = sa.or_(*(payload.c.body.contains(f'"state_before":"{state}"') for state in RELEASED))
    query = (
        sa.select(entry.c.stream_id, entry.c.number, entry.c.kind, payload.c.body)
        .join(payload, payload.c.entry_id == entry.c.id)
        .where(entry.c.kind.in_((*SAYS_STATE, TAKEN, HERE, AWAY)) | ((entry.c.kind == STAMPED) & took_back))
        .order_by(entry.c.stream_id, entry.c.number)
    )
    for incident_id, said in groupby(connection.execute(query).all(), key=lambda row: row.stream_id):
        version = _state_version(said)
        if version > 1:
            mine = incident.c.id == incident_id
            connection.execute(sa.update(incident).where(mine).values(state_version=version))


def _state_version(said: Iterable[Any]) -> int:
    """The number of the entry that moved the incident last."""
    state, version = "open", 1
    calls: set[str] = set()
    for row in said:
        fact, after = json.loads(row.body), SAYS_STATE.get(row.kind)
        if row.kind in (TAKEN, HERE):
            calls.add(fact["call_id"])
        if row.kind in REOPENS:
            to_work = fact.get("state_after") not in RELEASED
            after = "open" if to_work and state in REOPENS[row.kind] else None
        elif row.kind == AWAY:
            calls.discard(fact["call_id"])
            after = None if calls else "merged"
        if after is not None:
            state, version = after, row.number
    return version


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_deadline_passed", table_name="deadline")
    op.drop_table("alarm_shelf")
    op.drop_column("machine_client", "station_id")
    for column in (*SAID_BY, "state_version"):
        op.drop_column("incident", column)
