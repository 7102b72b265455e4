"""The vehicle of an accepted referral, asked for again when the first one brought nobody."""

from typing import Any

from sqlalchemy import Connection, select

from ledger.errors import Conflict
from ledger.kinds.base import Act
from referrals.desk.asking import settle_run
from referrals.desk.context import ReferralDesk
from referrals.desk.offering import ask_for_transport
from referrals.desk.parties import judge
from referrals.desk.referring import act_on
from referrals.messages.referrals import ByReferral, ReferralView
from referrals.projections import referrals
from referrals.referral import ASK_RUN
from referrals.tables import journey
from web.caller import Caller


async def ask_again(desk: ReferralDesk, caller: Caller, request: ByReferral) -> ReferralView:
    """Another run to the facility that still holds the bed.

    Conflict while one is asked for already, for a patient who is there or comes without an ambulance, and when the crew
    ended the patient's journey: then there is nobody to bring, and the referral is to be called off or closed.
    """

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        settle_run(desk, connection, found.id, act)
        found = referrals.row(connection, found.id)
        judge(connection, caller, found, ASK_RUN)
        if not found.request.by_ambulance or found.arrived_at is not None:
            raise Conflict("referral-run-needless")
        if found.transport_requested_at is not None:
            raise Conflict("referral-run-asked")
        ended = select(journey.c.ended_at).where(journey.c.case_id == found.case_id)
        if connection.scalar(ended) is not None:
            raise Conflict("referral-case-ended")
        ask_for_transport(desk, connection, found, referrals.held(connection, found), act)

    return await act_on(desk, caller, request.referral_id, work)
