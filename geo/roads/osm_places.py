"""Named things of an OpenStreetMap file as `NamedPlace`s: settlements, hospitals, schools, stops, bridges,
landmarks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from geo.places import NamedPlace
from geo.roads.plane import Plane, distances_m
from geo.shapes import Position

_SETTLEMENT_RADIUS_M: Final[dict[str, float]] = {
    "province": 100_000.0, "state": 100_000.0, "region": 60_000.0, "county": 20_000.0, "district": 10_000.0,
    "city": 6_000.0, "municipality": 6_000.0, "borough": 3_000.0, "town": 2_000.0, "suburb": 1_500.0,
    "quarter": 800.0, "village": 800.0, "neighbourhood": 500.0, "hamlet": 400.0, "isolated_dwelling": 150.0,
    "farm": 150.0, "locality": 400.0, "island": 1_000.0, "islet": 300.0, "square": 80.0,
}  # fmt: skip
_LANDMARK_RADIUS_M: Final[dict[str, float]] = {
    "hospital": 200.0, "clinic": 80.0, "doctors": 50.0, "school": 150.0, "university": 400.0,
    "bus_stop": 40.0,
    "bus_station": 120.0, "station": 150.0, "halt": 80.0, "fire_station": 60.0, "police": 60.0,
    "bridge": 100.0,
    "peak": 300.0,
}  # fmt: skip
_DEFAULT_RADIUS_M: Final = 60.0
_LANDMARK_KEYS: Final = (
    "amenity", "healthcare", "railway", "public_transport", "tourism", "historic", "leisure", "office",
    "shop",
    "natural", "man_made", "building",
)  # fmt: skip
_STOPS: Final = frozenset({"station", "halt", "tram_stop", "subway_entrance"})
_OTHER_NAME_KEYS: Final = (
    "name:zh", "name:en", "alt_name", "old_name", "short_name", "official_name", "loc_name", "name:zh-Hant",
)  # fmt: skip
_ENCLOSING: Final[tuple[tuple[frozenset[str], float], ...]] = (
    (frozenset({"village", "suburb", "quarter", "borough"}), 3_000.0),
    (frozenset({"town"}), 10_000.0),
    (frozenset({"city", "county", "district", "municipality"}), 50_000.0),
)
"""Levels of settlement from small to large, and how far away one may be and still be said with the place."""


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A named thing before the settlements around it are known."""

    id: str
    name: str
    other_names: tuple[str, ...]
    kind: str
    position: Position
    radius_m: float


def find_place(id_: str, tags: Mapping[str, str], lonlat: Sequence[tuple[float, float]]) -> FoundPlace | None:
    """The named thing that a node or way is, or None. An area stands for the middle of its bounds."""
    kind = _kind(tags)
    name = (tags.get("bridge:name", "") if kind == "bridge" else "") or tags.get("name", "")
    if kind is None or not name.strip() or not lonlat:
        return None
    others = [part.strip() for key in _OTHER_NAME_KEYS for part in tags.get(key, "").split(";")]
    if kind == "bridge":
        others.append(tags.get("name", "").strip())
    points = np.asarray(lonlat, dtype=np.float64)
    low, high = points.min(axis=0), points.max(axis=0)
    half_m = float(distances_m(low[None], high[None])[0]) / 2
    radius_m = _SETTLEMENT_RADIUS_M.get(kind) or _LANDMARK_RADIUS_M.get(kind, _DEFAULT_RADIUS_M)
    middle = (low + high) / 2
    return FoundPlace(
        id=id_,
        name=name.strip(),
        other_names=tuple(dict.fromkeys(o for o in others if o and o != name.strip())),
        kind=kind,
        position=Position(lon=float(middle[0]), lat=float(middle[1])),
        radius_m=max(radius_m, half_m),
    )


def _kind(tags: Mapping[str, str]) -> str | None:
    if "place" in tags:
        return tags["place"]
    if tags.get("highway") == "bus_stop":
        return "bus_stop"
    if tags.get("man_made") == "bridge" or "bridge:name" in tags:
        return "bridge"
    if "highway" in tags:
        # the name on a bridge's road is the road's name unless it says that it is a bridge
        named_bridge = tags.get("bridge", "no") != "no" and _says_bridge(tags.get("name", ""))
        return "bridge" if named_bridge else None
    for key in _LANDMARK_KEYS:
        value = tags.get(key, "no")
        if value != "no" and not (key == "railway" and value not in _STOPS):
            return key if value == "yes" else value
    return None


def _says_bridge(name: str) -> bool:
    return name.endswith("桥") or any(
        w in name.lower() for w in ("bridge", "brücke", "pont", "silta", "puente")
    )


def place_names(found: Sequence[FoundPlace]) -> list[NamedPlace]:
    """Each place with the settlements around it: the nearest of each larger level, smallest level first."""
    if not found:
        return []
    lonlat = np.array([(f.position.lon, f.position.lat) for f in found])
    plane = Plane(latitude=float(np.median(lonlat[:, 1])))
    points = shapely.points(plane.to_metres(lonlat))
    within: list[list[str]] = [[] for _ in found]
    for level, (kinds, reach_m) in enumerate(_ENCLOSING):
        members = np.flatnonzero([f.kind in kinds for f in found])
        if not len(members):
            continue
        lesser = np.flatnonzero([_level(f.kind) < level for f in found])
        tree = shapely.STRtree(points[members])
        asked, nearest = tree.query_nearest(points[lesser], max_distance=reach_m, all_matches=False)
        for i, j in zip(lesser[asked].tolist(), members[nearest].tolist(), strict=True):
            within[i].append(found[j].name)
    return [
        NamedPlace(f.id, f.name, f.other_names, f.kind, f.position, f.radius_m, tuple(dict.fromkeys(w)))
        for f, w in zip(found, within, strict=True)
    ]


def _level(kind: str) -> int:
    if kind in {"province", "state", "region"}:
        return len(_ENCLOSING)
    return next((level for level, (kinds, _) in enumerate(_ENCLOSING) if kind in kinds), -1)
