"""What crews are told of their ways, put on record: one write for all of them whom a change concerns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import Connection

from dispatch.desk.context import Desk, own_act
from dispatch.desk.running import Told, told_to
from dispatch.guidance import Way
from dispatch.projections.assignments import audiences_of
from ledger import streams
from ledger.errors import Unavailable
from ledger.kinds.assignment import RoadLost, RouteChanged

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class News:
    """What is said of a run's way, the way that it has from then on, and the one that it had."""

    fact: RouteChanged | RoadLost
    way: Way
    before: Way | None


def another_way(
    desk: Desk,
    way: Way,
    before: Way | None,
    longer_by_s: float,
    *,
    closures: Iterable[UUID] = (),
    must_answer: bool,
) -> News:
    """The crew is given this way."""
    fact = RouteChanged(
        assignment_id=way.run.assignment_id,
        because=way.because,
        roads_version=way.path.version,
        length_m=round(way.path.length_m, 1),
        time_s=round(way.path.time_s, 1),
        longer_by_s=round(longer_by_s, 1),
        closures=tuple(sorted(closures)),
        acknowledge_by=desk.clock.now() + timedelta(seconds=desk.config.change_ack_s)
        if must_answer
        else None,
    )
    return News(fact, way, before)


def no_way(way: Way, version: str, closures: Iterable[UUID]) -> News:
    """For the dispatcher: no road is left; the crew keeps the way it had."""
    fact = RoadLost(assignment_id=way.run.assignment_id, closures=tuple(sorted(closures)))
    return News(fact, changed(way, lost=True, version=version), way)


async def tell(desk: Desk, *news: News) -> None:
    """Put it on record. Who hears of a new way and asks for it gets it already; a failure brings the old ones back."""
    for one in news:
        desk.guide.keep(one.way)
    try:
        told = await desk.storage.write(partial(_say_all, desk, news, desk.clock.now()))
    except BaseException:
        for one in news:
            _restore(desk, one)
        raise
    for one in news:
        _note(desk, one, told.get(one.way.run.assignment_id))


async def tell_all(desk: Desk, news: Sequence[News]) -> None:
    """Tell all crews in one write; should that fail, none of them goes without because of another one."""
    try:
        await tell(desk, *news)
    except Unavailable as error:
        log.warning("crews' ways wait for the database", code=error.code)
    except Exception as error:  # noqa: BLE001  it is tried again with the next look at the closures
        if len(news) == 1:
            log.error("a crew's way could not be settled", error=repr(error))
            return
        for one in news:
            # Somebody may have given the run another way meanwhile: that one is newer.
            kept = desk.guide.find(one.way.run.assignment_id)
            if (kept and kept.path) is (one.before and one.before.path):
                await tell_all(desk, [one])


def _say_all(desk: Desk, news: Sequence[News], now: datetime, connection: Connection) -> Mapping[UUID, UUID]:
    """The entries by assignment, without those whose run ended in the meantime."""
    runs = [one.way.run for one in news]
    for incident_id in sorted({run.incident_id for run in runs}):
        streams.lock(connection, incident_id)
    audiences = audiences_of(connection, [run.assignment_id for run in runs], busy=True)
    told = told_to(connection, runs)
    found = {}
    for one in news:
        run = one.way.run
        audience = audiences.get(run.assignment_id)
        if audience is None:
            continue
        known = _said_already(one.fact, told[run.assignment_id])
        if known is None:
            act = own_act(audience[0], now)
            known = desk.write(connection, run.incident_id, act, one.fact, audience=audience)[0]
        found[run.assignment_id] = known
    return found


def _said_already(fact: RouteChanged | RoadLost, told: Told) -> UUID | None:
    """Two processes see a closure, one of them tells it."""
    if isinstance(fact, RoadLost) or not fact.closures:
        return None
    mine = fact.because, fact.closures
    return next((entry_id for entry_id, _, said in told if (said.because, said.closures) == mine), None)


def _note(desk: Desk, one: News, entry_id: UUID | None) -> None:
    kept = desk.guide.find(one.way.run.assignment_id)
    if entry_id is None:
        desk.guide.forget(one.way.run.assignment_id)
    elif isinstance(one.fact, RouteChanged) and kept is not None and kept.path is one.way.path:
        desk.guide.keep(changed(kept, entry_id=entry_id))


def _restore(desk: Desk, one: News) -> None:
    kept = desk.guide.find(one.way.run.assignment_id)
    if kept is None or kept.path is not one.way.path:
        return
    if one.before is None:
        desk.guide.forget(one.way.run.assignment_id)
    else:
        desk.guide.keep(one.before)
