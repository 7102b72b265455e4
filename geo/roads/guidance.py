"""Path -> turn list: what the crew is told at which junction, in Chinese and English.

A junction is worth a word where a driver could go wrong: at a turn that the road itself does not make, at a fork, at
a roundabout, at a landing stage, and where the road begins to be called something else. Everything else is driving
on. Angles are between the roads as a driver sees them; the bounds are those of common navigation software.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from geo.roads import instructions
from geo.roads.instructions import Maneuver
from geo.roads.network import RoadName, RoadNetwork
from geo.roads.path import Path
from geo.roads.plane import Plane
from geo.roads.tags import Access, RoadClass, RoadFlag

STRAIGHT_DEG: Final = 25.0
SLIGHT_DEG: Final = 60.0
TURN_DEG: Final = 120.0
U_TURN_DEG: Final = 165.0
FORK_DEG: Final = 40.0
"""Two roads ahead, both bending less than this, are a fork: straight on is no answer there."""
CLEAR_DEG: Final = 30.0
"""A road that keeps its name and bends less than every other by this much needs no word."""
_LINK: Final = 5
_RANKS: Final = np.array(
    [10 * (kind - RoadClass.MOTORWAY_LINK) + _LINK if 10 <= kind <= 14 else 10 * kind for kind in RoadClass]
)
"""By road class: the lower, the more important; a link ranks behind the road that it belongs to."""
STUB_M: Final = 60.0
"""A nameless stretch this short, before a road with a name, is part of the junction."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One instruction and the stretch that follows it.

    `lon`, `lat` (WGS-84) and `along_m` (metres from the beginning of the line) say where it is due; `length_m` and
    `time_s` reach to the next one. Names and `ref` are empty where the map has none. `roundabout_exit` counts the
    exits from the entry on, the one taken included; None except at a roundabout that is left again.
    """

    maneuver: Maneuver
    name: str
    name_en: str
    ref: str
    road_class: RoadClass
    length_m: float
    time_s: float
    lon: float
    lat: float
    along_m: float
    instruction_zh: str
    instruction_en: str
    roundabout_exit: int | None = None


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Legs that are driven under one instruction."""

    maneuver: Maneuver
    first: int
    name: RoadName
    road_class: RoadClass
    exit: int | None = None


def turns(path: Path) -> tuple[Turn, ...]:
    """The turn list of a path: first `depart`, last `arrive`. Lengths add up to `length_m`, times to the way's time
    on the road.
    """
    stretches = _without_stubs(path, list(_stretches(path)))
    lengths_m = np.append(0.0, np.cumsum(path.leg_lengths_m()))
    times_s = np.append(0.0, np.cumsum([leg.ms / 1000 for leg in path.legs]))
    ends = [stretch.first for stretch in stretches[1:]] + [len(path.legs)]
    heading_deg = _departure_deg(path)
    found: list[Turn] = []
    for stretch, end in zip(stretches, ends, strict=True):
        zh, en = instructions.put_into_words(
            stretch.maneuver, stretch.name, stretch.road_class, stretch.exit, heading_deg
        )
        lon, lat = _where(path, stretch.first)
        found.append(
            Turn(
                maneuver=stretch.maneuver,
                name=stretch.name.name,
                name_en=stretch.name.name_en,
                ref=stretch.name.ref,
                road_class=stretch.road_class,
                length_m=float(lengths_m[end] - lengths_m[stretch.first]),
                time_s=float(times_s[end] - times_s[stretch.first]),
                lon=lon,
                lat=lat,
                along_m=float(lengths_m[stretch.first]),
                instruction_zh=zh,
                instruction_en=en,
                roundabout_exit=stretch.exit,
            )
        )
    zh, en = instructions.arrival(path.off_road_end_m)
    lon, lat = path.geometry.coords[-1]
    last = replace(found[-1], maneuver=Maneuver.ARRIVE, length_m=0.0, time_s=0.0, lon=lon, lat=lat)
    arrival = replace(
        last, along_m=float(lengths_m[-1]), instruction_zh=zh, instruction_en=en, roundabout_exit=None
    )
    return (*found, arrival)


def classify(angle_deg: float) -> Maneuver:
    """The word for a change of heading, in degrees from -180 to 180, right positive."""
    size = abs(angle_deg)
    right = angle_deg > 0
    if size <= STRAIGHT_DEG:
        return Maneuver.STRAIGHT
    if size <= SLIGHT_DEG:
        return Maneuver.SLIGHT_RIGHT if right else Maneuver.SLIGHT_LEFT
    if size <= TURN_DEG:
        return Maneuver.RIGHT if right else Maneuver.LEFT
    if size <= U_TURN_DEG:
        return Maneuver.SHARP_RIGHT if right else Maneuver.SHARP_LEFT
    return Maneuver.U_TURN


def _stretches(path: Path) -> Iterator[_Stretch]:
    network, arcs = path.network, path.arcs
    pieces = network.arc_piece[list(arcs)]
    classes = [RoadClass(number) for number in network.piece_class[pieces].tolist()]
    round_flags = (network.piece_flags[pieces] & RoadFlag.ROUNDABOUT) != 0
    names = [network.names[name] for name in network.piece_name[pieces].tolist()]
    junctions = _exits(path)
    current = names[0]
    yield _Stretch(Maneuver.DEPART, 0, current, classes[0])
    at = 1
    while at < len(arcs):
        first = at
        if round_flags[at] and not round_flags[at - 1]:
            while at < len(arcs) and round_flags[at]:
                at += 1
            leaves = at < len(arcs)
            road = at if leaves else first
            number = _exits_passed(network, arcs[first:at]) if leaves else None
            yield _Stretch(Maneuver.ROUNDABOUT, first, names[road], classes[road], number)
            current = names[road]
            at += leaves
            continue
        if RoadClass.FERRY in classes[at - 1 : at + 1] and classes[at] is not classes[at - 1]:
            boards = classes[at] is RoadClass.FERRY
            maneuver = Maneuver.FERRY if boards else classify(junctions[at - 1][0].angle_deg)
        elif pieces[at] == pieces[at - 1]:
            maneuver = Maneuver.U_TURN
        else:
            found = _maneuver(current, *junctions[at - 1])
            maneuver = found if found is not None else Maneuver.STRAIGHT
            if found is None:
                at += 1
                continue
        current = names[at]
        yield _Stretch(maneuver, at, current, classes[at])
        at += 1


@dataclass(frozen=True, slots=True)
class _Exit:
    """A road that leaves a junction: its angle against how one arrives, what it is called, how important it is."""

    angle_deg: float
    name: RoadName
    rank: int


def _exits(path: Path) -> list[tuple[_Exit, list[_Exit]]]:
    """For each junction between two legs: the exit taken and the others, but for turning back."""
    network, arcs = path.network, np.array(path.arcs)
    heads = network.arc_head[arcs[:-1]]
    first, counts = network.first_out[heads], network.first_out[heads + 1] - network.first_out[heads]
    at = np.repeat(np.arange(len(heads)), counts)
    leaving = np.arange(len(at)) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(first, counts)
    bearings, pieces = network.arc_bearings_deg, network.arc_piece[leaving]
    angles = (bearings[leaving, 0] - bearings[arcs[:-1][at], 1] + 180.0) % 360.0 - 180.0
    taken = leaving == arcs[1:][at]
    keep = taken | (pieces != network.arc_piece[arcs[:-1][at]])
    columns = (at, taken, angles, network.piece_name[pieces], _RANKS[network.piece_class[pieces]])
    found: list[list[_Exit]] = [[] for _ in heads]
    own: dict[int, _Exit] = {}
    for junction, is_own, angle, name, rank in zip(
        *(column[keep].tolist() for column in columns), strict=True
    ):
        one = _Exit(angle, network.names[name], rank)
        if is_own:
            own[junction] = one
        else:
            found[junction].append(one)
    return [(own[junction], others) for junction, others in enumerate(found)]


def _maneuver(current: RoadName, taken: _Exit, others: Sequence[_Exit]) -> Maneuver | None:
    """What to say at a junction; None when it is only driving on. `current` is the road as last announced."""
    keeps_name = _same_road(current, taken.name)
    begins = not keeps_name and taken.name != _NAMELESS
    size = abs(taken.angle_deg)
    # A lesser road misleads nobody who stays on his own, unless his own bends away there.
    rivals = [
        other
        for other in others
        if not keeps_name
        or (other.rank <= taken.rank if size <= SLIGHT_DEG else abs(other.angle_deg) < size + CLEAR_DEG)
        or (_same_road(current, other.name) and other.name != _NAMELESS)
    ]
    if not rivals or (keeps_name and all(abs(other.angle_deg) >= size + CLEAR_DEG for other in rivals)):
        return Maneuver.STRAIGHT if begins else None
    if size > STRAIGHT_DEG:
        return classify(taken.angle_deg)
    ahead = [
        other.angle_deg
        for other in rivals
        if abs(other.angle_deg) < FORK_DEG
        and (other.rank <= taken.rank + _LINK or _same_road(current, other.name))
    ]
    if ahead:
        nearest = min(ahead, key=lambda angle: abs(angle - taken.angle_deg))
        return Maneuver.SLIGHT_RIGHT if taken.angle_deg > nearest else Maneuver.SLIGHT_LEFT
    return Maneuver.STRAIGHT if begins else None


def _exits_passed(network: RoadNetwork, inside: Sequence[int]) -> int:
    """Exits from the entry of a roundabout to the one taken, by roads open to everyone."""
    passed = 0
    for arc in inside[:-1]:
        junction = int(network.arc_head[arc])
        leaving = np.arange(network.first_out[junction], network.first_out[junction + 1])
        pieces = network.arc_piece[leaving]
        is_exit = (network.piece_flags[pieces] & RoadFlag.ROUNDABOUT) == 0
        is_exit &= network.piece_access[pieces] == Access.OPEN
        passed += bool(is_exit.any())
    return passed + 1


_NAMELESS: Final = RoadName("", "", "")


def _same_road(a: RoadName, b: RoadName) -> bool:
    """Whether a driver takes these for one road: by name or by number; two that have neither are one, too."""
    if a.ref and a.ref == b.ref:
        return True
    return a.name == b.name if a.name or b.name else a.ref == b.ref


def _without_stubs(path: Path, stretches: list[_Stretch]) -> list[_Stretch]:
    """A turn into a short nameless link that runs on into a named road is a turn into that road."""
    lengths_m = np.append(0.0, np.cumsum(path.leg_lengths_m()))
    kept: list[_Stretch] = []
    for stretch in stretches:
        before = kept[-1] if kept else None
        if (
            before is not None
            and stretch.maneuver is Maneuver.STRAIGHT
            and before.name == _NAMELESS
            and before.road_class is not RoadClass.FERRY
            and lengths_m[stretch.first] - lengths_m[before.first] <= STUB_M
        ):
            kept[-1] = replace(before, name=stretch.name, road_class=stretch.road_class)
        else:
            kept.append(stretch)
    return kept


def _departure_deg(path: Path) -> float:
    """Heading of the line's first stretch that has a length, from north."""
    lonlat = np.array(path.geometry.coords)
    steps = np.diff(Plane(latitude=float(lonlat[0, 1])).to_metres(lonlat), axis=0)
    long_enough = np.flatnonzero(np.hypot(*steps.T) > 1.0)
    east, north = steps[long_enough[0] if len(long_enough) else 0]
    return float(np.degrees(np.arctan2(east, north)) % 360.0)


def _where(path: Path, first: int) -> tuple[float, float]:
    """Where a leg begins: at its junction, or at the beginning of the line."""
    if first == 0:
        lon, lat = path.geometry.coords[0]
    else:
        lon, lat = path.network.junction_lonlat[path.network.arc_tail[path.legs[first].arc]].tolist()
    return float(lon), float(lat)
