"""What a facility answers to a notice, and the handover that both sides sign."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec
from sqlalchemy import Connection, select

from ledger import streams
from ledger.errors import Conflict, Invalid, NotFound
from ledger.kinds import AnyKind
from ledger.kinds.base import Act
from ledger.kinds.notice import HandoverSigned, NoticeAcknowledged, PatientHandedOver, StrainReported
from referrals.desk.context import ReferralDesk, reported_act, tell_facilities
from referrals.desk.inbound import Found, look, notice_row, timed, visible
from referrals.messages.arrivals import AcknowledgeNotice, NoticeView, ReportStrain, SignHandover
from referrals.prearrival import (
    ACKNOWLEDGE,
    NOTICE,
    REPORT_STRAIN,
    SIGN,
    STRAIN_CODES,
    TELEPHONES,
    NoticeState,
)
from referrals.tables import notice, signature
from web.caller import Caller

Side = Literal["crew", "facility"]
Eta = tuple[datetime | None, float | None, bool]


async def acknowledge(desk: ReferralDesk, caller: Caller, request: AcknowledgeNotice) -> NoticeView:
    """The facility has heard it. Said again, it changes nothing."""
    fact = NoticeAcknowledged(notice_id=request.notice_id, remarks=request.remarks)
    return await _answer(desk, caller, request.notice_id, ACKNOWLEDGE, fact)


async def report_strain(desk: ReferralDesk, caller: Caller, request: ReportStrain) -> NoticeView:
    """The facility has heard it and is under strain: the dispatcher and the crew see it; a person decides."""
    if request.code not in STRAIN_CODES:
        raise Invalid("strain-code-unknown", field="code", allowed=", ".join(STRAIN_CODES))
    fact = StrainReported(notice_id=request.notice_id, code=request.code, remarks=request.remarks)
    return await _answer(desk, caller, request.notice_id, REPORT_STRAIN, fact)


async def _answer(
    desk: ReferralDesk,
    caller: Caller,
    notice_id: UUID,
    event: str,
    fact: NoticeAcknowledged | StrainReported,
) -> NoticeView:
    now = desk.clock.now()
    eta = await _eta(desk, caller, notice_id, now)

    def work(connection: Connection) -> NoticeView:
        row = _answerable(connection, caller, notice_id)
        if caller.role in TELEPHONES and not fact.remarks.strip():
            raise Invalid("notice-needs-who-said-it", field="remarks")
        before = NoticeState(row.state)
        after = NOTICE.advance(before, event, caller.role)
        if after is not before or not _is_said(row, fact):
            desk.write(connection, row.case_id, caller.act(now), fact)
        return _shown(desk, connection, caller, notice_id, now, eta)

    view = await desk.storage.write(work, once=caller.once)
    tell_facilities(desk, [view.facility_id])
    return view


def _is_said(row: Any, fact: NoticeAcknowledged | StrainReported) -> bool:  # noqa: ANN401
    """Whether the facility has said this already, so that nothing is added by saying it again."""
    if isinstance(fact, StrainReported):
        return bool((row.strain_code, row.remarks) == (fact.code, fact.remarks))
    return row.acknowledged_at is not None and (not fact.remarks or fact.remarks == row.remarks)


def _answerable(connection: Connection, caller: Caller, notice_id: UUID) -> Any:  # noqa: ANN401
    """The notice, its case locked, if it is for the caller's facility, or the caller's centre heard the answer."""
    row = notice_row(connection, caller, notice_id)
    whose = row.centre_id if caller.role in TELEPHONES else row.facility_id
    if caller.unit_id is not None or caller.organisation_id != whose:
        raise NotFound("notice-not-found")
    streams.lock(connection, row.case_id)
    return notice_row(connection, caller, notice_id)


async def sign(desk: ReferralDesk, caller: Caller, request: SignHandover) -> NoticeView:
    """One side signs, in any order and also later from a crew's offline queue; the second signature completes."""
    now = desk.clock.now()
    eta = await _eta(desk, caller, request.notice_id, now)
    act = reported_act(caller, now, request.at)

    def work(connection: Connection) -> NoticeView:
        row = notice_row(connection, caller, request.notice_id)
        side = side_of(caller, row)
        if side is None:
            raise NotFound("notice-not-found")
        streams.lock(connection, row.case_id)
        row = notice_row(connection, caller, request.notice_id)
        signed = _signatures(connection, request.notice_id)
        if side not in signed:
            NOTICE.advance(NoticeState(row.state), SIGN, caller.role)
            _sign(desk, connection, row, request, side, act, signed)
        elif signed[side].command_id != request.command_id:
            raise Conflict("handover-already-signed", side=side)
        return _shown(desk, connection, caller, request.notice_id, now, eta)

    view = await desk.storage.write(work, once=caller.once)
    tell_facilities(desk, [view.facility_id])
    return view


def _sign(
    desk: ReferralDesk,
    connection: Connection,
    row: Any,  # noqa: ANN401
    request: SignHandover,
    side: Side,
    act: Act,
    signed: Mapping[str, Any],
) -> None:
    facts: list[AnyKind] = [
        HandoverSigned(
            notice_id=row.id,
            side=side,
            command_id=request.command_id,
            summary=request.summary,
            remarks=request.remarks,
        )
    ]
    if signed:
        facts.append(PatientHandedOver(notice_id=row.id, facility_id=row.facility_id))
    desk.write(connection, row.case_id, act, *facts)


def side_of(caller: Caller, row: Any) -> Side | None:  # noqa: ANN401
    """For which side the caller signs: a crew for its own, the facility's people for theirs, nobody else."""
    if caller.unit_id is not None:
        return "crew"
    return "facility" if caller.organisation_id == row.facility_id else None


def _signatures(connection: Connection, notice_id: UUID) -> dict[str, Any]:
    rows = connection.execute(select(signature).where(signature.c.notice_id == notice_id))
    return {row.side: row for row in rows}


async def _eta(desk: ReferralDesk, caller: Caller, notice_id: UUID, now: datetime) -> Eta:
    """The run's ETA, looked up before the write: roads are not searched inside it."""

    def read(connection: Connection) -> list[Found]:
        rows = connection.execute(select(notice).where(notice.c.id == notice_id, visible(caller))).all()
        return look(desk, connection, rows, caller.role, now)

    found = [timed(desk, one, now) for one in await desk.storage.read(read)]
    return (found[0].eta_at, found[0].eta_age_s, found[0].eta_estimated) if found else (None, None, False)


def _shown(
    desk: ReferralDesk, connection: Connection, caller: Caller, notice_id: UUID, now: datetime, eta: Eta
) -> NoticeView:
    row = notice_row(connection, caller, notice_id)
    found = look(desk, connection, [row], caller.role, now)[0]
    if found.target is None:
        return found.view
    return msgspec.structs.replace(found.view, eta_at=eta[0], eta_age_s=eta[1], eta_estimated=eta[2])
