"""The console in a real browser: what a dispatcher would feel, read from the page's own measuring (`?measure=1`)."""

import asyncio
import math
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, StorageState

from tests.support.browser import DESK, Pages

ADDRESS = "/console?seat=dispatcher&measure=1"
READY = "document.querySelector('[data-map=\"ready\"]') !== null"
LIVE = "document.querySelector('.connection[data-state=\"connected\"]') !== null"
USABLE = """
(() => {
  const look = () => {
    if (document.querySelector('.queue-row button') !== null) window.__usable = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})();
"""
"""Notes when the first row of the queue can be pressed, in ms since the navigation began."""

SETTLE_S = 1.5
WITHIN_MS = 60_000
PAN_STEP_S = 0.016


@dataclass(frozen=True, slots=True)
class Sample:
    """What was felt for some seconds: each list in milliseconds."""

    latency_ms: list[float]
    frames_ms: list[float]
    apply_ms: list[float]
    long_tasks_ms: list[float]
    zoom: float
    things: int

    @property
    def frames_per_s(self) -> float:
        """How many frames the page began in a second, on average."""
        return 1000 * len(self.frames_ms) / sum(self.frames_ms)


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of the page, in milliseconds since the navigation began."""

    first_paint_ms: float
    usable_ms: float
    map_ms: float


async def sit_down(pages: Pages, *, live: bool = True) -> tuple[Page, StorageState]:
    """A dispatcher's console with its map, and what makes another browser profile the same person."""
    page = await pages.open(f"{ADDRESS}&take=dispatcher")
    await page.wait_for_function(f"{READY} && {LIVE}" if live else READY, timeout=WITHIN_MS)
    return page, await page.context.storage_state()


async def see_everything(page: Page) -> None:
    """The whole prefecture in view."""
    await page.locator(".map-tools button").last.click()


async def see_near(page: Page, zoom: float) -> None:
    """The first incident of the queue in the middle, at about this zoom."""
    await page.locator(".queue-row button").first.click()
    await asyncio.sleep(SETTLE_S)
    steps = round(zoom - await page.evaluate("window.__jiuhu.map.zoom"))
    for _ in range(abs(steps)):
        await page.locator(".map-tools button").nth(0 if steps > 0 else 1).click()


async def sample(page: Page, seconds_s: float, *, panning: bool = False) -> Sample:
    """Measure for so long, with the map at rest or pulled in circles with the mouse."""
    await asyncio.sleep(SETTLE_S)
    await page.evaluate("window.__jiuhu.reset()")
    if panning:
        await _pull(page, seconds_s)
    else:
        await asyncio.sleep(seconds_s)
    await page.wait_for_function("window.__jiuhu.latency.length > 0", timeout=WITHIN_MS)
    found: Any = await page.evaluate("({ ...window.__jiuhu, ...window.__jiuhu.map })")
    return Sample(
        latency_ms=found["latency"],
        frames_ms=found["frames"][1:],
        apply_ms=found["apply"],
        long_tasks_ms=found["longTasks"],
        zoom=found["zoom"],
        things=found["things"],
    )


async def _pull(page: Page, seconds_s: float) -> None:
    box = await page.locator(".map-canvas").bounding_box()
    assert box is not None
    x, y, radius = (
        box["x"] + box["width"] / 2,
        box["y"] + box["height"] / 2,
        min(box["width"], box["height"]) / 4,
    )
    loop = asyncio.get_running_loop()
    began = loop.time()
    await page.mouse.move(x + radius, y)
    await page.mouse.down()
    while (passed_s := loop.time() - began) < seconds_s:
        angle = passed_s * math.pi
        await page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
        await asyncio.sleep(PAN_STEP_S)
    await page.mouse.up()


async def open_once(pages: Pages, state: StorageState, *, again: bool = False) -> Opening:
    """Open the page in a profile that has nothing cached; with `again` a second time, when it has."""
    context = await pages.browser.new_context(
        locale="zh-CN", viewport=DESK, bypass_csp=True, storage_state=state
    )
    await context.add_init_script(USABLE)
    context.on("page", pages.watched.add)
    try:
        page = await context.new_page()
        await page.goto(pages.base + ADDRESS)
        await page.wait_for_function(f"window.__usable && {READY}", timeout=WITHIN_MS)
        if again:
            await page.goto(pages.base + ADDRESS)
            await page.wait_for_function(f"window.__usable && {READY}", timeout=WITHIN_MS)
        found: Any = await page.evaluate(
            "({ paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,"
            " usable: window.__usable, map: window.__jiuhu.marks.map })"
        )
        return Opening(found["paint"], found["usable"], found["map"])
    finally:
        await context.close()
