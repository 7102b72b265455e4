"""What the soak looks at: two processes, the service's own metrics, its live stream, its incidents."""

import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.measure import percentile
from web.metrics import BUCKETS_S

READY = re.compile(r"ready: (http://127\.0\.0\.1:\d+)/")
BAD = re.compile(
    r"Traceback|\"level\": ?\"(error|critical)\"|\[(error|critical) +\]|^ERROR|never retrieved", re.MULTILINE
)
BUCKET = re.compile(
    r'^jiuhu_http_request_seconds_bucket\{le="([^"]+)",route="([^"]+)"\} (\S+)$', re.MULTILINE
)
POSITION = re.compile(r"^jiuhu_ledger_position (\S+)$", re.MULTILINE)
TICKS = os.sysconf("SC_CLK_TCK")


class Process:
    """A process with a log of its own; its standard input is held open until it is told to end."""

    def __init__(self, name: str, log: Path, words: list[str]) -> None:
        self.name = name
        self.log = log
        self._words = words
        self._process: asyncio.subprocess.Process | None = None
        self._read_to = 0
        self._bad = 0
        self._cpu_s = 0.0
        self._looked_at_s = 0.0

    async def start(self, env: Mapping[str, str] | None = None) -> None:
        """Start it."""
        with self.log.open("w") as out:
            self._process = await asyncio.create_subprocess_exec(
                *self._words, stdin=subprocess.PIPE, stdout=out, stderr=out, env=env
            )
        self._looked_at_s = time.monotonic()

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.returncode is None

    async def ready(self, within_s: float) -> str:
        """The address that it prints when it listens; SystemExit with its log when it does not."""
        until_s = time.monotonic() + within_s
        while self.runs and time.monotonic() < until_s:
            if found := READY.search(self.log.read_text()):
                return found[1]
            await asyncio.sleep(0.1)
        raise SystemExit(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")

    async def wait(self, within_s: float) -> int | None:
        """Its exit status; None when it had to be killed."""
        assert self._process is not None
        try:
            async with asyncio.timeout(within_s):
                return await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
            return None

    async def end(self, within_s: float) -> int | None:
        """Close its input, which ends the demo's people, and ask it to end, which stops the service."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        if self.name == "service" and self.runs:
            self._process.terminate()
        return await self.wait(within_s)

    def look(self) -> dict[str, float]:
        """Memory now, and the share of one processor since it was looked at last."""
        assert self._process is not None
        folder = Path("/proc") / str(self._process.pid)
        try:
            pages = int((folder / "statm").read_text().split()[1])
            times = (folder / "stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            return {f"{self.name}_rss_mb": 0.0, f"{self.name}_cpu": 0.0}
        cpu_s, now_s = (int(times[11]) + int(times[12])) / TICKS, time.monotonic()
        share = (cpu_s - self._cpu_s) / (now_s - self._looked_at_s)
        self._cpu_s, self._looked_at_s = cpu_s, now_s
        rss_mb = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        return {f"{self.name}_rss_mb": round(rss_mb, 1), f"{self.name}_cpu": round(share, 3)}

    def bad_lines(self) -> int:
        """Lines of the log so far at error level, and tracebacks."""
        with self.log.open() as log:
            log.seek(self._read_to)
            text = log.read()
            self._read_to = log.tell()
        self._bad += len(BAD.findall(text))
        return self._bad


@dataclass(frozen=True, slots=True)
class HttpTimes:
    """The service's histogram of answers, all routes together, and its ledger's position."""

    buckets: tuple[float, ...]
    position: int

    def since(self, before: "HttpTimes") -> dict[str, Any]:
        """Answers since then: how many, and the upper bounds of the buckets of the median and the 99th percentile."""
        counts = [now - then for now, then in zip(self.buckets, before.buckets, strict=True)]
        return {
            "n": int(counts[-1]),
            "median_ms": _bound_ms(counts, 0.5),
            "p99_ms": _bound_ms(counts, 0.99),
            "entries": self.position,
        }


def _bound_ms(counts: list[float], share: float) -> float:
    """inf, which no JSON knows, is told as the last bucket's bound twice over."""
    bounds = (*BUCKETS_S, 2 * BUCKETS_S[-1])
    reached = next((i for i, count in enumerate(counts) if count >= share * counts[-1]), 0)
    return 1000 * bounds[reached]


async def http_times(session: aiohttp.ClientSession, base: str) -> HttpTimes:
    """What /metrics says now."""
    async with session.get(f"{base}/metrics") as answer:
        text = await answer.text()
    sums = dict.fromkeys((*(str(bound) for bound in BUCKETS_S), "+Inf"), 0.0)
    for bound, _, count in BUCKET.findall(text):
        sums[bound] += float(count)
    position = POSITION.search(text)
    return HttpTimes(tuple(sums.values()), int(float(position[1])) if position else 0)


class Listener:
    """Follows the live stream: how late it tells of entries, and how many incidents there were."""

    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base
        self._lags_ms: list[float] = []
        self._incidents = 0

    async def listen(self) -> None:
        """For ever; what is cut is taken up again where it was."""
        limit = aiohttp.ClientTimeout(total=None, sock_read=60)
        last = ""
        while True:
            headers = {"Last-Event-ID": last} if last else {}
            url = f"{self._base}/api/v1/stream"
            with suppress(aiohttp.ClientError, TimeoutError, OSError):
                async with self._session.get(url, headers=headers, timeout=limit) as stream:
                    async for line in stream.content:
                        if line.startswith(b"id:"):
                            last = line[3:].decode().strip()
                        elif line.startswith(b"data:"):
                            self._hear(json.loads(line[5:]))
            await asyncio.sleep(0.5)

    def _hear(self, data: Any) -> None:  # noqa: ANN401
        if isinstance(data, dict) and "said" in data:
            written_at = datetime.fromisoformat(data["act"]["recorded_at"])
            self._lags_ms.append(1000 * (datetime.now(UTC) - written_at).total_seconds())
            self._incidents += data["said"].get("kind") == "incident.opened.v1"

    async def look(self) -> dict[str, Any]:
        """Lag of the entries since the last look; incidents so far, and those that are open now."""
        lags_ms, self._lags_ms = self._lags_ms or [0.0], []
        query = {"state": "open", "limit": "500"}
        async with self._session.get(f"{self._base}/api/v1/incidents", params=query) as answer:
            answer.raise_for_status()
            opened = (await answer.json())["incidents"]
        return {
            "lag_median_ms": round(percentile(lags_ms, 50), 1),
            "lag_p99_ms": round(percentile(lags_ms, 99), 1),
            "incidents": self._incidents,
            "open_incidents": len(opened),
        }
