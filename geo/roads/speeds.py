"""How long each arc takes, by mode: integer milliseconds, what an ambulance is exempt from, and what nobody
is.

Class speeds: those of common OpenStreetMap car profiles, to be tuned per prefecture from the fleet's own GPS.
Siren factor: JEMSS (uoa-ems-research/JEMSS.jl) drives with lights and sirens in 0.7 of the regular time.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from geo.roads.tags import Access, RoadClass

if TYPE_CHECKING:
    from geo.roads.network import RoadNetwork

INFINITE_MS = 2**31 - 1
"""Closed, or not usable in this mode. The largest value the compiled index understands."""

SIREN_TIME_FACTOR = 0.7
SIREN_TOP_KMH = 120.0
TRACK_KMH = 15.0
WALK_KMH = 5.0
TRACK_REACH_M = 300.0


class Mode(StrEnum):
    """How a vehicle drives: with lights and sirens (警灯警报通行), or as everyone does."""

    SIREN = "siren"
    NORMAL = "normal"


CLASS_KMH: dict[RoadClass, float] = {
    RoadClass.MOTORWAY: 110.0,
    RoadClass.TRUNK: 90.0,
    RoadClass.PRIMARY: 70.0,
    RoadClass.SECONDARY: 60.0,
    RoadClass.TERTIARY: 50.0,
    RoadClass.UNCLASSIFIED: 40.0,
    RoadClass.RESIDENTIAL: 30.0,
    RoadClass.LIVING_STREET: 15.0,
    RoadClass.SERVICE: 15.0,
    RoadClass.ROAD: 30.0,
    RoadClass.MOTORWAY_LINK: 60.0,
    RoadClass.TRUNK_LINK: 50.0,
    RoadClass.PRIMARY_LINK: 45.0,
    RoadClass.SECONDARY_LINK: 40.0,
    RoadClass.TERTIARY_LINK: 35.0,
    RoadClass.BUSWAY: 40.0,
    RoadClass.FERRY: 10.0,
    RoadClass.TRACK: TRACK_KMH,
}

CLOSED_ACCESS: dict[Mode, tuple[Access, ...]] = {
    Mode.NORMAL: (Access.PRIVATE, Access.EMERGENCY, Access.BUS),
    Mode.SIREN: (),
}


def base_ms(network: "RoadNetwork", mode: Mode) -> NDArray[np.int32]:
    """Milliseconds per arc, shape (arcs,), 1 or more; INFINITE_MS where this mode may not drive.

    A ferry takes the same time in both modes: its `duration`, shared over its pieces by length.
    """
    table = np.array([CLASS_KMH[c] for c in RoadClass])
    kmh = np.where(network.piece_maxspeed_kmh > 0, network.piece_maxspeed_kmh, table[network.piece_class])
    if mode is Mode.SIREN:
        siren = np.maximum(kmh, np.minimum(kmh / SIREN_TIME_FACTOR, SIREN_TOP_KMH))
        # On a track the ground sets the pace, not the other traffic.
        kmh = np.where(network.piece_class == RoadClass.TRACK, kmh, siren)
    ferry = network.piece_class == RoadClass.FERRY
    kmh = np.where(ferry, table[RoadClass.FERRY], kmh)
    # metres over kilometres per hour: times 3.6 gives seconds, times 3,600 milliseconds
    ms = network.piece_length_m / kmh * 3600.0
    ms = np.where(ferry & (network.piece_duration_s > 0), network.piece_duration_s * 1000.0, ms)
    whole = np.clip(np.rint(ms), 1, INFINITE_MS - 1).astype(np.int32)
    whole[np.isin(network.piece_access, CLOSED_ACCESS[mode])] = INFINITE_MS
    per_arc: NDArray[np.int32] = whole[network.arc_piece]
    return per_arc


def off_road_ms(distance_m: float) -> int:
    """Time for the part that no mapped road covers: a farm track up to 300 m, on foot beyond."""
    track_m = min(distance_m, TRACK_REACH_M)
    walk_m = max(0.0, distance_m - TRACK_REACH_M)
    return round(track_m / TRACK_KMH * 3600.0 + walk_m / WALK_KMH * 3600.0)
