"""Driving in tests: fixes of a crew on its way, or beside it, and what it was told about that."""

from datetime import UTC, datetime, timedelta
from typing import Any

from geo.geodesy import distance_m
from geo.shapes import Position
from tests.support.house import Client, RunningHouse
from tests.support.scenes import MovedClock, crew_of, open_incident, said, send, units_at

CHANGED = "assignment.route-changed"


async def on_the_way(
    house: RunningHouse, dispatcher: Client, place: int = 2, home: int = 6, unit: int = 0
) -> tuple[Any, Client, Any, Any]:
    """An incident near one station, the crew of another one ordered there, its assignment and its route."""
    incident = await open_incident(dispatcher, house, place)
    (sent,) = await send(dispatcher, incident, units_at(house, home)[unit])
    crew = await crew_of(house, sent)
    return incident, crew, sent, await crew.get(f"/assignments/{sent['id']}/route")


async def drive(
    crew: Client, sent: Any, *places: tuple[float, float], clock: MovedClock | None = None
) -> None:
    """One fix at each place, five seconds apart, the last of them now."""
    now = datetime.now(UTC) if clock is None else clock.now()
    for i, (lon, lat) in enumerate(places):
        at = now - timedelta(seconds=5.0 * (len(places) - 1 - i))
        fix = {"lon": lon, "lat": lat, "datum": "wgs84", "fixed_at": at.isoformat(), "accuracy_m": 5}
        await crew.post(f"/units/{sent['unit_id']}/positions", {"fixes": [fix]})


def beside(route: Any, share: float, metres: float = 600) -> list[tuple[float, float]]:
    """Three places near each other, so far from every part of the way."""
    lon, lat = along(route, share)
    for step in range(1, 60):
        for east, north in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            far = (lon + east * step * 0.002, lat + north * step * 0.002)
            if min(distance_m(Position(*far), Position(*corner)) for corner in route["line"]) > metres:
                return [(far[0] + i * 0.0001, far[1]) for i in range(3)]
    raise AssertionError("the way is everywhere")


def along(route: Any, share: float) -> tuple[float, float]:
    """The corner of a way nearest to this share of its corners."""
    line = route["line"]
    lon, lat = line[min(int(share * len(line)), len(line) - 1)]
    return lon, lat


def across(route: Any, share: float = 0.5, radius_m: float = 60) -> dict[str, Any]:
    """A closure on a way."""
    lon, lat = along(route, share)
    return {
        "form": "place",
        "reason": "flood",
        "lon": lon,
        "lat": lat,
        "datum": "wgs84",
        "radius_m": radius_m,
    }


async def changes(client: Client, incident: Any) -> list[Any]:
    """What crews of an incident were told of their ways."""
    return [entry["said"] for entry in await said(client, incident, CHANGED)]
