"""The patient as this room knows them: who, with which signs, brought where. Read from the case's own entries."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID, uuid5

from sqlalchemy import Connection, insert, select, update

from ledger.book import Entry, Projector
from ledger.kinds import case as kinds
from ledger.kinds.base import Kind
from ledger.kinds.case import Patient
from ledger.kinds.referral import CaseClosed, FacilityOpenedCase
from referrals.tables import journey, notice

K = TypeVar("K", bound=Kind)


def said(entry: Entry, kind: type[K]) -> K:
    """The payload, known to be of this kind."""
    assert isinstance(entry.said, kind)
    return entry.said


def _begin(connection: Connection, entry: Entry, patient: Patient, centre_id: UUID | None) -> None:
    connection.execute(
        insert(journey).values(
            case_id=entry.stream_id,
            centre_id=centre_id,
            patient=patient,
            opened_at=entry.act.recorded_at,
            vitals=(),
        )
    )


def _opened(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.CaseOpened)
    _begin(connection, entry, fact.patient, fact.centre_id)


def _opened_by_facility(connection: Connection, entry: Entry) -> None:
    fact = said(entry, FacilityOpenedCase)
    _begin(connection, entry, fact.patient, fact.centre_id)


def _joined(connection: Connection, entry: Entry) -> None:
    write(connection, entry.stream_id, centre_id=said(entry, kinds.CaseJoined).centre_id)


def _described(connection: Connection, entry: Entry) -> None:
    write(connection, entry.stream_id, patient=said(entry, kinds.PatientDescribed).patient)


def _vitals_taken(connection: Connection, entry: Entry) -> None:
    known = connection.scalar(select(journey.c.vitals).where(journey.c.case_id == entry.stream_id)) or ()
    taken = sorted((*known, said(entry, kinds.VitalsTaken).vitals), key=lambda signs: signs.measured_at)
    write(connection, entry.stream_id, vitals=tuple(taken))


def _destination_chosen(connection: Connection, entry: Entry) -> None:
    """The same facility again is the same destination, as long as its notice is not over.

    Once the patient was handed over there, or was not to come any more, it is told anew.
    """
    fact = said(entry, kinds.DestinationChosen)
    before = connection.execute(select(journey).where(journey.c.case_id == entry.stream_id)).one_or_none()
    if before is None:
        return
    if before.destination_id == fact.facility_id and not _is_over(connection, before.destination_entry_id):
        return
    write(
        connection,
        entry.stream_id,
        destination_id=fact.facility_id,
        destination_entry_id=entry.id,
        destination_at=entry.act.at,
    )


def _is_over(connection: Connection, destination_entry_id: UUID) -> bool:
    sent = select(notice.c.id).where(notice.c.id == notice_id_of(destination_entry_id))
    return connection.scalar(sent.where(notice.c.live_case_id.is_(None))) is not None


def notice_id_of(destination_entry_id: UUID) -> UUID:
    """The notice of a destination: its id follows from the entry that chose it, so that it is sent once."""
    return uuid5(destination_entry_id, "notice")


def _ended(connection: Connection, entry: Entry) -> None:
    write(connection, entry.stream_id, ended_at=entry.act.recorded_at)


def write(connection: Connection, case_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of a case."""
    connection.execute(update(journey).where(journey.c.case_id == case_id).values(**values))


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.CaseOpened: (_opened,),
    FacilityOpenedCase: (_opened_by_facility,),
    kinds.CaseJoined: (_joined,),
    kinds.PatientDescribed: (_described,),
    kinds.VitalsTaken: (_vitals_taken,),
    kinds.DestinationChosen: (_destination_chosen,),
    kinds.CaseEnded: (_ended,),
    CaseClosed: (_ended,),
}
