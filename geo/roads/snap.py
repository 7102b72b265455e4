"""Position -> where it stands on the roads: the nearest usable arcs, how far along them, how far away.

A ferry is never snapped to; a tunnel, bridge or motorway only by who stands on it. Roads from which the whole
network can be reached and that can be reached from all of it are preferred to fragments, if one is near.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.errors import OffRoad
from geo.roads.network import RoadNetwork
from geo.roads.plane import distances_m
from geo.roads.speeds import INFINITE_MS
from geo.roads.tags import RoadClass, RoadFlag
from geo.shapes import Position

REACH_M: Final = 5_000.0
"""Beyond this a position is off the road."""
MAIN_REACH_M: Final = 300.0
"""A road of the main network within this distance beats any nearer fragment."""
ON_IT_M: Final = 40.0
"""Within this distance of a tunnel, bridge or motorway one is taken to be on it."""
_RINGS_M: Final = (MAIN_REACH_M, 1_500.0, REACH_M)

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place on an arc: `fraction` of its length from its tail, `distance_m` from the position asked for."""

    arc: int
    fraction: float
    distance_m: float
    point: Position


class Snapper:
    """Search for one mode. `usable` has shape (arcs,): what the mode may drive on when nothing is closed."""

    def __init__(self, network: RoadNetwork, ms: NDArray[np.int32]) -> None:
        self._network = network
        usable = ms < INFINITE_MS
        main = usable & _main_arcs(network, usable)
        ferry = network.piece_class == RoadClass.FERRY
        apart = np.isin(network.piece_class, (RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK))
        self._apart = apart | ((network.piece_flags & (RoadFlag.TUNNEL | RoadFlag.BRIDGE)) != 0)
        self._main = _pieces_with(network, main) & ~ferry
        self._any = _pieces_with(network, usable) & ~ferry
        self._main_pieces = np.flatnonzero(self._main)
        self._main_tree = shapely.STRtree(network.piece_lines[self._main_pieces])

    def snap_many(self, positions: Sequence[Position], open_arcs: Mask) -> list[list[Candidate]]:
        """For each position the open arcs of its nearest suitable piece; an empty list when off the road.

        `open_arcs` has shape (arcs,): usable in this mode and not closed. Both directions of a two-way
        road are answered.
        """
        if not positions:
            return []
        lonlat = np.array([(p.lon, p.lat) for p in positions], dtype=np.float64)
        points = shapely.points(self._network.plane.to_metres(lonlat))
        pieces = self._nearest_main(points, open_arcs)
        for index in np.flatnonzero(pieces < 0).tolist():
            found = self._search(points[index], open_arcs)
            pieces[index] = -1 if found is None else found
        return self._candidates(lonlat, points, pieces, open_arcs)

    def snap(self, position: Position, open_arcs: Mask) -> list[Candidate]:
        """The same for one position; raises OffRoad (facts lon, lat, reach_m) beyond reach."""
        (found,) = self.snap_many([position], open_arcs)
        if not found:
            raise OffRoad("off-road", lon=position.lon, lat=position.lat, reach_m=REACH_M)
        return found

    def _nearest_main(self, points: NDArray[np.object_], open_arcs: Mask) -> NDArray[np.int64]:
        """The common case in one stroke: nearest main piece, -1 where it does not settle the matter."""
        pieces = np.full(len(points), -1, dtype=np.int64)
        if not len(self._main_pieces):
            return pieces
        (asked, found), distance_m = self._main_tree.query_nearest(
            points, max_distance=MAIN_REACH_M, all_matches=False, return_distance=True
        )
        found = self._main_pieces[found]
        settled = _open_pieces(self._network, found, open_arcs)
        settled &= ~self._apart[found] | (distance_m <= ON_IT_M)
        pieces[asked[settled]] = found[settled]
        return pieces

    def _search(self, point: shapely.Point, open_arcs: Mask) -> int | None:
        """The slow case: everything in growing rings, so that a near answer stays cheap."""
        for reach_m in _RINGS_M:
            near = self._network.piece_tree.query(point, predicate="dwithin", distance=reach_m)
            near = near[self._any[near] & _open_pieces(self._network, near, open_arcs)]
            distance_m = shapely.distance(self._network.piece_lines[near], point)
            fit = ~self._apart[near] | (distance_m <= ON_IT_M)
            near, distance_m = near[fit], distance_m[fit]
            if not len(near):
                continue
            preferred = self._main[near]
            if reach_m <= MAIN_REACH_M and preferred.any():
                near, distance_m = near[preferred], distance_m[preferred]
            return int(near[np.argmin(distance_m)])
        return None

    def _candidates(
        self,
        lonlat: NDArray[np.float64],
        points: NDArray[np.object_],
        pieces: NDArray[np.int64],
        open_arcs: Mask,
    ) -> list[list[Candidate]]:
        network = self._network
        hit = np.flatnonzero(pieces >= 0)
        lines = network.piece_lines[pieces[hit]]
        along_m = shapely.line_locate_point(lines, points[hit])
        length_m = shapely.length(lines)
        fractions = np.divide(along_m, length_m, out=np.zeros_like(along_m), where=length_m > 0)
        feet = shapely.get_coordinates(shapely.line_interpolate_point(lines, along_m))
        feet = network.plane.to_degrees(feet)
        away_m = distances_m(lonlat[hit], feet).tolist()
        result: list[list[Candidate]] = [[] for _ in range(len(points))]
        arcs = network.piece_arcs[pieces[hit]]
        is_open = open_arcs[arcs] & (arcs >= 0)
        rows = zip(
            hit.tolist(),
            arcs.tolist(),
            is_open.tolist(),
            fractions.tolist(),
            feet.tolist(),
            away_m,
            strict=True,
        )
        for index, both, usable, fraction, (lon, lat), distance_m in rows:
            point = Position(lon=lon, lat=lat)
            parts = (fraction, 1.0 - fraction)
            result[index] = [
                Candidate(arc, part, distance_m, point)
                for arc, part, is_usable in zip(both, parts, usable, strict=True)
                if is_usable
            ]
        return result


def _main_arcs(network: RoadNetwork, usable: Mask) -> Mask:
    """Arcs with both ends in the largest set of junctions that all reach each other."""
    if not usable.any():
        return usable
    shape = (network.junction_count, network.junction_count)
    tail, head = network.arc_tail[usable], network.arc_head[usable]
    links = csr_matrix((np.ones(len(tail)), (tail, head)), shape=shape)
    _, label = connected_components(links, directed=True, connection="strong")
    inside = label == np.bincount(label).argmax()
    main: Mask = inside[network.arc_tail] & inside[network.arc_head]
    return main


def _pieces_with(network: RoadNetwork, arcs: Mask) -> Mask:
    pieces = np.zeros(network.piece_count, dtype=np.bool_)
    pieces[network.arc_piece[arcs]] = True
    return pieces


def _open_pieces(network: RoadNetwork, pieces: NDArray[np.int64], open_arcs: Mask) -> Mask:
    """Whether each of these pieces has an open arc."""
    arcs = network.piece_arcs[pieces]
    is_open: Mask = np.any(open_arcs[arcs] & (arcs >= 0), axis=1)
    return is_open
