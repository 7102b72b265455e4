"""The peer of the tile benchmark: the same tiles made the plain way, line by line and number by number.

It finds lines with the same library's tree and cuts them with the same library's functions, one call per line, and
writes the bytes with loops. Its tiles must be the same to the byte.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import shapely
from shapely import LineString

from geo.roads.mvt import EXTENT, Tags
from geo.roads.network import RoadNetwork
from geo.roads.tiles import BUFFER, MAX_ZOOM, ROAD_ZOOM, merged_roads, road_tags

Points = list[tuple[int, int]]


class PlainTiles:
    """Road tiles without arrays."""

    def __init__(self, network: RoadNetwork) -> None:
        roads, lines, owner = merged_roads(network)
        self._tags = [road_tags(*road) for road in roads]
        self._from_zoom = [ROAD_ZOOM[road_class] for _, road_class, _ in roads]
        order = sorted(range(len(lines)), key=lambda i: (owner[i], self._from_zoom[owner[i]]))
        self._lines: list[LineString] = [lines[i] for i in order]
        self._owner: list[int] = [int(owner[i]) for i in order]
        self._tree = shapely.STRtree(self._lines)

    def tile(self, zoom: int, x: int, y: int) -> bytes:
        """The layer of roads; empty when there is none."""
        side = 0.5**zoom
        unit = side / EXTENT
        edge = BUFFER * unit
        box = (x * side - edge, y * side - edge, (x + 1) * side + edge, (y + 1) * side + edge)
        tolerance = unit * (0.5 if zoom >= MAX_ZOOM else 2.0)
        drawn: list[tuple[int, Points]] = []
        for i in sorted(self._tree.query(shapely.box(*box)).tolist()):
            if self._from_zoom[self._owner[i]] > zoom:
                continue
            for part in _cut(self._lines[i], box):
                thin = shapely.simplify(part, tolerance, preserve_topology=False)
                points = _fresh(
                    (round((px / side - x) * EXTENT), round((py / side - y) * EXTENT))
                    for px, py in thin.coords
                )
                if len(points) > 1:
                    drawn.append((self._owner[i], points))
        return self._layer(drawn) if drawn else b""

    def _layer(self, drawn: Sequence[tuple[int, Points]]) -> bytes:
        keys: list[str] = []
        values: list[str | bool] = []
        features = b""
        for road, lines in groupby(drawn, key=lambda pair: pair[0]):
            words = b"".join(_varint(word) for word in _words(self._tags[road], keys, values))
            shape = b"".join(_varint(word) for word in _commands(points for _, points in lines))
            features += _field(2, _field(2, words) + b"\x18\x02" + _field(4, shape))
        named = b"".join(_field(3, key.encode()) for key in keys)
        valued = b"".join(
            _field(4, bytes((0x38, value)) if isinstance(value, bool) else _field(1, value.encode()))
            for value in values
        )
        return _field(
            3, _field(1, b"roads") + features + named + valued + b"\x28" + _varint(EXTENT) + b"\x78\x02"
        )


def _cut(line: LineString, box: tuple[float, float, float, float]) -> list[LineString]:
    west, south, east, north = line.bounds
    if west >= box[0] and south >= box[1] and east <= box[2] and north <= box[3]:
        return [line]
    cut = shapely.clip_by_rect(line, *box)
    return [part for part in getattr(cut, "geoms", [cut]) if not part.is_empty]


def _fresh(points: Iterator[tuple[int, int]]) -> Points:
    return [point for point, _ in groupby(points)]


def _words(tags: Tags, keys: list[str], values: list[str | bool]) -> Iterator[int]:
    for key, value in tags.items():
        if key not in keys:
            keys.append(key)
        if value not in values:
            values.append(value)
        yield keys.index(key)
        yield values.index(value)


def _commands(lines: Iterator[Points]) -> Iterator[int]:
    x = y = 0
    for points in lines:
        for at, (to_x, to_y) in enumerate(points):
            if at == 0:
                yield 9
            if at == 1:
                yield (len(points) - 1) << 3 | 2
            yield _zigzag(to_x - x)
            yield _zigzag(to_y - y)
            x, y = to_x, to_y


def _zigzag(step: int) -> int:
    return 2 * step if step >= 0 else -2 * step - 1


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    out = []
    while value > 127:
        out.append(value % 128 + 128)
        value //= 128
    return bytes([*out, value])
