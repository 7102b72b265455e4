"""Hospital desks and clinics at their pages: each in its mood, each yields to a person in its seat."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import structlog

from app.demo.living.api import Refused, Seat
from app.demo.living.chairs import Chair
from app.demo.living.moods import Mood
from app.demo.living.pace import Pace
from app.demo.living.stories import OUTCOMES, PLANS, VISITS

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 2.0
DOWN_AGAIN = 0.6
"""Share of patients who go back to the township with a plan."""

SAID_FULL = 0.5
"""How often a strained house's figures say so: it is known by its answers to notices, and still gets patients."""

FIRST_SAID_S = (1.0, 10.0)
HOSPITAL_BEDS = {"emergency": (12, 20), "icu": (6, 12), "general": (30, 60)}
CLINIC_BEDS = {"general": (4, 8)}
"""The services of a house, and how many beds each may have."""

STRAIN = ("emergency-room-full", "icu-full", "no-specialist", "ct-down")
DECLINE = "no-bed"


class Facility:
    """One desk. `chair` tells whether a person sits there."""

    def __init__(
        self, seat: Seat, pace: Pace, mood: Mood, chair: Chair, beds: Mapping[str, tuple[int, ...]]
    ) -> None:
        self.organisation_id = ""
        self._seat = seat
        self._pace = pace
        self._mood = mood
        self._chair = chair
        self._beds = {service: pace.random.choice(sizes) for service, sizes in beds.items()}
        self._busy: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def noticed(self, notice_id: str) -> None:
        """A patient is announced."""
        self._begin(f"notice:{notice_id}", self._hear(notice_id))

    def crew_signed(self, notice_id: str) -> None:
        """The crew stands here with its patient and has signed."""
        self._begin(f"sign:{notice_id}", self._sign(notice_id))

    def asked(self, offer_id: str) -> None:
        """Another facility asks for a bed."""
        self._begin(f"offer:{offer_id}", self._answer(offer_id))

    def accepted(self, referral_id: str) -> None:
        """A patient will come here by another way than an ambulance: receive them."""
        self._begin(f"receive:{referral_id}", self._receive(referral_id))

    def run_failed(self, referral_id: str) -> None:
        """The vehicle that was asked for does not bring the patient: ask again."""
        self._begin(f"run:{referral_id}", self._ask_run(referral_id))

    def told(self, referral_id: str) -> None:
        """The outcome of a patient who was referred from here: read it, and close what is done."""
        self._begin(f"read:{referral_id}", self._read(referral_id))

    def arrived(self, referral_id: str) -> None:
        """A referred patient is here: treat, tell the outcome, perhaps refer down."""
        self._begin(f"care:{referral_id}", self._care(referral_id))

    def planned(self, referral_id: str) -> None:
        """A patient came back with a plan: visit them."""
        self._begin(f"visit:{referral_id}", self._visit(referral_id))

    async def keep_capacity(self) -> None:
        """Say how full the house is: all of it when the shift begins, then now and then, for ever."""
        await self._pace.wait(*FIRST_SAID_S)
        for service in self._beds:
            await self._say_capacity(service)
        while True:
            await self._pace.wait(300, 1200)
            await self._say_capacity(self._pace.random.choice(tuple(self._beds)))

    async def _say_capacity(self, service: str) -> None:
        if self._chair.taken or self._mood is Mood.SILENT or not self.organisation_id:
            return
        total = self._beds[service]
        full = self._mood is Mood.STRAINED and self._pace.happens(SAID_FULL)
        free = 0 if full else self._pace.random.randint(1, total // 2)
        body = {
            "service": service,
            "state": "limited" if free < 2 else "open",
            "beds_free": free,
            "beds_total": total,
            "expires_at": self._pace.now(7200.0),
        }
        await self._try(f"/facilities/{self.organisation_id}/capacity", body)

    def _begin(self, name: str, work: Any) -> None:  # noqa: ANN401  a coroutine
        if name in self._busy or self._mood is Mood.DOWN:
            work.close()
            return
        self._busy.add(name)
        task = asyncio.create_task(self._guarded(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, name: str, work: Any) -> None:  # noqa: ANN401  a coroutine
        try:
            await work
        except Refused as error:
            log.info("a facility was refused", code=error.code)
        finally:
            self._busy.discard(name)

    async def _free(self, low_s: float, high_s: float) -> bool:
        """Wait as this mood does, and as long as a person sits here; False when nobody is going to answer."""
        if self._mood is Mood.SILENT:
            return False
        slow = 6.0 if self._mood in (Mood.SLOW, Mood.DECLINES_LATE) else 1.0
        await self._pace.wait(low_s * slow, high_s * slow)
        await self._chair.until_free()
        return True

    async def _hear(self, notice_id: str) -> None:
        if not await self._free(4, 15):
            return
        if self._mood is Mood.STRAINED:
            body = {"code": self._pace.random.choice(STRAIN), "remarks": "急诊抢救床位紧张"}
            await self._try(f"/notices/{notice_id}/strain", body)
        else:
            await self._try(f"/notices/{notice_id}/acknowledge", {})

    async def _sign(self, notice_id: str) -> None:
        if await self._free(10, 40):
            body = {"command_id": uuid4().hex, "summary": "已接收，护士站核对完毕。"}
            await self._try(f"/notices/{notice_id}/sign", body)

    async def _answer(self, offer_id: str) -> None:
        if not await self._free(5, 15):
            return
        await self._try(f"/offers/{offer_id}/acknowledge", {})
        if not await self._free(20, 60):
            return
        if self._mood in (Mood.STRAINED, Mood.DECLINES_LATE):
            await self._try(f"/offers/{offer_id}/decline", {"code": DECLINE, "remarks": "目前无床"})
        else:
            bed = f"{self._pace.random.randint(1, 40)}床"
            await self._try(
                f"/offers/{offer_id}/accept", {"department": "内科", "bed": bed, "contact": "总值班"}
            )

    async def _care(self, referral_id: str) -> None:
        if not await self._free(300, 900):
            return
        outcome = self._pace.random.choice(OUTCOMES)
        await self._seat.post(f"/referrals/{referral_id}/outcome", outcome)
        if not self._pace.happens(DOWN_AGAIN) or not await self._free(120, 400):
            return
        referral = await self._seat.get(f"/referrals/{referral_id}")
        body = {
            "command_id": uuid4().hex,
            "case_id": referral["case_id"],
            "direction": "down",
            "urgency": "routine",
            "candidates": [referral["from_facility"]["id"]],
            "parallel": False,
            "reason": "病情稳定，转回当地继续治疗和随访",
            "diagnosis": outcome["diagnosis"],
            "by_ambulance": False,
            "plan": self._pace.random.choice(PLANS),
            "based_on": referral_id,
        }
        await self._seat.post("/referrals", body)

    async def _receive(self, referral_id: str) -> None:
        if await self._free(1200, 3600):
            await self._try(f"/referrals/{referral_id}/arrived", {})

    async def _ask_run(self, referral_id: str) -> None:
        if await self._free(60, 180):
            await self._try(f"/referrals/{referral_id}/transport", {})

    async def _read(self, referral_id: str) -> None:
        if not await self._free(1800, 3600):
            return
        referral = await self._seat.get(f"/referrals/{referral_id}")
        if referral["state"] == "outcome-sent":
            await self._try(f"/referrals/{referral_id}/close", {"code": "completed"})

    async def _visit(self, referral_id: str) -> None:
        if not await self._free(600, 1800):
            return
        body = {
            "command_id": uuid4().hex,
            "visited_at": self._pace.now(),
            **self._pace.random.choice(VISITS),
        }
        await self._seat.post(f"/referrals/{referral_id}/visit", body)

    async def _try(self, path: str, body: dict[str, Any]) -> None:
        """A command that the story does not hang on."""
        try:
            await self._seat.post(path, body)
        except Refused as error:
            log.info("not taken", path=path, code=error.code)
