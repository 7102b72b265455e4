"""The service as a real process: started, killed without warning, started again; and its command line."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from app.config import Config
from app.demo import setup as demo
from app.demo.seed import PrefectureSeed
from ledger.storage.open import open_storage
from tests.support.house import API
from tests.support.prefecture import ROOT

WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command that has ended left behind."""

    status: int
    out: str
    err: str


class Service:
    """`jiuhu serve` on a free port, restarted as often as the test likes. `up` is set while it answers."""

    def __init__(self, nursery: "Nursery", config: Config) -> None:
        self.config = config
        self.up = asyncio.Event()
        self.base = ""
        self.log = config.data / "serve.log"
        self._nursery = nursery
        self._pid: int | None = None

    async def start(self) -> None:
        """Start it and wait for /readyz."""
        arguments = [*_options(self.config), "serve", "--port", "0"]
        answer = await self._nursery.ask("start", str(self.log), arguments)
        assert answer["base"], f"the service did not start:\n{self.log.read_text()[-2000:]}"
        self._pid, self.base = answer["pid"], answer["base"]
        async with asyncio.timeout(WITHIN_S), aiohttp.ClientSession() as session:
            while not await self._is_ready(session):
                await asyncio.sleep(0.01)
        self.up.set()

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.base}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """kill -9: nothing is put away, nobody is told."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """The way an operator stops it; returns when the process has ended."""
        await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> None:
        if self._pid is not None:
            self.up.clear()
            pid, self._pid = self._pid, None
            await self._nursery.ask("end", pid, int(number))


class Nursery:
    """Starts processes of the service quickly."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._turn = asyncio.Lock()

    async def ask(self, *words: Any) -> Any:
        """One command, one answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn, asyncio.timeout(WITHIN_S):
            self._process.stdin.write(json.dumps(words).encode() + b"\n")
            answer = await self._process.stdout.readline()
        assert answer, "the nursery has ended"
        return json.loads(answer)

    async def run(self, config: Config, arguments: Sequence[str | Path]) -> Outcome:
        """Run one command to its end."""
        words = [*_options(config), *(str(argument) for argument in arguments)]
        return Outcome(**await self.ask("run", str(config.data), words))

    @asynccontextmanager
    async def service(self, config: Config) -> AsyncIterator[Service]:
        """A running service, killed at the end if it still runs."""
        service = Service(self, config)
        await service.start()
        try:
            yield service
        finally:
            await service.kill()


@asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """A process that starts services; it ends with the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.nursery",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
        limit=1 << 26,
    )
    try:
        yield Nursery(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def sign_in(service: Service, login: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A session of this demo account; it outlives the process, as a browser's does."""
    jar, connector = aiohttp.CookieJar(unsafe=True), aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(cookie_jar=jar, connector=connector) as session:
        account = {"login": login, "password": demo.demo_password(service.config.data)}
        async with session.post(f"{service.base}{API}/session", json=account) as response:
            assert response.status == 200, await response.text()
        yield session


async def prepare(config: Config) -> PrefectureSeed:
    """Fill an empty database with the demo prefecture, so that `serve` finds everything in place."""
    seed = demo.make_files(config, lambda stage, done, total: None)
    storage = await open_storage(config.database)
    try:
        await demo.fill(config, storage, seed)
    finally:
        await storage.close()
    return seed


def _options(config: Config) -> list[str]:
    return ["--data", str(config.data), "--database", config.database]
