"""Ledger entry -> what referrals does about it, from its own cursor, at least once.

Each kind has its own small functions below; seeing an entry again does nothing, because each of them first looks at
how things stand and writes only what is still missing.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from ledger.book import Entry
from ledger.kinds.assignment import Stamped, UnitSent
from ledger.kinds.base import Kind
from ledger.kinds.case import CaseEnded, CaseJoined, DestinationChosen
from ledger.kinds.incident import IncidentClosed
from ledger.kinds.referral import AcceptanceWithdrawn, CaseClosed, ReferralCancelled, ReferralClosed
from referrals import referring_reactions
from referrals.desk.announcing import announce
from referrals.desk.context import ReferralDesk
from referrals.desk.goals import CORRECTION
from referrals.tables import referral

NAME = "referrals"
AT_HOSPITAL = "at-hospital"

Reaction = Callable[[ReferralDesk, Entry], Awaitable[None]]


async def _announce(desk: ReferralDesk, entry: Entry) -> None:
    """Where the patient is brought, or whether at all, may have changed."""
    await announce(desk, entry.stream_id)


async def _set_out(desk: ReferralDesk, entry: Entry) -> None:
    """A unit was sent to fetch a patient whose destination is known already."""
    assert isinstance(entry.said, UnitSent)
    await _announce_carried(desk, entry.said.assignment_id)


async def _arrive(desk: ReferralDesk, entry: Entry) -> None:
    """A crew reached a hospital with its patients, or took back that it had, or comes to none."""
    assert isinstance(entry.said, Stamped)
    event = entry.said.event
    over = bool(entry.said.end_code)
    if event != AT_HOSPITAL and not event.startswith(CORRECTION) and not over:
        return
    await _announce_carried(desk, entry.said.assignment_id)


async def _announce_carried(desk: ReferralDesk, assignment_id: UUID) -> None:
    carried = await desk.storage.read(lambda connection: desk.runs.cases_of(connection, assignment_id))
    for case_id in carried:
        await announce(desk, case_id)


async def _run_over(desk: ReferralDesk, entry: Entry) -> None:
    """No unit is on a run any more: who still waits for its patients may wait for nobody."""
    query = select(referral.c.case_id).where(referral.c.run_incident_id == entry.stream_id).distinct()
    for case_id in await desk.storage.read(lambda connection: connection.scalars(query).all()):
        await announce(desk, case_id)


ARRIVALS: Mapping[type[Kind], Reaction] = {
    DestinationChosen: _announce,
    CaseJoined: _announce,
    CaseEnded: _announce,
    CaseClosed: _announce,
    ReferralCancelled: _announce,
    ReferralClosed: _announce,
    AcceptanceWithdrawn: _announce,
    IncidentClosed: _run_over,
    UnitSent: _set_out,
    Stamped: _arrive,
}

REFERRALS: Mapping[type[Kind], Reaction] = referring_reactions.REACTIONS


async def react(desk: ReferralDesk, entries: Sequence[Entry]) -> None:
    """Handle a batch in its order."""
    for entry in entries:
        for half in (ARRIVALS, REFERRALS):
            reaction = half.get(type(entry.said))
            if reaction is not None:
                await reaction(desk, entry)
