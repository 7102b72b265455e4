"""The draft written as an OpenStreetMap file: nodes, then ways, then relations, each with rising ids.

No time stamp and no author goes in, so that the same draft gives the same file.
"""

from pathlib import Path
from typing import Final

import numpy as np
import osmium
from osmium.osm.mutable import Node, Way
from osmium.osm.mutable import Relation as OsmRelation

from app.demo.prefecture.draft import Draft
from app.demo.prefecture.plane import to_degrees

GENERATOR: Final = "jiuhu demo prefecture (made up, not for operations)"


def write_osm(draft: Draft, file: Path) -> None:
    """Write `file` (.osm.pbf), replacing what is there."""
    degrees = to_degrees(np.array(draft.at)).tolist()
    header = osmium.io.Header()
    header.set("generator", GENERATOR)
    with osmium.SimpleWriter(str(file), header=header, overwrite=True) as writer:
        for number, (lon, lat) in enumerate(degrees):
            writer.add_node(
                Node(id=number + 1, version=1, location=(lon, lat), tags=draft.node_tags.get(number, {}))
            )
        for number, way in enumerate(draft.ways):
            writer.add_way(Way(id=number + 1, version=1, nodes=[ref + 1 for ref in way.refs], tags=way.tags))
        for number, relation in enumerate(draft.relations):
            members = [(kind, ref + 1, role) for kind, ref, role in relation.members]
            writer.add_relation(OsmRelation(id=number + 1, version=1, members=members, tags=relation.tags))
