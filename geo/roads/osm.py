"""Reads an OpenStreetMap file (.osm.pbf or .osm XML) in one pass: vehicle ways, turn restrictions, named
things.

Nothing is interpreted here beyond `tags` and `osm_places`; `junctions` turns the result into a road network.
A file that cannot be read raises RoadsUnreadable, never an error of the reading library.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import osmium

from geo.errors import RoadsUnreadable
from geo.roads.osm_places import FoundPlace, find_place
from geo.roads.tags import WayRule, read_way

Progress = Callable[[str, int, int], None]
"""progress(stage, done, total); total 0 means that it is not known beforehand."""

_KEYS: Final = (
    "highway", "route", "type", "place", "amenity", "healthcare", "bridge", "man_made", "tourism", "historic",
    "railway", "shop", "leisure", "office", "building", "natural", "public_transport",
)  # fmt: skip
_REPORT_EVERY: Final = 5000


@dataclass(frozen=True, slots=True)
class RawWay:
    """A vehicle way as drawn: node ids and lon/lat of each, in driving order of the tags."""

    id: int
    rule: WayRule
    refs: list[int]
    lonlat: list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class RawRestriction:
    """A turn restriction as drawn; `via_node` is 0 where the via member is a way."""

    kind: str
    from_way: int
    via_node: int
    to_way: int


@dataclass(slots=True)
class OsmExtract:
    """Everything an import needs from one file. `dropped` counts what was left out, by reason."""

    ways: list[RawWay] = field(default_factory=list)
    restrictions: list[RawRestriction] = field(default_factory=list)
    places: list[FoundPlace] = field(default_factory=list)
    dropped: Counter[str] = field(default_factory=Counter)


def read_osm(source: Path, progress: Progress) -> OsmExtract:
    """Read `source`; its nodes must come before its ways, as every published extract has it.

    Raises RoadsUnreadable with code roads-missing, roads-empty, roads-unknown-format or roads-damaged, and
    the fact `file`. A file cut exactly between two blocks cannot be told from a smaller map.
    """
    file = osmium.io.File(str(source), _sniff_format(source))
    extract = OsmExtract()
    seen = 0
    try:
        reader = osmium.FileProcessor(file).with_locations().with_filter(osmium.filter.KeyFilter(*_KEYS))
        for thing in reader:
            _take(extract, thing)
            seen += 1
            if seen % _REPORT_EVERY == 0:
                progress("read", seen, 0)
    except (RuntimeError, ValueError, OSError) as error:
        raise RoadsUnreadable("roads-damaged", file=source.name, detail=str(error)) from None
    progress("read", seen, seen)
    if not extract.ways:
        raise RoadsUnreadable("roads-empty", file=source.name)
    return extract


def _sniff_format(source: Path) -> str:
    """The format by content, since a file name promises nothing."""
    try:
        with source.open("rb") as stream:
            start = stream.read(512)
    except OSError:
        raise RoadsUnreadable("roads-missing", file=source.name) from None
    if not start:
        raise RoadsUnreadable("roads-empty", file=source.name)
    if b"OSMHeader" in start[:32]:
        return "pbf"
    if start.startswith(b"\x1f\x8b"):
        return "osm.gz"
    if start.startswith(b"BZh"):
        return "osm.bz2"
    if b"<osm" in start or start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        return "osm"
    raise RoadsUnreadable("roads-unknown-format", file=source.name)


def _take(extract: OsmExtract, thing: object) -> None:
    if isinstance(thing, osmium.osm.Way):
        _take_way(extract, thing, dict(thing.tags))
    elif isinstance(thing, osmium.osm.Node):
        place = find_place(f"n{thing.id}", dict(thing.tags), [(thing.lon, thing.lat)])
        if place is not None:
            extract.places.append(place)
    elif isinstance(thing, osmium.osm.Relation):
        _take_relation(extract, thing, dict(thing.tags))


def _take_way(extract: OsmExtract, way: osmium.osm.Way, tags: Mapping[str, str]) -> None:
    refs = [node.ref for node in way.nodes]
    lonlat = [(node.lon, node.lat) if node.location.valid() else None for node in way.nodes]
    known = [point for point in lonlat if point is not None]
    place = find_place(f"w{way.id}", tags, known)
    if place is not None:
        extract.places.append(place)
    if "highway" not in tags and tags.get("route") != "ferry":
        return
    rule = read_way(tags)
    if isinstance(rule, str):
        extract.dropped[rule] += 1
        return
    pieces = list(_known_runs(refs, lonlat))
    if len(known) < len(lonlat):
        # the border of an extract cuts ways: what lies outside has no coordinates
        extract.dropped["cut-at-border" if pieces else "outside-extract"] += 1
    elif not pieces:
        extract.dropped["too-short"] += 1
    extract.ways.extend(RawWay(way.id, rule, *piece) for piece in pieces)


def _known_runs(
    refs: list[int], lonlat: list[tuple[float, float] | None]
) -> Iterator[tuple[list[int], list[tuple[float, float]]]]:
    """Maximal runs of two or more different consecutive nodes whose place is known."""
    run_refs: list[int] = []
    run_points: list[tuple[float, float]] = []
    for ref, point in zip([*refs, 0], [*lonlat, None], strict=True):
        if point is None:
            if len(run_refs) > 1:
                yield run_refs, run_points
            run_refs, run_points = [], []
        elif not run_refs or run_refs[-1] != ref:
            run_refs.append(ref)
            run_points.append(point)


def _take_relation(extract: OsmExtract, relation: osmium.osm.Relation, tags: Mapping[str, str]) -> None:
    if tags.get("type") != "restriction":
        if "name" in tags and tags.get("amenity") in {"hospital", "clinic", "school"}:
            extract.dropped["place-drawn-as-relation"] += 1
        return
    kind = next((tags[key] for key in ("restriction", "restriction:motorcar") if key in tags), "")
    ends: dict[str, tuple[str, int]] = {}
    for member in relation.members:
        ends.setdefault(member.role, (member.type, member.ref))
    if not kind or not {"from", "via", "to"} <= ends.keys():
        extract.dropped["restriction-incomplete"] += 1
        return
    via_type, via_id = ends["via"]
    via_node = via_id if via_type == "n" else 0
    extract.restrictions.append(RawRestriction(kind, ends["from"][1], via_node, ends["to"][1]))
