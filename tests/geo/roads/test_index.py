"""The compiled index under what its library does not forgive: threads, updates while asking, wrong ids; and
scipy beside it.
"""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from geo.errors import GeoError
from geo.roads import index
from geo.roads.engine import Retired, View
from geo.roads.fallback import ScipyEngine
from geo.roads.network import RoadNetwork
from geo.roads.speeds import INFINITE_MS, Mode
from geo.roads.travel import TravelTimes
from tests.geo.roads.drawing import Drawing

SIDE = 12


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> RoadNetwork:
    """A grid of streets, big enough that partial and whole updates both occur."""
    drawing = Drawing({y * SIDE + x + 1: (x * 0.3, y * 0.3) for y in range(SIDE) for x in range(SIDE)})
    for row in range(SIDE):
        drawing.way([row * SIDE + x + 1 for x in range(SIDE)], oneway="yes" if row % 3 == 1 else "no")
        drawing.way([y * SIDE + row + 1 for y in range(SIDE)])
    times, _ = drawing.imported(tmp_path_factory.mktemp("grid"))
    return times.network


def _weights(network: RoadNetwork, seed: int) -> "Weights":
    rng = np.random.default_rng(seed)
    values = {mode: rng.integers(1, 60_000, network.arc_count).astype(np.int32) for mode in Mode}
    for ms in values.values():
        ms[rng.random(network.arc_count) < 0.2] = INFINITE_MS
    return values


def _engines(network: RoadNetwork, seed: int) -> tuple[index.CchEngine, ScipyEngine]:
    weights = _weights(network, seed)
    return index.CchEngine(network, index.compute_order(network), weights), ScipyEngine(network, weights)


Weights = dict[Mode, NDArray[np.int32]]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), changes=st.integers(0, 40), data=st.data())
def test_both_engines_agree_on_any_weights(
    network: RoadNetwork, seed: int, changes: int, data: st.DataObject
) -> None:
    ours, theirs = _engines(network, seed)
    _check_agreement(ours.views(), theirs.views(), _weights(network, seed), data)
    changed = _weights(network, seed)
    arcs = np.random.default_rng(seed).integers(0, network.arc_count, changes)
    for mode in Mode:
        changed[mode][arcs] = INFINITE_MS
    _check_agreement(ours.update(changed), theirs.update(changed), changed, data)


def _check_agreement(
    ours: Mapping[Mode, View], theirs: Mapping[Mode, View], weights: Weights, data: st.DataObject
) -> None:
    junction = st.integers(0, SIDE * SIDE - 1)
    ends = st.lists(st.tuples(junction, st.integers(0, 9_000)), max_size=3)
    pins, start, stop = data.draw(st.lists(junction, max_size=6)), data.draw(ends), data.draw(ends)
    for mode, view in ours.items():
        other = theirs[mode]
        assert view.many_to_one(pins, stop) == other.many_to_one(pins, stop)
        assert view.one_to_many(start, pins) == other.one_to_many(start, pins)
        routes = view.route(start, stop), other.route(start, stop)
        assert len({route and route.ms for route in routes}) == 1
        for route in routes:
            if route is not None:
                before = min(ms for node, ms in start if node == route.first)
                after = min(ms for node, ms in stop if node == route.last)
                assert route.ms == before + sum(int(weights[mode][arc]) for arc in route.arcs) + after


def test_unknown_junctions_and_misfitting_weights_are_errors_of_ours(network: RoadNetwork) -> None:
    engine, _ = _engines(network, 1)
    view = engine.views()[Mode.SIREN]
    for bad in (-1, network.junction_count):
        with pytest.raises(GeoError, match="roads-junction-unknown"):
            view.many_to_one([0, bad], [(1, 0)])
        with pytest.raises(GeoError, match="roads-junction-unknown"):
            view.one_to_many([(bad, 5)], [0])
        with pytest.raises(GeoError, match="roads-junction-unknown"):
            view.route([(0, 0)], [(bad, 0)])
    with pytest.raises(GeoError, match="roads-weights-misfit"):
        engine.update({Mode.SIREN: np.ones(3, dtype=np.int32)})
    assert view.many_to_one([0], [(0, 0)]) == [0]


def test_weights_out_of_range_are_clamped(network: RoadNetwork) -> None:
    engine, _ = _engines(network, 2)
    low = {mode: np.full(network.arc_count, -5, dtype=np.int32) for mode in Mode}
    tail, head = int(network.arc_tail[0]), int(network.arc_head[0])
    assert engine.update(low)[Mode.SIREN].many_to_one([tail], [(head, 0)]) == [1]


def test_a_view_is_retired_only_when_its_weights_are_gone(network: RoadNetwork) -> None:
    engine, _ = _engines(network, 3)
    first = engine.views()[Mode.SIREN]
    engine.update(_weights(network, 4))
    assert first.many_to_one([0], [(0, 0)]) == [0]
    never_asked = engine.update(_weights(network, 5))[Mode.SIREN]
    engine.update(_weights(network, 6))
    engine.update(_weights(network, 7))
    with pytest.raises(Retired):
        never_asked.many_to_one([0], [(0, 0)])


@pytest.mark.parametrize("ready", [False, True])
def test_an_idle_thread_neither_blocks_nor_spoils_updates(network: RoadNetwork, *, ready: bool) -> None:
    engine, _ = _engines(network, 8)
    asked, done = threading.Event(), threading.Event()
    answers: list[list[int | None]] = []

    def ask_then_sleep() -> None:
        view = engine.views()[Mode.SIREN]
        answers.append(view.many_to_one(list(range(20)), [(100, 0)]))
        asked.set()
        done.wait(10)
        answers.append(view.many_to_one(list(range(20)), [(100, 0)]))

    thread = threading.Thread(target=ask_then_sleep)
    thread.start()
    asked.wait(10)
    for seed in (9, 10, 11):
        weights = _weights(network, seed)
        expected = ScipyEngine(network, weights).views()[Mode.SIREN].many_to_one([3, 5], [(77, 0)])
        assert engine.update(weights)[Mode.SIREN].many_to_one([3, 5], [(77, 0)]) == expected
        if ready:
            engine.make_ready()
            assert engine.views()[Mode.SIREN].many_to_one([3, 5], [(77, 0)]) == expected
    done.set()
    thread.join(10)
    assert answers[0] == answers[1]


def test_readers_always_see_one_complete_version(network: RoadNetwork) -> None:
    """Four threads ask while the weights go back and forth: every answer is that of the one or the other."""
    engine, _ = _engines(network, 12)
    two = [_weights(network, 13), _weights(network, 14)]
    pins, end = list(range(0, 140, 7)), [(66, 0)]
    allowed = [ScipyEngine(network, w).views()[Mode.NORMAL].many_to_one(pins, end) for w in two]
    current = [engine.update(two[0])[Mode.NORMAL]]
    stop = threading.Event()

    def ask() -> int:
        count = 0
        while not stop.is_set():
            try:
                assert current[0].many_to_one(pins, end) in allowed
            except Retired:
                continue
            count += 1
        return count

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(ask) for _ in range(4)]
        for turn in range(60):
            current[0] = engine.update(two[turn % 2])[Mode.NORMAL]
        stop.set()
        assert all(reader.result(10) > 0 for reader in readers)


def test_scipy_serves_where_the_wheel_is_missing(
    network: RoadNetwork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(index, "_AVAILABLE", False)
    drawing = Drawing({1: (0.0, 0.0), 2: (1.0, 0.0)})
    drawing.way([1, 2])
    times, report = drawing.imported(tmp_path)
    assert report.kept["arcs"] == 2
    assert not (tmp_path / "roads" / "order.u32").exists()
    assert isinstance(times._engine, ScipyEngine)
    assert isinstance(TravelTimes.build(network)._engine, ScipyEngine)
