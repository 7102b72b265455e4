"""A reader of vector tiles for the tests, written from the specification (MVT 2.1) and not from our encoder."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

Point = tuple[int, int]


@dataclass(frozen=True)
class Feature:
    """What a renderer sees of one feature: lines, or for points one point in each."""

    kind: int
    tags: dict[str, str | bool]
    lines: list[list[Point]]


@dataclass(frozen=True)
class Layer:
    """One layer, its version and extent checked."""

    name: str
    features: list[Feature]


def read_tile(data: bytes) -> dict[str, Layer]:
    """All layers by name; AssertionError on anything that the specification forbids."""
    layers = [
        _layer(bytes(body)) for number, body in _fields(data) if number == 3 and isinstance(body, bytes)
    ]
    assert len({layer.name for layer in layers}) == len(layers), "a layer's name is used once"
    return {layer.name: layer for layer in layers}


def _layer(data: bytes) -> Layer:
    name, keys, values, bodies = "", [], [], []
    numbers: dict[int, int] = {}
    for number, body in _fields(data):
        if isinstance(body, int):
            numbers[number] = body
        elif number == 1:
            name = body.decode()
        elif number == 2:
            bodies.append(body)
        elif number == 3:
            keys.append(body.decode())
        elif number == 4:
            values.append(_value(body))
    assert numbers == {5: 4096, 15: 2}
    assert len(set(keys)) == len(keys)
    assert bodies, "a layer holds at least one feature"
    return Layer(name, [_feature(body, keys, values) for body in bodies])


def _feature(data: bytes, keys: list[str], values: list[str | bool]) -> Feature:
    kind, tags, words = 0, [], []
    for number, body in _fields(data):
        if isinstance(body, int):
            assert number == 3
            kind = body
        elif number == 2:
            tags = list(_packed(body))
        elif number == 4:
            words = list(_packed(body))
    pairs = zip(tags[::2], tags[1::2], strict=True)
    lines = list(_lines(words))
    if kind == 2:
        assert all(len(line) > 1 and all(a != b for a, b in pairwise(line)) for line in lines)
    else:
        assert kind == 1
        assert [len(line) for line in lines] == [1]
    return Feature(kind, {keys[key]: values[value] for key, value in pairs}, lines)


def _lines(words: list[int]) -> Iterator[list[Point]]:
    x = y = at = 0
    line: list[Point] = []
    while at < len(words):
        command, count = words[at] & 7, words[at] >> 3
        at += 1
        assert command in (1, 2)
        assert count > 0
        for _ in range(count):
            x, y = x + _signed(words[at]), y + _signed(words[at + 1])
            at += 2
            if command == 1:
                if line:
                    yield line
                line = []
            line.append((x, y))
    yield line


def _value(data: bytes) -> str | bool:
    ((number, body),) = _fields(data)
    if number == 1:
        assert isinstance(body, bytes)
        return body.decode()
    assert number == 7
    return bool(body)


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        value, at = _varint(data, at)
        if tag & 7 == 0:
            yield tag >> 3, value
        else:
            assert tag & 7 == 2
            assert at + value <= len(data)
            yield tag >> 3, data[at : at + value]
            at += value


def _packed(data: bytes) -> Iterator[int]:
    at = 0
    while at < len(data):
        value, at = _varint(data, at)
        yield value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        octet = data[at]
        value |= (octet & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if octet < 0x80:
            return value, at


def _signed(word: int) -> int:
    return word // 2 if word % 2 == 0 else -(word + 1) // 2
