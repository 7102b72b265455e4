"""Vehicle ways -> RoadNetwork: cuts ways at junctions, keeps what lies between as geometry, resolves turn
restrictions.

A junction is a node used more than once, or the end of a way. Parallel arcs and islands are kept. A loop that
begins and ends at one junction is cut in its middle, so no arc ever leads from a junction to itself and no
address is lost.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from geo.roads.network import RoadName, RoadNetwork
from geo.roads.osm import OsmExtract, Progress, RawRestriction, RawWay
from geo.roads.plane import distances_m


@dataclass(slots=True)
class _Pieces:
    """Growing columns of the pieces."""

    ends: list[tuple[int, int]] = field(default_factory=list)
    ways: list[RawWay] = field(default_factory=list)
    names: list[int] = field(default_factory=list)
    points: list[tuple[float, float]] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])


def build_network(extract: OsmExtract, progress: Progress) -> tuple[RoadNetwork, Counter[str]]:
    """The network of an extract, and how many turn restrictions stayed unresolved, by reason."""
    uses = Counter(ref for way in extract.ways for ref in way.refs)
    junctions: dict[int, int] = {}
    lonlat: list[tuple[float, float]] = []
    names: dict[RoadName, int] = {}
    pieces = _Pieces()
    total = len(extract.ways)
    for done, way in enumerate(extract.ways):
        if done % 5000 == 0:
            progress("cut", done, total)
        name = names.setdefault(RoadName(way.rule.name, way.rule.name_en, way.rule.ref), len(names))
        for first, last in _cuts(way.refs, uses):
            for index in (first, last):
                if way.refs[index] not in junctions:
                    junctions[way.refs[index]] = len(lonlat)
                    lonlat.append(way.lonlat[index])
            pieces.ends.append((junctions[way.refs[first]], junctions[way.refs[last]]))
            pieces.ways.append(way)
            pieces.names.append(name)
            pieces.points.extend(way.lonlat[first : last + 1])
            pieces.starts.append(len(pieces.points))
    progress("cut", total, total)
    network = _assemble(pieces, junctions, lonlat, tuple(names))
    return _resolve_restrictions(network, extract.restrictions, junctions)


def _cuts(refs: Sequence[int], uses: Counter[int]) -> Iterator[tuple[int, int]]:
    """Index ranges between consecutive junctions of a way; a range from a junction to itself is halved."""
    first = 0
    for index in range(1, len(refs)):
        if index < len(refs) - 1 and uses[refs[index]] < 2:
            continue
        if refs[first] == refs[index]:
            middle = (first + index) // 2
            yield first, middle
            first = middle
        yield first, index
        first = index


def _assemble(
    pieces: _Pieces,
    junctions: dict[int, int],
    lonlat: list[tuple[float, float]],
    names: tuple[RoadName, ...],
) -> RoadNetwork:
    geometry = np.array(pieces.points, dtype=np.float64)
    start = np.array(pieces.starts, dtype=np.int32)
    steps_m = np.append(distances_m(geometry[:-1], geometry[1:]), 0.0)
    steps_m[start[1:] - 1] = 0.0  # from the end of one piece to the start of the next
    length_m = np.add.reduceat(steps_m, start[:-1])
    rules = [way.rule for way in pieces.ways]
    way_ids = np.array([way.id for way in pieces.ways], dtype=np.int64)

    _, owner = np.unique(way_ids, return_inverse=True)
    way_length_m = np.bincount(owner, weights=length_m)[owner]
    share = np.divide(length_m, way_length_m, out=np.zeros_like(length_m), where=way_length_m > 0)
    duration_s = np.array([rule.duration_s for rule in rules]) * share

    ends = np.array(pieces.ends, dtype=np.int32)
    forward = np.flatnonzero([rule.forward for rule in rules])
    backward = np.flatnonzero([rule.backward for rule in rules])
    tail = np.concatenate([ends[forward, 0], ends[backward, 1]])
    head = np.concatenate([ends[forward, 1], ends[backward, 0]])
    piece = np.concatenate([forward, backward]).astype(np.int32)
    is_reversed = np.repeat([False, True], [len(forward), len(backward)])
    order = np.lexsort((piece, tail))
    no_ints, no_longs = np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int64)
    return RoadNetwork(
        junction_lonlat=np.array(lonlat, dtype=np.float64),
        junction_osm_id=np.array(list(junctions), dtype=np.int64),
        arc_tail=tail[order],
        arc_head=head[order],
        arc_piece=piece[order],
        arc_reversed=is_reversed[order],
        piece_length_m=length_m,
        piece_class=np.array([rule.road_class for rule in rules], dtype=np.uint8),
        piece_flags=np.array([rule.flags for rule in rules], dtype=np.uint8),
        piece_access=np.array([rule.access for rule in rules], dtype=np.uint8),
        piece_maxspeed_kmh=np.array([rule.maxspeed_kmh for rule in rules], dtype=np.float64),
        piece_duration_s=duration_s,
        piece_name=np.array(pieces.names, dtype=np.int32),
        piece_way=way_ids,
        piece_start=start,
        geometry=geometry,
        restriction_kind=np.empty(0, dtype=np.str_),
        restriction_from_way=no_longs,
        restriction_via_node=no_longs,
        restriction_to_way=no_longs,
        restriction_from_arc=no_ints,
        restriction_to_arc=no_ints,
        names=names,
    )


def _resolve_restrictions(
    network: RoadNetwork, restrictions: Sequence[RawRestriction], junctions: dict[int, int]
) -> tuple[RoadNetwork, Counter[str]]:
    arriving: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    leaving: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    ways = network.piece_way[network.arc_piece].tolist()
    known_ways = set(ways)
    rows = zip(ways, network.arc_tail.tolist(), network.arc_head.tolist(), strict=True)
    for arc, (way, tail, head) in enumerate(rows):
        leaving[way, tail].append(arc)
        arriving[way, head].append(arc)

    unresolved: Counter[str] = Counter()
    turns: list[tuple[int, int]] = []
    for turn in restrictions:
        junction = junctions.get(turn.via_node, -1)
        from_arcs, to_arcs = arriving[turn.from_way, junction], leaving[turn.to_way, junction]
        if len(from_arcs) == 1 and len(to_arcs) == 1:
            turns.append((from_arcs[0], to_arcs[0]))
            continue
        turns.append((-1, -1))
        if turn.via_node == 0:
            unresolved["restriction-via-way"] += 1
        elif turn.from_way not in known_ways or turn.to_way not in known_ways:
            unresolved["restriction-way-not-imported"] += 1
        elif from_arcs and to_arcs:
            unresolved["restriction-ambiguous"] += 1
        else:
            unresolved["restriction-does-not-meet"] += 1
    arcs = np.array(turns, dtype=np.int32).reshape(-1, 2)
    resolved = replace(
        network,
        restriction_kind=np.array([turn.kind for turn in restrictions], dtype=np.str_),
        restriction_from_way=np.array([turn.from_way for turn in restrictions], dtype=np.int64),
        restriction_via_node=np.array([turn.via_node for turn in restrictions], dtype=np.int64),
        restriction_to_way=np.array([turn.to_way for turn in restrictions], dtype=np.int64),
        restriction_from_arc=arcs[:, 0],
        restriction_to_arc=arcs[:, 1],
    )
    return resolved, unresolved
