"""What follows for referrals from an entry: a silent offer ends, a bed waits for a moving vehicle, a patient arrives,
or is brought by nobody.

Seeing an entry again does nothing: each reaction looks at how things stand under the case's lock.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, select

from geo.shapes import Position
from ledger import streams
from ledger.book import Entry
from ledger.kinds.assignment import Stamped
from ledger.kinds.base import Kind
from ledger.kinds.case import CaseEnded
from ledger.kinds.common import DeadlinePassed
from ledger.kinds.incident import IncidentClosed
from ledger.kinds.notice import PatientHandedOver
from ledger.kinds.referral import HoldExtended, OfferExpired, RunFailed
from ledger.participants import get_organisation
from referrals.desk.asking import ask_next, release, say
from referrals.desk.context import ReferralDesk, system_act
from referrals.desk.receiving import arrive
from referrals.offers import HOLDING, LIVE
from referrals.outside import Run, eta_of
from referrals.projections import offers, referrals
from referrals.referral import ARRIVE, BROUGHT_ELSEWHERE, ENDED, FAIL_RUN, REFERRAL, ReferralState
from referrals.tables import follow_up, journey, offer, referral


async def _deadline_passed(desk: ReferralDesk, entry: Entry) -> None:
    fact = entry.said
    assert isinstance(fact, DeadlinePassed)
    if fact.deadline == offers.ANSWER:
        await expire(desk, fact.subject_id, fact.due_at)
    passed = _PASSED.get(fact.deadline)
    if passed is not None:
        await passed(desk, fact.subject_id)


async def expire(desk: ReferralDesk, offer_id: UUID, due_at: datetime) -> None:
    """Nobody answered until `due_at`: the offer is over and the next facility is asked in the same write.

    That time has passed is the ledger's word. The clock here may be another host's, or have been set back.
    """
    now = desk.clock.now()

    def work(connection: Connection) -> None:
        found = offers.row(connection, offer_id)
        streams.lock(connection, found.case_id)
        found = offers.row(connection, offer_id)
        if found.state not in LIVE or found.answer_by > due_at:
            return
        act = system_act(found.centre_id, now)
        fact = OfferExpired(referral_id=found.referral_id, offer_id=offer_id)
        say(desk, connection, act, fact, offer_id)
        release(desk, connection, offer_id, act)
        ask_next(desk, connection, found.referral_id, act)

    await desk.storage.write(work)


class _Held(Struct, frozen=True):
    """A bed that waits, and the run that brings the patient to it."""

    offer_id: UUID
    hold_until: datetime
    run: Run
    goal: Position | None


async def extend_hold(desk: ReferralDesk, offer_id: UUID) -> None:
    """While the vehicle is on its way the bed waits for it, until half an hour after it should be there."""
    now = desk.clock.now()
    held = await desk.storage.read(partial(_held, desk, offer_id, now))
    if held is None or held.goal is None:
        return
    eta = eta_of(desk.runs, held.run, held.goal, now)
    if eta is None:
        return
    until = max(eta.at, now) + timedelta(seconds=desk.config.hold_margin_s)
    if until > held.hold_until:
        await desk.storage.write(partial(_extend, desk, offer_id, until, now))


def _held(desk: ReferralDesk, offer_id: UUID, now: datetime, connection: Connection) -> _Held | None:
    found = offers.row(connection, offer_id)
    of = referrals.row(connection, found.referral_id)
    run = desk.runs.find(connection, [found.case_id], now).get(found.case_id)
    if found.state not in HOLDING or of.arrived_at is not None:
        return None
    if run is None or run.incident_id != of.run_incident_id:
        return None
    house = get_organisation(connection, found.facility_id)
    placed = house.lon is not None and house.lat is not None
    return _Held(
        offer_id=offer_id,
        hold_until=found.hold_until,
        run=run,
        goal=Position(house.lon or 0.0, house.lat or 0.0) if placed else None,
    )


def _extend(
    desk: ReferralDesk, offer_id: UUID, until: datetime, now: datetime, connection: Connection
) -> None:
    found = offers.row(connection, offer_id)
    streams.lock(connection, found.case_id)
    found = offers.row(connection, offer_id)
    arrived = referrals.row(connection, found.referral_id).arrived_at
    if found.state not in HOLDING or arrived is not None or found.hold_until >= until:
        return
    fact = HoldExtended(referral_id=found.referral_id, offer_id=offer_id, hold_until=until)
    say(desk, connection, system_act(found.centre_id, now), fact, offer_id)


async def admit_supervisor(desk: ReferralDesk, referral_id: UUID) -> None:
    """The visit was not made in time: from now on the county's office may look, and a day later it is told."""
    now = desk.clock.now()

    def work(connection: Connection) -> None:
        found = referrals.row(connection, referral_id)
        streams.lock(connection, found.case_id)
        planned = connection.execute(
            select(follow_up).where(follow_up.c.referral_id == referral_id, follow_up.c.ended_at.is_(None))
        ).one_or_none()
        if planned is None or planned.supervisor_id is None:
            return
        if streams.reason_of(connection, found.case_id, planned.supervisor_id) is None:
            act = system_act(found.centre_id, now)
            desk.book.admit(connection, found.case_id, planned.supervisor_id, streams.SUPERVISES, act)

    await desk.storage.write(work)


async def _handed_over(desk: ReferralDesk, entry: Entry) -> None:
    """Both sides signed at the facility that accepted: the referred patient is there."""
    fact = entry.said
    assert isinstance(fact, PatientHandedOver)
    now = desk.clock.now()

    def work(connection: Connection) -> None:
        streams.lock(connection, entry.stream_id)
        for found in _awaited(connection, entry.stream_id, fact.facility_id):
            arrive(desk, connection, found, system_act(found.centre_id, now, entry.act.at))

    await desk.storage.write(work)


def _awaited(connection: Connection, case_id: UUID, facility_id: UUID) -> list[Any]:
    """The case's referrals whose patient this facility still expects."""
    query = (
        select(referral)
        .join(offer, offer.c.id == referral.c.accepted_offer_id)
        .where(referral.c.case_id == case_id, offer.c.facility_id == facility_id)
        .where(referral.c.arrived_at.is_(None))
    )
    rows = connection.execute(query).all()
    return [row for row in rows if (ReferralState(row.state), ARRIVE) in REFERRAL.rows]


async def _case_ended(desk: ReferralDesk, entry: Entry) -> None:
    """The crew ended the patient's journey: nobody comes to the facility that waits."""
    fact = entry.said
    assert isinstance(fact, CaseEnded)
    await _fail(desk, referral.c.case_id == entry.stream_id, fact.code)


async def _run_closed(desk: ReferralDesk, entry: Entry) -> None:
    """A run is over, perhaps without the patient, or with the patient brought elsewhere; or nobody waited for it."""
    fact = entry.said
    assert isinstance(fact, IncidentClosed)
    # Whoever asked for a vehicle after that gets another run, which the referral does not name yet.
    before = referral.c.transport_requested_at <= entry.act.recorded_at
    mine = (referral.c.run_incident_id == entry.stream_id) & before
    await _fail(desk, mine, fact.code, run_closed=True)


async def _fail(
    desk: ReferralDesk, which: ColumnElement[bool], code: str, *, run_closed: bool = False
) -> None:
    """Say of these referrals that their vehicle brings nobody, and why; who refers has to decide.

    Of a run that is closed it is said also where the referral had ended: then nobody need deal with that run any more.
    """
    now = desk.clock.now()
    waiting = which & referral.c.transport_requested_at.is_not(None) & referral.c.arrived_at.is_(None)
    query = select(referral).where(waiting)

    def work(connection: Connection) -> None:
        for case_id in connection.scalars(query.with_only_columns(referral.c.case_id).distinct()).all():
            streams.lock(connection, case_id)
            run = desk.runs.find(connection, [case_id], now).get(case_id) if run_closed else None
            for found in connection.execute(query.where(referral.c.case_id == case_id)).all():
                if (ReferralState(found.state), FAIL_RUN) not in REFERRAL.rows and not run_closed:
                    continue
                why = _why_nobody_came(connection, found, run, code)
                if why is None:
                    continue
                fact = RunFailed(referral_id=found.id, incident_id=found.run_incident_id, code=why)
                desk.write(connection, case_id, system_act(found.centre_id, now), fact)

    if await desk.storage.read(lambda connection: connection.execute(query).first()):
        await desk.storage.write(work)


def _why_nobody_came(connection: Connection, found: Any, run: Run | None, code: str) -> str | None:  # noqa: ANN401
    """Why a run that is over did not bring the patient to who waits; None while a signature may still say it did."""
    if found.state in ENDED or run is None:
        return code
    if not run.transported:
        return run.end_code or code
    bed = select(offer.c.facility_id).where(offer.c.id == found.accepted_offer_id)
    goal = select(journey.c.destination_id).where(journey.c.case_id == found.case_id)
    return None if connection.scalar(bed) == connection.scalar(goal) else BROUGHT_ELSEWHERE


async def _stamped(desk: ReferralDesk, entry: Entry) -> None:
    """A run moved on: the beds that wait for its patients may have to wait longer."""
    fact = entry.said
    assert isinstance(fact, Stamped)
    for offer_id in await desk.storage.read(partial(_beds_for, desk, fact.assignment_id)):
        await extend_hold(desk, offer_id)


def _beds_for(desk: ReferralDesk, assignment_id: UUID, connection: Connection) -> list[UUID]:
    cases = desk.runs.cases_of(connection, assignment_id)
    query = select(offer.c.id).where(offer.c.case_id.in_(cases), offer.c.state.in_(HOLDING))
    return list(connection.scalars(query)) if cases else []


_PASSED: Mapping[str, Callable[[ReferralDesk, UUID], Awaitable[None]]] = {
    referrals.HOLD: extend_hold,
    referrals.DUE: admit_supervisor,
}

REACTIONS: Mapping[type[Kind], Callable[[ReferralDesk, Entry], Awaitable[None]]] = {
    DeadlinePassed: _deadline_passed,
    PatientHandedOver: _handed_over,
    Stamped: _stamped,
    CaseEnded: _case_ended,
    IncidentClosed: _run_closed,
}
