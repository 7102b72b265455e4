"""Vehicle positions: the newest fix of each unit, how old it is, and whether the device only repeats itself.

The board is kept in memory for ranking and for the live map, and written to the database in batches, so that a
restart begins with what was known. A position is never an entry: it is volatile, and after the shift it is not kept.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct
from shapely import Point
from sqlalchemy import Connection, select

from dispatch.tables import position
from geo.roads.plane import distance_m
from geo.shapes import Position
from ledger.storage import spatial
from ledger.storage.insert import upsert

FROZEN_AFTER = timedelta(seconds=120)
"""A moving vehicle that reports the very same degrees for this long has a dead receiver (traccar#3292)."""

FROZEN_SPEED_KMH = 10.0
MOVED_M = 5.0
AHEAD = timedelta(minutes=10)
"""A fix from further in the future than this has a wrong clock and does not move the unit."""


class VehiclePosition(Struct, frozen=True, kw_only=True):
    """One fix, WGS-84. `moved_at` is when the vehicle was last seen at another place."""

    unit_id: UUID
    lon: float
    lat: float
    fixed_at: datetime
    received_at: datetime
    moved_at: datetime
    source: str
    speed_kmh: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None

    @property
    def place(self) -> Position:
        return Position(self.lon, self.lat)

    def age_s(self, now: datetime) -> float:
        """Seconds since the fix; a little clock skew counts as now."""
        return max(0.0, (now - self.fixed_at).total_seconds())

    @property
    def frozen(self) -> bool:
        """Whether the device claims speed and yet stays where it is."""
        return (self.speed_kmh or 0.0) > FROZEN_SPEED_KMH and self.fixed_at - self.moved_at > FROZEN_AFTER


class PositionBoard:
    """The newest position of every unit."""

    def __init__(self) -> None:
        self._newest: dict[UUID, VehiclePosition] = {}
        self._anchors: dict[UUID, Position] = {}
        self._unsaved: set[UUID] = set()

    def load(self, positions: Iterable[VehiclePosition]) -> None:
        """Begin with what the database knows."""
        self._newest.update({found.unit_id: found for found in positions})

    def find(self, unit_id: UUID) -> VehiclePosition | None:
        """Where the unit was last, if it ever said so."""
        return self._newest.get(unit_id)

    def take(self, fixes: Sequence[VehiclePosition]) -> list[VehiclePosition]:
        """Take fixes in any order; returns the newest of each unit that moved the board on.

        A clock that is a little ahead counts as now: it must not hold back the honest fixes that follow.
        """
        news: dict[UUID, VehiclePosition] = {}
        for fix in sorted(fixes, key=lambda found: found.fixed_at):
            if fix.fixed_at > fix.received_at + AHEAD:
                continue
            at = min(fix.fixed_at, fix.received_at)
            known = self._newest.get(fix.unit_id)
            if known is not None and known.fixed_at >= at:
                continue
            moved_at = self._moved_at(fix, known, at)
            taken = msgspec.structs.replace(fix, fixed_at=at, moved_at=moved_at)
            self._newest[fix.unit_id] = news[fix.unit_id] = taken
        self._unsaved |= news.keys()
        return list(news.values())

    def _moved_at(self, fix: VehiclePosition, known: VehiclePosition | None, at: datetime) -> datetime:
        """Since when the unit stands near one place. Compared with where it began to stand, not with the last fix:
        a slow vehicle that reports each second moves little between two fixes, and far from there.
        """
        anchor = self._anchors.get(fix.unit_id) or (known.place if known is not None else None)
        if known is None or anchor is None or distance_m(anchor, fix.place) >= MOVED_M:
            self._anchors[fix.unit_id] = fix.place
            return at
        return known.moved_at

    def unsaved(self) -> list[VehiclePosition]:
        """Positions that the database does not have yet; they count as saved from now on."""
        found = [self._newest[unit_id] for unit_id in self._unsaved]
        self._unsaved.clear()
        return found

    def keep(self, positions: Iterable[VehiclePosition]) -> None:
        """Saving these failed: they are unsaved again."""
        self._unsaved |= {found.unit_id for found in positions}


def save(connection: Connection, positions: Sequence[VehiclePosition]) -> None:
    """Write a batch in one statement; each unit stands in it once."""
    rows = [
        {
            "unit_id": found.unit_id,
            "place": spatial.put(Point(found.lon, found.lat)),
            "fixed_at": found.fixed_at,
            "received_at": found.received_at,
            "moved_at": found.moved_at,
            "speed_kmh": found.speed_kmh,
            "heading_deg": found.heading_deg,
            "accuracy_m": found.accuracy_m,
            "source": found.source,
        }
        for found in positions
    ]
    upsert(connection, position, rows, ("unit_id",))


def load(connection: Connection) -> list[VehiclePosition]:
    """What the database knows of every unit."""
    found = []
    for row in connection.execute(select(position)):
        place = spatial.get(row.place)
        assert isinstance(place, Point)
        found.append(
            VehiclePosition(
                unit_id=row.unit_id,
                lon=place.x,
                lat=place.y,
                fixed_at=row.fixed_at,
                received_at=row.received_at,
                moved_at=row.moved_at,
                source=row.source,
                speed_kmh=row.speed_kmh,
                heading_deg=row.heading_deg,
                accuracy_m=row.accuracy_m,
            )
        )
    return found
