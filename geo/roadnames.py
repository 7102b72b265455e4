"""Where on a named road: a few places that stand for its length, and where two roads meet."""

from dataclasses import dataclass

import numpy as np
import shapely

from geo.geodesy import LocalFrame
from geo.places import NamedRoad
from geo.shapes import Position

_MOST_PLACES = 16
# Junctions of dual carriageways and roundabouts: the centre lines need not touch.
_MEETING_WITHIN_M = 60.0
_ONE_JUNCTION_M = 150.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Places evenly spaced along a road, and the standard deviation with which each covers its part."""

    places: tuple[Position, ...]
    sigma_m: float


def stretch(road: NamedRoad, near: Position | None = None, within_m: float = 0.0) -> Stretch:
    """The whole road, or what of it lies within a distance of a place (the whole road if nothing does)."""
    frame = LocalFrame.around(road.lines)
    lines = frame.flatten(road.lines)
    if near is not None:
        x, y = frame.to_metres(near.lon, near.lat)
        clipped = shapely.intersection(lines, shapely.Point(x, y).buffer(within_m))
        lines = lines if clipped.is_empty else clipped
    pieces = [line for line in shapely.get_parts(lines) if line.length > 0]
    if not pieces:
        middle = road.lines.representative_point()
        return Stretch((Position(middle.x, middle.y),), 50.0)
    lengths = np.array([line.length for line in pieces])
    reach = np.cumsum(lengths)
    count = int(np.clip(round(reach[-1] / 300), 1, _MOST_PLACES))
    places = []
    for at in (np.arange(count) + 0.5) / count * reach[-1]:
        number = min(int(np.searchsorted(reach, at)), len(pieces) - 1)
        point = pieces[number].interpolate(at - (reach[number] - lengths[number]))
        places.append(Position(*frame.to_degrees(point.x, point.y)))
    return Stretch(tuple(places), max(30.0, float(reach[-1]) / count / 2))


def crossings(first: NamedRoad, second: NamedRoad) -> list[Position]:
    """Where two roads meet or come within 60 m, each junction once; empty when they never do."""
    frame = LocalFrame.around(first.lines)
    a, b = frame.flatten(first.lines), frame.flatten(second.lines)
    shared = shapely.get_parts(shapely.intersection(a, b))
    points = [part.centroid for part in shared if not part.is_empty]
    if not points and shapely.dwithin(a, b, _MEETING_WITHIN_M):
        points = [shapely.shortest_line(a, b).centroid]
    junctions: list[tuple[float, float]] = []
    for point in points:
        if all(np.hypot(point.x - x, point.y - y) > _ONE_JUNCTION_M for x, y in junctions):
            junctions.append((point.x, point.y))
    return [Position(*frame.to_degrees(x, y)) for x, y in junctions]
