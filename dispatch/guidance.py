"""The ways that crews were given: where each is going, how far along it is, and when it needs another one.

Kept in memory: a way is worked out again from the ledger and the newest positions whenever it is not known. What a
crew was told about a change is an entry; this is only the road under it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import numpy as np
from msgspec import Struct

from dispatch.assignments import Heading
from geo.roads.closures import Closure
from geo.roads.path import Path
from geo.roads.speeds import Mode
from geo.roads.track import Fix, OffRoute, Progress, RouteLine, observe, progress, route_line
from geo.shapes import Position

FASTER_S = 60.0
"""An open road must save more than this to be worth a word to a crew that drives already."""

OFTEN = timedelta(seconds=20)
"""A crew that seeks its own way gets another one at most this often."""


class Run(Struct, frozen=True, kw_only=True):
    """One unit on one incident, as far as its way depends on it. `home` is where it begins when nobody knows better."""

    assignment_id: UUID
    incident_id: UUID
    unit_id: UUID
    organisation_id: UUID
    call_sign: str
    sent_at: datetime
    heading: Heading
    goal: Position
    facility_id: UUID | None
    mode: Mode
    home: Position
    turnout_s: float


@dataclass(frozen=True, slots=True, eq=False)
class Way:
    """The way of one run. `version` names the roads it was last found good on; `guessed` that it begins where
    nobody saw the unit; `lost` that closures left no other; `entry_id` the entry that told it.
    """

    run: Run
    path: Path
    line: RouteLine
    begun_at: datetime
    because: str
    version: str
    guessed: bool = False
    entry_id: UUID | None = None
    off: OffRoute = field(default_factory=OffRoute)
    off_told_at: datetime | None = None
    lost: bool = False

    @property
    def id(self) -> UUID:
        """Names this very way: another way has another name, also after a restart."""
        line = self.path.geometry.coords
        return uuid5(self.run.assignment_id, f"{line[0]} {self.path.arcs} {line[-1]}")

    @property
    def begin(self) -> Position:
        """Where it begins: at the station while nobody has seen the unit, else where the road was reached."""
        return self.run.home if self.guessed else Position(*self.path.geometry.coords[0])

    def at(self, place: Position | None) -> Progress:
        """How far along it a place is; its beginning where no place is known."""
        if place is None:
            here = progress(self.line, self.begin, 0.0)
            remaining_m = here.remaining_m + self.path.off_road_start_m
            return replace(here, remaining_m=remaining_m, remaining_s=self.path.time_s)
        return progress(self.line, place, self.off.along_m if self.off.last is not None else None)

    def arcs_ahead(self, along_m: float) -> list[int]:
        """The arcs that are still to be driven, the present one included."""
        ends_m = np.cumsum(self.path.leg_lengths_m())
        first = min(int(np.searchsorted(ends_m, along_m, side="right")), len(ends_m) - 1)
        return list(self.path.arcs[first:])

    def seen(self, fix: Fix) -> tuple["Way", bool]:
        """After a fix; and whether the unit is off its way, and long enough after it was last told so."""
        if not self.run.heading.driving:
            return self, False
        off, _ = observe(self.off, self.at(fix.place), fix)
        quiet = self.off_told_at is None or fix.at - self.off_told_at >= OFTEN
        return replace(self, off=off), off.off and quiet


def new_way(
    run: Run, path: Path, now: datetime, because: str, *, since: datetime | None, entry_id: UUID | None = None
) -> Way:
    """A way from where the unit was seen `since`; None when it begins at a guess."""
    return Way(
        run=run,
        path=path,
        line=route_line(path),
        begun_at=now,
        because=because,
        version=path.version,
        guessed=since is None,
        entry_id=entry_id,
        off=OffRoute(last=since),
    )


class Guide:
    """The ways of all runs that are on the road. Touched by the event loop's thread alone.

    `closures` are those that the ways were last held against, `in_force` those of the database that were told.
    """

    def __init__(self) -> None:
        self._ways: dict[UUID, Way] = {}
        self._units: dict[UUID, UUID] = {}
        self.closures: frozenset[Closure] = frozenset()
        self.in_force: frozenset[UUID] = frozenset()

    def find(self, assignment_id: UUID) -> Way | None:
        """The way of a run, if it is kept."""
        return self._ways.get(assignment_id)

    def of_unit(self, unit_id: UUID) -> Way | None:
        """The way of the run that a unit is busy with, if it is kept."""
        assignment_id = self._units.get(unit_id)
        return None if assignment_id is None else self._ways.get(assignment_id)

    def keep(self, way: Way) -> Way:
        """Remember it in place of the one before."""
        self._ways[way.run.assignment_id] = way
        self._units[way.run.unit_id] = way.run.assignment_id
        return way

    def forget(self, assignment_id: UUID) -> None:
        """The run is over, or is going nowhere."""
        way = self._ways.pop(assignment_id, None)
        if way is not None and self._units.get(way.run.unit_id) == assignment_id:
            del self._units[way.run.unit_id]

    def __iter__(self) -> Iterator[Way]:
        return iter(tuple(self._ways.values()))


def arrival(way: Way, place: Position | None, fixed_at: datetime | None, now: datetime) -> datetime:
    """When the unit will be there, by its newest fix; never before now. Before its wheels roll, its turnout counts."""
    remaining = timedelta(seconds=way.at(place).remaining_s)
    if not way.run.heading.rolling:
        rolls_at = max(now, way.run.sent_at + timedelta(seconds=way.run.turnout_s))
        return rolls_at + remaining
    return max(now, (fixed_at or now) + remaining)
