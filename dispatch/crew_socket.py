"""The crew's WebSocket: orders, routes and changes out; reports, positions and acknowledgements in.

It carries the same entries as the event stream, with the same resume by position, and the same commands as the
HTTP routes, judged by the same use cases. A command that cannot be taken is answered with its reason; the socket
stays open.
"""

import asyncio
from uuid import UUID

import msgspec
from msgspec import Struct

from dispatch.desk.context import Desk
from dispatch.desk.stamps import change_seen, report_stamps
from dispatch.desk.tracking import report_positions
from dispatch.desk.way import own_active_assignments, route
from dispatch.messages.assignments import (
    AssignmentId,
    AssignmentView,
    ChangeSeen,
    FixReport,
    ReportStamps,
    RouteView,
    StampAnswer,
    StampReport,
)
from dispatch.messages.fleet import ReportPositions
from ledger.errors import DomainError, FieldProblem, Forbidden, Invalid
from ledger.kinds.assignment import ReservationCalled, RouteChanged, UnitSent
from ledger.kinds.base import Short
from ledger.kinds.incident import Located
from ledger.reasons import Reason
from web.caller import Caller
from web.live import Hub
from web.routes import Event, Socket

ROUTED = frozenset(kind.name() for kind in (UnitSent, ReservationCalled, RouteChanged, Located))
"""Entries after which a crew needs a fresh way."""


class Hello(Struct, frozen=True, kw_only=True, tag="hello", forbid_unknown_fields=True):
    """First message of a crew: the last position it has, or none to begin with now."""

    after: int | None = None


class Stamps(Struct, frozen=True, kw_only=True, tag="stamps", forbid_unknown_fields=True):
    """A queue of reports on one assignment; `ref` comes back with the answer."""

    ref: Short
    assignment_id: UUID
    stamps: tuple[StampReport, ...]


class Positions(Struct, frozen=True, kw_only=True, tag="positions", forbid_unknown_fields=True):
    """Fixes of the crew's own unit; they are not answered."""

    fixes: tuple[FixReport, ...]


class Seen(Struct, frozen=True, kw_only=True, tag="seen", forbid_unknown_fields=True):
    """The crew has seen a change of its order."""

    ref: Short
    assignment_id: UUID
    change_entry_id: UUID


class WantRoute(Struct, frozen=True, kw_only=True, tag="want-route", forbid_unknown_fields=True):
    """The crew asks for its way, from where it is now."""

    ref: Short
    assignment_id: UUID


FromCrew = Hello | Stamps | Positions | Seen | WantRoute


class Told(Struct, frozen=True, kw_only=True, tag="event"):
    """One event of the stream: an entry, or `ready`, `heartbeat`, `resync`, `positions`."""

    event: str
    position: int | None
    data: msgspec.Raw


class Way(Struct, frozen=True, kw_only=True, tag="route"):
    """The way that the crew has now, sent with an order and after every change of place or road."""

    route: RouteView
    ref: str = ""


class Answer(Struct, frozen=True, kw_only=True, tag="answer"):
    """What became of a command."""

    ref: str
    stamps: StampAnswer | None = None
    assignment: AssignmentView | None = None
    reason: Reason | None = None
    fields: tuple[FieldProblem, ...] = ()


ToCrew = Told | Way | Answer


class CrewRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Opens the socket; the first message is `hello`."""


class CrewLine:
    """Serves crews' sockets."""

    def __init__(self, desk: Desk, hub: Hub) -> None:
        self._desk = desk
        self._hub = hub

    async def serve(self, caller: Caller, request: CrewRequest, socket: Socket) -> None:
        """Until either side goes."""
        if caller.unit_id is None:
            raise Forbidden("crew-without-unit")
        first = await self._next(socket)
        if first is None:
            return
        after = first.after if isinstance(first, Hello) else None
        telling = asyncio.create_task(self._tell(caller, after, socket))
        hearing = asyncio.create_task(self._hear(caller, socket, first))
        try:
            done, _ = await asyncio.wait({telling, hearing}, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in (telling, hearing):
                task.cancel()
            await asyncio.gather(telling, hearing, return_exceptions=True)

    async def _tell(self, caller: Caller, after: int | None, socket: Socket) -> None:
        async for event in self._hub.follow(caller, after):
            await socket.send(_told(event))
            if event.type in ROUTED:
                for assignment_id in await self._concerned(caller, event):
                    await self._send_route(caller, socket, assignment_id, "")

    async def _concerned(self, caller: Caller, event: Event) -> list[UUID]:
        """The crew's own assignments that this entry gives a way, or another way."""
        entry = msgspec.json.decode(event.data)
        if event.type == RouteChanged.name():
            assignment_id = UUID(entry["said"]["assignment_id"])
            if self._desk.guide.find(assignment_id) is not None:
                return [assignment_id]
        return await own_active_assignments(self._desk, caller, UUID(entry["stream_id"]))

    async def _send_route(self, caller: Caller, socket: Socket, assignment_id: UUID, ref: str) -> None:
        try:
            way = await route(self._desk, caller, AssignmentId(assignment_id=assignment_id))
        except DomainError as error:
            await socket.send(Answer(ref=ref, reason=error.reason))
        else:
            await socket.send(Way(route=way, ref=ref))

    async def _hear(self, caller: Caller, socket: Socket, message: FromCrew | None) -> None:
        """Take the first message, which may be a command already, and all that follow."""
        while message is not None:
            try:
                await self._take(caller, socket, message)
            except DomainError as error:
                await socket.send(_refused("", error))
            message = await self._next(socket)

    async def _next(self, socket: Socket) -> FromCrew | None:
        """The next message that can be read; None when the crew has gone."""
        while True:
            try:
                message: FromCrew | None = await socket.receive(FromCrew)
            except DomainError as error:
                await socket.send(_refused("", error))
            else:
                return message

    async def _take(self, caller: Caller, socket: Socket, message: FromCrew) -> None:
        match message:
            case Hello():
                return
            case Positions(fixes=fixes):
                assert caller.unit_id is not None
                await report_positions(
                    self._desk, caller, ReportPositions(unit_id=caller.unit_id, fixes=fixes)
                )
            case WantRoute(ref=ref, assignment_id=assignment_id):
                await self._send_route(caller, socket, assignment_id, ref)
            case _:
                await socket.send(await self._answer(caller, message))

    async def _answer(self, caller: Caller, message: Stamps | Seen) -> Answer:
        try:
            if isinstance(message, Stamps):
                reports = ReportStamps(assignment_id=message.assignment_id, stamps=message.stamps)
                return Answer(ref=message.ref, stamps=await report_stamps(self._desk, caller, reports))
            seen = ChangeSeen(assignment_id=message.assignment_id, change_entry_id=message.change_entry_id)
            return Answer(ref=message.ref, assignment=await change_seen(self._desk, caller, seen))
        except DomainError as error:
            return _refused(message.ref, error)


def _refused(ref: str, error: DomainError) -> Answer:
    fields = error.fields if isinstance(error, Invalid) else ()
    return Answer(ref=ref, reason=error.reason, fields=fields)


def _told(event: Event) -> Told:
    data = event.data if isinstance(event.data, msgspec.Raw) else msgspec.Raw(msgspec.json.encode(event.data))
    return Told(event=event.type, position=event.id, data=data)
