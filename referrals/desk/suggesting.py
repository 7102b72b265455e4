"""Candidates for a referral, ranked for the person who approves them; nobody is asked by this."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from geo.shapes import Position
from ledger.errors import Invalid, NotFound
from ledger.kinds.words import Priority, Urgency
from ledger.participants import Organisation, get_organisation, list_organisations
from referrals.desk.context import ReferralDesk
from referrals.desk.parties import own_facility, referral_row
from referrals.facilities import Capacity, Service
from referrals.messages.referrals import (
    CandidateList,
    CandidateView,
    CapacityView,
    SuggestCandidates,
)
from referrals.suggest import House, Suggestion, Wanted, suggest
from referrals.tables import facility_service
from referrals.tiers import FACILITIES, level
from web.caller import Caller

PRIORITIES = {
    Urgency.STAT: Priority.P1,
    Urgency.EMERGENCY: Priority.P1,
    Urgency.URGENT: Priority.P2,
    Urgency.ROUTINE: Priority.P3,
}
"""How the run would drive."""


class _Known(Struct, frozen=True):
    here: Organisation
    houses: tuple[Organisation, ...]
    capacities: dict[UUID, tuple[Capacity, ...]]
    sender_id: UUID | None


async def candidates(desk: ReferralDesk, caller: Caller, request: SuggestCandidates) -> CandidateList:
    """Facilities that could take such a patient, the best first, with what speaks for and against each."""
    now = desk.clock.now()
    known = await desk.storage.read(lambda connection: _look(connection, caller, request))
    wanted = Wanted(
        direction=request.direction,
        urgency=request.urgency,
        here=level(known.here.kind, known.here.tier),
        capabilities=request.capabilities,
        department=request.department,
    )
    ranked = suggest(wanted, _houses(desk, known, request.urgency), now)[: request.limit]
    names = {found.id: found for found in known.houses}
    return CandidateList(
        candidates=tuple(
            _view(one, names[UUID(one.house.id)], rank, now) for rank, one in enumerate(ranked, start=1)
        )
    )


def _look(connection: Connection, caller: Caller, request: SuggestCandidates) -> _Known:
    if request.from_facility_id is None:
        here = own_facility(connection, caller)
    else:
        try:
            here = get_organisation(connection, request.from_facility_id)
        except NotFound:
            raise Invalid("facility-not-found", field="from_facility_id") from None
    before = None if request.based_on is None else referral_row(connection, caller, request.based_on)
    found = [o for o in list_organisations(connection) if o.kind in FACILITIES and o.active]
    capacities: dict[UUID, tuple[Capacity, ...]] = {}
    for row in connection.execute(select(facility_service)):
        known = capacities.get(row.organisation_id, ())
        capacities[row.organisation_id] = (*known, _capacity(row))
    return _Known(
        here=here,
        houses=tuple(house for house in found if house.id != here.id),
        capacities=capacities,
        sender_id=None if before is None else before.from_facility_id,
    )


def _capacity(row: Any) -> Capacity:  # noqa: ANN401
    return Capacity(
        service=Service(row.service),
        level=row.state,
        observed_at=row.observed_at,
        expires_at=row.expires_at,
        beds_free=row.beds_free,
    )


def _houses(desk: ReferralDesk, known: _Known, urgency: Urgency) -> list[House]:
    start = _place(known.here)
    placed = [(house, place) for house in known.houses if (place := _place(house)) is not None]
    times: dict[UUID, float | None] = {}
    if start is not None:
        found = desk.drive.times_s(start, [place for _, place in placed], PRIORITIES[urgency])
        times = {house.id: time_s for (house, _), time_s in zip(placed, found, strict=True)}
    return [
        House(
            id=str(house.id),
            level=level(house.kind, house.tier),
            capabilities=frozenset(house.capabilities),
            time_s=times.get(house.id),
            capacities=known.capacities.get(house.id, ()),
            returns=house.id == known.sender_id,
        )
        for house in known.houses
    ]


def _place(house: Organisation) -> Position | None:
    if house.lon is None or house.lat is None:
        return None
    return Position(house.lon, house.lat)


def _view(one: Suggestion, house: Organisation, rank: int, now: datetime) -> CandidateView:
    capacity = one.capacity
    return CandidateView(
        facility_id=house.id,
        name_zh=house.name_zh,
        name_en=house.name_en,
        telephone=house.telephone,
        rank=rank,
        tier=one.house.level,
        allowed=one.allowed,
        suits=one.suits,
        time_s=one.house.time_s,
        reasons=one.reasons,
        warnings=one.warnings,
        capacity=None
        if capacity is None
        else CapacityView(
            service=capacity.service,
            state=capacity.level,
            beds_free=capacity.beds_free,
            observed_at=capacity.observed_at,
            stale=capacity.is_stale(now),
        ),
    )
