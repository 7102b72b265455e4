"""The receiving side: a facility that is asked acknowledges, asks back, accepts with a bed, or declines."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from ledger.errors import Conflict
from ledger.kinds.base import Act
from ledger.kinds.referral import (
    AcceptanceWithdrawn,
    FollowUpPlanned,
    InformationAsked,
    InformationSupplied,
    OfferAccepted,
    OfferAcknowledged,
    OfferDeclined,
    ReferralCancelled,
    TransportRequested,
)
from ledger.kinds.words import Direction
from ledger.participants import get_organisation
from referrals.desk.asking import ask_next, check_code, close, release, say, settle_run, withdraw
from referrals.desk.context import ReferralDesk, system_act
from referrals.desk.parties import offer_row, supervisor_of
from referrals.desk.referral_views import show_offer
from referrals.messages.referrals import (
    AcceptOffer,
    AskOffer,
    ByOffer,
    DeclineOffer,
    GiveBackOffer,
    OfferView,
    SupplyOffer,
)
from referrals.offers import DECLINE_CODES, GIVE_BACK, GIVE_BACK_CODES, OFFER, OfferState, answer_by
from referrals.projections import referrals
from referrals.referral import COMPLETE, REFERRAL, REFERRED_DOWN, ReferralState, is_wished_off, may_lose
from web.caller import Caller

ELSEWHERE = "accepted-elsewhere"
NOT_OPEN = "transition-not-open"


class Answered(Struct, frozen=True):
    """Which offer a command was about: what is kept for its repeats."""

    offer_id: UUID


async def _act_on(
    desk: ReferralDesk,
    caller: Caller,
    offer_id: UUID,
    work: Callable[[Connection, Any, Act], None],
    *,
    referring: bool = False,
) -> OfferView:
    now = desk.clock.now()

    def locked(connection: Connection) -> Answered:
        found = offer_row(connection, caller, offer_id, referring=referring)
        try:
            work(connection, found, caller.act(now))
        except Conflict as refused:
            if refused.code != NOT_OPEN or found.ended_at is None:
                raise
            raise Conflict("offer-over", at=found.ended_at.isoformat()) from None
        return Answered(offer_id)

    once = None if caller.once is None else msgspec.structs.replace(caller.once, returns=Answered)
    await desk.storage.write(locked, once=once)
    return await show_offer(desk, caller, offer_id)


async def acknowledge(desk: ReferralDesk, caller: Caller, request: ByOffer) -> OfferView:
    """Somebody has it in hand."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        fact = OfferAcknowledged(referral_id=found.referral_id, offer_id=found.id)
        say(desk, connection, act, fact, found.id)

    return await _act_on(desk, caller, request.offer_id, work)


async def ask(desk: ReferralDesk, caller: Caller, request: AskOffer) -> OfferView:
    """The facility wants to know more; the time for its answer runs on."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        fact = InformationAsked(referral_id=found.referral_id, offer_id=found.id, question=request.question)
        say(desk, connection, act, fact, found.id)

    return await _act_on(desk, caller, request.offer_id, work)


async def supply(desk: ReferralDesk, caller: Caller, request: SupplyOffer) -> OfferView:
    """The referring side answers, and the facility gets the full time for its own answer again."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        urgency = referrals.row(connection, found.referral_id).request.urgency
        fact = InformationSupplied(
            referral_id=found.referral_id,
            offer_id=found.id,
            answer=request.answer,
            answer_by=answer_by(urgency, act.recorded_at, desk.config.utc_offset_h),
        )
        say(desk, connection, act, fact, found.id)

    return await _act_on(desk, caller, request.offer_id, work, referring=True)


async def decline(desk: ReferralDesk, caller: Caller, request: DeclineOffer) -> OfferView:
    """The facility cannot take the patient: the next one is asked in the same write."""
    check_code(request.code, DECLINE_CODES)

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        fact = OfferDeclined(
            referral_id=found.referral_id,
            offer_id=found.id,
            code=request.code,
            remarks=request.remarks,
            advice=request.advice,
        )
        say(desk, connection, act, fact, found.id)
        _go_on(desk, connection, found, act)

    return await _act_on(desk, caller, request.offer_id, work)


async def give_back(desk: ReferralDesk, caller: Caller, request: GiveBackOffer) -> OfferView:
    """The facility that accepted cannot keep its word: the next one is asked, or a human must act.

    Who wished to call it off waited for that bed alone: then it is called off, and nobody else is asked. Conflict once
    the patient is there.
    """
    check_code(request.code, GIVE_BACK_CODES)

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        of = referrals.row(connection, found.referral_id)
        state = ReferralState(of.state)
        OFFER.advance(OfferState(found.state), GIVE_BACK, act.role)
        if not may_lose(state, arrived=of.arrived_at is not None):
            raise Conflict(NOT_OPEN, machine=REFERRAL.name, state=state, event=GIVE_BACK)
        fact = AcceptanceWithdrawn(
            referral_id=found.referral_id, offer_id=found.id, code=request.code, remarks=request.remarks
        )
        say(desk, connection, act, fact, found.id)
        if is_wished_off(state):
            own = system_act(of.centre_id, act.recorded_at)
            off = ReferralCancelled(referral_id=of.id, code=of.end_code or "other", remarks=of.end_remarks)
            desk.write(connection, of.case_id, own, off)
            release(desk, connection, found.id, own)
        else:
            _go_on(desk, connection, found, act)
        settle_run(desk, connection, of.id, act)

    return await _act_on(desk, caller, request.offer_id, work)


def _go_on(desk: ReferralDesk, connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
    own = system_act(referrals.row(connection, found.referral_id).centre_id, act.recorded_at)
    release(desk, connection, found.id, own)
    ask_next(desk, connection, found.referral_id, own)


async def accept(desk: ReferralDesk, caller: Caller, request: AcceptOffer) -> OfferView:
    """Take the patient. The first acceptance wins; with it the others are withdrawn and the vehicle is asked for."""
    hold_s = desk.config.hold_s if request.hold_minutes is None else request.hold_minutes * 60

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        fact = OfferAccepted(
            referral_id=found.referral_id,
            offer_id=found.id,
            facility_id=found.facility_id,
            department=request.department,
            bed=request.bed,
            contact=request.contact,
            remarks=request.remarks,
            hold_until=act.recorded_at + timedelta(seconds=hold_s),
        )
        say(desk, connection, act, fact, found.id)
        withdraw(desk, connection, found.referral_id, ELSEWHERE, act.recorded_at, held=False)
        of = referrals.row(connection, found.referral_id)
        if of.request.by_ambulance:
            ask_for_transport(desk, connection, of, referrals.held(connection, of), act)
        if of.request.direction is Direction.DOWN:
            _plan_follow_up(desk, connection, of, found.facility_id, act)

    return await _act_on(desk, caller, request.offer_id, work)


def ask_for_transport(desk: ReferralDesk, connection: Connection, of: Any, held: Any, act: Act) -> None:  # noqa: ANN401
    """A vehicle is asked for, to the facility of the offer that holds the bed."""
    fact = TransportRequested(
        referral_id=of.id,
        from_facility_id=of.from_facility_id,
        to_facility_id=held.facility_id,
        urgency=of.request.urgency,
        capabilities=of.request.capabilities,
        remarks=" ".join(part for part in (held.department, held.bed, held.contact) if part),
    )
    desk.write(connection, of.case_id, act, fact)


def _plan_follow_up(
    desk: ReferralDesk,
    connection: Connection,
    of: Any,  # noqa: ANN401
    facility_id: UUID,
    act: Act,
) -> None:
    """The visit is due in two weeks; the referral up that this one answers has come to its end by it."""
    config, now = desk.config, act.recorded_at
    supervisor, role = supervisor_of(connection, get_organisation(connection, facility_id).county)
    due = now + timedelta(days=config.visit_days)
    fact = FollowUpPlanned(
        referral_id=of.id,
        facility_id=facility_id,
        due_at=due,
        remind_at=now + timedelta(days=config.remind_days),
        escalate_at=due + timedelta(days=config.overdue_days),
        supervisor_id=supervisor,
        supervisor_role=role,
        plan=of.request.plan,
    )
    desk.write(connection, of.case_id, act, fact)
    if of.request.based_on is not None:
        up = referrals.row(connection, of.request.based_on)
        own = system_act(of.centre_id, now)
        if (ReferralState(up.state), COMPLETE) in REFERRAL.rows and up.outcome is not None:
            close(desk, connection, up, REFERRED_DOWN, own)
