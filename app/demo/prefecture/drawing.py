"""Roads of the mesh become links with a natural course, and links become the ways of the file."""

from collections.abc import Iterable
from typing import Final

import numpy as np

from app.demo.prefecture.draft import Draft, Link, Tags, Way
from app.demo.prefecture.plane import Flags, Points
from app.demo.prefecture.roads import Grade, RoadNet

_SMOOTHINGS: Final = 2
_BENT_M: Final = 130.0
_LONG_BENT_M: Final = 330.0
_WIGGLE: Final = {Grade.TRUNK: 0.012, Grade.PRIMARY: 0.018, Grade.SECONDARY: 0.025}
_WIGGLE_NARROW: Final = 0.045
_LONGEST_WAY: Final = 400
_HIGHWAY: Final = {
    Grade.TRACK: "track",
    Grade.RESIDENTIAL: "residential",
    Grade.UNCLASSIFIED: "unclassified",
    Grade.TERTIARY: "tertiary",
    Grade.SECONDARY: "secondary",
    Grade.PRIMARY: "primary",
    Grade.TRUNK: "trunk",
}


def draw_links(net: RoadNet) -> tuple[Draft, dict[int, int]]:
    """A draft with one link for each road edge, and the node number of each mesh point that has a road."""
    used = np.flatnonzero(net.road_of >= 0)
    at = _smoothed(net, used)
    points = np.unique(net.mesh.edges[used])
    draft = Draft()
    node_of = {int(point): draft.add_node(*at[point]) for point in points}
    in_town = net.mesh.grid >= 0
    for edge in used.tolist():
        a, b = net.mesh.edges[edge].tolist()
        direction = int(net.direction[edge])
        tail, head = (b, a) if direction < 0 else (a, b)
        crossing = net.crossings.get(edge)
        straight = crossing is not None or bool(in_town[a] and in_town[b])
        road = net.roads[net.road_of[edge]]
        draft.links.append(
            Link(node_of[tail], node_of[head], road, direction != 0, crossing, straight=straight)
        )
    return draft, node_of


def _smoothed(net: RoadNet, used: np.ndarray) -> Points:
    """Mesh points, those in mid-road of open country pulled towards their two neighbours."""
    ends = net.mesh.edges[used]
    at = net.mesh.points.copy()
    count = np.bincount(ends.ravel(), minlength=len(at))
    wet = np.zeros(len(at), dtype=bool)
    wet[net.mesh.edges[list(net.crossings)]] = True
    free: Flags = (count == 2) & (net.mesh.grid < 0) & (net.mesh.cluster < 0) & ~wet
    for _ in range(_SMOOTHINGS):
        total = np.zeros_like(at)
        np.add.at(total, ends[:, 0], at[ends[:, 1]])
        np.add.at(total, ends[:, 1], at[ends[:, 0]])
        at[free] = at[free] / 2 + total[free] / 4
    return at


def bend_links(draft: Draft, rng: np.random.Generator) -> None:
    """Give open roads a curved course: one or two shape nodes on a Catmull-Rom curve."""
    around = draft.links_at()
    at = np.array(draft.at)
    bent = [link for link in draft.links if not link.straight]
    for link in bent:
        a, b = at[link.tail], at[link.head]
        span = b - a
        length_m = float(np.hypot(span[0], span[1]))
        if length_m < _BENT_M:
            continue
        before = _neighbour(around, at, link, link.tail, a - span)
        after = _neighbour(around, at, link, link.head, b + span)
        sideways = np.array((-span[1], span[0])) * _WIGGLE.get(link.road.grade, _WIGGLE_NARROW)
        places = (0.34, 0.67) if length_m > _LONG_BENT_M else (0.5,)
        nodes = []
        for t in places:
            curve = (
                2 * a
                + (b - before) * t
                + (2 * before - 5 * a + 4 * b - after) * t**2
                + (3 * a - before - 3 * b + after) * t**3
            ) / 2
            east, north = curve + sideways * rng.uniform(-1, 1)
            nodes.append(draft.add_node(east, north))
        link.bends = tuple(nodes)


def _neighbour(around: dict[int, list[Link]], at: Points, link: Link, node: int, otherwise: Points) -> Points:
    """Where the road comes from before `node`, if it simply runs on there."""
    links = around[node]
    if len(links) != 2:
        return otherwise
    other = links[0] if links[1] is link else links[1]
    place: Points = at[other.head if other.tail == node else other.tail]
    return place


def draw_ways(draft: Draft, breaks: frozenset[int]) -> dict[int, int]:
    """Chain links of the same road to ways that end at `breaks`; each link's way number by its identity."""
    groups: dict[tuple[object, ...], list[Link]] = {}
    for link in draft.links:
        groups.setdefault((id(link.road), link.oneway, id(link.crossing), link.roundabout), []).append(link)
    way_of: dict[int, int] = {}
    for links in groups.values():
        for chain in _chains(links, breaks):
            for link, _ in chain:
                way_of[id(link)] = len(draft.ways)
            draft.ways.append(Way(_refs(chain), link_tags(chain[0][0])))
    return way_of


Step = tuple[Link, bool]
"""A link and whether it is walked from tail to head."""


def _chains(links: list[Link], breaks: frozenset[int]) -> Iterable[list[Step]]:
    leaving: dict[int, list[Step]] = {}
    degree: dict[int, int] = {}
    for link in links:
        leaving.setdefault(link.tail, []).append((link, True))
        degree[link.tail] = degree.get(link.tail, 0) + 1
        degree[link.head] = degree.get(link.head, 0) + 1
        if not link.oneway:
            leaving.setdefault(link.head, []).append((link, False))
    done: set[int] = set()
    ends = [node for node in degree if degree[node] != 2 or node in breaks or len(leaving.get(node, ())) == 0]
    ends += [
        link.tail for link in links
    ]  # what is left after all open chains are closed loops or split one-ways
    for start in ends:
        for step in leaving.get(start, ()):
            if id(step[0]) in done:
                continue
            chain: list[Step] = []
            following: Step | None = step
            while following is not None and len(chain) < _LONGEST_WAY:
                link, ahead = following
                done.add(id(link))
                chain.append(following)
                node = link.head if ahead else link.tail
                onward = leaving.get(node, ()) if degree[node] == 2 and node not in breaks else ()
                following = next((one for one in onward if id(one[0]) not in done), None)
            yield chain


def _refs(chain: list[Step]) -> tuple[int, ...]:
    first, forward = chain[0]
    refs = [first.tail if forward else first.head]
    for link, ahead in chain:
        refs.extend(link.bends if ahead else link.bends[::-1])
        refs.append(link.head if ahead else link.tail)
    return tuple(refs)


def link_tags(link: Link) -> Tags:
    """The tags of the way that a link becomes part of."""
    road, crossing = link.road, link.crossing
    if crossing is not None and crossing.ferry_minutes is not None:
        return {
            "route": "ferry",
            "name": crossing.name_zh,
            "name:en": crossing.name_en,
            "motor_vehicle": "yes",
            "duration": f"00:{crossing.ferry_minutes:02d}",
        }
    named = crossing if crossing is not None else road
    tags = {"highway": _HIGHWAY[road.grade]}
    if named.name_zh:
        tags["name"] = named.name_zh
    if named.name_en:
        tags["name:en"] = named.name_en
    if road.ref:
        tags["ref"] = road.ref
    if road.kmh is not None:
        tags["maxspeed"] = str(min(road.kmh, 60) if crossing is not None else road.kmh)
    if crossing is not None:
        tags |= {"bridge": "yes", "layer": "1"}
    if link.roundabout:
        tags["junction"] = "roundabout"
    if link.oneway:
        tags["oneway"] = "yes"
    if road.grade is Grade.TRACK:
        tags |= {"surface": "unpaved", "tracktype": "grade3"}
    return tags
