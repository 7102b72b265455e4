"""An accepted referral needs a vehicle: the run is an incident like any other, which a dispatcher sends a unit to.

The incident's id follows from the entry that asked for it, so that seeing the entry again opens nothing. When another
facility takes the patient, the run that is still open goes there: a vehicle is not sent twice.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid5

import msgspec
import structlog
from msgspec import Struct
from sqlalchemy import Connection, select

from dispatch.desk.calls import open_incident
from dispatch.desk.cases import bring_to
from dispatch.desk.context import Desk, new_code, own_act
from dispatch.desk.places import call_evidence, estimate
from dispatch.tables import case_file, incident
from geo.datum import Datum
from geo.evidence import Evidence, EvidenceSource, PointEvidence, SpokenPlace
from ledger import streams
from ledger.book import Entry
from ledger.errors import Invalid, NotFound
from ledger.kinds.base import Kind
from ledger.kinds.case import CaseJoined, DestinationChosen, Patient
from ledger.kinds.incident import CallTaken, Located, Prioritised
from ledger.kinds.referral import (
    ReferralCancelled,
    ReferralClosed,
    ReferralRequested,
    TransportRequested,
)
from ledger.kinds.words import CallSource, Priority, Urgency
from ledger.participants import Organisation, get_organisation

log = structlog.get_logger(__name__)

RULE = "referral-urgency"
URGENCIES: Mapping[Urgency, Priority] = {
    Urgency.STAT: Priority.P1,
    Urgency.EMERGENCY: Priority.P1,
    Urgency.URGENT: Priority.P2,
    Urgency.ROUTINE: Priority.P3,
}
"""How urgent a run is follows from how soon the referral needed its answer."""

PLACE_RADIUS_M = 25.0
"""How exact the place of a facility is that took part in making the map."""


async def open_transfers(desk: Desk, entries: Sequence[Entry]) -> None:
    """Open the incidents that these entries ask for. One that cannot be opened is logged and holds up no other."""
    for entry in entries:
        if isinstance(entry.said, TransportRequested):
            try:
                await _open_transfer(desk, entry, entry.said)
            except (Invalid, NotFound) as error:
                log.error("a transfer could not be opened", entry=str(entry.id), code=error.code)


class _Wish(Struct, frozen=True):
    """What an incident for a transfer is made from."""

    centre_id: UUID
    here: Organisation
    there: Organisation
    patient: Patient
    asked: ReferralRequested
    run: UUID | None


async def _open_transfer(desk: Desk, entry: Entry, fact: TransportRequested) -> None:
    wish = await desk.storage.read(partial(_look, desk, entry, fact))
    if wish is None:
        return
    now = desk.clock.now()
    incident_id = run_of(entry)
    call = _call(incident_id, wish, fact, now)
    # The point alone decides: a name that the gazetteer knows elsewhere must not move an exact place.
    found, area = estimate(desk, call_evidence(call), now)
    facts = (
        call,
        Located(estimate=found, address=wish.here.name_zh, area=area),
        Prioritised(priority=URGENCIES[fact.urgency], capabilities=fact.capabilities, rules=(RULE,)),
    )
    code = new_code()

    def work(connection: Connection) -> None:
        streams.lock(connection, entry.stream_id)
        still = _look(desk, entry, fact, connection)
        if still is None:
            return
        if still.run is None:
            act = own_act(wish.centre_id, now)
            open_incident(desk, connection, incident_id, act, code, wish.centre_id)
            desk.write(connection, incident_id, act, *facts)
            joined = CaseJoined(
                incident_id=incident_id, centre_id=wish.centre_id, referral_id=fact.referral_id
            )
            desk.write(connection, entry.stream_id, act, joined)
        # A person decided where the patient goes when they accepted and asked for the transport.
        decided = msgspec.structs.replace(entry.act, recorded_at=now)
        goal = DestinationChosen(facility_id=fact.to_facility_id, reason=fact.remarks)
        bring_to(desk, connection, entry.stream_id, goal, decided)

    await desk.storage.write(work)


def run_of(entry: Entry) -> UUID:
    """The id of the incident that a request for transport opens."""
    return uuid5(entry.id, "run")


def _is_there(connection: Connection, incident_id: UUID) -> bool:
    return connection.execute(select(incident.c.id).where(incident.c.id == incident_id)).first() is not None


def _look(desk: Desk, entry: Entry, fact: TransportRequested, connection: Connection) -> _Wish | None:
    """What is known of the transfer; None when this was done already, or nobody waits for it."""
    row = connection.execute(select(case_file).where(case_file.c.id == entry.stream_id)).one_or_none()
    if row is None or row.ended_at is not None or _is_there(connection, run_of(entry)):
        return None
    entries = desk.book.read(connection, entry.stream_id)
    said = [written.said for written in entries]
    if any(_settles(written, entry, fact) for written in entries):
        return None
    requests = (s for s in said if isinstance(s, ReferralRequested) and s.referral_id == fact.referral_id)
    asked = next(requests, None)
    if asked is None:
        log.error("a transfer belongs to no referral", entry=str(entry.id))
        return None
    return _Wish(
        centre_id=asked.centre_id,
        here=get_organisation(connection, fact.from_facility_id),
        there=get_organisation(connection, fact.to_facility_id),
        patient=row.patient,
        asked=asked,
        run=_open_run(connection, row, fact, said),
    )


def _settles(written: Entry, entry: Entry, fact: TransportRequested) -> bool:
    """Whether this entry says that the request was dealt with: the goal it asked for, or the end of its referral."""
    if isinstance(written.said, ReferralCancelled | ReferralClosed):
        return written.said.referral_id == fact.referral_id
    goal = DestinationChosen(facility_id=fact.to_facility_id, reason=fact.remarks)
    return written.said == goal and written.act.at == entry.act.at


def _open_run(
    connection: Connection,
    row: Any,  # noqa: ANN401
    fact: TransportRequested,
    said: Sequence[Kind],
) -> UUID | None:
    """The run that this referral asked for before, if nobody has closed it."""
    runs = {s.incident_id for s in said if isinstance(s, CaseJoined) and s.referral_id == fact.referral_id}
    waits = select(incident.c.id).where(incident.c.id == row.incident_id, incident.c.closed_at.is_(None))
    found = connection.scalar(waits)
    return found if found in runs else None


def _call(incident_id: UUID, wish: _Wish, fact: TransportRequested, now: datetime) -> CallTaken:
    """The contact as the centre would have written it down. The patient's name stands in the case alone."""
    why = wish.asked.diagnosis or wish.patient.complaint or wish.asked.reason
    route = f"转诊转运：{wish.here.name_zh} → {wish.there.name_zh}"
    return CallTaken(
        call_id=uuid5(incident_id, "call"),
        source=CallSource.TRANSFER,
        callback=wish.asked.callback or wish.here.telephone,
        caller_name=wish.here.name_zh,
        complaint="；".join(part for part in (route, why) if part),
        patients=1,
        age_years=wish.patient.age_years,
        sex=wish.patient.sex,
        remarks=fact.remarks,
        evidence=(_place(incident_id, wish.here, now),),
    )


def _place(incident_id: UUID, here: Organisation, now: datetime) -> Evidence:
    name = f"transfer-{incident_id}"
    if here.lon is None or here.lat is None:
        return SpokenPlace(source=EvidenceSource.PARTNER, received_at=now, id=name, words=here.name_zh)
    return PointEvidence(
        source=EvidenceSource.PARTNER,
        received_at=now,
        id=name,
        lon=here.lon,
        lat=here.lat,
        datum=Datum.WGS84,
        radius_m=PLACE_RADIUS_M,
    )
