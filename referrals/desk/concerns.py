"""What an alarm of this room is about, for those who show it: the patient, the referral, and whom to telephone.

An alarm is told to one side because another side is silent: that one is named here, with its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum, auto
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select

from ledger.participants import Organisation, list_organisations
from referrals.projections import notices, offers
from referrals.projections import referrals as r
from referrals.tables import journey, notice, offer, referral

Named = tuple[str, UUID]


class _Callee(Enum):
    """Whose telephone number helps."""

    REFERRER = auto()
    FACILITY = auto()
    CENTRE = auto()


C = _Callee

OF_NOTICES: Mapping[str, _Callee] = {
    notices.NOTICE_ACK: C.FACILITY,
    notices.OFFLOAD: C.FACILITY,
    notices.OFFLOAD_FACILITY: C.CENTRE,
}
OF_OFFERS: Mapping[str, _Callee] = {
    offers.ACK: C.REFERRER,
    offers.SILENT: C.FACILITY,
    offers.ANSWER: C.FACILITY,
    r.HOLD: C.REFERRER,
    r.HOLD_REFERRER: C.FACILITY,
}
OF_REFERRALS: Mapping[str, _Callee] = {
    r.UNPLACED: C.REFERRER,
    r.UNPLACED_REFERRER: C.CENTRE,
    r.RUN_VOID: C.REFERRER,
    r.RUN_FAILED: C.CENTRE,
    r.CANCEL_ANSWER: C.REFERRER,
    r.CANCEL_SILENT: C.FACILITY,
    r.CANCEL_CENTRE: C.FACILITY,
    r.OUTCOME: C.REFERRER,
    r.REMIND: C.REFERRER,
    r.DUE: C.REFERRER,
    r.OVERDUE: C.FACILITY,
}


class Concern(Struct, frozen=True, kw_only=True):
    """What one alarm is about; `telephone` is "" when nobody has registered a number."""

    patient: str
    referral_id: UUID | None
    referral_code: str
    organisation_id: UUID
    name_zh: str
    name_en: str
    telephone: str


class Concerns:
    """Looks up what alarms are about; a fixed number of queries, however many there are."""

    def find(self, connection: Connection, alarms: Sequence[Named]) -> Mapping[Named, Concern]:
        """What each of these is about; those of other rooms are left out."""
        rows = {
            **_rows(connection, OF_NOTICES, alarms, select(notice, notice.c.id.label("subject_id"))),
            **_rows(connection, OF_OFFERS, alarms, _OFFERS),
            **_rows(connection, OF_REFERRALS, alarms, _REFERRALS),
        }
        if not rows:
            return {}
        cases = {row.case_id for _, row in rows.values()}
        patients = {
            found.case_id: found.patient
            for found in connection.execute(select(journey).where(journey.c.case_id.in_(cases)))
        }
        houses = {house.id: house for house in list_organisations(connection)}
        return {
            named: _concern(row, callee, patients[row.case_id], houses)
            for named, (callee, row) in rows.items()
        }


_PARTS = (
    referral.c.id.label("referral_id"),
    referral.c.case_id,
    referral.c.code,
    referral.c.from_facility_id,
    referral.c.centre_id,
    referral.c.request,
    offer.c.facility_id,
    offer.c.told_organisation_id.label("asked_id"),
)
_OFFERS = select(offer.c.id.label("subject_id"), *_PARTS).join(referral, referral.c.id == offer.c.referral_id)
_REFERRALS = select(referral.c.id.label("subject_id"), *_PARTS).outerjoin(
    offer, offer.c.id == referral.c.accepted_offer_id
)


def _rows(
    connection: Connection,
    of: Mapping[str, _Callee],
    alarms: Iterable[Named],
    query: Any,  # noqa: ANN401
) -> dict[Named, tuple[_Callee, Any]]:
    mine = [named for named in alarms if named[0] in of]
    if not mine:
        return {}
    subject = query.selected_columns.subject_id
    found = connection.execute(query.where(subject.in_({subject_id for _, subject_id in mine})))
    rows = {row.subject_id: row for row in found}
    return {named: (of[named[0]], rows[named[1]]) for named in mine if named[1] in rows}


def _concern(row: Any, callee: _Callee, patient: Any, houses: Mapping[UUID, Organisation]) -> Concern:  # noqa: ANN401
    request = getattr(row, "request", None)
    house = houses[_organisation(row, callee)]
    callback = request.callback if request is not None and callee is C.REFERRER else ""
    facility = houses.get(row.facility_id)
    behind = facility.telephone if callee is C.FACILITY and facility is not None else ""
    return Concern(
        patient=patient.name or patient.label,
        referral_id=getattr(row, "referral_id", None),
        referral_code="" if request is None else row.code,
        organisation_id=house.id,
        name_zh=house.name_zh,
        name_en=house.name_en,
        telephone=callback or house.telephone or behind,
    )


def _organisation(row: Any, callee: _Callee) -> UUID:  # noqa: ANN401
    """The office that was asked answers for its hospital; without an acceptance the centre is left to ask."""
    if callee is C.REFERRER:
        return UUID(str(row.from_facility_id))
    if callee is C.FACILITY and row.facility_id is not None:
        return UUID(str(getattr(row, "asked_id", None) or row.facility_id))
    return UUID(str(row.centre_id))
