"""Deadlines in tests: moving the service's clock on, and seeing who was alarmed."""

from typing import Any

from tests.support.house import Client, RunningHouse
from tests.support.scenes import MovedClock, said


async def pass_time(house: RunningHouse, clock: MovedClock, seconds: float) -> None:
    """So much later, and everything that was due by then has been told."""
    clock.move_on(seconds)
    while await house.house.watch.look():
        pass


async def alarms(client: Client, incident: Any) -> list[str]:
    """The deadlines of an incident that have passed, in order, each told to the dispatchers of the centre."""
    passed = await said(client, incident, "stream.deadline-passed")
    assert all(entry["said"]["told_role"] == "dispatcher" for entry in passed)
    return [entry["said"]["deadline"] for entry in passed]
