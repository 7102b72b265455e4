"""A page of the demo that is looked at: its looks and widths, and the demo's other seats, which act through the API."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
from playwright.async_api import Page, ViewportSize, expect

from tests.support.browser import Pages, every_look, violations
from tests.support.house import API, Client

WIDTHS = {
    "home": (390, 768, 1440),
    "console": (1280, 1600, 1920),
    "shift": (768, 1280, 1600),
    "station": (390, 768, 1280),
    "crew": (360, 390, 768),
    "hospital": (768, 1280, 1600),
    "clinic": (360, 768, 1280),
}
PHONES = 480
SETTLES_S = 0.25


class Stage:
    """One page of the demo in its looks, and the demo's other seats, which act through the API."""

    def __init__(self, name: str, pages: Pages, folder: Path, stack: AsyncExitStack) -> None:
        self.name, self.pages, self.folder = name, pages, folder
        self.base = pages.base
        self.page: Page
        self.found: list[str] = []
        self.taken: dict[str, list[Path]] = {}
        self._stack = stack

    async def seat(self, login: str) -> Client:
        """A client that sits at this seat without a window, so that the demo does not make room for it."""
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        async with session.post(f"{self.base}{API}/demo/seats/{login}", json={"seat": "screens"}) as response:
            response.raise_for_status()
        return Client(session, self.base)

    async def sit(self, login: str, path: str = "") -> Page:
        """The page itself, live."""
        allowed = ("screen-wake-lock",)
        self.page = await self.pages.sit(login, path or self.name, permissions=allowed)
        await expect(self.page.locator('.connection[data-state="connected"]')).to_be_visible()
        return self.page

    async def takes(self, view: str, *, whole: bool = False, settle_s: float = SETTLES_S) -> None:
        """This view in every look and width; `whole`: all of a page that scrolls, not only what is seen first."""
        async for language, theme in every_look(self.page):
            for width in WIDTHS[self.name]:
                await self.page.set_viewport_size(
                    ViewportSize(width=width, height=800 if width < PHONES else 900)
                )
                await asyncio.sleep(settle_s)
                look = f"{self.name}-{view}-{language}-{theme}-{width}"
                path = self.folder / f"{look}.png"
                await self.page.screenshot(path=path, full_page=whole)
                self.taken.setdefault(view, []).append(path)
                self.found += [f"{look}: {one}" for one in await violations(self.page)]
                wider = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wider > 0:
                    self.found.append(f"{look}: {wider} px wider than the window")
        await self.page.set_viewport_size(ViewportSize(width=WIDTHS[self.name][-1], height=900))

    async def until(self, found: Callable[[], Awaitable[Any]], seconds: float = 60) -> Any:
        """What `found` answers as soon as it is anything; None when it stays nothing."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (answered := await found()):
                    await asyncio.sleep(0.5)
                return answered
        return None

    async def incident(self, dispatcher: Client, near: dict[str, Any], complaint: str) -> Any:
        """A call near a station, taken by this dispatcher."""
        place = {"lon": near["lon"] + 0.01, "lat": near["lat"] + 0.004}
        evidence = {"kind": "point", "source": "aml", "datum": "wgs84", "radius_m": 20, **place}
        body = {
            "source": "120", "callback": f"139{uuid4().int % 10**8:08}", "complaint": complaint, "patients": 1,
            "evidence": [evidence], "spoken_address": f"{near['name_zh'].removesuffix('急救站')}旁",
        }  # fmt: skip
        return (await dispatcher.post("/calls", body))["incident"]
