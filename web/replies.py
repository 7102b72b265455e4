"""From what a handler returned to the HTTP answer: encoding, ETag, cookie, and the headers every answer has."""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from web.errors import MEDIA_TYPE
from web.routes import Reply, Route

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
"""What aiohttp calls for one route."""

PLAIN_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Server": "jiuhu"}
"""Answers may hold patient data: no cache keeps them unless a handler says otherwise."""

_TAG = re.compile(r'(?:W/)?"([^"]*)"|([^\s,"]+)')


def reply_of(
    route: Route,
    request: web.Request,
    result: Any,  # noqa: ANN401
    *,
    cookie_name: str,
    https: bool,
) -> web.Response:
    """The answer to a call; 304 when the client named the version that it already has.

    `cookie_name` is that of the seat that asked.
    """
    reply = result if isinstance(result, Reply) else Reply(result)
    headers = {**PLAIN_HEADERS, **reply.headers}
    if route.kind == "bytes":
        headers["Content-Type"], body = reply.body
    else:
        headers["Content-Type"], body = "application/json", msgspec.json.encode(reply.body)
    version = getattr(reply.body, "version", None)
    if isinstance(version, int):
        headers.setdefault("ETag", _tag(version, body))
    if request.method in ("GET", "HEAD") and _has_already(request, headers.get("ETag")):
        return web.Response(status=304, headers=headers)
    if route.kind == "bytes" and not body:
        del headers["Content-Type"]
        return web.Response(status=204, headers=headers)
    response = web.Response(body=body, headers=headers)
    if reply.cookie is not None:
        response.set_cookie(
            cookie_name,
            reply.cookie.value,
            max_age=reply.cookie.max_age_s,
            path="/",
            httponly=True,
            samesite="Strict",
            secure=https or request.secure,
        )
    return response


def problem_reply(status: int, problem: dict[str, Any], headers: dict[str, str]) -> web.Response:
    """The answer that carries a problem document."""
    every = {**PLAIN_HEADERS, **headers, "Content-Type": MEDIA_TYPE}
    return web.Response(status=status, body=msgspec.json.encode(problem), headers=every)


def _tag(version: int, body: bytes) -> str:
    """The version that If-Match compares, and a digest of what is shown: a view changes by more than its version."""
    return f'W/"{version}-{hashlib.sha256(body).hexdigest()[:12]}"'


def _has_already(request: web.Request, tag: str | None) -> bool:
    """Whether If-None-Match names the tag; weak comparison (RFC 9110 section 13.1.2), a bare value is taken too."""
    wanted = request.headers.get("If-None-Match")
    if tag is None or wanted is None:
        return False
    if wanted.strip() == "*":
        return True
    own = _TAG.search(tag)
    return own is not None and any((a or b) == (own[1] or own[2]) for a, b in _TAG.findall(wanted))
