"""Several likelihoods multiplied by importance sampling: weights, 95 % level, conflicts.

A plain product of normal laws is worse than the best single piece of evidence, since one wrong piece drags
the answer to a place that nobody named. The stray share in every piece prevents that: a product of mixtures
keeps several places alive and says how likely each is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi

import numpy as np

from geo.geodesy import Floats
from geo.likelihood import Piece, Spot

SAMPLES = 6000
HELD = 0.95
_REGION_SHARE = 0.03
"""Samples drawn evenly over the region, so that no part of it has probability zero by accident."""


@dataclass(frozen=True, slots=True)
class Region:
    """The service region's box in the metric frame. Strays lie anywhere in it: what is drawn and what is weighed must
    be the same ground, or a stray share of 4 % takes more than the 5 % that the area may leave out.
    """

    west_m: float
    south_m: float
    east_m: float
    north_m: float

    @property
    def stray_density(self) -> float:
        return 1.0 / self.box_m2

    @property
    def box_m2(self) -> float:
        return (self.east_m - self.west_m) * (self.north_m - self.south_m)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the deciding pieces say together; callable as the log of their product."""

    pieces: tuple[Piece, ...]
    stray_density: float

    def __call__(self, x_m: Floats, y_m: Floats) -> Floats:
        return self.product([piece.core(x_m, y_m) for piece in self.pieces], len(x_m))

    def product(self, cores: Sequence[Floats], count: int) -> Floats:
        total = np.zeros(count)
        for piece, core in zip(self.pieces, cores, strict=True):
            total += np.log(core + piece.stray * self.stray_density)
        return total


@dataclass(frozen=True, slots=True)
class Cloud:
    """Samples in the metric frame with their posterior weight (summing to 1) and log likelihood.

    `level` is the log likelihood above which 95 % of the probability lies (highest-density region).
    """

    x_m: Floats
    y_m: Floats
    weight: Floats
    log_l: Floats
    level: float


def fuse(
    pieces: Sequence[Piece], deciding: Sequence[bool], region: Region, seed: int
) -> tuple[Posterior, Cloud, Floats]:
    """The posterior of the deciding pieces, its samples, and the conflict probability of every pair."""
    spots = np.array([spot for piece in pieces for spot in _proposals(piece)])
    x, y, q = _draw(spots, region, np.random.default_rng(seed))
    cores = np.array([piece.core(x, y) for piece in pieces])
    posterior = Posterior(
        tuple(p for p, decides in zip(pieces, deciding, strict=True) if decides), region.stray_density
    )
    log_l = posterior.product([c for c, decides in zip(cores, deciding, strict=True) if decides], len(x))
    weight = np.exp(log_l - log_l.max()) / q
    weight /= weight.sum()
    order = np.argsort(-log_l, kind="stable")
    last = min(int(np.searchsorted(np.cumsum(weight[order]), HELD)), len(order) - 1)
    cloud = Cloud(x, y, weight, log_l, float(log_l[order[last]]))
    return posterior, cloud, _conflicts(pieces, cores, q, region)


def _proposals(piece: Piece) -> list[tuple[float, float, float, float]]:
    """(x, y, sigma, share) of every spot; square roots keep unlikely readings in the draw."""
    found: list[tuple[Spot, float]] = []
    for part in piece.parts:
        spots = part.spots()
        found += [(spot, (part.weight / len(spots)) ** 0.5) for spot in spots]
    total = sum(share for _, share in found)
    return [(*spot, share / total) for spot, share in found]


def _draw(spots: Floats, region: Region, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Samples from the mixture of all spots and the region's box, and their density under that mixture."""
    share = spots[:, 3] / spots[:, 3].sum() * (1 - _REGION_SHARE)
    counts = np.maximum(1, np.round(share * SAMPLES)).astype(int)
    of = np.repeat(np.arange(len(spots)), counts)
    near = spots[of, :2] + spots[of, 2:3] * rng.standard_normal((len(of), 2))
    # All round the region an incident may lie just outside; nothing draws there but the spots.
    box_count = int(SAMPLES * _REGION_SHARE)
    low, high = (region.west_m, region.south_m), (region.east_m, region.north_m)
    far = rng.uniform(low, high, (box_count, 2))
    x, y = np.concatenate([near, far]).T
    q = np.zeros(len(x))
    for (cx, cy, sigma, _), count in zip(spots, counts, strict=True):
        q += count / (2 * pi * sigma**2) * np.exp(((x - cx) ** 2 + (y - cy) ** 2) * (-0.5 / sigma**2))
    boxed = (x >= low[0]) & (x <= high[0]) & (y >= low[1]) & (y <= high[1])
    q += boxed * (box_count / region.box_m2)
    return x, y, q / len(x)


def _conflicts(pieces: Sequence[Piece], cores: Floats, q: Floats, region: Region) -> Floats:
    """P(not both right) of each pair: what is left of the pair's evidence without "both as stated"."""
    stray = np.array([piece.stray for piece in pieces])
    both = (cores / (q * len(q))) @ cores.T
    first, second = stray[:, None], stray[None, :]
    other = region.stray_density * (first * (1 - second) + second * (1 - first) + first * second)
    result: Floats = other / (both + other)
    return result
