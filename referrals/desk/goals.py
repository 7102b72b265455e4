"""Whether a patient is still brought where a referral was to bring them, and whether that run is over.

Dispatch leaves a destination as it was chosen, and closes a run without a word to the case: what that means for the
facility that waits is worked out here.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger.kinds.assignment import Stamped, UnitSent
from ledger.kinds.base import Kind
from ledger.kinds.incident import CallTaken, IncidentClosed
from referrals.desk.context import ReferralDesk
from referrals.offers import HOLDING
from referrals.tables import offer, referral

CORRECTION = "back-to-"
"""How the events begin by which a crew takes a stamp back."""


def is_called_off(desk: ReferralDesk, connection: Connection, case: Any, now: datetime) -> bool:  # noqa: ANN401
    """The destination of this journey came from an acceptance that is over without arrival, and no unit is on its way.

    Until then the facility keeps its notice, whatever became of the referral: the vehicle may still come.
    """
    return _is_dropped(connection, case) and not _is_coming(desk, connection, case.case_id, now)


def _is_dropped(connection: Connection, case: Any) -> bool:  # noqa: ANN401
    """A destination that a person had chosen before anybody was asked is not the referral's."""
    if case.destination_id is None:
        return False
    taken = connection.execute(
        select(offer.c.state, referral.c.arrived_at)
        .join(referral, referral.c.id == offer.c.referral_id)
        .where(
            offer.c.case_id == case.case_id,
            offer.c.facility_id == case.destination_id,
            offer.c.hold_until.is_not(None),
            offer.c.made_at <= case.destination_at,
        )
    ).all()
    return bool(taken) and not any(row.state in HOLDING or row.arrived_at is not None for row in taken)


def _is_coming(desk: ReferralDesk, connection: Connection, case_id: UUID, now: datetime) -> bool:
    """Who was at a hospital has come; a unit that set off brings its patient until its incident is closed."""
    run = desk.runs.find(connection, [case_id], now).get(case_id)
    if run is None:
        return False
    if run.carrying or run.fetching or run.at_hospital_at is not None:
        return True
    return run.transported and closed_as(desk, connection, run.incident_id) is None


def closed_as(desk: ReferralDesk, connection: Connection, incident_id: UUID) -> str | None:
    """The code by which a run was closed, as its own entries say; None while it is open, or open again."""
    code = None
    for entry in desk.book.read(connection, incident_id):
        said = entry.said
        if isinstance(said, IncidentClosed):
            code = said.code
        elif isinstance(said, UnitSent | CallTaken) or _takes_back(said):
            code = None
    return code


def _takes_back(said: Kind) -> bool:
    """A crew that was free by mistake is on its run again, and so the run is open again."""
    return isinstance(said, Stamped) and said.event.startswith(CORRECTION)
