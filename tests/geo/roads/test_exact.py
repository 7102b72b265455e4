"""Travel times equal networkx Dijkstra on real maps: before closures, with them, and after they ended."""

import random
from functools import cache
from pathlib import Path

import pytest

from geo.roads.importer import import_roads
from geo.roads.network import RoadNetwork
from geo.roads.speeds import Mode
from geo.roads.storage import load_network
from geo.roads.travel import TravelTimes
from tests.geo.roads.drawing import no_progress
from tests.geo.roads.oracle import compare, random_closures, random_positions

EXTRACTS = sorted((Path(__file__).parents[4] / "shared" / "data" / "osm").glob("*.osm.pbf"))


DEMO = Path("demo-prefecture")
"""Stands for the made roads, which are always there."""


@pytest.fixture(scope="module")
def folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, small_prefecture: Path
) -> Path:
    source: Path = request.param
    if source == DEMO:
        return small_prefecture / "roads"
    directory = tmp_path_factory.mktemp("roads") / source.name
    import_roads(source, directory, no_progress)
    return directory


@pytest.mark.parametrize("folder", [DEMO, *EXTRACTS], indirect=True, ids=lambda p: p.name)
@pytest.mark.parametrize("mode", list(Mode))
def test_equals_networkx_before_during_and_after_closures(folder: Path, mode: Mode) -> None:
    times = TravelTimes.load(folder)
    rng = random.Random(f"{folder.name} {mode}")
    assert compare(times, mode, seed=1) > 0
    sources = random_positions(times.network, rng, 20)
    before = times.matrix(sources, sources, mode)
    versions = {times.version}
    versions.add(times.set_closures(random_closures(times.network, rng, 12)))
    compare(times, mode, seed=2)
    versions.add(times.set_closures([]))
    assert len(versions) == 3
    assert times.matrix(sources, sources, mode) == before


@cache
def _network(folder: Path) -> RoadNetwork:
    return load_network(folder)[0]


@pytest.mark.parametrize("folder", [DEMO, *EXTRACTS], indirect=True, ids=lambda p: p.name)
def test_scipy_gives_the_same_answers(folder: Path) -> None:
    network = _network(folder)
    ours, spare = TravelTimes.load(folder), TravelTimes.build(network, compiled=False)
    rng = random.Random(7)
    closures = random_closures(network, rng, 5)
    sources, targets = random_positions(network, rng, 12), random_positions(network, rng, 6)
    for closed in ([], closures):
        assert ours.set_closures(closed) == spare.set_closures(closed)
        for mode in Mode:
            assert ours.matrix(sources, targets, mode) == spare.matrix(sources, targets, mode)
            assert ours.matrix(targets, sources, mode) == spare.matrix(targets, sources, mode)
    for source, target in zip(sources, targets, strict=False):
        if all(stand.candidates for stand in ours.stands([source, target], Mode.SIREN)):
            a, b = (t.path(source, target, Mode.SIREN) for t in (ours, spare))
            assert (a is None) == (b is None)
            if a is not None and b is not None:
                assert a.time_s == b.time_s
