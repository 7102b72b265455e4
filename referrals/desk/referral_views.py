"""Rows -> what is shown of a referral, its offers and its follow-up: to each side no more than its part."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from geo.shapes import Position
from ledger.participants import Organisation, list_organisations
from referrals.desk.context import ReferralDesk
from referrals.desk.parties import acts_for, sides_of
from referrals.messages.referrals import (
    FacilityName,
    FollowUpView,
    OfferView,
    OutcomeView,
    ReferralView,
    RunView,
    VisitView,
)
from referrals.offers import BY_REFERRING, OFFER, OfferState
from referrals.outside import Run, eta_of
from referrals.projections import referrals
from referrals.referral import ReferralState, Side, open_actions
from referrals.tables import follow_up, journey, offer, referral, visit
from web.caller import Caller

SEES_ALL = frozenset({Side.REFERRING, Side.CENTRE})


class Shown(Struct, frozen=True):
    """Views with the runs behind them, and where each run goes."""

    views: tuple[ReferralView, ...]
    runs: Mapping[UUID, Run]
    goals: Mapping[UUID, Position]


async def show(desk: ReferralDesk, caller: Caller, referral_id: UUID) -> ReferralView:
    """One referral after a command or a look; whoever gets this far has a part in it."""
    now = desk.clock.now()

    def look(connection: Connection) -> Shown:
        return shown(desk, connection, caller, [referrals.row(connection, referral_id)], now)

    return with_etas(desk, await desk.storage.read(look), now)[0]


def shown(
    desk: ReferralDesk, connection: Connection, caller: Caller, rows: Sequence[Any], now: datetime
) -> Shown:
    """The views, still without ETAs: those are computed after the database has been left."""
    mine = acts_for(connection, caller)
    houses = {found.id: found for found in list_organisations(connection)}
    runs = desk.runs.find(connection, [row.case_id for row in rows], now)
    views = tuple(_view(connection, caller, row, mine, houses, runs.get(row.case_id)) for row in rows)
    goals = {view.id: goal for view in views if (goal := _goal(view, houses)) is not None}
    return Shown(views, runs, goals)


def with_etas(desk: ReferralDesk, found: Shown, now: datetime) -> tuple[ReferralView, ...]:
    """The views with the live ETA of each run at the facility that accepted."""
    return tuple(_with_eta(desk, found, view, now) for view in found.views)


def _with_eta(desk: ReferralDesk, found: Shown, view: ReferralView, now: datetime) -> ReferralView:
    run, goal = found.runs.get(view.case_id), found.goals.get(view.id)
    if view.run is None or run is None or goal is None:
        return view
    eta = eta_of(desk.runs, run, goal, now)
    if eta is None:
        return view
    shown_run = msgspec.structs.replace(view.run, eta_at=eta.at, eta_estimated=eta.estimated)
    return msgspec.structs.replace(view, run=shown_run)


def _goal(view: ReferralView, houses: Mapping[UUID, Organisation]) -> Position | None:
    held = next((found for found in view.offers if found.id == view.accepted_offer_id), None)
    house = None if held is None else houses.get(held.facility_id)
    if house is None or house.lon is None or house.lat is None:
        return None
    return Position(house.lon, house.lat)


def _view(
    connection: Connection,
    caller: Caller,
    row: Any,  # noqa: ANN401
    mine: tuple[UUID, ...],
    houses: Mapping[UUID, Organisation],
    run: Run | None,
) -> ReferralView:
    sides = sides_of(connection, row, mine)
    query = select(offer).where(offer.c.referral_id == row.id).order_by(offer.c.made_at, offer.c.id)
    if not sides & SEES_ALL:
        query = query.where(offer.c.facility_id.in_(mine))
    asked = row.request
    return ReferralView(
        id=row.id,
        code=row.code,
        case_id=row.case_id,
        direction=asked.direction,
        urgency=asked.urgency,
        state=row.state,
        from_facility=facility_name(houses, row.from_facility_id),
        patient=connection.execute(
            select(journey.c.patient).where(journey.c.case_id == row.case_id)
        ).scalar_one(),
        reason=asked.reason,
        diagnosis=asked.diagnosis,
        department=asked.department,
        capabilities=asked.capabilities,
        by_ambulance=asked.by_ambulance,
        treatment=asked.treatment,
        plan=asked.plan,
        criteria=asked.criteria,
        callback=asked.callback,
        skip_reason=asked.skip_reason,
        created_at=row.created_at,
        offers=tuple(_offer(found, caller, mine, row, houses) for found in connection.execute(query)),
        accepted_offer_id=row.accepted_offer_id if sides else None,
        run=_run(run, row.run_incident_id) if sides else None,
        arrived_at=row.arrived_at if sides else None,
        outcome_by=row.outcome_by if sides else None,
        outcome=_outcome(row) if sides else None,
        followup=_follow_up(connection, row.id) if sides else None,
        end_code=row.end_code,
        end_remarks=row.end_remarks,
        ended_at=row.ended_at,
        based_on=asked.based_on,
        replaces=asked.replaces,
        version=row.version,
        actions=open_actions(ReferralState(row.state), sides, caller.role),
    )


def facility_name(houses: Mapping[UUID, Organisation], facility_id: UUID) -> FacilityName:
    """How a facility is shown."""
    found = houses[facility_id]
    return FacilityName(id=found.id, name_zh=found.name_zh, name_en=found.name_en, telephone=found.telephone)


def offer_view(connection: Connection, caller: Caller, offer_id: UUID) -> OfferView:
    """One offer, for somebody who has a part in it."""
    found = connection.execute(select(offer).where(offer.c.id == offer_id)).one()
    of = connection.execute(select(referral).where(referral.c.id == found.referral_id)).one()
    houses = {house.id: house for house in list_organisations(connection)}
    return _offer(found, caller, acts_for(connection, caller), of, houses)


async def show_offer(desk: ReferralDesk, caller: Caller, offer_id: UUID) -> OfferView:
    """One offer after a command."""
    return await desk.storage.read(partial(offer_view, caller=caller, offer_id=offer_id))


def _offer(
    row: Any,  # noqa: ANN401
    caller: Caller,
    mine: tuple[UUID, ...],
    of: Any,  # noqa: ANN401
    houses: Mapping[UUID, Organisation],
) -> OfferView:
    house = houses[row.facility_id]
    stored = (name for name in OfferView.__struct_fields__ if name in offer.c)
    return OfferView(
        **{name: getattr(row, name) for name in stored},
        name_zh=house.name_zh,
        name_en=house.name_en,
        actions=_offer_actions(row, caller, mine, of),
    )


def _offer_actions(row: Any, caller: Caller, mine: tuple[UUID, ...], of: Any) -> tuple[str, ...]:  # noqa: ANN401
    return tuple(
        event
        for event in OFFER.open_events(OfferState(row.state), caller.role)
        if (of.from_facility_id if event in BY_REFERRING else row.facility_id) in mine
    )


def _run(run: Run | None, incident_id: UUID | None) -> RunView | None:
    """The run that this referral asked for; a case may have had others."""
    if run is None or run.incident_id != incident_id:
        return None
    return RunView(incident_code=run.incident_code, call_sign=run.call_sign, state=run.state, eta_at=None)


def _outcome(row: Any) -> OutcomeView | None:  # noqa: ANN401
    told = row.outcome
    if told is None:
        return None
    return OutcomeView(
        outcome=told.outcome,
        diagnosis=told.diagnosis,
        summary=told.summary,
        advice=told.advice,
        sent_at=row.outcome_at,
    )


def _follow_up(connection: Connection, referral_id: UUID) -> FollowUpView | None:
    row = connection.execute(select(follow_up).where(follow_up.c.referral_id == referral_id)).one_or_none()
    if row is None:
        return None
    made = connection.scalars(select(visit.c.said).where(visit.c.referral_id == referral_id)).all()
    visits = (
        VisitView(**{name: getattr(said, name) for name in VisitView.__struct_fields__}) for said in made
    )
    return FollowUpView(
        referral_id=row.referral_id,
        facility_id=row.facility_id,
        remind_at=row.remind_at,
        due_at=row.due_at,
        escalate_at=row.escalate_at,
        plan=row.plan,
        ended_at=row.ended_at,
        visits=tuple(sorted(visits, key=lambda found: found.visited_at)),
    )
