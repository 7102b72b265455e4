"""Who contradicts whom: pairs of evidence that can hardly both be right, and the datum that explains it."""

from collections.abc import Mapping, Sequence
from math import hypot

from msgspec.structs import replace

from geo.datum import Datum
from geo.errors import GeoError
from geo.estimate import Conflict
from geo.evidence import Evidence, EvidenceSource, PointEvidence
from geo.geodesy import Floats
from geo.likelihood import Piece, distance_between
from geo.readings import Setting, other_datum, read

CONFLICT_FROM = 0.9
"""Pairs of evidence at least one of which is wrong with this probability are reported."""

# These state WGS-84 by standard or by construction; everything else passed through somebody's map.
_SURE_OF_DATUM = (EvidenceSource.GNSS, EvidenceSource.AML, EvidenceSource.DISPATCHER)
_AGREEING_SIGMAS = 2.5


def find_conflicts(
    pieces: Sequence[Piece], doubts: Floats, named: Mapping[str, Evidence], setting: Setting
) -> tuple[Conflict, ...]:
    """The conflicts among `pieces`, strongest first; `doubts` is P(not both right) of each pair."""
    found = []
    for i, first in enumerate(pieces):
        for j in range(i + 1, len(pieces)):
            if doubts[i, j] >= CONFLICT_FROM:
                second = pieces[j]
                suspected = _wrong_datum(first, second, named, setting)
                apart = round(distance_between(first, second), 1)
                found.append(Conflict(first.id, second.id, apart, round(float(doubts[i, j]), 4), suspected))
    return tuple(sorted(found, key=lambda conflict: (-conflict.probability, -conflict.distance_m)))


def _wrong_datum(first: Piece, second: Piece, named: Mapping[str, Evidence], setting: Setting) -> str | None:
    """The piece of the two that agrees with the other once its datum is read the other way."""
    for piece, witness in ((second, first), (first, second)):
        evidence = named[piece.id]
        if not isinstance(evidence, PointEvidence) or evidence.source in _SURE_OF_DATUM:
            continue
        if evidence.datum is Datum.UNKNOWN:
            continue
        try:
            otherwise = read(replace(evidence, datum=other_datum(evidence.datum)), piece.id, setting)
        except GeoError:
            continue
        if _sigmas_apart(otherwise, witness) < _AGREEING_SIGMAS < _sigmas_apart(piece, witness):
            return piece.id
    return None


def _sigmas_apart(point: Piece, witness: Piece) -> float:
    """Distance of a point's likeliest reading from the nearest reading of a witness, in common sigmas."""
    x, y, sigma = max(point.parts, key=lambda part: part.weight).spots()[0]
    return min(
        hypot(spot.x_m - x, spot.y_m - y) / hypot(spot.sigma_m, sigma)
        for spot in max(witness.parts, key=lambda part: part.weight).spots()
    )
