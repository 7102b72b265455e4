"""The referring side: ask for a patient to be taken over, approve more facilities, call it off, look."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from ledger import streams
from ledger.errors import Conflict, Forbidden, Invalid, NotFound
from ledger.kinds.base import Act
from ledger.kinds.referral import (
    CancelRequested,
    CandidatesAdded,
    FacilityOpenedCase,
    ReferralCancelled,
    ReferralRequested,
)
from ledger.kinds.words import Direction
from ledger.participants import Organisation
from ledger.storage import Once
from referrals.desk.asking import ask_next, check_code, close, settle_run, withdraw
from referrals.desk.codes import new_code
from referrals.desk.context import ReferralDesk
from referrals.desk.parties import (
    acts_for,
    circle,
    facility_of,
    has_in_care,
    has_part,
    hold_facility,
    judge,
    own_facility,
    reads,
    referral_row,
    region_centre,
)
from referrals.desk.referral_views import show, shown, with_etas
from referrals.messages.referrals import (
    AddCandidates,
    ByReferral,
    EndReferral,
    ListReferrals,
    NewReferral,
    ReferralList,
    ReferralView,
)
from referrals.offers import HOLDING, cancel_by
from referrals.projections import referrals
from referrals.referral import (
    ADD_CANDIDATES,
    CANCEL,
    CANCEL_CODES,
    CLOSE_CODES,
    COMPLETED,
    CONTINUE,
    ENDED,
    REFERRED_ONWARD,
    REQUEST_CANCEL,
    closing_event,
)
from referrals.tables import journey, offer, referral
from referrals.tiers import level, objection
from web.caller import Caller


class Done(Struct, frozen=True):
    """Which referral a command was about: what is kept for its repeats."""

    referral_id: UUID


def kept(once: Once | None) -> Once | None:
    """A command whose stored answer is the referral's id; what is shown of it is looked up each time."""
    return None if once is None else msgspec.structs.replace(once, returns=Done)


async def act_on(
    desk: ReferralDesk, caller: Caller, referral_id: UUID, work: Callable[[Connection, Any, Act], None]
) -> ReferralView:
    """One command on one referral, its case locked: `work` gets the row and the caller's act."""
    now = desk.clock.now()

    def locked(connection: Connection) -> Done:
        found = referral_row(connection, caller, referral_id, locked=True)
        work(connection, found, caller.act(now))
        return Done(referral_id)

    done = await desk.storage.write(locked, once=kept(caller.once))
    return await show(desk, caller, done.referral_id)


async def refer(desk: ReferralDesk, caller: Caller, request: NewReferral) -> ReferralView:
    """Ask the first facility, or all at once. The ids follow from the command's: a repeat finds the same referral."""
    if (request.case_id is None) == (request.patient is None):
        raise Invalid("referral-needs-patient", field="patient")
    if len(set(request.candidates)) != len(request.candidates):
        raise Invalid("referral-candidate-twice", field="candidates")
    if request.direction is Direction.DOWN and not request.plan.strip():
        raise Invalid("referral-needs-plan", field="plan")
    now, code = desk.clock.now(), new_code()
    work = partial(_refer, desk, caller, request, now, code)
    done = await desk.storage.write(work, once=kept(caller.once))
    return await show(desk, caller, done.referral_id)


def _refer(
    desk: ReferralDesk,
    caller: Caller,
    request: NewReferral,
    now: datetime,
    code: str,
    connection: Connection,
) -> Done:
    here = own_facility(connection, caller)
    hold_facility(connection, here.id)
    referral_id = uuid5(here.id, f"referral:{request.command_id}")
    if connection.execute(select(referral.c.id).where(referral.c.id == referral_id)).first() is not None:
        return Done(referral_id)
    before = _before(connection, caller, request)
    for facility_id in request.candidates:
        _check_way(facility_of(connection, facility_id), here, request, before)
    centre_id = region_centre(connection)
    act = caller.act(now)
    case_id = request.case_id or uuid5(here.id, f"case:{request.command_id}")
    if request.patient is None:
        _check_case(connection, caller, case_id)
    else:
        desk.book.open_case(connection, case_id, act)
        opened = FacilityOpenedCase(patient=request.patient, facility_id=here.id, centre_id=centre_id)
        desk.write(connection, case_id, act, opened)
    fact = ReferralRequested(
        referral_id=referral_id,
        code=code,
        centre_id=centre_id,
        direction=request.direction,
        urgency=request.urgency,
        from_facility_id=here.id,
        candidates=request.candidates,
        parallel=request.parallel,
        reason=request.reason,
        diagnosis=request.diagnosis,
        department=request.department,
        capabilities=request.capabilities,
        by_ambulance=request.by_ambulance,
        criteria=request.criteria,
        treatment=request.treatment,
        plan=request.plan,
        skip_reason=request.skip_reason,
        callback=request.callback,
        based_on=request.based_on,
        replaces=request.replaces,
    )
    told = tuple(dict.fromkeys((here.id, caller.organisation_id, centre_id)))
    desk.book.append(connection, case_id, fact, act, told)
    ask_next(desk, connection, referral_id, act)
    _continue(desk, connection, caller, request, act)
    return Done(referral_id)


def _before(connection: Connection, caller: Caller, request: NewReferral) -> Any:  # noqa: ANN401
    """The referral that this one answers or continues; Invalid unless it is one of the same case."""
    found = None
    for field in ("based_on", "replaces"):
        referral_id = getattr(request, field)
        if referral_id is None:
            continue
        try:
            found = referral_row(connection, caller, referral_id)
        except NotFound:
            raise Invalid("referral-unknown", field=field) from None
        if found.case_id != request.case_id:
            raise Invalid("referral-of-other-case", field=field)
    return found


def _check_way(there: Organisation, here: Organisation, request: NewReferral, before: Any) -> None:  # noqa: ANN401
    """Invalid when the levels do not allow it, or a facility asks itself."""
    if there.id == here.id:
        raise Invalid("referral-to-self", field="candidates")
    reason = objection(
        request.direction,
        request.urgency,
        level(here.kind, here.tier),
        level(there.kind, there.tier),
        explained=bool(request.skip_reason.strip()),
        returns=before is not None and before.from_facility_id == there.id,
    )
    if reason is not None:
        field = "skip_reason" if reason.code == "referral-skips-level" else "candidates"
        raise Invalid(reason.code, field=field, facility_id=str(there.id))


def _check_case(connection: Connection, caller: Caller, case_id: UUID) -> None:
    """NotFound unless the caller may read the case, Forbidden for who only looks on, Conflict when the journey is over.

    Locked from here on.
    """
    mine = acts_for(connection, caller)
    query = select(journey).where(journey.c.case_id == case_id, reads(journey.c.case_id, mine, caller))
    found = connection.execute(query).one_or_none()
    if found is not None:
        streams.lock(connection, case_id)
        # Whoever held the lock may have ended the caller's right to read.
        found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("case-not-found")
    if not has_in_care(connection, case_id, mine, caller):
        raise Forbidden("case-not-in-your-care")
    if found.ended_at is not None:
        raise Conflict("referral-case-ended")


def _continue(
    desk: ReferralDesk,
    connection: Connection,
    caller: Caller,
    request: NewReferral,
    act: Act,
) -> None:
    """Who received the patient and refers them on has ended its own part by that."""
    if request.replaces is None:
        return
    found = referrals.row(connection, request.replaces)
    if found.state in ENDED:
        return
    judge(connection, caller, found, CONTINUE)
    close(desk, connection, found, REFERRED_ONWARD, act)


async def add_candidates(desk: ReferralDesk, caller: Caller, request: AddCandidates) -> ReferralView:
    """A person approves further facilities: the way out of an unplaced referral. Those waiting are not asked twice."""

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, ADD_CANDIDATES)
        waiting = set(found.candidates[found.asked :]) | set(_busy(connection, found.id))
        fresh = [c for c in dict.fromkeys(request.candidates) if c not in waiting]
        for facility_id in fresh:
            if facility_of(connection, facility_id).id == found.from_facility_id:
                raise Invalid("referral-to-self", field="candidates")
        if not fresh:
            raise Invalid("referral-candidate-twice", field="candidates")
        fact = CandidatesAdded(referral_id=found.id, candidates=tuple(fresh), reason=request.reason)
        desk.book.append(connection, found.case_id, fact, act, circle(found))
        ask_next(desk, connection, found.id, act)

    return await act_on(desk, caller, request.referral_id, work)


def _busy(connection: Connection, referral_id: UUID) -> list[UUID]:
    """Facilities that are being asked now."""
    query = select(offer.c.facility_id).where(offer.c.referral_id == referral_id, offer.c.ended_at.is_(None))
    return list(connection.scalars(query))


async def cancel(desk: ReferralDesk, caller: Caller, request: EndReferral) -> ReferralView:
    """Call it off: at once while nobody has accepted, afterwards as a request that the receiving side confirms."""
    check_code(request.code, CANCEL_CODES)

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        if found.accepted_offer_id is not None:
            judge(connection, caller, found, REQUEST_CANCEL)
            desk.write(
                connection,
                found.case_id,
                act,
                CancelRequested(
                    referral_id=found.id,
                    code=request.code,
                    remarks=request.remarks,
                    answer_by=cancel_by(found.request.urgency, act.recorded_at, desk.config.utc_offset_h),
                ),
            )
            return
        judge(connection, caller, found, CANCEL)
        fact = ReferralCancelled(referral_id=found.id, code=request.code, remarks=request.remarks)
        desk.write(connection, found.case_id, act, fact)
        withdraw(desk, connection, found.id, "cancelled", act.recorded_at, held=False)
        settle_run(desk, connection, found.id, act)

    return await act_on(desk, caller, request.referral_id, work)


async def end(desk: ReferralDesk, caller: Caller, request: EndReferral) -> ReferralView:
    """Close it: `completed` after the outcome was read, or with the coded reason why it ended otherwise."""
    check_code(request.code, (COMPLETED, *CLOSE_CODES))

    def work(connection: Connection, found: Any, act: Act) -> None:  # noqa: ANN401
        judge(connection, caller, found, closing_event(request.code))
        close(desk, connection, found, request.code, act, request.remarks)
        if found.arrived_at is None and _is_held(connection, found.id):
            withdraw(desk, connection, found.id, "closed", act.recorded_at, held=True)
        settle_run(desk, connection, found.id, act)

    return await act_on(desk, caller, request.referral_id, work)


def _is_held(connection: Connection, referral_id: UUID) -> bool:
    mine = (offer.c.referral_id == referral_id) & offer.c.state.in_(HOLDING)
    return connection.execute(select(offer.c.id).where(mine)).first() is not None


async def get_referral(desk: ReferralDesk, caller: Caller, request: ByReferral) -> ReferralView:
    """One referral."""
    await desk.storage.read(partial(referral_row, caller=caller, referral_id=request.referral_id))
    return await show(desk, caller, request.referral_id)


async def list_referrals(desk: ReferralDesk, caller: Caller, request: ListReferrals) -> ReferralList:
    """The referrals that the caller has a part in, newest first."""
    now = desk.clock.now()

    def look(connection: Connection) -> Any:  # noqa: ANN401
        mine = acts_for(connection, caller)
        query = select(referral).where(has_part(mine), reads(referral.c.case_id, mine, caller))
        sent = referral.c.from_facility_id.in_(mine)
        if request.mine != "all":
            query = query.where(sent if request.mine == "sent" else ~sent)
        if request.open:
            query = query.where(referral.c.state.not_in(ENDED))
        newest = query.order_by(referral.c.created_at.desc(), referral.c.id).limit(request.limit)
        return shown(desk, connection, caller, connection.execute(newest).all(), now)

    return ReferralList(referrals=with_etas(desk, await desk.storage.read(look), now))
