"""The same answers from scipy, for machines without the routingkit-cch wheel: exact, some hundred times
slower.

The matrices keep the arc order, so `data[arc]` is the weight of that arc. They are built from the three raw
arrays: any other way adds parallel arcs together. Closed arcs weigh inf, which Dijkstra skips.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.roads.engine import End, Route, View
from geo.roads.network import RoadNetwork
from geo.roads.speeds import INFINITE_MS, Mode

_NO_NODE = -9999  # scipy's mark for "has no predecessor"


class ScipyEngine:
    """Stateless beyond the topology: each view carries its own matrices."""

    def __init__(self, network: RoadNetwork, weights: Mapping[Mode, NDArray[np.int32]]) -> None:
        self._network = network
        self._by_head = np.argsort(network.arc_head, kind="stable")
        ends = np.arange(network.junction_count + 1)
        self._first_in = np.searchsorted(network.arc_head[self._by_head], ends).astype(np.int32)
        self._views = self.update(weights)

    def views(self) -> Mapping[Mode, View]:
        return self._views

    def make_ready(self) -> None:
        """Nothing is kept for the next update."""

    def update(self, weights: Mapping[Mode, NDArray[np.int32]]) -> Mapping[Mode, View]:
        network = self._network
        shape = (network.junction_count, network.junction_count)
        views: dict[Mode, View] = {}
        for mode, ms in weights.items():
            data = np.where(ms >= INFINITE_MS, np.inf, np.maximum(ms, 1)).astype(np.float64)
            forward = csr_matrix((data, network.arc_head, network.first_out), shape=shape)
            tails = network.arc_tail[self._by_head]
            backward = csr_matrix((data[self._by_head], tails, self._first_in), shape=shape)
            views[mode] = _ScipyView(network, forward, backward)
        self._views = views
        return views


class _ScipyView:
    def __init__(self, network: RoadNetwork, forward: csr_matrix, backward: csr_matrix) -> None:
        self._network = network
        self._forward = forward
        self._backward = backward

    def many_to_one(self, sources: list[int], target: list[End]) -> list[int | None]:
        return _best(self._backward, target, sources)

    def one_to_many(self, source: list[End], targets: list[int]) -> list[int | None]:
        return _best(self._forward, source, targets)

    def route(self, source: list[End], target: list[End]) -> Route | None:
        best: tuple[float, int, int] | None = None
        for first, start_ms in source:
            distances = dijkstra(self._forward, indices=first)
            for last, end_ms in target:
                total = distances[last] + start_ms + end_ms
                if np.isfinite(total) and (best is None or total < best[0]):
                    best = (total, first, last)
        if best is None:
            return None
        total, first, last = best
        _, before = dijkstra(self._forward, indices=first, return_predecessors=True)
        arcs: list[int] = []
        node = last
        while node != first:
            tail = int(before[node])
            if tail == _NO_NODE:
                return None
            arcs.append(self._cheapest(tail, node))
            node = tail
        return Route(int(total), first, last, arcs[::-1])

    def _cheapest(self, tail: int, head: int) -> int:
        """The quickest of the parallel arcs between two junctions."""
        out = np.arange(self._network.first_out[tail], self._network.first_out[tail + 1])
        parallel = out[self._network.arc_head[out] == head]
        return int(parallel[np.argmin(self._forward.data[parallel])])


def _best(matrix: csr_matrix, ends: list[End], nodes: list[int]) -> list[int | None]:
    if not ends or not nodes:
        return [None] * len(nodes)
    reach = dijkstra(matrix, indices=[node for node, _ in ends])[:, list(nodes)]
    best = (reach + np.array([[ms] for _, ms in ends])).min(axis=0)
    return [int(ms) if np.isfinite(ms) else None for ms in best.tolist()]
