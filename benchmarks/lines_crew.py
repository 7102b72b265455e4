"""A crew that is offline for a whole run, with a reload in the middle, and how long its page takes to converge."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from playwright.async_api import Locator, Page, ViewportSize, expect

from benchmarks.lines_people import Asker
from tests.support.browser import Pages
from tests.support.house import Client

SMALL = ViewportSize(width=360, height=780)
STATION = 1
OFFLINE = (
    "depart", "arrive", "patient-contact", "load", "transport", "at-hospital", "hand-over", "available",
)  # fmt: skip
VITALS = ("88", "96")
CLOCK_S = 0.5
"""A stamp carries the time of the touch, corrected by how far the device's clock was found to be off."""

TOUCHED = "addEventListener('click', () => (window.touched = Date.now()), { once: true, capture: true })"

WITHIN_MS = 60_000.0
EMPTY = """() => new Promise((done) => {
  const look = () => document.querySelector('[data-waiting]') === null && done(Date.now());
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  look();
})"""


@dataclass(frozen=True, slots=True)
class Converged:
    """Milliseconds from the return of the network until nothing waits, and until the service has the run's last stamp;
    `waited`: how many commands."""

    empty_ms: float
    known_ms: float
    waited: int


class Run:
    """A crew's page and the run that it is on."""

    def __init__(self, page: Page, login: str, asker: Asker, incident: Any, sent: Any) -> None:  # noqa: ANN401
        self.login = login
        self._page, self._asker, self._incident, self._sent = page, asker, incident, sent
        self._touched: dict[str, float] = {}

    def _next(self, step: str) -> Locator:
        return self._page.locator(f'.next[data-next="{step}"]')

    async def step(self, name: str) -> None:
        """Touch the button when it shows this step and rests no more."""
        button = self._next(name)
        await expect(button).not_to_have_attribute("aria-disabled", "true")
        await self._page.evaluate(TOUCHED)
        await button.click()
        self._touched[name] = await self._page.evaluate("window.touched") / 1000
        await expect(button).to_have_count(0)

    async def offline(self, offline_s: float) -> Converged:
        """The whole run without a network, spread over so long; then back."""
        page, sheet = self._page, self._page.locator("dialog[open]")
        await page.context.set_offline(True)
        began = time.time()
        pause_s = offline_s / (len(OFFLINE) + 1)
        for number, name in enumerate(OFFLINE, start=1):
            await asyncio.sleep(max(0.0, began + number * pause_s - time.time()))
            await self.step(name)
            if name == "arrive":
                await page.reload()
                await expect(self._next("patient-contact")).to_be_visible()
            elif name == "patient-contact":
                await self._patients()
            elif name == "load":
                await page.get_by_role("button", name="选择医院").click()
                await sheet.locator(".hospitals li").first.get_by_role("button").click()
            elif name == "at-hospital":
                await page.get_by_role("button", name="签字移交").click()
                await sheet.get_by_role("button", name="签字移交").click()
        await page.reload()
        waiting = page.locator("[data-waiting]")
        await expect(waiting).to_be_visible()
        waited = int(await waiting.get_attribute("data-waiting") or 0)
        await asyncio.sleep(max(0.0, began + offline_s - time.time()))
        empty = asyncio.create_task(page.evaluate(EMPTY))
        back = time.time()
        await page.context.set_offline(False)
        known_ms = await self._known(back)
        return Converged(await empty - back * 1000, known_ms, waited)

    async def _patients(self) -> None:
        """Two are found: one is measured twice, the other refuses to go."""
        page, sheet = self._page, self._page.locator("dialog[open]")
        for _ in range(2):
            await page.get_by_role("button", name="登记患者").click()
        found = page.locator("[data-patient]")
        await expect(found).to_have_count(2)
        for heart_rate in VITALS:
            await found.first.get_by_role("button", name="生命体征").click()
            await sheet.locator("input").first.fill(heart_rate)
            await sheet.get_by_role("button", name="记录").click()
            await expect(found.first).to_contain_text(f"心率 {heart_rate} 次/分")
        await found.nth(1).get_by_role("button", name="不送院").click()
        await sheet.get_by_role("button", name="拒绝送院").click()
        await sheet.get_by_role("button", name="不送院").click()

    async def _known(self, back: float) -> float:
        while (passed_ms := (time.time() - back) * 1000) < WITHIN_MS:
            if (await self._assignment())["state"] == "AVR":
                return passed_ms
            await asyncio.sleep(0.05)
        raise SystemExit(f"the service does not know the run's end: {await self._assignment()}")

    async def _assignment(self) -> Any:  # noqa: ANN401
        found = await self._asker.get(f"/incidents/{self._incident['id']}")
        return next(one for one in found["assignments"] if one["id"] == self._sent["id"])

    async def check(self, crew: Client) -> None:
        """SystemExit unless the service has every stamp once, in order, at the device's times, and the rest once."""
        entries = (await self._asker.get(f"/incidents/{self._incident['id']}/entries"))["entries"]
        mine = [e["said"] for e in entries if e["said"].get("assignment_id") == self._sent["id"]]
        stamped = [said["event"] for said in mine if said["kind"].startswith("assignment.stamped")]
        if stamped != list(self._touched):
            raise SystemExit(f"stamps {stamped}, touched {list(self._touched)}")
        for stamp in (await self._assignment())["stamps"]:
            off_s = datetime.fromisoformat(stamp["at"]).timestamp() - self._touched[stamp["event"]]
            if not -CLOCK_S < off_s < CLOCK_S:
                raise SystemExit(f"{stamp['event']} is {off_s:.1f} s from when it was touched: {mine}")
        cases = [c for c in (await crew.get("/cases"))["cases"] if c["assignment_id"] == self._sent["id"]]
        vitals = sorted(f"{found['heart_rate_per_min']:.0f}" for case in cases for found in case["vitals"])
        ends = sorted(case["end_code"] or "" for case in cases)
        if (len(cases), vitals, ends[-1]) != (2, sorted(VITALS), "declined"):
            raise SystemExit(f"{len(cases)} patients, heart rates {vitals}, ends {ends}")


async def on_a_run(pages: Pages, asker: Asker) -> Run:
    """A person at a crew's page, an order acknowledged there; the page's own files are on the device."""
    unit, login = asker.unit_of(STATION)
    page = await pages.sit(login, "crew", viewport=SMALL, permissions=("screen-wake-lock",))
    await expect(page.locator('.connection[data-state="connected"]')).to_be_visible()
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    incident, sent = await asker.order(unit, STATION)
    run = Run(page, login, asker, incident, sent)
    await run.step("acknowledge")
    await expect(page.locator(".tabs")).to_be_visible()
    return run
