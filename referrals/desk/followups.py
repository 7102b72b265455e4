"""Follow-up of patients who came back: visits due, visits made (随访)."""

from typing import Any

from sqlalchemy import Connection, or_, select

from ledger.kinds.base import Act
from ledger.kinds.referral import FollowUpPlanned, FollowUpVisited
from ledger.participants import list_organisations
from referrals.desk.asking import check_code, close
from referrals.desk.context import ReferralDesk, reported_act
from referrals.desk.parties import acts_for, judge, reads
from referrals.desk.referral_views import facility_name
from referrals.desk.referring import act_on
from referrals.messages.referrals import (
    ByReferral,
    FollowUpItem,
    FollowUpList,
    ListFollowUps,
    RecordVisit,
    ReferralView,
)
from referrals.projections import referrals
from referrals.referral import COMPLETED, KEEP, VISIT, VISIT_WAYS
from referrals.tables import follow_up, journey, referral, visit
from web.caller import Caller


async def record_visit(desk: ReferralDesk, caller: Caller, request: RecordVisit) -> ReferralView:
    """A visit was made: the referral has come to its end, and with it the case if nothing else of it is open."""
    check_code(request.way, VISIT_WAYS)
    now = desk.clock.now()
    names = (name for name in FollowUpVisited.__struct_fields__)
    fact = FollowUpVisited(**{name: getattr(request, name) for name in names})
    reported = reported_act(caller, now, request.visited_at)

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        known = select(visit.c.entry_id).where(
            visit.c.referral_id == found.id, visit.c.command_id == request.command_id
        )
        if connection.execute(known).first() is not None:
            return
        judge(connection, caller, found, VISIT)
        desk.write(connection, found.case_id, reported, fact)
        close(desk, connection, referrals.row(connection, found.id), COMPLETED, act)

    return await act_on(desk, caller, request.referral_id, work)


async def keep(desk: ReferralDesk, caller: Caller, request: ByReferral) -> ReferralView:
    """The visit is made as it was planned: the clinic refuses to call it off, or who wished that takes it back.

    Conflict when nobody waits for an answer to such a wish.
    """

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, KEEP)
        said = [entry.said for entry in desk.book.read(connection, found.case_id)]
        planned = [s for s in said if isinstance(s, FollowUpPlanned) and s.referral_id == found.id]
        desk.write(connection, found.case_id, act, planned[-1])

    return await act_on(desk, caller, request.referral_id, work)


async def list_follow_ups(desk: ReferralDesk, caller: Caller, request: ListFollowUps) -> FollowUpList:
    """Visits that the caller's facility owes, and overdue ones that it supervises; the most urgent first."""
    now = desk.clock.now()

    def look(connection: Connection) -> FollowUpList:
        mine = acts_for(connection, caller)
        query = (
            select(follow_up, referral, journey.c.patient)
            .join(referral, referral.c.id == follow_up.c.referral_id)
            .join(journey, journey.c.case_id == follow_up.c.case_id)
            .where(
                follow_up.c.ended_at.is_(None),
                reads(follow_up.c.case_id, mine, caller),
                or_(
                    follow_up.c.facility_id.in_(mine),
                    follow_up.c.supervisor_id.in_(mine) & (follow_up.c.due_at <= now),
                ),
            )
            .order_by(follow_up.c.due_at, follow_up.c.referral_id)
            .limit(request.limit)
        )
        houses = {found.id: found for found in list_organisations(connection)}
        return FollowUpList(
            followups=tuple(
                FollowUpItem(
                    referral_id=row.referral_id,
                    referral_code=row.code,
                    case_id=row.case_id,
                    patient=row.patient,
                    diagnosis=row.request.diagnosis,
                    plan=row.plan,
                    facility_id=row.facility_id,
                    from_facility=facility_name(houses, row.from_facility_id),
                    remind_at=row.remind_at,
                    due_at=row.due_at,
                    escalate_at=row.escalate_at,
                    overdue=row.due_at <= now,
                )
                for row in connection.execute(query)
            )
        )

    return await desk.storage.read(look)
