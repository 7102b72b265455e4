"""Where on its way a vehicle is, and whether it has left it.

A fix is noisy, so leaving the way takes several fixes that cannot be explained by noise, and driving back along it
counts as leaving only where no place of the way near the fix could lie ahead. The rules are pure: the caller keeps
the state and brings the fixes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from geo.roads.path import Path
from geo.roads.plane import Floats, Plane
from geo.roads.speeds import off_road_ms
from geo.shapes import Position

POOR_M: Final = 50.0
"""A fix that is less sure than this says nothing about the way."""
ASSUMED_M: Final = 15.0
"""Accuracy of a receiver that does not tell: a vehicle's receiver under open sky, with some reserve."""
LEFT_M: Final = 60.0
"""Beyond this and the fix's own accuracy no carriageway, forecourt or drawing error explains the distance."""
FIXES: Final = 3
LASTING: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True, eq=False)
class RouteLine:
    """A way to be followed: corners in metres of `plane`, and at each corner metres driven and seconds to go.

    Whoever waits beside the road at either end, as far off as the way itself begins or ends, is still on it.
    """

    plane: Plane
    corners: Floats
    along_m: Floats
    to_go_s: Floats
    start_reach_m: float
    end_reach_m: float

    @property
    def length_m(self) -> float:
        """Metres on the road."""
        return float(self.along_m[-1])


@dataclass(frozen=True, slots=True)
class Progress:
    """A place on the way: `along_m` of it driven, `off_m` beside it.

    What remains counts the stretch off the road at the end. The way comes within `POOR_M` of the place (or as near
    as it comes at all) only between `earliest_m` and `latest_m`.
    """

    along_m: float
    remaining_m: float
    remaining_s: float
    off_m: float
    earliest_m: float
    latest_m: float


@dataclass(frozen=True, slots=True)
class Fix:
    """One report of a vehicle's receiver. `accuracy_m` is None where the receiver does not tell."""

    place: Position
    at: datetime
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class OffRoute:
    """What earlier fixes said: how many in a row spoke against the way, and since when. Begins as `OffRoute()`."""

    off: bool = False
    against: int = 0
    since: datetime | None = None
    last: datetime | None = None
    passed_m: float = 0.0
    along_m: float = 0.0


def route_line(path: Path) -> RouteLine:
    """The line of a path, with the time of each of its legs."""
    lonlat = np.array(path.geometry.coords)
    plane = Plane(latitude=float(np.mean(lonlat[:, 1])))
    corners = plane.to_metres(lonlat)
    drawn_m = np.append(0.0, np.cumsum(np.hypot(*np.diff(corners, axis=0).T)))
    along_m = drawn_m * (path.length_m / drawn_m[-1]) if drawn_m[-1] > 0 else drawn_m
    ends_m = np.append(0.0, np.cumsum(path.leg_lengths_m()))
    ends_s = np.append(0.0, np.cumsum([leg.ms / 1000 for leg in path.legs]))
    return RouteLine(
        plane=plane,
        corners=corners,
        along_m=along_m,
        to_go_s=ends_s[-1] + off_road_ms(path.off_road_end_m) / 1000 - np.interp(along_m, ends_m, ends_s),
        start_reach_m=path.off_road_start_m,
        end_reach_m=path.off_road_end_m,
    )


def progress(line: RouteLine, place: Position, since_m: float | None = None) -> Progress:
    """Where on the way a place is.

    Where the way passes the place more than once, the passage nearest to `since_m` (metres driven at the fix before)
    is meant, or the first one.
    """
    here = line.plane.to_metres(np.array([[place.lon, place.lat]]))[0]
    starts, vectors = line.corners[:-1], np.diff(line.corners, axis=0)
    squares = np.einsum("ij,ij->i", vectors, vectors)
    dots = np.einsum("ij,ij->i", here - starts, vectors)
    share = np.clip(np.divide(dots, squares, out=np.zeros_like(dots), where=squares > 0), 0.0, 1.0)
    away_m = np.hypot(*(here - starts - share[:, None] * vectors).T)
    along_m = line.along_m[:-1] + share * np.diff(line.along_m)
    nearest_m = float(away_m.min())
    near = np.flatnonzero(away_m <= nearest_m + ASSUMED_M)
    passages = np.split(near, np.flatnonzero(np.diff(near) > 1) + 1)
    wanted_m = 0.0 if since_m is None else since_m
    passage = min(passages, key=lambda segments: float(np.abs(along_m[segments] - wanted_m).min()))
    best = int(passage[np.argmin(away_m[passage])])
    driven_m = float(along_m[best])
    earliest_m, latest_m = _passages(line, squares, share, away_m, max(POOR_M, nearest_m))
    return Progress(
        along_m=driven_m,
        remaining_m=line.length_m - driven_m + line.end_reach_m,
        remaining_s=float(np.interp(driven_m, line.along_m, line.to_go_s)),
        off_m=_off_m(line, here, nearest_m),
        earliest_m=earliest_m,
        latest_m=latest_m,
    )


def observe(state: OffRoute, progress: Progress, fix: Fix) -> tuple[OffRoute, bool]:
    """The state after a fix, and whether this fix is the one that shows that the vehicle has left the way.

    A poor fix, and one older than the last, changes nothing. `OffRoute.off` stays until the vehicle is back on the
    way; a new way begins with a new state.
    """
    accuracy_m = ASSUMED_M if fix.accuracy_m is None else fix.accuracy_m
    if accuracy_m > POOR_M or (state.last is not None and fix.at <= state.last):
        return state, False
    away = progress.off_m > LEFT_M + accuracy_m
    back = progress.latest_m < state.passed_m
    if not (away or back):
        passed_m = max(state.passed_m, progress.earliest_m)
        return OffRoute(last=fix.at, passed_m=passed_m, along_m=progress.along_m), False
    since = fix.at if state.since is None else state.since
    against = state.against + 1
    off = against >= FIXES or (against > 1 and fix.at - since >= LASTING)
    after = replace(state, off=off, against=against, since=since, last=fix.at)
    return after, off and not state.off


def _passages(
    line: RouteLine, squares: Floats, share: Floats, away_m: Floats, within_m: float
) -> tuple[float, float]:
    """The first and the last place of the way, in metres along, that lie within a radius."""
    near = np.flatnonzero(away_m <= within_m)
    ends_m: list[float] = []
    for segment, sign in ((near[0], -1.0), (near[-1], 1.0)):
        length_m = float(np.sqrt(squares[segment]))
        scale = float(line.along_m[segment + 1] - line.along_m[segment])
        half_m = float(np.sqrt(max(0.0, within_m**2 - away_m[segment] ** 2)))
        part = share[segment] + sign * (half_m / length_m if length_m > 0 else 0.0)
        ends_m.append(float(line.along_m[segment] + min(1.0, max(0.0, part)) * scale))
    return ends_m[0], ends_m[1]


def _off_m(line: RouteLine, here: Floats, nearest_m: float) -> float:
    """Metres beside the way, less the reach that it grants at its ends."""
    start_m = float(np.hypot(*(here - line.corners[0]))) - line.start_reach_m
    end_m = float(np.hypot(*(here - line.corners[-1]))) - line.end_reach_m
    return max(0.0, min(nearest_m, start_m, end_m))
