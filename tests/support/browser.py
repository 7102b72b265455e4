"""The machine's own Chromium, driven by Playwright, and pages that are watched while a test uses them."""

import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, Request, ViewportSize, async_playwright

ROOT = Path(__file__).parents[2]
DIST = Path(os.environ.get("JIUHU_TEST_PAGES") or ROOT / "console" / "dist")
"""The built pages; another folder of them when somebody works on one page alone."""

AXE = ROOT / "console" / "node_modules" / "axe-core" / "axe.min.js"
INSTALL = "apt-get install --no-install-recommends chromium fonts-noto-cjk"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
)
"""The page stays on the CPU's raster path, which is far faster here than a software GPU for everything."""

HARMLESS = ("GPU stall due to ReadPixels",)
REFUSAL = "Failed to load resource: the server responded with a status of 4"
"""A browser logs every refusal as an error; that the service refuses is what pages are made for."""

LOST = ("net::ERR_", "WebSocket connection to", "Worker failed to load")
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
DESK = ViewportSize(width=1600, height=900)
PHONE = ViewportSize(width=390, height=844)

Theme = Literal["dark", "light"]
Language = Literal["zh-CN", "en"]
LOOKS: tuple[tuple[Language, Theme], ...] = (
    ("zh-CN", "dark"),
    ("en", "dark"),
    ("en", "light"),
    ("zh-CN", "light"),
)
"""Every language in every theme; a page begins, and is left, in the first."""


def find_browser() -> str | None:
    """The path of a Chromium, if this machine has one."""
    return next((found for program in PROGRAMS if (found := shutil.which(program))), None)


class Watched:
    """What pages did that no page of ours may do: ask another host, log an error, throw.

    A test that takes the service away sets `may_lose_the_line`.
    """

    def __init__(self, base: str) -> None:
        self.may_lose_the_line = False
        self.foreign: list[str] = []
        self.errors: list[str] = []
        self._host = urlsplit(base).netloc

    def add(self, page: Page) -> None:
        page.on("request", self._asked)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.errors.append(f"{page.url}: {error}"))
        page.on("websocket", lambda socket: self._host_of(socket.url))

    def _asked(self, request: Request) -> None:
        self._host_of(request.url)

    def _host_of(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self._host:
            self.foreign.append(address)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error" or any(known in message.text for known in HARMLESS):
            return
        address = message.location.get("url", "")
        if REFUSAL in message.text and "/api/" in address:
            return
        if self.may_lose_the_line and any(known in message.text for known in LOST):
            return
        self.errors.append(f"{address}: {message.text}")


class Pages:
    """Opens pages of a house; each context is a browser profile of its own."""

    def __init__(self, browser: Browser, base: str) -> None:
        self.browser = browser
        self.base = base
        self.watched = Watched(base)

    async def open(
        self,
        path: str = "/",
        *,
        theme: Theme = "dark",
        language: Language = "zh-CN",
        viewport: ViewportSize = DESK,
        bypass_csp: bool = True,
        permissions: tuple[str, ...] = (),
    ) -> Page:
        """A page in a fresh profile, already there."""
        context = await self.browser.new_context(
            locale=language, viewport=viewport, bypass_csp=bypass_csp, permissions=list(permissions)
        )
        kept = {"jiuhu-theme": theme, "jiuhu-language": language}
        await context.add_init_script(
            "if (location.protocol.startsWith('http'))"
            f" for (const [name, value] of Object.entries({kept!r}))"
            " if (localStorage.getItem(name) === null) localStorage.setItem(name, value);"
        )
        context.on("page", self.watched.add)
        page = await context.new_page()
        await page.goto(self.base + path)
        return page

    async def sit(self, login: str, page: str, **options: Any) -> Page:
        """The page of a demo account, which takes its seat as from the seat chooser; `options` are those of `open`."""
        return await self.open(f"/{page}?seat={login}&take={login}", **options)


@asynccontextmanager
async def browsing(base: str, *more_flags: str) -> AsyncIterator[Pages]:
    """A browser for this house; AssertionError at the end when a page asked elsewhere or logged an error."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_browser(), headless=True, args=[*FLAGS, *more_flags]
        )
        pages = Pages(browser, base)
        try:
            yield pages
        finally:
            await browser.close()
    assert not pages.watched.foreign, pages.watched.foreign
    assert not pages.watched.errors, pages.watched.errors


async def every_look(page: Page) -> AsyncIterator[tuple[Language, Theme]]:
    """The page in both languages and both themes, switched as by another window; then as before.

    What is open on the page stays open: no reload, no new service.
    """
    for language, theme in LOOKS:
        await _look(page, language, theme)
        yield language, theme
    await _look(page, *LOOKS[0])


async def _look(page: Page, language: Language, theme: Theme) -> None:
    """Switch, and wait until it is drawn."""
    await page.evaluate(
        """async (kept) => {
          for (const [key, newValue] of Object.entries(kept)) {
            localStorage.setItem(key, newValue);
            dispatchEvent(new StorageEvent('storage', { key, newValue }));
          }
          await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        }""",
        {"jiuhu-language": language, "jiuhu-theme": theme},
    )


async def violations(page: Page) -> list[str]:
    """What axe finds on the page as it is now: rule, and where."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    found = await page.evaluate(
        "async (tags) => (await axe.run(document, {runOnly: tags})).violations.flatMap("
        "one => one.nodes.map(node => one.id + ': ' + node.target.join(' ') + ' ' + node.failureSummary))",
        list(TAGS),
    )
    return [str(one) for one in found]


async def shut_out(
    page: Page, *widths: int, also: Callable[[Page], Awaitable[list[str]]] | None = None
) -> list[str]:
    """What axe, and `also`, find in any language, theme and width, and where the page is wider than its window."""
    found = []
    async for language, theme in every_look(page):
        for width in widths:
            await page.set_viewport_size(ViewportSize(width=width, height=850))
            where = f"{language} {theme} {width}"
            wrong = await violations(page) + (await also(page) if also else [])
            found += [f"{where}: {one}" for one in wrong]
            wider = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
            found += [f"{where}: {wider} px wider than the window"] if wider > 0 else []
    return found
