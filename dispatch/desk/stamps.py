"""Time points that crews report. Repeated, late and shuffled reports change nothing twice."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from dispatch.assignments import (
    ASSIGNMENT,
    CREW_ENDS,
    RELEASED,
    STAMP_EVENTS,
    TRANSPORTED,
    AssignmentState,
    is_late,
    is_reportable,
    missing_between,
)
from dispatch.desk.context import Desk, assignment_row, reported_act
from dispatch.desk.tracking import place_of, take_fixes, vehicle_at
from dispatch.desk.views import one_assignment
from dispatch.messages.assignments import (
    AssignmentView,
    ChangeSeen,
    FixReport,
    ReportStamps,
    StampAnswer,
    StampReport,
    StampResult,
)
from dispatch.projections.assignments import audience_of
from dispatch.projections.assignments import row as assignment_now
from dispatch.tables import stamp
from ledger.errors import Conflict, DomainError, Invalid, NotFound
from ledger.kinds import AnyKind
from ledger.kinds.assignment import ChangeHeard, Fix, RouteChanged, Stamped
from ledger.kinds.incident import Located
from web.caller import Caller


async def report_stamps(desk: Desk, caller: Caller, request: ReportStamps) -> StampAnswer:
    """Take a queue of reports. Each is judged by itself: one that is refused does not hold up the others."""
    now = desk.clock.now()
    fixes = [_fix(report.fix, f"stamps[{i}].fix") for i, report in enumerate(request.stamps)]

    def work(connection: Connection) -> StampAnswer:
        row = assignment_row(connection, caller, request.assignment_id)
        judge = _Judge(desk, connection, caller, row.incident_id, row.id, now)
        results = [judge.take(report, fix) for report, fix in zip(request.stamps, fixes, strict=True)]
        view = one_assignment(connection, caller, request.assignment_id)
        return StampAnswer(assignment=view, results=tuple(results))

    answer = await desk.storage.write(work, once=caller.once)
    sent = answer.assignment
    # A report that carries a fix moves the unit as well.
    seen = [
        vehicle_at(sent.unit_id, report.fix, f"stamps[{i}].fix", now)
        for i, report in enumerate(request.stamps)
        if report.fix is not None
    ]
    await take_fixes(desk, seen, sent.organisation_id, sent.station_id)
    return answer


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges the reports of one queue, in one transaction that holds the incident."""

    desk: Desk
    connection: Connection
    caller: Caller
    incident_id: UUID
    assignment_id: UUID
    now: datetime

    def take(self, report: StampReport, fix: Fix | None) -> StampResult:
        """Applied, late, repeated, or refused with the reason."""
        try:
            with self.connection.begin_nested():
                return self._stamp(report, fix)
        except DomainError as error:
            return StampResult(command_id=report.command_id, outcome="refused", reason=error.reason)

    def _stamp(self, report: StampReport, fix: Fix | None) -> StampResult:
        known = _known(self.connection, self.assignment_id, report)
        if known is not None:
            return StampResult(command_id=report.command_id, outcome="repeated", stamp_id=known)
        if not is_reportable(report.event):
            raise Invalid("event-not-reportable", field="event", event=report.event)
        before = AssignmentState(assignment_now(self.connection, self.assignment_id).state)
        late = is_late(before, report.event) and report.supersedes is None
        act = reported_act(self.caller, self.now, report.at, report.source, report.clock_offset_s)
        stamp_id = uuid5(self.assignment_id, report.command_id)
        after = ASSIGNMENT.advance(before, report.event, self.caller.role)
        if before in RELEASED and report.event in CREW_ENDS and self._transported():
            raise Conflict("transition-not-open", machine=ASSIGNMENT.name, state=before, event=report.event)
        fact = Stamped(
            assignment_id=self.assignment_id,
            stamp_id=stamp_id,
            command_id=report.command_id,
            event=report.event,
            state_before=before.value,
            state_after=after.value,
            late=late,
            fix=fix,
            clock_offset_s=report.clock_offset_s,
            supersedes=report.supersedes,
            missing=missing_between(before, report.event),
            end_code=report.event if after is AssignmentState.END and before is not after else "",
            reason=report.reason,
        )
        audience = audience_of(self.connection, self.assignment_id)
        self.desk.write(self.connection, self.incident_id, act, fact, audience=audience)
        outcome = "late" if late else "applied"
        return StampResult(command_id=report.command_id, outcome=outcome, stamp_id=stamp_id)

    def _transported(self) -> bool:
        mine = stamp.c.assignment_id == self.assignment_id
        brought = select(stamp.c.id).where(mine, stamp.c.valid_event.in_(TRANSPORTED)).limit(1)
        return self.connection.execute(brought).first() is not None


def _known(connection: Connection, assignment_id: UUID, report: StampReport) -> UUID | None:
    """The stamp that this report already made; Conflict when another one holds its place."""
    mine = stamp.c.assignment_id == assignment_id
    found = connection.scalar(select(stamp.c.id).where(mine, stamp.c.command_id == report.command_id))
    if found is not None:
        return UUID(str(found))
    valid = connection.execute(
        select(stamp.c.id, stamp.c.at).where(mine, stamp.c.valid_event == report.event)
    ).one_or_none()
    if valid is not None and valid.id != report.supersedes:
        raise Conflict("already-stamped", event=report.event, stamp_id=str(valid.id))
    if report.supersedes is not None and (valid is None or report.event not in STAMP_EVENTS):
        raise Invalid("supersedes-nothing", field="supersedes")
    return None


async def change_seen(desk: Desk, caller: Caller, request: ChangeSeen) -> AssignmentView:
    """The crew has seen a change of its order. Said again, it changes nothing."""
    now = desk.clock.now()

    def work(connection: Connection) -> AssignmentView:
        row = assignment_row(connection, caller, request.assignment_id)
        told = desk.book.get(connection, request.change_entry_id)
        if told.stream_id != row.incident_id or not _changes(told.said, row.id):
            raise NotFound("entry-not-found")
        if row.change_entry_id != request.change_entry_id:
            fact = ChangeHeard(assignment_id=row.id, change_entry_id=request.change_entry_id)
            desk.write(connection, row.incident_id, caller.act(now), fact)
        return one_assignment(connection, caller, row.id)

    return await desk.storage.write(work, once=caller.once)


def _changes(said: AnyKind, assignment_id: UUID) -> bool:
    """Whether an entry of the incident changes what this crew was told."""
    if isinstance(said, RouteChanged):
        return said.assignment_id == assignment_id
    return isinstance(said, Located)


def _fix(report: FixReport | None, field: str) -> Fix | None:
    if report is None:
        return None
    place = place_of(report, field)
    return Fix(lon=place.lon, lat=place.lat, fixed_at=report.fixed_at, accuracy_m=report.accuracy_m)
