"""The steps that several use cases and reactions take: ask the next facility, end an offer, close a case."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, or_, select

from ledger import streams
from ledger.errors import Invalid
from ledger.ids import new_id
from ledger.kinds.base import Act
from ledger.kinds.referral import (
    CaseClosed,
    OfferMade,
    OfferWithdrawn,
    ReferralClosed,
    ReferralUnplaced,
    RunFailed,
)
from ledger.kinds.words import Direction
from ledger.participants import get_organisation
from referrals.desk.context import ReferralDesk, system_act
from referrals.desk.goals import closed_as, is_called_off
from referrals.desk.parties import told_at
from referrals.offers import HOLDING, LIVE, acknowledge_by, answer_by
from referrals.projections import offers, referrals
from referrals.referral import CARE_OVER, COMPLETED, ENDED
from referrals.tables import journey, notice, offer, referral

OFFER_OVER = "offer-over"
"""Why a facility that was asked reads no further."""


def check_code(code: str, allowed: tuple[str, ...]) -> None:
    """Invalid when the code is none of those allowed."""
    if code not in allowed:
        raise Invalid("referral-code-unknown", field="code", allowed=", ".join(allowed))


def say(desk: ReferralDesk, connection: Connection, act: Act, fact: Any, offer_id: UUID) -> None:  # noqa: ANN401
    """Append what is said about one offer, for those alone whom it concerns."""
    found = offers.row(connection, offer_id)
    desk.book.append(connection, found.case_id, fact, act, offers.audience(found))


def ask_next(desk: ReferralDesk, connection: Connection, referral_id: UUID, act: Act) -> None:
    """Ask whoever is next in the approved order, or all of them at once; without anybody left a human must act."""
    found = referrals.row(connection, referral_id)
    waiting = _live(connection, referral_id)
    left = found.candidates[found.asked :]
    if waiting and not found.request.parallel:
        return
    for facility_id in left if found.request.parallel else left[:1]:
        _ask(desk, connection, found, facility_id, act)
    if not left and not waiting:
        unplaced = ReferralUnplaced(referral_id=referral_id)
        own = system_act(found.centre_id, act.recorded_at)
        desk.book.append(connection, found.case_id, unplaced, own)


def _ask(desk: ReferralDesk, connection: Connection, found: Any, facility_id: UUID, act: Act) -> None:  # noqa: ANN401
    now, urgency, offset_h = act.recorded_at, found.request.urgency, desk.config.utc_offset_h
    told, role = told_at(connection, get_organisation(connection, facility_id))
    fact = OfferMade(
        referral_id=found.id,
        offer_id=new_id(now),
        facility_id=facility_id,
        acknowledge_by=acknowledge_by(urgency, now, offset_h),
        answer_by=answer_by(urgency, now, offset_h),
        told_organisation_id=told,
        told_role=role,
    )
    readers = (found.from_facility_id, found.told_organisation_id, found.centre_id, facility_id, told)
    desk.book.append(connection, found.case_id, fact, act, tuple(dict.fromkeys(readers)))


def _live(connection: Connection, referral_id: UUID) -> list[UUID]:
    query = select(offer.c.id).where(offer.c.referral_id == referral_id, offer.c.state.in_(LIVE))
    return list(connection.scalars(query.order_by(offer.c.made_at, offer.c.id)))


def withdraw(
    desk: ReferralDesk, connection: Connection, referral_id: UUID, because: str, now: datetime, *, held: bool
) -> None:
    """Nobody is asked any more, and no bed is held when `held` says so: a consequence that the service draws."""
    found = referrals.row(connection, referral_id)
    ended = _live(connection, referral_id)
    if held:
        mine = (offer.c.referral_id == referral_id) & offer.c.state.in_(HOLDING)
        ended += list(connection.scalars(select(offer.c.id).where(mine)))
    act = system_act(found.centre_id, now)
    for offer_id in ended:
        fact = OfferWithdrawn(referral_id=referral_id, offer_id=offer_id, because=because)
        say(desk, connection, act, fact, offer_id)
        release(desk, connection, offer_id, act)


def release(desk: ReferralDesk, connection: Connection, offer_id: UUID, act: Act) -> None:
    """A facility that is out reads no further, unless it has another part in this patient's journey."""
    found = offers.row(connection, offer_id)
    told = offers.audience(found)
    for reader in dict.fromkeys((found.facility_id, found.told_organisation_id)):
        if not _has_other_part(desk, connection, found, reader, act.recorded_at):
            desk.book.release(connection, found.case_id, reader, OFFER_OVER, act, told)


def release_facility(
    desk: ReferralDesk, connection: Connection, case_id: UUID, facility_id: UUID, act: Act
) -> None:
    """A facility whose offer is over and to which the patient is not brought any more reads no further."""
    over = (offer.c.case_id == case_id) & (offer.c.facility_id == facility_id) & offer.c.ended_at.is_not(None)
    reads = streams.readable_by(offer.c.case_id, facility_id)
    query = select(offer.c.id).where(over, reads).order_by(offer.c.made_at.desc(), offer.c.id.desc())
    last = connection.scalar(query.limit(1))
    if last is None:
        return
    found = offers.row(connection, last)
    if not _has_other_part(desk, connection, found, facility_id, act.recorded_at):
        desk.book.release(connection, case_id, facility_id, OFFER_OVER, act, offers.audience(found))


def _has_other_part(
    desk: ReferralDesk,
    connection: Connection,
    found: Any,  # noqa: ANN401
    reader: UUID,
    now: datetime,
) -> bool:
    if streams.reason_of(connection, found.case_id, reader) != offers.OFFERED:
        return True
    asked = select(offer.c.id).where(
        offer.c.case_id == found.case_id,
        offer.c.id != found.id,
        offer.c.state.in_(LIVE | HOLDING),
        or_(offer.c.facility_id == reader, offer.c.told_organisation_id == reader),
    )
    refers = select(referral.c.id).where(
        referral.c.case_id == found.case_id,
        or_(referral.c.from_facility_id == reader, referral.c.told_organisation_id == reader),
    )
    told = select(notice.c.id).where(notice.c.live_case_id == found.case_id, notice.c.facility_id == reader)
    if any(connection.execute(query.limit(1)).first() for query in (asked, refers, told)):
        return True
    goal = select(journey).where(journey.c.case_id == found.case_id, journey.c.destination_id == reader)
    bound = connection.execute(goal).one_or_none()
    return bound is not None and not is_called_off(desk, connection, bound, now)


def close(
    desk: ReferralDesk,
    connection: Connection,
    found: Any,  # noqa: ANN401
    code: str,
    act: Act,
    remarks: str = "",
) -> None:
    """End a referral; the case ends with the last one that was completed, once nobody has the patient in care."""
    desk.book.append(
        connection, found.case_id, ReferralClosed(referral_id=found.id, code=code, remarks=remarks), act
    )
    if code == COMPLETED and _is_over(connection, found.case_id):
        desk.book.append(connection, found.case_id, CaseClosed(code=COMPLETED), act)


def settle_run(desk: ReferralDesk, connection: Connection, referral_id: UUID, act: Act) -> None:
    """A vehicle that was asked for comes no more when its run is closed and this patient did not arrive.

    When it closed nothing was said of that, as long as a signature could still come.
    """
    found = referrals.row(connection, referral_id)
    if found.transport_requested_at is None or found.run_incident_id is None or found.arrived_at is not None:
        return
    code = closed_as(desk, connection, found.run_incident_id)
    if code is not None:
        fact = RunFailed(referral_id=found.id, incident_id=found.run_incident_id, code=code)
        desk.write(connection, found.case_id, system_act(found.centre_id, act.recorded_at), fact)


def _is_over(connection: Connection, case_id: UUID) -> bool:
    """No referral of the case is open, the newest that was completed ended the care, and the case has not ended yet.

    An outcome that was read ends no journey by itself: who was admitted lies in the ward and is still to come home.
    """
    left = connection.scalar(
        select(func.count()).where(referral.c.case_id == case_id, referral.c.state.not_in(ENDED))
    )
    ended = connection.scalar(select(journey.c.ended_at).where(journey.c.case_id == case_id))
    return not left and ended is None and _has_ended_care(connection, case_id)


def _has_ended_care(connection: Connection, case_id: UUID) -> bool:
    done = (referral.c.case_id == case_id) & (referral.c.end_code == COMPLETED)
    query = select(referral).where(done).order_by(referral.c.created_at.desc(), referral.c.id.desc())
    newest = connection.execute(query.limit(1)).one_or_none()
    if newest is None:
        return False
    if newest.outcome is None:  # a referral down is completed by its visit
        return bool(newest.request.direction is Direction.DOWN)
    return newest.outcome.outcome in CARE_OVER
