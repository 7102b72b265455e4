"""RoadNetwork: the imported roads as arrays, the truth on disk and in memory; the networkx graph is a view of
it.

The arc id is the contract: one number per directed stretch between two junctions, sorted by tail. Weights,
closures, the compiled index and the graph all use it. A *piece* is the stretch as drawn, shared by the arcs
of its two directions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.roads.bearings import arc_bearings_deg
from geo.roads.plane import Plane

if TYPE_CHECKING:
    import networkx as nx

    from geo.roads.speeds import Mode

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class RoadName:
    """What signs call a road; each may be empty."""

    name: str
    name_en: str
    ref: str


UNNAMED: Final = RoadName("", "", "")


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Junctions, arcs, pieces and turn restrictions, each a set of equally long arrays; WGS-84 degrees.

    `geometry` has shape (points, 2) as lon/lat; piece p owns rows `piece_start[p]` to `piece_start[p + 1]`.
    Restrictions keep what the map says (OpenStreetMap ids, `via_node` 0 for a via way) and the arcs it means,
    or -1.
    """

    junction_lonlat: Floats
    junction_osm_id: Longs

    arc_tail: Ints
    arc_head: Ints
    arc_piece: Ints
    arc_reversed: NDArray[np.bool_]

    piece_length_m: Floats
    piece_class: Bytes
    piece_flags: Bytes
    piece_access: Bytes
    piece_maxspeed_kmh: Floats
    piece_duration_s: Floats
    piece_name: Ints
    piece_way: Longs
    piece_start: Ints
    geometry: Floats

    restriction_kind: NDArray[np.str_]
    restriction_from_way: Longs
    restriction_via_node: Longs
    restriction_to_way: Longs
    restriction_from_arc: Ints
    restriction_to_arc: Ints

    names: tuple[RoadName, ...]

    @property
    def junction_count(self) -> int:
        return len(self.junction_lonlat)

    @property
    def arc_count(self) -> int:
        return len(self.arc_tail)

    @property
    def piece_count(self) -> int:
        return len(self.piece_length_m)

    @cached_property
    def first_out(self) -> Ints:
        """Shape (junctions + 1,): the arcs leaving junction j are first_out[j] to first_out[j + 1]."""
        out: Ints = np.searchsorted(self.arc_tail, np.arange(self.junction_count + 1)).astype(np.int32)
        return out

    @cached_property
    def piece_arcs(self) -> Ints:
        """Shape (pieces, 2): the arc along the drawing and the one against it, -1 where there is none."""
        arcs = np.full((self.piece_count, 2), -1, dtype=np.int32)
        arcs[self.arc_piece, self.arc_reversed.astype(np.int8)] = np.arange(self.arc_count, dtype=np.int32)
        return arcs

    @cached_property
    def arc_bearings_deg(self) -> Floats:
        """Shape (arcs, 2): the heading with which an arc leaves its tail and reaches its head, from north."""
        return arc_bearings_deg(self)

    @cached_property
    def plane(self) -> Plane:
        """The metric plane in which pieces are searched and measured along."""
        return Plane(latitude=float(np.mean(self.junction_lonlat[:, 1])))

    @cached_property
    def piece_lines(self) -> NDArray[np.object_]:
        """One LineString per piece, in metres of `plane`."""
        owner = np.repeat(np.arange(self.piece_count), np.diff(self.piece_start))
        lines: NDArray[np.object_] = shapely.linestrings(self.plane.to_metres(self.geometry), indices=owner)
        shapely.prepare(lines)
        return lines

    @cached_property
    def piece_tree(self) -> shapely.STRtree:
        """All pieces, in metres of `plane`."""
        return shapely.STRtree(self.piece_lines)

    def warm_up(self) -> None:
        """Build the search tree now: it builds itself at its first question, which may be an urgent one."""
        self.piece_tree.query(shapely.Point(0, 0))

    def piece_points(self, piece: int) -> Floats:
        """Shape (n, 2): lon/lat of a piece as drawn."""
        return self.geometry[self.piece_start[piece] : self.piece_start[piece + 1]]

    def arc_name(self, arc: int) -> RoadName:
        return self.names[int(self.piece_name[self.arc_piece[arc]])]

    def arcs_of_pieces(self, pieces: Sequence[int] | Ints | Longs) -> frozenset[int]:
        """Both directions of these pieces."""
        arcs = self.piece_arcs[np.asarray(pieces, dtype=np.int64)].ravel()
        return frozenset(arcs[arcs >= 0].tolist())

    def build_graph(self, ms: Mapping["Mode", Ints]) -> "nx.MultiDiGraph[int]":
        """The networkx graph with each arc under its id as key; `ms_<mode>` is inf where the mode may not
        drive.
        """
        import networkx as nx  # half a second that a service never needs

        from geo.roads.speeds import INFINITE_MS

        graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
        for junction, (lon, lat) in enumerate(self.junction_lonlat.tolist()):
            graph.add_node(junction, lon=lon, lat=lat, osm_id=int(self.junction_osm_id[junction]))
        weights = {
            f"ms_{mode}": [float("inf") if w >= INFINITE_MS else w for w in values.tolist()]
            for mode, values in ms.items()
        }
        rows = zip(self.arc_tail.tolist(), self.arc_head.tolist(), self.arc_piece.tolist(), strict=True)
        for arc, (tail, head, piece) in enumerate(rows):
            name = self.names[self.piece_name[piece]]
            graph.add_edge(
                tail,
                head,
                key=arc,
                piece=piece,
                way=int(self.piece_way[piece]),
                length_m=float(self.piece_length_m[piece]),
                road_class=int(self.piece_class[piece]),
                flags=int(self.piece_flags[piece]),
                access=int(self.piece_access[piece]),
                name=name.name,
                name_en=name.name_en,
                ref=name.ref,
                **{key: values[arc] for key, values in weights.items()},
            )
        return graph
