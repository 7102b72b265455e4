"""Which way a road points where it meets a junction, measured over its first metres and not its first kink."""

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from geo.roads.network import RoadNetwork

Floats = NDArray[np.float64]

LOOK_M: Final = 25.0
"""A driver sees a road's direction over about this length; shorter roads are taken whole."""


def arc_bearings_deg(network: "RoadNetwork") -> Floats:
    """Shape (arcs, 2): degrees clockwise from north, in 0 to 360, leaving the tail and reaching the head."""
    xy = network.plane.to_metres(network.geometry)
    first, last = network.piece_start[:-1].astype(np.int64), network.piece_start[1:].astype(np.int64) - 1
    steps_m = np.append(0.0, np.hypot(*np.diff(xy, axis=0).T))
    steps_m[first] = 0.0  # from the end of one piece to the start of the next
    along_m = np.cumsum(steps_m)
    look_m = np.minimum(LOOK_M, along_m[last] - along_m[first])
    ahead = _heading_deg(_at(xy, along_m, along_m[first] + look_m, first, last) - xy[first])
    into = _heading_deg(xy[last] - _at(xy, along_m, along_m[last] - look_m, first, last))
    pieces, against = network.arc_piece, network.arc_reversed
    leaving = np.where(against, into[pieces] + 180.0, ahead[pieces])
    reaching = np.where(against, ahead[pieces] + 180.0, into[pieces])
    bearings: Floats = np.column_stack([leaving, reaching]) % 360.0
    return bearings


def _at(
    xy: Floats, along_m: Floats, wanted_m: Floats, first: NDArray[np.int64], last: NDArray[np.int64]
) -> Floats:
    """The points at these distances along all pieces laid end to end, each within its own piece."""
    after = np.clip(np.searchsorted(along_m, wanted_m), first + 1, last)
    span_m = along_m[after] - along_m[after - 1]
    share = np.divide(wanted_m - along_m[after - 1], span_m, out=np.zeros_like(span_m), where=span_m > 0)
    points: Floats = xy[after - 1] + np.clip(share, 0.0, 1.0)[:, None] * (xy[after] - xy[after - 1])
    return points


def _heading_deg(vector: Floats) -> Floats:
    heading: Floats = np.degrees(np.arctan2(vector[:, 0], vector[:, 1]))
    return heading
