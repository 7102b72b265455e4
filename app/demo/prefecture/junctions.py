"""Roundabouts, traffic lights and turn restrictions where main roads meet in towns."""

from typing import Final

import numpy as np

from app.demo.prefecture.draft import Draft, Link, Relation, is_main
from app.demo.prefecture.roads import Road

_RADIUS_M: Final = 22.0
_ROUNDABOUTS: Final = 24
_RESTRICTIONS: Final = 60
_LEFT_RAD: Final = (0.9, 2.3)
_MIN_LINK_M: Final = 70.0


def build_roundabouts(draft: Draft, town_nodes: frozenset[int], rng: np.random.Generator) -> int:
    """Replace some junctions of main roads in towns by anticlockwise one-way rings: traffic keeps right."""
    around = draft.links_at()
    chosen: list[int] = []
    spoilt: set[int] = set()
    candidates = [node for node in sorted(town_nodes) if _is_main_cross(around.get(node, []))]
    for node in rng.permutation(candidates).tolist():
        links = around[node]
        far = {link.head if link.tail == node else link.tail for link in links}
        if len(chosen) == _ROUNDABOUTS:
            break
        if node in spoilt or far & spoilt or min(_length_m(draft, link) for link in links) < _MIN_LINK_M:
            continue
        chosen.append(node)
        spoilt |= far | {node}
    for node in chosen:
        _build_ring(draft, node, around[node])
    return len(chosen)


def _is_main_cross(links: list[Link]) -> bool:
    return (
        3 <= len(links) <= 5
        and sum(is_main(link.road) for link in links) >= 3
        and all(link.crossing is None for link in links)
    )


def _build_ring(draft: Draft, node: int, links: list[Link]) -> None:
    """The old node becomes the first of the ring; each link is led to its own place on it."""
    east, north = draft.at[node]
    bearing = {id(link): _bearing_rad(draft, link, node) for link in links}
    ordered = sorted(links, key=lambda link: bearing[id(link)])
    ring: list[int] = []
    for position, link in enumerate(ordered):
        angle = bearing[id(link)]
        spot = (east + _RADIUS_M * float(np.cos(angle)), north + _RADIUS_M * float(np.sin(angle)))
        if position == 0:
            draft.at[node] = spot
        place = node if position == 0 else draft.add_node(*spot)
        ring.append(place)
        if link.tail == node:
            link.tail = place
        else:
            link.head = place
    main = max((link.road for link in links), key=lambda road: road.grade)
    road = Road(main.grade, main.name_zh, main.name_en, main.ref, 30)
    angles = [bearing[id(link)] for link in ordered]
    for position, tail in enumerate(ring):
        following = (position + 1) % len(ring)
        start, end = angles[position], angles[following] + (0 if following else 2 * np.pi)
        middle = (start + end) / 2
        bend = draft.add_node(
            east + _RADIUS_M * float(np.cos(middle)), north + _RADIUS_M * float(np.sin(middle))
        )
        draft.links.append(Link(tail, ring[following], road, oneway=True, roundabout=True, bends=(bend,)))


def set_signals(draft: Draft, town_nodes: frozenset[int]) -> list[int]:
    """Traffic lights where main roads cross in towns; their nodes."""
    lit: list[int] = []
    for node, links in sorted(draft.links_at().items()):
        if node in town_nodes and _is_main_cross(links) and not any(link.roundabout for link in links):
            draft.node_tags.setdefault(node, {})["highway"] = "traffic_signals"
            lit.append(node)
    return lit


def choose_restrictions(
    draft: Draft, signals: list[int], rng: np.random.Generator
) -> list[tuple[Link, int, Link, str]]:
    """Left turns forbidden at some lights, as (from, node, to, kind); all other turns there stay allowed."""
    around = draft.links_at()
    found: list[tuple[Link, int, Link, str]] = []
    for node in rng.permutation(signals).tolist():
        if len(found) == _RESTRICTIONS:
            break
        arms = around[node]
        for source in arms:
            if source.oneway and source.head != node:
                continue
            heading = _bearing_rad(draft, source, node) + np.pi
            left = next(
                (arm for arm in arms if arm is not source and _turns_left(draft, arm, node, heading)), None
            )
            if left is not None:
                found.append((source, node, left, "no_left_turn"))
                break
    return found


def _turns_left(draft: Draft, arm: Link, node: int, heading: float) -> bool:
    if arm.oneway and arm.tail != node:
        return False
    turn = (_bearing_rad(draft, arm, node) - heading + np.pi) % (2 * np.pi) - np.pi
    return bool(_LEFT_RAD[0] < turn < _LEFT_RAD[1])


def write_restrictions(
    draft: Draft, restrictions: list[tuple[Link, int, Link, str]], way_of: dict[int, int]
) -> None:
    """One relation for each restriction, once the ways are drawn."""
    for source, node, goal, kind in restrictions:
        members = (("w", way_of[id(source)], "from"), ("n", node, "via"), ("w", way_of[id(goal)], "to"))
        draft.relations.append(Relation(members, {"type": "restriction", "restriction": kind}))


def _bearing_rad(draft: Draft, link: Link, node: int) -> float:
    """The mathematical angle in which a link leaves a node, 0 to 2 pi."""
    (east, north), (to_east, to_north) = (
        draft.at[node],
        draft.at[link.head if link.tail == node else link.tail],
    )
    return float(np.arctan2(to_north - north, to_east - east) % (2 * np.pi))


def _length_m(draft: Draft, link: Link) -> float:
    (a, b), (c, d) = draft.at[link.tail], draft.at[link.head]
    return float(np.hypot(c - a, d - b))
