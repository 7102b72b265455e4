"""The demo's own dispatcher: answers, asks, sends. It leaves every ring alone while a person sits at a console."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from app.demo.living.api import SEAT, Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace
from app.demo.seed import CallScript
from ledger.kinds.words import Priority

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
SWEEP_EVERY_S = 10.0
"""Demo seconds between two looks at what waits for a unit."""

WITHOUT_EFFECT = frozenset({"cannot-go", "cancelled", "bumped", "taken-back"})
"""Ends of orders that nobody followed."""

TRIES = 8
MOST_AT_ONCE = 12
"""How many calls the desk of a prefecture works on at the same time."""


class Dispatcher:
    """`heard` is what callers tell, and from where; `chair` whether a person sits at a console now."""

    def __init__(
        self, seat: Seat, pace: Pace, heard: Mapping[str, tuple[CallScript, str]], chair: Chair
    ) -> None:
        self._seat = seat
        self._pace = pace
        self._heard = heard
        self._chair = chair
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._promised: set[str] = set()

    async def run(self) -> None:
        """For ever."""
        now_s = asyncio.get_running_loop().time
        swept_at_s = now_s()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._at_work = {ring: task for ring, task in self._at_work.items() if not task.done()}
            if self._chair.taken:
                continue
            try:
                await self._pick_up()
                if now_s() - swept_at_s >= SWEEP_EVERY_S / self._pace.speed:
                    swept_at_s = now_s()
                    await self._sweep()
            except Refused as error:
                log.info("the desk cannot be seen", code=error.code)

    async def _pick_up(self) -> None:
        for ring in (await self._seat.get("/rings"))["rings"]:
            free = len(self._at_work) < MOST_AT_ONCE
            # One that was on the line when the service was killed is answered again: nobody else may take it down.
            left = ring["state"] == "answered" and ring["answered_by_seat"] == SEAT
            if (ring["state"] == "ringing" or left) and ring["id"] not in self._at_work and free:
                self._at_work[ring["id"]] = asyncio.create_task(self._answer(ring))

    async def _sweep(self) -> None:
        """Incidents that wait for a unit, whoever took them in: transfer runs, and what was left by others."""
        found = await self._seat.get("/incidents", state="open", limit="200")
        # Urgent ones first, and who waits longest: a fleet that is busy would otherwise forget somebody.
        for incident in sorted(found["incidents"], key=lambda one: (one["priority"], one["opened_at"])):
            waits = _waits(incident) and incident["id"] not in self._at_work
            if waits and len(self._at_work) < MOST_AT_ONCE:
                self._at_work[incident["id"]] = asyncio.create_task(self._send_later(incident["id"]))

    async def _answer(self, ring: dict[str, Any]) -> None:
        if await self._chair.until_taken(self._pace.span_s(3, 9)):
            return
        try:
            await self._seat.post(f"/rings/{ring['id']}/answer")
            # Whoever is on the line is not dropped: the form is finished at once, the rest is the person's.
            await self._chair.until_taken(self._pace.span_s(10, 25))
            incident = await self._take_down(ring)
            self._at_work[incident["id"]] = self._at_work[ring["id"]]
            if not await self._chair.until_taken(self._pace.span_s(3, 12)):
                await self._send(incident["id"])
        except Refused as error:
            log.info("a call was left to others", code=error.code)

    async def _take_down(self, ring: dict[str, Any]) -> dict[str, Any]:
        script, place = self._heard.get(ring["id"], (None, ring["heard"][:200]))
        call: dict[str, Any] = {
            "source": ring["source"],
            "ring_id": ring["id"],
            "spoken_address": place,
            "complaint": ring["heard"],
        }
        if script is not None:
            call["patients"] = len(script.patients)
            call["sex"] = script.patients[0].sex.value
            if script.patients[0].age_years is not None:
                call["age_years"] = script.patients[0].age_years
        incident: dict[str, Any] = (await self._seat.post("/calls", call))["incident"]
        priority = Priority.P2 if script is None else script.expected
        body = {"priority": priority.value, "reason": "演示调度员 demo dispatcher"}
        await self._seat.post(f"/incidents/{incident['id']}/priority", body)
        return incident

    async def _send_later(self, incident_id: str) -> None:
        if await self._chair.until_taken(self._pace.span_s(10, 40)):
            return
        try:
            await self._send(incident_id)
        except Refused as error:
            log.info("an incident was left to others", code=error.code)

    async def _order(self, incident_id: str, unit_id: str) -> bool:
        self._promised.add(unit_id)
        try:
            await self._seat.post(f"/incidents/{incident_id}/assignments", {"units": [{"unit_id": unit_id}]})
        except Refused as error:
            log.info("the unit was gone", code=error.code)
            return False
        finally:
            self._promised.discard(unit_id)
        return True

    async def _send(self, incident_id: str) -> None:
        """The first free one of the ranking; when none is free, again a little later. P4 needs advice, no unit."""
        for _ in range(TRIES):
            incident = await self._seat.get(f"/incidents/{incident_id}")
            if not _waits(incident) or incident["state"] not in ("open", "held"):
                return
            if incident["priority"] == Priority.P4.value:
                body = {"code": "advice-given", "remarks": "电话指导 advice by telephone"}
                await self._seat.post(f"/incidents/{incident_id}/close", body)
                return
            ranking = (await self._seat.get(f"/incidents/{incident_id}/candidates"))["ranking"]
            ready = [found["unit_id"] for found in ranking["candidates"] if found["parts"]["ready_s"] == 0]
            unit_id = next((found for found in ready if found not in self._promised), None)
            if unit_id is not None and await self._order(incident_id, unit_id):
                return
            if await self._chair.until_taken(self._pace.span_s(15, 30)):
                return


def _waits(incident: dict[str, Any]) -> bool:
    """Whether nobody is on the way to it, and nobody was there."""
    return all(sent["end_code"] in WITHOUT_EFFECT for sent in incident["assignments"])
