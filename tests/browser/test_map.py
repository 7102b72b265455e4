"""The map: the service's own tiles, and the simple map of a machine without WebGL2."""

from playwright.async_api import Route, expect

from tests.support.browser import Pages, browsing
from tests.support.house import RunningHouse


async def test_the_map_is_drawn_from_the_own_tiles(pages: Pages) -> None:
    """With the content security policy in force: the map's worker and pictures pass it."""
    page = await pages.open("/console?seat=dispatcher&take=dispatcher&measure=1", bypass_csp=False)
    await expect(page.locator('[data-map="ready"]')).to_be_visible(timeout=40_000)
    asked = await page.evaluate(
        "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)"
    )
    assert any(path.endswith("/api/v1/map") for path in asked)


async def test_without_webgl_the_map_is_simple_and_the_page_alive(house: RunningHouse) -> None:
    async with browsing(house.base, "--disable-3d-apis") as pages:
        page = await pages.sit("dispatcher", "console")
        await expect(page.locator('[data-map="simple"]')).to_be_visible(timeout=20_000)
        await expect(page.locator('.connection[data-state="connected"]')).to_be_visible()


async def test_a_map_whose_worker_was_cut_off_comes_when_the_line_is_back(house: RunningHouse) -> None:
    async with browsing(house.base) as pages:
        pages.watched.may_lose_the_line = True
        page = await pages.open("/")
        cut = 0

        async def cut_once(route: Route) -> None:
            nonlocal cut
            cut += 1
            await (route.abort() if cut == 1 else route.continue_())

        await page.context.route("**/assets/maplibre-worker-*", cut_once)
        await page.goto(f"{house.base}/console?seat=dispatcher&take=dispatcher")
        await expect(page.locator('[data-map="failed"]')).to_be_visible(timeout=20_000)
        await expect(page.locator('[data-map="ready"]')).to_be_visible(timeout=40_000)
