"""Is the 95 % area honest? Synthetic calls whose errors follow other laws than those the likelihoods assume.

Errors here are Student-t (heavier tails), strays lie 1 to 15 km off instead of anywhere, cells report a wrong
sector now and then: none of it is what `geo.sources` supposes.
"""

from datetime import UTC, datetime

import numpy as np
import pytest
import shapely

from geo.datum import Datum, from_wgs84
from geo.evidence import Evidence, EvidenceSource, PointEvidence, SectorEvidence, SpokenPlace
from geo.gazetteer import Gazetteer
from geo.geodesy import LocalFrame, bearing_deg, distance_m
from geo.locate import locate
from geo.places import NamedPlace
from geo.shapes import Position

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
REGION = shapely.box(110.6, 23.0, 111.6, 24.0)
CALLS = 300


def shifted(place: Position, east_m: float, north_m: float) -> Position:
    return Position(*LocalFrame.at(place).to_degrees(float(east_m), float(north_m)))


def wrong_by_km(rng: np.random.Generator, place: Position) -> Position:
    turn, away = rng.uniform(0, 2 * np.pi), rng.uniform(1000, 15_000)
    return shifted(place, away * np.sin(turn), away * np.cos(turn))


class World:
    """Forty villages with two-syllable names, and callers who live around them."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        first, second = "东南西北上下大小", "桥山河田坪"
        names = [a + b + "村" for a in first for b in second]
        spots = self.rng.uniform((110.65, 23.05), (111.55, 23.95), (len(names), 2))
        self.villages = [
            NamedPlace(name, name, (), "village", Position(*map(float, spot)), 1000.0, ())
            for name, spot in zip(names, spots, strict=True)
        ]
        self.gazetteer = Gazetteer.build(self.villages, [])

    def call(self) -> tuple[Position, list[Evidence], list[tuple[float, Position]]]:
        """Truth, evidence, and the stated (radius, centre) of each piece for the best-single rule."""
        rng = self.rng
        while True:
            village = self.villages[rng.integers(len(self.villages))]
            truth = shifted(village.position, *rng.normal(0, 420, 2))
            evidence: list[Evidence] = []
            stated: list[tuple[float, Position]] = []
            if rng.random() < 0.9:
                sector, radius, centre = self.cell(truth)
                evidence.append(sector)
                stated.append((radius, centre))
            if rng.random() < 0.6:
                r68 = float(rng.choice([12, 25, 60, 400]))
                scale = r68 / 1.51 * (3 if rng.random() < 0.1 else 1) * 0.85
                at = shifted(truth, *(rng.standard_t(4, 2) * scale))
                at = wrong_by_km(rng, truth) if rng.random() < 0.05 else at
                evidence.append(self.point(EvidenceSource.AML, at, Datum.WGS84, r68))
                stated.append((r68, at))
            if rng.random() < 0.35:
                at = shifted(truth, *(rng.standard_t(4, 2) * 12))
                said = Position(*from_wgs84(at, Datum.GCJ02))
                wrong = rng.random() < 0.08
                datum = Datum.WGS84 if wrong else Datum.GCJ02
                evidence.append(self.point(EvidenceSource.SHARED_PIN, said, datum, None))
                stated.append((23.0, said if wrong else at))
            if rng.random() < 0.7:
                named = village
                if rng.random() < 0.1:
                    named = self.villages[rng.integers(len(self.villages))]
                evidence.append(SpokenPlace(source=EvidenceSource.SPOKEN, received_at=NOW, words=named.name))
                stated.append((1000.0, named.position))
            if evidence:
                return truth, evidence, stated

    def point(
        self, source: EvidenceSource, at: Position, datum: Datum, radius_m: float | None
    ) -> PointEvidence:
        return PointEvidence(
            source=source, received_at=NOW, lon=at.lon, lat=at.lat, datum=datum, radius_m=radius_m
        )

    def cell(self, truth: Position) -> tuple[SectorEvidence, float, Position]:
        rng = self.rng
        turn, away = rng.uniform(0, 2 * np.pi), rng.gamma(3, 600) + 100
        antenna = shifted(truth, -away * np.sin(turn), -away * np.cos(turn))
        step = 78.1
        advance = int(max(0.0, distance_m(antenna, truth) + rng.normal(40, 70)) / step)
        bore = bearing_deg(antenna, truth) + rng.uniform(-60, 60) + (180 if rng.random() < 0.03 else 0)
        inner, outer = max(0.0, (advance - 1) * step), (advance + 1) * step + 100
        sector = SectorEvidence(
            source=EvidenceSource.CELL, received_at=NOW, lon=antenna.lon, lat=antenna.lat, datum=Datum.WGS84,
            inner_m=inner, outer_m=outer, start_deg=(bore - 60) % 360, opening_deg=120,
        )  # fmt: skip
        middle = (inner + outer) / 2
        centre = shifted(antenna, middle * np.sin(np.radians(bore)), middle * np.cos(np.radians(bore)))
        return sector, max(outer, 300.0), centre


@pytest.mark.parametrize("seed", [11])
def test_the_area_is_calibrated_and_better_than_the_best_single(seed: int) -> None:
    world = World(seed)
    covered, ours, single = 0, [], []
    for _ in range(CALLS):
        truth, evidence, stated = world.call()
        result = locate(evidence, gazetteer=world.gazetteer, bounds=REGION, now=NOW)
        assert result.best is not None
        covered += any(
            shapely.intersects_xy(shapely.Polygon(outer, holes), truth.lon, truth.lat)
            for outer, *holes in result.area95
        )
        ours.append(distance_m(Position(*result.best), truth))
        single.append(distance_m(min(stated, key=lambda s: s[0])[1], truth))
    assert 0.90 <= covered / CALLS <= 0.99
    assert np.percentile(ours, 80) < 0.8 * np.percentile(single, 80)
    assert np.percentile(ours, 50) < 1.1 * np.percentile(single, 50)
