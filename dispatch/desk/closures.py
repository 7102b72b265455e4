"""Road closures: drawn or named by a person, effective for every route the moment they are on disk."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
import structlog
from shapely import Point, Polygon
from shapely.geometry.base import BaseGeometry
from sqlalchemy import Connection, insert, select, update

from dispatch.desk.context import Desk
from dispatch.desk.detours import catch_up, settle_roads
from dispatch.messages.fleet import CloseRoads, ClosureId, ClosureList, ClosureView, ListClosures
from dispatch.messages.maps import LinesOutline, Outline, PointOutline, PolygonOutline
from dispatch.tables import closure
from geo import datum
from geo.errors import GeoError
from geo.roads import closures as roads
from geo.shapes import Position
from ledger.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds.words import OrganisationKind
from ledger.storage import Once, spatial
from web.caller import Caller
from web.identity.permissions import Permission
from web.topics import Topic

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0


async def close_roads(desk: Desk, caller: Caller, request: CloseRoads) -> ClosureView:
    """Close roads. What touches no road is refused, with the field to blame."""
    _only_a_centre(caller)
    now = desk.clock.now()
    if request.until is not None and request.until <= now:
        raise Invalid("time-in-past", field="until")
    closure_id = new_id(now)
    shape = _shape(request)
    wanted = _closure(closure_id, shape, request.road, request.radius_m)
    try:
        arcs = await asyncio.to_thread(roads.resolve, desk.roads.network, wanted)
    except GeoError as error:
        field = {"polygon": "ring", "road": "road", "place": "radius_m"}[request.form]
        raise Invalid(error.code, field=field) from error

    def work(connection: Connection) -> UUID:
        connection.execute(
            insert(closure).values(
                id=closure_id,
                form=request.form,
                shape=spatial.put(shape),
                road=request.road,
                radius_m=request.radius_m,
                reason=request.reason,
                until=request.until,
                opened_at=now,
                opened_by=caller.actor_id,
                arcs=len(arcs),
            )
        )
        return closure_id

    kept = await desk.storage.write(work, once=_returning_id(caller))
    await apply_closures(desk)
    return await get_closure(desk, caller, ClosureId(closure_id=kept))


async def open_roads(desk: Desk, caller: Caller, request: ClosureId) -> ClosureView:
    """End a closure. Others on the same roads stay in force."""
    _only_a_centre(caller)
    now = desk.clock.now()

    def work(connection: Connection) -> UUID:
        row = connection.execute(select(closure).where(closure.c.id == request.closure_id)).one_or_none()
        if row is None:
            raise NotFound("closure-not-found")
        if row.ended_at is not None:
            raise Conflict("closure-ended")
        connection.execute(
            update(closure)
            .where(closure.c.id == request.closure_id)
            .values(ended_at=now, ended_by=caller.actor_id)
        )
        return request.closure_id

    kept = await desk.storage.write(work, once=_returning_id(caller))
    await apply_closures(desk)
    return await get_closure(desk, caller, ClosureId(closure_id=kept))


def _only_a_centre(caller: Caller) -> None:
    """The roads of the prefecture are its own centre's to close: a neighbour's dispatchers read along."""
    if caller.organisation_kind is not OrganisationKind.CENTRE:
        raise Forbidden("not-permitted", role=caller.role.value, permission=Permission.CLOSURE_WRITE.value)


def _returning_id(caller: Caller) -> Once | None:
    """The command's identity, with the id alone as its stored answer: the rest is looked up afresh."""
    return None if caller.once is None else msgspec.structs.replace(caller.once, returns=UUID)


async def get_closure(desk: Desk, caller: Caller, request: ClosureId) -> ClosureView:
    """One closure."""
    row = await desk.storage.read(
        lambda connection: connection.execute(
            select(closure).where(closure.c.id == request.closure_id)
        ).one_or_none()
    )
    if row is None:
        raise NotFound("closure-not-found")
    return _view(desk, row)


async def list_closures(desk: Desk, caller: Caller, request: ListClosures) -> ClosureList:
    """Closures in force, or all of them."""
    query = select(closure).order_by(closure.c.opened_at.desc())
    if not request.ended:
        query = query.where(closure.c.ended_at.is_(None))
    rows = await desk.storage.read(lambda connection: connection.execute(query).all())
    return ClosureList(closures=tuple(_view(desk, row) for row in rows), roads_version=desk.roads.version)


async def apply_closures(desk: Desk) -> str:
    """Bring the road index to what the database says, and tell everybody; returns the version of the roads.

    Pages hear of the closures before the crews that they concern are told, and fetch them meanwhile.
    """

    def active(connection: Connection) -> Sequence[Any]:
        return connection.execute(select(closure).where(closure.c.ended_at.is_(None))).all()

    # Read and set belong together: the later change must not be overtaken by what was read before it.
    async with desk.closing:
        rows = await desk.storage.read(active)
        wanted = [_closure(row.id, spatial.get(row.shape), row.road, row.radius_m) for row in rows]
        version = await asyncio.to_thread(_set, desk, wanted)
        known, desk.guide.in_force = desk.guide.in_force, frozenset(row.id for row in rows)
        for closure_id in desk.guide.in_force ^ known:
            desk.tell(Topic.CLOSURE, closure_id)
        await settle_roads(desk)
        return version


def _set(desk: Desk, wanted: list[roads.Closure]) -> str:
    """Close what these roads know. After another import a closure may touch no road: it is said, and in no way."""
    closed = desk.roads.closures
    known: list[roads.Closure] = []
    for found in wanted:
        if found in closed:
            known.append(found)
            continue
        try:
            roads.resolve(desk.roads.network, found)
        except GeoError as error:
            log.error("a closure closes nothing on these roads", closure=found.id, code=error.code)
        else:
            known.append(found)
    return desk.roads.version if closed == set(known) else desk.roads.set_closures(known)


def any_over(connection: Connection, now: datetime) -> bool:
    """Whether a closure's time is over."""
    over = select(closure.c.id).where(closure.c.ended_at.is_(None), closure.c.until <= now)
    return connection.execute(over).first() is not None


def expire(connection: Connection, now: datetime) -> int:
    """End closures whose time is over; returns how many."""
    done = (closure.c.ended_at.is_(None)) & (closure.c.until <= now)
    return connection.execute(update(closure).where(done).values(ended_at=now)).rowcount


async def keep_time(desk: Desk) -> None:
    """Until cancelled: end closures when their time is over, and follow what other processes closed and opened."""
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        try:
            now = desk.clock.now()
            over = await desk.storage.read(partial(any_over, now=now))
            if over:
                await desk.storage.write(partial(expire, now=now))
            await catch_up(desk)
            active = await desk.storage.read(active_ids)
            if active != desk.guide.in_force:
                log.info("closures changed", active=len(active), roads=await apply_closures(desk))
            await asyncio.to_thread(desk.roads.make_ready)
        except DomainError as error:
            log.warning("closures wait for the database", code=error.code)


def active_ids(connection: Connection) -> frozenset[UUID]:
    """The closures that are in force by the database."""
    return frozenset(connection.scalars(select(closure.c.id).where(closure.c.ended_at.is_(None))))


def _shape(request: CloseRoads) -> BaseGeometry | None:
    """The drawn shape in WGS-84; Invalid names the field that is missing or wrong."""
    if request.form == "road" and not request.road:
        raise Invalid("closure-incomplete", field="road")
    if request.form == "polygon":
        if request.ring is None:
            raise Invalid("closure-incomplete", field="ring")
        points = [_position(request, lon, lat, f"ring[{i}]") for i, (lon, lat) in enumerate(request.ring)]
        drawn = Polygon([(p.lon, p.lat) for p in points])
        if not drawn.is_valid or drawn.area == 0:
            raise Invalid("closure-area-invalid", field="ring")
        return drawn
    if request.form == "place":
        for name in ("lon", "lat", "radius_m"):
            if getattr(request, name) is None:
                raise Invalid("closure-incomplete", field=name)
        assert request.lon is not None
        assert request.lat is not None
        place = _position(request, request.lon, request.lat, "lon")
        return Point(place.lon, place.lat)
    return None


def _position(request: CloseRoads, lon: float, lat: float, field: str) -> Position:
    if request.datum is None:
        raise Invalid("datum-missing", field="datum")
    try:
        return datum.to_wgs84(lon, lat, request.datum)
    except GeoError as error:
        raise Invalid.at(field, error) from error


def _closure(
    closure_id: UUID, shape: BaseGeometry | None, road: str, radius_m: float | None
) -> roads.Closure:
    if isinstance(shape, Polygon):
        return roads.AreaClosure(str(closure_id), shape)
    if isinstance(shape, Point):
        return roads.PlaceClosure(str(closure_id), Position(shape.x, shape.y), radius_m or 0.0)
    return roads.RoadClosure(str(closure_id), road)


def _view(desk: Desk, row: Any) -> ClosureView:  # noqa: ANN401
    shape = spatial.get(row.shape)
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    if isinstance(shape, Polygon):
        rings = (tuple((x, y) for x, y in shape.exterior.coords),)
    meant = _closure(row.id, shape, row.road, row.radius_m)
    return ClosureView(
        id=row.id,
        in_force=meant in desk.roads.closures,
        form=row.form,
        reason=row.reason,
        road=row.road,
        rings=rings,
        outline=_outline(desk, meant),
        opened_at=row.opened_at,
        until=row.until,
        ended_at=row.ended_at,
        arcs=row.arcs,
        roads_version=desk.roads.version,
    )


def _outline(desk: Desk, meant: roads.Closure) -> Outline:
    """What a map draws of a closure."""
    match meant:
        case roads.AreaClosure(area=area):
            return PolygonOutline(
                coordinates=tuple(
                    tuple((x, y) for x, y in ring.coords) for ring in (area.exterior, *area.interiors)
                )
            )
        case roads.PlaceClosure(position=place, radius_m=radius_m):
            return PointOutline(coordinates=(place.lon, place.lat), radius_m=radius_m)
    arcs = desk.roads.closed_by(meant)
    if arcs is None:
        try:
            arcs = roads.resolve(desk.roads.network, meant)
        except GeoError:
            return LinesOutline(coordinates=())
    return LinesOutline(coordinates=tuple(tuple(line) for line in roads.lines_of(desk.roads.network, arcs)))
