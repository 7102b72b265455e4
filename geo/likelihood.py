"""What one piece of evidence says about every place: a density over a flat metric frame.

A piece is a mixture of parts (each a normal law, a soft arc band or a patch of ground) plus a stray share
that may be anywhere in the region. Every part knows a few round spots that cover it: samples are drawn there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from typing import NamedTuple, Protocol

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.geodesy import Floats


class Spot(NamedTuple):
    """A round patch in the metric frame, for proposals: centre and standard deviation per axis."""

    x_m: float
    y_m: float
    sigma_m: float


class Part(Protocol):
    """One reading of a piece of evidence: "the village as said", "the pin if it was GCJ-02"."""

    @property
    def weight(self) -> float:
        """Probability of this reading within its piece."""
        ...

    @property
    def label(self) -> str:
        """The name of the place, when the evidence was a name."""
        ...

    def density(self, x_m: Floats, y_m: Floats) -> Floats:
        """Probability per square metre, integrating to 1."""
        ...

    def spots(self) -> Sequence[Spot]:
        """Round patches which together cover the part."""
        ...


@dataclass(frozen=True, slots=True)
class Normal:
    """A round normal law."""

    weight: float
    x_m: float
    y_m: float
    sigma_m: float
    label: str = ""

    def density(self, x_m: Floats, y_m: Floats) -> Floats:
        scale = -0.5 / self.sigma_m**2
        square: Floats = (x_m - self.x_m) ** 2 + (y_m - self.y_m) ** 2
        result: Floats = np.exp(scale * square) * (-scale / pi)
        return result

    def spots(self) -> Sequence[Spot]:
        return [Spot(self.x_m, self.y_m, self.sigma_m)]


@dataclass(frozen=True, slots=True)
class Oblong:
    """A normal law with two spreads; the longer axis points `azimuth_deg` clockwise from north."""

    weight: float
    x_m: float
    y_m: float
    along_m: float
    across_m: float
    azimuth_deg: float
    label: str = ""

    def density(self, x_m: Floats, y_m: Floats) -> Floats:
        east, north = sin(radians(self.azimuth_deg)), cos(radians(self.azimuth_deg))
        dx, dy = x_m - self.x_m, y_m - self.y_m
        along, across = (dx * east + dy * north) / self.along_m, (dx * north - dy * east) / self.across_m
        result: Floats = np.exp(-0.5 * (along**2 + across**2)) / (2 * pi * self.along_m * self.across_m)
        return result

    def spots(self) -> Sequence[Spot]:
        east, north = sin(radians(self.azimuth_deg)), cos(radians(self.azimuth_deg))
        count = min(9, 2 * round(self.along_m / self.across_m / 2) + 1)
        steps = np.linspace(-1.5, 1.5, count) * self.along_m if count > 1 else [0.0]
        sigma = max(self.across_m, self.along_m / count)
        return [Spot(self.x_m + s * east, self.y_m + s * north, sigma) for s in steps]


@dataclass(frozen=True, slots=True)
class Band:
    """An arc band with soft edges, as a cell with timing advance gives; a full round with no hole is a disc.

    Even inside, falling off outside with `edge_m` along the radius and 0.15 rad along the arc.
    """

    weight: float
    x_m: float
    y_m: float
    inner_m: float
    outer_m: float
    bore_deg: float
    opening_deg: float
    edge_m: float
    label: str = ""

    _EDGE_RAD = 0.15

    def density(self, x_m: Floats, y_m: Floats) -> Floats:
        dx, dy = x_m - self.x_m, y_m - self.y_m
        fall = self._radial(np.hypot(dx, dy))
        if self.opening_deg < 360:
            turn = np.arctan2(dx, dy) - radians(self.bore_deg)
            turn = np.abs((turn + pi) % (2 * pi) - pi)
            fall = fall * self._angular(turn)
        result: Floats = fall / self._mass()
        return result

    def _radial(self, r: Floats) -> Floats:
        outside = np.maximum(0.0, np.maximum(self.inner_m - r, r - self.outer_m))
        result: Floats = np.exp(-0.5 * (outside / self.edge_m) ** 2)
        return result

    def _angular(self, turn: Floats) -> Floats:
        outside = np.maximum(0.0, turn - radians(self.opening_deg) / 2)
        result: Floats = np.exp(-0.5 * (outside / self._EDGE_RAD) ** 2)
        return result

    def _mass(self) -> float:
        """The integral of the soft band over the plane, by the trapezoid rule."""
        r = np.linspace(max(0.0, self.inner_m - 5 * self.edge_m), self.outer_m + 5 * self.edge_m, 400)
        radial = float(np.trapezoid(self._radial(r) * r, r))
        if self.opening_deg >= 360:
            return 2 * pi * radial
        turn = np.linspace(0.0, pi, 400)
        return 2 * float(np.trapezoid(self._angular(turn), turn)) * radial

    def spots(self) -> Sequence[Spot]:
        middle, depth = (self.inner_m + self.outer_m) / 2, self.outer_m - self.inner_m
        if self.inner_m == 0.0 and self.opening_deg >= 360:
            return [Spot(self.x_m, self.y_m, self.outer_m / 1.5)]
        arc = middle * radians(self.opening_deg)
        count = int(min(16, max(3, round(arc / max(depth, self.edge_m)) + 1)))
        sigma = max(self.edge_m, depth / 2, arc / count / 1.5)
        half = self.opening_deg / 2
        turns = [radians(self.bore_deg + half * (2 * (k + 0.5) / count - 1)) for k in range(count)]
        return [Spot(self.x_m + middle * sin(t), self.y_m + middle * cos(t), sigma) for t in turns]


@dataclass(frozen=True, slots=True)
class Patch:
    """Even probability over a polygon of the metric frame."""

    weight: float
    ground: BaseGeometry
    label: str = ""

    def density(self, x_m: Floats, y_m: Floats) -> Floats:
        inside: Floats = shapely.contains_xy(self.ground, x_m, y_m) / self.ground.area
        return inside

    def spots(self) -> Sequence[Spot]:
        """A coarse net over the polygon's box, thinned to what lies inside."""
        west, south, east, north = self.ground.bounds
        step = max(east - west, north - south) / 4
        columns, rows = np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
        net = [(float(x), float(y)) for x in columns for y in rows]
        inside = [p for p in net if shapely.intersects_xy(self.ground, *p)]
        middle = self.ground.representative_point()
        return [Spot(x, y, step / 1.5) for x, y in [*inside, (middle.x, middle.y)]]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as a likelihood: its parts, whose weights with `stray` sum to 1.

    `family` is shared by pieces that depend on one another: only one of them may decide.
    """

    id: str
    parts: tuple[Part, ...]
    stray: float
    family: str

    def core(self, x_m: Floats, y_m: Floats) -> Floats:
        """Density of "the evidence is right", without the stray share."""
        total = np.zeros_like(x_m)
        # Names bring dozens of normal laws: one broadcast for all of them costs a third of a loop.
        normals = [p for p in self.parts if isinstance(p, Normal)]
        if normals:
            weight, x, y, sigma = np.array([(p.weight, p.x_m, p.y_m, p.sigma_m) for p in normals]).T
            scale = 0.5 / sigma**2
            square = (x_m - x[:, None]) ** 2 + (y_m - y[:, None]) ** 2
            total += (weight * scale / pi) @ np.exp(-scale[:, None] * square)
        for part in self.parts:
            if not isinstance(part, Normal):
                total += part.weight * part.density(x_m, y_m)
        return total

    @property
    def spread_m(self) -> float:
        """Root-mean-square distance from the middle of the likeliest part, per axis."""
        return spread_of(max(self.parts, key=lambda part: part.weight))

    def part_at(self, x_m: float, y_m: float) -> Part:
        """The reading that best explains a place."""
        x, y = np.array([x_m]), np.array([y_m])
        return max(self.parts, key=lambda part: part.weight * float(part.density(x, y)[0]))


def spread_of(part: Part) -> float:
    """Root-mean-square distance of a part's spots from their middle, per axis, in metres."""
    spots = np.array(part.spots())
    return sqrt(float(spots[:, :2].var(axis=0).mean() + (spots[:, 2] ** 2).mean()))


def distance_between(first: Piece, second: Piece) -> float:
    """Metres between the closest readings of two pieces."""
    a = np.array([spot[:2] for part in first.parts for spot in part.spots()])
    b = np.array([spot[:2] for part in second.parts for spot in part.spots()])
    apart = a[:, None, :] - b[None, :, :]
    return float(np.hypot(apart[..., 0], apart[..., 1]).min())
