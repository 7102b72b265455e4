"""Is the process alive, may it get work, and what does it count: for load balancers and monitors, without sign-in."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from msgspec import Struct

from ledger.errors import DomainError, Unavailable
from ledger.reasons import Reason
from web.metrics import CONTENT_TYPE, Metrics
from web.routes import Nothing, Route

log = structlog.get_logger(__name__)

Check = Callable[[], Awaitable[Reason | None]]
"""None when all is well, or why not."""

PATIENCE_S = 2.0
TAG = "health"


class Alive(Struct, frozen=True):
    """The process answers; that is all it says."""

    alive: bool = True


class Ready(Struct, frozen=True):
    """Every check by name, all of them well."""

    checks: tuple[str, ...]


class HealthDesk:
    """The handlers; `checks` are made anew for each question, side by side."""

    def __init__(self, checks: Mapping[str, Check], metrics: Metrics) -> None:
        self._checks = checks
        self._metrics = metrics

    async def alive(self, caller: None, request: Nothing) -> Alive:
        return Alive()

    async def ready(self, caller: None, request: Nothing) -> Ready:
        answers = await asyncio.gather(*(_ask(name, check) for name, check in self._checks.items()))
        failing = {
            name: found for name, found in zip(self._checks, answers, strict=True) if found is not None
        }
        if failing:
            raise Unavailable("not-ready", extra={"checks": failing}, failing=", ".join(failing))
        return Ready(tuple(self._checks))

    async def metrics(self, caller: None, request: Nothing) -> tuple[str, bytes]:
        return CONTENT_TYPE, self._metrics.render()


async def _ask(name: str, check: Check) -> Reason | None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await check()
    except DomainError as error:
        return error.reason
    except Exception as error:  # noqa: BLE001  whatever broke, the answer is "not ready"
        log.warning("a readiness check broke", check=name, error=type(error).__name__)
        return Reason("check-failed")


def health_routes(checks: Mapping[str, Check], metrics: Metrics) -> list[Route]:
    """The routes of health."""
    desk = HealthDesk(checks, metrics)
    return [
        Route("call", "GET", "/healthz", None, Nothing, Alive, desk.alive, "The process is alive", tag=TAG),
        Route(
            "call", "GET", "/readyz", None, Nothing, Ready, desk.ready,
            "Ready for work, or which check is not", errors=(503,), tag=TAG,
        ),
        Route(
            "bytes", "GET", "/metrics", None, Nothing, "text/plain", desk.metrics,
            "Counts and times for Prometheus", tag=TAG,
        ),
    ]  # fmt: skip
