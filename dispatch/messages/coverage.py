"""Messages of coverage: what the free units cover now. Gaps are GeoJSON (RFC 7946), WGS-84."""

from typing import Literal
from uuid import UUID

from msgspec import Struct

from ledger.kinds.base import Instant


class AreaCoverage(Struct, frozen=True, kw_only=True):
    """One service area. `nearest_*` is the free unit that would be first at most of its places.

    `slowest_s`: how long the place takes that is reached last; places that nobody can reach stand in the gaps.
    """

    code: str
    name: str
    places: int
    covered: int
    share: float | None
    slowest_s: float | None
    nearest_unit_id: UUID | None
    nearest_call_sign: str | None


class GapPoint(Struct, frozen=True, kw_only=True):
    """GeoJSON point."""

    coordinates: tuple[float, float]
    type: Literal["Point"] = "Point"


class GapProperties(Struct, frozen=True, kw_only=True):
    """The place, the target it misses, and when somebody would be there: None when nobody can."""

    name: str
    area_code: str
    target_s: float
    soonest_s: float | None


class GapFeature(Struct, frozen=True, kw_only=True):
    """One uncovered place."""

    geometry: GapPoint
    properties: GapProperties
    type: Literal["Feature"] = "Feature"


class Gaps(Struct, frozen=True, kw_only=True):
    """Uncovered places, the worst first."""

    features: tuple[GapFeature, ...]
    type: Literal["FeatureCollection"] = "FeatureCollection"


class CoverageView(Struct, frozen=True, kw_only=True):
    """What is covered at this moment; `outside` counts settlements that lie in no service area and are not judged."""

    made_at: Instant
    roads_version: str
    definition_zh: str
    definition_en: str
    urban_s: float
    rural_s: float
    units: int
    places: int
    covered: int
    share: float | None
    outside: int
    areas: tuple[AreaCoverage, ...]
    gaps: Gaps
