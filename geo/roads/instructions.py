"""What a crew is told at a junction, in words: Chinese and English, from the maneuver and the road ahead."""

from enum import StrEnum
from typing import Final

from geo.roads.network import RoadName
from geo.roads.tags import RoadClass

BESIDE_M: Final = 30.0
"""A place nearer to the road than this needs no word about the rest of the way."""


class Maneuver(StrEnum):
    """What the driver does."""

    DEPART = "depart"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight-left"
    LEFT = "left"
    SHARP_LEFT = "sharp-left"
    U_TURN = "u-turn"
    SHARP_RIGHT = "sharp-right"
    RIGHT = "right"
    SLIGHT_RIGHT = "slight-right"
    ROUNDABOUT = "roundabout"
    FERRY = "ferry"
    ARRIVE = "arrive"


_KINDS: Final[dict[RoadClass, tuple[str, str]]] = {
    RoadClass.MOTORWAY: ("高速公路", "motorway"),
    RoadClass.TRUNK: ("快速路", "trunk road"),
    RoadClass.PRIMARY: ("主干道", "main road"),
    RoadClass.SECONDARY: ("次干道", "secondary road"),
    RoadClass.TERTIARY: ("支路", "local road"),
    RoadClass.UNCLASSIFIED: ("乡村道路", "minor road"),
    RoadClass.RESIDENTIAL: ("居民区道路", "residential street"),
    RoadClass.LIVING_STREET: ("生活街道", "living street"),
    RoadClass.SERVICE: ("内部道路", "service road"),
    RoadClass.ROAD: ("道路", "road"),
    RoadClass.MOTORWAY_LINK: ("高速匝道", "motorway ramp"),
    RoadClass.TRUNK_LINK: ("匝道", "ramp"),
    RoadClass.PRIMARY_LINK: ("匝道", "ramp"),
    RoadClass.SECONDARY_LINK: ("匝道", "ramp"),
    RoadClass.TERTIARY_LINK: ("匝道", "ramp"),
    RoadClass.BUSWAY: ("公交专用道", "busway"),
    RoadClass.FERRY: ("渡轮", "ferry"),
    RoadClass.TRACK: ("土路", "track"),
}

_MOVES: Final[dict[Maneuver, tuple[str, str]]] = {
    Maneuver.STRAIGHT: ("直行", "Continue"),
    Maneuver.SLIGHT_LEFT: ("靠左", "Keep left"),
    Maneuver.LEFT: ("左转", "Turn left"),
    Maneuver.SHARP_LEFT: ("向左急转", "Turn sharply left"),
    Maneuver.U_TURN: ("掉头", "Make a U-turn"),
    Maneuver.SHARP_RIGHT: ("向右急转", "Turn sharply right"),
    Maneuver.RIGHT: ("右转", "Turn right"),
    Maneuver.SLIGHT_RIGHT: ("靠右", "Keep right"),
}

_COMPASS: Final = (
    ("北", "north"),
    ("东北", "north-east"),
    ("东", "east"),
    ("东南", "south-east"),
    ("南", "south"),
    ("西南", "south-west"),
    ("西", "west"),
    ("西北", "north-west"),
)


def put_into_words(
    maneuver: Maneuver, name: RoadName, road_class: RoadClass, roundabout_exit: int | None, heading_deg: float
) -> tuple[str, str]:
    """An instruction in Chinese and in English. `heading_deg`, from north, is said at departure only."""
    zh, en = road_words(name, road_class)
    if maneuver is Maneuver.DEPART:
        compass_zh, compass_en = _COMPASS[round(heading_deg / 45.0) % 8]
        if road_class is RoadClass.FERRY:
            return f"乘{zh}出发，向{compass_zh}", f"Depart {compass_en} by {en}"
        return f"沿{zh}向{compass_zh}行驶", f"Head {compass_en} on {en}"
    if maneuver is Maneuver.FERRY:
        return f"上渡轮：{zh}", f"Board the ferry: {en}"
    if maneuver is Maneuver.ROUNDABOUT:
        if roundabout_exit is None:
            return "进入环岛", "Enter the roundabout"
        return (
            f"进入环岛，从第{roundabout_exit}个出口驶出，进入{zh}",
            f"At the roundabout take exit {roundabout_exit} onto {en}",
        )
    move_zh, move_en = _MOVES[maneuver]
    return f"{move_zh}，进入{zh}", f"{move_en} onto {en}"


def arrival(off_road_m: float) -> tuple[str, str]:
    """The last instruction, in Chinese and in English; `off_road_m` is how far the place is from the road."""
    if off_road_m <= BESIDE_M:
        return "到达目的地", "You have arrived"
    return (
        f"道路到此为止，目的地在约{off_road_m:.0f}米外",
        f"The road ends here; the place is about {off_road_m:.0f} m away",
    )


def road_words(name: RoadName, road_class: RoadClass) -> tuple[str, str]:
    """What to call a road in Chinese and in English: by name and number, else by what kind of road it is."""
    ref = name.ref.replace(";", "/")
    if not name.name:
        kind_zh, kind_en = _KINDS[road_class]
        if ref:
            return ref, ref
        if name.name_en:
            return name.name_en, name.name_en
        if road_class is RoadClass.FERRY:
            return kind_zh, kind_en
        return f"无名道路（{kind_zh}）", f"an unnamed road ({kind_en})"
    english = name.name_en or name.name
    return (f"{name.name}（{ref}）", f"{english} ({ref})") if ref else (name.name, english)
