"""The side that took the patient: they came, what was found and done, and a cancellation confirmed."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from ledger.kinds.base import Act
from ledger.kinds.referral import OutcomeSent, ReferralArrived, ReferralCancelled
from referrals.desk.asking import check_code, settle_run, withdraw
from referrals.desk.context import ReferralDesk
from referrals.desk.parties import judge
from referrals.desk.referring import act_on
from referrals.messages.referrals import ByReferral, ReferralView, SendOutcome
from referrals.referral import (
    ARRIVE,
    CONFIRM_CANCEL,
    OUTCOMES,
    REFERRAL,
    SEND_OUTCOME,
    ReferralState,
)
from referrals.tables import offer
from web.caller import Caller


def arrive(desk: ReferralDesk, connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
    """The patient is there; the outcome is awaited from now on, unless a follow-up was agreed in its place."""
    held = connection.execute(
        select(offer.c.facility_id).where(offer.c.id == found.accepted_offer_id)
    ).scalar_one()
    after = REFERRAL.rows[ReferralState(found.state), ARRIVE].to
    awaited = (after, SEND_OUTCOME) in REFERRAL.rows
    outcome_by = act.recorded_at + timedelta(seconds=desk.config.outcome_s) if awaited else None
    fact = ReferralArrived(referral_id=found.id, facility_id=held, outcome_by=outcome_by)
    desk.write(connection, found.case_id, act, fact)


async def arrived(desk: ReferralDesk, caller: Caller, request: ByReferral) -> ReferralView:
    """The patient came by another way than an ambulance, or nobody signed."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, ARRIVE)
        arrive(desk, connection, found, act)

    return await act_on(desk, caller, request.referral_id, work)


async def send_outcome(desk: ReferralDesk, caller: Caller, request: SendOutcome) -> ReferralView:
    """Tell the referring side; it may also answer a request to cancel, when care already took place."""
    check_code(request.outcome, OUTCOMES)

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, SEND_OUTCOME)
        fact = OutcomeSent(
            referral_id=found.id,
            outcome=request.outcome,
            diagnosis=request.diagnosis,
            summary=request.summary,
            advice=request.advice,
        )
        desk.write(connection, found.case_id, act, fact)

    return await act_on(desk, caller, request.referral_id, work)


async def confirm_cancel(desk: ReferralDesk, caller: Caller, request: ByReferral) -> ReferralView:
    """The receiving side agrees: the bed is free again, and a vehicle that was asked for has lost its goal."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, CONFIRM_CANCEL)
        fact = ReferralCancelled(
            referral_id=found.id, code=found.end_code or "other", remarks=found.end_remarks
        )
        desk.write(connection, found.case_id, act, fact)
        withdraw(desk, connection, found.id, "cancelled", act.recorded_at, held=True)
        settle_run(desk, connection, found.id, act)

    return await act_on(desk, caller, request.referral_id, work)
