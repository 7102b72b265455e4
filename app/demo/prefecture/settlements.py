"""Where people live: county seats, towns, villages with their real names, and hamlets with invented ones.

A village stands nearer to its own town than to any other, on low ground and off the water.
"""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from scipy.spatial import cKDTree
from shapely import contains_xy, prepare

from app.demo.prefecture.geography import Names, Sketch
from app.demo.prefecture.plane import Flags, Points, to_degrees, to_plane
from app.demo.prefecture.terrain import Terrain

Kind = Literal["town", "village", "hamlet"]

_VILLAGE_APART_M: Final = 1_700.0
_HAMLET_APART_M: Final = 430.0
_BANK_M: Final = 260.0
_BOX_MARGIN_DEG: Final = 0.06
_URBAN_ENDING: Final = "街道"

_HAMLET_FIRST: Final = (
    "大小上下新旧石木竹茶松杉桂梅莲龙凤牛马羊虎鱼水田塘井泉沙泥黄白黑红青"
    "金银铁高平长深双三四六八九古老东西南北中横直圆樟榕枫李梁陈黎莫覃韦罗"
)
_HAMLET_LAST: Final = (
    "冲", "寨", "屯", "垌", "坪", "坡", "岭", "湾", "塘", "坑", "村", "木根", "山脚", "井头", "屋", "坝",
    "口", "田", "社", "塝", "石", "江口", "竹山", "水口", "庙",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settlement:
    """A place with people. `code` is its statistics code (made up for hamlets), `town` that of its town."""

    code: str
    kind: Kind
    name_zh: str
    name_en: str
    town: str
    county: str
    east_m: float
    north_m: float


def place_towns(names: Names, sketch: Sketch) -> list[Settlement]:
    """All towns at their sketched places."""
    at = to_plane(np.array([sketch.towns[code] for code, _, _ in names.towns]))
    return [
        Settlement(code, "town", zh, en, code, code[:6], float(east), float(north))
        for (code, zh, en), (east, north) in zip(names.towns, at, strict=True)
    ]


def place_villages(
    towns: list[Settlement], names: Names, sketch: Sketch, terrain: Terrain, rng: np.random.Generator
) -> list[Settlement]:
    """The villages of each town, in the order of their statistics codes."""
    seats = np.array([(town.east_m, town.north_m) for town in towns])
    nearest_town = cKDTree(seats)
    taken = seats.copy()
    villages: list[Settlement] = []
    for index, town in enumerate(towns):
        listed = names.villages[town.code].split()
        urban = town.name_zh.endswith(_URBAN_ENDING)
        reach_m = (350.0 if urban else 2_050.0) * len(listed) ** 0.5 + 500
        spots = _free_spots(seats[index], reach_m, 90 * len(listed) + 400, sketch, terrain, rng)
        spots = spots[nearest_town.query(spots)[1] == index]
        chosen = _keep_apart(spots, taken, 500.0 if urban else _VILLAGE_APART_M, len(listed))
        taken = np.vstack([taken, chosen])
        villages += [
            Settlement(
                town.code + name[:3],
                "village",
                name[3:],
                "",
                town.code,
                town.county,
                float(east),
                float(north),
            )
            for name, (east, north) in zip(listed, chosen, strict=True)
        ]
    return villages


def place_hamlets(
    count: int, villages: list[Settlement], outline: object, terrain: Terrain, rng: np.random.Generator
) -> list[Settlement]:
    """About `count` hamlets inside `outline` (degrees), thinner on the heights."""
    centres = np.array([(village.east_m, village.north_m) for village in villages])
    nearest_village = cKDTree(centres)
    low, high = centres.min(axis=0) - 4_000, centres.max(axis=0) + 4_000
    spots = rng.uniform(low, high, (count * 12, 2))
    spots = spots[_inside(outline, spots) & _dry(terrain, spots)]
    keen = np.exp(-terrain.height_m(spots) / 190)
    spots = spots[rng.random(len(spots)) < keen]
    spots = spots[nearest_village.query(spots)[0] > _HAMLET_APART_M]
    crowded = cKDTree(spots).query_pairs(_HAMLET_APART_M, output_type="ndarray")
    keep = np.ones(len(spots), dtype=bool)
    for first, second in crowded[np.lexsort((crowded[:, 1], crowded[:, 0]))]:
        if keep[first]:
            keep[second] = False
    spots = spots[keep][:count]
    homes = nearest_village.query(spots)[1]
    first = rng.integers(len(_HAMLET_FIRST), size=len(spots))
    last = rng.integers(len(_HAMLET_LAST), size=len(spots))
    return [
        Settlement(
            f"{villages[home].code}-{index}",
            "hamlet",
            _HAMLET_FIRST[first[index]] + _HAMLET_LAST[last[index]],
            "",
            villages[home].town,
            villages[home].county,
            float(east),
            float(north),
        )
        for index, (home, (east, north)) in enumerate(zip(homes, spots, strict=True))
    ]


def _free_spots(
    centre: Points, reach_m: float, count: int, sketch: Sketch, terrain: Terrain, rng: np.random.Generator
) -> Points:
    """Dry random places around a centre, the lowest first."""
    away_m = reach_m * np.sqrt(rng.random(count))
    bearing = rng.uniform(0, 2 * np.pi, count)
    spots = centre + np.column_stack([away_m * np.cos(bearing), away_m * np.sin(bearing)])
    west, south, east, north = sketch.box
    corners = np.array(
        [(west + _BOX_MARGIN_DEG, south + _BOX_MARGIN_DEG), (east - _BOX_MARGIN_DEG, north - _BOX_MARGIN_DEG)]
    )
    low, high = to_plane(corners)
    spots = spots[((spots > low) & (spots < high)).all(axis=1) & _dry(terrain, spots)]
    dread = terrain.height_m(spots) + rng.uniform(0, 160, len(spots))
    return np.asarray(spots[np.argsort(dread, kind="stable")], dtype=np.float64)


def _keep_apart(spots: Points, taken: Points, apart_m: float, count: int) -> Points:
    """The first `count` spots that keep their distance, which shrinks until there are enough."""
    while True:
        chosen: list[Points] = []
        far = spots[cKDTree(taken).query(spots)[0] > apart_m]
        for spot in far:
            if len(chosen) == count:
                break
            if all(np.hypot(*(spot - other)) > apart_m for other in chosen):
                chosen.append(spot)
        if len(chosen) == count:
            return np.array(chosen)
        apart_m *= 0.85


def _dry(terrain: Terrain, spots: Points) -> Flags:
    bank = terrain.water.buffer(_BANK_M)
    prepare(bank)
    return np.asarray(~contains_xy(bank, spots), dtype=np.bool_)


def _inside(outline: object, spots: Points) -> Flags:
    prepare(outline)
    return np.asarray(contains_xy(outline, to_degrees(spots)), dtype=np.bool_)
