"""Moods of the demo's hospitals, as hospitals are: most answer, some are slow, full, silent or down."""

from enum import StrEnum


class Mood(StrEnum):
    """How a facility behaves."""

    PROMPT = "prompt"
    SLOW = "slow"
    STRAINED = "strained"
    SILENT = "silent"
    DECLINES_LATE = "declines-late"
    DOWN = "down"


DEALT: tuple[Mood, ...] = (
    Mood.PROMPT,
    Mood.STRAINED,
    Mood.PROMPT,
    Mood.PROMPT,
    Mood.SLOW,
    Mood.PROMPT,
    Mood.SILENT,
    Mood.PROMPT,
    Mood.DECLINES_LATE,
    Mood.PROMPT,
    Mood.DOWN,
    Mood.PROMPT,
)
"""Dealt to the facilities in the order of their codes, again and again."""


def mood_of(number: int) -> Mood:
    """The mood of the facility with this number, from 0."""
    return DEALT[number % len(DEALT)]
