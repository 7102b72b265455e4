"""Cases of patients at the scene: one for each, seen by nobody who is not concerned with that patient."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from clinical.vitals import implausible
from dispatch.assignments import AssignmentState
from dispatch.desk.context import Desk, assignment_row, case_row, reported_act
from dispatch.desk.views import case_view
from dispatch.messages.assignments import (
    CaseId,
    CaseList,
    CaseView,
    ChooseDestination,
    DescribePatient,
    EndCase,
    ListCases,
    OpenCase,
    TakeVitals,
)
from dispatch.messages.incidents import EntryList, ReadEntries
from dispatch.tables import case_file, stamp, vitals
from ledger import streams
from ledger.errors import Conflict, FieldProblem, Forbidden, Invalid, NotFound
from ledger.kinds.base import Act
from ledger.kinds.case import (
    CaseEnded,
    CaseOpened,
    DestinationChosen,
    Patient,
    PatientDescribed,
    VitalsTaken,
)
from ledger.kinds.words import OrganisationKind, Source
from ledger.participants import get_organisation
from ledger.reasons import Reason
from web.caller import Caller

FACILITIES = frozenset(
    {OrganisationKind.CITY_HOSPITAL, OrganisationKind.COUNTY_HOSPITAL, OrganisationKind.TOWNSHIP_CLINIC}
)
DESTINATION = "destination"
END_CODES = ("declined", "gone", "dead-on-scene", "no-care-needed", "other")
"""Why a patient's journey ends before any hospital (转归)."""


async def open_case(desk: Desk, caller: Caller, request: OpenCase) -> CaseView:
    """A patient was found. The case's id follows from the command's, so that a repeat finds the same patient."""
    now = desk.clock.now()
    case_id = uuid5(request.assignment_id, request.command_id)
    patient = Patient(
        label=request.label or f"#{case_id.hex[:4].upper()}",
        name=request.name,
        identity_number=request.identity_number,
        age_years=request.age_years,
        sex=request.sex,
        complaint=request.complaint,
    )

    def work(connection: Connection) -> CaseView:
        row = assignment_row(connection, caller, request.assignment_id)
        known = connection.execute(select(case_file).where(case_file.c.id == case_id)).one_or_none()
        if known is not None:
            return case_view(connection, desk.book, known)
        if row.state == AssignmentState.RSV.value:
            raise Conflict("assignment-reserved")
        act = reported_act(caller, now, request.at or now, Source.APP)
        desk.book.open_case(connection, case_id, act)
        fact = CaseOpened(
            patient=patient, centre_id=row.centre_id, incident_id=row.incident_id, assignment_id=row.id
        )
        desk.write(connection, case_id, act, fact)
        return case_view(connection, desk.book, case_row(connection, caller, case_id))

    return await desk.storage.write(work, once=caller.once)


def _refuse_who_looks_on(connection: Connection, caller: Caller, case_id: UUID) -> None:
    """Forbidden for a facility that was only asked, and for an office that supervises: the patient is not theirs."""
    if streams.reason_of(connection, case_id, caller.reads_as) in streams.LOOKS_ON:
        raise Forbidden("case-not-in-your-care")


async def describe_patient(desk: Desk, caller: Caller, request: DescribePatient) -> CaseView:
    """More is known of the patient now."""
    return await _append(desk, caller, request.case_id, PatientDescribed(patient=request.patient))


async def take_vitals(desk: Desk, caller: Caller, request: TakeVitals) -> CaseView:
    """One set of vital signs. What cannot be right is refused by field; what is doubtful is taken with a warning."""
    now = desk.clock.now()
    doubts = implausible(request.vitals)
    refused = tuple(
        FieldProblem(f"vitals.{doubt.field}", Reason(doubt.code, {"field": doubt.field}))
        for doubt in doubts
        if doubt.refused
    )
    if refused:
        raise Invalid("vitals-implausible", fields=refused)
    warnings = tuple(f"{doubt.field}: {doubt.code}" for doubt in doubts)
    act = reported_act(caller, now, request.vitals.measured_at, Source.APP)
    fact = VitalsTaken(command_id=request.command_id, vitals=request.vitals, warnings=warnings)

    def work(connection: Connection) -> CaseView:
        case_row(connection, caller, request.case_id, locked=True)
        _refuse_who_looks_on(connection, caller, request.case_id)
        known = select(vitals.c.entry_id).where(
            vitals.c.case_id == request.case_id, vitals.c.command_id == request.command_id
        )
        if connection.execute(known).first() is None:
            desk.write(connection, request.case_id, act, fact)
        row = case_row(connection, caller, request.case_id)
        return case_view(connection, desk.book, row, warnings)

    return await desk.storage.write(work, once=caller.once)


async def choose_destination(desk: Desk, caller: Caller, request: ChooseDestination) -> CaseView:
    """A person chooses where the patient is brought; that facility may read the case from now on."""

    def check(connection: Connection) -> None:
        case_row(connection, caller, request.case_id)
        try:
            facility = get_organisation(connection, request.facility_id)
        except NotFound:
            raise Invalid("facility-not-found", field="facility_id") from None
        if facility.kind not in FACILITIES or not facility.active:
            raise Invalid("facility-not-found", field="facility_id")

    await desk.storage.read(check)
    fact = DestinationChosen(facility_id=request.facility_id, reason=request.reason)
    return await _append(desk, caller, request.case_id, fact)


async def end_case(desk: Desk, caller: Caller, request: EndCase) -> CaseView:
    """The journey ends before any hospital."""
    if request.code not in END_CODES:
        raise Invalid("end-code-unknown", field="code", allowed=", ".join(END_CODES))
    fact = CaseEnded(code=request.code, remarks=request.remarks)
    return await _append(desk, caller, request.case_id, fact)


async def _append(
    desk: Desk, caller: Caller, case_id: UUID, fact: PatientDescribed | DestinationChosen | CaseEnded
) -> CaseView:
    now: datetime = desk.clock.now()

    def work(connection: Connection) -> CaseView:
        row = case_row(connection, caller, case_id, locked=True)
        _refuse_who_looks_on(connection, caller, case_id)
        if row.ended_at is not None and not isinstance(fact, PatientDescribed):
            raise Conflict("case-ended", end_code=row.end_code)
        if isinstance(fact, DestinationChosen):
            bring_to(desk, connection, case_id, fact, caller.act(now))
        else:
            desk.write(connection, case_id, caller.act(now), fact)
        return case_view(connection, desk.book, case_row(connection, caller, case_id))

    return await desk.storage.write(work, once=caller.once)


def bring_to(desk: Desk, connection: Connection, case_id: UUID, goal: DestinationChosen, act: Act) -> None:
    """The patient of a locked case goes there; a facility that is replaced reads no further."""
    row = connection.execute(select(case_file).where(case_file.c.id == case_id)).one()
    desk.write(connection, case_id, act, goal)
    before = row.destination_id
    replaced = before not in (None, goal.facility_id) and not _reached_hospital(connection, row.assignment_id)
    if replaced and streams.reason_of(connection, case_id, before) == DESTINATION:
        desk.book.release(connection, case_id, before, "destination-changed", act)


def _reached_hospital(connection: Connection, assignment_id: UUID | None) -> bool:
    """Whether the patient was brought to the hospital before: who has seen the patient goes on reading."""
    there = (stamp.c.assignment_id == assignment_id) & (stamp.c.valid_event == "at-hospital")
    return connection.execute(select(stamp.c.id).where(there)).first() is not None


async def get_case(desk: Desk, caller: Caller, request: CaseId) -> CaseView:
    """One case."""
    return await desk.storage.read(
        lambda connection: case_view(connection, desk.book, case_row(connection, caller, request.case_id))
    )


async def list_cases(desk: Desk, caller: Caller, request: ListCases) -> CaseList:
    """The cases that the caller may read."""

    def look(connection: Connection) -> CaseList:
        query = select(case_file).where(streams.readable_by(case_file.c.id, caller.reads_as))
        if request.incident_id is not None:
            query = query.where(case_file.c.incident_id == request.incident_id)
        rows = connection.execute(query.order_by(case_file.c.opened_at.desc()).limit(request.limit)).all()
        return CaseList(cases=tuple(case_view(connection, desk.book, row) for row in rows))

    return await desk.storage.read(look)


async def read_case_entries(desk: Desk, caller: Caller, request: ReadEntries) -> EntryList:
    """A case's entries."""

    def look(connection: Connection) -> EntryList:
        case_row(connection, caller, request.stream_id)
        return EntryList(
            entries=tuple(desk.book.read_for(connection, request.stream_id, caller.reads_as, request.after))
        )

    return await desk.storage.read(look)
