"""The whole prefecture: how much of everything there is, and that the project's own importer reads it."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import osmium

from app.demo.prefecture.draft import Draft, drivable_arcs
from app.demo.prefecture.generate import ROADS_FILE, SEED_FILE, generate
from app.demo.prefecture.geography import read_names, read_sketch
from app.demo.prefecture.osmfile import write_osm
from app.demo.seed import PrefectureSeed, read_prefecture
from geo.roads.importer import import_roads, load_places
from tests.app.demo.conftest import SMALL, SMALL_SEED, Generated


def _read_ways(file: Path) -> Iterator[osmium.osm.Way]:
    for thing in osmium.FileProcessor(str(file), osmium.osm.WAY):
        assert isinstance(thing, osmium.osm.Way)
        yield thing


def _ways(file: Path) -> list[dict[str, str]]:
    return [dict(way.tags) for way in _read_ways(file)]


def test_the_importer_finds_one_network_of_the_promised_size(full: Generated, tmp_path: Path) -> None:
    report = import_roads(full.directory / ROADS_FILE, tmp_path / "roads", lambda *_: None)
    assert 36_000 <= report.kept["junctions"] <= 44_000
    assert report.islands == len(read_sketch().islets)
    assert report.island_junctions < report.kept["junctions"] * 0.001
    assert report.kept["ferries"] == len(read_sketch().ferries)
    assert report.kept["restrictions"] >= 40
    assert report.unresolved == {}
    kinds = Counter(place.kind for place in load_places(tmp_path / "roads"))
    assert kinds["village"] == 1_015
    assert kinds["town"] + kinds["suburb"] == 66
    assert kinds["hospital"] == 11
    assert kinds["clinic"] == 66


def test_every_place_can_drive_to_every_other_and_back(full: Generated) -> None:
    graph: nx.DiGraph = nx.DiGraph()
    for way in _read_ways(full.directory / ROADS_FILE):
        if "highway" not in way.tags and way.tags.get("route") != "ferry":
            continue
        refs = [node.ref for node in way.nodes]
        nx.add_path(graph, refs)
        if way.tags.get("oneway") != "yes":
            nx.add_path(graph, refs[::-1])
    parts = sorted(map(len, nx.strongly_connected_components(graph)), reverse=True)
    assert parts[0] > 0.98 * len(graph)
    assert len(parts) == 1 + len(read_sketch().islets)


def test_every_class_of_road_is_there_and_has_its_tags(full: Generated) -> None:
    ways = _ways(full.directory / ROADS_FILE)
    classes = Counter(tags["highway"] for tags in ways if "highway" in tags)
    expected = "motorway motorway_link trunk primary secondary tertiary unclassified residential track"
    assert set(classes) == set(expected.split())
    assert all(tags.get("oneway") == "yes" for tags in ways if tags.get("highway") == "motorway")
    assert sum(tags.get("junction") == "roundabout" for tags in ways) >= 12
    assert sum(tags.get("oneway") == "yes" and tags["highway"] == "residential" for tags in ways) > 60
    main = [tags for tags in ways if tags.get("highway") in ("motorway", "trunk", "primary")]
    plain = [tags for tags in main if not tags.keys() & {"bridge", "junction"}]
    assert all({"name", "name:en", "ref", "maxspeed"} <= tags.keys() for tags in plain)
    ferries = [tags for tags in ways if tags.get("route") == "ferry"]
    assert all(tags["motor_vehicle"] == "yes" and tags["duration"].startswith("00:") for tags in ferries)


def test_every_sketched_bridge_is_on_the_map(full: Generated) -> None:
    names = {tags["name"] for tags in _ways(full.directory / ROADS_FILE) if tags.get("bridge") == "yes"}
    assert {bridge[0] for bridge in read_sketch().bridges} <= names


def test_without_its_bridges_the_prefecture_falls_apart(full: Generated) -> None:
    """Only ferries and motorways are left between the banks when every sketched bridge is closed."""
    graph: nx.Graph = nx.Graph()
    sketched = {bridge[0] for bridge in read_sketch().bridges}
    for way in _read_ways(full.directory / ROADS_FILE):
        if "highway" not in way.tags or way.tags["highway"].startswith("motorway"):
            continue
        if way.tags.get("bridge") == "yes" and way.tags["name"] in sketched:
            continue
        nx.add_path(graph, [node.ref for node in way.nodes])
    parts = sorted(map(len, nx.connected_components(graph)), reverse=True)
    assert parts[1] > 0.1 * len(graph)


def test_ids_rise_and_nodes_come_first(full: Generated) -> None:
    order: list[tuple[str, int]] = []
    for thing in osmium.FileProcessor(str(full.directory / ROADS_FILE)):
        order.append((thing.type_str(), thing.id))
    rank = {"n": 0, "w": 1, "r": 2}
    keys = [(rank[kind], number) for kind, number in order]
    assert keys == sorted(keys)
    assert keys[0] == (0, 1)


def test_the_real_names_are_used(full: Generated) -> None:
    names = read_names()
    assert (len(names.counties), len(names.towns)) == (7, 66)
    assert sum(len(listed.split()) for listed in names.villages.values()) == 1_015
    on_map = {
        tags.get("ref:CN"): tags["name"]
        for node in osmium.FileProcessor(str(full.directory / ROADS_FILE), osmium.osm.NODE)
        if "place" in (tags := dict(node.tags))
    }
    assert all(on_map[code] == zh for code, zh, _ in (*names.counties, *names.towns))


def test_progress_counts_up_to_its_total(full: Generated) -> None:
    assert [stage for stage, _, _ in full.stages] == ["land", "roads", "junctions", "people", "write", "done"]
    assert [done for _, done, _ in full.stages] == list(range(6))
    assert full.stages[-1] == ("done", 5, 5)


def test_the_seed_file_is_what_was_returned(full: Generated) -> None:
    content = (full.directory / SEED_FILE).read_bytes()
    assert read_prefecture(content) == full.prefecture
    assert json.loads(content)["demo"] is True


def test_the_same_seed_gives_the_same_bytes(small: tuple[Draft, PrefectureSeed], tmp_path: Path) -> None:
    draft, prefecture = small
    write_osm(draft, tmp_path / "first.osm.pbf")
    assert generate(tmp_path / "again", seed=SMALL_SEED, scale=SMALL) == prefecture
    assert (tmp_path / "again" / ROADS_FILE).read_bytes() == (tmp_path / "first.osm.pbf").read_bytes()


def test_another_seed_gives_another_land(full: Generated, small: tuple[Draft, PrefectureSeed]) -> None:
    assert full.prefecture.bounds != small[1].bounds
    assert full.prefecture.stations != small[1].stations


def test_another_seed_is_connected_too(small: tuple[Draft, PrefectureSeed]) -> None:
    graph: nx.DiGraph = nx.DiGraph(drivable_arcs(small[0]))
    largest = max(nx.strongly_connected_components(graph), key=len)
    assert len(largest) > 0.98 * len(graph)
    assert len(small[1].areas) == 7
