"""Alarms: deadlines that passed and whose fact is still missing, with the person who deals with each.

Live, the entry `stream.deadline-passed` rings. This is the same after a page was opened anew: what is still missing,
by the present state of the deadlines themselves. A fact that came after all takes its alarm away. Every desk has its
own: hospitals, clinics and offices are told what is theirs to do, or what somebody whom they asked has not done.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select

from dispatch.desk.context import Desk
from dispatch.messages.alarms import (
    AlarmAbout,
    AlarmList,
    AlarmName,
    AlarmRate,
    AlarmView,
    ListAlarms,
    ShelfView,
)
from dispatch.outside import Concern
from dispatch.tables import alarm_ack, alarm_shelf, assignment, case_file, incident
from ledger import streams
from ledger.errors import NotFound
from ledger.kinds.words import Role, StreamKind
from ledger.storage.insert import insert_new
from ledger.tables import deadline, stream
from web.caller import Caller
from web.topics import Topic

SHOWN = timedelta(hours=12)
"""An older one is nobody's to act on any more; it stands in the shift report."""

SHOWN_BY_DAY = timedelta(days=14)
"""Facilities work by the day: a visit that was missed on Friday is still to be made on Monday."""

BY_DAY = (Role.HOSPITAL_DESK, Role.CLINIC_DOCTOR, Role.REFERRAL_OFFICE, Role.BUREAU)

RATE_WINDOW = timedelta(minutes=10)

LEADER_HEARS = (Role.DISPATCHER, Role.SHIFT_LEADER)
"""A shift leader sees what dispatchers were told as well; everybody else what their own role was told."""


async def list_alarms(desk: Desk, caller: Caller, request: ListAlarms) -> AlarmList:
    """What the caller's organisation and role were told and nobody has dealt with."""
    query = _alarms(desk, caller)
    if not request.acknowledged:
        query = query.where(alarm_ack.c.at.is_(None))
    now = desk.clock.now()
    there = {seen.actor_id for seen in desk.presence.list_of(caller.organisation_id, now)}

    def look(connection: Connection) -> AlarmList:
        return AlarmList(
            alarms=_views(desk, connection, connection.execute(query).all()),
            shelves=shelves_of(connection, caller, now),
            rate=_rate(connection, caller, now, len(there)),
        )

    return await desk.storage.read(look)


def shelves_of(connection: Connection, caller: Caller, now: datetime) -> tuple[ShelfView, ...]:
    """What is set aside now at the seats of the caller's organisation, the oldest first."""
    query = select(alarm_shelf).where(
        alarm_shelf.c.organisation_id == caller.organisation_id,
        alarm_shelf.c.until > now,
        alarm_shelf.c.ended_at.is_(None),
    )
    return tuple(
        ShelfView(
            kind=row.kind, actor_id=row.actor_id, name=row.name, seat=row.seat, at=row.at, until=row.until
        )
        for row in connection.execute(query.order_by(alarm_shelf.c.at, alarm_shelf.c.id))
    )


def _rate(connection: Connection, caller: Caller, now: datetime, operators: int) -> AlarmRate:
    """Of what the caller's role is told."""
    hears = _hears(caller)
    raised = connection.scalar(
        select(func.count()).where(
            deadline.c.passed_at > now - RATE_WINDOW,
            deadline.c.told_organisation_id == caller.organisation_id,
            deadline.c.told_role.in_([role.value for role in hears]),
        )
    )
    return AlarmRate(window_s=int(RATE_WINDOW.total_seconds()), alarms=raised or 0, operators=operators)


async def acknowledge_alarm(desk: Desk, caller: Caller, request: AlarmName) -> AlarmView:
    """The caller deals with it. Who was first stays its owner, and the answer names them."""
    now = desk.clock.now()
    query = _alarms(desk, caller).where(
        deadline.c.kind == request.kind, deadline.c.subject_id == request.subject_id
    )

    def work(connection: Connection) -> AlarmView:
        found = connection.execute(query).one_or_none()
        if found is None:
            raise NotFound("alarm-not-found")
        values = {
            "kind": found.kind,
            "subject_id": found.subject_id,
            "due_at": found.due_at,
            "actor_id": caller.actor_id,
            "name": caller.name,
            "seat": caller.seat or "",
            "at": now,
        }
        insert_new(connection, alarm_ack, values, ("kind", "subject_id", "due_at"))
        owned = connection.execute(query).one_or_none()
        if owned is None:  # its fact came in this very moment
            raise NotFound("alarm-not-found")
        return _views(desk, connection, [owned])[0]

    taken = await desk.storage.write(work, once=caller.once)
    desk.tell(Topic.ALARM, request.subject_id)
    return taken


def _hears(caller: Caller) -> tuple[Role, ...]:
    return LEADER_HEARS if caller.role is Role.SHIFT_LEADER else (caller.role,)


def _alarms(desk: Desk, caller: Caller) -> Select[Any]:
    """Passed and not settled since, within the time they are shown, the oldest first."""
    hears = _hears(caller)
    shown = SHOWN_BY_DAY if caller.role in BY_DAY else SHOWN
    same_alarm = and_(
        alarm_ack.c.kind == deadline.c.kind,
        alarm_ack.c.subject_id == deadline.c.subject_id,
        alarm_ack.c.due_at == deadline.c.due_at,
    )
    about = func.coalesce(case_file.c.incident_id, deadline.c.stream_id)
    return (
        select(
            deadline,
            stream.c.kind.label("stream_kind"),
            incident.c.id.label("incident_id"),
            incident.c.code,
            assignment.c.call_sign,
            alarm_ack.c.name.label("ack_name"),
            alarm_ack.c.seat.label("ack_seat"),
            alarm_ack.c.at.label("ack_at"),
        )
        .join(stream, stream.c.id == deadline.c.stream_id)
        .outerjoin(case_file, case_file.c.id == deadline.c.stream_id)
        .outerjoin(
            incident, and_(incident.c.id == about, streams.readable_by(incident.c.id, caller.reads_as))
        )
        .outerjoin(assignment, assignment.c.id == deadline.c.subject_id)
        .outerjoin(alarm_ack, same_alarm)
        .where(
            deadline.c.passed_at > desk.clock.now() - shown,
            deadline.c.settled_at.is_(None),
            deadline.c.told_organisation_id == caller.organisation_id,
            deadline.c.told_role.in_([role.value for role in hears]),
            streams.readable_by(deadline.c.stream_id, caller.reads_as),
        )
        .order_by(deadline.c.passed_at, deadline.c.kind, deadline.c.subject_id)
    )


def _views(desk: Desk, connection: Connection, rows: Sequence[Any]) -> tuple[AlarmView, ...]:
    about = desk.concerns.find(connection, [(row.kind, row.subject_id) for row in rows])
    return tuple(_view(desk, row, about.get((row.kind, row.subject_id))) for row in rows)


def _view(desk: Desk, row: Any, concern: Concern | None) -> AlarmView:  # noqa: ANN401
    of_case = row.stream_kind == StreamKind.CASE.value
    has_leader = row.ack_at is None and row.told_role == Role.DISPATCHER.value
    patience = timedelta(seconds=desk.config.alarm_escalates_s)
    return AlarmView(
        kind=row.kind,
        subject_id=row.subject_id,
        due_at=row.due_at,
        since=row.passed_at,
        incident_id=row.incident_id,
        incident_code=row.code,
        case_id=row.stream_id if of_case else None,
        call_sign=row.call_sign,
        told_role=row.told_role,
        escalates_at=row.passed_at + patience if has_leader else None,
        acknowledged_by=row.ack_name,
        acknowledged_seat=row.ack_seat,
        acknowledged_at=row.ack_at,
        about=None if concern is None else _about(concern),
    )


def _about(concern: Concern) -> AlarmAbout:
    return AlarmAbout(
        patient=concern.patient,
        referral_id=concern.referral_id,
        referral_code=concern.referral_code,
        organisation_id=concern.organisation_id,
        name_zh=concern.name_zh,
        name_en=concern.name_en,
        telephone=concern.telephone,
    )
