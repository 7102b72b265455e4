"""A unit that can come, with all that its place in a ranking depends on; between `choose` and `explain`."""

import math

from msgspec import Struct

from dispatch.need import Drive, FleetUnit
from dispatch.ranking import EtaParts
from ledger.kinds.words import Capability


class Runner(Struct, frozen=True):
    """`worst_s` is the worst arrival in seconds from now, None when part of the place has no road."""

    unit: FleetUnit
    drive: Drive
    parts: EtaParts
    worst_s: float | None
    missing: tuple[Capability, ...]
    ask_first: bool

    @property
    def eta_s(self) -> float:
        return self.parts.total_s

    @property
    def arrival(self) -> tuple[float, float, str, str]:
        """What runners are sorted by; an unbounded worst case is the worst, the id parts equal call signs."""
        worst_s = math.inf if self.worst_s is None else self.worst_s
        return self.eta_s, worst_s, self.unit.call_sign, self.unit.id
