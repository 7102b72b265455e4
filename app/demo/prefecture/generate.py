"""Generate the demo prefecture: one seed number in, an OpenStreetMap file and its organisations out."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from shapely import Polygon, get_coordinates

from app.demo.prefecture.draft import Draft, open_dead_ends
from app.demo.prefecture.drawing import bend_links, draw_links, draw_ways
from app.demo.prefecture.fleet import found_staff, found_units
from app.demo.prefecture.geography import PREFECTURE_EN, PREFECTURE_ZH, Names, Sketch, read_names, read_sketch
from app.demo.prefecture.health import RESPONSIBLE, STATIONS, found_organisations, found_stations
from app.demo.prefecture.junctions import (
    build_roundabouts,
    choose_restrictions,
    set_signals,
    write_restrictions,
)
from app.demo.prefecture.landmarks import draw_borders, draw_houses, draw_settlements, draw_water
from app.demo.prefecture.layout import Layout, lay_out
from app.demo.prefecture.motorways import draw_motorways
from app.demo.prefecture.network import lay_roads
from app.demo.prefecture.osmfile import write_osm
from app.demo.prefecture.roads import RoadNet
from app.demo.prefecture.sites import Sites
from app.demo.seed import FORMAT, AreaSeed, PrefectureSeed, Ring, write_prefecture

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total), called before each stage and once at the end with done = total."""

ROADS_FILE: Final = "prefecture.osm.pbf"
SEED_FILE: Final = "prefecture.json"
DEFAULT_SEED: Final = 450_400
_STAGES: Final = ("land", "roads", "junctions", "people", "write", "done")


def _silent(stage: str, done: int, total: int) -> None:
    return None


def generate(
    directory: Path, *, seed: int = DEFAULT_SEED, scale: float = 1.0, progress: Progress = _silent
) -> PrefectureSeed:
    """Write prefecture.osm.pbf and prefecture.json into `directory`; the same seed gives the same content.

    `scale` below 1 keeps that share of villages and hamlets, for tests; counties, towns, hospitals, stations
    and units stay complete. About 40,000 junctions at scale 1.
    """
    directory.mkdir(parents=True, exist_ok=True)
    draft, prefecture = draw_prefecture(seed, scale, progress)
    progress(_STAGES[4], 4, 5)
    write_osm(draft, directory / ROADS_FILE)
    write_prefecture(directory / SEED_FILE, prefecture)
    progress(_STAGES[5], 5, 5)
    return prefecture


def draw_prefecture(seed: int, scale: float, progress: Progress = _silent) -> tuple[Draft, PrefectureSeed]:
    """The whole map and its organisations, in memory."""
    names, sketch = read_names(), read_sketch()
    progress(_STAGES[0], 0, 5)
    layout = lay_out(names, sketch, seed, scale)
    progress(_STAGES[1], 1, 5)
    net = lay_roads(layout, sketch, seed)
    progress(_STAGES[2], 2, 5)
    draft, node_of = _draw_roads(layout, net, sketch, seed)
    progress(_STAGES[3], 3, 5)
    return draft, _settle(draft, layout, names, sketch, node_of, seed)


def _draw_roads(layout: Layout, net: RoadNet, sketch: Sketch, seed: int) -> tuple[Draft, dict[int, int]]:
    rng = np.random.default_rng([seed, 2])
    draft, node_of = draw_links(net)
    town_nodes = frozenset(node for point, node in node_of.items() if layout.mesh.grid[point] >= 0)
    build_roundabouts(draft, town_nodes, rng)
    open_dead_ends(draft)
    signals = set_signals(draft, town_nodes)
    restrictions = choose_restrictions(draft, signals, rng)
    bend_links(draft, rng)
    way_of = draw_ways(draft, frozenset(node for _, node, _, _ in restrictions))
    write_restrictions(draft, restrictions, way_of)
    draw_motorways(draft, layout, sketch, node_of)
    return draft, node_of


def _settle(
    draft: Draft, layout: Layout, names: Names, sketch: Sketch, node_of: dict[int, int], seed: int
) -> PrefectureSeed:
    """Organisations beside roads, and everything on the map that is no road."""
    rng = np.random.default_rng([seed, 3])
    at = np.array(draft.at)
    islets = set(layout.islet_clusters.tolist())
    ashore = [node for point, node in node_of.items() if int(layout.mesh.cluster[point]) not in islets]
    sites = Sites(at[ashore], rng)
    organisations = found_organisations(layout.towns, layout.villages, sites)
    stations = found_stations(layout.towns, organisations, sites)
    units = found_units(stations)
    draw_settlements(draft, layout, names, sketch)
    draw_houses(draft, layout, organisations, stations, sites)
    draw_water(draft, layout)
    draw_borders(draft, layout.counties, names)
    return PrefectureSeed(
        FORMAT,
        seed,
        PREFECTURE_ZH,
        PREFECTURE_EN,
        True,
        _ring(layout.outline),
        organisations,
        stations,
        units,
        found_staff(stations, units, rng),
        _areas(layout.counties, names),
    )


def _areas(counties: dict[str, Polygon], names: Names) -> tuple[AreaSeed, ...]:
    stations: dict[str, list[str]] = {}
    for code, town, *_ in STATIONS:
        stations.setdefault(town[:6], []).append(code)
    return tuple(
        AreaSeed(code, zh, en, RESPONSIBLE[code], tuple(stations[code]), _ring(counties[code]))
        for code, zh, en in names.counties
    )


def _ring(shape: Polygon) -> Ring:
    return tuple((float(lon), float(lat)) for lon, lat in get_coordinates(shape.exterior))
