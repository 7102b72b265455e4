"""Location evidence (位置证据) as it travels: one frozen class for each kind, raw values kept.

`Evidence` is the tagged union that the API accepts and the ledger keeps. Degrees stay in the datum they
were stated in; they become WGS-84 only inside `geo.locate`. Angles are degrees clockwise from north.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from geo.datum import Datum

Moment = Annotated[datetime, Meta(tz=True)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Length = Annotated[float, Meta(ge=0, le=500_000)]
Angle = Annotated[float, Meta(ge=-360, le=360)]
Opening = Annotated[float, Meta(gt=0, le=360)]
Confidence = Annotated[float, Meta(gt=0, le=1)]
ShortText = Annotated[str, Meta(max_length=64)]
LongText = Annotated[str, Meta(max_length=4000)]


class EvidenceSource(StrEnum):
    """Who or what says so. Each source has its own law of error (`geo.sources`)."""

    GNSS = "gnss"
    AML = "aml"
    SHARED_PIN = "shared-pin"
    BROWSER = "browser"
    CELL = "cell"
    OPERATOR = "operator"
    LANDLINE = "landline"
    SPOKEN = "spoken"
    DISPATCHER = "dispatcher"
    DEVICE = "device"
    PARTNER = "partner"


class ErrorLaw(StrEnum):
    """How the error is spread within the radius (RFC 7459 `pdf`)."""

    NORMAL = "normal"
    RECTANGULAR = "rectangular"
    UNKNOWN = "unknown"


class _Statement(Struct, frozen=True, kw_only=True, tag_field="kind", omit_defaults=True):
    """What every piece of evidence says about itself.

    `received_at` is filled in by the service that takes it in. `id` is the sender's. `provider` names who computed
    it (a mobile operator, a map): evidence of one source and one provider is one family and counts once. `raw` is
    the message as it came, `warnings` what its parser forgave.
    """

    source: EvidenceSource
    received_at: Moment | None = None
    fixed_at: Moment | None = None
    id: ShortText | None = None
    provider: ShortText | None = None
    note: LongText | None = None
    raw: LongText | None = None
    warnings: tuple[str, ...] = ()


class PointEvidence(_Statement, frozen=True, kw_only=True, tag="point"):
    """A point with the radius that holds the caller with `confidence`; the source's usual ones when absent.

    With source `dispatcher` it is a confirmation by a person: it stays the best place whatever comes later.
    """

    lon: Longitude
    lat: Latitude
    datum: Datum
    radius_m: Length | None = None
    confidence: Confidence | None = None
    pdf: ErrorLaw = ErrorLaw.NORMAL


class EllipseEvidence(_Statement, frozen=True, kw_only=True, tag="ellipse"):
    """An ellipse of confidence; the major axis points `orientation_deg` clockwise from north."""

    lon: Longitude
    lat: Latitude
    datum: Datum
    semi_major_m: Length
    semi_minor_m: Length
    orientation_deg: Angle
    confidence: Confidence | None = None


class SectorEvidence(_Statement, frozen=True, kw_only=True, tag="sector"):
    """An arc band around an antenna: cell and timing advance. The antenna itself need not be inside."""

    lon: Longitude
    lat: Latitude
    datum: Datum
    inner_m: Length
    outer_m: Length
    start_deg: Angle
    opening_deg: Opening
    confidence: Confidence | None = None


class PolygonEvidence(_Statement, frozen=True, kw_only=True, tag="polygon"):
    """An outline as (lon, lat) pairs, closed or not."""

    ring: Annotated[tuple[tuple[Longitude, Latitude], ...], Meta(min_length=3, max_length=2000)]
    datum: Datum
    confidence: Confidence | None = None


class SpokenPlace(_Statement, frozen=True, kw_only=True, tag="spoken-place"):
    """A place in words, as the caller said them or the dispatcher typed them."""

    words: Annotated[str, Meta(min_length=1, max_length=200)]


class PlusCodeEvidence(_Statement, frozen=True, kw_only=True, tag="plus-code"):
    """An Open Location Code, full, or short and then meant in the service region; always WGS-84."""

    code: Annotated[str, Meta(min_length=4, max_length=20)]


Evidence = PointEvidence | EllipseEvidence | SectorEvidence | PolygonEvidence | SpokenPlace | PlusCodeEvidence


def is_confirmation(evidence: Evidence) -> bool:
    """Whether a dispatcher put this point on the map by hand."""
    return isinstance(evidence, PointEvidence) and evidence.source is EvidenceSource.DISPATCHER
