"""Roads between places, most important first: national, provincial, county, village, hamlet."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from scipy.spatial import Delaunay, cKDTree

from app.demo.prefecture.geography import Sketch, short_english, short_name
from app.demo.prefecture.plane import Flags, Ints, Points
from app.demo.prefecture.roads import Grade, Road, RoadNet
from app.demo.prefecture.settlements import Settlement

_COUNTY_ROAD_REACH_M: Final = 26_000.0
_LINK_REACH_M: Final = 6_500.0
_COST_PER_M: Final = 5.0
_LINKED: Final = 0.40
_TRACKED: Final = 0.15


@dataclass(frozen=True, slots=True)
class Stop:
    """A place that roads lead to: its mesh point, and its settlement."""

    point: int
    place: Settlement


def lay_national_roads(net: RoadNet, towns: dict[str, Stop], sketch: Sketch) -> None:
    """The trunk and primary roads of the sketch, town by town."""
    for ref, grade, codes in sketch.national_roads:
        digits = ref[1:]
        level, kmh = (Grade.TRUNK, 80) if grade == "trunk" else (Grade.PRIMARY, 70)
        road = net.add_road(Road(level, f"{digits}国道", f"National Road {digits}", ref, kmh))
        for start, goal in pairwise(codes):
            net.lay(net.route(towns[start].point, towns[goal].point), road)


def lay_crossing_roads(net: RoadNet) -> None:
    """A road over every bridge and ferry, and to each of its ends from its own bank."""
    edges = np.array(list(net.crossings), dtype=np.int64)
    roads = [
        net.add_road(
            Road(
                Grade.SECONDARY if crossing.ferry_minutes is None else Grade.TERTIARY,
                f"{crossing.name_zh}引道",
                f"{crossing.name_en} Approach",
                kmh=60,
            )
        )
        for crossing in net.crossings.values()
    ]
    net.close(edges)
    ends = [(int(end), road) for edge, road in zip(edges, roads, strict=True) for end in net.mesh.edges[edge]]
    attach(net, ends)
    net.open(edges)
    for edge, road in zip(edges, roads, strict=True):
        net.lay(np.array([edge]), road)


def lay_provincial_roads(net: RoadNet, towns: dict[str, Stop], sketch: Sketch) -> None:
    """County seats joined to their neighbours (a Gabriel graph: no third seat between the two)."""
    seats = [towns[code] for code in sketch.seats.values()]
    for number, (a, b) in enumerate(_neighbours(seats)):
        ref = f"S{201 + 2 * number}"
        name_zh, name_en = _between(a.place, b.place)
        road = net.add_road(Road(Grade.SECONDARY, name_zh, name_en, ref, 60))
        net.lay(net.route(a.point, b.point), road)


def lay_county_roads(net: RoadNet, towns: dict[str, Stop]) -> None:
    """Towns joined to their neighbours."""
    for number, (a, b) in enumerate(_neighbours(list(towns.values()))):
        if _apart_m(a, b) > _COUNTY_ROAD_REACH_M:
            continue
        name_zh, name_en = _between(a.place, b.place)
        road = net.add_road(Road(Grade.TERTIARY, name_zh, name_en, f"X{401 + number}", 50))
        way = net.route(a.point, b.point, _COST_PER_M * _apart_m(a, b))
        net.lay(way if len(way) else net.route(a.point, b.point), road)


def attach(net: RoadNet, targets: Sequence[tuple[int, int]]) -> None:
    """Lay each target's road from the nearest existing road to it; targets are (mesh point, road number)."""
    away, before = net.spread()
    for point, road in targets:
        if np.isfinite(away[point]):
            net.lay(net.trace(before, point), road)


def join_parts(net: RoadNet, main_point: int, road: int) -> None:
    """Lay roads until every part that can be reached over land hangs together with `main_point`."""
    while True:
        parts = net.parts()
        touched = net.on_road()
        apart = touched & (parts != parts[main_point])
        if not apart.any():
            return
        away, before = net.spread_from(touched & ~apart)
        reach = np.where(apart, away, np.inf)
        order = np.argsort(reach, kind="stable")
        order = order[np.isfinite(reach[order])]
        if not len(order):
            return
        _, first = np.unique(parts[order], return_index=True)
        for point in order[np.sort(first)].tolist():
            net.lay(net.trace(before, point), road)


def lay_village_roads(
    net: RoadNet, villages: list[Stop], town_names: dict[str, str], rng: np.random.Generator
) -> None:
    """A road to every village in two rounds, so that far ones join the roads of near ones; then shortcuts."""
    roads = [
        net.add_road(Road(Grade.UNCLASSIFIED, f"{town_names[stop.place.town]}至{stop.place.name_zh}公路"))
        for stop in villages
    ]
    order = rng.permutation(len(villages))
    for part in np.array_split(order, 2):
        attach(net, [(villages[index].point, roads[index]) for index in part])
    spots = _spots(villages)
    for a, b in _triangle_sides(spots):
        if rng.random() < _LINKED and np.hypot(*(spots[a] - spots[b])) < _LINK_REACH_M:
            name = f"{villages[a].place.name_zh}至{villages[b].place.name_zh}公路"
            apart_m = _apart_m(villages[a], villages[b])
            way = net.route(villages[a].point, villages[b].point, _COST_PER_M * apart_m)
            if (net.road_of[way] < 0).any():
                net.lay(way, net.add_road(Road(Grade.UNCLASSIFIED, name)))


def lay_hamlet_roads(net: RoadNet, points: Ints, lane: int, track: int, rng: np.random.Generator) -> Flags:
    """Narrow roads to hamlets; some, flagged in the answer, get a track that leads nowhere else."""
    tracked = rng.random(len(points)) < _TRACKED
    paved = points[~tracked]
    for part in np.array_split(rng.permutation(paved), 2):
        attach(net, [(int(point), lane) for point in part])
    attach(net, [(int(point), track) for point in points[tracked]])
    return tracked


def _between(a: Settlement, b: Settlement) -> tuple[str, str]:
    zh = f"{short_name(a.name_zh)}至{short_name(b.name_zh)}公路"
    return zh, f"{short_english(a.name_en)}–{short_english(b.name_en)} Road"


def _spots(stops: list[Stop]) -> Points:
    return np.array([(stop.place.east_m, stop.place.north_m) for stop in stops])


def _apart_m(a: Stop, b: Stop) -> float:
    return float(np.hypot(a.place.east_m - b.place.east_m, a.place.north_m - b.place.north_m))


def _triangle_sides(spots: Points) -> Ints:
    corners = Delaunay(spots).simplices
    sides = np.vstack([corners[:, (0, 1)], corners[:, (1, 2)], corners[:, (2, 0)]])
    return np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)


def _neighbours(stops: list[Stop]) -> list[tuple[Stop, Stop]]:
    """Pairs with nobody inside the circle between them, shortest first."""
    spots = _spots(stops)
    tree = cKDTree(spots)
    sides = _triangle_sides(spots)
    middles = spots[sides].mean(axis=1)
    radius_m = np.hypot(*(spots[sides[:, 0]] - spots[sides[:, 1]]).T) / 2
    free = tree.query(middles)[0] >= radius_m - 1
    order = np.argsort(radius_m[free], kind="stable")
    return [(stops[a], stops[b]) for a, b in sides[free][order]]
