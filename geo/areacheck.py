"""Is a map of service areas fit to be published? Its overlaps, gaps and slivers, with their sizes."""

from collections.abc import Sequence
from itertools import chain

import numpy as np
import shapely
from msgspec import Struct
from shapely.geometry.base import BaseGeometry

from geo.areas import Area
from geo.geodesy import LocalFrame

# Neighbours drawn apart differ by the width of a pencil; below this nothing is reported.
_LEAST_M2 = 1.0
# A sliver is thinner than this on average: a drawing error, no decision about who answers.
_SLIVER_WIDTH_M = 30.0


class Overlap(Struct, frozen=True):
    """Ground claimed by two areas; `declared` when their priorities say who answers."""

    first: str
    second: str
    area_m2: float
    declared: bool
    sliver: bool


class Gap(Struct, frozen=True):
    """Ground that nobody claims, with a place inside it (WGS-84)."""

    lon: float
    lat: float
    area_m2: float
    sliver: bool


class CoverageReport(Struct, frozen=True):
    """Overlaps and gaps, largest first. Publish only what is `clean`."""

    overlaps: tuple[Overlap, ...]
    gaps: tuple[Gap, ...]

    @property
    def clean(self) -> bool:
        """No ground is claimed twice without a priority, and none is forgotten."""
        return not self.gaps and all(overlap.declared for overlap in self.overlaps)


def check(areas: Sequence[Area], region: BaseGeometry | None = None) -> CoverageReport:
    """Compare areas with each other and with the region (WGS-84) they should fill.

    Without a region only holes between the areas count as gaps.
    """
    if not areas:
        return CoverageReport((), _gaps(region, LocalFrame.around(region)) if region is not None else ())
    shapes = np.array([area.polygon for area in areas], dtype=object)
    frame = LocalFrame.around(shapely.GeometryCollection(list(shapes)))
    flat = frame.flatten(shapes)
    union = shapely.union_all(flat)
    if region is not None:
        missing = shapely.difference(frame.flatten(region), union)
    else:
        rings = chain.from_iterable(part.interiors for part in shapely.get_parts(union))
        missing = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    return CoverageReport(_overlaps(areas, flat), _gaps(frame.unflatten(missing), frame))


def _overlaps(areas: Sequence[Area], flat: Sequence[BaseGeometry]) -> tuple[Overlap, ...]:
    first, second = shapely.STRtree(flat).query(flat, predicate="intersects")
    found = []
    for a, b in zip(first, second, strict=True):
        shared = shapely.intersection(flat[a], flat[b]) if a < b else None
        if shared is not None and shared.area >= _LEAST_M2:
            one, other = areas[a], areas[b]
            declared = one.priority != other.priority
            found.append(Overlap(one.id, other.id, round(shared.area, 1), declared, _is_sliver(shared)))
    return tuple(sorted(found, key=lambda overlap: -overlap.area_m2))


def _gaps(missing: BaseGeometry, frame: LocalFrame) -> tuple[Gap, ...]:
    found = []
    for part in shapely.get_parts(missing):
        ground = frame.flatten(part)
        if ground.area >= _LEAST_M2:
            inside = part.representative_point()
            found.append(
                Gap(round(inside.x, 6), round(inside.y, 6), round(ground.area, 1), _is_sliver(ground))
            )
    return tuple(sorted(found, key=lambda gap: -gap.area_m2))


def _is_sliver(ground: BaseGeometry) -> bool:
    """Width of a long thin shape: twice its area over its outline."""
    return bool(2 * ground.area / ground.length < _SLIVER_WIDTH_M)
