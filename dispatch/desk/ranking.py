"""Which unit: the fleet's drives to an uncertain place, ranked by `choose`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection

from dispatch.choose import rank
from dispatch.desk.context import Desk, incident_row
from dispatch.desk.fleet import FleetMember, members, visible_units
from dispatch.messages.incidents import CandidatesView, IncidentId
from dispatch.need import Drive, FleetUnit, Need, start_point
from geo.errors import OffRoad
from geo.estimate import LocationEstimate
from geo.roads.plane import distance_m
from geo.roads.speeds import Mode
from geo.shapes import Position
from ledger.errors import Conflict
from ledger.kinds.words import Capability, Priority, UnitKind
from web.caller import Caller

SIREN_PRIORITIES = frozenset({Priority.P1, Priority.P2})
"""High and medium priority drive with lights and sirens, low ones without (as in the JEMSS data sets)."""

SHORT_LIST = 5
"""For so many of the first the length of the way is worked out as well."""


async def candidates(desk: Desk, caller: Caller, request: IncidentId) -> CandidatesView:
    """The ranking as of now."""
    now = desk.clock.now()
    row, fleet = await desk.storage.read(
        lambda connection: look(desk, connection, caller, request.incident_id, now)
    )
    return rank_now(desk, row, fleet, now)


def look(
    desk: Desk, connection: Connection, caller: Caller, incident_id: UUID, now: datetime
) -> tuple[Any, list[FleetMember]]:
    """The incident and the fleet, read together."""
    row = incident_row(connection, caller, incident_id)
    return row, members(desk, connection, visible_units(caller), now)


def rank_now(desk: Desk, row: Any, fleet: list[FleetMember], now: datetime) -> CandidatesView:  # noqa: ANN401
    """Rank the fleet for an incident. Conflict when nobody knows where it is."""
    estimate: LocationEstimate | None = row.estimate
    if estimate is None or estimate.best is None:
        raise Conflict("incident-not-located", incident_id=str(row.id))
    need = Need(
        priority=Priority(row.priority),
        capabilities=tuple(Capability(found) for found in row.capabilities),
        area_code=row.area.code if row.area else None,
    )
    mode = mode_of(need.priority)
    units = [fleet_unit(desk, member, now) for member in fleet]
    starts = [starts_at(member, found) for member, found in zip(fleet, units, strict=True)]
    roads_version = desk.roads.version
    drives = _drives(desk, units, starts, estimate, mode)
    drives = _with_lengths(desk, drives, units, starts, Position(*estimate.best), mode)
    ranking = rank(need, units, drives)
    return CandidatesView(incident_id=row.id, ranked_at=now, roads_version=roads_version, ranking=ranking)


def mode_of(priority: Priority) -> Mode:
    """How a unit drives to an incident of this priority."""
    return Mode.SIREN if priority in SIREN_PRIORITIES else Mode.NORMAL


def fleet_unit(desk: Desk, member: FleetMember, now: datetime, *, with_area: bool = True) -> FleetUnit:
    """The unit as choosing sees it; whose area its station stands in takes a while to find, and only if wanted."""
    row = member.row
    at_station = member.assignment_state is None and _is_home(member)
    night = not desk.config.day_begins_hour <= desk.local_hour(now) < desk.config.day_ends_hour
    turnout_s = member.turnout_night_s if night else member.turnout_day_s
    return FleetUnit(
        id=str(row.id),
        call_sign=row.call_sign,
        kind=UnitKind(row.kind),
        station_id=str(row.station_id),
        organisation_id=str(row.organisation_id),
        capabilities=member.capabilities,
        availability=member.availability.value,
        reasons=member.availability.reasons,
        ready_s=member.availability.ready_s,
        turnout_s=float(turnout_s) if at_station else 0.0,
        position_age_s=_age_s(member, now),
        at_station=at_station,
        missing_crew=member.missing_crew,
        area_code=_area_code(desk, member.station_place) if with_area else None,
    )


def _area_code(desk: Desk, home: Position) -> str | None:
    areas = desk.areas()
    return areas.which(home).chosen if areas.areas else None


def _age_s(member: FleetMember, now: datetime) -> float | None:
    """How old the place is: a receiver that repeats one fix tells where the unit was when it last moved."""
    found = member.position
    if found is None:
        return None
    return (now - found.moved_at).total_seconds() if found.frozen else found.age_s(now)


HOME_M = 150.0
"""A unit this close to its station, and on no assignment, stands there."""


def _is_home(member: FleetMember) -> bool:
    """By its fix; without any, by its last run: who never left, or said that it is back, is there."""
    if member.position is None:
        return not member.went_out
    return distance_m(member.position.place, member.station_place) < HOME_M


def starts_at(member: FleetMember, found: FleetUnit) -> Position:
    """From where its drive counts."""
    if start_point(found) == "station" or member.position is None:
        return member.station_place
    return member.position.place


def _drives(
    desk: Desk, units: list[FleetUnit], starts: list[Position], estimate: LocationEstimate, mode: Mode
) -> dict[str, Drive]:
    """Expected over the weighted samples of an uncertain place, and the worst of them; to the point when sure."""
    if not starts:
        return {}
    spots = [Position(sample.lon, sample.lat) for sample in estimate.samples]
    weights = [sample.weight for sample in estimate.samples]
    assert estimate.best is not None
    if len(spots) <= 1:
        spots, weights = [Position(*estimate.best)], [1.0]
    times = desk.roads.matrix(starts, spots, mode)
    drives = {}
    for found, row in zip(units, times, strict=True):
        reached = [(t, w) for t, w in zip(row, weights, strict=True) if t is not None]
        share = sum(w for _, w in reached)
        expected_s = sum(t * w for t, w in reached) / share if share else None
        worst_s = max(t for t, _ in reached) if len(reached) == len(row) and reached else None
        drives[found.id] = Drive(expected_s=expected_s, worst_s=worst_s)
    return drives


def _with_lengths(
    desk: Desk,
    drives: dict[str, Drive],
    units: list[FleetUnit],
    starts: list[Position],
    target: Position,
    mode: Mode,
) -> dict[str, Drive]:
    """The length of the way for the units that arrive first: "nearer, and yet later" can only be said with it."""
    start_of = {found.id: start for found, start in zip(units, starts, strict=True)}
    arrival_s = {
        found.id: found.ready_s + found.turnout_s + expected_s
        for found in units
        if (expected_s := drives[found.id].expected_s) is not None
    }
    measured = dict(drives)
    for unit_id in sorted(arrival_s, key=arrival_s.__getitem__)[:SHORT_LIST]:
        try:
            way = desk.roads.path(start_of[unit_id], target, mode)
        except OffRoad:
            continue
        if way is not None:
            measured[unit_id] = msgspec.structs.replace(drives[unit_id], length_m=round(way.length_m))
    return measured
