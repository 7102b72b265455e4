"""What time the service has: a page computes with the service's clock, whatever the machine's own one says."""

from msgspec import Struct

from ledger.clock import Clock
from ledger.kinds.base import Instant
from web.caller import Caller
from web.identity.permissions import Permission
from web.routes import Nothing, Route


class Time(Struct, frozen=True):
    """The service's present."""

    now: Instant


def time_routes(clock: Clock) -> list[Route]:
    """The route of time."""

    async def tell(caller: Caller, request: Nothing) -> Time:
        return Time(clock.now())

    return [
        Route(
            "call", "GET", "/api/v1/time", Permission.ACCOUNT, Nothing, Time, tell,
            "The service's time, for the offset of a page's clock", tag="live",
        )
    ]  # fmt: skip
