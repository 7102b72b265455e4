"""From what was sent to the Struct that a handler takes: every fault becomes an Invalid that names its field.

Fields come from the path, then from the JSON body or the query; `if_match` only from its header. Beyond the types, a
few values are refused everywhere because a database or a shape would stumble over them: NUL characters, integers
that do not fit into 64 bits, numbers that are none, times of another century (an empty date of some systems is year 1).
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import NODEFAULT, Struct

from ledger.errors import Invalid
from web.errors import Malformed
from web.routes import Route
from web.seats import QUERY

MAX_DEPTH = 32
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
INT64 = range(-(2**63), 2**63)
_PATH_NAME = re.compile(r"{(\w+)(?::[^{}]*)?}")
_AT = re.compile(r"^(?P<what>.*?) - at (?:`key` in )?`\$(?P<path>.*)`$", re.DOTALL)
_MISSING = re.compile(r"^Object missing required field `(?P<name>.*)`$")
_UNKNOWN = re.compile(r"^Object contains unknown field `(?P<name>.*)`$")
_TAG = re.compile(r'^W/"(\d{1,18})(?:-[0-9a-f]+)?"$|^"?(\d{1,18})(?:-[0-9a-f]+)?"?$')


def path_names(path: str) -> tuple[str, ...]:
    """The names in braces of a route's path."""
    return tuple(_PATH_NAME.findall(path))


class Decoder:
    """Knows for one route which field comes from where."""

    def __init__(self, route: Route) -> None:
        self._type = route.request
        fields = {found.name: found for found in msgspec.structs.fields(route.request)}
        self.path = path_names(route.path)
        unknown = [name for name in self.path if name not in fields]
        if unknown:
            raise ValueError(f"{route.method} {route.path}: {unknown} not in {route.request.__name__}")
        self.has_body = route.method != "GET"
        self.if_match = "if_match" in fields
        self.if_match_required = self.if_match and fields["if_match"].default is NODEFAULT
        self._types = {name: found.type for name, found in fields.items()}
        self._wire = {name: found.encode_name for name, found in fields.items()}
        elsewhere = {*self.path, "if_match"} if self.if_match else set(self.path)
        # The seat is the gate's: it stands in the query where a browser lets nobody set a header.
        self._seat_passes = route.kind != "call" and QUERY not in fields
        self._elsewhere = {self._wire[name] for name in elsewhere}
        self._lists = {found.encode_name for found in fields.values() if _takes_many(found.type)}

    def from_body(self, body: bytes, path: Mapping[str, str], if_match: str | None) -> Struct:
        """The request in a JSON body; an empty body is an empty object."""
        values = read_json(body) if body.strip() else {}
        if not isinstance(values, dict):
            raise Invalid("field-wrong-type", field="", expected="object", got=_name(values))
        self._refuse_elsewhere(values)
        return self._convert(values | self._from_path(path) | self._from_header(if_match), strict=True)

    def from_query(self, query: Iterable[tuple[str, str]], path: Mapping[str, str]) -> Struct:
        """The request in a query string; a parameter may be repeated where the field takes several values."""
        values: dict[str, Any] = {}
        for name, value in query:
            if name == QUERY and self._seat_passes:
                continue
            if name in self._lists:
                values.setdefault(name, []).append(value)
            elif name in values:
                raise Invalid("field-repeated", field=name)
            else:
                values[name] = value
        self._refuse_elsewhere(values)
        found = self._convert(values | self._from_path(path), strict=False)
        # Only now are numbers numbers: "nan" was a text until here.
        refuse_unsound({wire: getattr(found, name) for name, wire in self._wire.items() if wire in values})
        return found

    def _refuse_elsewhere(self, values: Mapping[str, Any]) -> None:
        for name in self._elsewhere & values.keys():
            raise Invalid("field-unknown", field=name)

    def _from_path(self, path: Mapping[str, str]) -> dict[str, Any]:
        values = {}
        for name in self.path:
            try:
                values[self._wire[name]] = msgspec.convert(path[name], self._types[name], strict=False)
            except msgspec.ValidationError as error:
                raise invalid(error, at=name) from error
        refuse_unsound(values)
        return values

    def _from_header(self, if_match: str | None) -> dict[str, Any]:
        if not self.if_match:
            if if_match is not None:
                raise Invalid("if-match-unsupported", field="If-Match")
            return {}
        if if_match is None:
            if self.if_match_required:
                raise Malformed("if-match-missing")
            return {}
        return {self._wire["if_match"]: read_tag(if_match)}

    def _convert(self, values: dict[str, Any], *, strict: bool) -> Struct:
        try:
            found: Struct = msgspec.convert(values, self._type, strict=strict)
        except msgspec.ValidationError as error:
            raise invalid(error) from error
        refuse_other_centuries(found)
        return found


def read_json(body: bytes | str) -> Any:  # noqa: ANN401
    """Any JSON as plain values; Malformed when it is none, Invalid when it holds what nobody can take."""
    try:
        values = msgspec.json.decode(body)
    except RecursionError as error:
        raise Malformed("json-too-deep", limit=MAX_DEPTH) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed("json-malformed") from error
    refuse_unsound(values)
    return values


def read_message(text: str, wanted: Any) -> Any:  # noqa: ANN401
    """A JSON text as a `wanted`; Malformed or Invalid when it is none."""
    try:
        found = msgspec.convert(read_json(text), wanted)
    except msgspec.ValidationError as error:
        raise invalid(error) from error
    refuse_other_centuries(found)
    return found


def refuse_other_centuries(found: Any) -> None:  # noqa: ANN401
    """Raise Invalid at the first time that no case of this service can have."""
    path = _find_other_century(found)
    if path is not None:
        raise Invalid("time-out-of-range", field=path.removeprefix("."))


def _find_other_century(value: Any) -> str | None:  # noqa: ANN401
    if isinstance(value, datetime):
        return None if EARLIEST < value < LATEST else ""
    inner: Iterable[tuple[str, Any]] = ()
    if isinstance(value, Struct):
        wire = zip(value.__struct_encode_fields__, value.__struct_fields__, strict=True)
        inner = ((f".{name}", getattr(value, field)) for name, field in wire)
    elif isinstance(value, dict):
        inner = ((f".{key}", item) for key, item in value.items())
    elif isinstance(value, tuple | list):
        inner = ((f"[{i}]", item) for i, item in enumerate(value))
    for step, item in inner:
        if (path := _find_other_century(item)) is not None:
            return step + path
    return None


def read_tag(header: str) -> int:
    """The version in an If-Match header: a tag of ours such as W/"3-5f1c…", or just W/"3", "3", 3."""
    found = _TAG.match(header.strip())
    if found is None:
        raise Invalid("if-match-malformed", field="if_match")
    return int(found[1] or found[2])


def refuse_unsound(values: Any) -> None:  # noqa: ANN401
    """Raise Invalid at the first value that no handler could use."""
    found = _find_unsound(values, 0)
    if found is None:
        return
    path, code = found
    if code == "json-too-deep":
        raise Malformed(code, limit=MAX_DEPTH)
    raise Invalid(code, field=path.removeprefix("."))


def _find_unsound(value: Any, depth: int) -> tuple[str, str] | None:  # noqa: ANN401
    if isinstance(value, str):
        return ("", "text-has-nul") if "\0" in value else None
    if isinstance(value, int):
        return None if value in INT64 else ("", "number-out-of-range")
    if isinstance(value, float):
        return None if math.isfinite(value) else ("", "number-out-of-range")
    if not isinstance(value, dict | list | tuple):
        return None
    if depth == MAX_DEPTH:
        return "", "json-too-deep"
    if isinstance(value, dict):
        for key, inner in value.items():
            if "\0" in key:
                return "", "text-has-nul"
            if (found := _find_unsound(inner, depth + 1)) is not None:
                return f".{key}{found[0]}", found[1]
        return None
    for index, inner in enumerate(value):
        if (found := _find_unsound(inner, depth + 1)) is not None:
            return f"[{index}]{found[0]}", found[1]
    return None


def invalid(error: msgspec.ValidationError, at: str = "") -> Invalid:
    """The fault that msgspec found, told as the fault of the field that the sender wrote."""
    told = str(error)
    placed = _AT.match(told)
    what, path = (placed["what"], placed["path"]) if placed else (told, "")
    path = f"{at}{path}" if at else path.removeprefix(".")
    if missing := _MISSING.match(what):
        return Invalid("field-missing", field=_join(path, missing["name"]))
    if unknown := _UNKNOWN.match(what):
        return Invalid("field-unknown", field=_join(path, unknown["name"]))
    return Invalid("field-invalid", field=path, problem=what.replace("`", ""))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _name(value: Any) -> str:  # noqa: ANN401
    return "array" if isinstance(value, list) else "null" if value is None else type(value).__name__


def _takes_many(annotation: Any) -> bool:  # noqa: ANN401
    many = (
        msgspec.inspect.ListType,
        msgspec.inspect.VarTupleType,
        msgspec.inspect.TupleType,
        msgspec.inspect.SetType,
        msgspec.inspect.FrozenSetType,
    )
    found = msgspec.inspect.type_info(annotation)
    options = found.types if isinstance(found, msgspec.inspect.UnionType) else (found,)
    return any(isinstance(option, many) for option in options)
