"""What travel times need from a shortest-path engine: one small interface, two implementations.

`index` (routingkit-cch) serves; `fallback` (scipy) stands in where that wheel is missing and checks it in the
tests. Nodes are junction ids, arcs are arc ids, times are integer milliseconds; None means unreachable.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from geo.roads.speeds import Mode

End = tuple[int, int]
"""A junction and the milliseconds between it and the true end of the journey."""


class Retired(Exception):
    """No failure: ask the engine's newest view. This view's weights were replaced before
    this thread had ever asked it."""


@dataclass(frozen=True, slots=True)
class Route:
    """The best way: its time with both end offsets, its first and last junction, and the arcs between."""

    ms: int
    first: int
    last: int
    arcs: list[int]


class View(Protocol):
    """One mode's complete, unchanging weights. Any thread may ask."""

    def many_to_one(self, sources: list[int], target: list[End]) -> list[int | None]:
        """Milliseconds from each source junction to the best of the target ends, in order."""
        ...

    def one_to_many(self, source: list[End], targets: list[int]) -> list[int | None]:
        """Milliseconds from the best of the source ends to each target junction, in order."""
        ...

    def route(self, source: list[End], target: list[End]) -> Route | None:
        """The best way from any source end to any target end."""
        ...


class Engine(Protocol):
    """Keeps one current view per mode."""

    def update(self, weights: Mapping[Mode, NDArray[np.int32]]) -> Mapping[Mode, View]:
        """Take new weights, shape (arcs,) each, for every mode; answer the views that see them.

        Views given out before keep answering with their own weights, or raise `Retired`.
        """
        ...
