"""What a facility says it can take, and how long that stays true (pure).

A figure of yesterday is worse than none: from `expires_at` on a capacity counts as unknown, and says so.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct


class Service(StrEnum):
    """A part of a facility that can be open, strained or closed by itself."""

    EMERGENCY = "emergency"
    ICU = "icu"
    CARDIOLOGY = "cardiology"
    STROKE = "stroke"
    TRAUMA = "trauma"
    OBSTETRICS = "obstetrics"
    PAEDIATRICS = "paediatrics"
    ISOLATION = "isolation"
    SURGERY = "surgery"
    GENERAL = "general"


ServiceState = Literal["open", "limited", "closed"]

OF_CAPABILITY: dict[str, Service] = {
    "ed": Service.EMERGENCY,
    "icu": Service.ICU,
    "cath-lab": Service.CARDIOLOGY,
    "stroke-centre": Service.STROKE,
    "trauma-centre": Service.TRAUMA,
    "maternal": Service.OBSTETRICS,
    "paediatric": Service.PAEDIATRICS,
    "isolation": Service.ISOLATION,
    "surgery": Service.SURGERY,
}
"""The service whose capacity speaks of a facility's capability."""


class Capacity(Struct, frozen=True, kw_only=True):
    """What a facility said of one service, when, and until when it meant that."""

    service: Service
    level: ServiceState
    observed_at: datetime
    expires_at: datetime
    beds_free: int | None = None

    def is_stale(self, now: datetime) -> bool:
        """Whether nobody vouches for it any more."""
        return now >= self.expires_at

    @property
    def takes_nobody(self) -> bool:
        """It said that it is closed, or that no bed is free."""
        return self.level == "closed" or self.beds_free == 0
