"""Evidence -> LocationEstimate: the best place, its 95 % area, the other candidates, the conflicts.

Pure and deterministic: the samples are drawn from a seed made of the evidence, so the same evidence at the
same time gives the same answer to the last digit.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import blake2b

import msgspec
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.conflicts import find_conflicts
from geo.datum import TRANSFORM_VERSION
from geo.errors import GeoError
from geo.estimate import LocationEstimate, Mode, no_location
from geo.evidence import Evidence, is_confirmation
from geo.fusion import HELD, Cloud, Posterior, Region, fuse
from geo.gazetteer import Gazetteer
from geo.geodesy import LocalFrame
from geo.likelihood import Piece, spread_of
from geo.modes import Peak, climb, peaks
from geo.outline import coordinates, outline, representatives
from geo.readings import Setting, read
from geo.shapes import Position

_SHOWN_MODES = 8
_LEAST_MODE = 0.01


def locate(
    evidence: Sequence[Evidence],
    *,
    gazetteer: Gazetteer | None,
    bounds: BaseGeometry,
    now: datetime,
    moving: bool = False,
) -> LocationEstimate:
    """Combine everything that says where somebody is.

    `bounds` is the service region in WGS-84: strays may be anywhere in it. `now` ages evidence about a
    handset; `moving` says that the caller is in a vehicle. Evidence that cannot be read is named in `unused`.
    Raises GeoError "region-empty", and nothing because of what the evidence says.
    """
    if bounds.is_empty or bounds.area == 0.0:
        raise GeoError("region-empty")
    frame = LocalFrame.around(bounds)
    setting = Setting(frame, gazetteer, Position(frame.lon, frame.lat), now, moving)
    named = _named(evidence)
    pieces, unused = _read_all(named, setting)
    if not pieces:
        return no_location(unused, TRANSFORM_VERSION)

    confirmed = _confirmation(named, pieces, now)
    deciding = [confirmed] if confirmed else _one_per_family(pieces)
    unused |= {piece.id: "counted-once" for piece in _repeats(pieces, deciding)}
    decides = [piece in deciding for piece in pieces]
    region, seed = _region(bounds, frame), _seed(evidence)
    posterior, cloud, doubts = fuse(pieces, decides, region, seed)
    conflicts = find_conflicts(pieces, doubts, named, setting)
    suspects = {conflict.datum_suspected for conflict in conflicts}
    if not confirmed and any(piece.id in suspects for piece in deciding):
        pieces = [
            read(named[piece.id], piece.id, setting, datum_in_doubt=True) if piece.id in suspects else piece
            for piece in pieces
        ]
        posterior, cloud, _ = fuse(pieces, decides, region, seed)

    hills = peaks(posterior, cloud)
    x, y = _top_of(hills[0], posterior)
    if confirmed:
        [(x, y, _)] = confirmed.parts[0].spots()
    ground = outline(posterior, cloud, hills)
    best = _degrees(frame, x, y)
    return LocationEstimate(
        best=best,
        area95=coordinates(ground, frame),
        area_m2=float(f"{ground.area:.3g}"),
        radius95_m=_radius95(cloud, x, y),
        modes=_modes(hills, (x, y), posterior, pieces, region, frame),
        conflicts=conflicts,
        contributions=_contributions(posterior, pieces, x, y),
        unused=unused,
        samples=representatives(cloud, frame),
        confirmed=confirmed is not None,
        inside=bool(shapely.intersects_xy(bounds, *best)),
        transform_version=TRANSFORM_VERSION,
    )


def _named(evidence: Sequence[Evidence]) -> dict[str, Evidence]:
    """Evidence by id; what came without one, or with one already taken, is named by its place in the list."""
    named: dict[str, Evidence] = {}
    for number, piece in enumerate(evidence, start=1):
        name = piece.id or f"#{number}"
        while name in named:
            name += f"#{number}"
        named[name] = piece
    return named


def _read_all(named: Mapping[str, Evidence], setting: Setting) -> tuple[list[Piece], dict[str, str]]:
    pieces, unused = [], {}
    for name, evidence in named.items():
        try:
            pieces.append(read(evidence, name, setting))
        except GeoError as refusal:
            unused[name] = refusal.code
    return pieces, unused


def _confirmation(named: Mapping[str, Evidence], pieces: Sequence[Piece], now: datetime) -> Piece | None:
    """The last point that a dispatcher set; nothing replaces it but another one."""
    set_by_hand = [piece for piece in pieces if is_confirmation(named[piece.id])]
    return max(reversed(set_by_hand), key=lambda piece: named[piece.id].received_at or now, default=None)


def _one_per_family(pieces: Sequence[Piece]) -> list[Piece]:
    """The sharpest piece of each family, age included: related errors must not count twice."""
    sharpest: dict[str, Piece] = {}
    for piece in pieces:
        known = sharpest.get(piece.family)
        if known is None or piece.spread_m < known.spread_m:
            sharpest[piece.family] = piece
    return list(sharpest.values())


def _repeats(pieces: Sequence[Piece], deciding: Sequence[Piece]) -> list[Piece]:
    families = {piece.family for piece in deciding}
    return [piece for piece in pieces if piece.family in families and piece not in deciding]


def _region(bounds: BaseGeometry, frame: LocalFrame) -> Region:
    ground = frame.flatten(bounds)
    west, south, east, north = ground.bounds
    return Region(west, south, east, north)


def _seed(evidence: Sequence[Evidence]) -> int:
    return int.from_bytes(
        blake2b(msgspec.json.encode(list(evidence), enc_hook=float), digest_size=8).digest()
    )


def _top_of(hill: Peak, posterior: Posterior) -> tuple[float, float]:
    nearest = min(spread_of(piece.part_at(hill.x_m, hill.y_m)) for piece in posterior.pieces)
    return climb(posterior, hill.x_m, hill.y_m, nearest / 4)


def _radius95(cloud: Cloud, x_m: float, y_m: float) -> float:
    away = np.hypot(cloud.x_m - x_m, cloud.y_m - y_m)
    order = np.argsort(away)
    last = min(int(np.searchsorted(np.cumsum(cloud.weight[order]), HELD)), len(order) - 1)
    return round(float(away[order[last]]), 1)


def _modes(
    hills: Sequence[Peak],
    best: tuple[float, float],
    posterior: Posterior,
    pieces: Sequence[Piece],
    region: Region,
    frame: LocalFrame,
) -> tuple[Mode, ...]:
    shown = []
    for rank, hill in enumerate(hills[:_SHOWN_MODES]):
        x, y = best if rank == 0 else (hill.x_m, hill.y_m)
        if rank == 0 or hill.probability >= _LEAST_MODE:
            agreeing = [piece for piece in pieces if _trust(piece, x, y, region.stray_density) > 0.5]
            labels = (piece.part_at(x, y).label for piece in agreeing)
            label = next((label for label in labels if label), "")
            sources = tuple(piece.id for piece in agreeing)
            shown.append(Mode(*_degrees(frame, x, y), round(hill.probability, 4), label, sources))
    return tuple(shown)


def _contributions(posterior: Posterior, pieces: Sequence[Piece], x_m: float, y_m: float) -> dict[str, float]:
    """Share of each piece in the best place: its precision there, times the trust that it is no stray."""
    pull = {
        piece.id: _trust(piece, x_m, y_m, posterior.stray_density) / spread_of(piece.part_at(x_m, y_m)) ** 2
        for piece in posterior.pieces
    }
    total = sum(pull.values())
    return {piece.id: round(pull.get(piece.id, 0.0) / total, 4) if total else 0.0 for piece in pieces}


def _trust(piece: Piece, x_m: float, y_m: float, stray_density: float) -> float:
    """Probability that a piece is right, if the caller is at this place."""
    core = float(piece.core(np.array([x_m]), np.array([y_m]))[0])
    return core / (core + piece.stray * stray_density)


def _degrees(frame: LocalFrame, x_m: float, y_m: float) -> tuple[float, float]:
    lon, lat = frame.to_degrees(x_m, y_m)
    return round(float(lon), 6), round(float(lat), 6)
