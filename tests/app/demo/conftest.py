"""The prefecture once in full and once small, each generated a single time for all tests."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from app.demo.prefecture import generate
from app.demo.prefecture.draft import Draft
from app.demo.prefecture.generate import draw_prefecture
from app.demo.seed import PrefectureSeed

SMALL = 0.08
SMALL_SEED = 7


@dataclass(frozen=True)
class Generated:
    """A generated folder, what `generate` returned, and the stages it reported."""

    directory: Path
    prefecture: PrefectureSeed
    stages: list[tuple[str, int, int]]


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> Generated:
    """The whole demo prefecture on disk."""
    directory = tmp_path_factory.mktemp("prefecture")
    stages: list[tuple[str, int, int]] = []
    prefecture = generate(directory, progress=lambda *stage: stages.append(stage))
    return Generated(directory, prefecture, stages)


@pytest.fixture(scope="session")
def small() -> tuple[Draft, PrefectureSeed]:
    """A thinned prefecture in memory."""
    return draw_prefecture(SMALL_SEED, SMALL)
