"""Rows -> what the API shows. Every query here is scoped to what the caller may read."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from dispatch.assignments import (
    ASSIGNMENT,
    NEMSIS_TIMES,
    ORDER,
    STAMP_EVENTS,
    WITHOUT_EFFECT,
    AssignmentState,
)
from dispatch.messages.assignments import AssignmentView, CaseView, DestinationView, StampView
from dispatch.messages.incidents import CallView, HoldView, IncidentView
from dispatch.tables import assignment, call, case_file, stamp, vitals
from ledger import streams
from ledger.book import Book
from ledger.errors import Stale
from ledger.kinds.case import VitalsTaken
from ledger.kinds.words import CallSource, Capability, Priority, Role, Source
from ledger.tables import organisation
from web.caller import Caller


def stamps_of(connection: Connection, assignments: Iterable[UUID]) -> dict[UUID, tuple[StampView, ...]]:
    """The valid stamps of these assignments, in order of their own time."""
    found: dict[UUID, list[StampView]] = defaultdict(list)
    rows = connection.execute(
        select(stamp)
        .where(stamp.c.assignment_id.in_(list(assignments)), stamp.c.valid_event.is_not(None))
        .order_by(stamp.c.at, stamp.c.recorded_at)
    )
    for row in rows:
        reached = STAMP_EVENTS.get(row.event)
        found[row.assignment_id].append(
            StampView(
                id=row.id,
                event=row.event,
                at=row.at,
                recorded_at=row.recorded_at,
                source=Source(row.source),
                late=row.late,
                nemsis=NEMSIS_TIMES.get(str(reached), "") if reached else "",
            )
        )
    return {assignment_id: tuple(stamps) for assignment_id, stamps in found.items()}


@dataclass(frozen=True, slots=True)
class Patients:
    """Whom a run brings, and where to, as far as somebody may read it."""

    cases: tuple[UUID, ...] = ()
    destination: DestinationView | None = None


NOBODY = Patients()


def patients_of(
    connection: Connection, caller: Caller, assignments: Iterable[UUID]
) -> Mapping[UUID, Patients]:
    """The patients of these runs that the caller may read; of several destinations the first patient's."""
    rows = connection.execute(
        select(
            case_file.c.id,
            case_file.c.assignment_id,
            case_file.c.ended_at,
            organisation.c.id.label("facility_id"),
            organisation.c.name_zh,
            organisation.c.name_en,
        )
        .outerjoin(organisation, organisation.c.id == case_file.c.destination_id)
        .where(
            case_file.c.assignment_id.in_(list(assignments)),
            streams.readable_by(case_file.c.id, caller.reads_as),
        )
        .order_by(case_file.c.opened_at, case_file.c.id)
    )
    found: dict[UUID, Patients] = {}
    for row in rows:
        known = found.get(row.assignment_id, NOBODY)
        destination = known.destination
        if destination is None and row.facility_id is not None and row.ended_at is None:
            destination = DestinationView(
                facility_id=row.facility_id, name_zh=row.name_zh, name_en=row.name_en
            )
        found[row.assignment_id] = Patients((*known.cases, row.id), destination)
    return found


def assignment_view(
    row: Any,  # noqa: ANN401
    stamps: tuple[StampView, ...],
    patients: Patients,
    role: Role,
) -> AssignmentView:
    """One assignment with its stamps and its patients."""
    state = AssignmentState(row.state)
    return AssignmentView(
        id=row.id,
        incident_id=row.incident_id,
        unit_id=row.unit_id,
        call_sign=row.call_sign,
        station_id=row.station_id,
        organisation_id=row.organisation_id,
        state=row.state,
        sent_at=row.sent_at,
        reserved_for=row.reserved_for,
        station_heard_at=row.station_heard_at,
        crew_heard_at=row.crew_heard_at,
        released_at=row.released_at,
        end_code=row.end_code,
        end_reason=row.end_reason,
        version=row.version,
        stamps=stamps,
        missing=_missing(state, stamps),
        open_events=ASSIGNMENT.open_events(state, role),
        destination=patients.destination,
        cases=patients.cases,
    )


def _missing(state: AssignmentState, stamps: tuple[StampView, ...]) -> tuple[str, ...]:
    """States behind the present one that have no time. STG is optional, DSP has the order's own time."""
    if state not in ORDER:
        return ()
    stamped = {STAMP_EVENTS[found.event] for found in stamps if found.event in STAMP_EVENTS}
    passed = ORDER[1 : ORDER.index(state) + 1]
    return tuple(str(found) for found in passed if found not in stamped and found is not AssignmentState.STG)


def assignment_views(
    connection: Connection, caller: Caller, incidents: Iterable[UUID]
) -> list[AssignmentView]:
    """The assignments of incidents that the caller was already found to read, oldest first."""
    rows = connection.execute(
        select(assignment)
        .where(assignment.c.incident_id.in_(list(incidents)))
        .order_by(assignment.c.sent_at, assignment.c.id)
    ).all()
    stamps = stamps_of(connection, (row.id for row in rows))
    patients = patients_of(connection, caller, (row.id for row in rows))
    return [
        assignment_view(row, stamps.get(row.id, ()), patients.get(row.id, NOBODY), caller.role)
        for row in rows
    ]


def one_assignment(connection: Connection, caller: Caller, assignment_id: UUID) -> AssignmentView:
    """The assignment as it stands now."""
    row = connection.execute(select(assignment).where(assignment.c.id == assignment_id)).one()
    stamps = stamps_of(connection, (assignment_id,))
    patients = patients_of(connection, caller, (assignment_id,)).get(assignment_id, NOBODY)
    return assignment_view(row, stamps.get(assignment_id, ()), patients, caller.role)


def incident_views(connection: Connection, caller: Caller, rows: Iterable[Any]) -> list[IncidentView]:
    """Incidents that the caller was already found to read, with calls, assignments and the caller's own cases."""
    rows = list(rows)
    ids = [row.id for row in rows]
    calls: dict[UUID, list[CallView]] = defaultdict(list)
    for found in connection.execute(
        select(call).where(call.c.incident_id.in_(ids)).order_by(call.c.taken_at)
    ):
        calls[found.incident_id].append(
            CallView(
                id=found.id,
                origin_incident_id=found.origin_incident_id,
                source=CallSource(found.source),
                callback=found.callback,
                taken_at=found.taken_at,
            )
        )
    sent: dict[UUID, list[AssignmentView]] = defaultdict(list)
    for view in assignment_views(connection, caller, ids):
        sent[view.incident_id].append(view)
    cases: dict[UUID, list[UUID]] = defaultdict(list)
    for found in connection.execute(
        select(case_file.c.id, case_file.c.incident_id)
        .where(case_file.c.incident_id.in_(ids), streams.readable_by(case_file.c.id, caller.reads_as))
        .order_by(case_file.c.opened_at, case_file.c.id)
    ):
        cases[found.incident_id].append(found.id)
    return [
        _incident_view(
            row, calls[row.id], [_seen_by(caller, row, view) for view in sent[row.id]], cases[row.id]
        )
        for row in rows
    ]


def check_seen(connection: Connection, caller: Caller, row: Any, seen: int | None, current: int) -> None:  # noqa: ANN401
    """Stale, with the incident as it is now, when the caller acted on an older version of what they change."""
    if seen is not None and seen != current:
        fresh = msgspec.to_builtins(incident_views(connection, caller, [row])[0])
        raise Stale("version-stale", extra={"incident": fresh}, seen=seen, current=current)


def _seen_by(caller: Caller, incident: Any, view: AssignmentView) -> AssignmentView:  # noqa: ANN401
    """Who does not lead the incident knows which other organisations' units come, and nothing of their patients."""
    if caller.organisation_id in (incident.centre_id, view.organisation_id):
        return view
    state = AssignmentState(view.state)
    on_its_way = (AssignmentState.RSV, *ORDER[: ORDER.index(AssignmentState.ONS)])
    seen = state if state in on_its_way or view.end_code in WITHOUT_EFFECT else AssignmentState.ONS
    return msgspec.structs.replace(
        view,
        state=seen.value,
        stamps=(),
        missing=(),
        open_events=(),
        end_code="",
        end_reason="",
        released_at=None,
    )


def _incident_view(
    row: Any,  # noqa: ANN401
    calls: list[CallView],
    assignments: list[AssignmentView],
    cases: list[UUID],
) -> IncidentView:
    hold = None
    if row.held_reason is not None:
        hold = HoldView(reason=row.held_reason, owner_id=row.held_by, remind_at=row.remind_at)
    return IncidentView(
        id=row.id,
        code=row.code,
        opened_at=row.opened_at,
        state=row.state,
        priority=Priority(row.priority),
        priority_known=row.priority_known,
        priority_by_hand=row.priority_by_hand,
        advised_priority=Priority(row.advised_priority) if row.advised_priority else None,
        capabilities=tuple(Capability(found) for found in row.capabilities),
        protocol=row.protocol,
        complaint=row.complaint,
        answers=row.answers,
        patients=row.patients,
        address=row.address,
        estimate=row.estimate,
        area=row.area,
        first_sent_at=row.first_sent_at,
        hold=hold,
        close_code=row.close_code,
        closed_at=row.closed_at,
        place_version=row.place_version,
        priority_version=row.priority_version,
        state_version=row.state_version,
        version=row.version,
        calls=tuple(calls),
        assignments=tuple(assignments),
        cases=tuple(cases),
    )


def case_view(connection: Connection, book: Book, row: Any, warnings: tuple[str, ...] = ()) -> CaseView:  # noqa: ANN401
    """One case with its vital signs, read from its entries."""
    entries = connection.scalars(
        select(vitals.c.entry_id).where(vitals.c.case_id == row.id).order_by(vitals.c.measured_at)
    ).all()
    taken = [book.get(connection, entry_id).said for entry_id in entries]
    return CaseView(
        id=row.id,
        incident_id=row.incident_id,
        assignment_id=row.assignment_id,
        patient=row.patient,
        opened_at=row.opened_at,
        destination_id=row.destination_id,
        end_code=row.end_code,
        ended_at=row.ended_at,
        version=row.version,
        vitals=tuple(said.vitals for said in taken if isinstance(said, VitalsTaken)),
        warnings=warnings,
    )
