"""Rows -> what is shown of a referral, its offers and its follow-up: to each side no more than its part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from geo.shapes import Position
from ledger.kinds.case import Patient
from ledger.kinds.referral import FollowUpVisited
from ledger.participants import Organisation, list_organisations
from referrals.desk.context import ReferralDesk
from referrals.desk.parties import acts_for, sides_with
from referrals.messages.referrals import (
    FacilityName,
    FollowUpView,
    OfferView,
    OutcomeView,
    ReferralView,
    RunView,
    VisitView,
)
from referrals.offers import BY_REFERRING, GIVE_BACK, OFFER, OfferState
from referrals.outside import Run, eta_of
from referrals.projections import referrals
from referrals.referral import ASK_RUN, ENDED, ReferralState, Side, may_lose, open_actions
from referrals.tables import follow_up, journey, offer, referral, visit
from web.caller import Caller

SEES_ALL = frozenset({Side.REFERRING, Side.CENTRE})


class Shown(Struct, frozen=True):
    """Views with the runs behind them, and where each run goes."""

    views: tuple[ReferralView, ...]
    runs: Mapping[UUID, Run]
    goals: Mapping[UUID, Position]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the tables have about several referrals, each table asked once however many there are."""

    mine: tuple[UUID, ...]
    houses: Mapping[UUID, Organisation]
    runs: Mapping[UUID, Run]
    patients: Mapping[UUID, Patient]
    offers: Mapping[UUID, Sequence[Any]]
    follow_ups: Mapping[UUID, Any]
    visits: Mapping[UUID, Sequence[FollowUpVisited]]


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
    known = _look_up(desk, connection, caller, rows, now)
    views = tuple(_view(known, caller, row) for row in rows)
    goals = {view.id: goal for view in views if (goal := _goal(view, known.houses)) is not None}
    return Shown(views, known.runs, goals)


def _look_up(
    desk: ReferralDesk, connection: Connection, caller: Caller, rows: Sequence[Any], now: datetime
) -> _Known:
    ids, cases = [row.id for row in rows], [row.case_id for row in rows]
    patients = connection.execute(
        select(journey.c.case_id, journey.c.patient).where(journey.c.case_id.in_(cases))
    )
    asked = select(offer).where(offer.c.referral_id.in_(ids)).order_by(offer.c.made_at, offer.c.id)
    planned = connection.execute(select(follow_up).where(follow_up.c.referral_id.in_(ids)))
    made = connection.execute(select(visit.c.referral_id, visit.c.said).where(visit.c.referral_id.in_(ids)))
    offers: dict[UUID, list[Any]] = {}
    for found in connection.execute(asked):
        offers.setdefault(found.referral_id, []).append(found)
    visits: dict[UUID, list[FollowUpVisited]] = {}
    for found in made:
        visits.setdefault(found.referral_id, []).append(found.said)
    return _Known(
        mine=acts_for(connection, caller),
        houses={found.id: found for found in list_organisations(connection)},
        runs=desk.runs.find(connection, cases, now),
        patients={found.case_id: found.patient for found in patients},
        offers=offers,
        follow_ups={found.referral_id: found for found in planned},
        visits=visits,
    )


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


def _view(known: _Known, caller: Caller, row: Any) -> ReferralView:  # noqa: ANN401
    mine, houses = known.mine, known.houses
    offers = known.offers.get(row.id, ())
    held = next((found.facility_id for found in offers if found.id == row.accepted_offer_id), None)
    sides = sides_with(row, held, mine)
    sees_all = bool(sides & SEES_ALL)
    if not sees_all:
        offers = [found for found in offers if found.facility_id in mine]
    asked = row.request
    return ReferralView(
        id=row.id,
        code=row.code,
        case_id=row.case_id,
        direction=asked.direction,
        urgency=asked.urgency,
        state=row.state,
        from_facility=facility_name(houses, row.from_facility_id),
        patient=known.patients[row.case_id],
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
        offers=tuple(_offer(found, caller, mine, row, houses) for found in offers),
        next_candidates=_next(row, houses) if sees_all else (),
        accepted_offer_id=row.accepted_offer_id if sides else None,
        run=_run(known.runs.get(row.case_id), row.run_incident_id) if sides else None,
        arrived_at=row.arrived_at if sides else None,
        outcome_by=row.outcome_by if sides else None,
        outcome=_outcome(row) if sides else None,
        followup=_follow_up(known, row.id) if sides else None,
        end_code=row.end_code,
        end_remarks=row.end_remarks,
        ended_at=row.ended_at,
        based_on=asked.based_on,
        replaces=asked.replaces,
        version=row.version,
        actions=tuple(
            action
            for action in open_actions(ReferralState(row.state), sides, caller.role)
            if action != ASK_RUN or _may_ask_run(row)
        ),
    )


def _next(row: Any, houses: Mapping[UUID, Organisation]) -> tuple[FacilityName, ...]:  # noqa: ANN401
    """Who is approved and was not asked yet, in the order in which they will be."""
    return (
        () if row.state in ENDED else tuple(facility_name(houses, one) for one in row.candidates[row.asked :])
    )


def _may_ask_run(row: Any) -> bool:  # noqa: ANN401
    """The vehicle that was asked for came to nothing; a visit at home was never to have one."""
    wanted = row.request.by_ambulance and row.arrived_at is None
    return wanted and row.transport_requested_at is None


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
        if event != GIVE_BACK or may_lose(ReferralState(of.state), arrived=of.arrived_at is not None)
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


def _follow_up(known: _Known, referral_id: UUID) -> FollowUpView | None:
    row = known.follow_ups.get(referral_id)
    if row is None:
        return None
    made = known.visits.get(referral_id, ())
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
