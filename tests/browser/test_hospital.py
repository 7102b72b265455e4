"""The hospital page: who is coming is heard, answered and signed for, without a reload."""

import re
from pathlib import Path

import msgspec
from playwright.async_api import Page, expect

from referrals.desk.context import ReferralConfig
from tests.journeys.test_arrival import CITY, Scene, aboard
from tests.support import prefecture
from tests.support.browser import DIST, Pages, browsing, shut_out, violations
from tests.support.house import RunningHouse, running_house
from tests.support.referring import CLINIC, desk, facility, refer
from tests.support.scenes import ago, report, stamp, until
from web.config import WebConfig

LIVE = '.connection[data-state="connected"]'


async def board(pages: Pages, **options: object) -> Page:
    """The page of the city's hospital, live and with nobody on it."""
    page = await pages.sit(f"desk-{CITY}", "hospital", **options)
    await expect(page.locator(LIVE)).to_be_visible()
    return page


async def measured(scene: Scene, command_id: str, minutes: int, heart_rate: int) -> None:
    """One round of vital signs, so many minutes old."""
    vitals = {"measured_at": ago(minutes), "heart_rate_per_min": heart_rate, "systolic_mmhg": 95}
    body = {"command_id": command_id, "vitals": vitals}
    await scene.crew.post(f"/cases/{scene.case_id}/vitals", body)


async def test_notice_acknowledged_then_signed_by_both(pages: Pages, house: RunningHouse) -> None:
    page = await board(pages)
    scene = await aboard(house, sex="male", complaint="胸痛，大汗")
    await measured(scene, "v1", 9, 88)
    await measured(scene, "v2", 4, 104)
    await scene.choose(CITY)

    card = page.locator(".care-card", has_text="张三")
    await expect(card).to_contain_text("男 · 61 岁")
    await expect(card).to_contain_text("胸痛")
    await expect(card.locator(".care-alert")).to_have_text(["胸痛"])
    await expect(card.locator(".care-vitals")).to_contain_text("104")
    await expect(card.locator(".care-vitals")).to_contain_text("上升")
    await expect(card.locator('a[href^="tel:"]')).to_be_visible()
    await expect(card.locator(".care-eta strong")).to_have_text(re.compile(r"^\d+:\d\d"))
    await expect(page.locator(".alarms")).to_contain_text(scene.sent["call_sign"])

    await card.get_by_role("button", name="确认收到").click()
    await expect(card).to_contain_text("已确认")
    await expect(page.locator(".alarms")).to_have_count(0)
    await scene.waits_for("notice.acknowledged.v1")

    await report(scene.crew, scene.sent, stamp("at-hospital", ago(3)))
    await expect(card).to_contain_text("到院")
    notice = await scene.noticed(await desk(house, CITY))
    signed = {"command_id": "s", "summary": "已开放静脉"}
    await scene.crew.post(f"/notices/{notice['notice_id']}/sign", signed)
    await expect(card.locator(".care-signatures")).to_contain_text("已开放静脉")

    await card.get_by_role("button", name="签署交接").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("已开放静脉")
    await dialog.get_by_label("接收情况").fill("送导管室")
    await dialog.get_by_role("button", name=re.compile("签字")).click()
    await scene.waits_for("handover.completed.v1")
    await page.locator("summary", has_text="已交接").click()
    both = page.locator("details .care-signatures")
    await expect(both).to_contain_text("送导管室")
    await expect(both).to_contain_text(scene.sent["call_sign"])


async def test_one_key_acknowledges_and_strain_redirects_nobody(pages: Pages, house: RunningHouse) -> None:
    page = await board(pages)
    scene = await aboard(house)
    await scene.choose(CITY)
    card = page.locator(".care-card", has_text="张三")
    await expect(card).to_be_visible()
    await page.keyboard.press("F8")
    await expect(card).to_contain_text("已确认")

    await card.get_by_role("button", name="报告接收困难").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("不会改送任何人")
    await dialog.get_by_role("button", name="报告接收困难").click()
    await expect(dialog.get_by_role("alert")).to_have_text("请选择原因")
    await dialog.get_by_label("原因").select_option("ct-down")
    await dialog.get_by_label("备注").fill("半小时后恢复")
    await dialog.get_by_role("button", name="报告接收困难").click()
    await expect(card.locator(".care-strain")).to_contain_text("CT 故障")
    await expect(card.locator(".care-strain")).to_contain_text("患者仍会送来")
    (seen,) = (await scene.dispatcher.get("/inbound"))["notices"]
    assert (seen["strain_code"], seen["remarks"]) == ("ct-down", "半小时后恢复")
    assert seen["facility_id"] == (await scene.crew.get(f"/cases/{scene.case_id}"))["destination_id"]


async def test_silence_is_shown_where_it_happens_and_told_to_the_dispatcher(
    small_prefecture: Path, tmp_path: Path
) -> None:
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    impatient = ReferralConfig(notice_ack_s=1)
    config = msgspec.structs.replace(config, web=WebConfig(pages=DIST), referrals=impatient)
    async with running_house(config) as house, browsing(house.base) as pages:
        page = await board(pages)
        scene = await aboard(house)
        await scene.choose(CITY)
        card = page.locator(".care-card", has_text="张三")
        await expect(card.locator(".care-late")).to_contain_text("120 调度员已收到提醒")

        async def told() -> bool:
            alarms = (await scene.dispatcher.get("/alarms"))["alarms"]
            return "notice-ack" in [alarm["kind"] for alarm in alarms]

        await until(told)
        await card.get_by_role("button", name="确认收到").click()
        await expect(card.locator(".care-late")).to_have_count(0)


async def test_capacity_is_said_and_vouched_for_again(pages: Pages, house: RunningHouse) -> None:
    page = await board(pages)
    await page.get_by_role("button", name="新增科室").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("科室").select_option("icu")
    await dialog.get_by_label("状态").select_option("limited")
    await dialog.get_by_label("空床").fill("2")
    await dialog.get_by_label("总床").fill("12")
    await dialog.get_by_role("button", name="保存").click()
    row = page.get_by_role("row", name="重症监护")
    await expect(row).to_contain_text("2/12")
    await expect(row).to_contain_text("有限")
    city = await desk(house, CITY)

    async def observed() -> str:
        houses = (await city.get("/facilities"))["facilities"]
        own = next(one for one in houses if one["organisation"]["code"] == CITY)
        return next(str(one["observed_at"]) for one in own["services"] if one["service"] == "icu")

    before = await observed()
    await row.get_by_role("button", name="仍然有效").click()

    async def newer() -> bool:
        return await observed() > before

    await until(newer)


async def test_nobody_is_shut_out(pages: Pages, house: RunningHouse) -> None:
    scene = await aboard(house)
    await measured(scene, "v1", 4, 104)
    await measured(scene, "v2", 2, 98)
    await scene.choose(CITY)
    city = await desk(house, CITY)
    await scene.noticed(city)
    closed = {"service": "icu", "state": "closed", "beds_free": 0}
    await city.post(f"/facilities/{facility(CITY)}/capacity", closed)
    await refer(await desk(house, CLINIC), CITY, urgency="stat")
    page = await board(pages)
    cards = page.locator(".care-card")
    await expect(cards).to_have_count(2)
    assert await shut_out(page, 360, 1600) == []
    await cards.first.locator("button[aria-expanded]").click()
    await expect(cards.first.locator(".timeline li").first).to_be_attached()
    await cards.first.locator("button", has_text=re.compile("接收困难|strain")).click()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await violations(page) == []
