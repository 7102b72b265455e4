"""Where to bring a patient: every facility, ranked with its reasons. A person chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from geo.shapes import Position
from ledger.errors import Conflict
from ledger.kinds.words import Priority
from ledger.participants import Organisation, list_organisations
from referrals.alerts import Seen, alerts_of, as_codes
from referrals.desk.context import FACILITIES, ReferralDesk, journey_row
from referrals.desk.facilities import Load, capacities, load_of, services_of
from referrals.matching import Placed, rank
from referrals.messages.arrivals import (
    DestinationLeftOut,
    Destinations,
    DestinationView,
    FindDestinations,
)
from referrals.outside import Run
from referrals.timecritical import Facility, Need
from web.caller import Caller

SHORT_LIST = 5
"""For so many of the first the length of the way is worked out as well."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What one look into the database gave."""

    journey: Any
    run: Run | None
    facilities: Sequence[Organisation]
    services: Any
    load: Load


async def destinations(desk: ReferralDesk, caller: Caller, request: FindDestinations) -> Destinations:
    """The ranking as of now, from where the unit is, else from where the patient was fetched."""
    now = desk.clock.now()

    def look(connection: Connection) -> _Known:
        row = journey_row(connection, caller, request.case_id)
        return _Known(
            journey=row,
            run=desk.runs.find(connection, [row.case_id], now).get(row.case_id),
            facilities=[one for one in list_organisations(connection) if one.kind in FACILITIES],
            services=services_of(connection),
            load=load_of(connection),
        )

    known = await desk.storage.read(look)
    start = known.run.place or known.run.scene if known.run is not None else None
    if known.run is None or start is None:
        raise Conflict("patient-not-located")
    alerts = alerts_of(seen(known.journey, known.run))
    contact = known.run.contact_at
    need = Need(
        priority=known.run.priority,
        alerts=alerts,
        capabilities=request.needs,
        since_contact_s=None if contact is None else max(0.0, (now - contact).total_seconds()),
        wish=request.wish,
    )
    drives = _drives(desk, start, known.facilities, known.run.priority)
    ranking = rank(need, [_facility(known, one, drives.get(one.id)) for one in known.facilities], now)
    named = {one.id: one for one in known.facilities}
    return Destinations(
        case_id=request.case_id,
        ranked_at=now,
        alerts=as_codes(alerts),
        from_unit=known.run.place is not None,
        destinations=tuple(
            _view(
                placed,
                named[placed.facility_id],
                known.load,
                _length_m(desk, start, placed, named, known.run),
            )
            for placed in ranking.ranked
        ),
        left_out=tuple(
            DestinationLeftOut(
                facility_id=left.facility_id,
                name_zh=named[left.facility_id].name_zh,
                name_en=named[left.facility_id].name_en,
                reasons=left.reasons,
            )
            for left in ranking.left_out
        ),
    )


def seen(journey: Any, run: Run | None) -> Seen:  # noqa: ANN401
    """What is known of the patient, for the alerts."""
    return Seen(
        patient=journey.patient,
        protocol=run.protocol if run is not None else "",
        vitals=journey.vitals[-1] if journey.vitals else None,
    )


def _drives(
    desk: ReferralDesk, start: Position, facilities: Sequence[Organisation], priority: Priority
) -> dict[UUID, float | None]:
    placed = [one for one in facilities if one.lon is not None and one.lat is not None and one.active]
    targets = [place_of(one) for one in placed]
    times = desk.drive.times_s(start, [target for target in targets if target is not None], priority)
    return {one.id: seconds for one, seconds in zip(placed, times, strict=True)}


def place_of(found: Organisation) -> Position | None:
    """Where a facility stands."""
    return None if found.lon is None or found.lat is None else Position(found.lon, found.lat)


def _facility(known: _Known, found: Organisation, drive_s: float | None) -> Facility:
    return Facility(
        id=found.id,
        code=found.code,
        tier=found.tier,
        capabilities=found.capabilities,
        drive_s=drive_s,
        active=found.active,
        capacities=capacities(known.services.get(found.id, ())),
        on_the_way=known.load.on_the_way[found.id],
        offloading=known.load.offloading[found.id],
    )


def _length_m(
    desk: ReferralDesk, start: Position, placed: Placed, named: dict[UUID, Organisation], run: Run
) -> float | None:
    """The length of the way to those that stand first."""
    target = place_of(named[placed.facility_id])
    if placed.rank > SHORT_LIST or target is None:
        return None
    length_m = desk.drive.length_m(start, target, run.priority)
    return None if length_m is None else round(length_m)


def _view(placed: Placed, found: Organisation, load: Load, length_m: float | None) -> DestinationView:
    return DestinationView(
        facility_id=found.id,
        name_zh=found.name_zh,
        name_en=found.name_en,
        rank=placed.rank,
        time_s=round(placed.drive_s, 1),
        distance_m=length_m,
        suits=placed.suits,
        reasons=placed.reasons,
        warnings=placed.warnings,
        on_the_way=load.on_the_way[found.id],
        offloading=load.offloading[found.id],
        capacity_age_s=placed.capacity_age_s,
        wished=placed.wished,
    )
