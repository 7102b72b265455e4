"""A found way as a person is shown it: the line on the map, its length and time, and the roads it follows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import shapely
from shapely import LineString

from geo.roads.network import RoadNetwork
from geo.roads.plane import Floats
from geo.roads.stand import Leg
from geo.roads.tags import RoadClass


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch along one road; names are empty where the map has none."""

    name: str
    name_en: str
    ref: str
    length_m: float
    time_s: float
    ferry: bool


@dataclass(frozen=True, slots=True)
class Path:
    """A way from position to position.

    `geometry` (WGS-84) and `length_m` cover the road part; the stretches off the road, straight from each
    position to its end of the line, are `off_road_start_m` and `off_road_end_m`. `time_s` covers everything;
    the steps without the off-road parts. `legs` are the arcs driven on `network`, the first and last perhaps in
    part. `version` names roads and closures.
    """

    geometry: LineString
    length_m: float
    time_s: float
    legs: tuple[Leg, ...]
    steps: tuple[Step, ...]
    ferry: bool
    off_road_start_m: float
    off_road_end_m: float
    version: str
    network: RoadNetwork = field(repr=False, compare=False)

    @property
    def arcs(self) -> tuple[int, ...]:
        """The arcs driven, in order."""
        return tuple(leg.arc for leg in self.legs)

    def leg_lengths_m(self) -> Floats:
        """Metres of each leg; together `length_m`."""
        pieces = self.network.arc_piece[list(self.arcs)]
        lengths: Floats = self.network.piece_length_m[pieces] * [leg.end - leg.start for leg in self.legs]
        return lengths


def describe(
    network: RoadNetwork, legs: Sequence[Leg], total_ms: int, off_road_m: tuple[float, float], version: str
) -> Path:
    """The path over `legs`, of which there is at least one."""
    steps = tuple(_steps(network, legs))
    return Path(
        geometry=_line(network, legs),
        length_m=sum(step.length_m for step in steps),
        time_s=total_ms / 1000,
        legs=tuple(legs),
        steps=steps,
        ferry=any(step.ferry for step in steps),
        off_road_start_m=off_road_m[0],
        off_road_end_m=off_road_m[1],
        version=version,
        network=network,
    )


def _steps(network: RoadNetwork, legs: Sequence[Leg]) -> list[Step]:
    steps: list[Step] = []
    pieces = network.arc_piece[[leg.arc for leg in legs]]
    length_m = network.piece_length_m[pieces] * [leg.end - leg.start for leg in legs]
    ferries = network.piece_class[pieces] == RoadClass.FERRY
    rows = zip(network.piece_name[pieces].tolist(), ferries.tolist(), length_m.tolist(), legs, strict=True)
    for (name_id, ferry), group in groupby(rows, key=lambda row: (row[0], row[1])):
        members = list(group)
        name = network.names[name_id]
        steps.append(
            Step(
                name=name.name,
                name_en=name.name_en,
                ref=name.ref,
                length_m=sum(row[2] for row in members),
                time_s=sum(row[3].ms for row in members) / 1000,
                ferry=ferry,
            )
        )
    return steps


def _line(network: RoadNetwork, legs: Sequence[Leg]) -> LineString:
    points = np.concatenate([_leg_points(network, leg) for leg in legs])
    fresh = np.append(True, (points[1:] != points[:-1]).any(axis=1))
    points = points[fresh]
    if len(points) == 1:
        points = np.repeat(points, 2, axis=0)
    return LineString(points)


def _leg_points(network: RoadNetwork, leg: Leg) -> Floats:
    """Lon/lat along a leg, in driving order."""
    piece = int(network.arc_piece[leg.arc])
    points = network.piece_points(piece)
    if network.arc_reversed[leg.arc]:
        points = points[::-1]
    if leg.start == 0.0 and leg.end == 1.0:
        return points
    xy = network.plane.to_metres(points)
    along = np.append(0.0, np.cumsum(np.hypot(*np.diff(xy, axis=0).T)))
    low, high = leg.start * along[-1], leg.end * along[-1]
    inner = points[(along > low) & (along < high)]
    line = shapely.linestrings(xy)
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [low, high]))
    ends = network.plane.to_degrees(ends)
    return np.concatenate([ends[:1], inner, ends[1:]])
