"""How a pretend hospital behaves: for each mood what it does, and how long it takes (pure)."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Mood(StrEnum):
    """What sort of day the hospital has."""

    PROMPT = "prompt"
    SLOW = "slow"
    SILENT = "silent"
    STRAINED = "strained"
    DECLINES_LATE = "declines-late"
    DOWN = "down"


class Wait(Struct, frozen=True):
    """A length of time between two bounds, in seconds; or a share, from 0 to 1, of the time that is left."""

    low: float
    high: float
    of_what_is_left: bool = False

    def at(self, roll: float, left_s: float = 0.0) -> float:
        """Seconds to wait; `roll` from 0 to 1 is chance, `left_s` how long there is until an answer is due."""
        drawn = self.low + (self.high - self.low) * roll
        return max(drawn * left_s, 0.0) if self.of_what_is_left else drawn


class Manner(Struct, frozen=True, kw_only=True):
    """What a mood means. A wait of None: it never does that.

    `hears` is the acknowledgement of a notice, `takes` that of an offer, `answers` its acceptance or refusal, `signs`
    the handover after the arrival, `tells` the outcome, `visits` a follow-up. `strain` and `refusal` are the codes that
    it gives instead of a yes. `services` is what it says of its capacity: state and free beds.
    """

    hears: Wait | None = None
    takes: Wait | None = None
    answers: Wait | None = None
    signs: Wait | None = None
    tells: Wait | None = None
    visits: Wait | None = None
    strain: str | None = None
    refusal: str | None = None
    refers_down: bool = False
    services: Mapping[str, tuple[str, int]] = {}
    takes_webhooks: bool = True


OPEN: Mapping[str, tuple[str, int]] = {"emergency": ("open", 6), "icu": ("open", 2), "general": ("open", 40)}
FULL: Mapping[str, tuple[str, int]] = {
    "emergency": ("limited", 1),
    "icu": ("closed", 0),
    "general": ("limited", 2),
}

PROMPT = Manner(
    hears=Wait(5, 20),
    takes=Wait(3, 10),
    answers=Wait(15, 45),
    signs=Wait(30, 120),
    tells=Wait(60, 240),
    visits=Wait(120, 600),
    refers_down=True,
    services=OPEN,
)

MANNERS: Mapping[Mood, Manner] = {
    Mood.PROMPT: PROMPT,
    Mood.SLOW: Manner(
        hears=Wait(45, 90),
        takes=Wait(0.5, 0.7, of_what_is_left=True),
        answers=Wait(0.6, 0.95, of_what_is_left=True),
        signs=Wait(600, 1_500),
        tells=Wait(1_800, 3_600),
        services=OPEN,
    ),
    Mood.SILENT: Manner(services=OPEN),
    Mood.STRAINED: Manner(
        hears=Wait(5, 25),
        takes=Wait(3, 10),
        answers=Wait(10, 40),
        signs=Wait(300, 1_200),
        tells=Wait(600, 1_800),
        strain="emergency-room-full",
        refusal="no-bed",
        services=FULL,
    ),
    Mood.DECLINES_LATE: Manner(
        hears=Wait(5, 20),
        takes=Wait(3, 10),
        answers=Wait(0.85, 0.95, of_what_is_left=True),
        signs=Wait(60, 180),
        tells=Wait(120, 600),
        refusal="no-specialist",
        services=OPEN,
    ),
    Mood.DOWN: Manner(takes_webhooks=False),
}
