"""What dispatch tells other rooms of its runs: the unit that brings a patient, its live ETA, drives on the roads.

Compose hands `RunBook` to whoever asks through a Protocol of its own; nobody outside reads these tables.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from dispatch.assignments import TRANSPORTED
from dispatch.desk.context import Desk
from dispatch.desk.ranking import mode_of
from dispatch.desk.way import eta_of
from dispatch.need import STALE_POSITION_S
from dispatch.tables import assignment, case_file, incident, staff, stamp
from geo.errors import OffRoad
from geo.shapes import Position
from ledger.kinds.words import CrewRole, Priority

TELEPHONE_ORDER = (CrewRole.DOCTOR, CrewRole.NURSE, CrewRole.DRIVER)
"""Who of a crew is asked about the patient first."""

CARRYING = frozenset({"PTC", "LDD", "TRN"})
"""States in which a unit is with the patient and not at a hospital yet: its way there has an ETA."""

FETCHING = frozenset({"DSP", "ACK", "ENR", "STG", "ONS"})
"""States in which a unit still has to reach its patient: when it will be at a hospital can only be estimated."""

AGED = timedelta(seconds=STALE_POSITION_S)


class RunNow(Struct, frozen=True, kw_only=True):
    """The run that brings a patient, as it is now; see `referrals.outside.Run` for what each field means."""

    incident_id: UUID
    incident_code: str
    priority: Priority
    complaint: str
    protocol: str
    assignment_id: UUID | None = None
    unit_id: UUID | None = None
    call_sign: str = ""
    crew_telephone: str = ""
    state: str = ""
    carrying: bool = False
    fetching: bool = False
    transported: bool = False
    end_code: str = ""
    contact_at: datetime | None = None
    at_hospital_at: datetime | None = None
    place: Position | None = None
    scene: Position | None = None


class EtaNow(Struct, frozen=True):
    """When a unit will be there, and how old the fix is that this was worked out from.

    `estimated`: it has not reached its patient yet, and how long it stays there is a guess.
    """

    at: datetime
    age_s: float
    estimated: bool = False


class RunBook:
    """Looks runs up by the case of their patient."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def find(self, connection: Connection, case_ids: Sequence[UUID], now: datetime) -> dict[UUID, RunNow]:
        """The run of each case that belongs to an incident."""
        rows = connection.execute(
            select(
                case_file.c.id.label("case_id"),
                incident.c.id.label("incident_id"),
                incident.c.code,
                incident.c.priority,
                incident.c.complaint,
                incident.c.protocol,
                incident.c.estimate,
                assignment.c.id.label("assignment_id"),
                assignment.c.unit_id,
                assignment.c.call_sign,
                assignment.c.state,
                assignment.c.end_code,
            )
            .join(incident, incident.c.id == case_file.c.incident_id)
            .outerjoin(assignment, assignment.c.id == case_file.c.assignment_id)
            .where(case_file.c.id.in_(list(case_ids)))
        ).all()
        telephones = _telephones(connection, [row.unit_id for row in rows if row.unit_id is not None])
        times = _times(connection, [row.assignment_id for row in rows if row.assignment_id is not None])
        brought = _brought(connection, {row.incident_id for row in rows})
        found = {}
        for row in rows:
            place, _ = self._place(row.unit_id, now)
            best = row.estimate.best if row.estimate is not None else None
            stamped = times.get(row.assignment_id, {})
            found[row.case_id] = RunNow(
                incident_id=row.incident_id,
                incident_code=row.code,
                priority=Priority(row.priority),
                complaint=row.complaint,
                protocol=row.protocol or next(iter(self._guess(row.complaint)), ""),
                assignment_id=row.assignment_id,
                unit_id=row.unit_id,
                call_sign=row.call_sign or "",
                crew_telephone=telephones.get(row.unit_id, ""),
                state=row.state or "",
                carrying=row.state in CARRYING,
                fetching=row.state in FETCHING,
                transported=row.incident_id in brought,
                end_code=row.end_code or "",
                contact_at=stamped.get("patient-contact") or stamped.get("arrive"),
                at_hospital_at=stamped.get("at-hospital"),
                place=place,
                scene=None if best is None else Position(*best),
            )
        return found

    def cases_of(self, connection: Connection, assignment_id: UUID) -> list[UUID]:
        """The cases of the patients that this run carries."""
        query = select(case_file.c.id).where(case_file.c.assignment_id == assignment_id)
        return list(connection.scalars(query.order_by(case_file.c.id)))

    def eta(
        self,
        assignment_id: UUID,
        unit_id: UUID,
        priority: Priority,
        target: Position,
        now: datetime,
        *,
        fetch_at: Position | None = None,
    ) -> EtaNow | None:
        """When the unit of this run will reach `target`; None when its place is not known.

        By the way that its crew has, if that leads there; a crew that stands with its patient has none yet. A patient
        who is still to be fetched somewhere takes the drive there, the time with them, and the drive from there.
        """
        if fetch_at is not None:
            return self._fetching(assignment_id, unit_id, priority, fetch_at, target, now)
        kept = eta_of(self._desk, assignment_id, target)
        if kept is not None and kept.age_s is not None:
            return EtaNow(kept.eta_at, kept.age_s)
        return self._straight(unit_id, priority, target, now)

    def _straight(self, unit_id: UUID, priority: Priority, target: Position, now: datetime) -> EtaNow | None:
        """From where the unit was seen last."""
        place, age_s = self._place(unit_id, now)
        if place is None:
            return None
        (seconds,) = self.times_s(place, [target], priority)
        return (
            None if seconds is None else EtaNow(now + timedelta(seconds=seconds - min(seconds, age_s)), age_s)
        )

    def _fetching(
        self,
        assignment_id: UUID,
        unit_id: UUID,
        priority: Priority,
        scene: Position,
        target: Position,
        now: datetime,
    ) -> EtaNow | None:
        kept = eta_of(self._desk, assignment_id, scene)
        there = (
            self._straight(unit_id, priority, scene, now)
            if kept is None
            else EtaNow(kept.eta_at, kept.age_s or 0.0)
        )
        (onward_s,) = self.times_s(scene, [target], priority)
        if there is None or onward_s is None:
            return None
        after = timedelta(seconds=self._desk.config.at_patient_s + onward_s)
        return EtaNow(there.at + after, there.age_s, estimated=True)

    def times_s(self, start: Position, targets: Sequence[Position], priority: Priority) -> list[float | None]:
        """Seconds from one place to each target, driven as the priority allows; None where no road leads."""
        if not targets:
            return []
        return list(self._desk.roads.matrix([start], targets, mode_of(priority))[0])

    def length_m(self, start: Position, target: Position, priority: Priority) -> float | None:
        """Metres of the way; None where there is none."""
        try:
            way = self._desk.roads.path(start, target, mode_of(priority))
        except OffRoad:
            return None
        return None if way is None else way.length_m

    def _place(self, unit_id: UUID | None, now: datetime) -> tuple[Position | None, float]:
        fix = None if unit_id is None else self._desk.board.find(unit_id)
        if fix is None or now - fix.fixed_at > AGED:
            return None, 0.0
        return fix.place, fix.age_s(now)

    def _guess(self, complaint: str) -> Sequence[str]:
        return self._desk.protocols.guess_complaints(complaint) if complaint else ()


def _telephones(connection: Connection, units: Sequence[UUID]) -> Mapping[UUID, str]:
    """One number for each crew: the doctor's, else the nurse's, else the driver's."""
    rows = connection.execute(
        select(staff.c.unit_id, staff.c.role, staff.c.telephone).where(
            staff.c.unit_id.in_(list(units)), staff.c.telephone != ""
        )
    ).all()
    order = [role.value for role in TELEPHONE_ORDER]
    ranked = sorted(rows, key=lambda row: order.index(row.role), reverse=True)
    return {row.unit_id: row.telephone for row in ranked}


def _brought(connection: Connection, incidents: Collection[UUID]) -> set[UUID]:
    """Of these incidents, those from which some unit set off with a patient; not always the one that was sent first."""
    query = (
        select(assignment.c.incident_id)
        .join(stamp, stamp.c.assignment_id == assignment.c.id)
        .where(assignment.c.incident_id.in_(incidents), stamp.c.valid_event.in_(TRANSPORTED))
    )
    return set(connection.scalars(query))


def _times(connection: Connection, assignments: Sequence[UUID]) -> dict[UUID, dict[str, datetime]]:
    """The valid stamps of each run, by their event."""
    found: dict[UUID, dict[str, datetime]] = {}
    rows = connection.execute(
        select(stamp.c.assignment_id, stamp.c.valid_event, stamp.c.at).where(
            stamp.c.assignment_id.in_(list(assignments)), stamp.c.valid_event.is_not(None)
        )
    )
    for row in rows:
        found.setdefault(row.assignment_id, {})[row.valid_event] = row.at
    return found
