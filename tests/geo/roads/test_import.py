"""Import of drawn maps: junctions, kept and dropped, restrictions, places; and of files that are no map."""

import gzip
from pathlib import Path

import pytest

from geo.errors import RoadsUnreadable
from geo.roads.importer import import_roads, load_named_roads, load_places
from geo.roads.network import RoadName
from geo.roads.tags import Access
from tests.geo.roads.drawing import Drawing, no_progress
from tests.geo.roads.test_exact import EXTRACTS

SQUARE = {1: (0.0, 0.0), 2: (1.0, 0.0), 3: (1.0, 1.0), 4: (0.0, 1.0), 5: (2.0, 0.0), 6: (0.5, 0.0)}


def test_intermediate_nodes_become_geometry(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    drawing.way([1, 6, 2, 5], name="长洲路", ref="X101")
    drawing.way([2, 3])
    times, report = drawing.imported(tmp_path)
    network = times.network
    assert sorted(network.junction_osm_id.tolist()) == [1, 2, 3, 5]
    assert (network.arc_count, network.piece_count) == (6, 3)
    assert len(network.piece_points(0)) == 3
    assert RoadName("长洲路", "", "X101") in network.names
    assert report.kept["junctions"] == 4
    assert report.islands == 0
    graph = times.graph()
    assert sorted(key for _, _, key in graph.edges(keys=True)) == list(range(6))
    assert all(data["ms_siren"] < data["ms_normal"] for _, _, data in graph.edges(data=True))


def test_parallel_roads_and_islands_are_kept_and_counted(tmp_path: Path) -> None:
    drawing = Drawing({**SQUARE, 7: (5.0, 5.0), 8: (6.0, 5.0)})
    drawing.way([1, 2])
    drawing.way([1, 4, 3, 2])
    drawing.way([7, 8])
    times, report = drawing.imported(tmp_path)
    assert times.network.arc_count == 6
    assert (report.parallel_arcs, report.islands, report.island_junctions) == (2, 1, 2)


def test_a_loop_road_is_halved_and_not_lost(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    drawing.way([1, 2])
    drawing.way([2, 5, 3, 2], highway="residential")
    times, _ = drawing.imported(tmp_path)
    network = times.network
    assert (network.arc_tail != network.arc_head).all()
    assert network.piece_length_m[1:].sum() == pytest.approx(1020 + 1509 + 1112, rel=0.01)


def test_restrictions_are_kept_as_data(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    west, north, east = drawing.way([1, 6, 2]), drawing.way([2, 3]), drawing.way([2, 5])
    foot = drawing.way([2, 4], highway="footway")
    drawing.turns = [
        ("no_left_turn", west, ("node", 2), north),
        ("only_straight_on", west, ("node", 2), foot),
        ("no_u_turn", west, ("way", north), east),
        ("no_right_turn", north, ("node", 4), east),
    ]
    times, report = drawing.imported(tmp_path)
    network = times.network
    assert network.restriction_kind.tolist() == [
        "no_left_turn",
        "only_straight_on",
        "no_u_turn",
        "no_right_turn",
    ]
    into, out = int(network.restriction_from_arc[0]), int(network.restriction_to_arc[0])
    assert network.junction_osm_id[[network.arc_tail[into], network.arc_head[into]]].tolist() == [1, 2]
    assert network.junction_osm_id[[network.arc_tail[out], network.arc_head[out]]].tolist() == [2, 3]
    assert network.restriction_from_arc[1:].tolist() == [-1, -1, -1]
    assert report.unresolved == {
        "restriction-way-not-imported": 1,
        "restriction-via-way": 1,
        "restriction-does-not-meet": 1,
    }


def test_dropped_ways_are_counted_by_reason(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    drawing.way([1, 2], access="private")
    drawing.way([2, 3], highway="footway")
    drawing.way([3, 4], access="no")
    drawing.way([2, 99, 5])
    drawing.way([1, 6, 2, 98])
    drawing.ferry([3, 4])
    times, report = drawing.imported(tmp_path)
    assert report.dropped == {
        "not-for-vehicles": 1,
        "access-no": 1,
        "outside-extract": 1,
        "cut-at-border": 1,
        "ferry-not-for-vehicles": 1,
    }
    assert Access.PRIVATE in times.network.piece_access.tolist()


def test_places_know_the_settlements_around_them(tmp_path: Path) -> None:
    drawing = Drawing({**SQUARE, 10: (0.2, 0.1), 11: (0.5, 0.5), 12: (5.0, 5.0)})
    drawing.node_tags = {
        10: {"amenity": "hospital", "name": "梧州市工人医院", "name:en": "Gongren Hospital"},
        11: {"place": "town", "name": "龙圩镇", "alt_name": "龙圩;老龙圩"},
        12: {"place": "city", "name": "梧州市"},
    }
    drawing.way([1, 2], name="大学路", bridge="yes", bridge__name="云龙大桥")
    drawing.way([2, 5], name="大学路", ref="G321;G65")
    _, report = drawing.imported(tmp_path)
    places = {p.name: p for p in load_places(tmp_path / "roads")}
    assert report.kept["places"] == 4
    assert places["梧州市工人医院"].within == ("龙圩镇", "梧州市")
    assert places["梧州市工人医院"].other_names == ("Gongren Hospital",)
    assert places["龙圩镇"].other_names == ("龙圩", "老龙圩")
    assert places["龙圩镇"].within == ("梧州市",)
    assert (places["云龙大桥"].kind, places["云龙大桥"].other_names) == ("bridge", ("大学路",))
    roads = {road.name: road for road in load_named_roads(tmp_path / "roads")}
    assert {name: len(road.lines.geoms) for name, road in roads.items()} == {"大学路": 2, "G321": 1, "G65": 1}
    assert (roads["G321"].ref, roads["G65"].ref) == ("G321", "G65")


def test_progress_is_reported_in_stages(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    drawing.way([1, 2])
    seen: list[tuple[str, int, int]] = []
    import_roads(drawing.write(tmp_path), tmp_path / "roads", lambda *step: seen.append(step))
    assert list(dict.fromkeys(stage for stage, _, _ in seen)) == ["read", "cut", "order", "save"]
    assert all(done <= total for _, done, total in seen)


def test_the_name_of_a_file_promises_nothing(tmp_path: Path) -> None:
    drawing = Drawing(SQUARE)
    drawing.way([1, 2])
    zipped = tmp_path / "map.bin"
    zipped.write_bytes(gzip.compress(drawing.xml().encode()))
    assert import_roads(zipped, tmp_path / "roads", no_progress).kept["arcs"] == 2


@pytest.mark.parametrize(
    "content, code",
    [
        (None, "roads-missing"),
        (b"", "roads-empty"),
        (b'<?xml version="1.0"?><osm version="0.6"></osm>', "roads-empty"),
        (b'<?xml version="1.0"?><osm version="0.6"><node id="1" lat', "roads-damaged"),
        (b"<?xml version='1.0'?><html></html>", "roads-damaged"),
        (b"lon,lat\n1,2\n" * 50, "roads-unknown-format"),
        (b"\x00\x00\x00\x0d\x0a\x09OSMHeader" + b"\x00" * 400, "roads-damaged"),
    ],
)
def test_no_map(tmp_path: Path, content: bytes | None, code: str) -> None:
    source = tmp_path / "some.osm.pbf"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(RoadsUnreadable) as caught:
        import_roads(source, tmp_path / "roads", no_progress)
    assert caught.value.code == code
    assert caught.value.facts["file"] == "some.osm.pbf"
    assert not (tmp_path / "roads").exists()


@pytest.mark.parametrize("extract", EXTRACTS, ids=lambda p: p.name)
@pytest.mark.parametrize("harm", ["cut", "zeroed"])
def test_damaged_extracts(tmp_path: Path, extract: Path, harm: str) -> None:
    raw = extract.read_bytes()
    middle = len(raw) // 2
    source = tmp_path / extract.name
    source.write_bytes(raw[:middle] if harm == "cut" else raw[:middle] + bytes(200) + raw[middle + 200 :])
    with pytest.raises(RoadsUnreadable) as caught:
        import_roads(source, tmp_path / "roads", no_progress)
    assert caught.value.code == "roads-damaged"
