"""A crew's page in Chromium, and when the reason of a closure and the new way stand on it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Page, ViewportSize

from tests.support.browser import browsing

SMALL = ViewportSize(width=360, height=780)
SHOWS = """(reason) => new Promise((done) => {
  const before = document.querySelector('[data-way]')?.dataset.way;
  const shown = {};
  const drawn = (name) => requestAnimationFrame(() => {
    const after = new MessageChannel();
    after.port1.onmessage = () => {
      shown[name] ??= (performance.timeOrigin + performance.now()) / 1000;
      if (shown.reason && shown.way) done([shown.reason, shown.way]);
    };
    after.port2.postMessage(0);
  });
  const look = () => {
    const notice = document.querySelector('.change');
    if (notice !== null && notice.textContent.includes(reason)) drawn('reason');
    if (document.querySelector('[data-way]')?.dataset.way !== before) drawn('way');
  };
  const all = { subtree: true, childList: true, characterData: true, attributes: true };
  new MutationObserver(look).observe(document.body, all);
})"""
"""Seconds since 1970 at the end of the frame in which each stood there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Seconds since 1970 by this machine's clock, which the browser shares."""

    reason_at: float
    way_at: float


class CrewPage:
    """An open page of a crew."""

    def __init__(self, page: Page) -> None:
        self._page = page

    async def set_out(self) -> None:
        """Take the order that has come, and look at the way."""
        for step in ("acknowledge", "depart"):
            button = self._page.locator(f'.next[data-next="{step}"]')
            await button.and_(self._page.locator(':not([aria-disabled="true"])')).click()
        await self._page.locator("[data-way]").wait_for()

    async def shows(self, reason: str) -> Shown:
        """Wait for this reason, and for another way than the present one."""
        return Shown(*await self._page.evaluate(SHOWS, reason))

    async def acknowledge(self) -> None:
        """The crew has seen it."""
        await self._page.locator(".change button").first.click()


@asynccontextmanager
async def crew_page(base: str, login: str) -> AsyncIterator[CrewPage]:
    """The page of a crew that waits for its order."""
    async with browsing(base) as pages:
        page = await pages.sit(login, "crew", viewport=SMALL, permissions=("screen-wake-lock",))
        await page.locator('.connection[data-state="connected"]').wait_for()
        yield CrewPage(page)
