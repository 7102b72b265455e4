"""An ordinary call: permission first, then decode, then the one use case, then the answer."""

import asyncio
import hashlib
import re

import msgspec
from aiohttp import web

from ledger.clock import Clock
from ledger.storage import Once
from web.caller import Caller
from web.config import WebConfig
from web.decoding import Decoder
from web.errors import Malformed, TooSlow, WrongMedia
from web.gate import Gate
from web.replies import Endpoint, reply_of
from web.routes import Route
from web.seats import cookie_name

LONGEST_KEY = 200
_VISIBLE = re.compile(rf"[\x21-\x7e]{{1,{LONGEST_KEY}}}")


def call_endpoint(route: Route, gate: Gate, clock: Clock, config: WebConfig) -> Endpoint:
    """The aiohttp handler of a `call` or `bytes` route."""
    decoder = Decoder(route)
    permission = route.permission
    if route.command and (permission is None or route.method == "GET"):
        raise ValueError(f"{route.method} {route.path}: a command changes something, and somebody gave it")

    async def answer(request: web.Request) -> web.StreamResponse:
        gate.refuse_foreign(request)
        if route.loopback:
            gate.refuse_remote(request)
        # Before anything happens: what a sign-in opened must not be lost over a seat that is none.
        cookie = cookie_name(request)
        caller = None if permission is None else await gate.enter(request, permission)
        if decoder.has_body:
            body = await _body(request, config.body_timeout_s)
            if route.command and caller is not None:
                caller = msgspec.structs.replace(caller, once=_once(request, route, caller, body, clock))
            asked = decoder.from_body(body, request.match_info, request.headers.get("If-Match"))
        else:
            asked = decoder.from_query(request.query.items(), request.match_info)
        result = await route.handler(caller, asked)
        return reply_of(route, request, result, cookie_name=cookie, https=config.https)

    return answer


async def _body(request: web.Request, timeout_s: float) -> bytes:
    try:
        async with asyncio.timeout(timeout_s):
            body = await request.read()
    except TimeoutError as error:
        raise TooSlow("body-too-slow") from error
    except ConnectionError as error:
        # Nobody is left to answer; what was half sent has done nothing.
        raise Malformed("body-cut-off") from error
    if body and request.content_type != "application/json" and not request.content_type.endswith("+json"):
        raise WrongMedia("body-not-json")
    return body


def _once(request: web.Request, route: Route, caller: Caller, body: bytes, clock: Clock) -> Once:
    """The command's identity (Idempotency-Key, draft-ietf-httpapi-idempotency-key-header-07)."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        raise Malformed("idempotency-key-missing")
    if not _VISIBLE.fullmatch(key):
        raise Malformed("idempotency-key-malformed", limit=LONGEST_KEY)
    digest = hashlib.sha256(f"{request.method}\n{request.path.rstrip('/')}\n".encode() + body).hexdigest()
    return Once(str(caller.actor_id), key, digest, route.response, clock.now())
