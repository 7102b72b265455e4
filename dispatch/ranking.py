"""The answer to "which unit?": every unit of the fleet once, each with its reasons, ready for the wire."""

from typing import Literal

from msgspec import Struct

from ledger.kinds.words import Capability
from ledger.reasons import Reason


class EtaParts(Struct, frozen=True):
    """What an arrival is made of, in seconds; the drive is the expected one."""

    ready_s: float
    turnout_s: float
    drive_s: float

    @property
    def total_s(self) -> float:
        return self.ready_s + self.turnout_s + self.drive_s


class Candidate(Struct, frozen=True, kw_only=True):
    """A unit that can come; `rank` counts from 1.

    `eta_s` is what it was ranked by, the expected arrival; `eta_worst_s` the arrival at the farthest point of
    an uncertain place, None when part of that area has no road. `ask_first`: a person must agree first.
    `pair_with` names the unit to send along, when this one lacks something that a unit behind it brings.
    """

    unit_id: str
    call_sign: str
    rank: int
    eta_s: float
    eta_expected_s: float
    eta_worst_s: float | None
    parts: EtaParts
    suitability: Literal["full", "partial"]
    missing: tuple[Capability, ...]
    length_m: float | None
    ask_first: bool
    pair_with: str | None
    reasons: tuple[Reason, ...]


class LeftOut(Struct, frozen=True):
    """A unit that cannot come, and everything that stands in its way."""

    unit_id: str
    call_sign: str
    reasons: tuple[Reason, ...]


class Ranking(Struct, frozen=True):
    """`recommended` are the ids to send: none, one, or a first responder and its full partner."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[LeftOut, ...]
    recommended: tuple[str, ...]
