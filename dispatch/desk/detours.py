"""Closures and the crews on the road: who is concerned by what was closed or opened, and which way they get."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from dispatch.desk.context import Desk
from dispatch.desk.guiding import CLOSURE, CLOSURE_ENDED, path_from, place_of
from dispatch.desk.telling import News, another_way, no_way, tell_all
from dispatch.guidance import FASTER_S, Way, new_way
from geo.roads.path import Path
from geo.shapes import Position

ROUNDS = 3
"""A crew that was given another way while the roads changed is judged again."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a way is worth on the roads of `version`; without a path it stays as it is, or is lost."""

    way: Way
    version: str
    because: str = ""
    path: Path | None = None
    closures: frozenset[UUID] = frozenset()
    longer_by_s: float = 0.0


async def settle_roads(desk: Desk) -> None:
    """After closures changed: every crew that is concerned has been told of its new way when this returns.

    Called with `desk.closing` held, so that changes are judged one after the other.
    """
    closed = desk.roads.closures
    ended = frozenset(UUID(closure.id) for closure in desk.guide.closures - closed)
    desk.guide.closures = closed
    for _ in range(ROUNDS):
        waiting = [way for way in desk.guide if way.version != desk.roads.version]
        if not waiting:
            return
        places = [place_of(desk, way.run) for way in waiting]
        verdicts = await asyncio.to_thread(_judge_all, desk, waiting, places, ended)
        news = [one for found in verdicts if (one := _news(desk, found)) is not None]
        if news:
            await tell_all(desk, news)


def _judge_all(
    desk: Desk, ways: list[Way], places: list[Position | None], ended: frozenset[UUID]
) -> list[_Verdict]:
    return [_judge(desk, way, place, ended) for way, place in zip(ways, places, strict=True)]


def _judge(desk: Desk, way: Way, place: Position | None, ended: frozenset[UUID]) -> _Verdict:
    version = desk.roads.version
    stays = _Verdict(way, version)
    if not way.run.heading.driving:
        return stays
    here = way.at(place)
    closing = desk.roads.closing(way.arcs_ahead(here.along_m))
    if not (closing or ended or way.lost):
        return stays
    path = path_from(desk, way.run, way.begin if place is None else place)
    if closing:
        by = frozenset(UUID(closure.id) for closure in closing)
        longer_s = 0.0 if path is None else path.time_s - here.remaining_s
        return _Verdict(way, version, CLOSURE, path, by, longer_s)
    if path is None:
        return stays
    longer_s = path.time_s - here.remaining_s
    if way.lost or longer_s < -FASTER_S:
        return _Verdict(way, version, CLOSURE_ENDED, path, ended, longer_s)
    return stays


def _news(desk: Desk, found: _Verdict) -> News | None:
    """What is to be said; nothing when the run has another way by now, or its way stays."""
    kept = desk.guide.find(found.way.run.assignment_id)
    if kept is None or kept.path is not found.way.path:
        return None
    if found.path is not None:
        fix = desk.board.find(kept.run.unit_id)
        since = None if kept.guessed or fix is None else fix.fixed_at
        way = new_way(kept.run, found.path, desk.clock.now(), found.because, since=since)
        longer_s, closures = found.longer_by_s, found.closures
        return another_way(desk, way, kept, longer_s, closures=closures, must_answer=True)
    if found.because and not kept.lost:
        return no_way(kept, found.version, found.closures)
    desk.guide.keep(replace(kept, version=found.version))
    return None


async def catch_up(desk: Desk) -> None:
    """Settle what could not be told when the closures changed."""
    if any(way.version != desk.roads.version for way in desk.guide):
        async with desk.closing:
            await settle_roads(desk)
