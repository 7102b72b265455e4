"""Places beside a road where something can be built: hospitals, stations, schools."""

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from app.demo.prefecture.plane import Points, to_degrees

_KERB_M: Final = 24.0
_APART_M: Final = 60.0


class Sites:
    """Building plots beside given road nodes; no two are given out closer than 60 m to each other."""

    def __init__(self, road_nodes: Points, rng: np.random.Generator) -> None:
        self._nodes = road_nodes
        self._tree = cKDTree(road_nodes)
        self._rng = rng
        self._given: list[Points] = []

    def near(self, east_m: float, north_m: float, spread_m: float) -> tuple[float, float]:
        """(lon, lat) of a free plot within about `spread_m` of a place, a few steps from the kerb."""
        while True:
            wish = np.array((east_m, north_m)) + self._rng.normal(0, spread_m / 2, 2)
            plot = self._nodes[self._tree.query(wish)[1]] + self._rng.choice([-_KERB_M, _KERB_M], 2)
            if all(np.hypot(*(plot - other)) > _APART_M for other in self._given):
                self._given.append(plot)
                lon, lat = to_degrees(plot[None])[0]
                return float(lon), float(lat)
            spread_m = spread_m * 1.1 + 10
