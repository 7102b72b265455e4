"""Keeps the way of every run on the road, and tells a crew when its way is no longer the best one.

Fed by positions, closures and entries. What is told is an entry; the way itself stays in memory, and is worked out
again when somebody asks for one that is not known, as after a restart.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog
from sqlalchemy import Connection, select

from dispatch.assignments import Target
from dispatch.desk.context import Desk
from dispatch.desk.running import RUNNING, changes_of, fresh_fix, load_runs
from dispatch.desk.telling import another_way, tell
from dispatch.guidance import Run, Way, new_way
from dispatch.positions import AHEAD, VehiclePosition
from dispatch.tables import assignment, case_file
from geo.errors import OffRoad
from geo.roads.path import Path
from geo.roads.track import Fix
from geo.shapes import Position
from ledger.book import Entry
from ledger.errors import Conflict, DomainError
from ledger.kinds.assignment import ReservationCalled, Stamped, UnitSent
from ledger.kinds.case import CaseEnded, DestinationChosen
from ledger.kinds.incident import Located
from ledger.kinds.words import Role

log = structlog.get_logger(__name__)

ORDER, PLACE, OFF_ROUTE, CLOSURE, CLOSURE_ENDED, DESTINATION = (
    "order",
    "place",
    "off-route",
    "closure",
    "closure-ended",
    "destination",
)
"""Why a crew has the way it has. The last four are told by an entry of their own."""

TURNING = UnitSent | ReservationCalled | Stamped | Located
"""Entries of an incident after which a run may be going elsewhere."""


def path_from(desk: Desk, run: Run, start: Position) -> Path | None:
    """The best way from a place to where the run is going; None where there is none."""
    try:
        return desk.roads.path(start, run.goal, run.mode)
    except OffRoad:
        return None


def set_out(desk: Desk, run: Run, because: str, entry_id: UUID | None = None) -> Way:
    """A way from where the unit is now. Conflict when no road leads there."""
    fix = fresh_fix(desk, run)
    try:
        path = desk.roads.path(run.home if fix is None else fix.place, run.goal, run.mode)
    except OffRoad as error:
        raise Conflict.of(error) from error
    if path is None:
        raise Conflict("no-road", assignment_id=str(run.assignment_id))
    since = None if fix is None else fix.fixed_at
    return new_way(run, path, desk.clock.now(), because, since=since, entry_id=entry_id)


async def begin(desk: Desk) -> None:
    """After a start: every run that is on the road gets its way back."""
    for run in await desk.storage.read(lambda connection: load_runs(desk, connection, RUNNING)):
        await _turn(desk, run, by_crew=True)


async def follow(desk: Desk, entries: Sequence[Entry]) -> None:
    """What these entries say may send runs elsewhere; seeing an entry again does nothing."""
    incidents = {entry.stream_id for entry in entries if isinstance(entry.said, TURNING)}
    cases = {
        entry.stream_id: entry.act.role
        for entry in entries
        if isinstance(entry.said, DestinationChosen | CaseEnded)
    }
    if not incidents and not cases:
        return

    def look(connection: Connection) -> tuple[list[Run], dict[UUID, Role], list[UUID]]:
        chosen = connection.execute(
            select(case_file.c.id, case_file.c.assignment_id).where(case_file.c.id.in_(list(cases)))
        ).all()
        roles = {row.assignment_id: cases[row.id] for row in chosen if row.assignment_id is not None}
        concerned = assignment.c.incident_id.in_(list(incidents)) | assignment.c.id.in_(list(roles))
        over = connection.scalars(select(assignment.c.id).where(concerned, ~RUNNING))
        return load_runs(desk, connection, concerned & RUNNING), roles, list(over)

    runs, chosen_by, over = await desk.storage.read(look)
    for assignment_id in over:
        desk.guide.forget(assignment_id)
    for run in runs:
        role = chosen_by.get(run.assignment_id, Role.CREW)
        await _turn(desk, run, by_crew=role is Role.CREW)


async def _turn(desk: Desk, run: Run, *, by_crew: bool) -> None:
    """Give a run the way to where it is going now; without a road it keeps none, and is asked again later."""
    try:
        await _turn_to(desk, run, by_crew=by_crew)
    except Conflict as error:
        log.info("a run has no way", assignment=str(run.assignment_id), code=error.code)


async def _turn_to(desk: Desk, run: Run, *, by_crew: bool) -> None:
    kept = desk.guide.find(run.assignment_id)
    if kept is not None and kept.run.goal == run.goal and kept.run.heading.target is run.heading.target:
        desk.guide.keep(replace(kept, run=run))
        return
    told = await desk.storage.read(partial(changes_of, run=run)) if kept is None else []
    entry_id, last = (told[-1][0], told[-1][2].because) if told else (None, ORDER)
    known = any(said.because == DESTINATION for _, _, said in told)
    if run.heading.target is Target.SCENE or (kept is None and known):
        because = PLACE if kept is not None else last
        desk.guide.keep(set_out(desk, run, because, entry_id))
        return
    way = set_out(desk, run, DESTINATION)
    longer_s = 0.0
    if kept is not None and kept.run.heading.target is Target.DESTINATION:
        longer_s = way.path.time_s - kept.at(place_of(desk, run)).remaining_s
    # A crew that chose the destination itself, or had it before the patient was aboard, need not say so again.
    await tell(desk, another_way(desk, way, kept, longer_s, must_answer=not by_crew))


def place_of(desk: Desk, run: Run) -> Position | None:
    """Where the unit is, if that is known."""
    fix = fresh_fix(desk, run)
    return None if fix is None else fix.place


async def watch_fixes(desk: Desk, fixes: Sequence[VehiclePosition]) -> None:
    """Whether units are still on their ways. A failure here is nobody's who reported a position."""
    for found in sorted(fixes, key=lambda fix: fix.fixed_at):
        way = desk.guide.of_unit(found.unit_id)
        if way is None or found.fixed_at > found.received_at + AHEAD:
            continue
        at = min(found.fixed_at, found.received_at)
        after, off = way.seen(Fix(found.place, at, found.accuracy_m))
        desk.guide.keep(after)
        if after.guessed and after.off.last is not None:
            _begin_where_seen(desk, after, found.place, at)
        elif off:
            try:
                await _lead_back(desk, after, found.place, at)
            except DomainError as error:
                log.warning("a crew's new way could not be told", code=error.code)


def _begin_where_seen(desk: Desk, way: Way, place: Position, at: datetime) -> None:
    """The first fix of a unit whose way began at a guess: where it stands is no news to its crew."""
    path = path_from(desk, way.run, place) if way.off.against else None
    if path is None:
        desk.guide.keep(replace(way, guessed=False))
    else:
        desk.guide.keep(new_way(way.run, path, at, way.because, since=at, entry_id=way.entry_id))


async def _lead_back(desk: Desk, way: Way, place: Position, at: datetime) -> None:
    """The crew drives another way: it gets one from where it is."""
    path = path_from(desk, way.run, place)
    if path is None:
        desk.guide.keep(replace(way, off_told_at=at))
        return
    longer_s = path.time_s - way.at(place).remaining_s
    fresh = replace(new_way(way.run, path, at, OFF_ROUTE, since=at), off_told_at=at)
    before = replace(way, off_told_at=at)
    await tell(desk, another_way(desk, fresh, before, longer_s, must_answer=False))
