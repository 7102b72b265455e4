"""Reason: something said to a person, as a code and its arguments; a room's texts.py puts it into words."""

from collections.abc import Mapping

from msgspec import Struct, field


class Reason(Struct, frozen=True):
    """`code` is a stable kebab-case name; `args` fill its sentence in zh-CN or en."""

    code: str
    args: Mapping[str, str | int | float] = field(default_factory=dict)
