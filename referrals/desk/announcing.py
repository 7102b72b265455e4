"""Keeping notices true to what persons decided: told when a destination is chosen, withdrawn when it is replaced.

Each call looks at how the case stands now and writes what is still missing, under the case's lock: seeing an entry
again, or late, or together with others, writes nothing twice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from ledger import streams
from ledger.kinds.notice import ArrivalWithdrawn, NoticeSent, NoticeWithdrawn, PatientArrived
from referrals.alerts import alerts_of, as_codes
from referrals.desk.asking import release_facility
from referrals.desk.context import ReferralDesk, system_act, tell_facilities
from referrals.desk.destinations import seen
from referrals.desk.goals import is_called_off
from referrals.outside import Run
from referrals.projections.journeys import notice_id_of
from referrals.tables import journey, notice

CHANGED, ENDED, CALLED_OFF = "destination-changed", "case-ended", "referral-over"


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stands: the patient, the run, every notice there was. `live` is the one that is not over.

    `called_off`: the referral that named the destination has ended, and no unit is on its way there.
    """

    journey: Any
    run: Run | None
    notices: Sequence[Any]
    called_off: bool

    @property
    def live(self) -> Any:  # noqa: ANN401
        return next((found for found in self.notices if found.live_case_id is not None), None)

    @property
    def wanted(self) -> UUID | None:
        """Where the patient is to be brought, as long as the journey goes on."""
        over = self.called_off or self.journey.ended_at is not None
        return None if over else self.journey.destination_id

    @property
    def own(self) -> Any:  # noqa: ANN401
        """The notice of the present destination, whatever became of it."""
        wanted = self.journey.destination_entry_id
        if wanted is None:
            return None
        return next((found for found in self.notices if found.id == notice_id_of(wanted)), None)

    @property
    def arrived_at(self) -> datetime | None:
        """When the crew reached the present destination: a time before it was chosen speaks of another one."""
        at = None if self.run is None else self.run.at_hospital_at
        others = [found for found in self.notices if self.own is None or found.id != self.own.id]
        if at is None or any(found.arrived_at == at for found in others):
            return None
        return at if not others or at >= self.journey.destination_at else None


async def announce(desk: ReferralDesk, case_id: UUID) -> None:
    """Bring the notices of a case up to date."""
    now = desk.clock.now()
    if await desk.storage.read(partial(_is_true, desk, case_id, now)):
        return
    told = await desk.storage.write(partial(_bring_up_to_date, desk, case_id, now))
    tell_facilities(desk, told)


def stand(desk: ReferralDesk, connection: Connection, case_id: UUID, now: datetime) -> Standing | None:
    """How the case stands; None when this room knows nothing of it, or no centre is concerned with it."""
    row = connection.execute(select(journey).where(journey.c.case_id == case_id)).one_or_none()
    if row is None or row.centre_id is None:
        return None
    notices = connection.execute(select(notice).where(notice.c.case_id == case_id)).all()
    run = desk.runs.find(connection, [case_id], now).get(case_id)
    return Standing(row, run, notices, is_called_off(desk, connection, row, now))


def _is_true(desk: ReferralDesk, case_id: UUID, now: datetime, connection: Connection) -> bool:
    found = stand(desk, connection, case_id, now)
    return found is None or not any(judge(found) for judge, _ in STEPS)


def is_over(found: Standing) -> bool:
    """A facility still expects a patient who is not brought there."""
    return found.live is not None and found.live.facility_id != found.wanted


def is_missing(found: Standing) -> bool:
    """A destination was chosen and its facility was not told.

    A referred patient waits where they are until a unit is sent: before that there is nobody to be ready for.
    """
    if found.run is not None and found.run.assignment_id is None:
        return False
    return found.wanted is not None and found.own is None and (found.live is None or is_over(found))


def is_there(found: Standing) -> bool:
    """The crew reached the destination at a time that the notice does not have."""
    if found.own is None or found.own.withdrawn_at is not None or found.arrived_at is None:
        return False
    return bool(found.own.arrived_at != found.arrived_at)


def is_mistaken(found: Standing) -> bool:
    """The crew took back that it is there. What both sides have signed stays."""
    own, run = found.own, found.run
    if own is None or own.live_case_id is None or own.arrived_at is None:
        return False
    return run is not None and run.assignment_id is not None and run.at_hospital_at is None


def _bring_up_to_date(desk: ReferralDesk, case_id: UUID, now: datetime, connection: Connection) -> list[UUID]:
    """Write what is missing; returns the facilities that it concerns."""
    streams.lock(connection, case_id)
    told: list[UUID] = []
    for judge, act in STEPS:
        found = stand(desk, connection, case_id, now)
        if found is not None and judge(found):
            told.append(act(desk, connection, found, now))
    return told


def _withdraw(desk: ReferralDesk, connection: Connection, found: Standing, now: datetime) -> UUID:
    because = CHANGED
    if found.wanted is None:
        because = CALLED_OFF if found.journey.ended_at is None else ENDED
    fact = NoticeWithdrawn(notice_id=found.live.id, because=because)
    act = system_act(found.live.centre_id, now)
    desk.write(connection, found.live.case_id, act, fact)
    facility_id: UUID = found.live.facility_id
    if found.live.arrived_at is None:
        release_facility(desk, connection, found.live.case_id, facility_id, act)
    return facility_id


def _send(desk: ReferralDesk, connection: Connection, found: Standing, now: datetime) -> UUID:
    row = found.journey
    fact = NoticeSent(
        notice_id=notice_id_of(row.destination_entry_id),
        facility_id=row.destination_id,
        centre_id=row.centre_id,
        acknowledge_by=now + timedelta(seconds=desk.config.notice_ack_s),
        alerts=as_codes(alerts_of(seen(row, found.run))),
    )
    desk.write(connection, row.case_id, system_act(row.centre_id, now), fact)
    facility_id: UUID = row.destination_id
    return facility_id


def _arrive(desk: ReferralDesk, connection: Connection, found: Standing, now: datetime) -> UUID:
    """A stamp that comes hours late leaves the crew a moment to send its signature too, before anybody is alarmed."""
    assert found.arrived_at is not None
    due = found.arrived_at + timedelta(seconds=desk.config.offload_s)
    grace = now + timedelta(seconds=desk.config.notice_ack_s)
    fact = PatientArrived(notice_id=found.own.id, offload_by=max(due, grace) if due <= now else due)
    act = system_act(found.own.centre_id, now, at=found.arrived_at)
    desk.write(connection, found.own.case_id, act, fact)
    facility_id: UUID = found.own.facility_id
    return facility_id


def _take_back(desk: ReferralDesk, connection: Connection, found: Standing, now: datetime) -> UUID:
    """Arriving had settled the facility's silence: who has not answered is waited for again."""
    own = found.own
    silent = own.acknowledged_at is None and own.strain_at is None
    again = now + timedelta(seconds=desk.config.notice_ack_s) if silent else None
    fact = ArrivalWithdrawn(notice_id=own.id, acknowledge_by=again)
    desk.write(connection, own.case_id, system_act(own.centre_id, now), fact)
    facility_id: UUID = own.facility_id
    return facility_id


STEPS: Sequence[tuple[Callable[[Standing], bool], Callable[..., UUID]]] = (
    (is_over, _withdraw),
    (is_missing, _send),
    (is_there, _arrive),
    (is_mistaken, _take_back),
)
"""What may be untrue, and the act that makes it true, in this order."""
