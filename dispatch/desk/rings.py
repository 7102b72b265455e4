"""Rings: reported by the telephone exchange, answered by one seat, and listed until somebody has dealt with them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, or_, select, update

from dispatch.desk.context import CLOCK_SKEW, Desk, centre_of
from dispatch.desk.places import received
from dispatch.messages.rings import EndRing, NewRing, RingId, RingList, RingView
from dispatch.rings import ANSWER, HANG_UP, LISTED, RING, RING_CODES, SETTLE, TAKE, RingState
from dispatch.tables import ring
from geo.evidence import Evidence
from ledger.errors import Conflict, Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds.incident import CallTaken
from ledger.kinds.words import CallSource, Role
from ledger.storage.insert import insert_new
from web.caller import Caller
from web.routes import Nothing
from web.topics import Topic

ANSWERED_SHOWN = timedelta(minutes=15)
"""For so long an answered ring stays in the list: its caller may be cut off."""

MISSED_SHOWN = timedelta(hours=12)
"""For so long somebody who hung up is waiting to be called back."""


async def report_ring(desk: Desk, caller: Caller, request: NewRing) -> RingView:
    """It rings at the centre. The same ring of the same exchange, reported again, is found and left as it is."""
    now = desk.clock.now()
    if request.rang_at is not None and request.rang_at > now + CLOCK_SKEW:
        raise Invalid("time-in-future", field="rang_at", minutes=int(CLOCK_SKEW.total_seconds() // 60))
    ring_id = new_id(now)
    values = {
        "id": ring_id,
        "organisation_id": caller.organisation_id,
        "exchange_id": request.ring_id,
        "state": RING.initial.value,
        "source": request.source.value,
        "callback": request.callback,
        "language": request.language,
        "heard": request.heard,
        "evidence": received(caller, request.evidence, now, f"ring-{ring_id}"),
        "rang_at": request.rang_at or now,
        "reported_at": now,
        "answered_name": "",
        "answered_seat": "",
    }

    def work(connection: Connection) -> RingView:
        new = {**values, "centre_id": centre_of(connection, caller)}
        if insert_new(connection, ring, new, ("organisation_id", "exchange_id")):
            return _view(_row(connection, caller, ring_id))
        known = (ring.c.organisation_id == caller.organisation_id) & (ring.c.exchange_id == request.ring_id)
        return _view(connection.execute(select(ring).where(known)).one())

    return _told(desk, await desk.storage.write(work, once=caller.once))


async def answer_ring(desk: Desk, caller: Caller, request: RingId) -> RingView:
    """This seat has the caller on the line. Conflict with the name of who was faster."""
    now = desk.clock.now()

    def work(connection: Connection) -> RingView:
        row = _row(connection, caller, request.ring_id, locked=True)
        if row.answered_by == caller.actor_id:
            return _view(row)
        _refuse_if_taken(caller, row, override=False)
        return _move(connection, caller, row, ANSWER, **_answered(caller, now))

    return _told(desk, await desk.storage.write(work, once=caller.once))


async def end_ring(desk: Desk, caller: Caller, request: EndRing) -> RingView:
    """Somebody hung up: nobody had answered, so it was missed. With a code: it was dealt with."""
    now = desk.clock.now()
    if request.code is not None and request.code not in RING_CODES:
        raise Invalid("ring-code-unknown", field="code", allowed=", ".join(RING_CODES))

    def work(connection: Connection) -> RingView:
        row = _row(connection, caller, request.ring_id, locked=True)
        ended = {"ended_at": row.ended_at or now}
        if request.code is None:
            return _move(connection, caller, row, HANG_UP, **ended)
        done = {"done_at": now, "done_by": caller.actor_id, "end_code": request.code}
        return _move(connection, caller, row, SETTLE, **ended, **done)

    return _told(desk, await desk.storage.write(work, once=caller.once))


async def list_rings(desk: Desk, caller: Caller, request: Nothing) -> RingList:
    """What rings now, what was answered just now, and who hung up and was not called back."""
    now = desk.clock.now()
    waiting = ring.c.state.in_(LISTED) & (ring.c.rang_at > now - MISSED_SHOWN)
    query = select(ring).where(
        ring.c.centre_id == caller.organisation_id,
        ring.c.rang_at > now - MISSED_SHOWN - ANSWERED_SHOWN,
        or_(waiting, ring.c.answered_at > now - ANSWERED_SHOWN),
    )
    rows = await desk.storage.read(
        lambda connection: connection.execute(query.order_by(ring.c.rang_at, ring.c.id)).all()
    )
    return RingList(rings=tuple(_view(row) for row in rows))


class Rang(Struct, frozen=True):
    """What a ring knows of the call that it becomes."""

    callback: str = ""
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()


async def rang(desk: Desk, caller: Caller, ring_id: UUID | None, now: datetime) -> Rang:
    """What this ring knows; nothing without one. NotFound when it rang at another centre.

    Whoever takes a call from a ring that still rings answers it by that. One that was missed stays unanswered: calling
    back is another call.
    """
    if ring_id is None:
        return Rang()
    row = await desk.storage.read(lambda connection: _row(connection, caller, ring_id))
    return Rang(row.callback, row.rang_at, now if _rings_still(row) else row.answered_at, row.evidence)


def take_ring(
    connection: Connection,
    caller: Caller,
    ring_id: UUID | None,
    fact: CallTaken,
    incident_id: UUID,
    now: datetime,
) -> None:
    """The ring has become this call. Only who answered it, or a shift leader, may make a call of it."""
    if ring_id is None:
        return
    row = _row(connection, caller, ring_id, locked=True)
    _refuse_if_taken(caller, row, override=caller.role is Role.SHIFT_LEADER)
    answered = _answered(caller, fact.answered_at or now) if _rings_still(row) else {}
    done = {"done_at": now, "done_by": caller.actor_id, "call_id": fact.call_id, "incident_id": incident_id}
    _move(connection, caller, row, TAKE, **answered, **done)


def _rings_still(row: Any) -> bool:  # noqa: ANN401
    return row.answered_at is None and row.ended_at is None


def _answered(caller: Caller, at: datetime) -> dict[str, Any]:
    return {
        "answered_at": at,
        "answered_by": caller.actor_id,
        "answered_name": caller.name,
        "answered_seat": caller.seat or "",
    }


def _refuse_if_taken(caller: Caller, row: Any, *, override: bool) -> None:  # noqa: ANN401
    """Somebody else has it: by name, so that one can ask across the room."""
    if row.call_id is not None:
        raise Conflict("ring-done", name=row.answered_name, incident_id=str(row.incident_id))
    if row.answered_by is not None and row.answered_by != caller.actor_id and not override:
        raise Conflict("ring-answered", name=row.answered_name, seat=row.answered_seat)


def _row(connection: Connection, caller: Caller, ring_id: UUID, *, locked: bool = False) -> Any:  # noqa: ANN401
    """The ring, if it rang at the caller's centre or was reported by the caller's exchange."""
    mine = or_(ring.c.centre_id == caller.organisation_id, ring.c.organisation_id == caller.organisation_id)
    query = select(ring).where(ring.c.id == ring_id, mine)
    found = connection.execute(query.with_for_update() if locked else query).one_or_none()
    if found is None:
        raise NotFound("ring-not-found")
    return found


def _move(connection: Connection, caller: Caller, row: Any, event: str, **values: Any) -> RingView:  # noqa: ANN401
    """Advance a locked ring by an event of its table."""
    state = RING.advance(RingState(row.state), event, caller.role)
    connection.execute(update(ring).where(ring.c.id == row.id).values(state=state.value, **values))
    return _view(_row(connection, caller, row.id))


def tell(desk: Desk, ring_id: UUID | None) -> None:
    """Seats look at their rings again; nothing without one."""
    if ring_id is not None:
        desk.tell(Topic.RING, ring_id)


def _told(desk: Desk, view: RingView) -> RingView:
    tell(desk, view.id)
    return view


def _view(row: Any) -> RingView:  # noqa: ANN401
    return RingView(
        id=row.id,
        exchange_id=row.exchange_id,
        state=row.state,
        source=CallSource(row.source),
        callback=row.callback,
        language=row.language,
        heard=row.heard,
        evidence=row.evidence,
        rang_at=row.rang_at,
        answered_at=row.answered_at,
        answered_by=row.answered_by,
        answered_by_name=row.answered_name,
        answered_by_seat=row.answered_seat,
        ended_at=row.ended_at,
        done_at=row.done_at,
        end_code=row.end_code,
        call_id=row.call_id,
        incident_id=row.incident_id,
    )
