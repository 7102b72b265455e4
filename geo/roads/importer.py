"""One OpenStreetMap file -> one road folder, with a report of what was kept, what was left out, and why."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from shapely import MultiLineString

from geo.places import NamedPlace, NamedRoad
from geo.roads import index, storage
from geo.roads.junctions import build_network
from geo.roads.network import RoadNetwork
from geo.roads.osm import Progress, read_osm
from geo.roads.osm_places import place_names
from geo.roads.tags import RoadClass

__all__ = ["ImportReport", "import_roads", "load_named_roads", "load_places"]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import made of a file.

    `kept` counts what is in the folder (junctions, arcs, pieces, road_km, ferries, names, places,
    restrictions); `dropped` what is not, by reason; `unresolved` turn restrictions kept as data that name no
    pair of arcs. `parallel_arcs` have the same ends as another arc; `islands` are networks apart from the
    largest one and `island_junctions` the junctions in them. All of these are kept.
    """

    source: str
    source_sha256: str
    graph: str
    kept: dict[str, int]
    dropped: dict[str, int]
    unresolved: dict[str, int]
    parallel_arcs: int
    islands: int
    island_junctions: int


def import_roads(source: Path, directory: Path, progress: Progress) -> ImportReport:
    """Read `source` (.osm.pbf or .osm) and write the road folder `directory`, replacing one that is there.

    Stages reported: read, cut, order, save. Raises RoadsUnreadable for a file that is missing, damaged, empty
    or no map.
    """
    extract = read_osm(source, progress)
    network, unresolved = build_network(extract, progress)
    places = place_names(extract.places)
    progress("order", 0, 1)
    order = index.compute_order(network) if index.is_available() else None
    progress("order", 1, 1)
    progress("save", 0, 1)
    manifest = storage.save(
        directory, network, places=places, order=order, source=source.name, source_sha256=_file_hash(source)
    )
    progress("save", 1, 1)
    return _report(network, manifest, len(places), extract.dropped, unresolved)


def load_places(directory: Path) -> list[NamedPlace]:
    """The named places of an imported folder."""
    return storage.load_places(directory)


def load_named_roads(directory: Path) -> list[NamedRoad]:
    """The named roads of an imported folder: one for each name, and one for each reference number."""
    network, _ = storage.load_network(directory)
    return named_roads(network)


def named_roads(network: RoadNetwork) -> list[NamedRoad]:
    """All pieces of each name with the longest-used reference number, then all pieces of each number."""
    owner = np.repeat(np.arange(network.piece_count), np.diff(network.piece_start))
    lines = shapely.linestrings(network.geometry, indices=owner)
    by_name: dict[str, list[int]] = {}
    by_ref: dict[str, list[int]] = {}
    refs: dict[str, Counter[str]] = {}
    for piece, name_id in enumerate(network.piece_name.tolist()):
        known = network.names[name_id]
        if known.name:
            by_name.setdefault(known.name, []).append(piece)
            refs.setdefault(known.name, Counter())[known.ref] += round(network.piece_length_m[piece])
        for ref in (part.strip() for part in known.ref.split(";")):
            if ref:
                by_ref.setdefault(ref, []).append(piece)
    named = [
        NamedRoad(name, refs[name].most_common(1)[0][0], MultiLineString(list(lines[pieces])))
        for name, pieces in by_name.items()
    ]
    numbered = [NamedRoad(ref, ref, MultiLineString(list(lines[pieces]))) for ref, pieces in by_ref.items()]
    return named + numbered


def _file_hash(source: Path) -> str:
    with source.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _report(
    network: RoadNetwork,
    manifest: storage.Manifest,
    places: int,
    dropped: Counter[str],
    unresolved: Counter[str],
) -> ImportReport:
    shape = (network.junction_count, network.junction_count)
    links = csr_matrix((np.ones(network.arc_count), (network.arc_tail, network.arc_head)), shape=shape)
    count, label = connected_components(links, directed=False)
    pairs = len(np.unique(np.stack([network.arc_tail, network.arc_head]), axis=1).T)
    return ImportReport(
        source=manifest.source,
        source_sha256=manifest.source_sha256,
        graph=manifest.graph,
        kept={
            "junctions": network.junction_count,
            "arcs": network.arc_count,
            "pieces": network.piece_count,
            "road_km": round(float(network.piece_length_m.sum()) / 1000),
            "ferries": int((network.piece_class == RoadClass.FERRY).sum()),
            "names": len(network.names),
            "places": places,
            "restrictions": len(network.restriction_kind),
        },
        dropped=dict(dropped.most_common()),
        unresolved=dict(unresolved.most_common()),
        parallel_arcs=network.arc_count - pairs,
        islands=count - 1,
        island_junctions=network.junction_count - int(np.bincount(label).max()),
    )
