"""Projectors of the entries that speak of one patient's journey, as far as dispatch follows it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from dispatch.projections.incidents import said
from dispatch.tables import assignment, case_file, vitals
from ledger import streams
from ledger.book import Entry, Projector
from ledger.kinds import case as kinds
from ledger.kinds.assignment import UnitSent
from ledger.kinds.base import Kind
from ledger.kinds.referral import CaseClosed, FacilityOpenedCase
from ledger.storage.insert import insert_new
from ledger.tables import entry as written

RUN = "run"
"""Why a unit that was sent for a patient may read the patient's case."""

FROM_THE_BEGINNING = 1
"""Who brings a patient must know what was found before."""


def _opened(connection: Connection, entry: Entry) -> None:
    """The centre, the crew and the crew's organisation may read the case; nobody else of the incident."""
    fact = said(entry, kinds.CaseOpened)
    connection.execute(
        insert(case_file).values(
            id=entry.stream_id,
            incident_id=fact.incident_id,
            assignment_id=fact.assignment_id,
            patient=fact.patient,
            opened_at=entry.act.recorded_at,
            version=1,
        )
    )
    readers = [fact.centre_id]
    if fact.assignment_id is not None:
        crew = connection.execute(
            select(assignment.c.unit_id, assignment.c.organisation_id).where(
                assignment.c.id == fact.assignment_id
            )
        ).one()
        readers += [crew.unit_id, crew.organisation_id]
    for reader in readers:
        streams.admit(connection, entry.stream_id, reader, entry.number, "crew")


def _opened_by_facility(connection: Connection, entry: Entry) -> None:
    """A case without an incident: its facility may read it, and the centre where the facility names one."""
    fact = said(entry, FacilityOpenedCase)
    connection.execute(
        insert(case_file).values(
            id=entry.stream_id, patient=fact.patient, opened_at=entry.act.recorded_at, version=1
        )
    )
    streams.admit(connection, entry.stream_id, fact.facility_id, entry.number, "facility")
    if fact.centre_id is not None:
        streams.admit(connection, entry.stream_id, fact.centre_id, entry.number, "centre")


def _joined(connection: Connection, entry: Entry) -> None:
    """The patient is brought by the units of this incident now; whoever brought them before has no part in that."""
    fact = said(entry, kinds.CaseJoined)
    write(connection, entry.stream_id, incident_id=fact.incident_id, assignment_id=None)
    streams.admit(connection, entry.stream_id, fact.centre_id, entry.number, "centre")


def _unit_sent(connection: Connection, entry: Entry) -> None:
    """Who is sent to bring patients may read their cases. The first unit still on its run has the patient."""
    fact = said(entry, UnitSent)
    for case_id in joined_cases(connection, entry.stream_id):
        for reader in (fact.unit_id, fact.organisation_id):
            streams.admit(connection, case_id, reader, FROM_THE_BEGINNING, RUN)
        running = select(assignment.c.id).where(assignment.c.released_at.is_(None))
        with_somebody = case_file.c.assignment_id.in_(running)
        connection.execute(
            update(case_file)
            .where(case_file.c.id == case_id, case_file.c.assignment_id.is_(None) | ~with_somebody)
            .values(assignment_id=fact.assignment_id, version=case_file.c.version + 1)
        )


def joined_cases(connection: Connection, incident_id: UUID) -> list[UUID]:
    """The cases whose patients this incident was opened to bring; those that its crews opened are not among them."""
    joined = select(written.c.stream_id).where(
        written.c.stream_id == case_file.c.id, written.c.kind == kinds.CaseJoined.name()
    )
    query = select(case_file.c.id).where(case_file.c.incident_id == incident_id, joined.exists())
    return list(connection.scalars(query.order_by(case_file.c.id)))


def read_for_the_run(connection: Connection, incident_id: UUID, reader_id: UUID) -> list[UUID]:
    """The cases that somebody may read for no other reason than being sent to bring the patient."""
    return [
        case_id
        for case_id in joined_cases(connection, incident_id)
        if streams.reason_of(connection, case_id, reader_id) == RUN
        and connection.scalar(select(case_file.c.destination_id).where(case_file.c.id == case_id))
        != reader_id
    ]


def _described(connection: Connection, entry: Entry) -> None:
    write(connection, entry.stream_id, patient=said(entry, kinds.PatientDescribed).patient)


def _vitals_taken(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.VitalsTaken)
    insert_new(
        connection,
        vitals,
        {
            "entry_id": entry.id,
            "case_id": entry.stream_id,
            "command_id": fact.command_id,
            "measured_at": fact.vitals.measured_at,
        },
        ("case_id", "command_id"),
    )
    write(connection, entry.stream_id)


def _destination_chosen(connection: Connection, entry: Entry) -> None:
    facility_id = said(entry, kinds.DestinationChosen).facility_id
    write(connection, entry.stream_id, destination_id=facility_id)
    streams.admit(connection, entry.stream_id, facility_id, entry.number, "destination")


def _ended(connection: Connection, entry: Entry) -> None:
    code = said(entry, kinds.CaseEnded).code
    write(connection, entry.stream_id, end_code=code, ended_at=entry.act.recorded_at)


def _closed(connection: Connection, entry: Entry) -> None:
    code = said(entry, CaseClosed).code
    write(connection, entry.stream_id, end_code=code, ended_at=entry.act.recorded_at)


def write(connection: Connection, case_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of a case and count its version up."""
    connection.execute(
        update(case_file).where(case_file.c.id == case_id).values(version=case_file.c.version + 1, **values)
    )


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.CaseOpened: (_opened,),
    FacilityOpenedCase: (_opened_by_facility,),
    kinds.CaseJoined: (_joined,),
    UnitSent: (_unit_sent,),
    kinds.PatientDescribed: (_described,),
    kinds.VitalsTaken: (_vitals_taken,),
    kinds.DestinationChosen: (_destination_chosen,),
    kinds.CaseEnded: (_ended,),
    CaseClosed: (_closed,),
}
