"""Road closures that come and go: a landslide, a flood, works on a bridge."""

from collections.abc import Sequence

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace
from app.demo.living.tally import Tally
from geo.places import NamedPlace

log = structlog.get_logger(__name__)

REASONS = ("山体滑坡 landslide", "道路积水 flooded road", "桥梁检修 bridge works", "交通事故 crash ahead")
RADIUS_M = (150.0, 450.0)


class Closures:
    """Closes roads about every `between_s` demo seconds, for a while."""

    def __init__(
        self,
        seat: Seat,
        pace: Pace,
        chair: Chair,
        tally: Tally,
        places: Sequence[NamedPlace],
        between_s: float,
    ) -> None:
        self._seat = seat
        self._chair = chair
        self._tally = tally
        self._pace = pace
        self._places = places
        self._between_s = between_s

    async def run(self) -> None:
        """For ever."""
        while True:
            await self._pace.wait(0.5 * self._between_s, 1.5 * self._between_s)
            await self._chair.until_free()
            chance = self._pace.random
            place = chance.choice(self._places).position
            lasts_s = chance.uniform(0.5, 1.5) * self._between_s / self._pace.speed
            body = {
                "form": "place",
                "lon": place.lon,
                "lat": place.lat,
                "datum": "wgs84",
                "radius_m": round(chance.uniform(*RADIUS_M)),
                "reason": chance.choice(REASONS),
                "until": self._pace.now(lasts_s),
            }
            try:
                await self._seat.post("/closures", body)
                self._tally.count("closures")
            except Refused as error:
                log.info("a closure touched no road", code=error.code)
