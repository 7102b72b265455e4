"""Crews: they hear the order, drive, treat, choose a hospital, hand over. Each yields to a person in its seat."""

import asyncio
from contextlib import suppress
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
NEXT: dict[str, tuple[str, float, float]] = {
    "DSP": ("acknowledge", 4, 20),
    "ACK": ("depart", 30, 110),
    "ENR": ("arrive", 2, 10),
    "STG": ("arrive", 10, 40),
    "ONS": ("patient-contact", 30, 120),
    "PTC": ("load", 120, 480),
    "LDD": ("transport", 10, 60),
    "TRN": ("at-hospital", 5, 20),
    "ATH": ("hand-over", 10, 40),
    "HND": ("available", 60, 300),
}
"""What a crew reports next in each state of its assignment, and how long that takes it, in demo seconds."""

ENDS = ("empty-run", "patient-declines", "patient-gone")
WITHOUT_TRANSPORT = 0.12
"""Share of runs that end without transport, in the order of a Chinese prefecture's empty runs."""

PATIENCE_S = 240.0
"""How long a crew waits at the hospital for the other signature before it leaves, in demo seconds."""


class Crew:
    """One crew and its vehicle. `chair` tells whether a person sits in its seat now.

    Each step begins from the assignment's state, whoever brought it there: a person who leaves the seat leaves the
    run to the crew where it stands.
    """

    def __init__(self, seat: Seat, pace: Pace, vehicle: Vehicle, chair: Chair) -> None:
        self.vehicle = vehicle
        self._seat = seat
        self._pace = pace
        self._chair = chair
        self._assignment_id: str | None = None
        self._incident_id: str | None = None
        self._state = ""
        self._transports = True
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()
        self._at_work: asyncio.Task[None] | None = None

    def ordered(self, assignment_id: str, incident_id: str | None, state: str = "DSP") -> None:
        """An order came: the crew begins its run."""
        self._rest()
        self._assignment_id = assignment_id
        self._incident_id = incident_id
        self._state = state
        self._transports = not self._pace.happens(WITHOUT_TRANSPORT)
        self._at_work = asyncio.create_task(self._run(assignment_id))

    async def found(self, assignment_id: str, state: str) -> None:
        """The crew was on a run when the demo came alive: it goes on from there."""
        self._assignment_id, self._state = assignment_id, ""
        await self.moved(assignment_id, state)
        self.ordered(assignment_id, None, state)

    async def moved(self, assignment_id: str, state: str, before: str | None = None) -> None:
        """The assignment has another state; the vehicle follows it, and a called-off crew turns back.

        It is told twice, by the answer and by the stream, in any order: what is behind the crew already is no news.
        """
        async with self._turn:
            if assignment_id != self._assignment_id or state == self._state:
                return
            if before not in (None, self._state) and _rank(state) < _rank(self._state):
                return
            if state in ROLLING:
                await self.vehicle.drive(assignment_id)
            elif state in HOMEWARD:
                self._rest()
                self.vehicle.home()
            else:
                self.vehicle.halt()
            self._state = state
            self._changed.set()

    async def rerouted(self, assignment_id: str, entry_id: str) -> None:
        """Another way: the vehicle takes it, the crew says that it saw it."""
        async with self._turn:
            if assignment_id != self._assignment_id:
                return
            if self._state in ROLLING:
                await self.vehicle.drive(assignment_id)
        await self._pace.wait(3, 12)
        if not self._chair.taken:
            await self._try(f"/assignments/{assignment_id}/change-seen", {"change_entry_id": entry_id})

    def _rest(self) -> None:
        if self._at_work is not None:
            self._at_work.cancel()
            self._at_work = None

    async def _run(self, assignment_id: str) -> None:
        """A whole run, step by step; each step is a person's as soon as one sits in the seat."""
        while self._state in NEXT:
            await self._chair.until_free()
            self._changed.clear()
            state = self._state
            if state in ROLLING:
                await self.vehicle.standing.wait()
            try:
                if self._state == state:
                    await self._go_on(assignment_id, state)
            except Refused as error:
                log.info("a crew was refused", unit_id=self.vehicle.unit_id, state=state, code=error.code)
                await self._pace.wait(20, 60)
                await self._ask_state(assignment_id)

    async def _go_on(self, assignment_id: str, state: str) -> None:
        event, low_s, high_s = NEXT[state]
        if state == "ONS" and not self._transports:
            event, low_s, high_s = self._pace.random.choice(ENDS), 60, 240
        if state == "PTC":
            await self._patient(assignment_id)
        if state == "LDD":
            await self._choose_hospital(assignment_id)
        if state == "ATH":
            await self._hand_over(assignment_id, state)
        if not await self._mine_after(state, low_s, high_s):
            return
        stamp = {"command_id": uuid4().hex, "event": event, "at": self._pace.now()}
        answer = await self._seat.post(f"/assignments/{assignment_id}/stamps", {"stamps": [stamp]})
        result = answer["results"][0]
        if result["outcome"] == "refused":
            raise Refused(200, result["reason"]["code"], event)
        await asyncio.shield(self.moved(assignment_id, answer["assignment"]["state"], state))

    async def _mine_after(self, state: str, low_s: float, high_s: float) -> bool:
        """Take that long; False when a person sat down meanwhile, or the run has moved on."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._pace.span_s(low_s, high_s)):
                await self._changed.wait()
        return self._state == state and not self._chair.taken

    async def _ask_state(self, assignment_id: str) -> None:
        """The state after all, when something was refused."""
        try:
            unit = await self._seat.get(f"/units/{self.vehicle.unit_id}")
        except Refused as error:
            log.info("no state to go on from", unit_id=self.vehicle.unit_id, code=error.code)
            return
        state = unit["assignment_state"] if unit["assignment_id"] == assignment_id else "END"
        if state != self._state:
            await asyncio.shield(self.moved(assignment_id, state))

    async def _patient(self, assignment_id: str) -> None:
        known = await self._case_of(assignment_id)
        if self._chair.taken:
            return
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

    async def _case_of(self, assignment_id: str) -> dict[str, Any] | None:
        which = {"limit": "100"} if self._incident_id is None else {"incident_id": self._incident_id}
        found = await self._seat.get("/cases", **which)
        mine = (case for case in found["cases"] if case["assignment_id"] == assignment_id)
        return next(mine, None)

    async def _choose_hospital(self, assignment_id: str) -> None:
        case = await self._case_of(assignment_id)
        if case is None or case["destination_id"] is not None:
            return
        ranked = (await self._seat.get(f"/cases/{case['id']}/destinations"))["destinations"]
        if ranked and not self._chair.taken:
            await self._try(f"/cases/{case['id']}/destination", {"facility_id": ranked[0]["facility_id"]})

    async def _hand_over(self, assignment_id: str, state: str) -> None:
        case = await self._case_of(assignment_id)
        notice = None if case is None else await self._notice(case["id"])
        if notice is None or self._chair.taken:
            return
        body = {"command_id": uuid4().hex, "summary": "生命体征平稳，随身物品已交接。"}
        await self._try(f"/notices/{notice['notice_id']}/sign", body)
        for _ in range(10):
            waiting = await self._mine_after(state, PATIENCE_S / 10, PATIENCE_S / 10)
            notice = await self._seat.get(f"/notices/{notice['notice_id']}")
            if not waiting or notice["handed_over_at"] is not None:
                return

    async def _notice(self, case_id: str) -> dict[str, Any] | None:
        inbound = (await self._seat.get("/inbound"))["notices"]
        return next((found for found in inbound if found["case_id"] == case_id), None)

    async def _try(self, path: str, body: dict[str, Any]) -> None:
        """A command that the run does not hang on."""
        try:
            await self._seat.post(path, body)
        except Refused as error:
            log.info("not taken", path=path, code=error.code)


def _rank(state: str) -> int:
    """How far on a run a state is; those after its end come last."""
    return list(NEXT).index(state) if state in NEXT else len(NEXT)
