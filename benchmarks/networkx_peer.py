"""networkx as the peer: Dijkstra on the reversed graph, with the same milliseconds and the same places on the road."""

import math
from collections.abc import Sequence

import networkx as nx

from geo.roads.speeds import Mode
from geo.roads.stand import direct_leg
from geo.roads.travel import Seconds, TravelTimes
from geo.shapes import Position


class NetworkxTimes(TravelTimes):
    """Travel times whose search is networkx's; snapping and closures stay ours and cost it nothing extra."""

    def matrix(
        self, sources: Sequence[Position], targets: Sequence[Position], mode: Mode
    ) -> list[list[Seconds]]:
        columns = [search(self, sources, target, mode) for target in targets]
        return [list(row) for row in zip(*columns, strict=True)]


def search(times: TravelTimes, sources: Sequence[Position], target: Position, mode: Mode) -> list[Seconds]:
    """Seconds from each source to the target: one search for each end of the target's road."""
    backwards, weight, ms = times.graph().reverse(copy=False), f"ms_{mode}", times.weights_ms(mode)
    *froms, to = times.stands([*sources, target], mode)
    best = [math.inf] * len(froms)
    for junction, after_ms in to.ends:
        reached = nx.single_source_dijkstra_path_length(backwards, junction, weight=weight)
        for i, stand in enumerate(froms):
            ways = (reached.get(start, math.inf) + before_ms for start, before_ms in stand.starts)
            best[i] = min(best[i], min(ways, default=math.inf) + after_ms)
    for i, stand in enumerate(froms):
        direct = direct_leg(stand, to, ms)
        if direct is not None:
            best[i] = min(best[i], stand.off_road_ms + direct.ms + to.off_road_ms)
    return [None if math.isinf(value) else value / 1000 for value in best]
