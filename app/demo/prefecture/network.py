"""The order in which roads are laid on the mesh, from trunk road to track."""

import numpy as np

from app.demo.prefecture.corridors import (
    attach,
    join_parts,
    lay_county_roads,
    lay_crossing_roads,
    lay_hamlet_roads,
    lay_national_roads,
    lay_provincial_roads,
    lay_village_roads,
)
from app.demo.prefecture.crossings import choose_crossings
from app.demo.prefecture.geography import Sketch, short_name
from app.demo.prefecture.layout import Layout
from app.demo.prefecture.roads import Grade, Road, RoadNet, found_net
from app.demo.prefecture.streets import lay_lanes, lay_streets


def lay_roads(layout: Layout, sketch: Sketch, seed: int) -> RoadNet:
    """All roads but the motorways; everything hangs together except the islets."""
    rng = np.random.default_rng([seed, 1])
    mesh = layout.mesh
    net = found_net(mesh, layout.terrain, choose_crossings(mesh, sketch, layout.terrain))
    towns = {stop.place.code: stop for stop in layout.towns}
    lay_streets(net, layout.grids, rng)
    lay_national_roads(net, towns, sketch)
    lay_provincial_roads(net, towns, sketch)
    lay_county_roads(net, towns)
    lay_crossing_roads(net)
    approach = net.add_road(Road(Grade.SECONDARY, "高速连接线", "Expressway Link Road", kmh=60))
    attach(net, [(point, approach) for point in sorted(set(layout.interchanges.values()))])
    link = net.add_road(Road(Grade.TERTIARY, "引道", "Approach Road", kmh=50))
    main_point = layout.towns[0].point
    join_parts(net, main_point, link)
    town_names = {stop.place.code: short_name(stop.place.name_zh) for stop in layout.towns}
    lay_village_roads(net, layout.villages, town_names, rng)
    _lay_village_lanes(net, layout, rng)
    narrow = net.add_road(Road(Grade.UNCLASSIFIED))
    track = net.add_road(Road(Grade.TRACK))
    lane = net.add_road(Road(Grade.RESIDENTIAL))
    homes = np.array([stop.point for stop in layout.hamlets], dtype=np.int64)
    tracked = set(mesh.cluster[homes[lay_hamlet_roads(net, homes, narrow, track, rng)]].tolist())
    lane_of = {cluster: track if cluster in tracked else lane for cluster in layout.hamlet_clusters.tolist()}
    lay_lanes(net, layout.hamlet_clusters, lane_of, False, rng)
    lay_lanes(net, layout.islet_clusters, dict.fromkeys(layout.islet_clusters.tolist(), lane), True, rng)
    join_parts(net, main_point, narrow)
    return net


def _lay_village_lanes(net: RoadNet, layout: Layout, rng: np.random.Generator) -> None:
    lane_of: dict[int, int] = {}
    wanted = set(layout.village_clusters.tolist())
    for stop in layout.villages:
        cluster = int(layout.mesh.cluster[stop.point])
        if cluster in wanted:
            name = stop.place.name_zh
            lane_of[cluster] = net.add_road(
                Road(Grade.RESIDENTIAL, name if name.endswith("路") else f"{name}道", kmh=30)
            )
    lay_lanes(net, np.array(sorted(lane_of), dtype=np.int64), lane_of, True, rng)
