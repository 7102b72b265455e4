"""Who is coming: notices as facilities, crews and the centre see them, with the live ETA of the run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, select

from geo.shapes import Position
from ledger.errors import NotFound
from ledger.kinds.words import OrganisationKind, Role
from ledger.participants import get_organisation
from ledger.tables import organisation
from referrals.alerts import Alert, alerts_of
from referrals.desk.context import FACILITIES, ReferralDesk, readable
from referrals.desk.destinations import place_of, seen
from referrals.messages.arrivals import ListInbound, NoticeId, NoticeList, NoticeView, SignatureView
from referrals.outside import Run, eta_of
from referrals.prearrival import NOTICE, NoticeState
from referrals.tables import journey, notice, offer, referral, signature
from web.caller import Caller

RECEIVING = FACILITIES | {OrganisationKind.VILLAGE_CLINIC, OrganisationKind.REFERRAL_OFFICE}
"""Who may be asked for a patient, and is told nothing of the others who are."""

DONE_SHOWN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Found:
    """A notice as it is shown, without its ETA: the roads are searched outside the database. `target` is where the
    run brings the patient; None when it does not.
    """

    view: NoticeView
    run: Run | None
    target: Position | None


async def list_inbound(desk: ReferralDesk, caller: Caller, request: ListInbound) -> NoticeList:
    """The patients who are coming, or wait for the handover: a facility's own, the centre's, a crew's."""
    now = desk.clock.now()
    open_ones = notice.c.live_case_id.is_not(None)
    recent = notice.c.handed_over_at > now - DONE_SHOWN
    query = select(notice).where(visible(caller), open_ones | recent if request.done else open_ones)
    if request.facility_id is not None:
        query = query.where(notice.c.facility_id == request.facility_id)

    def read(connection: Connection) -> list[Found]:
        return look(desk, connection, connection.execute(query).all(), caller.role, now)

    found = [timed(desk, one, now) for one in await desk.storage.read(read)]
    return NoticeList(notices=tuple(sorted(found, key=_first_there)))


def _first_there(view: NoticeView) -> tuple[datetime, datetime]:
    """Who is there longest, then who comes first; whose ETA nobody knows comes last."""
    unknown = view.sent_at + timedelta(days=1)
    return view.arrived_at or view.eta_at or unknown, view.sent_at


async def get_notice(desk: ReferralDesk, caller: Caller, request: NoticeId) -> NoticeView:
    """One notice."""
    now = desk.clock.now()

    def read(connection: Connection) -> Found:
        row = notice_row(connection, caller, request.notice_id)
        return look(desk, connection, [row], caller.role, now)[0]

    return timed(desk, await desk.storage.read(read), now)


def visible(caller: Caller) -> ColumnElement[bool]:
    """Notices of cases that the caller may read; a facility sees those that are meant for it and no others, its office
    those of the facility.
    """
    mine: ColumnElement[bool] = readable(notice.c.case_id, caller)
    if caller.unit_id is not None or caller.organisation_kind not in RECEIVING:
        return mine
    here = select(organisation.c.parent_id).where(organisation.c.id == caller.organisation_id)
    own = notice.c.facility_id == caller.organisation_id
    if caller.organisation_kind is OrganisationKind.REFERRAL_OFFICE:
        own |= notice.c.facility_id == here.scalar_subquery()
    return mine & own


def notice_row(connection: Connection, caller: Caller, notice_id: UUID) -> Any:  # noqa: ANN401
    """The notice, if the caller may see it; NotFound otherwise."""
    query = select(notice).where(notice.c.id == notice_id, visible(caller))
    found = connection.execute(query).one_or_none()
    if found is None:
        raise NotFound("notice-not-found")
    return found


def look(
    desk: ReferralDesk, connection: Connection, rows: Sequence[Any], role: Role, now: datetime
) -> list[Found]:
    """Notices that the caller was already found to see, with their runs."""
    cases = [row.case_id for row in rows]
    runs = desk.runs.find(connection, cases, now)
    patients = {
        found.case_id: found
        for found in connection.execute(select(journey).where(journey.c.case_id.in_(cases)))
    }
    signed = {
        (found.notice_id, found.side): SignatureView(
            at=found.at,
            actor_id=found.actor_id,
            organisation_id=found.organisation_id,
            summary=found.summary,
            remarks=found.remarks,
        )
        for found in connection.execute(
            select(signature).where(signature.c.notice_id.in_([row.id for row in rows]))
        )
    }
    asked = _referrals(connection, cases)
    places = {
        facility_id: _place(connection, facility_id) for facility_id in {row.facility_id for row in rows}
    }
    return [
        Found(
            view=_view(
                row,
                patients[row.case_id],
                runs.get(row.case_id),
                asked.get((row.case_id, row.facility_id)),
                signed,
                role,
            ),
            run=runs.get(row.case_id),
            target=places[row.facility_id] if _is_coming(row, runs.get(row.case_id)) else None,
        )
        for row in rows
    ]


def _referrals(connection: Connection, cases: Sequence[UUID]) -> dict[tuple[UUID, UUID], UUID]:
    """The referral that a facility accepted of a case, by both."""
    rows = connection.execute(
        select(referral.c.id, referral.c.case_id, offer.c.facility_id)
        .join(offer, offer.c.id == referral.c.accepted_offer_id)
        .where(referral.c.case_id.in_(list(cases)))
        .order_by(referral.c.created_at)
    )
    return {(row.case_id, row.facility_id): row.id for row in rows}


def _place(connection: Connection, facility_id: UUID) -> Position | None:
    return place_of(get_organisation(connection, facility_id))


def _is_coming(row: Any, run: Run | None) -> bool:  # noqa: ANN401
    return (
        run is not None
        and (run.carrying or run.fetching)
        and row.live_case_id is not None
        and row.arrived_at is None
    )


def timed(desk: ReferralDesk, found: Found, now: datetime) -> NoticeView:
    """With the ETA of the run that carries the patient there."""
    run = found.run
    if found.target is None or run is None:
        return found.view
    eta = eta_of(desk.runs, run, found.target, now)
    if eta is None:
        return found.view
    known = {"eta_at": eta.at, "eta_age_s": round(eta.age_s, 1), "eta_estimated": eta.estimated}
    return msgspec.structs.replace(found.view, **known)


def _view(
    row: Any,  # noqa: ANN401
    patient: Any,  # noqa: ANN401
    run: Run | None,
    referral_id: UUID | None,
    signed: Mapping[tuple[UUID, str], SignatureView],
    role: Role,
) -> NoticeView:
    known = {*row.alerts, *alerts_of(seen(patient, run))}
    return NoticeView(
        notice_id=row.id,
        case_id=row.case_id,
        incident_code=run.incident_code if run is not None else "",
        facility_id=row.facility_id,
        state=row.state,
        sent_at=row.sent_at,
        acknowledge_by=row.acknowledge_by,
        acknowledged_at=row.acknowledged_at,
        strain_code=row.strain_code,
        strain_at=row.strain_at,
        remarks=row.remarks,
        patient=patient.patient,
        told_complaint=run.complaint if run is not None else "",
        priority=run.priority if run is not None else None,
        alerts=tuple(alert.value for alert in Alert if alert in known),
        vitals=patient.vitals,
        unit=run.call_sign if run is not None else "",
        crew_telephone=run.crew_telephone if run is not None else "",
        assignment_id=run.assignment_id if run is not None else None,
        run_state=run.state if run is not None else "",
        eta_at=None,
        eta_age_s=None,
        eta_estimated=False,
        arrived_at=row.arrived_at,
        offload_by=row.offload_by,
        crew_signed=signed.get((row.id, "crew")),
        facility_signed=signed.get((row.id, "facility")),
        handed_over_at=row.handed_over_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_because=row.withdrawn_because,
        referral_id=referral_id,
        version=row.version,
        open_events=NOTICE.open_events(NoticeState(row.state), role),
    )
