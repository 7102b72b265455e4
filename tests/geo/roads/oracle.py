"""The independent check: the same questions answered by networkx Dijkstra on the same milliseconds.

`compare` works on any road network: `compare(times, mode, seed=...)` raises AssertionError at the first
difference.
"""

import math
import random
from collections.abc import Sequence
from functools import cache

import networkx as nx
from shapely import Polygon

from geo.errors import GeoError
from geo.roads.closures import AreaClosure, Closure, PlaceClosure, RoadClosure, resolve
from geo.roads.network import RoadNetwork
from geo.roads.speeds import Mode, off_road_ms
from geo.roads.stand import Stand
from geo.roads.travel import TravelTimes
from geo.shapes import Position


class Oracle:
    """Shortest times by networkx for one mode, with the weights that `times` has now."""

    def __init__(self, times: TravelTimes, mode: Mode) -> None:
        self._graph = times.graph()
        self._network = times.network
        self._weight = f"ms_{mode}"
        self._lean = self._cheapest_arcs()
        self._from = cache(self._distances_from)

    def _cheapest_arcs(self) -> "nx.DiGraph[int]":
        """One weight per pair of junctions, closed arcs left out: networkx is twice as fast on it."""
        lean: nx.DiGraph[int] = nx.DiGraph()
        lean.add_nodes_from(self._graph)
        for tail, head, ms in self._graph.edges(data=self._weight):
            if not math.isinf(ms) and ms < lean.get_edge_data(tail, head, {"ms": math.inf})["ms"]:
                lean.add_edge(tail, head, ms=ms)
        return lean

    def _distances_from(self, junction: int) -> dict[int, float]:
        found: dict[int, float] = nx.single_source_dijkstra_path_length(self._lean, junction, weight="ms")
        return found

    def between_junctions(self, source: int, target: int) -> int | None:
        ms = self._from(source).get(target, math.inf)
        return None if math.isinf(ms) else int(ms)

    def between_stands(self, source: Stand, target: Stand) -> float | None:
        """Seconds between snapped positions, offsets worked out again from arc and fraction."""
        best = math.inf
        walk_ms = sum(off_road_ms(s.candidates[0].distance_m) for s in (source, target) if s.candidates)
        for s in source.candidates:
            s_tail, s_head, s_ms = self._arc(s.arc)
            starts = [(s_head, round((1 - s.fraction) * s_ms))] + [(s_tail, 0)] * (s.fraction == 0)
            for t in target.candidates:
                t_tail, t_head, t_ms = self._arc(t.arc)
                ends = [(t_tail, round(t.fraction * t_ms))] + [(t_head, 0)] * (t.fraction == 1)
                if s.arc == t.arc and s.fraction <= t.fraction:
                    best = min(best, round((t.fraction - s.fraction) * s_ms))
                for first, before in starts:
                    for last, after in ends:
                        best = min(best, before + self._from(first).get(last, math.inf) + after)
        return None if math.isinf(best) else (best + walk_ms) / 1000

    def _arc(self, arc: int) -> tuple[int, int, int]:
        tail, head = int(self._network.arc_tail[arc]), int(self._network.arc_head[arc])
        return tail, head, int(self._graph[tail][head][arc][self._weight])


def compare(times: TravelTimes, mode: Mode, *, seed: int, sources: int = 40, targets: int = 25) -> int:
    """Compare sources x targets junction pairs, and a quarter as many position pairs both ways; returns how
    many junction pairs had a way.
    """
    rng = random.Random(seed)
    oracle = Oracle(times, mode)
    count = times.network.junction_count
    from_junctions = [rng.randrange(count) for _ in range(sources)]
    to_junctions = [rng.randrange(count) for _ in range(targets)]
    reached = 0
    for target in to_junctions:
        ours = times.view(mode).many_to_one(from_junctions, [(target, 0)])
        theirs = [oracle.between_junctions(source, target) for source in from_junctions]
        assert ours == theirs, f"junctions {from_junctions} -> {target}"
        reached += sum(ms is not None for ms in ours)

    froms = random_positions(times.network, rng, sources // 2)
    tos = random_positions(times.network, rng, targets // 2)
    matrix = times.matrix(froms, tos, mode)
    from_stands, to_stands = times.stands(froms, mode), times.stands(tos, mode)
    for i, source_stand in enumerate(from_stands):
        expected = [oracle.between_stands(source_stand, target_stand) for target_stand in to_stands]
        assert matrix[i] == expected, f"{froms[i]} -> {tos}"
    assert times.matrix(tos, froms, mode) == [
        [oracle.between_stands(t, s) for s in from_stands] for t in to_stands
    ]
    for i, (start, end) in enumerate(zip(froms, tos, strict=False)):
        check_path(times, start, end, mode, matrix[i][i])
    return reached


def check_path(
    times: TravelTimes, source: Position, target: Position, mode: Mode, expected_s: float | None
) -> None:
    """The path takes the time of the matrix, hangs together, and its parts add up."""
    stands = times.stands([source, target], mode)
    if not all(stand.candidates for stand in stands):
        return
    path = times.path(source, target, mode)
    if path is None:
        assert expected_s is None
        return
    assert path.time_s == expected_s
    assert path.version == times.version
    network = times.network
    for before, after in zip(path.arcs, path.arcs[1:], strict=False):
        assert network.arc_head[before] == network.arc_tail[after]
    on_road_s = path.time_s - sum(off_road_ms(m) for m in (path.off_road_start_m, path.off_road_end_m)) / 1000
    assert math.isclose(sum(step.time_s for step in path.steps), on_road_s, abs_tol=0.001)
    assert math.isclose(sum(step.length_m for step in path.steps), path.length_m, rel_tol=1e-9)


def random_positions(network: RoadNetwork, rng: random.Random, count: int) -> list[Position]:
    """Positions near junctions: on the road, beside it, and now and then in the fields."""
    positions = []
    for _ in range(count):
        lon, lat = network.junction_lonlat[rng.randrange(network.junction_count)].tolist()
        spread = rng.choice((0.0, 0.0005, 0.005))
        positions.append(Position(lon + rng.uniform(-spread, spread), lat + rng.uniform(-spread, spread)))
    return positions


def random_closures(network: RoadNetwork, rng: random.Random, count: int) -> list[Closure]:
    """Closures of all three kinds, each touching at least one road."""
    closures: list[Closure] = []
    named = [name.name for name in network.names if name.name]
    while len(closures) < count:
        centre = random_positions(network, rng, 1)[0]
        closure: Closure
        kind = rng.randrange(3)
        if kind == 0:
            closure = AreaClosure(f"c{len(closures)}", _square(centre, rng.uniform(0.0005, 0.004)))
        elif kind == 1 and named:
            closure = RoadClosure(f"c{len(closures)}", rng.choice(named))
        else:
            closure = PlaceClosure(f"c{len(closures)}", centre, rng.uniform(20, 200))
        try:
            resolve(network, closure)
        except GeoError:
            continue
        closures.append(closure)
    return closures


def _square(centre: Position, half: float) -> Polygon:
    return Polygon([(centre.lon + x * half, centre.lat + y * half) for x, y in _CORNERS])


_CORNERS: Sequence[tuple[int, int]] = ((-1, -1), (1, -1), (1, 1), (-1, 1))
