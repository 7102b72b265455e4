"""Route: one row of the table from which the service, OpenAPI, the permission check and the access tests are made."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from msgspec import Struct, field

from web.caller import Caller
from web.identity.permissions import Permission


class Nothing(Struct, frozen=True):
    """A request that asks for nothing in particular, or an answer that only says yes."""


class Cookie(Struct, frozen=True):
    """The session cookie of the seat that asked: always HttpOnly, SameSite=Strict, Path=/; Secure over https.

    `max_age_s` 0 takes it away.
    """

    value: str
    max_age_s: int


class Reply(Struct, frozen=True):
    """What a handler returns when its answer needs more than a body."""

    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    cookie: Cookie | None = None


class Event(Struct, frozen=True):
    """One message of a live stream; `id` is where to resume (a global position), absent on what cannot be resumed."""

    type: str
    data: Any
    id: int | None = None


class Socket:
    """A WebSocket as a handler sees it; `web.sockets` makes the real one."""

    async def send(self, message: Struct) -> None:
        """Send one message; raises ConnectionError when the other side is gone or too slow."""
        raise ConnectionError("not connected")

    async def receive(self, type: Any) -> Any:  # noqa: ANN401
        """The next message decoded as `type`, or None when the other side has gone. Raises Invalid on a bad one."""
        raise ConnectionError("not connected")


CallHandler = Callable[[Caller, Any], Awaitable[Any]]
OpenHandler = Callable[[None, Any], Awaitable[Any]]
"""The handler of a route without a permission: nobody was looked up, so there is no caller."""
StreamHandler = Callable[[Caller, Any], AsyncIterator[Event]]
SocketHandler = Callable[[Caller, Any, Socket], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """One way in.

    `request` is a Struct whose fields come from the path, then the JSON body (POST, PUT, PATCH, DELETE) or the query
    (GET). A field `if_match` comes from the If-Match header, and `after` of a stream also from Last-Event-ID.
    `permission` None means that nobody needs to be signed in. A `command` takes an Idempotency-Key: every
    POST that creates or changes something.

    A `call` handler returns a value of `response`, or a Reply around one; a `bytes` handler returns
    (content type, bytes), where no bytes are answered with 204, and its `response` may name the content type for
    the description. The `response` of a `stream` maps event types to the types of their data ("*" for all others);
    that of a `socket` is what it sends.
    `errors` are HTTP statuses that this route answers besides those every route of its shape has. A `loopback` route is
    only for who sits at this machine.
    """

    kind: Literal["call", "stream", "socket", "bytes"]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    permission: Permission | None
    request: type[Struct]
    response: Any
    handler: Any
    summary: str
    command: bool = False
    errors: Sequence[int] = ()
    tag: str = ""
    loopback: bool = False


API = "/api/v1"

UseCase = Callable[[Any, Caller, Any], Awaitable[Any]]
Row = tuple[Literal["GET", "POST"], str, Permission, type[Struct], type[Struct], UseCase, str]
"""Method, path below the API, permission, request, response, use case, summary: the line of a room's table."""


def table_routes(desk: object, table: Sequence[Row]) -> list[Route]:
    """The calls of a room's table, with their use cases at its desk. Every POST of it is a command."""
    return [
        Route(
            kind="call",
            method=method,
            path=API + path,
            permission=permission,
            request=request,
            response=response,
            handler=partial(use_case, desk),
            summary=summary,
            command=method == "POST",
            tag=path.split("/")[1],
        )
        for method, path, permission, request, response, use_case, summary in table
    ]
