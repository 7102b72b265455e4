"""Township clinics that refer patients up, now and then."""

from collections.abc import Sequence
from uuid import uuid4

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace
from app.demo.living.stories import REFERRED

log = structlog.get_logger(__name__)

ASKED_AT_ONCE = 3


class Clinics:
    """`seats` are clinics, each with its chair."""

    def __init__(self, seats: Sequence[tuple[Seat, Chair]], pace: Pace, between_s: float) -> None:
        self._seats = seats
        self._pace = pace
        self._between_s = between_s

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._pace.wait(0.3 * self._between_s, 1.7 * self._between_s)
            seat, chair = self._pace.random.choice(self._seats)
            if chair.taken:
                continue
            try:
                await self._refer(seat, chair)
            except Refused as error:
                log.info("a referral was not taken", code=error.code)

    async def _refer(self, seat: Seat, chair: Chair) -> None:
        story = self._pace.random.choice(REFERRED)
        found = await seat.get(
            "/referrals/candidates",
            direction="up",
            department=story["department"],
            urgency=story["urgency"],
        )
        candidates = [each["facility_id"] for each in found["candidates"][:ASKED_AT_ONCE]]
        if candidates and not chair.taken:
            body = {
                **story,
                "command_id": uuid4().hex,
                "direction": "up",
                "candidates": candidates,
                "parallel": story["urgency"] == "stat",
            }
            await seat.post("/referrals", body)
