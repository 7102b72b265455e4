"""Station desks: the order rings, somebody acknowledges it; now and then a crew cannot go."""

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace

log = structlog.get_logger(__name__)

CANNOT_GO = 0.01


class Station:
    """One station's desk; it yields to a person in its seat."""

    def __init__(self, seat: Seat, pace: Pace, chair: Chair) -> None:
        self._seat = seat
        self._pace = pace
        self._chair = chair

    async def ordered(self, assignment_id: str, unit_id: str) -> None:
        """An order for one of the station's units."""
        try:
            if await self._chair.until_taken(self._pace.span_s(3, 15)):
                await self._chair.until_free()
                unit = await self._seat.get(f"/units/{unit_id}")
                if unit["assignment_id"] != assignment_id or unit["assignment_state"] != "DSP":
                    return
            if self._pace.happens(CANNOT_GO):
                await self._seat.post(f"/assignments/{assignment_id}/cannot-go", {"reason": "车辆故障"})
            else:
                await self._seat.post(f"/assignments/{assignment_id}/heard")
        except Refused as error:
            log.info("an order was not answered", code=error.code)
