"""Motorways: two one-way carriageways over everything else, entered and left only at interchanges.

They are drawn apart from the mesh, as real ones stand on viaducts: no node is shared with the roads below.
"""

from typing import Final

import numpy as np
from shapely import intersects, linestrings, prepare

from app.demo.prefecture.draft import Draft, Tags, Way
from app.demo.prefecture.geography import MotorwaySketch, Sketch
from app.demo.prefecture.layout import Layout
from app.demo.prefecture.plane import Points, rounded, to_plane

_STEP_M: Final = 450.0
_HALF_GAP_M: Final = 14.0
_RAMP_STEPS: Final = 1
_RAMP_BOW: Final = 0.18
_RAMP_TAGS: Final = {
    "highway": "motorway_link",
    "oneway": "yes",
    "maxspeed": "40",
    "layer": "1",
    "toll": "yes",
}


def draw_motorways(draft: Draft, layout: Layout, sketch: Sketch, node_of: dict[int, int]) -> None:
    """Every motorway of the sketch, with its interchanges; both ends are interchanges too."""
    prepare(layout.terrain.water)
    for motorway in sketch.motorways:
        interchanges = {
            index: node_of[point]
            for (ref, index), point in layout.interchanges.items()
            if ref == motorway.ref
        }
        _draw(draft, layout, motorway, interchanges)


def _draw(draft: Draft, layout: Layout, motorway: MotorwaySketch, interchanges: dict[int, int]) -> None:
    corners = to_plane(np.array([(lon, lat) for lon, lat, _ in motorway.line]))
    middle = rounded(corners, _STEP_M)
    ahead = np.gradient(middle, axis=0)
    right = np.column_stack([ahead[:, 1], -ahead[:, 0]]) / np.hypot(ahead[:, 0], ahead[:, 1])[:, None]
    there = [draft.add_node(*spot) for spot in middle + right * _HALF_GAP_M]
    back = [draft.add_node(*spot) for spot in middle - right * _HALF_GAP_M]
    _draw_carriageway(draft, layout, motorway, there)
    _draw_carriageway(draft, layout, motorway, back[::-1])
    last = len(middle) - 1
    for index, toll in sorted(interchanges.items()):
        near = int(np.argmin(np.hypot(*(middle - corners[index]).T)))
        # traffic leaves before the interchange and joins behind it; at an end it does so where the road ends
        early = last if near == last else near - _RAMP_STEPS
        late = 0 if near == 0 else near + _RAMP_STEPS
        if near > 0:
            _draw_ramp(draft, there[early], toll)
            _draw_ramp(draft, toll, back[early])
        if near < last:
            _draw_ramp(draft, toll, there[late])
            _draw_ramp(draft, back[late], toll)
        draft.node_tags.setdefault(toll, {})["barrier"] = "toll_booth"


def _draw_carriageway(draft: Draft, layout: Layout, motorway: MotorwaySketch, nodes: list[int]) -> None:
    """One direction, cut into ways where a river bridge begins or ends."""
    at: Points = np.array([draft.at[node] for node in nodes])
    wet = intersects(layout.terrain.water, linestrings(np.stack([at[:-1], at[1:]], axis=1)))
    start = 0
    for step in range(1, len(wet) + 1):
        if step == len(wet) or wet[step] != wet[start]:
            draft.ways.append(Way(tuple(nodes[start : step + 1]), _tags(motorway, bool(wet[start]))))
            start = step


def _tags(motorway: MotorwaySketch, bridge: bool) -> Tags:
    tags = {
        "highway": "motorway",
        "name": motorway.name_zh,
        "name:en": motorway.name_en,
        "ref": motorway.ref,
        "maxspeed": "100" if motorway.ref.startswith("G") else "80",
        "oneway": "yes",
        "toll": "yes",
        "layer": "1",
    }
    return tags | {"bridge": "yes"} if bridge else tags


def _draw_ramp(draft: Draft, start: int, goal: int) -> None:
    a, b = np.array(draft.at[start]), np.array(draft.at[goal])
    span = b - a
    bend = draft.add_node(*(a + b) / 2 + np.array((-span[1], span[0])) * _RAMP_BOW)
    draft.ways.append(Way((start, bend, goal), dict(_RAMP_TAGS)))
