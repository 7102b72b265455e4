"""Evidence as it came -> Piece: the datum resolved, the stated radius turned into a spread, age added.

Whatever cannot be read raises GeoError; its code tells the dispatcher why that piece was not used.
"""

from dataclasses import dataclass
from datetime import datetime
from math import hypot, sqrt

from msgspec.structs import replace
from openlocationcode import openlocationcode as olc
from shapely.geometry.base import BaseGeometry

from geo import shapes
from geo.datum import Datum, to_wgs84
from geo.errors import GeoError
from geo.evidence import (
    EllipseEvidence,
    ErrorLaw,
    Evidence,
    EvidenceSource,
    PlusCodeEvidence,
    PointEvidence,
    PolygonEvidence,
    SectorEvidence,
    SpokenPlace,
    is_confirmation,
)
from geo.gazetteer import Gazetteer
from geo.geodesy import LocalFrame
from geo.likelihood import Band, Normal, Oblong, Part, Patch, Piece
from geo.shapes import Position
from geo.sources import LEAST_SIGMA_M, SOURCES, SourceModel, drift_m, sigma_m

# Radio does not end at a line; the bands that adapters state already hold the non-line-of-sight tail.
_CELL_EDGE_M = 80.0
# A pin contradicted as stated, while its other reading agrees with something (experiment: 8 % wrong datum).
_OTHER_DATUM = 0.08


@dataclass(frozen=True, slots=True)
class Setting:
    """What reading needs besides the evidence: the frame, the names, the middle of the region, the time."""

    frame: LocalFrame
    gazetteer: Gazetteer | None
    middle: Position
    now: datetime
    moving: bool


def read(evidence: Evidence, name: str, setting: Setting, *, datum_in_doubt: bool = False) -> Piece:
    """The likelihood of one piece of evidence.

    Raises GeoError: the codes of `to_wgs84`, "shape-invalid", "plus-code-invalid", "no-gazetteer",
    "no-name-found".
    """
    model = SOURCES[evidence.source]
    since = evidence.fixed_at or evidence.received_at or setting.now
    age_s = (setting.now - since).total_seconds()
    drift = drift_m(age_s, setting.moving) if model.follows_caller else 0.0
    if isinstance(evidence, SpokenPlace):
        return _spoken(evidence, name, setting)
    if isinstance(evidence, PlusCodeEvidence):
        return _plus_code(evidence, name, setting)
    parts = [
        part
        for datum, share in _hypotheses(evidence.datum, datum_in_doubt)
        for part in _parts(replace(evidence, datum=datum), share, model, drift, setting.frame)
    ]
    return Piece(name, tuple(parts), model.stray, _family(evidence, name))


def other_datum(datum: Datum) -> Datum:
    """What a position was if its datum was named wrongly."""
    return Datum.GCJ02 if datum in (Datum.WGS84, Datum.CGCS2000) else Datum.WGS84


def _family(evidence: Evidence, name: str) -> str:
    """Evidence of one family is computed from the same signals, so its errors are shared."""
    if is_confirmation(evidence):
        return EvidenceSource.DISPATCHER
    if isinstance(evidence, SpokenPlace | PlusCodeEvidence) or not SOURCES[evidence.source].follows_caller:
        return name
    if evidence.source in (EvidenceSource.CELL, EvidenceSource.OPERATOR):
        return f"network {evidence.provider or ''}"
    return f"{evidence.source} {evidence.provider or ''}"


def _hypotheses(datum: Datum, in_doubt: bool) -> list[tuple[Datum, float]]:
    """The datums a position may have been stated in, with their probabilities."""
    if datum is Datum.UNKNOWN:
        return [(Datum.WGS84, 0.5), (Datum.GCJ02, 0.5)]
    if in_doubt:
        return [(datum, 1 - _OTHER_DATUM), (other_datum(datum), _OTHER_DATUM)]
    return [(datum, 1.0)]


Geometric = PointEvidence | EllipseEvidence | SectorEvidence | PolygonEvidence


def _parts(
    evidence: Geometric, share: float, model: SourceModel, drift: float, frame: LocalFrame
) -> list[Part]:
    """The parts of one geometric statement under one datum; their weights sum to (1 - stray) x share."""
    held = evidence.confidence or model.confidence
    faithful, wide = model.faithful * share, model.overconfident * share
    if isinstance(evidence, PolygonEvidence):
        return _patches(evidence, held, faithful + wide, drift, frame)
    x, y = _place(evidence.lon, evidence.lat, evidence.datum, frame)
    match evidence:
        case PointEvidence(pdf=ErrorLaw.NORMAL):
            radius = model.radius_m if evidence.radius_m is None else evidence.radius_m
            sigma = hypot(sigma_m(radius, held), drift)
            return [Normal(faithful, x, y, sigma), Normal(wide, x, y, 3 * sigma)]
        case PointEvidence():
            # RFC 7459: an unknown law is treated as even within its radius, which never shrinks it.
            radius = max(LEAST_SIGMA_M, model.radius_m if evidence.radius_m is None else evidence.radius_m)
            edge = hypot(0.05 * radius, drift)
            disc = Band((faithful + wide) * held, x, y, 0.0, radius, 0.0, 360.0, edge)
            return [disc, Normal((faithful + wide) * (1 - held), x, y, hypot(radius, drift))]
        case EllipseEvidence():
            along = hypot(sigma_m(evidence.semi_major_m, held), drift)
            across = hypot(sigma_m(evidence.semi_minor_m, held), drift)
            turn = evidence.orientation_deg
            return [
                Oblong(faithful, x, y, along, across, turn),
                Oblong(wide, x, y, 3 * along, 3 * across, turn),
            ]
        case SectorEvidence():
            if not evidence.inner_m < evidence.outer_m:
                raise GeoError("shape-invalid", shape="sector")
            inner, outer, opening = evidence.inner_m, evidence.outer_m, evidence.opening_deg
            bore, edge = evidence.start_deg + opening / 2, hypot(_CELL_EDGE_M, drift)
            band = Band((faithful + wide) * held, x, y, inner, outer, bore, opening, edge)
            return [band, Normal((faithful + wide) * (1 - held), x, y, hypot(outer, edge))]


def _patches(
    evidence: PolygonEvidence, held: float, share: float, drift: float, frame: LocalFrame
) -> list[Part]:
    """Even inside the outline; what the confidence leaves lies in a belt a fifth as wide as the outline."""
    corners = [to_wgs84(lon, lat, evidence.datum) for lon, lat in evidence.ring]
    ground = frame.flatten(shapes.polygon(corners)).buffer(max(drift, LEAST_SIGMA_M))
    belt: BaseGeometry = ground.buffer(0.2 * sqrt(ground.area) + LEAST_SIGMA_M)
    return [Patch(share * held, ground), Patch(share * (1 - held), belt)]


def _plus_code(evidence: PlusCodeEvidence, name: str, setting: Setting) -> Piece:
    code = evidence.code.strip().upper()
    if olc.isShort(code):
        code = olc.recoverNearest(code, setting.middle.lat, setting.middle.lon)
    if not olc.isFull(code):
        raise GeoError("plus-code-invalid", given=evidence.code)
    cell = olc.decode(code)
    x, y = _place(cell.longitudeCenter, cell.latitudeCenter, Datum.WGS84, setting.frame)
    model = SOURCES[evidence.source]
    half_m = (cell.latitudeHi - cell.latitudeLo) / 2 * 111_195
    sigma = max(LEAST_SIGMA_M, half_m)
    parts = (Normal(model.faithful, x, y, sigma), Normal(model.overconfident, x, y, 3 * sigma))
    return Piece(name, parts, model.stray, name)


def _spoken(evidence: SpokenPlace, name: str, setting: Setting) -> Piece:
    """The union of all places the words may mean; what the gazetteer doubts is stray."""
    if setting.gazetteer is None:
        raise GeoError("no-gazetteer")
    matches = setting.gazetteer.search(evidence.words, limit=8)
    if not matches:
        raise GeoError("no-name-found", words=evidence.words)
    model = SOURCES[EvidenceSource.SPOKEN]
    parts: list[Part] = []
    for match in matches:
        places = match.along or (match.position,)
        sigma, share = match.sigma_m, match.probability / len(places)
        for place in places:
            x, y = setting.frame.to_metres(place.lon, place.lat)
            parts.append(Normal(model.faithful * share, x, y, sigma, match.label))
            if not match.along:
                parts.append(Normal(model.overconfident * share, x, y, 3 * sigma, match.label))
    said = sum(part.weight for part in parts)
    return Piece(name, tuple(parts), 1.0 - said, name)


def _place(lon: float, lat: float, datum: Datum, frame: LocalFrame) -> tuple[float, float]:
    place = to_wgs84(lon, lat, datum)
    return frame.to_metres(place.lon, place.lat)
