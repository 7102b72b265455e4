"""The atlas: tiles of the roads in use, made once, kept compressed.

Tiles are made on one thread of their own: a page that opens asks for dozens at once, and they wait for each other
rather than make a closure or a route wait.
"""

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Final

import msgspec

from geo.places import NamedPlace
from geo.roads.network import RoadNetwork
from geo.roads.tiles import TileMaker, marks_of

KEPT_BYTES: Final = 32 * 2**20
_OVERHEAD_BYTES: Final = 200
"""What keeping a tile costs beside its bytes; an empty one costs that, too."""

Key = tuple[int, int, int] | None
"""Zoom, column and row of a tile; None is the sheet of major roads."""


class Atlas:
    """Asked from one event loop. `invented` marks a map that shows no real place."""

    def __init__(
        self,
        network: RoadNetwork,
        graph: str,
        places: Sequence[NamedPlace],
        *,
        invented: bool,
        kept_bytes: int = KEPT_BYTES,
    ) -> None:
        self.version = f"{graph}-{marks_of(places)}"
        self.invented = invented
        self._network = network
        self._places = places
        self._kept_bytes = kept_bytes
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="atlas")
        self._kept: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0
        self._coming: dict[Key, asyncio.Future[bytes]] = {}

    @property
    def size_bytes(self) -> int:
        """What is kept now."""
        return self._size

    async def tile(self, zoom: int, x: int, y: int) -> bytes:
        """The tile, gzipped; empty when nothing is to be seen there."""
        return await self._find((zoom, x, y), lambda: self._maker.tile(zoom, x, y))

    async def major_roads(self) -> bytes:
        """The major roads as GeoJSON, gzipped."""
        return await self._find(None, lambda: msgspec.json.encode(self._maker.major_roads()))

    @cached_property
    def _maker(self) -> TileMaker:
        """Made when the first page opens: calls are taken before any map is seen."""
        return TileMaker(self._network, self._places)

    async def _find(self, key: Key, make: Callable[[], bytes]) -> bytes:
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        coming = self._coming.get(key)
        if coming is None:
            loop = asyncio.get_running_loop()
            coming = loop.run_in_executor(self._worker, lambda: _compressed(make()))
            self._coming[key] = coming
            coming.add_done_callback(lambda done: self._keep(key, done))
        # Whoever asked first may hang up: the others still wait for it.
        return await asyncio.shield(coming)

    def _keep(self, key: Key, done: asyncio.Future[bytes]) -> None:
        del self._coming[key]
        if done.cancelled() or done.exception() is not None:
            return
        self._kept[key] = done.result()
        self._size += len(done.result()) + _OVERHEAD_BYTES
        while self._size > self._kept_bytes:
            _, dropped = self._kept.popitem(last=False)
            self._size -= len(dropped) + _OVERHEAD_BYTES


def _compressed(data: bytes) -> bytes:
    """Without a time inside, so that the same tile is the same bytes."""
    return gzip.compress(data, compresslevel=6, mtime=0) if data else b""
