"""The hospital: hears of patients by webhook, asks for what it may know, and does what its mood lets it do.

Everything that happens by chance is drawn from one seeded generator, in the order in which things are heard; every
wait goes through one `sleep`, divided by `speed`. What it cannot do (a referral answered by somebody else meanwhile,
a right that its account lacks) it logs and leaves.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from random import Random
from typing import Any

import aiohttp
import structlog

from integrations.pretend_hospital.client import Api, Refused, Sleep
from integrations.pretend_hospital.moods import MANNERS, Manner, Mood
from integrations.pretend_hospital.server import Door, Event
from ledger.clock import Clock, SystemClock

log = structlog.get_logger(__name__)


class Hospital:
    """One pretend hospital. `mood` may be changed while it runs."""

    def __init__(
        self,
        api: Api,
        duties: "Mapping[str, Duty]",
        *,
        mood: Mood = Mood.PROMPT,
        seed: int = 0,
        speed: float = 1.0,
        clock: Clock | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.api = api
        self.duties = duties
        self.clock = clock or SystemClock()
        self.organisation_id = ""
        self.done: list[str] = []
        self.door = Door(self._hear)
        self._chance = Random(seed)
        self._speed = speed
        self._sleep = sleep
        self._tasks: set[asyncio.Task[None]] = set()
        self.mood = mood

    @property
    def mood(self) -> Mood:
        """What sort of day it has."""
        return self._mood

    @mood.setter
    def mood(self, mood: Mood) -> None:
        self._mood = mood
        self.door.is_open = self.manner.takes_webhooks

    @property
    def manner(self) -> Manner:
        """What its mood means."""
        return MANNERS[self._mood]

    def roll(self) -> float:
        """A number from 0 to 1 by chance, drawn when something is heard and before anything is awaited."""
        return self._chance.random()

    async def pause(self, seconds_s: float) -> None:
        """Wait so long, sooner at a higher speed."""
        await self._sleep(seconds_s / self._speed)

    async def do(self, path: str, body: dict[str, Any], key: str) -> Any:  # noqa: ANN401
        """One command; the same key after a repeated webhook does nothing twice."""
        answer = await self.api.post(path, body, key=key)
        self.done.append(path)
        return answer

    def _hear(self, event: Event) -> None:
        """The webhook is answered; what follows from it takes its own time."""
        duty = self.duties.get(event.type)
        if duty is not None:
            self.start(event.type, partial(duty, self, event.data))

    def start(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do it beside everything else; a refusal is logged, and no more."""
        task = asyncio.create_task(self._carefully(what, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _carefully(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except Refused as error:
            log.info("the service said no", about=what, status=error.status, code=error.code)
        except (aiohttp.ClientError, TimeoutError):
            log.warning("the service could not be reached", about=what)

    async def close(self) -> None:
        """Stop whatever is under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Duty = Callable[[Hospital, dict[str, Any]], Coroutine[Any, Any, None]]
"""What a hospital does when it hears of something."""
