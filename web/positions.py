"""Where the vehicles are, for those who may see them: the latest of each unit only, encoded once for all.

Updates are gathered for a moment and go out as one message. Callers who see the same vehicles share the same bytes;
a slow one gets its waiting message replaced by a fuller one, never a second message (trust.md 4.4: 34 times more
messages than one frame each).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import msgspec
from msgspec import Struct

from ledger.kinds.base import Instant
from ledger.kinds.words import OrganisationKind
from web.caller import Caller


class PositionUpdate(Struct, frozen=True, kw_only=True):
    """Where a unit was `at` a time: WGS-84 degrees, metres, km/h, degrees clockwise from north.

    `organisation_id` operates the unit, `station_id` is its station. `frozen`: the device repeats one fix.
    """

    unit_id: UUID
    organisation_id: UUID
    lon: float
    lat: float
    at: Instant
    error_m: float | None = None
    speed_kmh: float | None = None
    heading_deg: float | None = None
    station_id: UUID | None = None
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class PositionView:
    """Which vehicles somebody sees; two views with the same `key` see the same and share their messages."""

    key: str
    sees: Callable[[PositionUpdate], bool]


def position_view(caller: Caller) -> PositionView:
    """A centre sees every vehicle, a crew its own, a station its own, others those of their organisation."""
    if caller.unit_id is not None:
        own_unit = caller.unit_id
        return PositionView(f"unit {own_unit}", lambda update: update.unit_id == own_unit)
    if caller.station_id is not None:
        own_station = caller.station_id
        return PositionView(f"station {own_station}", lambda update: update.station_id == own_station)
    if caller.organisation_kind is OrganisationKind.CENTRE:
        return PositionView("all", lambda update: True)
    own = caller.organisation_id
    return PositionView(f"organisation {own}", lambda update: update.organisation_id == own)


class Batch:
    """The latest updates of some units, each as JSON; joined into one array when somebody first needs it."""

    def __init__(self, updates: Mapping[UUID, bytes]) -> None:
        self.updates = updates

    @cached_property
    def encoded(self) -> bytes:
        return b"[" + b",".join(self.updates.values()) + b"]"

    def then(self, newer: "Batch") -> "Batch":
        """This one with what `newer` says instead, where it says something."""
        return Batch({**self.updates, **newer.updates})


class Board:
    """The latest update of every unit, and which of them nobody has been told yet."""

    def __init__(self) -> None:
        self._latest: dict[UUID, tuple[PositionUpdate, bytes]] = {}
        self._untold: dict[UUID, PositionUpdate] = {}

    def put(self, updates: Iterable[PositionUpdate]) -> None:
        """Take updates in; one that is older than what is known is dropped."""
        for update in updates:
            known = self._untold.get(update.unit_id) or self._told(update.unit_id)
            if known is None or known.at < update.at:
                self._untold[update.unit_id] = update

    def take(self, views: Iterable[PositionView]) -> dict[str, Batch]:
        """What is new for each view, by its key; from now on it is told."""
        fresh = {unit: (update, msgspec.json.encode(update)) for unit, update in self._untold.items()}
        self._latest |= fresh
        self._untold = {}
        batches = {view.key: _seen(view, fresh) for view in views}
        return {key: batch for key, batch in batches.items() if batch.updates}

    def snapshot(self, view: PositionView) -> Batch | None:
        """All that a view sees and was told; None when it sees nothing."""
        batch = _seen(view, self._latest)
        return batch if batch.updates else None

    def _told(self, unit_id: UUID) -> PositionUpdate | None:
        found = self._latest.get(unit_id)
        return None if found is None else found[0]


def _seen(view: PositionView, updates: Mapping[UUID, tuple[PositionUpdate, bytes]]) -> Batch:
    return Batch({unit: encoded for unit, (update, encoded) in updates.items() if view.sees(update)})
