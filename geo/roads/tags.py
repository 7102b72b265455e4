"""What the tags of an OpenStreetMap way mean for a vehicle: class, directions, access, flags.

Pure functions of a tag mapping. Rules: OpenStreetMap wiki (Key:highway, Key:access, Key:oneway, Key:maxspeed,
Tag:route=ferry). Driving against a one-way is never assumed, in any mode.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, IntFlag

Tags = Mapping[str, str]


class RoadClass(IntEnum):
    """Road class; the number is what is stored, so it is never reused for another meaning."""

    MOTORWAY = 0
    TRUNK = 1
    PRIMARY = 2
    SECONDARY = 3
    TERTIARY = 4
    UNCLASSIFIED = 5
    RESIDENTIAL = 6
    LIVING_STREET = 7
    SERVICE = 8
    ROAD = 9
    MOTORWAY_LINK = 10
    TRUNK_LINK = 11
    PRIMARY_LINK = 12
    SECONDARY_LINK = 13
    TERTIARY_LINK = 14
    BUSWAY = 15
    FERRY = 16
    TRACK = 17


class RoadFlag(IntFlag):
    """What else is known of a piece of road."""

    BRIDGE = 1
    TUNNEL = 2
    ROUNDABOUT = 4
    TOLL = 8


class Access(IntEnum):
    """Who may drive here; `speeds` says which mode honours what."""

    OPEN = 0
    PRIVATE = 1
    EMERGENCY = 2
    BUS = 3


@dataclass(frozen=True, slots=True)
class WayRule:
    """A way that a vehicle can use. `maxspeed_kmh` and `duration_s` are 0 where the map does not say."""

    road_class: RoadClass
    forward: bool
    backward: bool
    access: Access
    flags: RoadFlag
    maxspeed_kmh: float
    duration_s: float
    name: str
    name_en: str
    ref: str


_CLASSES = {c.name.lower(): c for c in RoadClass if c is not RoadClass.FERRY}
_UNFINISHED = frozenset({"construction", "proposed", "planned", "abandoned", "razed", "disused"})
_TOO_ROUGH = frozenset({"grade4", "grade5"})  # wiki Key:tracktype: mostly soft, no way for an ambulance
_YES = frozenset({"yes", "designated", "permissive", "destination", "customers", "delivery", "official"})
_PRIVATE = frozenset({"private", "agricultural", "forestry", "permit", "residents"})
_FORWARD_ONLY = frozenset({"yes", "1", "true"})
_BACKWARD_ONLY = frozenset({"-1", "reverse"})
_ONE_WAY_CLASSES = frozenset({RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK})
_KMH_PER_MPH = 1.609344
_WALK_KMH = 7.0
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?")


def read_way(tags: Tags) -> WayRule | str:
    """The rule of a way tagged `highway` or `route=ferry`, or the kebab-case reason why it is dropped."""
    ferry = tags.get("route") == "ferry" and "highway" not in tags
    if ferry:
        road_class = RoadClass.FERRY
        if not _ferry_takes_vehicles(tags):
            return "ferry-not-for-vehicles"
    else:
        highway = tags.get("highway", "")
        if highway in _UNFINISHED:
            return "unfinished"
        if highway not in _CLASSES:
            return "not-for-vehicles"
        road_class = _CLASSES[highway]
        if road_class is RoadClass.TRACK and tags.get("tracktype") in _TOO_ROUGH:
            return "track-too-rough"
    if tags.get("area") == "yes":
        return "area"
    access = _access(tags, road_class)
    if access is None:
        return "access-no"
    directions = _directions(tags, road_class)
    if directions is None:
        return "reversible"
    return WayRule(
        road_class=road_class,
        forward=directions[0],
        backward=directions[1],
        access=access,
        flags=_flags(tags),
        maxspeed_kmh=parse_maxspeed_kmh(tags.get("maxspeed", "")),
        duration_s=parse_duration_s(tags.get("duration", "")) if ferry else 0.0,
        name=tags.get("name", "").strip(),
        name_en=tags.get("name:en", "").strip(),
        ref=tags.get("ref", "").strip(),
    )


def _ferry_takes_vehicles(tags: Tags) -> bool:
    """Most ferries on the map carry people only, so a vehicle must be allowed by name."""
    if tags.get("ferry") in _CLASSES:
        return True
    return any(tags.get(key) in _YES for key in ("motorcar", "motor_vehicle", "vehicle"))


def _access(tags: Tags, road_class: RoadClass) -> Access | None:
    """None: closed to everything that drives. The most specific key that is present decides."""
    value = next((tags[k] for k in ("motorcar", "motor_vehicle", "vehicle", "access") if k in tags), "yes")
    if road_class is RoadClass.BUSWAY:
        return Access.BUS
    if value in _PRIVATE:
        return Access.PRIVATE
    if value == "emergency" or (value == "no" and tags.get("emergency") in _YES):
        return Access.EMERGENCY
    if value in {"bus", "psv"} or (value == "no" and any(tags.get(k) in _YES for k in ("bus", "psv"))):
        return Access.BUS
    if value in {"no", "military"}:
        return None
    if tags.get("service") == "emergency_access":
        return Access.EMERGENCY
    return Access.OPEN


def _directions(tags: Tags, road_class: RoadClass) -> tuple[bool, bool] | None:
    oneway = tags.get("oneway", "")
    if oneway == "reversible":
        return None
    if oneway in _FORWARD_ONLY:
        return True, False
    if oneway in _BACKWARD_ONLY:
        return False, True
    implied = tags.get("junction") in {"roundabout", "circular"} or road_class in _ONE_WAY_CLASSES
    return True, not (implied and oneway != "no")


def _flags(tags: Tags) -> RoadFlag:
    flags = RoadFlag(0)
    if tags.get("bridge", "no") != "no":
        flags |= RoadFlag.BRIDGE
    if tags.get("tunnel", "no") not in {"no", "building_passage"}:
        flags |= RoadFlag.TUNNEL
    if tags.get("junction") in {"roundabout", "circular"}:
        flags |= RoadFlag.ROUNDABOUT
    if tags.get("toll") == "yes":
        flags |= RoadFlag.TOLL
    return flags


def parse_maxspeed_kmh(text: str) -> float:
    """`60`, `60 km/h`, `40 mph`, `walk` -> km/h; 0 for anything without a number ("none", "CN:urban")."""
    if text == "walk":
        return _WALK_KMH
    match = re.match(r"(\d+(?:\.\d+)?)\s*(mph)?", text)
    if match is None:
        return 0.0
    return float(match[1]) * (_KMH_PER_MPH if match[2] else 1.0)


def parse_duration_s(text: str) -> float:
    """`20` (minutes), `01:05`, `01:05:30` or ISO 8601 `PT20M` -> seconds; 0 when it cannot be read."""
    text = text.strip()
    if re.fullmatch(r"\d+", text):
        return int(text) * 60.0
    if re.fullmatch(r"\d+:\d{1,2}(:\d{1,2})?", text):
        parts = [int(p) for p in text.split(":")] + [0]
        return float(parts[0] * 3600 + parts[1] * 60 + parts[2])
    match = _ISO_DURATION.fullmatch(text)
    if match is None:
        return 0.0
    days, hours, minutes, seconds = (int(g or 0) for g in match.groups())
    return float(days * 86400 + hours * 3600 + minutes * 60 + seconds)
