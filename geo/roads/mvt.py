"""The wire form of a vector tile (Mapbox Vector Tile 2.1): layers of lines and points with words attached.

All coordinates of a layer become bytes in a few array operations; only features and words are walked one by one.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

EXTENT: Final = 4096
"""Units along a tile's side, the specification's default."""

Units = NDArray[np.int64]
Tags = Mapping[str, str | bool]

_MOVE_TO_ONE: Final = 9
_LINE_TO: Final = 2
_POINT, _LINE = 1, 2


def line_layer(
    name: str, points: Units, line_start: Units, feature_start: Units, tags: Sequence[Tags]
) -> bytes:
    """A layer of MultiLineStrings.

    `points` has shape (n, 2) in tile units; line i owns rows line_start[i] to line_start[i + 1], at least two;
    feature f with tags[f] owns lines feature_start[f] to feature_start[f + 1], at least one.
    """
    first_rows, lengths = line_start[:-1], np.diff(line_start)
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    begins = line_start[feature_start[:-1]]
    steps[begins] = points[begins]  # the pen starts at 0, 0 in every feature
    words = np.empty((len(points), 4), dtype=np.int64)
    words[:, 0] = _MOVE_TO_ONE
    words[:, 1:3] = _zigzag(steps)
    words[first_rows, 3] = ((lengths - 1) << 3) | _LINE_TO
    used = np.zeros(words.shape, dtype=np.bool_)
    used[:, 1:3] = True
    used[first_rows] = True
    data, ends = _varints(words[used])
    words_before = np.append(0, np.cumsum(used.sum(axis=1)))
    cuts = ends[words_before[line_start[feature_start]]].tolist()
    shapes = [data[a:b] for a, b in pairwise(cuts)]
    return _layer(name, _LINE, shapes, tags)


def point_layer(name: str, points: Units, tags: Sequence[Tags]) -> bytes:
    """A layer of single points, shape (n, 2) in tile units, with tags[i] each."""
    words = np.column_stack([np.full(len(points), _MOVE_TO_ONE), _zigzag(points)])
    data, ends = _varints(words.ravel())
    cuts = ends[::3].tolist()
    shapes = [data[a:b] for a, b in pairwise(cuts)]
    return _layer(name, _POINT, shapes, tags)


def _layer(name: str, kind: int, shapes: Sequence[bytes], tags: Sequence[Tags]) -> bytes:
    """Tile field 3: one layer, its keys and values each written once."""
    keys: dict[str, int] = {}
    values: dict[str | bool, int] = {}
    features = bytearray()
    for shape, words in zip(shapes, tags, strict=True):
        pairs = b"".join(
            _varint(keys.setdefault(key, len(keys))) + _varint(values.setdefault(value, len(values)))
            for key, value in words.items()
        )
        features += _field(2, _field(2, pairs) + bytes((0x18, kind)) + _field(4, shape))
    body = b"".join(
        (
            _field(1, name.encode()),
            bytes(features),
            *(_field(3, key.encode()) for key in keys),
            *(_field(4, _value(value)) for value in values),
            b"\x28" + _varint(EXTENT),
            b"\x78\x02",
        )
    )
    return _field(3, body)


def _value(value: str | bool) -> bytes:
    return bytes((0x38, value)) if isinstance(value, bool) else _field(1, value.encode())


def _field(number: int, body: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _zigzag(steps: Units) -> Units:
    return (steps << 1) ^ (steps >> 63)


def _varints(words: Units) -> tuple[bytes, Units]:
    """All words as varints, and where each ends in the bytes, with a 0 before the first. Words fit in 35 bits."""
    shifts = np.arange(5, dtype=np.int64) * 7
    septets = (words[:, None] >> shifts) & 0x7F
    lengths = 1 + np.sum(words[:, None] >> shifts[1:] > 0, axis=1)
    places = np.arange(5)
    octets = (septets | np.where(places < lengths[:, None] - 1, 0x80, 0)).astype(np.uint8)
    data = octets[places < lengths[:, None]].tobytes()
    return data, np.append(0, np.cumsum(lengths))
