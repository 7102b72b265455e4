"""Road closures: what was closed in a person's words -> the arcs it closes, and the overlays of all that are
active.

A closure closes every piece of road that it touches, whole and in both directions, for every mode: water and
landslides know no siren. An effective weight is the base with all active overlays, so ending one closure
never undoes another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon

from geo.errors import GeoError
from geo.roads.network import RoadNetwork
from geo.roads.speeds import INFINITE_MS
from geo.shapes import Position


@dataclass(frozen=True, slots=True)
class AreaClosure:
    """Everything that a WGS-84 polygon touches: a flooded riverside, a cordon."""

    id: str
    area: Polygon


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """A road by one of its names or its reference number, where it touches `within` (all of it without)."""

    id: str
    road: str
    within: Polygon | None = None


@dataclass(frozen=True, slots=True)
class PlaceClosure:
    """Every road within `radius_m` of a place: a bridge, a ferry landing, a crossing."""

    id: str
    position: Position
    radius_m: float


Closure = AreaClosure | RoadClosure | PlaceClosure


def resolve(network: RoadNetwork, closure: Closure) -> frozenset[int]:
    """The arcs that a closure closes, both directions of each.

    Raises GeoError: closure-area-invalid, closure-road-unknown (no road of that name),
    closure-touches-no-road. The fact `closure` holds the id.
    """
    match closure:
        case AreaClosure(area=area):
            pieces = _pieces_in(network, closure.id, area)
        case RoadClosure(road=road, within=within):
            pieces = _pieces_named(network, road)
            if not len(pieces):
                raise GeoError("closure-road-unknown", closure=closure.id, road=road)
            if within is not None:
                pieces = np.intersect1d(pieces, _pieces_in(network, closure.id, within))
        case PlaceClosure(position=position, radius_m=radius_m):
            point = shapely.points(network.plane.to_metres(np.array([[position.lon, position.lat]])))[0]
            pieces = network.piece_tree.query(point, predicate="dwithin", distance=radius_m)
    arcs = network.arcs_of_pieces(pieces)
    if not arcs:
        raise GeoError("closure-touches-no-road", closure=closure.id)
    return arcs


def _pieces_in(network: RoadNetwork, closure_id: str, area: Polygon) -> NDArray[np.int64]:
    if area.is_empty or not area.is_valid:
        raise GeoError("closure-area-invalid", closure=closure_id)
    local = shapely.transform(area, network.plane.to_metres)
    pieces: NDArray[np.int64] = network.piece_tree.query(local, predicate="intersects")
    return pieces


def _pieces_named(network: RoadNetwork, road: str) -> NDArray[np.int64]:
    asked = road.strip().casefold()
    matching = [
        index
        for index, name in enumerate(network.names)
        if asked
        and asked in {word.strip().casefold() for word in (name.name, name.name_en, *name.ref.split(";"))}
    ]
    return np.flatnonzero(np.isin(network.piece_name, matching))


def lines_of(network: RoadNetwork, arcs: Iterable[int]) -> list[list[tuple[float, float]]]:
    """What these arcs look like on a map: lon/lat lines, pieces joined end to end, in no particular direction."""
    pieces = np.unique(network.arc_piece[sorted(arcs)])
    drawn = [shapely.LineString(network.piece_points(int(piece))) for piece in pieces]
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(drawn)))
    return [[(lon, lat) for lon, lat in line.coords] for line in joined]


@dataclass(frozen=True, slots=True)
class Overlays:
    """The journal of what is closed now: closure id -> the arcs it closes."""

    active: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def with_closure(self, closure_id: str, arcs: frozenset[int]) -> "Overlays":
        return Overlays({**self.active, closure_id: arcs})

    def without(self, closure_id: str) -> "Overlays":
        return Overlays({key: arcs for key, arcs in self.active.items() if key != closure_id})

    def closed_arcs(self) -> NDArray[np.int64]:
        """All closed arcs, sorted."""
        return np.array(sorted(frozenset[int]().union(*self.active.values())), dtype=np.int64)

    def effective_ms(self, base: NDArray[np.int32]) -> NDArray[np.int32]:
        """The base with every active overlay: closed arcs are INFINITE_MS."""
        ms = base.copy()
        ms[self.closed_arcs()] = INFINITE_MS
        return ms


def resolve_all(
    network: RoadNetwork, closures: Iterable[Closure], known: Mapping[Closure, frozenset[int]]
) -> dict[Closure, frozenset[int]]:
    """Each closure with its arcs; what `known` holds already is not searched again. Ids must differ."""
    resolved: dict[Closure, frozenset[int]] = {}
    for closure in closures:
        if any(other.id == closure.id for other in resolved):
            raise GeoError("closure-id-twice", closure=closure.id)
        arcs = known.get(closure)
        resolved[closure] = resolve(network, closure) if arcs is None else arcs
    return resolved
