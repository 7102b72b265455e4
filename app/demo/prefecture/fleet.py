"""Forty ambulances of three kinds and their crews; every person is invented."""

from typing import Final

import numpy as np

from app.demo.seed import StaffSeed, StationSeed, UnitSeed
from ledger.kinds.words import Capability, CrewRole, UnitKind

_A, _B, _N = UnitKind.ALS, UnitKind.BLS, UnitKind.NEGATIVE_PRESSURE
_UNITS: Final[dict[str, tuple[UnitKind, ...]]] = {
    "S01": (_A, _A, _B, _N), "S02": (_A, _B), "S03": (_A, _B), "S04": (_B, _B), "S05": (_A, _B),
    "S06": (_A, _B), "S07": (_A, _B, _B), "S08": (_A, _B), "S09": (_B,), "S10": (_B,),
    "S11": (_A, _A, _B, _N), "S12": (_B,), "S13": (_A, _B), "S14": (_B,), "S15": (_A, _B), "S16": (_B,),
    "S17": (_A, _A, _B, _N), "S18": (_B,), "S19": (_B,), "S20": (_A, _B),
}  # fmt: skip
_BRINGS: Final = {
    UnitKind.ALS: (
        Capability.BASIC, Capability.MONITOR, Capability.DEFIBRILLATOR, Capability.VENTILATOR,
        Capability.DOCTOR,
    ),
    UnitKind.BLS: (Capability.BASIC, Capability.DEFIBRILLATOR, Capability.DOCTOR),
    UnitKind.NEGATIVE_PRESSURE: (
        Capability.BASIC, Capability.MONITOR, Capability.DEFIBRILLATOR, Capability.VENTILATOR,
        Capability.DOCTOR,
        Capability.ISOLATION,
    ),
}  # fmt: skip
_EXTRA: Final = {
    ("S05", 0): (Capability.OBSTETRIC, Capability.NEONATAL),
    ("S11", 0): (Capability.OBSTETRIC, Capability.NEONATAL),
    ("S17", 0): (Capability.OBSTETRIC, Capability.NEONATAL),
    ("S01", 0): (Capability.TRAUMA,),
    ("S01", 2): (Capability.BARIATRIC,),
    ("S07", 0): (Capability.TRAUMA,),
    ("S20", 0): (Capability.TRAUMA,),
}
_FAMILY: Final = "陈黄李梁林莫覃韦罗周吴刘张王何黎卢苏欧严钟谢邓曾廖"
_GIVEN: Final = (
    "建华", "志强", "秀英", "海燕", "国栋", "桂芳", "永明", "丽珍", "文杰", "春兰", "家豪", "雪梅",
    "伟东", "小玲", "天佑", "淑仪", "少华", "美凤", "子轩", "佩珊", "振宇", "晓彤", "炳坤", "惠敏",
    "世昌", "月娥", "俊杰", "玉莲", "启明", "嘉欣",
)  # fmt: skip


def found_units(stations: tuple[StationSeed, ...]) -> tuple[UnitSeed, ...]:
    """Call signs 梧急101 ... count within the station's number; plates are of a series never issued."""
    units: list[UnitSeed] = []
    for number, station in enumerate(stations, 1):
        for index, kind in enumerate(_UNITS[station.code]):
            brings = _BRINGS[kind] + _EXTRA.get((station.code, index), ())
            plate = f"桂D·00{len(units) + 1:02d}急"
            units.append(UnitSeed(f"梧急{number}{index + 1:02d}", station.code, kind, brings, plate))
    return tuple(units)


def found_staff(
    stations: tuple[StationSeed, ...], units: tuple[UnitSeed, ...], rng: np.random.Generator
) -> tuple[StaffSeed, ...]:
    """A driver, a doctor and a nurse for each unit, all with different names."""
    operator = {station.code: station.organisation for station in stations}
    names = [family + given for family in _FAMILY for given in _GIVEN]
    chosen = rng.permutation(len(names))
    staff: list[StaffSeed] = []
    for unit in units:
        for role in CrewRole:
            number = len(staff) + 1
            staff.append(
                StaffSeed(
                    f"P{number:03d}",
                    names[chosen[number]],
                    operator[unit.station],
                    role,
                    unit.call_sign,
                    f"0774-09{number:05d}",
                )
            )
    return tuple(staff)
