"""Projectors of the entries that speak of one unit on one incident. The unit's constraint decides a race here."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from dispatch.assignments import (
    ASSIGNMENT,
    RELEASED,
    RELEASING,
    STAMP_EVENTS,
    AssignmentState,
    undone_by,
)
from dispatch.incidents import REOPEN, SEND, IncidentState
from dispatch.projections.incidents import change, move, no_longer_held, said, state_of
from dispatch.tables import assignment, incident, stamp
from ledger import deadlines, streams
from ledger.book import Entry, Projector
from ledger.deadlines import Deadline
from ledger.errors import Conflict, NotFound
from ledger.kinds import assignment as kinds
from ledger.kinds import canonical
from ledger.kinds.base import Instant, Kind
from ledger.kinds.incident import Located
from ledger.kinds.words import Role
from ledger.storage.insert import insert_new
from ledger.tables import entry as written
from ledger.tables import payload

CREW_ACK, STATION_ACK, CHANGE_ACK, RESERVATION = "crew-ack", "station-ack", "change-ack", "reservation-due"
NO_ROAD = "no-road"
ORDER_DEADLINES = (CREW_ACK, STATION_ACK)
ALL_DEADLINES = (*ORDER_DEADLINES, CHANGE_ACK, RESERVATION, NO_ROAD)

ROLLING = frozenset({"depart", "stage", "arrive", "patient-contact", "load", "transport"})


def expect(connection: Connection, entry: Entry, kind: str, subject_id: UUID, due_at: Instant) -> None:
    """A deadline whose passing is told to the dispatchers of the centre that leads the incident."""
    centre = connection.execute(
        select(incident.c.centre_id).where(incident.c.id == entry.stream_id)
    ).scalar_one()
    deadlines.expect(
        connection,
        Deadline(
            kind=kind,
            subject_id=subject_id,
            stream_id=entry.stream_id,
            due_at=due_at,
            told_organisation_id=centre,
            told_role=Role.DISPATCHER,
        ),
    )


def _busy(unit_id: UUID) -> Conflict:
    return Conflict("unit-already-sent", unit_id=str(unit_id))


def _sent(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.UnitSent)
    reserved = fact.reserved_for is not None
    values = {
        "id": fact.assignment_id,
        "incident_id": entry.stream_id,
        "unit_id": fact.unit_id,
        "busy_unit_id": None if reserved else fact.unit_id,
        "call_sign": fact.call_sign,
        "station_id": fact.station_id,
        "organisation_id": fact.organisation_id,
        "state": (AssignmentState.RSV if reserved else ASSIGNMENT.initial).value,
        "sent_at": entry.act.recorded_at,
        "reserved_for": fact.reserved_for,
        "end_code": "",
        "end_reason": "",
        "version": 1,
    }
    if not insert_new(connection, assignment, values, ("busy_unit_id",)):
        raise _busy(fact.unit_id)
    emptied = no_longer_held(connection, entry)
    move(connection, entry, SEND, close_code=None, closed_at=None, **emptied)
    if not reserved:
        _first_sent(connection, entry)
    for reader in (fact.organisation_id, fact.unit_id):
        streams.admit(connection, entry.stream_id, reader, entry.number, "assignment")
    for kind, due in (
        (CREW_ACK, fact.crew_ack_by),
        (STATION_ACK, fact.station_ack_by),
        (RESERVATION, fact.reserved_for),
    ):
        if due is not None:
            expect(connection, entry, kind, fact.assignment_id, due)


def _first_sent(connection: Connection, entry: Entry) -> None:
    """A reserved unit is not on its way: it counts from its call."""
    connection.execute(
        update(incident)
        .where(incident.c.id == entry.stream_id, incident.c.first_sent_at.is_(None))
        .values(first_sent_at=entry.act.recorded_at)
    )


def _reservation_called(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.ReservationCalled)
    found = row(connection, fact.assignment_id)
    state = ASSIGNMENT.advance(AssignmentState(found.state), "call", entry.act.role)
    write(connection, fact.assignment_id, state=state.value, sent_at=entry.act.recorded_at)
    occupy(connection, fact.assignment_id, found.unit_id)
    _first_sent(connection, entry)
    deadlines.settle(connection, (RESERVATION,), fact.assignment_id, entry.act.recorded_at)
    expect(connection, entry, CREW_ACK, fact.assignment_id, fact.crew_ack_by)
    expect(connection, entry, STATION_ACK, fact.assignment_id, fact.station_ack_by)
    change(connection, entry.stream_id)


def _order_heard(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.OrderHeard)
    write(connection, fact.assignment_id, station_heard_at=entry.act.at)
    deadlines.settle(connection, (STATION_ACK,), fact.assignment_id, entry.act.recorded_at)


def _change_heard(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.ChangeHeard)
    write(connection, fact.assignment_id, change_entry_id=fact.change_entry_id)
    if not _changed_since(connection, entry, fact):
        deadlines.settle(connection, (CHANGE_ACK,), fact.assignment_id, entry.act.recorded_at)


def _changed_since(connection: Connection, heard: Entry, fact: kinds.ChangeHeard) -> bool:
    """Whether the order was changed again after the change that the crew has seen: that one is still unheard."""
    seen = connection.scalar(select(written.c.number).where(written.c.id == fact.change_entry_id)) or 0
    newer = connection.scalars(
        select(payload.c.body)
        .join(written, written.c.id == payload.c.entry_id)
        .where(
            written.c.stream_id == heard.stream_id,
            written.c.kind.in_((Located.name(), kinds.RouteChanged.name())),
            written.c.number > seen,
            written.c.number < heard.number,
        )
    )
    return any(must_be_heard(canonical.read_payload(body), fact.assignment_id) for body in newer)


def must_be_heard(change: Kind, assignment_id: UUID) -> bool:
    """Whether the crew of this assignment has to acknowledge the change."""
    if isinstance(change, kinds.RouteChanged):
        return change.assignment_id == assignment_id and change.acknowledge_by is not None
    return isinstance(change, Located) and change.crews_ack_by is not None


def _route_changed(connection: Connection, entry: Entry) -> None:
    """There is a road again, whatever was said before; a newer change takes the place of an unheard one."""
    fact = said(entry, kinds.RouteChanged)
    deadlines.settle(connection, (NO_ROAD,), fact.assignment_id, entry.act.recorded_at)
    if fact.acknowledge_by is not None:
        expect(connection, entry, CHANGE_ACK, fact.assignment_id, fact.acknowledge_by)


def _road_lost(connection: Connection, entry: Entry) -> None:
    """Nobody need wait for this to be missed: it is due at once."""
    assignment_id = said(entry, kinds.RoadLost).assignment_id
    expect(connection, entry, NO_ROAD, assignment_id, entry.act.recorded_at)


def _place_changed(connection: Connection, entry: Entry) -> None:
    """A corrected place must be acknowledged by every crew on the way."""
    due = said(entry, Located).crews_ack_by
    if due is None:
        return
    busy = connection.scalars(
        select(assignment.c.id).where(
            assignment.c.incident_id == entry.stream_id, assignment.c.busy_unit_id.is_not(None)
        )
    )
    for assignment_id in busy.all():
        expect(connection, entry, CHANGE_ACK, assignment_id, due)


def _stamped(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.Stamped)
    now, before = entry.act.recorded_at, AssignmentState(fact.state_before)
    state = ASSIGNMENT.advance(before, fact.event, entry.act.role)
    undone = undone_by(fact.event)
    valid = stamp.c.assignment_id == fact.assignment_id
    if fact.supersedes is not None:
        connection.execute(update(stamp).where(stamp.c.id == fact.supersedes).values(valid_event=None))
    if undone:
        connection.execute(
            update(stamp).where(valid, stamp.c.valid_event.in_(undone)).values(valid_event=None)
        )
    connection.execute(
        insert(stamp).values(
            id=fact.stamp_id,
            assignment_id=fact.assignment_id,
            event=fact.event,
            valid_event=None if undone else fact.event,
            command_id=fact.command_id,
            at=entry.act.at,
            recorded_at=now,
            source=entry.act.source.value,
            actor_id=entry.act.actor_id,
            late=fact.late,
            reason=fact.reason,
        )
    )
    values: dict[str, Any] = {"state": state.value}
    if fact.event == "acknowledge":
        values["crew_heard_at"] = entry.act.at
    if state in RELEASED:
        values |= {"busy_unit_id": None, "released_at": _released_at(connection, fact.assignment_id)}
    if state is AssignmentState.END and before is not state:
        values |= {"end_code": fact.event, "end_reason": fact.reason}
    write(connection, fact.assignment_id, **values)
    if before in RELEASED and state not in RELEASED:
        occupy(connection, fact.assignment_id, row(connection, fact.assignment_id).unit_id)
        if state_of(connection, entry.stream_id) is IncidentState.CLOSED:
            move(connection, entry, REOPEN, close_code=None, closed_at=None)
    _settle(connection, fact, state, now)
    change(connection, entry.stream_id)


def _released_at(connection: Connection, assignment_id: UUID) -> Instant | None:
    """Since when the unit is free: in whatever order that was reported."""
    mine = (stamp.c.assignment_id == assignment_id) & stamp.c.valid_event.in_(RELEASING)
    found: Instant | None = connection.scalar(select(func.min(stamp.c.at)).where(mine))
    return found


def _settle(connection: Connection, fact: kinds.Stamped, state: AssignmentState, now: Instant) -> None:
    """The crew's first sign of life settles its deadline; wheels that roll, or an end, settle the station's too."""
    if state in RELEASED:
        deadlines.settle(connection, ALL_DEADLINES, fact.assignment_id, now)
    elif fact.event in ROLLING:
        deadlines.settle(connection, ORDER_DEADLINES, fact.assignment_id, now)
    elif fact.event in STAMP_EVENTS:
        deadlines.settle(connection, (CREW_ACK,), fact.assignment_id, now)


def row(connection: Connection, assignment_id: UUID) -> Any:  # noqa: ANN401
    """The assignment's row; NotFound when there is none."""
    found = connection.execute(select(assignment).where(assignment.c.id == assignment_id)).one_or_none()
    if found is None:
        raise NotFound("assignment-not-found")
    return found


def audience_of(connection: Connection, assignment_id: UUID) -> tuple[UUID, ...]:
    """For whom the time points of a run are: the centre, the crew, its organisation. What another organisation's
    unit does with its patient on the same incident is nobody else's to read.
    """
    return audiences_of(connection, [assignment_id])[assignment_id]


def audiences_of(
    connection: Connection, assignments: Sequence[UUID], *, busy: bool = False
) -> dict[UUID, tuple[UUID, ...]]:
    """The same for several runs; `busy` leaves out those that keep no unit busy any more."""
    query = (
        select(assignment.c.id, incident.c.centre_id, assignment.c.unit_id, assignment.c.organisation_id)
        .join(incident, incident.c.id == assignment.c.incident_id)
        .where(assignment.c.id.in_(assignments))
    )
    if busy:
        query = query.where(assignment.c.busy_unit_id.is_not(None))
    rows = connection.execute(query)
    return {row.id: (row.centre_id, row.unit_id, row.organisation_id) for row in rows}


def write(connection: Connection, assignment_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of an assignment and count its version up."""
    connection.execute(
        update(assignment)
        .where(assignment.c.id == assignment_id)
        .values(version=assignment.c.version + 1, **values)
    )


def occupy(connection: Connection, assignment_id: UUID, unit_id: UUID) -> None:
    """Make the unit busy with this assignment; Conflict when it is busy with another one."""
    try:
        with connection.begin_nested():
            connection.execute(
                update(assignment)
                .where(assignment.c.id == assignment_id)
                .values(busy_unit_id=unit_id, released_at=None)
            )
    except IntegrityError:
        raise _busy(unit_id) from None


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.UnitSent: (_sent,),
    kinds.ReservationCalled: (_reservation_called,),
    kinds.OrderHeard: (_order_heard,),
    kinds.ChangeHeard: (_change_heard,),
    kinds.RouteChanged: (_route_changed,),
    kinds.RoadLost: (_road_lost,),
    Located: (_place_changed,),
    kinds.Stamped: (_stamped,),
}
