"""Projectors of the entries that speak of an incident as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from shapely import Point
from sqlalchemy import Connection, insert, select, update

from dispatch.incidents import (
    CLOSE,
    COMPLETE,
    COMPLETED,
    HOLD,
    INCIDENT,
    MERGE_AWAY,
    REOPEN,
    RESTORE,
    RESUME,
    IncidentState,
)
from dispatch.tables import call, incident
from ledger import deadlines
from ledger.book import Entry, Projector
from ledger.deadlines import Deadline
from ledger.errors import NotFound
from ledger.kinds import incident as kinds
from ledger.kinds.base import Kind
from ledger.kinds.words import Priority, Role
from ledger.storage import spatial

K = TypeVar("K", bound=Kind)

HOLD_REMINDER = "hold-reminder"
UNKNOWN_PRIORITY = Priority.P2
"""What an incident counts as until questions were answered: unknown is never low."""


def said(entry: Entry, kind: type[K]) -> K:
    """The payload, known to be of this kind."""
    assert isinstance(entry.said, kind)
    return entry.said


def state_of(connection: Connection, incident_id: UUID) -> IncidentState:
    """Where the incident stands."""
    state = connection.scalar(select(incident.c.state).where(incident.c.id == incident_id))
    if state is None:
        raise NotFound("incident-not-found")
    return IncidentState(state)


def change(connection: Connection, incident_id: UUID, **values: Any) -> None:  # noqa: ANN401
    """Write columns of an incident and count its version up."""
    connection.execute(
        update(incident).where(incident.c.id == incident_id).values(version=incident.c.version + 1, **values)
    )


def move(connection: Connection, entry: Entry, event: str, **values: Any) -> None:  # noqa: ANN401
    """Advance the incident by an event of its table; raises Conflict or Forbidden when it is not open."""
    state = INCIDENT.advance(state_of(connection, entry.stream_id), event, entry.act.role)
    change(connection, entry.stream_id, state=state.value, state_version=entry.number, **values)


def _opened(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.IncidentOpened)
    connection.execute(
        insert(incident).values(
            id=entry.stream_id,
            code=fact.code,
            centre_id=fact.centre_id,
            opened_at=entry.act.recorded_at,
            state=INCIDENT.initial.value,
            priority=UNKNOWN_PRIORITY.value,
            priority_known=False,
            priority_by_hand=False,
            capabilities=(),
            protocol="",
            complaint="",
            answers={},
            address="",
            place_version=entry.number,
            priority_version=entry.number,
            state_version=entry.number,
            version=1,
        )
    )


def _call_taken(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.CallTaken)
    connection.execute(
        insert(call).values(
            id=fact.call_id,
            incident_id=entry.stream_id,
            origin_incident_id=entry.stream_id,
            source=fact.source.value,
            callback=fact.callback,
            taken_at=entry.act.recorded_at,
            entry_id=entry.id,
        )
    )
    _reopen_for_a_contact(connection, entry)
    known = connection.execute(
        select(incident.c.complaint, incident.c.patients).where(incident.c.id == entry.stream_id)
    ).one()
    change(
        connection,
        entry.stream_id,
        complaint=known.complaint or fact.complaint,
        patients=fact.patients if known.patients is None else known.patients,
    )


def _call_moved_here(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.CallMovedHere)
    where = {"incident_id": entry.stream_id}
    if fact.own:
        where["origin_incident_id"] = entry.stream_id
    connection.execute(update(call).where(call.c.id == fact.call_id).values(where))
    if state_of(connection, entry.stream_id) is IncidentState.MERGED:
        move(connection, entry, RESTORE, close_code=None, closed_at=None)
    else:
        _reopen_for_a_contact(connection, entry)


def _reopen_for_a_contact(connection: Connection, entry: Entry) -> None:
    """Somebody calls again about what was over: it is back in the queue."""
    if state_of(connection, entry.stream_id) is IncidentState.CLOSED:
        move(connection, entry, REOPEN, close_code=None, closed_at=None)
    else:
        change(connection, entry.stream_id)


def _call_moved_away(connection: Connection, entry: Entry) -> None:
    """The last call that leaves takes the incident out of the queue; relinking one brings it back."""
    fact = said(entry, kinds.CallMovedAway)
    left = connection.execute(
        select(call.c.id).where(call.c.incident_id == entry.stream_id, call.c.id != fact.call_id).limit(1)
    ).first()
    if left is None:
        emptied = no_longer_held(connection, entry)
        move(connection, entry, MERGE_AWAY, closed_at=entry.act.recorded_at, **emptied)
    else:
        change(connection, entry.stream_id)


def _evidence_added(connection: Connection, entry: Entry) -> None:
    change(connection, entry.stream_id)


def _located(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.Located)
    best = fact.estimate.best
    change(
        connection,
        entry.stream_id,
        estimate=fact.estimate,
        radius95_m=fact.estimate.radius95_m,
        place=None if best is None else spatial.put(Point(*best)),
        area=fact.area,
        address=fact.address,
        located_entry_id=entry.id,
        place_version=entry.number,
    )


def _questions_answered(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.QuestionsAnswered)
    change(connection, entry.stream_id, protocol=fact.complaint, answers=fact.answers)


def _prioritised(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.Prioritised)
    change(
        connection,
        entry.stream_id,
        priority=fact.priority.value,
        priority_version=entry.number,
        priority_known=True,
        priority_by_hand=fact.by_hand,
        advised_priority=None,
        capabilities=tuple(found.value for found in fact.capabilities),
    )


def _priority_advised(connection: Connection, entry: Entry) -> None:
    change(connection, entry.stream_id, advised_priority=said(entry, kinds.PriorityAdvised).priority.value)


def _held(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.IncidentHeld)
    move(connection, entry, HOLD, held_reason=fact.reason, held_by=fact.owner_id, remind_at=fact.remind_at)
    deadlines.expect(
        connection,
        Deadline(
            kind=HOLD_REMINDER,
            subject_id=entry.stream_id,
            stream_id=entry.stream_id,
            due_at=fact.remind_at,
            told_organisation_id=entry.act.organisation_id,
            told_role=Role.DISPATCHER,
        ),
    )


def no_longer_held(connection: Connection, entry: Entry) -> dict[str, None]:
    """Settle the reminder of a held incident; the columns that a hold had filled, emptied."""
    deadlines.settle(connection, (HOLD_REMINDER,), entry.stream_id, entry.act.recorded_at)
    return {"held_reason": None, "held_by": None, "remind_at": None}


def _resumed(connection: Connection, entry: Entry) -> None:
    move(connection, entry, RESUME, **no_longer_held(connection, entry))


def _closed(connection: Connection, entry: Entry) -> None:
    fact = said(entry, kinds.IncidentClosed)
    event = COMPLETE if fact.code == COMPLETED else CLOSE
    emptied = no_longer_held(connection, entry)
    move(connection, entry, event, close_code=fact.code, closed_at=entry.act.recorded_at, **emptied)


PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kinds.IncidentOpened: (_opened,),
    kinds.CallTaken: (_call_taken,),
    kinds.CallMovedHere: (_call_moved_here,),
    kinds.CallMovedAway: (_call_moved_away,),
    kinds.EvidenceAdded: (_evidence_added,),
    kinds.Located: (_located,),
    kinds.QuestionsAnswered: (_questions_answered,),
    kinds.Prioritised: (_prioritised,),
    kinds.PriorityAdvised: (_priority_advised,),
    kinds.IncidentHeld: (_held,),
    kinds.IncidentResumed: (_resumed,),
    kinds.IncidentClosed: (_closed,),
}
