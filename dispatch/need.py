"""What a choice of unit is made from: one incident's need, the fleet at this moment, the drives to the place.

Whoever fills these (the desk, the simulator) first asks `start_point` from where each unit's drive counts.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ledger.kinds.words import Capability, CrewRole, Priority, UnitKind
from ledger.reasons import Reason

Seconds = Annotated[float, Meta(ge=0)]
Metres = Annotated[float, Meta(ge=0)]

# From here on a position is said to be old; a vehicle on the road has moved to another district of the town.
OLD_POSITION_S = 120
# From here on it is not used at all. Resgrid drops such units; but what may be the nearest should not vanish:
# it is counted from its station instead, and listed after every unit whose place is known.
STALE_POSITION_S = 1800


class Need(Struct, frozen=True):
    """What one incident asks for; `area_code` is the service area of its place (GB/T 2260), if known."""

    priority: Priority
    capabilities: tuple[Capability, ...] = ()
    area_code: str | None = None


class FleetUnit(Struct, frozen=True, kw_only=True):
    """One unit as it stands now; `reasons` say why it is not simply available, in the words of `units`.

    `ready_s` is the time until it could roll (the rest of a handover), `turnout_s` from order to wheels
    (0 when already on the road), `position_age_s` the age of the last fix, None when there never was one.
    """

    id: str
    call_sign: str
    kind: UnitKind
    station_id: str
    organisation_id: str
    capabilities: tuple[Capability, ...] = ()
    availability: Literal["available", "conditional", "unavailable"] = "available"
    reasons: tuple[Reason, ...] = ()
    ready_s: Seconds = 0.0
    turnout_s: Seconds = 0.0
    position_age_s: Seconds | None = None
    at_station: bool = False
    missing_crew: tuple[CrewRole, ...] = ()
    area_code: str | None = None


class Drive(Struct, frozen=True):
    """The drive: `expected_s` to the likeliest point of the place, `worst_s` to the farthest in its area.

    Both None: no road leads there. `worst_s` alone None: part of the area cannot be reached.
    """

    expected_s: Seconds | None = None
    worst_s: Seconds | None = None
    length_m: Metres | None = None


def start_point(unit: FleetUnit) -> Literal["position", "station"]:
    """From where the drive of this unit must be counted.

    A unit that stands at its station is there, however old its fix. Any other counts from its last position
    until that is older than STALE_POSITION_S; then, or without a fix, from its station, the best guess left.
    """
    if unit.at_station or unit.position_age_s is None or unit.position_age_s > STALE_POSITION_S:
        return "station"
    return "position"


def place_is_guessed(unit: FleetUnit) -> bool:
    """True when the drive starts at the station only because nobody knows where the unit is."""
    return not unit.at_station and start_point(unit) == "station"
