"""Server-sent events over HTTP: a `stream` route's events, written until somebody ends it."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import cast

import msgspec
import structlog
from aiohttp import web

from ledger.errors import DomainError, Invalid
from web.decoding import Decoder
from web.errors import Broken, problem_of
from web.gate import Gate
from web.lasting import Lasting
from web.replies import Endpoint
from web.routes import Event, Route
from web.trace import frames_of, request_id_of
from web.words import Words, language_of

log = structlog.get_logger(__name__)

WRITE_S = 20.0
RETRY_MS = 2_000
HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


def frame_of(event: Event) -> bytes:
    """The event as the text/event-stream format has it (WHATWG HTML, section 9.2)."""
    data = bytes(event.data) if isinstance(event.data, msgspec.Raw) else msgspec.json.encode(event.data)
    id_line = b"" if event.id is None else b"id: %d\n" % event.id
    return b"%sevent: %s\ndata: %s\n\n" % (id_line, event.type.encode(), data)


def stream_endpoint(route: Route, gate: Gate, lasting: Lasting, words: Words) -> Endpoint:
    """The aiohttp handler of a `stream` route."""
    decoder = Decoder(route)
    permission = route.permission
    if permission is None:
        raise ValueError(f"{route.path}: a stream needs a permission")

    async def answer(request: web.Request) -> web.StreamResponse:
        caller = await gate.enter(request, permission)
        asked = decoder.from_query(_query(request), request.match_info)

        async def still_allowed() -> bool:
            return await gate.look_up(request) == caller

        response = web.StreamResponse(headers={**HEADERS, "X-Request-Id": request_id_of(request)})
        await response.prepare(request)
        await response.write(b"retry: %d\n\n" % RETRY_MS)
        try:
            await lasting.run(_write(response, route.handler(caller, asked)), still_allowed)
        except (ConnectionError, TimeoutError):
            _abort(request)
        except Exception as error:  # noqa: BLE001  the head is out: what went wrong is told inside the stream
            await _tell(request, response, error, words)
        return response

    return answer


def _query(request: web.Request) -> list[tuple[str, str]]:
    """The query, with `after` from Last-Event-ID: a browser that reconnects repeats the first address."""
    query = list(request.query.items())
    last = request.headers.get("Last-Event-ID")
    if last is None or last == "":
        return query
    if not last.isascii() or not last.isdigit() or len(last) > 18:
        raise Invalid("last-event-id-malformed", field="after")
    return [*((name, value) for name, value in query if name != "after"), ("after", last)]


async def _write(response: web.StreamResponse, events: AsyncIterator[Event]) -> None:
    async with aclosing(cast(AsyncGenerator[Event, None], events)):
        async for event in events:
            async with asyncio.timeout(WRITE_S):
                await response.write(frame_of(event))


async def _tell(request: web.Request, response: web.StreamResponse, error: Exception, words: Words) -> None:
    request_id = request_id_of(request)
    if not isinstance(error, DomainError):
        log.error("a stream broke", error=type(error).__name__, at=frames_of(error))
        error = Broken("internal-error", request_id=request_id)
    language = language_of(request.headers.get("Accept-Language"))
    try:
        await response.write(frame_of(Event("problem", problem_of(error, words, language, request_id))))
    except ConnectionError:
        _abort(request)


def _abort(request: web.Request) -> None:
    """A client that takes nothing must not keep its buffers."""
    if request.transport is not None:
        request.transport.abort()
