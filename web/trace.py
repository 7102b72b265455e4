"""What each request leaves behind: its id, one log record without a word about a patient, its count and its time.

This is the service's only middleware (a second one costs half as much again per request, trust.md 4.3), and the one
place where an error becomes an answer.
"""

import re
import traceback
from uuid import UUID, uuid4

import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler, Middleware

from ledger.clock import Clock
from ledger.errors import DomainError, NotFound
from web.errors import Broken, Malformed, MethodNotAllowed, TooLarge, headers_of, problem_of, status_of
from web.metrics import Metrics
from web.replies import problem_reply
from web.words import Words, language_of

log = structlog.get_logger(__name__)

SLOW_S = 1.0
UNMATCHED = "unmatched"
_REQUEST_ID = web.RequestKey("request_id", str)
_GOOD_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_NAMES_IN_LOG = ("incident_id", "case_id")


def request_id_of(request: web.Request) -> str:
    """The id that the sender gave, or else that we gave."""
    return request[_REQUEST_ID]


def frames_of(error: BaseException) -> list[str]:
    """Where it broke. The message is left out: it may quote what a person typed about a patient."""
    return [
        f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]


def problem_response(request: web.Request, error: DomainError, words: Words) -> web.Response:
    """The problem document in the language that the request asks for."""
    language = language_of(request.headers.get("Accept-Language"))
    problem = problem_of(error, words, language, request_id_of(request))
    return problem_reply(status_of(error), problem, headers_of(error))


def tracing(words: Words, metrics: Metrics, clock: Clock) -> Middleware:
    """The middleware."""

    # aiohttp passes these two by name.
    @web.middleware
    async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("X-Request-Id", "")
        request[_REQUEST_ID] = given if _GOOD_ID.fullmatch(given) else uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(**_log_names(request))
        started_s = clock.monotonic_s()
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = _of_aiohttp(request, error, words)
        except DomainError as error:
            response = problem_response(request, error, words)
        except (web.RequestPayloadError, HttpProcessingError):
            response = problem_response(request, Malformed("request-malformed"), words)
        except Exception as error:
            if request.transport is None or request.transport.is_closing():
                raise
            log.error("a request broke", error=type(error).__name__, at=frames_of(error))
            broken = Broken("internal-error", request_id=request_id_of(request))
            response = problem_response(request, broken, words)
        if not response.prepared:
            response.headers["X-Request-Id"] = request_id_of(request)
        _leave(request, response, clock.monotonic_s() - started_s, metrics)
        return response

    return trace


def _log_names(request: web.Request) -> dict[str, str]:
    names = {"request_id": request_id_of(request)}
    for name in _NAMES_IN_LOG:
        try:
            names[name] = str(UUID(request.match_info.get(name, "")))
        except ValueError:
            continue
    return names


def _of_aiohttp(request: web.Request, error: web.HTTPException, words: Words) -> web.StreamResponse:
    if error.status < 400:
        return error
    if isinstance(error, web.HTTPMethodNotAllowed):
        response = problem_response(
            request, MethodNotAllowed("method-not-allowed", method=request.method), words
        )
        response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response
    if isinstance(error, web.HTTPNotFound):
        return problem_response(request, NotFound("path-not-found"), words)
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return problem_response(request, TooLarge("body-too-large"), words)
    return problem_response(request, Malformed("request-malformed"), words)


def _leave(request: web.Request, response: web.StreamResponse, duration_s: float, metrics: Metrics) -> None:
    resource = request.match_info.route.resource
    route = UNMATCHED if resource is None else resource.canonical.rstrip("/") or "/"
    lasting = not isinstance(response, web.Response | web.FileResponse)
    metrics.count_request(request.method, route, response.status, None if lasting else duration_s)
    worth_reading = response.status >= 400 or (duration_s > SLOW_S and not lasting)
    write = log.info if worth_reading else log.debug
    write(
        "request",
        method=request.method,
        route=route,
        status=response.status,
        duration_ms=round(duration_s * 1000, 1),
    )
