"""The demo's own dispatcher: answers, asks, sends. It leaves every ring alone while a person sits at a console."""

import asyncio
from collections.abc import Mapping
from typing import Any

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace
from app.demo.seed import CallScript
from ledger.kinds.words import Priority

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
TRIES = 8
MOST_AT_ONCE = 12
"""How many calls the desk of a prefecture works on at the same time."""


class Dispatcher:
    """`heard` is what callers tell; `chair` whether a person sits at a console now."""

    def __init__(self, seat: Seat, pace: Pace, heard: Mapping[str, CallScript], chair: Chair) -> None:
        self._seat = seat
        self._pace = pace
        self._heard = heard
        self._chair = chair
        self._at_work: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """For ever."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            self._at_work = {ring: task for ring, task in self._at_work.items() if not task.done()}
            if self._chair.taken:
                continue
            try:
                await self._pick_up()
                await self._sweep()
            except Refused as error:
                log.info("the desk cannot be seen", code=error.code)

    async def _pick_up(self) -> None:
        for ring in (await self._seat.get("/rings"))["rings"]:
            free = len(self._at_work) < MOST_AT_ONCE
            if ring["state"] == "ringing" and ring["id"] not in self._at_work and free:
                self._at_work[ring["id"]] = asyncio.create_task(self._answer(ring))

    async def _sweep(self) -> None:
        """Incidents that wait for a unit, whoever took them in: transfer runs, and what was left by others."""
        found = await self._seat.get("/incidents", state="open", limit="200")
        for incident in found["incidents"]:
            waits = incident["first_sent_at"] is None and incident["id"] not in self._at_work
            if waits and len(self._at_work) < MOST_AT_ONCE:
                self._at_work[incident["id"]] = asyncio.create_task(self._send_later(incident["id"]))

    async def _answer(self, ring: dict[str, Any]) -> None:
        await self._pace.wait(3, 9)
        if self._chair.taken:
            return
        try:
            await self._seat.post(f"/rings/{ring['id']}/answer")
            await self._pace.wait(10, 25)
            incident = await self._take_down(ring)
            self._at_work[incident["id"]] = self._at_work[ring["id"]]
            await self._pace.wait(3, 12)
            await self._send(incident["id"])
        except Refused as error:
            log.info("a call was left to others", code=error.code)

    async def _take_down(self, ring: dict[str, Any]) -> dict[str, Any]:
        script = self._heard.get(ring["id"])
        call: dict[str, Any] = {
            "source": ring["source"],
            "ring_id": ring["id"],
            "spoken_address": ring["heard"][:200],
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
        await self._pace.wait(10, 40)
        if self._chair.taken:
            return
        try:
            await self._send(incident_id)
        except Refused as error:
            log.info("an incident was left to others", code=error.code)

    async def _send(self, incident_id: str) -> None:
        """The first free one of the ranking; when none is free, again a little later. P4 needs advice, no unit."""
        for _ in range(TRIES):
            incident = await self._seat.get(f"/incidents/{incident_id}")
            if incident["first_sent_at"] is not None or incident["state"] not in ("open", "held"):
                return
            if incident["priority"] == Priority.P4.value:
                body = {"code": "advice-given", "remarks": "电话指导 advice by telephone"}
                await self._seat.post(f"/incidents/{incident_id}/close", body)
                return
            ranking = (await self._seat.get(f"/incidents/{incident_id}/candidates"))["ranking"]
            ranked = [found for found in ranking["candidates"] if found["parts"]["ready_s"] == 0]
            if ranked:
                try:
                    units = {"units": [{"unit_id": ranked[0]["unit_id"]}]}
                    await self._seat.post(f"/incidents/{incident_id}/assignments", units)
                    return
                except Refused as error:
                    log.info("the unit was gone", code=error.code)
            await self._pace.wait(15, 30)
            if self._chair.taken:
                return
