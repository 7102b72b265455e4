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
from ledger.kinds.base import Kind
from ledger.storage.insert import insert_new


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


def write(connection: Connection, case_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of a case and count its version up."""
    connection.execute(
        update(case_file).where(case_file.c.id == case_id).values(version=case_file.c.version + 1, **values)
    )


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.CaseOpened: (_opened,),
    kinds.PatientDescribed: (_described,),
    kinds.VitalsTaken: (_vitals_taken,),
    kinds.DestinationChosen: (_destination_chosen,),
    kinds.CaseEnded: (_ended,),
}
