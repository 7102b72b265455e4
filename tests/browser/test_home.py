"""The way in: seats of the demo, one click from a page that is signed in and live."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.browser import Pages, shut_out
from tests.support.house import RunningHouse

LIVE = '.connection[data-state="connected"]'


async def chooser(pages: Pages, **options: str | bool) -> Page:
    """The seat chooser with its seats."""
    page = await pages.open("/", **options)  # type: ignore[arg-type]
    await expect(page.locator(".seat-card").first).to_be_visible()
    return page


async def test_main_seats_are_cards_and_all_others_can_be_found(pages: Pages, house: RunningHouse) -> None:
    page = await chooser(pages)
    cards = page.locator(".seat-card")
    await expect(cards).to_have_count(6)
    links = [await cards.nth(n).get_attribute("href") or "" for n in range(6)]
    assert [link.split("?")[0] for link in links] == [
        "/console", "/shift", "/station", "/crew", "/hospital", "/clinic",
    ]  # fmt: skip
    crew = house.seed.units[-1].call_sign
    await page.get_by_role("searchbox").fill(crew)
    await expect(page.locator(".seat-list > li")).to_have_count(1)
    await expect(page.locator(".seat-list > li")).to_contain_text(crew)


@pytest.mark.parametrize("bypass_csp", [False])
async def test_one_click_opens_a_signed_in_live_page(pages: Pages, bypass_csp: bool) -> None:
    """With the content security policy in force: an error that it causes fails the test."""
    page = await chooser(pages, bypass_csp=bypass_csp)
    async with page.context.expect_page() as opening:
        await page.locator(".seat-card").first.click()
    desk = await opening.value
    await expect(desk.locator(".shell-header .who")).to_contain_text("调度员")
    await expect(desk.locator(LIVE)).to_be_visible()
    await expect(desk.locator(".demo-mark")).to_be_visible()
    assert re.search(r"/console\?seat=dispatcher$", desk.url)


async def test_two_seats_in_one_browser(pages: Pages) -> None:
    page = await chooser(pages)
    for number, who in ((0, "调度员"), (1, "值班长")):
        async with page.context.expect_page() as opening:
            await page.locator(".seat-card").nth(number).click()
        await expect((await opening.value).locator(".shell-header .who")).to_contain_text(who)
    first = page.context.pages[1]
    await first.reload()
    await expect(first.locator(".shell-header .who")).to_contain_text("调度员")


async def test_signing_out_leads_back_to_the_seats(pages: Pages) -> None:
    page = await pages.sit("dispatcher", "console")
    await expect(page.locator(LIVE)).to_be_visible()
    await page.get_by_role("button", name="退出").click()
    await expect(page.locator(".seat-card").first).to_be_visible()


async def test_language_and_theme_switch_live(pages: Pages) -> None:
    page = await chooser(pages)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Choose a seat")).to_be_visible()
    assert await page.locator("html").get_attribute("lang") == "en"
    await page.get_by_role("button", name="Light").click()
    assert await page.locator("html").get_attribute("data-theme") == "light"
    await page.reload()
    await expect(page.get_by_role("heading", name="Choose a seat")).to_be_visible()
    assert await page.locator("html").get_attribute("data-theme") == "light"


async def test_nobody_is_shut_out(pages: Pages) -> None:
    page = await pages.open("/")
    await expect(page.locator(".seat-card").first).to_be_visible()
    assert await shut_out(page, 360, 1440) == []


async def test_a_lost_service_is_said_within_two_seconds_and_found_again(
    pages: Pages, house: RunningHouse
) -> None:
    page = await pages.sit("dispatcher", "console")
    await expect(page.locator(LIVE)).to_be_visible()
    pages.watched.may_lose_the_line = True
    await page.context.set_offline(True)
    await expect(page.locator(".banner.alert")).to_be_visible(timeout=30_000)
    await page.context.set_offline(False)
    await expect(page.locator(LIVE)).to_be_visible(timeout=30_000)
    await expect(page.locator(".banner.alert")).to_have_count(0)
