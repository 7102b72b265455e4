"""Who is told what by when: a deadline of an offer or a referral, set for the one who is named."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from ledger import deadlines
from ledger.deadlines import Deadline
from ledger.kinds.base import Instant
from ledger.kinds.words import Role


def expect(
    connection: Connection,
    found: Any,  # noqa: ANN401
    kind: str,
    due: Instant,
    told: UUID,
    role: Role,
    audience: tuple[UUID, ...] | None = None,
) -> None:
    """Something must happen to `found`, an offer's or a referral's row, by `due`; else `told` hears of it."""
    wanted = Deadline(
        kind=kind,
        subject_id=found.id,
        stream_id=found.case_id,
        due_at=due,
        told_organisation_id=told,
        told_role=role,
        audience=audience,
    )
    deadlines.expect(connection, wanted)
