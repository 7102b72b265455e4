"""Hypothesis strategies for messages: values that obey the limits their types state."""

import math
from datetime import UTC, datetime
from typing import Any

import msgspec.inspect as shape
from hypothesis import strategies as st

EXACT = 2**53 - 1
FIRST, LAST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001  the zone is drawn apart
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cs"])


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that msgspec knows."""
    return _of(shape.type_info(kind))


def _of(t: Any) -> st.SearchStrategy[Any]:
    found: st.SearchStrategy[Any] = _BY_TYPE[type(t)](t)
    return found


def _float(t: shape.FloatType) -> st.SearchStrategy[float]:
    low = max(bound for bound in (t.ge, t.gt, -1e9) if bound is not None)
    high = min(bound for bound in (t.le, t.lt, 1e9) if bound is not None)
    return st.floats(low, high, exclude_min=t.gt == low, exclude_max=t.lt == high).filter(math.isfinite)


def _text(t: shape.StrType) -> st.SearchStrategy[str]:
    if t.pattern is not None:
        return st.from_regex(t.pattern, fullmatch=True).filter(lambda s: len(s) <= (t.max_length or 200))
    return st.text(LETTERS, min_size=t.min_length or 0, max_size=min(t.max_length or 20, 20))


def _struct(t: shape.StructType) -> st.SearchStrategy[Any]:
    fields = {f.name: _of(f.type) for f in t.fields if f.required}
    optional = {f.name: _of(f.type) for f in t.fields if not f.required}

    def build(given: dict[str, Any]) -> Any:
        try:
            return t.cls(**given)
        except ValueError:  # a rule between fields that no single type states
            return None

    found = st.fixed_dictionaries(fields, optional=optional).map(build)
    return found.filter(lambda value: value is not None)


_BY_TYPE: dict[type, Any] = {
    shape.NoneType: lambda t: st.none(),
    shape.BoolType: lambda t: st.booleans(),
    shape.IntType: lambda t: st.integers(
        t.ge if t.ge is not None else -EXACT, t.le if t.le is not None else EXACT
    ),
    shape.FloatType: _float,
    shape.StrType: _text,
    shape.UUIDType: lambda t: st.uuids(),
    shape.DateTimeType: lambda t: st.datetimes(
        FIRST,
        LAST,
        timezones=st.just(UTC),
    ),
    shape.EnumType: lambda t: st.sampled_from(list(t.cls)),
    shape.LiteralType: lambda t: st.sampled_from(t.values),
    shape.UnionType: lambda t: st.one_of([_of(member) for member in t.types]),
    shape.StructType: _struct,
    shape.DictType: lambda t: st.dictionaries(_of(t.key_type), _of(t.value_type), max_size=4),
    shape.VarTupleType: lambda t: st.lists(
        _of(t.item_type), min_size=t.min_length or 0, max_size=max(t.min_length or 0, 4)
    ).map(tuple),
    shape.TupleType: lambda t: st.tuples(*(_of(member) for member in t.item_types)),
}
