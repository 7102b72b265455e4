"""The console in a browser during a soak: how much its heap holds after garbage collection."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import CDPSession, async_playwright

from app.demo.living.api import SEAT

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
SETTLE_MS, WITHIN_MS = 15_000, 120_000


class Console:
    """The page, as the browser's own tools see it."""

    def __init__(self, tools: CDPSession) -> None:
        self._tools = tools

    @classmethod
    @asynccontextmanager
    async def open(cls, base: str) -> AsyncIterator["Console"]:
        """Signed in as a dispatcher whom the demo takes for one of its own, so that its dispatchers go on working."""
        program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
        if program is None:
            raise SystemExit("no Chromium: apt-get install chromium")
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=program, args=list(FLAGS))
            try:
                context = await browser.new_context(viewport={"width": 1600, "height": 900})
                page = await context.new_page()
                seat = await context.request.post(
                    f"{base}/api/v1/demo/seats/dispatcher",
                    data={"seat": SEAT},
                    headers={"Idempotency-Key": "soak"},
                )
                if not seat.ok:
                    raise SystemExit(f"the seat was refused: {seat.status} {await seat.text()}")
                await page.goto(f"{base}/console")
                await page.wait_for_selector("canvas", timeout=WITHIN_MS)
                await page.wait_for_timeout(SETTLE_MS)
                tools = await context.new_cdp_session(page)
                await tools.send("HeapProfiler.enable")
                yield cls(tools)
            finally:
                await browser.close()

    async def heap_mb(self) -> float:
        """Used by the page's own JavaScript, in megabytes."""
        await self._tools.send("HeapProfiler.collectGarbage")
        usage = await self._tools.send("Runtime.getHeapUsage")
        return round(float(usage["usedSize"]) / 1e6, 2)
