"""Coverage now: the settlements of each service area against the units that are free at this moment."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from dispatch.coverage import RURAL, URBAN, AreaCover, Cover, Gap, Spot, cover
from dispatch.desk.context import Desk
from dispatch.desk.fleet import FleetMember, members, visible_units
from dispatch.desk.ranking import fleet_unit, starts_at
from dispatch.messages.coverage import (
    AreaCoverage,
    CoverageView,
    GapFeature,
    GapPoint,
    GapProperties,
    Gaps,
)
from dispatch.texts.reports import COVERAGE
from geo.roads.speeds import Mode
from web.caller import Caller
from web.routes import Nothing


async def coverage(desk: Desk, caller: Caller, request: Nothing) -> CoverageView:
    """Which settlements the caller's free units reach in time, driving with lights and siren as to P1 and P2."""
    now = desk.clock.now()
    fleet = await desk.storage.read(lambda connection: members(desk, connection, visible_units(caller), now))
    # Some ten thousand drives: nobody else's answer waits for them.
    return await asyncio.to_thread(_judge, desk, fleet, now)


def _judge(desk: Desk, fleet: Sequence[FleetMember], now: datetime) -> CoverageView:
    free = [member for member in fleet if member.availability.value == "available"]
    roads_version = desk.roads.version
    spots, outside = _spots(desk)
    names = {area.id: area.name for area in desk.areas().areas}
    found = _cover(desk, free, spots, tuple(names), roads_version, now)
    covered = sum(area.covered for area in found.areas)
    return CoverageView(
        made_at=now,
        roads_version=roads_version,
        definition_zh=COVERAGE["zh-CN"],
        definition_en=COVERAGE["en"],
        urban_s=float(desk.config.coverage_urban_s),
        rural_s=float(desk.config.coverage_rural_s),
        units=len(free),
        places=len(spots),
        covered=covered,
        share=covered / len(spots) if spots else None,
        outside=outside,
        areas=tuple(_area(area, names[area.code], free) for area in found.areas),
        gaps=Gaps(features=tuple(_gap(gap) for gap in found.gaps)),
    )


def _cover(
    desk: Desk,
    free: Sequence[FleetMember],
    spots: tuple[Spot, ...],
    codes: tuple[str, ...],
    roads_version: str,
    now: datetime,
) -> Cover:
    """As before, while no unit has moved and no road has changed."""
    units = [fleet_unit(desk, member, now, with_area=False) for member in free]
    starts = [starts_at(member, unit) for member, unit in zip(free, units, strict=True)]
    ready_s = [unit.ready_s + unit.turnout_s for unit in units]
    key = (roads_version, spots, codes, tuple(unit.id for unit in units), tuple(starts), tuple(ready_s))
    if desk.covered.cover is not None and desk.covered.cover[0] == key:
        return desk.covered.cover[1]
    places = [spot.position for spot in spots]
    drives = desk.roads.matrix(starts, places, Mode.SIREN) if starts and places else []
    found = cover(codes, spots, ready_s, drives)
    desk.covered.cover = (key, found)
    return found


def _spots(desk: Desk) -> tuple[tuple[Spot, ...], int]:
    """The settlements of the map, each with the area that answers for it, and how many lie in none."""
    key = (desk.gazetteer(), desk.areas())
    if desk.covered.spots is not None and desk.covered.spots[0] == key:
        return desk.covered.spots[1]
    gazetteer, areas = key
    spots, outside = [], 0
    for place in gazetteer.places:
        if place.kind not in URBAN | RURAL:
            continue
        covering = areas.list_covering(place.position) if areas.areas else ()
        if not covering:
            outside += 1
            continue
        config = desk.config
        target_s = config.coverage_urban_s if place.kind in URBAN else config.coverage_rural_s
        spots.append(Spot(place.name, covering[0].id, place.position, float(target_s)))
    desk.covered.spots = (key, (tuple(spots), outside))
    return tuple(spots), outside


def _area(found: AreaCover, name: str, free: Sequence[FleetMember]) -> AreaCoverage:
    most = max(found.first_at.items(), key=lambda item: (item[1], -item[0]), default=None)
    nearest = None if most is None else free[most[0]].row
    return AreaCoverage(
        code=found.code,
        name=name,
        places=found.places,
        covered=found.covered,
        share=found.covered / found.places if found.places else None,
        slowest_s=None if found.slowest_s is None else round(found.slowest_s, 1),
        nearest_unit_id=None if nearest is None else nearest.id,
        nearest_call_sign=None if nearest is None else nearest.call_sign,
    )


def _gap(gap: Gap) -> GapFeature:
    return GapFeature(
        geometry=GapPoint(coordinates=(gap.spot.position.lon, gap.spot.position.lat)),
        properties=GapProperties(
            name=gap.spot.name,
            area_code=gap.spot.area_code,
            target_s=gap.spot.target_s,
            soonest_s=None if gap.soonest_s is None else round(gap.soonest_s, 1),
        ),
    )
