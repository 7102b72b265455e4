"""WebSockets: a `socket` route's handler, given a Socket that speaks JSON text frames and never blocks for long."""

import asyncio
from typing import Any

import msgspec
import structlog
from aiohttp import WSCloseCode, WSMsgType, web
from msgspec import Struct

from ledger.errors import DomainError, Invalid
from web.decoding import Decoder, read_message
from web.errors import Malformed, problem_of
from web.gate import Gate
from web.lasting import Lasting
from web.replies import Endpoint
from web.routes import Route, Socket
from web.trace import frames_of, request_id_of
from web.words import Words, language_of

log = structlog.get_logger(__name__)

HEARTBEAT_S = 20.0
LARGEST_MESSAGE_BYTES = 64 * 1024
SEND_S = 10.0
CLOSE_S = 2.0
_END_CODES = {
    "finished": WSCloseCode.OK,
    "revoked": WSCloseCode.POLICY_VIOLATION,
    "stopping": WSCloseCode.GOING_AWAY,
}


class LiveSocket(Socket):
    """One open WebSocket."""

    def __init__(self, request: web.Request, inner: web.WebSocketResponse) -> None:
        self._request = request
        self._inner = inner

    async def send(self, message: Struct) -> None:
        await self.send_json(msgspec.json.encode(message))

    async def send_json(self, data: bytes) -> None:
        """Send what is JSON already. Raises ConnectionError, and ends the socket, when nobody takes it in time."""
        try:
            async with asyncio.timeout(SEND_S):
                await self._inner.send_str(data.decode())
        except TimeoutError as error:
            await self.close(WSCloseCode.TRY_AGAIN_LATER, "stream-too-slow")
            raise ConnectionError("too slow") from error
        except RuntimeError as error:
            raise ConnectionError("closed") from error

    async def receive(self, type: Any) -> Any:  # noqa: ANN401
        message = await self._inner.receive()
        if message.type is WSMsgType.TEXT:
            return read_message(message.data, type)
        if message.type is WSMsgType.BINARY:
            raise Invalid("frame-not-text")
        return None

    async def close(self, code: int, reason: str = "") -> None:
        """Say goodbye; cut the line when even that is not taken."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._inner.close(code=code, message=reason.encode())
        except (TimeoutError, ConnectionError):
            if self._request.transport is not None:
                self._request.transport.abort()


def socket_endpoint(route: Route, gate: Gate, lasting: Lasting, words: Words) -> Endpoint:
    """The aiohttp handler of a `socket` route."""
    decoder = Decoder(route)
    permission = route.permission
    if permission is None:
        raise ValueError(f"{route.path}: a socket needs a permission")

    async def answer(request: web.Request) -> web.StreamResponse:
        gate.refuse_foreign(request, socket=True)
        caller = await gate.enter(request, permission)
        asked = decoder.from_query(request.query.items(), request.match_info)
        inner = web.WebSocketResponse(
            heartbeat=HEARTBEAT_S, compress=False, max_msg_size=LARGEST_MESSAGE_BYTES, timeout=CLOSE_S
        )
        if not inner.can_prepare(request):
            raise Malformed("websocket-expected")
        await inner.prepare(request)
        socket = LiveSocket(request, inner)

        async def still_allowed() -> bool:
            return await gate.look_up(request) == caller

        try:
            end = await lasting.run(route.handler(caller, asked, socket), still_allowed)
        except Exception as error:  # noqa: BLE001  an open socket is told with its closing code
            await _end_badly(request, socket, error, words)
        else:
            await socket.close(_END_CODES[end], end)
        return inner

    return answer


async def _end_badly(request: web.Request, socket: LiveSocket, error: Exception, words: Words) -> None:
    """Tell why: the problem document as the last message, its code as the closing reason."""
    cause = _first(error)
    if isinstance(cause, ConnectionError):
        await socket.close(WSCloseCode.GOING_AWAY)
        return
    if not isinstance(cause, DomainError):
        log.error("a socket broke", error=type(cause).__name__, at=frames_of(cause))
        await socket.close(WSCloseCode.INTERNAL_ERROR, request_id_of(request))
        return
    language = language_of(request.headers.get("Accept-Language"))
    problem = problem_of(cause, words, language, request_id_of(request))
    try:
        await socket.send_json(msgspec.json.encode({"type": "problem", "problem": problem}))
    except ConnectionError:
        return
    await socket.close(WSCloseCode.POLICY_VIOLATION, cause.code)


def _first(error: Exception) -> Exception:
    """What a handler's task group failed of: our own errors before lost connections, which often follow them."""
    if not isinstance(error, ExceptionGroup):
        return error
    causes = [_first(inner) for inner in error.exceptions]
    return min(causes, key=lambda cause: isinstance(cause, ConnectionError))
