"""The crew page by taps on a small phone: the whole run, changes of it, and the same without a network."""

from typing import Any

from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.support.browser import Pages, shut_out
from tests.support.driving import across
from tests.support.house import Client, RunningHouse
from tests.support.scenes import ago, open_incident, report, said, send, stamp, unit_id, units_at, until

SMALL = ViewportSize(width=360, height=780)
STATION = 1
CITY = "WZ-H1"
LIVE = '.connection[data-state="connected"]'
RUN = (
    "acknowledge", "depart", "arrive", "patient-contact", "load", "transport", "at-hospital", "hand-over", "available",
)  # fmt: skip


class Aboard:
    """A crew's page, its unit, and the people on the other side, who use the API."""

    def __init__(self, house: RunningHouse, page: Page, dispatcher: Client, crew: Client, unit: str) -> None:
        self.house, self.page, self.dispatcher, self.crew, self.unit = house, page, dispatcher, crew, unit
        self.incident: Any = None
        self.sent: Any = None

    async def order(self, place: int = STATION) -> None:
        """The dispatcher sends this unit to somewhere near the n-th station."""
        self.incident = await open_incident(self.dispatcher, self.house, place, complaint="胸痛，大汗")
        (self.sent,) = await send(self.dispatcher, self.incident, self.unit)

    def next(self, step: str = "") -> Locator:
        return self.page.locator(f'.next[data-next="{step}"]' if step else ".next")

    async def tap(self, *steps: str) -> None:
        """The next steps, each when the button shows it and rests no more."""
        for step in steps:
            button = self.next(step)
            await expect(button).not_to_have_attribute("aria-disabled", "true")
            await button.click()
            await expect(button).to_have_count(0)

    async def go(self, name: str) -> None:
        await self.page.locator(".tabs button", has_text=name).click()

    async def assignment(self) -> Any:
        seen = await self.dispatcher.get(f"/incidents/{self.incident['id']}")
        return next(one for one in seen["assignments"] if one["id"] == self.sent["id"])

    async def reaches(self, state: str) -> None:
        async def there() -> bool:
            return bool((await self.assignment())["state"] == state)

        await until(there)

    async def stamps(self) -> list[str]:
        """Every stamp that was ever taken, by its entry: a repeat would show."""
        entries = await said(self.dispatcher, self.incident, "assignment.stamped")
        return [entry["said"]["event"] for entry in entries]


async def aboard(house: RunningHouse, pages: Pages, station: int = STATION, **options: Any) -> Aboard:
    """A crew at its page, of the city's own station unless another one is wanted."""
    unit = units_at(house, station)[0]
    number = 1 + [unit_id(one.call_sign) for one in house.seed.units].index(unit)
    allowed = ("screen-wake-lock",)
    page = await pages.sit(f"crew-{number}", "crew", viewport=SMALL, permissions=allowed, **options)
    await expect(page.locator(LIVE)).to_be_visible()
    dispatcher, crew = await house.sign_in("dispatcher"), await house.sign_in(f"crew-{number}")
    return Aboard(house, page, dispatcher, crew, unit)


async def fill_vitals(page: Page, *numbers: str) -> None:
    """Numbers by the pad, field after field."""
    sheet = page.locator("dialog[open]")
    await sheet.locator("input").first.focus()
    for number in numbers:
        for digit in number:
            await sheet.locator(".keypad").get_by_role("button", name=digit, exact=True).click()
        await sheet.locator(".next-field").click()


async def test_a_whole_run_by_taps(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    page = scene.page
    await expect(page.get_by_text("当前没有任务")).to_be_visible()
    await scene.order()
    await expect(page.locator(".order-screen")).to_contain_text("胸痛")
    await expect(page.locator(".tabs")).to_have_count(0)
    box = await scene.next("acknowledge").bounding_box()
    assert box is not None
    assert box["height"] >= 96
    await scene.tap("acknowledge", "depart")
    await scene.reaches("ENR")
    await expect(page.locator(".next-turn .in")).to_be_visible()
    await expect(page.locator(".turns li").first).to_be_visible()

    await scene.go("任务")
    callback = scene.incident["calls"][0]["callback"]
    await expect(page.locator(f'a[href="tel:{callback}"]')).to_be_visible()
    for link in ("https://uri.amap.com/", "https://api.map.baidu.com/"):
        await expect(page.locator(f'a[href^="{link}"]')).to_be_visible()

    await scene.tap("arrive", "patient-contact")
    await page.get_by_role("button", name="登记患者").click()
    await page.get_by_role("button", name="登记患者").click()
    await expect(page.locator("[data-patient]")).to_have_count(2)
    first = page.locator("[data-patient]").first
    await first.get_by_role("button", name="补充信息").click()
    sheet = page.locator("dialog[open]")
    await sheet.get_by_label("姓名").fill("张三")
    await sheet.get_by_label("年龄（岁）").fill("61")
    await sheet.get_by_role("button", name="男").click()
    await sheet.get_by_role("button", name="保存").click()
    await expect(first).to_contain_text("张三")

    await first.get_by_role("button", name="生命体征").click()
    await fill_vitals(page, "400")
    await expect(sheet.locator(".field .wrong")).to_contain_text("超出可能范围")
    await sheet.get_by_role("button", name="记录").click()
    await expect(sheet).to_be_visible()
    await sheet.locator("input").first.fill("104")
    await sheet.locator("input").nth(2).fill("95")
    await sheet.locator("input").nth(3).fill("60")
    await sheet.get_by_role("button", name="记录").click()
    await expect(first).to_contain_text("心率 104 次/分")

    second = page.locator("[data-patient]").nth(1)
    await second.get_by_role("button", name="不送院").click()
    await sheet.get_by_role("button", name="拒绝送院").click()
    await sheet.get_by_role("button", name="不送院").click()
    await expect(second).to_contain_text("拒绝送院")

    await scene.tap("load")
    await page.get_by_role("button", name="选择医院").click()
    best = sheet.locator('[data-rank="1"]')
    await expect(best.locator(".reasons").first).to_be_visible()
    await best.get_by_role("button").click()
    await expect(page.locator(".notice-state")).to_have_attribute("data-state", "sent")
    desk = await house.sign_in(f"desk-{CITY}")
    notice = (await desk.get("/inbound"))["notices"][0]
    assert (notice["patient"]["name"], notice["vitals"][-1]["heart_rate_per_min"]) == ("张三", 104)
    await desk.post(f"/notices/{notice['notice_id']}/strain", {"code": "icu-full", "remarks": "无床"})
    await expect(page.locator(".notice-state")).to_contain_text("ICU 满床")
    await desk.post(f"/notices/{notice['notice_id']}/acknowledge", {})
    await expect(page.locator(".notice-state")).to_have_attribute("data-state", "acknowledged")

    await scene.tap("transport", "at-hospital")
    await page.get_by_role("button", name="签字移交").click()
    await expect(sheet.locator("textarea")).to_be_visible()
    await sheet.get_by_role("button", name="签字移交").click()
    await expect(page.locator('[data-side="crew"]')).to_contain_text("✓")
    await desk.post(f"/notices/{notice['notice_id']}/sign", {"command_id": "f", "summary": "收入导管室"})
    await expect(page.locator("[data-bringing]")).to_contain_text("收入导管室")
    await scene.tap("hand-over", "available")
    await scene.reaches("AVR")
    assert await scene.stamps() == list(RUN)


async def test_a_shift_without_a_network(house: RunningHouse, pages: Pages) -> None:
    """Cut off after the order: reload, stamps, a patient, vital signs, a destination, a signature; then converge."""
    scene = await aboard(house, pages)
    page = scene.page
    pages.watched.may_lose_the_line = True
    await page.wait_for_function("navigator.serviceWorker.controller !== null")
    await scene.order()
    await scene.tap("acknowledge")
    await scene.reaches("ACK")
    await expect(page.locator(".tabs")).to_be_visible()
    await page.context.set_offline(True)
    await expect(page.locator(".banner.alert")).to_be_visible(timeout=30_000)
    await scene.tap("depart", "arrive")
    await expect(page.locator("[data-waiting]")).to_have_text("待发送 2")

    await page.reload()
    await expect(page.locator("[data-waiting]")).to_have_text("待发送 2")
    await expect(page.locator("h1")).to_contain_text(scene.sent["call_sign"])
    await expect(scene.next("patient-contact")).to_be_visible()
    await scene.go("路线")
    await expect(page.locator(".turns li").first).to_be_visible()

    await scene.tap("patient-contact")
    await page.get_by_role("button", name="登记患者").click()
    patient = page.locator("[data-patient]")
    sheet = page.locator("dialog[open]")
    for heart_rate in ("88", "96"):
        await patient.get_by_role("button", name="生命体征").click()
        await fill_vitals(page, heart_rate, "97")
        await sheet.get_by_role("button", name="记录").click()
        await expect(patient).to_contain_text(f"心率 {heart_rate} 次/分")
    await scene.tap("load")
    await page.get_by_role("button", name="选择医院").click()
    await expect(sheet.get_by_text("离线：未排序")).to_be_visible()
    await sheet.locator(".hospitals li").first.get_by_role("button").click()
    await scene.tap("transport", "at-hospital")
    await page.get_by_role("button", name="签字移交").click()
    await sheet.get_by_role("button", name="签字移交").click()
    await scene.tap("hand-over")
    await expect(page.locator("[data-waiting]")).to_have_text("待发送 12")
    assert await scene.stamps() == ["acknowledge"]

    await page.reload()
    await expect(page.locator("[data-waiting]")).to_have_text("待发送 12")
    await page.context.set_offline(False)
    await expect(page.locator("[data-waiting]")).to_have_count(0, timeout=30_000)
    await scene.reaches("HND")
    assert await scene.stamps() == list(RUN[:-1])
    (case,) = (await scene.crew.get("/cases"))["cases"]
    assert [found["heart_rate_per_min"] for found in case["vitals"]] == [88, 96]
    (notice,) = (await scene.crew.get("/inbound"))["notices"]
    assert notice["crew_signed"] is not None
    await expect(scene.next("available")).to_be_visible()
    await expect(page.locator(".banner.warn")).to_have_count(0)


async def test_what_the_service_refuses_or_takes_late_is_shown(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    page = scene.page
    pages.watched.may_lose_the_line = True
    await scene.order()
    await scene.tap("acknowledge")
    await scene.reaches("ACK")
    await page.context.set_offline(True)
    await scene.tap("depart", "arrive")
    # Somebody has pressed the keys in the vehicle meanwhile.
    await report(scene.crew, scene.sent, stamp("depart", ago(5)), stamp("patient-contact", ago(1)))
    await page.context.set_offline(False)
    await expect(page.locator(".banner.warn")).to_contain_text("2", timeout=30_000)
    await page.locator(".banner.warn").click()
    sheet = page.locator("dialog[open]")
    await expect(sheet).to_contain_text("服务已补记")
    await expect(sheet).to_contain_text("服务未接受")
    for _ in range(2):
        await sheet.get_by_role("button", name="知道了").first.click()
    await expect(page.locator(".banner.warn")).to_have_count(0)
    await expect(scene.next("load")).to_be_visible()


async def test_a_corrected_place_is_acknowledged(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    await scene.order()
    await scene.tap("acknowledge", "depart")
    await scene.reaches("ENR")
    station = house.seed.stations[STATION]
    corrected = {
        "lon": station.lon - 0.012,
        "lat": station.lat - 0.006,
        "datum": "wgs84",
        "reason": "报警人更正地址",
    }
    await scene.dispatcher.post(f"/incidents/{scene.incident['id']}/place", corrected)
    notice = scene.page.locator(".change")
    await expect(notice).to_contain_text("事件地点已更正")
    await expect(notice).to_contain_text("报警人更正地址")
    await notice.get_by_role("button", name="确认变更").click()
    await expect(notice).to_have_count(0)
    await until(lambda: said(scene.dispatcher, scene.incident, "assignment.change-heard"))


async def test_a_closed_road_turns_the_crew_with_its_reason(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages, station=6)
    await scene.order(place=2)
    await scene.tap("acknowledge", "depart")
    await scene.reaches("ENR")
    way = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    await expect(scene.page.locator("[data-way]")).to_have_attribute("data-way", way["id"])
    await scene.dispatcher.post("/closures", across(way, 0.2) | {"reason": "山体滑坡"})
    notice = scene.page.locator(".change")
    await expect(notice).to_contain_text("前方道路封闭")
    await expect(notice).to_contain_text("山体滑坡")
    around = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    await expect(scene.page.locator("[data-way]")).to_have_attribute("data-way", around["id"])
    await notice.get_by_role("button", name="确认变更").click()
    await expect(notice).to_have_count(0)
    await until(lambda: said(scene.dispatcher, scene.incident, "assignment.change-heard"))


async def test_holding_takes_the_newest_step_back(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    await scene.order()
    await scene.tap("acknowledge", "depart", "arrive")
    button = scene.next("patient-contact")
    await expect(button).not_to_have_attribute("aria-disabled", "true")
    await button.hover()
    await scene.page.mouse.down()
    await expect(scene.next("arrive")).to_be_visible()
    await scene.page.mouse.up()
    await scene.reaches("ENR")
    assert [one["event"] for one in (await scene.assignment())["stamps"]] == ["acknowledge", "depart"]
    await scene.tap("arrive")
    await scene.reaches("ONS")


async def test_an_end_without_transport_ends_its_patients(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    page = scene.page
    await scene.order()
    await scene.tap("acknowledge", "depart", "arrive", "patient-contact")
    await page.get_by_role("button", name="登记患者").click()
    await expect(page.locator("[data-patient]")).to_have_count(1)
    await scene.go("任务")
    await page.get_by_role("button", name="未送结束").click()
    sheet = page.locator("dialog[open]")
    await sheet.get_by_role("button", name="病人不去").click()
    await sheet.get_by_role("button", name="未送结束").click()
    await expect(page.get_by_text("当前没有任务")).to_be_visible()
    await scene.reaches("END")
    assert (await scene.assignment())["end_code"] == "patient-declines"
    (case,) = (await scene.crew.get("/cases"))["cases"]
    assert case["end_code"] == "declined"


async def test_an_order_called_off_is_said(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    await scene.order()
    await scene.tap("acknowledge")
    await scene.reaches("ACK")
    await scene.dispatcher.post(f"/assignments/{scene.sent['id']}/cancel", {"reason": "家属已自行送医"})
    notice = scene.page.locator(".change")
    await expect(notice).to_contain_text("家属已自行送医")
    await notice.get_by_role("button", name="知道了").click()
    await expect(notice).to_have_count(0)
    await expect(scene.page.get_by_text("当前没有任务")).to_be_visible()


async def test_an_order_taken_back_before_anybody_heard_it_is_said(house: RunningHouse, pages: Pages) -> None:
    """The crew may no longer read the incident then: the entry itself, or the run's absence, says it."""
    scene = await aboard(house, pages)
    await scene.order()
    await expect(scene.page.locator(".order-screen")).to_be_visible()
    await scene.dispatcher.post(f"/assignments/{scene.sent['id']}/take-back")
    notice = scene.page.locator(".change")
    await expect(notice).to_contain_text("调度员收回指令")
    await expect(scene.page.locator(".order-screen")).to_have_count(0)
    await notice.get_by_role("button", name="知道了").click()
    await expect(scene.page.get_by_text("当前没有任务")).to_be_visible()


async def test_a_shaking_hand_acknowledges_and_does_not_depart(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    await scene.order()
    await scene.next("acknowledge").click(click_count=2, delay=30)
    await scene.reaches("ACK")
    await expect(scene.next("depart")).not_to_have_attribute("aria-disabled", "true")
    assert await scene.stamps() == ["acknowledge"]
    await scene.tap("depart")
    await scene.reaches("ENR")
    assert await scene.stamps() == ["acknowledge", "depart"]


async def small_targets(page: Page) -> list[str]:
    """What a glove could miss: controls of the page's own that are lower or narrower than 64 px."""
    found = await page.evaluate(
        """() => [...document.querySelectorAll('button, a.button, input, select, textarea, summary')]
        .filter((one) => !one.closest('.map') && one.getClientRects().length > 0)
        .map((one) => [one.textContent || one.id, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 63.5 || box.width < 63.5)
        .map(([says, box]) => `${says} ${box.width}x${box.height}`)"""
    )
    return [str(one) for one in found]


async def test_every_screen_is_for_gloves_and_for_everybody(house: RunningHouse, pages: Pages) -> None:
    scene = await aboard(house, pages)
    page = scene.page

    async def sound(name: str) -> None:
        assert (name, await shut_out(page, SMALL["width"], also=small_targets)) == (name, [])

    await expect(page.locator(".idle")).to_be_visible()
    await sound("idle")
    await scene.order()
    await expect(page.locator(".order-screen")).to_be_visible()
    await sound("order")
    await scene.tap("acknowledge")
    await sound("job")
    await scene.tap("depart", "arrive", "patient-contact")
    await page.locator(".wide-button").click()
    await expect(page.locator("[data-patient]")).to_be_visible()
    await sound("patients")
    await page.locator("[data-patient] button.primary").click()
    await sound("vitals")
    await page.locator("dialog[open] .sheet-actions button").first.click()
    await scene.tap("load")
    await page.locator("[data-bringing] button.primary").click()
    await expect(page.locator('[data-rank="1"]')).to_be_visible()
    await sound("destinations")
    await page.locator('[data-rank="1"] button').click()
    await expect(page.locator(".notice-state")).to_be_visible()
    await sound("hospital")
    await page.locator(".menu").click()
    await sound("menu")
    await page.locator("dialog[open] .sheet-actions button").first.click()
    await page.locator(".tabs button").nth(1).click()
    await expect(page.locator(".next-turn")).to_be_visible()
    await sound("route")
