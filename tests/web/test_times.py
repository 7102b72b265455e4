"""What time the service has."""

from datetime import timedelta
from pathlib import Path

from tests.web.support import NOW, HandClock, serving
from web.times import time_routes


async def test_a_page_learns_the_services_time(tmp_path: Path) -> None:
    clock = HandClock()
    async with serving(tmp_path, time_routes(clock), clock=clock) as service:
        assert (await service.get("/api/v1/time", as_="crew")).body == {"now": "2026-11-03T08:00:00Z"}
        clock.time = NOW + timedelta(seconds=1.5)
        answer = await service.get("/api/v1/time", as_="crew")
        assert answer.body == {"now": "2026-11-03T08:00:01.500000Z"}
        assert answer.headers["Cache-Control"] == "no-store"
        assert (await service.get("/api/v1/time")).status == 401
