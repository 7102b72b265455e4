"""A snapped position as the engine wants it: junctions with the milliseconds from or to the position.

All offsets come from the same weights as the question that they are used in. An arc that is closed has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy import int32
from numpy.typing import NDArray

from geo.roads.engine import End
from geo.roads.network import RoadNetwork
from geo.roads.snap import Candidate
from geo.roads.speeds import off_road_ms


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of one arc, from one fraction of it to another, with its time."""

    arc: int
    start: float
    end: float
    ms: int


@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """One position on the roads. `starts[i]` is reached by driving `start_legs[i]` (None: one is there
    already).
    """

    candidates: tuple[Candidate, ...]
    starts: list[End]
    start_legs: tuple[Leg | None, ...]
    ends: list[End]
    end_legs: tuple[Leg | None, ...]
    off_road_ms: int
    off_road_m: float


NOWHERE = Stand((), [], (), [], (), 0, 0.0)
"""A position beyond reach of every usable road: no journey starts or ends there."""


def take_stand(network: RoadNetwork, ms: NDArray[int32], candidates: Sequence[Candidate]) -> Stand:
    """The ends of every journey from or to a snapped position. `ms` has shape (arcs,)."""
    if not candidates:
        return NOWHERE
    distance_m = candidates[0].distance_m
    walk_ms = off_road_ms(distance_m)
    starts: list[tuple[End, Leg | None]] = []
    ends: list[tuple[End, Leg | None]] = []
    for c in candidates:
        weight = int(ms[c.arc])
        tail, head = int(network.arc_tail[c.arc]), int(network.arc_head[c.arc])
        rest = Leg(c.arc, c.fraction, 1.0, round((1.0 - c.fraction) * weight))
        done = Leg(c.arc, 0.0, c.fraction, round(c.fraction * weight))
        starts.append(((head, rest.ms + walk_ms), rest))
        ends.append(((tail, done.ms + walk_ms), done))
        # exactly on a junction one need not drive the arc that happened to be found there
        if c.fraction == 0.0:
            starts.append(((tail, walk_ms), None))
        if c.fraction == 1.0:
            ends.append(((head, walk_ms), None))
    return Stand(
        candidates=tuple(candidates),
        starts=[end for end, _ in starts],
        start_legs=tuple(leg for _, leg in starts),
        ends=[end for end, _ in ends],
        end_legs=tuple(leg for _, leg in ends),
        off_road_ms=walk_ms,
        off_road_m=distance_m,
    )


def direct_leg(source: Stand, target: Stand, ms: NDArray[int32]) -> Leg | None:
    """The way along one arc that both stand on, if the target lies ahead: no junction is passed."""
    legs = [
        Leg(s.arc, s.fraction, t.fraction, round((t.fraction - s.fraction) * int(ms[s.arc])))
        for s in source.candidates
        for t in target.candidates
        if s.arc == t.arc and s.fraction <= t.fraction
    ]
    return min(legs, key=lambda leg: leg.ms, default=None)
