"""The bases of every domain error: what went wrong, with a code and arguments, and no word about HTTP.

Rooms raise these or subclasses of them; `web.errors` maps the bases to problem documents and knows nothing else.
"""

from collections.abc import Mapping
from typing import Any, Protocol, Self

from msgspec import Struct

from ledger.reasons import Reason


class Told(Protocol):
    """An error of a pure room: a code and the facts that fill its sentence."""

    @property
    def code(self) -> str: ...

    @property
    def facts(self) -> Mapping[str, str | int | float]: ...


class DomainError(Exception):
    """`reason` is what a person is told; `extra` travels with it (a fresh ranking, the current version)."""

    def __init__(
        self, code: str, *, extra: Mapping[str, Any] | None = None, **args: str | int | float
    ) -> None:
        super().__init__(code, args)
        self.reason = Reason(code, args)
        self.extra = dict(extra or {})

    @property
    def code(self) -> str:
        return self.reason.code

    @classmethod
    def of(cls, told: Told) -> Self:
        """The same failure, told by a pure room."""
        error = cls(told.code)
        error.reason = Reason(told.code, told.facts)
        return error


class FieldProblem(Struct, frozen=True):
    """One field that cannot be taken as it is; `field` is its path as the sender wrote it ("evidence[0].lat")."""

    field: str
    reason: Reason


class Invalid(DomainError):
    """The input cannot be used; names each field."""

    def __init__(
        self,
        code: str,
        *,
        field: str | None = None,
        fields: tuple[FieldProblem, ...] = (),
        **args: str | int | float,
    ) -> None:
        super().__init__(code, extra=None, **args)
        self.fields = fields if field is None else (FieldProblem(field, self.reason), *fields)

    @classmethod
    def at(cls, field: str, told: Told) -> Self:
        """A failure told by a pure room, as the failure of the field it came from."""
        error = cls.of(told)
        error.fields = (FieldProblem(field, error.reason),)
        return error


class NotFound(DomainError):
    """No such thing, or none that this caller may know of: the two look alike on purpose."""


class Conflict(DomainError):
    """The state of things does not allow it now."""


class Stale(Conflict):
    """The caller changed a version that is no longer the current one."""


class Forbidden(DomainError):
    """Known who you are, and it is not allowed."""


class Unavailable(DomainError):
    """Something the answer needs is not there now; trying again may help."""
