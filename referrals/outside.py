"""What this room asks of others and never looks up by itself: runs with their live ETA, and drives on the roads.

Compose fills these. A run is volatile news: nothing of it is kept here, and nothing here is written with it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import Connection

from geo.shapes import Position
from ledger.kinds.words import Priority


class Run(Protocol):
    """The vehicle that brings a patient, as it is now. `state` is the assignment's own, "" while none was sent.

    `place` is where the unit is, if that is known and fresh; `scene` where the patient was fetched. `complaint` and
    `protocol` are what was told by telephone. `contact_at` is when a crew first met the patient; `carrying` says that
    it has the patient and is at no hospital yet, `fetching` that it was sent and has not met the patient.
    `transported`: it set off with the patient, whatever came of it; `end_code` says why it ended when it did not.
    """

    @property
    def incident_id(self) -> UUID: ...
    @property
    def incident_code(self) -> str: ...
    @property
    def priority(self) -> Priority: ...
    @property
    def complaint(self) -> str: ...
    @property
    def protocol(self) -> str: ...
    @property
    def assignment_id(self) -> UUID | None: ...
    @property
    def unit_id(self) -> UUID | None: ...
    @property
    def call_sign(self) -> str: ...
    @property
    def crew_telephone(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def carrying(self) -> bool: ...
    @property
    def fetching(self) -> bool: ...
    @property
    def transported(self) -> bool: ...
    @property
    def end_code(self) -> str: ...
    @property
    def contact_at(self) -> datetime | None: ...
    @property
    def at_hospital_at(self) -> datetime | None: ...
    @property
    def place(self) -> Position | None: ...
    @property
    def scene(self) -> Position | None: ...


class Eta(Protocol):
    """When a unit will be there; `age_s` is how old the fix is that it was worked out from.

    `estimated`: the unit has not met its patient yet, so that this is the best guess and no more.
    """

    @property
    def at(self) -> datetime: ...
    @property
    def age_s(self) -> float: ...
    @property
    def estimated(self) -> bool: ...


class Runs(Protocol):
    """Runs by the case of their patient."""

    def find(self, connection: Connection, case_ids: Sequence[UUID], now: datetime) -> Mapping[UUID, Run]:
        """The latest run of each case that has one."""
        ...

    def cases_of(self, connection: Connection, assignment_id: UUID) -> Sequence[UUID]:
        """The cases of the patients that this run carries."""
        ...

    def eta(
        self,
        assignment_id: UUID,
        unit_id: UUID,
        priority: Priority,
        target: Position,
        now: datetime,
        *,
        fetch_at: Position | None = None,
    ) -> Eta | None:
        """When a unit will reach `target` with its patient; None when nobody knows where it is.

        `fetch_at`: it has yet to meet the patient there.
        """
        ...


def eta_of(runs: Runs, run: Run, target: Position, now: datetime) -> Eta | None:
    """When the patient of this run will be at `target`; None when no unit is on the way with, or to, the patient."""
    if run.assignment_id is None or run.unit_id is None or not (run.carrying or run.fetching):
        return None
    if run.fetching and run.scene is None:
        return None
    fetch_at = run.scene if run.fetching else None
    return runs.eta(run.assignment_id, run.unit_id, run.priority, target, now, fetch_at=fetch_at)


class Drive(Protocol):
    """Drives on the roads as they are now."""

    def times_s(
        self, start: Position, targets: Sequence[Position], priority: Priority
    ) -> Sequence[float | None]:
        """Seconds to each target, driven as the priority allows; None where no road leads."""
        ...

    def length_m(self, start: Position, target: Position, priority: Priority) -> float | None:
        """Metres of the way itself; None where there is none."""
        ...
