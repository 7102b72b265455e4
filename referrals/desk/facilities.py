"""Facilities: what each can take, as it says itself, and how many patients are on their way there."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, insert, select

from ledger.errors import Forbidden, Invalid, NotFound
from ledger.ids import new_id
from ledger.participants import Organisation, get_organisation, list_organisations
from ledger.storage.insert import upsert
from referrals.desk.context import FACILITIES, ReferralDesk, tell_facilities
from referrals.facilities import Capacity, Service
from referrals.messages.arrivals import (
    CapacityView,
    FacilityList,
    FacilityOrganisation,
    FacilityView,
    SetCapacity,
)
from referrals.tables import capacity_change, facility_service, notice
from web.caller import Caller
from web.routes import Nothing


async def list_facilities(desk: ReferralDesk, caller: Caller, request: Nothing) -> FacilityList:
    """All facilities that take patients, by code. Everybody may know how full they are."""
    now = desk.clock.now()

    def look(connection: Connection) -> FacilityList:
        found = [one for one in list_organisations(connection) if one.kind in FACILITIES and one.active]
        said, coming = services_of(connection), load_of(connection)
        return FacilityList(
            facilities=tuple(_view(one, said.get(one.id, ()), coming, now) for one in found),
        )

    return await desk.storage.read(look)


async def set_capacity(desk: ReferralDesk, caller: Caller, request: SetCapacity) -> FacilityView:
    """What one service of the caller's own facility can take. It is information: no patient is turned away by it."""
    now = desk.clock.now()
    usual, longest = (
        timedelta(seconds=s) for s in (desk.config.capacity_lasts_s, desk.config.capacity_longest_s)
    )
    expires_at = request.expires_at or now + usual
    if expires_at <= now:
        raise Invalid("time-in-past", field="expires_at")
    if expires_at > now + longest:
        raise Invalid("capacity-too-long", field="expires_at", hours=int(longest.total_seconds() // 3600))
    free, total = request.beds_free, request.beds_total
    if free is not None and total is not None and free > total:
        raise Invalid("beds-exceed-total", field="beds_free")
    values = {
        "organisation_id": request.facility_id,
        "service": request.service.value,
        "state": request.state,
        "beds_free": request.beds_free,
        "beds_total": request.beds_total,
        "comment": request.comment,
        "observed_at": now,
        "expires_at": expires_at,
        "actor_id": caller.actor_id,
    }

    def work(connection: Connection) -> FacilityView:
        own = _own(connection, caller, request.facility_id)
        upsert(connection, facility_service, values, ("organisation_id", "service"))
        connection.execute(
            insert(capacity_change).values(
                id=new_id(now),
                organisation_id=own.id,
                service=request.service.value,
                at=now,
                actor_id=caller.actor_id,
                value={name: msgspec.to_builtins(value) for name, value in values.items()},
            )
        )
        return _view(own, services_of(connection).get(own.id, ()), load_of(connection), now)

    view = await desk.storage.write(work, once=caller.once)
    tell_facilities(desk, [request.facility_id])
    return view


def _own(connection: Connection, caller: Caller, facility_id: UUID) -> Organisation:
    """The caller's own facility; everybody may know the others, and nobody else speaks for them."""
    found = get_organisation(connection, facility_id)
    if found.kind not in FACILITIES:
        raise NotFound("facility-not-found")
    if found.id != caller.organisation_id:
        raise Forbidden("facility-not-yours")
    return found


def services_of(connection: Connection) -> Mapping[UUID, tuple[Any, ...]]:
    """What each facility said of its services."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    query = select(facility_service).order_by(facility_service.c.service)
    for row in connection.execute(query):
        found[row.organisation_id].append(row)
    return {facility_id: tuple(rows) for facility_id, rows in found.items()}


class Load(msgspec.Struct, frozen=True):
    """How many patients are on their way to each facility, and how many wait there for the handover."""

    on_the_way: Counter[UUID]
    offloading: Counter[UUID]


def load_of(connection: Connection) -> Load:
    """As of now, over all facilities; whose patients they are is not said."""
    rows = connection.execute(
        select(notice.c.facility_id, notice.c.arrived_at).where(notice.c.live_case_id.is_not(None))
    ).all()
    return Load(
        Counter(row.facility_id for row in rows if row.arrived_at is None),
        Counter(row.facility_id for row in rows if row.arrived_at is not None),
    )


def capacities(rows: Iterable[Any]) -> tuple[Capacity, ...]:
    """As the ranking takes them."""
    return tuple(
        Capacity(
            service=Service(row.service),
            level=row.state,
            observed_at=row.observed_at,
            expires_at=row.expires_at,
            beds_free=row.beds_free,
        )
        for row in rows
    )


def _view(found: Organisation, rows: Iterable[Any], load: Load, now: datetime) -> FacilityView:
    return FacilityView(
        organisation=FacilityOrganisation(
            id=found.id,
            code=found.code,
            name_zh=found.name_zh,
            name_en=found.name_en,
            kind=found.kind,
            tier=found.tier,
            capabilities=found.capabilities,
            telephone=found.telephone,
            lon=found.lon,
            lat=found.lat,
        ),
        services=tuple(
            CapacityView(
                service=Service(row.service),
                state=row.state,
                beds_free=row.beds_free,
                beds_total=row.beds_total,
                observed_at=row.observed_at,
                expires_at=row.expires_at,
                comment=row.comment,
                stale=row.expires_at <= now,
            )
            for row in rows
        ),
        inbound=load.on_the_way[found.id],
        offloading=load.offloading[found.id],
    )
