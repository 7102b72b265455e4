"""TravelTimes: how long from here to there, by which way, with what is closed right now.

Everything an answer depends on (weights, closures, snapped positions) stands in one immutable state that is
exchanged whole, so an answer belongs to exactly one version. Any thread may ask; changes of closures queue
behind each other. None means that there is no way, or no road within reach of the position; it is never 0 and
never a large number.
"""

import hashlib
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.roads import index, storage
from geo.roads.closures import Closure, Overlays, resolve_all
from geo.roads.engine import Retired, View
from geo.roads.fallback import ScipyEngine
from geo.roads.network import RoadNetwork
from geo.roads.path import Path, describe
from geo.roads.snap import Snapper
from geo.roads.speeds import INFINITE_MS, Mode, base_ms
from geo.roads.stand import Leg, Stand, direct_leg, take_stand
from geo.shapes import Position

if TYPE_CHECKING:
    import networkx as nx

Seconds = float | None
T = TypeVar("T")

_REMEMBERED_STANDS: Final = 20_000


@dataclass(frozen=True, slots=True)
class _ModeState:
    ms: NDArray[np.int32]
    is_open: NDArray[np.bool_]
    view: View
    stands: dict[Position, Stand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _State:
    version: str
    closure_version: int
    closures: Mapping[Closure, frozenset[int]]
    modes: Mapping[Mode, _ModeState]


class TravelTimes:
    """Travel times over one road network. Build with `load` or `build`."""

    def __init__(
        self, network: RoadNetwork, graph: str, order: index.Order | None, *, compiled: bool
    ) -> None:
        self.network = network
        self._graph_hash = graph
        self._base = {mode: base_ms(network, mode) for mode in Mode}
        self._engine: index.CchEngine | ScipyEngine
        if compiled:
            order = index.compute_order(network) if order is None else order
            self._engine = index.CchEngine(network, order, self._base)
        else:
            self._engine = ScipyEngine(network, self._base)
        network.warm_up()
        self._snappers = {mode: Snapper(network, ms) for mode, ms in self._base.items()}
        self._writer = threading.Lock()
        self._networkx: nx.MultiDiGraph[int] | None = None
        self._state = self._make_state(0, {}, self._base, self._engine.views())

    @classmethod
    def build(
        cls, network: RoadNetwork, order: index.Order | None = None, *, compiled: bool | None = None
    ) -> "TravelTimes":
        """From a network in memory; the order is computed where it is not given. `compiled=False` forces
        scipy.
        """
        compiled = index.is_available() if compiled is None else compiled
        return cls(network, storage.graph_hash(network), order, compiled=compiled)

    @classmethod
    def load(cls, directory: FilePath) -> "TravelTimes":
        """From an imported road folder. Raises RoadsUnreadable."""
        network, manifest = storage.load_network(directory)
        order = storage.load_order(directory, manifest)
        return cls(network, manifest.graph, order, compiled=index.is_available())

    @property
    def version(self) -> str:
        """Names the graph and the closed arcs that the next answer uses."""
        return self._state.version

    @property
    def graph_version(self) -> str:
        """Names the graph alone, whatever is closed on it."""
        return self._graph_hash[:12]

    @property
    def closure_version(self) -> int:
        """Counts the changes of closures since the start."""
        return self._state.closure_version

    def matrix(
        self, sources: Sequence[Position], targets: Sequence[Position], mode: Mode
    ) -> list[list[Seconds]]:
        """Seconds from each source (rows) to each target (columns), off-road parts included."""
        return self._ask(lambda state: self._matrix(state.modes[mode], sources, targets, mode))

    def to_one(self, sources: Sequence[Position], target: Position, mode: Mode) -> list[Seconds]:
        """Seconds from each source to one target: forty ambulances to one call."""
        return [row[0] for row in self.matrix(sources, [target], mode)]

    def nearest(
        self, target: Position, sources: Sequence[Position], mode: Mode, k: int
    ) -> list[tuple[int, float]]:
        """The k quickest sources as (index in `sources`, seconds), quickest first; unreachable ones are left
        out.
        """
        times = self.to_one(sources, target, mode)
        reached = [(i, seconds) for i, seconds in enumerate(times) if seconds is not None]
        return sorted(reached, key=lambda pair: pair[1])[:k]

    def path(self, source: Position, target: Position, mode: Mode) -> Path | None:
        """The way itself, or None where there is none. Raises OffRoad for an end beyond every road."""
        return self._ask(lambda state: self._path(state, source, target, mode))

    @property
    def closures(self) -> frozenset[Closure]:
        """What is closed now."""
        return frozenset(self._state.closures)

    def closing(self, arcs: Iterable[int]) -> frozenset[Closure]:
        """Which closures close any of these arcs now."""
        wanted = frozenset(arcs)
        closed = self._state.closures.items()
        return frozenset(closure for closure, by_it in closed if not wanted.isdisjoint(by_it))

    def closed_by(self, closure: Closure) -> frozenset[int] | None:
        """The arcs that a closure closes now; None when it is not in force."""
        return self._state.closures.get(closure)

    def set_closures(self, closures: Iterable[Closure]) -> str:
        """Replace everything that is closed by these; the next question sees it. Returns the new version.

        All or nothing: a closure that resolves to no road raises GeoError and changes nothing.
        """
        with self._writer:
            before = self._state
            resolved = resolve_all(self.network, closures, before.closures)
            overlays = Overlays({closure.id: arcs for closure, arcs in resolved.items()})
            weights = {mode: overlays.effective_ms(base) for mode, base in self._base.items()}
            views = self._engine.update(weights)
            state = self._make_state(before.closure_version + 1, resolved, weights, views)
            self._state = state
            self._bring_graph_up_to_date(before, state)
            return state.version

    def make_ready(self) -> None:
        """Prepare for the next change of closures, so that it need not wait for what the last one left in use."""
        with self._writer:
            self._engine.make_ready()

    def graph(self) -> "nx.MultiDiGraph[int]":
        """The networkx graph with the weights of now, kept in step with closures from the first call on."""
        with self._writer:
            if self._networkx is None:
                weights = {mode: m.ms for mode, m in self._state.modes.items()}
                self._networkx = self.network.build_graph(weights)
            return self._networkx

    def view(self, mode: Mode) -> View:
        """The engine's current weights of one mode, for questions between junctions. Do not keep it."""
        return self._state.modes[mode].view

    def weights_ms(self, mode: Mode) -> NDArray[np.int32]:
        """Milliseconds of each arc now, shape (arcs,), INFINITE_MS where closed. Read only."""
        return self._state.modes[mode].ms

    def stands(self, positions: Sequence[Position], mode: Mode) -> list[Stand]:
        """Where these positions stand on the open roads; `NOWHERE` beyond reach."""
        return self._stands(self._state.modes[mode], positions, mode)

    def _ask(self, question: Callable[[_State], T]) -> T:
        while True:
            try:
                return question(self._state)
            except Retired:
                continue  # two changes of closures came between reading the state and asking

    def _make_state(
        self,
        closure_version: int,
        closures: Mapping[Closure, frozenset[int]],
        weights: Mapping[Mode, NDArray[np.int32]],
        views: Mapping[Mode, View],
    ) -> _State:
        closed = np.array(sorted(frozenset[int]().union(*closures.values())), dtype="<i4")
        digest = hashlib.sha256(closed.tobytes()).hexdigest()
        return _State(
            version=f"{self.graph_version}-{closure_version}-{digest[:8]}",
            closure_version=closure_version,
            closures=closures,
            modes={mode: _ModeState(ms, ms < INFINITE_MS, views[mode]) for mode, ms in weights.items()},
        )

    def _bring_graph_up_to_date(self, before: _State, after: _State) -> None:
        if self._networkx is None:
            return
        for mode, state in after.modes.items():
            for arc in np.flatnonzero(state.ms != before.modes[mode].ms).tolist():
                tail, head = int(self.network.arc_tail[arc]), int(self.network.arc_head[arc])
                ms = int(state.ms[arc])
                self._networkx[tail][head][arc][f"ms_{mode}"] = float("inf") if ms >= INFINITE_MS else ms

    def _stands(self, state: _ModeState, positions: Sequence[Position], mode: Mode) -> list[Stand]:
        remembered = state.stands
        found = {p: remembered.get(p) for p in positions}
        missing = [p for p, stand in found.items() if stand is None]
        if missing:
            snapped = self._snappers[mode].snap_many(missing, state.is_open)
            fresh = {
                p: take_stand(self.network, state.ms, candidates)
                for p, candidates in zip(missing, snapped, strict=True)
            }
            found.update(fresh)
            if len(remembered) > _REMEMBERED_STANDS:
                remembered.clear()  # vehicles move on: what is still asked for comes back at once
            remembered.update(fresh)
        return [stand for p in positions if (stand := found[p]) is not None]

    def _matrix(
        self, state: _ModeState, sources: Sequence[Position], targets: Sequence[Position], mode: Mode
    ) -> list[list[Seconds]]:
        froms, tos = self._stands(state, sources, mode), self._stands(state, targets, mode)
        if len(sources) >= len(targets):
            pins = [node for stand in froms for node, _ in stand.starts]
            columns = [
                _fold(
                    froms,
                    [s.starts for s in froms],
                    state.view.many_to_one(pins, to.ends),
                    to,
                    True,
                    state.ms,
                )
                for to in tos
            ]
            return [list(row) for row in zip(*columns, strict=True)] if columns else [[] for _ in froms]
        pins = [node for stand in tos for node, _ in stand.ends]
        return [
            _fold(tos, [s.ends for s in tos], state.view.one_to_many(one.starts, pins), one, False, state.ms)
            for one in froms
        ]

    def _path(self, state: _State, source: Position, target: Position, mode: Mode) -> Path | None:
        in_mode = state.modes[mode]
        start, end = self._stands(in_mode, [source, target], mode)
        for position, stand in ((source, start), (target, end)):
            if not stand.candidates:
                self._snappers[mode].snap(position, in_mode.is_open)  # raises OffRoad
        direct = direct_leg(start, end, in_mode.ms)
        route = in_mode.view.route(start.starts, end.ends)
        total_ms = None if direct is None else start.off_road_ms + direct.ms + end.off_road_ms
        legs: list[Leg]
        if route is not None and (total_ms is None or route.ms < total_ms):
            total_ms = route.ms
            first = _leg_at(route.first, start.starts, start.start_legs)
            last = _leg_at(route.last, end.ends, end.end_legs)
            between = [Leg(arc, 0.0, 1.0, int(in_mode.ms[arc])) for arc in route.arcs]
            legs = [leg for leg in (first, *between, last) if leg is not None]
        elif direct is not None:
            legs = [direct]
        else:
            return None
        assert total_ms is not None
        return describe(self.network, legs, total_ms, (start.off_road_m, end.off_road_m), state.version)


def _leg_at(node: int, ends: Sequence[tuple[int, int]], legs: Sequence[Leg | None]) -> Leg | None:
    """The quickest of the legs that meet the route at `node`."""
    return min((ms, i, leg) for i, ((at, ms), leg) in enumerate(zip(ends, legs, strict=True)) if at == node)[
        2
    ]


def _fold(
    pinned: Sequence[Stand],
    ends: Sequence[Sequence[tuple[int, int]]],
    distances: Sequence[int | None],
    other: Stand,
    to_other: bool,
    ms: NDArray[np.int32],
) -> list[Seconds]:
    """Per pinned stand the best over its ends, or the direct way along a shared arc."""
    times: list[Seconds] = []
    at = 0
    other_arcs = {c.arc for c in other.candidates}
    for stand, offsets in zip(pinned, ends, strict=True):
        best: int | None = None
        for _, offset_ms in offsets:
            distance = distances[at]
            at += 1
            if distance is not None and (best is None or distance + offset_ms < best):
                best = distance + offset_ms
        if any(c.arc in other_arcs for c in stand.candidates):
            direct = direct_leg(stand, other, ms) if to_other else direct_leg(other, stand, ms)
            if direct is not None:
                total = stand.off_road_ms + direct.ms + other.off_road_ms
                best = total if best is None else min(best, total)
        times.append(None if best is None else best / 1000)
    return times
