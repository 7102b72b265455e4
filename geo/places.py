"""What an import knows by name: places and roads. The gazetteer searches these."""

from dataclasses import dataclass

from shapely import MultiLineString

from geo.shapes import Position


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A named point of the imported map: settlement, hospital, school, bridge, landmark.

    `kind` is the OpenStreetMap value that made it a place ("town", "village", "hospital", "bus_stop" ...);
    `radius_m` is how far from the point the name still means this place; `within` holds the names of the
    settlements around it, nearest first ("town, county" as callers say them).
    """

    id: str
    name: str
    other_names: tuple[str, ...]
    kind: str
    position: Position
    radius_m: float
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NamedRoad:
    """All pieces of one road name (or reference number such as G321), in WGS-84."""

    name: str
    ref: str
    lines: MultiLineString
