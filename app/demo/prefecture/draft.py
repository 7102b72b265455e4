"""The map being drawn: nodes, links between them, and in the end OpenStreetMap ways and relations.

A link is one stretch of road between two nodes that may become junctions; `links` are what junction design
works on, `ways` what is written. Node numbers are positions in `at`; the file's ids are one higher.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from app.demo.prefecture.plane import Ints
from app.demo.prefecture.roads import Crossing, Grade, Road

Tags = dict[str, str]
Member = tuple[str, int, str]


@dataclass(slots=True)
class Link:
    """A stretch of `road` from one node to another; `bends` are the nodes between, for its shape alone."""

    tail: int
    head: int
    road: Road
    oneway: bool = False
    crossing: Crossing | None = None
    roundabout: bool = False
    straight: bool = True
    bends: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A way of the file."""

    refs: tuple[int, ...]
    tags: Tags


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the file; members are (type letter, number, role)."""

    members: tuple[Member, ...]
    tags: Tags


@dataclass(slots=True)
class Draft:
    """Everything drawn so far. `at` holds metres in the plane."""

    at: list[tuple[float, float]] = field(default_factory=list)
    node_tags: dict[int, Tags] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)

    def add_node(self, east_m: float, north_m: float, tags: Tags | None = None) -> int:
        """The number of a new node."""
        self.at.append((float(east_m), float(north_m)))
        number = len(self.at) - 1
        if tags:
            self.node_tags[number] = tags
        return number

    def links_at(self) -> dict[int, list[Link]]:
        """The links that touch each node."""
        found: dict[int, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.tail, []).append(link)
            found.setdefault(link.head, []).append(link)
        return found


def drivable_arcs(draft: Draft) -> Iterator[tuple[int, int]]:
    """Every step (node, next node) that the drawn ways allow a vehicle, tracks included."""
    for way in draft.ways:
        if "highway" not in way.tags and way.tags.get("route") != "ferry":
            continue
        steps = list(zip(way.refs, way.refs[1:], strict=False))
        yield from steps
        if way.tags.get("oneway") != "yes":
            yield from ((head, tail) for tail, head in steps)


def strong_parts(arcs: Ints, node_count: int) -> Ints:
    """The number of the strongly connected part of each node; `arcs` has shape (n, 2)."""
    links = csr_array(
        (np.ones(len(arcs), dtype=np.int8), (arcs[:, 0], arcs[:, 1])), shape=(node_count, node_count)
    )
    return np.asarray(connected_components(links, connection="strong")[1], dtype=np.int64)


def open_dead_ends(draft: Draft) -> int:
    """Make one-way streets two-way where one could drive in and never out, or out and never in; how many.

    Roundabouts and motorways keep their direction: they are closed loops by design.
    """
    opened = 0
    while True:
        arcs = [(link.tail, link.head) for link in draft.links]
        arcs += [(link.head, link.tail) for link in draft.links if not link.oneway]
        part = strong_parts(np.array(arcs, dtype=np.int64), len(draft.at))
        trapped = [
            link
            for link in draft.links
            if link.oneway and not link.roundabout and part[link.tail] != part[link.head]
        ]
        if not trapped:
            return opened
        for link in trapped:
            link.oneway = False
        opened += len(trapped)


def is_main(road: Road) -> bool:
    """Whether traffic lights and turn rules are to be expected on this road."""
    return road.grade >= Grade.TERTIARY
