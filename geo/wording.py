"""What callers wrap around a name: offices, offsets, house numbers, "where A meets B", road numbers."""

import re
from dataclasses import dataclass

_OFFICES = re.compile(r"(社区)?(村民委员会|居民委员会|村委会|居委会|委员会|社区居委会|村委|居委)$")
_KINDS = re.compile(r"(社区|行政村|自然村|街道办事处|街道|地区|市辖区|县|区|镇|乡|村|市|屯|寨|组|队)$")
_REFERENCE = re.compile(r"(?<![a-z])([a-z]{1,3})\s?-?\s?(\d{1,4})(?![\da-z])")
_CHINESE_CLASS = {"国道": "g", "省道": "s", "县道": "x", "乡道": "y", "村道": "c"}
_CHINESE_REFERENCE = re.compile(
    r"(\d{1,4})\s?(国道|省道|县道|乡道|村道)|(国道|省道|县道|乡道|村道)\s?(\d{1,4})"
)
_JUNCTION = re.compile(
    r"(交叉路口|交叉口|交汇处|交会处|交界处|十字路口|丁字路口|路口"
    r"|\b(?:intersection|junction|corner|crossing)\b)"
)
_JUNCTION_LEAD = re.compile(r"^\s*(of|the|between|at)\s+", re.IGNORECASE)
_AND = re.compile(r"\s*(?:[&×/@]|与|和|跟|同|及|\band\b|\bwith\b|\bund\b|\bamb\b)\s*", re.IGNORECASE)
_ROAD_END = re.compile(r"(路|街|道|巷|线|桥|\d)\s*$")
_OFFSET = re.compile(
    r"(斜对面|正对面|对面|旁边|隔壁|附近|门口|门前|后面|背后|前面|侧边|边上|往[东南西北前后左右]|路边|那里|这里"
    r"|\b(?:opposite|next to|near|behind|in front of|beside|across from|close to|outside)\b)",
    re.IGNORECASE,
)
_METRES = re.compile(r"(\d{1,5})\s*(米|公里|千米|m\b|metres?\b|meters?\b|km\b)", re.IGNORECASE)
_UNITS_M = {"公里": 1000.0, "千米": 1000.0, "km": 1000.0}
_HOUSE = re.compile(r"\s*\d+\s*[-–]?\s*\d*\s*(号楼|号|栋|幢|单元|弄)?[\w\s]{0,8}$|^\d+\s+(?=[^\W\d])")
# "Opposite the hospital" is across a wide road or behind a car park.
_VAGUE_OFFSET_M = 100.0


@dataclass(frozen=True, slots=True)
class Wording:
    """A caller's words taken apart. `offset_m` is how far from the name the place may be."""

    name: str
    offset_m: float
    crossing: tuple[str, str] | None
    reference: str | None


def take_apart(words: str) -> Wording:
    """Find the name in the words: "河东镇卫生院对面" is 河东镇卫生院, up to 100 m away."""
    metres = sum(int(n) * _UNITS_M.get(unit.casefold(), 1.0) for n, unit in _METRES.findall(words))
    plain = _METRES.sub(" ", words)
    name, offsets = _OFFSET.subn(" ", plain)
    offset_m = metres or (_VAGUE_OFFSET_M if offsets else 0.0)
    return Wording(name.strip(), offset_m, _crossing(name), reference_in(words))


def _crossing(name: str) -> tuple[str, str] | None:
    """The two sides of "A meets B". 和, 同 and 与 stand in many names, so both sides must look like roads."""
    said_so = _JUNCTION.search(name) is not None
    bare = _JUNCTION_LEAD.sub("", _JUNCTION.sub(" ", name).strip())
    splits = [
        (bare[: found.start()], found[0].strip(), bare[found.end() :].strip())
        for found in _AND.finditer(bare)
    ]
    splits = [split for split in splits if split[0] and split[2]]
    for left, word, right in splits:
        if word.isascii() or (_ROAD_END.search(left) and _ROAD_END.search(right)):
            return left, right
    return (splits[0][0], splits[0][2]) if splits and said_so else None


def reference_in(words: str) -> str | None:
    """A road number, as "g321" or "cg1", in any of the ways it is said: G321, 321国道, 国道321, CG-1."""
    said = _CHINESE_REFERENCE.search(words)
    if said:
        number, after, before, other = said.groups()
        return f"{_CHINESE_CLASS[after or before]}{number or other}"
    found = _REFERENCE.search(words.casefold())
    return f"{found[1]}{found[2]}" if found else None


def is_reference(name: str) -> bool:
    """Whether a name is nothing but a road number."""
    return _REFERENCE.fullmatch(name.casefold()) is not None


def without_office(name: str) -> str:
    """珠山社区居民委员会 -> 珠山社区: statistics name the office, callers the village."""
    return _OFFICES.sub(lambda found: found[1] or "", name) or name


def bare(name: str) -> str:
    """珠山社区 -> 珠山, as long as two characters remain."""
    short = _KINDS.sub("", without_office(name))
    return short if len(short) >= 2 else without_office(name)


def without_house(name: str) -> str:
    """西江一路128号 -> 西江一路; "12 Main Street" -> Main Street."""
    return _HOUSE.sub("", name).strip() or name
