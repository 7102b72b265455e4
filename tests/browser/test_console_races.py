"""The console when two things happen at once: no key acts on what it was not meant for, no typed word is lost."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.test_console import Keyboard, chosen, commanded, console, ring
from tests.support.browser import Pages
from tests.support.house import Client, RunningHouse
from tests.support.scenes import ago, open_incident, unit_id

WORDS = "大中路 32 号 3 楼"
FORM = ".call-form"


async def test_a_command_about_another_incident_uses_its_own_ranking(
    pages: Pages, house: RunningHouse
) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    near, far = await open_incident(dispatcher, house), await open_incident(dispatcher, house, 10)
    ranked = (await dispatcher.get(f"/incidents/{far['id']}/candidates"))["ranking"]
    page = await console(pages)
    await expect(page.locator(".queue-row")).to_have_count(2)
    await chosen(page, near)
    await commanded(page, f"派 {far['code']} 1")
    await expect(page.locator(".echo[data-bad=true]")).to_contain_text(far["code"])
    await commanded(page, f"派 {far['code']}")
    await expect(page.locator(".incident-head")).to_contain_text(far["code"])
    await expect(page.get_by_role("region", name="出动车辆")).to_be_visible()
    sent = (await dispatcher.get(f"/incidents/{far['id']}"))["assignments"]
    assert [one["unit_id"] for one in sent] == ranked["recommended"]
    assert (await dispatcher.get(f"/incidents/{near['id']}"))["assignments"] == []


async def held_up(page: Page) -> asyncio.Event:
    """Calls that are taken here wait on their way to the service until this is set."""
    released = asyncio.Event()

    async def slow(route: Route) -> None:
        await released.wait()
        await route.continue_()

    await page.route("**/api/v1/calls", slow)
    return released


async def beaten_to_it(page: Page, other: Client, rang: Any, *, to_the_end: bool) -> None:
    """The colleague has answered the ring, and perhaps taken the call, by the time that the page's answer arrives."""
    done: list[Any] = []

    async def overtaken(route: Route) -> None:
        if not done:
            done.append(await other.post(f"/rings/{rang['id']}/answer", {}))
            if to_the_end:
                call = {"source": "120", "callback": rang["callback"], "ring_id": rang["id"]}
                done.append(await other.post("/calls", call | {"spoken_address": "别处"}))
        await route.continue_()

    await page.route(f"**/rings/{rang['id']}/answer", overtaken)
    await page.keyboard.press("F4")
    await Keyboard(page).type(WORDS)


@pytest.mark.parametrize("to_the_end", [False, True])
async def test_the_slower_of_two_keeps_the_form_and_takes_the_call(
    pages: Pages, house: RunningHouse, to_the_end: bool
) -> None:
    other = await house.sign_in("dispatcher2")
    known = await open_incident(other, house, 10)
    page = await console(pages)
    await chosen(page, known)
    rang = await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await beaten_to_it(page, other, rang, to_the_end=to_the_end)
    form = page.locator(FORM)
    await expect(form.get_by_role("alert")).to_contain_text("来电未能接入本席")
    await expect(form.locator("textarea").first).to_have_value(WORDS)
    await expect(form.locator("textarea").first).to_be_focused()
    await page.keyboard.press("Control+Enter")
    button = "并入事件" if to_the_end else "另行受理"
    await form.get_by_role("button", name=button).click()
    await expect(form).to_have_count(0)
    incidents = (await other.get("/incidents"))["incidents"]
    found = [one for one in incidents if len(one["calls"]) == 2 or one["address"] == WORDS]
    assert [len(one["calls"]) for one in found] == [2 if to_the_end else 1]
    (mine,) = found
    assert mine["estimate"] is not None, "what the ring had located counts for this call too"
    assert (await other.get(f"/incidents/{known['id']}"))["assignments"] == []


async def test_the_answer_about_one_caller_leaves_the_next_ones_form_alone(
    pages: Pages, house: RunningHouse
) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    page = await console(pages)
    released = await held_up(page)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await page.keyboard.press("F4")
    await expect(page.locator(FORM)).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await ring(house, callback="13977490002")
    await expect(page.locator('.rings [data-state="ringing"]')).to_contain_text("13977490002")
    await page.keyboard.press("F4")
    await expect(page.get_by_role("heading", name="13977490002")).to_be_visible()
    await Keyboard(page).type(WORDS)
    released.set()
    await expect(page.get_by_text("已受理建档")).to_be_visible()
    await expect(page.locator(FORM).locator("textarea").first).to_have_value(WORDS)
    assert len((await dispatcher.get("/incidents"))["incidents"]) == 1


async def test_what_is_typed_while_the_call_goes_out_is_kept(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    released = await held_up(page)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await page.keyboard.press("F4")
    await expect(page.locator(FORM)).to_be_visible()
    await page.keyboard.press("Control+Enter")
    await Keyboard(page).type(WORDS)
    released.set()
    await expect(page.locator(".incident-head")).to_be_visible()
    await page.locator('.rings [data-state="draft"]').get_by_role("button").click()
    await expect(page.locator(FORM).locator("textarea").first).to_have_value(WORDS)


async def test_half_a_take_back_says_who_keeps_driving(pages: Pages, house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    incident = await open_incident(dispatcher, house)
    ranked = (await dispatcher.get(f"/incidents/{incident['id']}/candidates"))["ranking"]["candidates"]
    first, second = ranked[0], ranked[1]
    signs = [unit_id(one.call_sign) for one in house.seed.units]
    crew = await house.sign_in(f"crew-{1 + signs.index(first['unit_id'])}")
    page = await console(pages)
    await chosen(page, incident)
    await commanded(page, "派 1 2")
    await expect(page.get_by_role("region", name="出动车辆").locator("tbody tr")).to_have_count(2)
    sent = {
        one["unit_id"]: one for one in (await dispatcher.get(f"/incidents/{incident['id']}"))["assignments"]
    }
    stamps = [{"command_id": "1", "event": "depart", "at": ago(0)}]
    await crew.post(f"/assignments/{sent[first['unit_id']]['id']}/stamps", {"stamps": stamps})
    await page.locator(".incident-head").click()
    await page.keyboard.press("u")
    await expect(page.get_by_text("未能撤回")).to_contain_text(first["call_sign"])
    await expect(page.get_by_text("已撤回")).to_contain_text(second["call_sign"])
    after = {
        one["unit_id"]: one["state"]
        for one in (await dispatcher.get(f"/incidents/{incident['id']}"))["assignments"]
    }
    assert (after[first["unit_id"]], after[second["unit_id"]]) == ("ENR", "END")
