"""A road folder comes back as it was, and refuses to be anything else."""

import json
from pathlib import Path

import numpy as np
import pytest

from geo.errors import RoadsUnreadable
from geo.roads import storage
from geo.roads.importer import load_named_roads, load_places
from geo.roads.speeds import Mode
from geo.roads.travel import TravelTimes
from tests.geo.roads.drawing import Drawing, at


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    drawing = Drawing({1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0)})
    drawing.way([1, 2], name="新兴路")
    drawing.way([2, 3])
    drawing.imported(tmp_path)
    return tmp_path / "roads"


def test_round_trip(folder: Path) -> None:
    network, manifest = storage.load_network(folder)
    again = storage.save(
        folder.parent / "copy", network, source="drawn.osm", source_sha256=manifest.source_sha256
    )
    assert again.graph == manifest.graph == storage.graph_hash(network)
    assert (manifest.datum, manifest.source, manifest.format) == (
        "WGS-84",
        "drawn.osm",
        storage.FORMAT_VERSION,
    )
    assert len(manifest.source_sha256) == 64


def test_saving_again_replaces_and_leaves_nothing_behind(folder: Path) -> None:
    network, _ = storage.load_network(folder)
    storage.save(folder, network)
    assert sorted(p.name for p in folder.iterdir()) == [
        "arrays.npz",
        "manifest.json",
        "names.json",
        "places.json",
    ]
    assert not [p for p in folder.parent.iterdir() if p.name.startswith(".")]


def test_a_folder_without_an_order_is_served_all_the_same(folder: Path) -> None:
    network, _ = storage.load_network(folder)
    before = TravelTimes.load(folder).matrix([at(0, 0)], [at(1, 1)], Mode.SIREN)
    storage.save(folder, network)
    assert TravelTimes.load(folder).matrix([at(0, 0)], [at(1, 1)], Mode.SIREN) == before


def _edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def _harm(folder: Path, how: str) -> None:
    match how:
        case "no folder":
            (folder / "manifest.json").unlink()
        case "other version":
            _edit_manifest(folder, format=storage.FORMAT_VERSION + 1)
        case "other topology":
            _edit_manifest(folder, topology="0" * 64)
        case "other graph":
            _edit_manifest(folder, graph="0" * 64)
        case "manifest cut":
            (folder / "manifest.json").write_text("{")
        case "manifest lacks a field":
            (folder / "manifest.json").write_text(f'{{"format": {storage.FORMAT_VERSION}}}')
        case "arrays cut":
            raw = (folder / "arrays.npz").read_bytes()
            (folder / "arrays.npz").write_bytes(raw[: len(raw) // 2])
        case "names gone":
            (folder / "names.json").unlink()
        case "names changed":
            (folder / "names.json").write_text('[["a", "", ""]]')
        case "order cut":
            (folder / "order.u32").write_bytes(b"\0\0\0\0")
        case "order twice":
            np.zeros(3, dtype="<u4").tofile(folder / "order.u32")


@pytest.mark.parametrize(
    "how, code",
    [
        ("no folder", "roads-missing"),
        ("other version", "roads-other-version"),
        ("other topology", "roads-damaged"),
        ("other graph", "roads-damaged"),
        ("manifest cut", "roads-damaged"),
        ("manifest lacks a field", "roads-damaged"),
        ("arrays cut", "roads-damaged"),
        ("names gone", "roads-damaged"),
        ("names changed", "roads-damaged"),
        ("order cut", "roads-damaged"),
        ("order twice", "roads-damaged"),
    ],
)
def test_a_folder_that_does_not_fit_says_import_again(folder: Path, how: str, code: str) -> None:
    _harm(folder, how)
    with pytest.raises(RoadsUnreadable) as caught:
        TravelTimes.load(folder)
    assert caught.value.code == code
    assert caught.value.facts["advice"] == "import-again"


def test_changed_places_are_refused(folder: Path) -> None:
    assert load_places(folder) == []
    assert [road.name for road in load_named_roads(folder)] == ["新兴路"]
    (folder / "places.json").write_text("[ ]")
    with pytest.raises(RoadsUnreadable, match="roads-damaged"):
        load_places(folder)
