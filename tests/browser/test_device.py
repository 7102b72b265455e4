"""The crew's page on its device: a screen that stays on, a new version at its moment, a network that goes dark."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Page, expect

from app.config import Config
from benchmarks.lines_gate import Gate
from tests.browser.test_crew import LIVE, Aboard, aboard
from tests.support.browser import DIST, Pages, browsing
from tests.support.house import RunningHouse, running_house
from web.config import WebConfig

OTHER = "another-version"
KEEP_LOCKS = """
  if (navigator.wakeLock) {
    window.locks = [];
    const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = async (kind) => {
      const lock = await ask(kind);
      window.locks.push(lock);
      return lock;
    };
  }
"""
"""The browser's own locks, kept so that a test can see them, and let go of one as the browser does of a hidden page."""

HIDE = """async () => {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
  await window.locks.at(-1).release();
}"""
SHOW = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event('visibilitychange'));
}"""
ICONS = """async () => {
  const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
  const touch = new URL(document.querySelector('link[rel=apple-touch-icon]').href).pathname;
  return [...manifest.icons.map((icon) => icon.src), touch];
}"""
LOOK_FOR_ONE = "async () => { await (await navigator.serviceWorker.getRegistration()).update(); }"
WAITS = "navigator.serviceWorker.getRegistration().then((found) => found.waiting !== null)"


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """The built pages in a folder of this test's own, so that another version can come."""
    folder = tmp_path / "pages"
    shutil.copytree(DIST, folder)
    return folder


@pytest.fixture
async def house(served: Config, dist: Path) -> AsyncIterator[RunningHouse]:
    async with running_house(msgspec.structs.replace(served, web=WebConfig(pages=dist))) as found:
        yield found


def publish_another(dist: Path) -> None:
    """A build with another version of the page's worker."""
    worker = dist / "sw.js"
    lines = worker.read_text().splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("const VERSION ="))
    lines[at] = f"const VERSION = '{OTHER}';"
    worker.write_text("\n".join(lines))
    for packed in dist.glob("sw.js.*"):
        packed.unlink()


async def shells(page: Page) -> list[str]:
    """The versions that the device keeps."""
    names: list[str] = await page.evaluate("caches.keys()")
    return [name for name in names if name.startswith("jiuhu-crew-")]


async def hindrances(page: Page) -> list[str]:
    """What keeps the browser from offering to install the page; a test's profile itself is one and does not count."""
    line = await page.context.new_cdp_session(page)
    found = (await line.send("Page.getInstallabilityErrors"))["installabilityErrors"]
    return [one["errorId"] for one in found if one["errorId"] != "in-incognito"]


async def test_the_device_can_install_the_page_and_stays_awake_while_it_is_seen(
    house: RunningHouse, pages: Pages
) -> None:
    page = (await aboard(house, pages)).page
    assert await hindrances(page) == []
    for icon in await page.evaluate(ICONS):
        assert (await page.request.get(house.base + icon)).status == 200, icon
    await page.add_init_script(KEEP_LOCKS)
    await page.reload()
    await page.wait_for_function("window.locks.length === 1 && !window.locks[0].released")
    await page.locator(".menu").click()
    off = page.get_by_text("屏幕可能自动熄灭")
    await expect(off).to_have_count(0)
    await page.evaluate(HIDE)
    await expect(off).to_be_visible()
    assert await page.evaluate("window.locks.length") == 1
    await page.evaluate(SHOW)
    await page.wait_for_function("window.locks.length === 2 && !window.locks[1].released")
    await expect(off).to_have_count(0)


async def test_a_new_version_is_offered_after_the_run_and_taken_when_wanted(
    house: RunningHouse, pages: Pages, dist: Path
) -> None:
    scene = await aboard(house, pages)
    page = scene.page
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    (first,) = await shells(page)
    await scene.order()
    await scene.tap("acknowledge")
    publish_another(dist)
    await page.evaluate(LOOK_FOR_ONE)
    await page.wait_for_function(WAITS)
    offer = page.locator(".banner.note")
    await scene.tap("depart")
    await scene.reaches("ENR")
    await expect(offer).to_have_count(0)
    await scene.dispatcher.post(f"/assignments/{scene.sent['id']}/cancel", {"reason": "家属已自行送医"})
    await page.locator(".change").get_by_role("button", name="知道了").click()
    await expect(page.get_by_text("当前没有任务")).to_be_visible()
    await expect(offer).to_be_visible()
    assert first in await shells(page)
    async with page.expect_navigation():
        await offer.get_by_role("button").click()
    await expect(page.locator(LIVE)).to_be_visible()
    await expect(offer).to_have_count(0)
    assert await shells(page) == [f"jiuhu-crew-{OTHER}"]


async def test_a_network_that_goes_dark_loses_nothing(house: RunningHouse) -> None:
    """Nothing is refused and nothing answered; a reload meanwhile shows what was known, and says since when."""
    async with Gate(house.base) as gate, browsing(gate.base) as pages:
        pages.watched.may_lose_the_line = True
        scene: Aboard = await aboard(house, pages)
        page = scene.page
        await page.wait_for_function("navigator.serviceWorker.controller !== null")
        await scene.order()
        await scene.tap("acknowledge")
        await scene.reaches("ACK")
        await gate.cut("dark")
        await expect(page.locator(".banner.alert")).to_be_visible()
        await scene.tap("depart", "arrive")
        await page.reload()
        await expect(scene.next("patient-contact")).to_be_visible()
        await expect(page.locator(".banner.alert")).to_be_visible()
        await expect(page.locator("[data-waiting]")).to_have_text("待发送 2")
        await gate.mend()
        await expect(page.locator("[data-waiting]")).to_have_count(0)
        await expect(page.locator(".banner.alert")).to_have_count(0)
        await scene.reaches("ONS")
        assert await scene.stamps() == ["acknowledge", "depart", "arrive"]
