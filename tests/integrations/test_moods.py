"""How the pretend hospital behaves by its mood, and that the same seed gives the same day."""

import pytest

from integrations.pretend_hospital.client import Api
from integrations.pretend_hospital.hospital import Hospital
from integrations.pretend_hospital.moods import MANNERS, Mood, Wait
from integrations.pretend_hospital.opening import DUTIES


def test_every_mood_has_its_manner() -> None:
    assert set(MANNERS) == set(Mood)
    prompt = MANNERS[Mood.PROMPT].hears
    assert prompt is not None
    assert [prompt.at(roll) for roll in (0, 1)] == [5, 20]
    late = MANNERS[Mood.DECLINES_LATE].answers
    assert late is not None
    assert late.at(0, 300) == pytest.approx(255)
    assert late.at(1, 300) < 300
    assert Wait(0.5, 1, of_what_is_left=True).at(1, -5) == 0


def test_the_same_seed_gives_the_same_day() -> None:
    def day(seed: int) -> list[float]:
        found = Hospital(Api("http://127.0.0.1:9", None), DUTIES, seed=seed)
        return [found.roll() for _ in range(20)]

    assert day(1) == day(1) != day(2)
