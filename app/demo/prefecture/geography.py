"""What is given before anything is drawn: real names with statistics codes, and a sketch of the land."""

from typing import Final

import msgspec
from msgspec import Struct

import fixtures

PREFECTURE_ZH: Final = "梧州市"
PREFECTURE_EN: Final = "Wuzhou"
NOT_FOR_OPERATIONS: Final = "Made-up geometry, not for operations"

LonLat = tuple[float, float]


class Names(Struct, frozen=True):
    """Counties and towns as (code, name, romanised); villages per town as space-separated "003某村"."""

    source: str
    counties: tuple[tuple[str, str, str], ...]
    towns: tuple[tuple[str, str, str], ...]
    villages: dict[str, str]


class RiverSketch(Struct, frozen=True):
    """A river too wide for a culvert: only bridges and ferries cross it."""

    name_zh: str
    name_en: str
    width_m: float
    line: tuple[LonLat, ...]


class IsletSketch(Struct, frozen=True):
    """A river island without bridge or ferry: roads that no ambulance reaches."""

    name_zh: str
    name_en: str
    at: LonLat
    radius_m: float


class MotorwaySketch(Struct, frozen=True):
    """A motorway's line as (lon, lat, interchange): a town's code, another motorway's ref, or nothing."""

    ref: str
    name_zh: str
    name_en: str
    line: tuple[tuple[float, float, str], ...]


class Sketch(Struct, frozen=True):
    """The hand-made land: where towns, rivers, crossings, motorways and national roads are."""

    label: str
    box: tuple[float, float, float, float]
    seats: dict[str, str]
    towns: dict[str, LonLat]
    rivers: tuple[RiverSketch, ...]
    islets: tuple[IsletSketch, ...]
    bridges: tuple[tuple[str, str, float, float], ...]
    ferries: tuple[tuple[str, str, float, float, int], ...]
    national_roads: tuple[tuple[str, str, tuple[str, ...]], ...]
    motorways: tuple[MotorwaySketch, ...]


def read_names() -> Names:
    """The counties, towns and villages of Wuzhou, by statistics code."""
    return msgspec.json.decode(fixtures.read("wuzhou_names.json"), type=Names)


def read_sketch() -> Sketch:
    """The hand-made outline of the prefecture."""
    return msgspec.json.decode(fixtures.read("wuzhou_geography.json"), type=Sketch)


def short_name(name_zh: str) -> str:
    """A town's name as people say it: 大坡镇 -> 大坡, 长坪瑶族乡 -> 长坪."""
    for ending in ("瑶族乡", "街道", "镇", "乡"):
        if name_zh.endswith(ending):
            return name_zh.removesuffix(ending)
    return name_zh


def short_english(name_en: str) -> str:
    """The romanised proper part: "Dapo Town" -> "Dapo"."""
    return name_en.split(" ", 1)[0]
