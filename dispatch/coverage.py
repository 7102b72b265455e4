"""What the units that are free now cover, and what they leave uncovered. Pure.

A place is covered when at least one unit that is available now would be there, from order to arrival, within the
place's target. Nothing is assumed of units that may soon be free.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geo.shapes import Position

URBAN = frozenset({"city", "town", "suburb", "borough", "quarter", "neighbourhood"})
RURAL = frozenset({"village", "hamlet"})
"""OpenStreetMap's kinds of settlements; what is neither is no place where people live."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A settlement of one service area, and how soon somebody should be there."""

    name: str
    area_code: str
    position: Position
    target_s: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A spot that nobody reaches in time; `soonest_s` is None where no free unit can come at all."""

    spot: Spot
    soonest_s: float | None


@dataclass(frozen=True, slots=True)
class AreaCover:
    """One service area: `first_at` counts the spots at which each unit would be first, by the unit's index."""

    code: str
    places: int
    covered: int
    slowest_s: float | None
    first_at: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Cover:
    """All areas by code, and the gaps, the worst first."""

    areas: tuple[AreaCover, ...]
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class Remembered:
    """The last answers with what they were made from. Replaced whole, so that any thread may look."""

    spots: tuple[object, tuple[tuple[Spot, ...], int]] | None = None
    cover: tuple[object, Cover] | None = None


@dataclass(slots=True)
class _Tally:
    places: int = 0
    covered: int = 0
    slowest_s: float | None = None
    first_at: Counter[int] = field(default_factory=Counter)


def cover(
    codes: Sequence[str],
    spots: Sequence[Spot],
    starts_s: Sequence[float],
    drives: Sequence[Sequence[float | None]],
) -> Cover:
    """`starts_s`: how long each unit needs until it rolls; `drives`: seconds from each unit (rows) to each spot."""
    tallies = {code: _Tally() for code in codes}
    gaps = []
    for column, spot in enumerate(spots):
        tally = tallies[spot.area_code]
        tally.places += 1
        arrivals = [
            (starts_s[row] + drive_s, row)
            for row, times in enumerate(drives)
            if (drive_s := times[column]) is not None
        ]
        soonest = min(arrivals, default=None)
        if soonest is not None:
            tally.first_at[soonest[1]] += 1
            tally.slowest_s = max(soonest[0], tally.slowest_s or 0.0)
        if soonest is not None and soonest[0] <= spot.target_s:
            tally.covered += 1
        else:
            gaps.append(Gap(spot, None if soonest is None else soonest[0]))
    return Cover(
        areas=tuple(
            AreaCover(code, tally.places, tally.covered, tally.slowest_s, tally.first_at)
            for code, tally in sorted(tallies.items())
        ),
        gaps=tuple(sorted(gaps, key=_badness, reverse=True)),
    )


def _badness(gap: Gap) -> tuple[bool, float]:
    """Unreachable ones first, then by how much later than wanted somebody would be there."""
    return gap.soonest_s is None, (gap.soonest_s or 0.0) - gap.spot.target_s
