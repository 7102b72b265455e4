"""The dispatch console: from ring to sent unit with the keyboard alone, and what must not go wrong on the way."""

import asyncio
import re
from contextlib import suppress
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, expect

from tests.support.browser import Pages, shut_out
from tests.support.house import Client, RunningHouse
from tests.support.scenes import open_incident, pin, said, send, until

LIVE = '.connection[data-state="connected"]'
MOST_KEYS = 25
WORDS = "大中路 32 号 3 楼"


class Keyboard:
    """Presses keys and counts them; words that are typed do not count."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += len(key.split("+"))
            await self.page.keyboard.press(key)

    async def type(self, words: str) -> None:
        await self.page.keyboard.insert_text(words)


async def ring(house: RunningHouse, heard: str = "老人突然倒地，叫不醒", **more: Any) -> Any:
    """It rings, as the telephone exchange reports it."""
    exchange = await house.sign_in("exchange")
    body = {"source": "120", "callback": "13977490001", "heard": heard, "evidence": [pin(house)]}
    return await exchange.post("/rings", body | more)


async def console(pages: Pages, **options: Any) -> Page:
    """The console of a dispatcher, live and with the fleet on its board."""
    page = await pages.sit("dispatcher", "console", **options)
    await expect(page.locator(LIVE)).to_be_visible()
    await expect(page.locator(".board .unit").first).to_be_visible()
    return page


async def chosen(page: Page, incident: Any) -> None:
    """The incident is chosen in the queue, and its ranking is there."""
    await page.locator(".queue-row", has_text=incident["code"]).click()
    await expect(page.locator(".incident-head")).to_contain_text(incident["code"])
    await expect(page.locator(".candidate").first).to_be_visible()


async def test_from_ring_to_sent_unit_and_back_by_keyboard(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    began = asyncio.get_running_loop().time()
    keyboard = Keyboard(page)

    await keyboard.press("F4")
    await expect(page.locator(".call-form textarea").first).to_be_focused()
    await keyboard.type(WORDS)
    await keyboard.press("Control+Enter")
    await expect(page.locator(".question")).to_contain_text("清醒")
    await keyboard.press("n")
    await expect(page.locator(".question")).to_contain_text("呼吸")
    await keyboard.press("n")
    await expect(page.locator(".urgent")).to_contain_text("按压")
    await expect(page.locator(".questions")).to_contain_text("未经临床签署")
    await expect(page.locator('.candidate[data-recommended="true"]').first).to_be_visible()
    await keyboard.press("Enter")
    runs = page.get_by_role("region", name="出动车辆")
    await expect(runs.locator("tbody tr")).not_to_have_count(0)
    seconds = asyncio.get_running_loop().time() - began
    sent_with = keyboard.keys
    await keyboard.press("u")
    await expect(runs).to_have_count(0)

    print(f"from ring to sent unit: {sent_with} keys besides the words, {seconds:.1f} s; taken back: 1 key")
    assert keyboard.keys <= MOST_KEYS
    dispatcher = await house.sign_in("dispatcher2")
    (incident,) = (await dispatcher.get("/incidents"))["incidents"]
    assert incident["priority"] == "P1"
    assert incident["address"] == WORDS
    ends = {found["end_code"] for found in incident["assignments"]}
    assert ends == {"taken-back"}


async def test_a_draft_survives_a_reload(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await page.keyboard.press("F4")
    await page.keyboard.type(WORDS)
    await expect(page.get_by_text("草稿已保存")).to_be_visible()
    await page.reload()
    await expect(page.locator('.rings [data-state="answered"]')).to_be_visible()
    await page.keyboard.press("F4")
    await expect(page.locator(".call-form textarea").first).to_have_value(WORDS)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".incident-head")).to_contain_text(WORDS)
    kept = await page.evaluate("Object.keys(localStorage).filter(name => name.startsWith('jiuhu-draft'))")
    assert kept == []


async def test_keys_mean_nothing_while_an_input_method_composes(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    await page.evaluate(
        "dispatchEvent(new KeyboardEvent('keydown', {key: 'F2', isComposing: true, bubbles: true}))"
    )
    await page.keyboard.press("F2")
    await expect(page.locator(".call-form")).to_have_count(1)
    form = page.locator(".call-form textarea").first
    await form.evaluate(
        "field => field.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', ctrlKey: true, isComposing: true, bubbles: true}))"
    )
    await form.type("nu81")
    await expect(form).to_have_value("nu81")
    await expect(page.locator(".call-form")).to_be_visible()
    assert (await (await house.sign_in("dispatcher2")).get("/incidents"))["incidents"] == []


async def test_who_was_faster_is_named_and_another_is_ranked(pages: Pages, house: RunningHouse) -> None:
    """Two dispatchers choose the same unit at once: the page still shows it free when the other has sent it."""
    other = await house.sign_in("dispatcher2")
    mine, theirs = await open_incident(other, house), await open_incident(other, house)
    page = await console(pages)
    path = f"**/incidents/{mine['id']}/assignments"

    faster: list[asyncio.Task[Any]] = []

    async def overtaken(route: Any) -> None:
        """Once; on a slow machine the page may have tried again meanwhile, and its first try is gone."""
        if not faster:
            faster.append(asyncio.create_task(send(other, theirs)))
        await faster[0]
        with suppress(PlaywrightError):
            await route.continue_()

    await page.route(path, overtaken)
    await chosen(page, mine)
    first = page.locator(".candidate").first
    name = await first.locator("b").first.inner_text()
    await page.keyboard.press("1")
    refusal = page.locator(".ranking [role=alert]")
    await expect(refusal).to_contain_text(theirs["code"])
    await expect(refusal).to_contain_text(name)
    await expect(first.locator("b").first).not_to_have_text(name)


async def test_an_edit_of_what_another_has_changed_is_shown_first(pages: Pages, house: RunningHouse) -> None:
    """The other is faster while this one's edit is on its way: nothing is overwritten before a person has seen it."""
    other = await house.sign_in("dispatcher2")
    incident = await open_incident(other, house)
    path = f"/incidents/{incident['id']}"
    page = await console(pages)
    theirs: list[Any] = []

    async def overtaken(route: Any) -> None:
        if not theirs:
            theirs.append(await other.post(f"{path}/priority", {"priority": "P3", "reason": "家属说已清醒"}))
        await route.continue_()

    await page.route(f"**{path}/priority", overtaken)
    await chosen(page, incident)
    await page.keyboard.press("p")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="P1").check()
    await dialog.get_by_label("原因").fill("呼吸困难")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_role("alert")).to_contain_text("家属说已清醒")
    await expect(dialog.get_by_role("alert")).to_contain_text("调度员 2")
    assert (await other.get(path))["priority"] == "P3"
    await dialog.get_by_label("原因").press("Enter")
    await expect(dialog).to_have_count(0)
    assert (await other.get(path))["priority"] == "P1"
    # Whoever did it stands in the timeline by name, whether they are at a desk now or not.
    await expect(page.locator(".timeline-section")).to_contain_text("调度员 2")


async def test_passing_over_the_recommendation_asks_why(pages: Pages, house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    incident = await open_incident(dispatcher, house)
    page = await console(pages)
    await chosen(page, incident)
    await expect(page.locator(".candidate").nth(1)).to_be_visible()
    await page.keyboard.press("2")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_be_visible()
    await page.keyboard.insert_text("熟悉当地道路")
    await page.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)

    async def order() -> list[Any]:
        return await said(dispatcher, incident, "assignment.sent")

    (entry,) = await until(order)
    assert entry["said"]["advice"]["override_reason"] == "熟悉当地道路"
    assert entry["said"]["advice"]["rank"] == 2


async def test_a_lost_line_is_said_and_what_was_missed_is_fetched(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    pages.watched.may_lose_the_line = True
    await page.context.set_offline(True)
    await expect(page.locator(".banner.alert")).to_be_visible(timeout=30_000)
    incident = await open_incident(await house.sign_in("dispatcher2"), house)
    await page.context.set_offline(False)
    await expect(page.locator(LIVE)).to_be_visible(timeout=30_000)
    await expect(page.locator(".queue-row", has_text=incident["code"])).to_be_visible(timeout=30_000)


async def test_a_closure_is_drawn_by_keyboard_and_seen(pages: Pages, house: RunningHouse) -> None:
    page = await console(pages)
    await expect(page.locator('[data-map="ready"], [data-map="simple"]')).to_be_visible(timeout=30_000)
    await page.keyboard.press("F9")
    await page.keyboard.press(" ")
    for keys in (("ArrowRight",) * 3, ("ArrowDown",) * 3):
        for key in keys:
            await page.keyboard.press(key)
        await page.keyboard.press(" ")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("已画 3 个点")
    await dialog.get_by_label("原因").fill("塌方")
    await page.keyboard.press("Control+Enter")
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("button", name=re.compile("封路 1"))).to_be_visible()
    dispatcher = await house.sign_in("dispatcher2")
    (closure,) = (await dispatcher.get("/closures"))["closures"]
    assert closure["reason"] == "塌方"
    assert closure["outline"]["type"] == "Polygon"
    await page.keyboard.press("F8")
    await dialog.get_by_role("button", name="恢复通行").click()
    await expect(dialog).to_contain_text("当前没有封路")


async def commanded(page: Page, line: str) -> None:
    """One line of the command line, from anywhere."""
    await page.keyboard.press("Control+k")
    await page.keyboard.insert_text(line)
    await page.keyboard.press("Enter")


async def test_the_command_line_does_what_the_mouse_does(pages: Pages, house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    incident = await open_incident(dispatcher, house)
    page = await console(pages)
    head = page.locator(".incident-head")
    echo = page.locator(".echo")
    await expect(page.locator(".queue-row")).to_have_count(1)
    await commanded(page, incident["code"].lower())
    await expect(head).to_contain_text(incident["code"])
    await commanded(page, "挂起 5 等待呼救人回电")
    await expect(head).to_contain_text("等待呼救人回电")
    await commanded(page, "resume")
    await expect(head).not_to_contain_text("等待呼救人回电")
    await commanded(page, "P1 家属再次来电")
    await expect(head.locator(".chip")).to_have_text("P1")
    await expect(page.locator(".candidate").first).to_be_visible()
    await commanded(page, "派 1")
    await expect(echo).to_contain_text("✓ 派")
    await commanded(page, "撤回")
    await expect(echo).to_contain_text("✓ 撤回")
    await commanded(page, "结案 无需救护车 已电话指导")
    await expect(page.locator(".queue-row")).to_have_count(0)
    assert (await dispatcher.get(f"/incidents/{incident['id']}"))["close_code"] == "no-ambulance-needed"
    await commanded(page, "lang en")
    await expect(page.get_by_role("heading", name="Incidents")).to_be_visible()
    await commanded(page, "nonsense")
    await expect(page.locator(".echo[data-bad=true]")).to_contain_text("Not understood")


async def test_twins_are_suggested_and_linked(pages: Pages, house: RunningHouse) -> None:
    dispatcher = await house.sign_in("dispatcher2")
    known = await open_incident(dispatcher, house)
    page = await console(pages)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await page.keyboard.press("F4")
    await page.keyboard.press("Control+Enter")
    twins = page.get_by_role("region", name="可能是同一事件")
    await expect(twins).to_contain_text(known["code"])
    await twins.get_by_role("button", name="并入").click()
    await expect(page.locator(".incident-head")).to_contain_text(known["code"])
    assert len((await dispatcher.get(f"/incidents/{known['id']}"))["calls"]) == 2


async def test_others_are_seen_at_work(pages: Pages, house: RunningHouse) -> None:
    dispatcher: Client = await house.sign_in("dispatcher2")
    incident = await open_incident(dispatcher, house)
    page = await console(pages)
    await chosen(page, incident)
    await dispatcher.post("/presence", {"looking_at": incident["id"], "editing": "place"})
    await expect(page.locator(".presence")).to_contain_text("调度员 2")
    await expect(page.locator(".presence")).to_contain_text("地址")


async def test_nobody_is_shut_out(pages: Pages, house: RunningHouse) -> None:
    """With a call that rings, an incident with its ranking, a form over it and the form of a call."""
    dispatcher = await house.sign_in("dispatcher2")
    incident = await open_incident(dispatcher, house)
    await send(dispatcher, await open_incident(dispatcher, house))
    await dispatcher.post(
        f"/incidents/{(await open_incident(dispatcher, house))['id']}/hold", {"reason": "等待"}
    )
    page = await console(pages)
    await expect(page.locator(".queue-row")).to_have_count(3)
    await ring(house)
    await expect(page.locator('.rings [data-state="ringing"]')).to_be_visible()
    await chosen(page, incident)
    await expect(page.locator(".question")).to_be_visible()
    assert await shut_out(page, 1280, 1600) == []
    await page.keyboard.press("p")
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await shut_out(page, 1280) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("F2")
    await expect(page.locator(".call-form")).to_be_visible()
    assert await shut_out(page, 1280) == []


async def test_the_keys_are_listed_with_those_of_the_incident(pages: Pages, house: RunningHouse) -> None:
    incident = await open_incident(await house.sign_in("dispatcher2"), house)
    page = await console(pages)
    await chosen(page, incident)
    await page.keyboard.press("?")
    keys = page.get_by_role("dialog").locator("kbd")
    await expect(keys.filter(has_text="1 … 9").first).to_be_visible()
    assert {"E", "P", "H", "C", "R", "U", "F4"} <= set(await keys.all_inner_texts())
