"""Base error -> HTTP status and problem document (RFC 9457): the one table that knows both."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from ledger.errors import Conflict, DomainError, Forbidden, Invalid, NotFound, Stale, Unavailable
from ledger.reasons import Reason
from web.words import Language, Words

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 2


class Malformed(Invalid):
    """Not even readable: broken JSON, a missing or crooked header."""


class Unauthenticated(DomainError):
    """Nobody is signed in, or no longer."""


class MethodNotAllowed(DomainError):
    """The path exists, but not for this method."""


class TooSlow(DomainError):
    """The request did not arrive in time."""


class TooLarge(DomainError):
    """The request is larger than anything that makes sense here."""


class WrongMedia(DomainError):
    """The body is not JSON."""


class TooMany(DomainError):
    """Asked too often; `retry_after_s` says when it is worth trying again."""

    def __init__(self, code: str, *, retry_after_s: int) -> None:
        super().__init__(code, retry_after_s=retry_after_s)
        self.retry_after_s = retry_after_s


class Broken(DomainError):
    """Our own fault; the log has the rest under the request id."""


STATUSES: tuple[tuple[type[DomainError], int], ...] = (
    (Malformed, 400),
    (Invalid, 422),
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (MethodNotAllowed, 405),
    (TooSlow, 408),
    (Stale, 412),
    (Conflict, 409),
    (TooLarge, 413),
    (WrongMedia, 415),
    (TooMany, 429),
    (Broken, 500),
    (Unavailable, 503),
)
"""The first row that fits decides, so a subclass stands above its base."""

STATUS_OF_CODE: Mapping[str, int] = {"idempotency-key-reused": 422, "if-match-missing": 428}
"""Codes for which a standard asks for another status than their class has (Idempotency-Key draft-07, RFC 6585)."""


class FieldAnswer(Struct, frozen=True):
    """What is wrong with one field."""

    field: str
    code: str
    args: Mapping[str, str | int | float]
    message: str


class Problem(Struct, frozen=True, kw_only=True):
    """A problem document. `code` and `args` are for programs, `title`, `detail` and messages for persons.

    `instance` is the request id, under which the log has more. An error may add members of its own.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    args: Mapping[str, str | int | float]
    errors: tuple[FieldAnswer, ...]
    instance: str


def status_of(error: DomainError) -> int:
    """The HTTP status that tells of this error."""
    named = STATUS_OF_CODE.get(error.code)
    if named is not None:
        return named
    return next((status for base, status in STATUSES if isinstance(error, base)), 500)


def headers_of(error: DomainError) -> dict[str, str]:
    """Headers that belong to the status."""
    if isinstance(error, Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after_s)}
    if isinstance(error, Unavailable):
        return {"Retry-After": str(RETRY_AFTER_S)}
    return {}


def problem_of(error: DomainError, words: Words, language: Language, request_id: str) -> dict[str, Any]:
    """The problem document as plain values; the error's own members never replace a standard one."""
    status = status_of(error)
    problem = Problem(
        type=f"urn:jiuhu:problem:{error.code}",
        title=words.say(Reason(f"status-{status}"), language),
        status=status,
        detail=words.say(error.reason, language),
        code=error.code,
        args=error.reason.args,
        errors=_fields(error, words, language),
        instance=request_id,
    )
    return {**error.extra, **msgspec.to_builtins(problem)}


def _fields(error: DomainError, words: Words, language: Language) -> tuple[FieldAnswer, ...]:
    if not isinstance(error, Invalid):
        return ()
    return tuple(
        FieldAnswer(one.field, one.reason.code, one.reason.args, words.say(one.reason, language))
        for one in error.fields
    )
