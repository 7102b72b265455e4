"""The compiled index: customizable contraction hierarchies, and the only module that knows routingkit-cch.

What the library asks for and this module keeps to (each breach is a panic, which is no `Exception`): node
lists are never empty; weights are whole, at least 1, and clamped; query objects stay in the thread that made
them; a result is read and dropped before the next run; weights change only while nothing is asking.

Each mode has two metrics, A and B. One serves while the other takes new weights; then they change places. A
thread leases the serving metric with its first question. A metric that is still leased when its turn comes is
left to its lessee and a new one is made, so no question ever sees half an update and nobody waits for
anybody. Making one takes a hundred times as long as changing one: `make_ready` does it before it is needed.

Literature: Dibbelt, Strasser, Wagner, Customizable Contraction Hierarchies, arXiv 1402.0402.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.roads.engine import End, Retired, Route, View
from geo.roads.network import RoadNetwork
from geo.roads.speeds import INFINITE_MS, Mode

try:
    import routingkit_cch as rk
except ImportError:  # a machine without the wheel: `fallback` serves
    _AVAILABLE = False
else:
    _AVAILABLE = True

PARTIAL_LIMIT = 500
"""Up to so many changed arcs a partial update is quicker than a reset of all weights."""

Order = NDArray[np.uint32]


def is_available() -> bool:
    """Whether this machine has the routingkit-cch wheel."""
    return _AVAILABLE


@contextmanager
def _no_panic(what: str) -> Iterator[None]:
    """Turn the library's PanicException, a BaseException, into an error of ours."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise GeoError("roads-index-failed", what=what, detail=str(error)) from None


def compute_order(network: RoadNetwork) -> Order:
    """The node order, shape (junctions,): slow, and independent of weights, closures and modes."""
    lon, lat = network.junction_lonlat.T.tolist()
    tail, head = network.arc_tail.tolist(), network.arc_head.tolist()
    with _no_panic("order"):
        order = rk.compute_order_inertial(network.junction_count, tail, head, lat, lon)
    return np.asarray(order, dtype=np.uint32)


class _Metric:
    """One set of weights, customized; `leases` are the query objects that read it."""

    def __init__(self, cch: "rk.CCH", weights: NDArray[np.int32]) -> None:
        self.weights = weights
        self.generation = 0
        self.leases: WeakSet[_Queries] = WeakSet()
        with _no_panic("customize"):
            self.metric = rk.CCHMetric(cch, weights.tolist())

    def change(self, cch: "rk.CCH", weights: NDArray[np.int32]) -> None:
        """Take new weights in place; nobody may hold a lease."""
        changed = np.flatnonzero(weights != self.weights)
        with _no_panic("update"):
            if len(changed) > PARTIAL_LIMIT:
                self.metric.reset(weights.tolist())
            elif len(changed):
                update = dict(zip(changed.tolist(), weights[changed].tolist(), strict=True))
                rk.CCHMetricPartialUpdater(cch).apply(self.metric, update)
        self.weights = weights


class _Queries:
    """One thread's query objects on one metric. Pins are kept: the same units are asked for again."""

    def __init__(self, metric: _Metric) -> None:
        self.metric = metric
        self.generation = metric.generation
        self._query = rk.CCHQuery(metric.metric)
        self._to_one: rk.CCHManyToOne | None = None
        self._to_one_pins: list[int] = []
        self._from_one: rk.CCHOneToMany | None = None
        self._from_one_pins: list[int] = []

    def to_one(self, sources: list[int], target: list[End]) -> list[int | None]:
        if self._to_one is None:
            self._to_one = rk.CCHManyToOne(self.metric.metric, sources)
        elif self._to_one_pins != sources:
            self._to_one.repin_sources(sources)
        self._to_one_pins = sources
        return self._to_one.distances_to_multi(target)

    def from_one(self, source: list[End], targets: list[int]) -> list[int | None]:
        if self._from_one is None:
            self._from_one = rk.CCHOneToMany(self.metric.metric, targets)
        elif self._from_one_pins != targets:
            self._from_one.repin_targets(targets)
        self._from_one_pins = targets
        return self._from_one.distances_from_multi(source)

    def route(self, source: list[End], target: list[End]) -> Route | None:
        result = self._query.run_multi(source, target)
        ms = result.distance
        route = None
        if ms is not None:
            nodes = result.node_path
            route = Route(ms, nodes[0], nodes[-1], result.arc_path)
        del result
        return route


class CchView:
    """One mode's weights as they were when the view was made."""

    def __init__(self, engine: "CchEngine", mode: Mode, metric: _Metric) -> None:
        self._engine = engine
        self._mode = mode
        self.metric = metric
        self.generation = metric.generation

    def many_to_one(self, sources: list[int], target: list[End]) -> list[int | None]:
        if not sources or not target:
            return [None] * len(sources)
        self._engine.check_nodes(sources, target)
        queries = self._engine.lease(self._mode, self)
        with _no_panic("many-to-one"):
            return queries.to_one(sources, target)

    def one_to_many(self, source: list[End], targets: list[int]) -> list[int | None]:
        if not source or not targets:
            return [None] * len(targets)
        self._engine.check_nodes(targets, source)
        queries = self._engine.lease(self._mode, self)
        with _no_panic("one-to-many"):
            return queries.from_one(source, targets)

    def route(self, source: list[End], target: list[End]) -> Route | None:
        if not source or not target:
            return None
        self._engine.check_nodes([node for node, _ in source], target)
        queries = self._engine.lease(self._mode, self)
        with _no_panic("route"):
            return queries.route(source, target)


class CchEngine:
    """Topology once, two metrics per mode, query objects per thread. One writer at a time, any number of
    readers.
    """

    def __init__(self, network: RoadNetwork, order: Order, weights: Mapping[Mode, NDArray[np.int32]]) -> None:
        self._node_count = network.junction_count
        self._arc_count = network.arc_count
        tail, head = network.arc_tail.tolist(), network.arc_head.tolist()
        with _no_panic("topology"):
            # False: an arc that is closed at the start must be able to open
            self._cch = rk.CCH(order.tolist(), tail, head, False)
        self._lock = threading.Lock()
        self._writer = threading.Lock()
        self._held = threading.local()
        clean = {mode: self._clamped(values) for mode, values in weights.items()}
        self._serving = {mode: _Metric(self._cch, values) for mode, values in clean.items()}
        self._spare: dict[Mode, _Metric | None] = {m: _Metric(self._cch, v) for m, v in clean.items()}

    def views(self) -> Mapping[Mode, View]:
        return {mode: CchView(self, mode, metric) for mode, metric in self._serving.items()}

    def update(self, weights: Mapping[Mode, NDArray[np.int32]]) -> Mapping[Mode, View]:
        with self._writer:
            clean = {mode: self._clamped(values) for mode, values in weights.items()}
            fresh = {mode: self._fresh(mode, values) for mode, values in clean.items()}
            for mode, metric in fresh.items():
                self._spare[mode], self._serving[mode] = self._serving[mode], metric
            return self.views()

    def make_ready(self) -> None:
        """Replace spare metrics that threads still hold from before the last update."""
        with self._writer:
            for mode, serving in self._serving.items():
                spare = self._spare[mode]
                with self._lock:
                    usable = spare is not None and not spare.leases
                if not usable:
                    self._spare[mode] = _Metric(self._cch, serving.weights)

    def _fresh(self, mode: Mode, weights: NDArray[np.int32]) -> _Metric:
        held: _Queries | None = getattr(self._held, mode, None)
        if held is not None and held.metric is not self._serving[mode]:
            delattr(self._held, mode)  # our own stale lease must not cost a new metric
        del held
        spare, self._spare[mode] = self._spare[mode], None
        with self._lock:
            usable = spare is not None and not spare.leases
            if spare is not None and usable:
                spare.generation += 1
        if spare is None or not usable:
            return _Metric(self._cch, weights)
        spare.change(self._cch, weights)
        return spare

    def lease(self, mode: Mode, view: CchView) -> _Queries:
        """This thread's query objects for `view`; raises Retired when its weights are gone."""
        held: _Queries | None = getattr(self._held, mode, None)
        if held is not None:
            if held.metric is view.metric and held.generation == view.generation:
                return held
            delattr(self._held, mode)
            del held
        with self._lock:
            if view.generation != view.metric.generation:
                raise Retired
            queries = _Queries(view.metric)
            view.metric.leases.add(queries)
        setattr(self._held, mode, queries)
        return queries

    def check_nodes(self, nodes: list[int], ends: list[End]) -> None:
        low = min(min(nodes), min(ends)[0])
        high = max(max(nodes), max(ends)[0])
        if low < 0 or high >= self._node_count:
            raise GeoError("roads-junction-unknown", junction=low if low < 0 else high)

    def _clamped(self, weights: NDArray[np.int32]) -> NDArray[np.int32]:
        if weights.shape != (self._arc_count,):
            raise GeoError("roads-weights-misfit", weights=len(weights), arcs=self._arc_count)
        clamped: NDArray[np.int32] = np.clip(weights, 1, INFINITE_MS).astype(np.int32)
        return clamped
