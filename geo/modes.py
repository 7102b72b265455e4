"""The places where a caller may be, told apart: modes of the posterior and the way to the top of one."""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from geo.fusion import Cloud, Posterior
from geo.geodesy import Floats

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Peak:
    """A mode of the posterior: its highest place and log likelihood there, its probability, its samples."""

    x_m: float
    y_m: float
    height: float
    probability: float
    members: Indices


_PEAK_CANDIDATES = 24
_VALLEY_STEPS = 7
# Two places are one mode unless the likelihood between them falls below half of the lower one.
_VALLEY_DEPTH = log(2.0)
# Two sources that contradict one another leave their places about equally likely.
_RIVAL = 0.5


def peaks(posterior: Posterior, cloud: Cloud) -> list[Peak]:
    """The modes, likeliest first; of nearly equal ones the sharper leads: it is quicker to check."""
    spots = np.array([spot for piece in posterior.pieces for part in piece.parts for spot in part.spots()])
    top = np.argsort(-cloud.log_l, kind="stable")[:1]
    x = np.concatenate([spots[:, 0], cloud.x_m[top]])
    y = np.concatenate([spots[:, 1], cloud.y_m[top]])
    height = posterior(x, y)
    keep = np.argsort(-height, kind="stable")[:_PEAK_CANDIDATES]
    x, y, height = x[keep], y[keep], height[keep]
    group = _joined(posterior, x, y, height)
    nearest = np.argmin((cloud.x_m[:, None] - x) ** 2 + (cloud.y_m[:, None] - y) ** 2, axis=1)
    found = []
    for name in np.unique(group):
        members = np.flatnonzero(group[nearest] == name)
        own = np.flatnonzero(group == name)
        top_spot = own[np.argmax(height[own])]
        start = (float(x[top_spot]), float(y[top_spot]), float(height[top_spot]))
        if len(members) and cloud.log_l[members].max() > start[2]:
            at = members[np.argmax(cloud.log_l[members])]
            start = (float(cloud.x_m[at]), float(cloud.y_m[at]), float(cloud.log_l[at]))
        found.append(Peak(*start, float(cloud.weight[members].sum()), members))
    found.sort(key=lambda peak: -peak.probability)
    rivals = [peak for peak in found if peak.probability >= _RIVAL * found[0].probability]
    best = max(rivals, key=lambda peak: peak.height)
    return [best, *(peak for peak in found if peak is not best)]


def _joined(posterior: Posterior, x: Floats, y: Floats, height: Floats) -> Indices:
    """Group number of each candidate, candidates given highest first.

    Clustering by persistence: a candidate belongs to the highest hill from which no valley parts it, and
    where it links two hills it makes them one if it is nearly as high as the lower. So the arc of a cell is
    one mode, and two villages in that arc are two.
    """
    count = len(x)
    first, second = np.triu_indices(count, k=1)
    way = np.linspace(0, 1, _VALLEY_STEPS + 2)[1:-1][:, None]
    between = posterior(
        (x[first] + way * (x[second] - x[first])).ravel(), (y[first] + way * (y[second] - y[first])).ravel()
    ).reshape(_VALLEY_STEPS, -1)
    linked = np.zeros((count, count), dtype=bool)
    # Lower index is the higher of the two.
    linked[second, first] = between.min(axis=0, initial=np.inf) >= height[second] - _VALLEY_DEPTH
    group = np.arange(count)
    for own in range(1, count):
        hills = np.unique(group[:own][linked[own, :own]])
        if len(hills):
            group[own] = hills[0]
            for lower in hills[1:]:
                if height[own] >= height[lower] - _VALLEY_DEPTH:
                    group[group == lower] = hills[0]
    return group


def climb(posterior: Posterior, x_m: float, y_m: float, step_m: float) -> tuple[float, float]:
    """The top of the hill: a 3 x 3 stencil, halved while its middle is highest, to 1/64 step."""
    least = step_m / 64
    offset = np.array([(0, 0), *((i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)], dtype=float)
    for _ in range(24):
        around = np.array([x_m, y_m]) + offset * step_m
        best = int(np.argmax(posterior(around[:, 0], around[:, 1])))
        if best == 0:
            step_m /= 2
            if step_m < least:
                break
        x_m, y_m = float(around[best, 0]), float(around[best, 1])
    return x_m, y_m
