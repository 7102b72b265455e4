"""Crews: they hear the order, drive, treat, choose a hospital, hand over. Each yields to a person in its seat."""

import asyncio
from typing import Any
from uuid import uuid4

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.pace import Pace
from app.demo.living.vehicles import Vehicle
from app.demo.living.vitals import vitals_of

log = structlog.get_logger(__name__)

ROLLING = frozenset({"ENR", "TRN"})
HOMEWARD = frozenset({"AVR", "HOM", "END"})
RUN = {
    "acknowledge": "ACK",
    "depart": "ENR",
    "arrive": "ONS",
    "patient-contact": "PTC",
    "load": "LDD",
    "transport": "TRN",
    "at-hospital": "ATH",
    "hand-over": "HND",
    "available": "AVR",
}
"""What a crew reports on a whole run, and the state that it reaches."""

WITHOUT_TRANSPORT = 0.12
"""Share of runs that end without transport, in the order of a Chinese prefecture's empty runs."""

PATIENCE_S = 240.0
"""How long a crew waits at the hospital for the other signature before it leaves, in demo seconds."""


class Crew:
    """One crew and its vehicle. `chair` tells whether a person sits in its seat now."""

    def __init__(self, seat: Seat, pace: Pace, unit_id: str, chair: Chair) -> None:
        self.unit_id = unit_id
        self.vehicle = Vehicle(seat, pace, unit_id)
        self._seat = seat
        self._pace = pace
        self._chair = chair
        self._assignment_id: str | None = None
        self._reached = ""
        self._at_work: asyncio.Task[None] | None = None

    def ordered(self, assignment_id: str) -> None:
        """An order came: the crew begins its run."""
        self._rest()
        self._assignment_id = assignment_id
        self._reached = ""
        self._at_work = asyncio.create_task(self._run(assignment_id))

    async def found(self, assignment_id: str, state: str) -> None:
        """The crew was on a run when the demo came alive again: it goes on from there."""
        self.ordered(assignment_id)
        self._reached = state
        await self.moved(assignment_id, state)

    async def moved(self, assignment_id: str, state: str) -> None:
        """The assignment has another state; the vehicle follows it, and a called-off crew turns back."""
        if assignment_id != self._assignment_id:
            return
        if state in ROLLING:
            await self.vehicle.drive(assignment_id)
        elif state in HOMEWARD:
            if state == "END":
                self._rest()
            self.vehicle.home()
        else:
            self.vehicle.halt()

    async def rerouted(self, assignment_id: str, entry_id: str, *, rolling: bool) -> None:
        """Another way: the vehicle takes it, the crew says that it saw it."""
        if assignment_id != self._assignment_id:
            return
        if rolling:
            await self.vehicle.drive(assignment_id)
        if not self._chair.taken:
            await self._pace.wait(3, 12)
            await self._try(f"/assignments/{assignment_id}/change-seen", {"change_entry_id": entry_id})

    def _rest(self) -> None:
        if self._at_work is not None:
            self._at_work.cancel()
            self._at_work = None

    async def _run(self, assignment_id: str) -> None:
        """A whole run, step by step; each step is a person's as soon as one sits in the seat."""
        try:
            await self._step(assignment_id, "acknowledge", 4, 20)
            await self._step(assignment_id, "depart", 30, 110)
            await self.vehicle.arrived.wait()
            await self._step(assignment_id, "arrive", 2, 10)
            if not self._reached and self._pace.happens(WITHOUT_TRANSPORT):
                end = self._pace.random.choice(("empty-run", "patient-declines", "patient-gone"))
                await self._step(assignment_id, end, 60, 240)
                return
            await self._step(assignment_id, "patient-contact", 30, 120)
            case = await self._patient(assignment_id)
            await self._step(assignment_id, "load", 120, 480)
            if case is not None:
                await self._choose_hospital(case["id"])
            await self._step(assignment_id, "transport", 10, 60)
            await self.vehicle.arrived.wait()
            await self._step(assignment_id, "at-hospital", 5, 20)
            await self._hand_over(case)
            await self._step(assignment_id, "hand-over", 10, 40)
            await self._step(assignment_id, "available", 60, 300)
        except Refused as error:
            log.info("a run stopped", unit_id=self.unit_id, code=error.code)

    async def _step(self, assignment_id: str, event: str, low_s: float, high_s: float) -> None:
        if RUN.get(event) in self._behind():
            return
        await self._pace.wait(low_s, high_s)
        await self._chair.until_free()
        stamp = {"command_id": uuid4().hex, "event": event, "at": self._pace.now()}
        await self._seat.post(f"/assignments/{assignment_id}/stamps", {"stamps": [stamp]})
        if event in ("depart", "transport"):
            self.vehicle.arrived.clear()

    def _behind(self) -> list[str]:
        """States that the run had passed when the crew was found on it."""
        states = list(RUN.values())
        return states[: states.index(self._reached) + 1] if self._reached in states else []

    async def _patient(self, assignment_id: str) -> dict[str, Any] | None:
        known = await self._case_of(assignment_id)
        if known is None:
            chance = self._pace.random
            body = {
                "command_id": uuid4().hex,
                "age_years": chance.randint(2, 92),
                "sex": chance.choice(("male", "female")),
            }
            known = await self._seat.post(f"/assignments/{assignment_id}/patients", body)
        vitals = vitals_of(self._pace.random, self._pace.now())
        await self._try(f"/cases/{known['id']}/vitals", {"command_id": uuid4().hex, "vitals": vitals})
        return known

    async def _case_of(self, assignment_id: str) -> dict[str, Any] | None:
        found = await self._seat.get("/cases", limit="100")
        mine = (case for case in found["cases"] if case["assignment_id"] == assignment_id)
        return next(mine, None)

    async def _choose_hospital(self, case_id: str) -> None:
        await self._chair.until_free()
        case = await self._seat.get(f"/cases/{case_id}")
        if case["destination_id"] is not None:
            return
        ranked = (await self._seat.get(f"/cases/{case_id}/destinations"))["destinations"]
        if ranked:
            await self._try(f"/cases/{case_id}/destination", {"facility_id": ranked[0]["facility_id"]})

    async def _hand_over(self, case: dict[str, Any] | None) -> None:
        if case is None:
            return
        notice = await self._notice(case["id"])
        if notice is None:
            return
        await self._chair.until_free()
        body = {"command_id": uuid4().hex, "summary": "生命体征平稳，随身物品已交接。"}
        await self._try(f"/notices/{notice['notice_id']}/sign", body)
        for _ in range(10):
            await self._pace.wait(PATIENCE_S / 10, PATIENCE_S / 10)
            notice = await self._notice(case["id"])
            if notice is None or notice["handed_over_at"] is not None:
                return

    async def _notice(self, case_id: str) -> dict[str, Any] | None:
        inbound = (await self._seat.get("/inbound", done="true"))["notices"]
        return next((found for found in inbound if found["case_id"] == case_id), None)

    async def _try(self, path: str, body: dict[str, Any]) -> None:
        """A command that the run does not hang on."""
        try:
            await self._seat.post(path, body)
        except Refused as error:
            log.info("not taken", path=path, code=error.code)
