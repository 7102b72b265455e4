"""A hospital that is silent, down or full: the pages say so to those who are told, with whom to telephone."""

import re
from pathlib import Path

import msgspec
from playwright.async_api import expect

from app.enrol import id_of
from ledger.kinds.words import Role
from tests.browser.test_clinic import card, name_of
from tests.journeys.test_arrival import CITY, aboard
from tests.journeys.test_silence import CALLBACK, DOWN, telephone
from tests.support import prefecture
from tests.support.browser import DIST, browsing, violations
from tests.support.deadlines import pass_time
from tests.support.house import running_house
from tests.support.referring import CLINIC, COUNTY, COUNTY2, desk, facility, refer
from tests.support.scenes import MovedClock, machine
from web.config import WebConfig

LIVE = '.connection[data-state="connected"]'


async def test_the_pages_name_who_is_silent_and_who_deals_with_it(
    small_prefecture: Path, tmp_path: Path
) -> None:
    clock = MovedClock()
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    config = msgspec.structs.replace(config, web=WebConfig(pages=DIST))
    async with running_house(config, clock) as house, browsing(house.base) as pages:
        system, _ = await machine(house, Role.INTEGRATION, id_of("organisation", CITY))
        await system.post("/webhooks", {"url": DOWN, "kinds": ["notice.sent.v1"]})
        console = await pages.sit("dispatcher", "console")
        hospital = await pages.sit(f"desk-{CITY}", "hospital")
        county = await pages.sit(f"desk-{COUNTY}", "hospital")
        clinic = await pages.sit(f"desk-{CLINIC}", "clinic")
        for page in (console, hospital, county, clinic):
            await expect(page.locator(LIVE)).to_be_visible()

        scene = await aboard(house)
        await scene.choose(CITY)
        expected = hospital.locator(".care-card", has_text="张三")
        await expect(expected).to_be_visible()
        referral = await refer(await desk(house, CLINIC), COUNTY, COUNTY2, urgency="stat")
        sent = card(clinic, "黄某")
        await expect(sent.locator(".care-next")).to_contain_text(name_of(house, COUNTY2))

        # Nobody at the city's hospital says that they know, and its system cannot be told.
        await pass_time(house, clock, 61)
        told = console.locator(".alarms li", has_text="医院未确认到院预告")
        await expect(told).to_contain_text("张三")
        await expect(told).to_contain_text(f"致电 {name_of(house, CITY)} {telephone(house, CITY)}")
        await told.get_by_role("button", name="确认收到").click()
        await expect(told).to_contain_text("已接手")
        await (
            hospital.reload()
        )  # a page takes the service's time when it is opened; no clock jumps in real life
        await expect(expected.locator(".care-late")).to_contain_text("120 调度员已收到提醒")
        await expect(hospital.locator('.care-unplaced[data-down="true"]')).to_contain_text("收不到通知")
        assert await violations(hospital) == []
        await told.get_by_role("button", name="查看").click()
        await console.get_by_role("button", name="电话已告知").click()
        dialog = console.get_by_role("dialog")
        await dialog.get_by_role("button", name="电话已告知").click()
        await expect(dialog.get_by_role("alert")).to_have_text("请填写接听人")
        await dialog.get_by_label("接听人").fill("急诊科 莫主任")
        await dialog.get_by_role("button", name="电话已告知").click()
        await expect(console.locator(".patient")).to_contain_text("电话确认：急诊科 莫主任")
        await expect(told).to_have_count(0)
        await expect(expected).to_contain_text("已确认")

        # The county's hospital does not take the offer in hand: its own desk and the centre are told.
        await pass_time(house, clock, 120)
        mine = county.locator(".alarms li", has_text="征询无人确认")
        await expect(mine).to_contain_text(f"致电 {name_of(house, CLINIC)} {CALLBACK}")
        centre = console.locator(".alarms li", has_text="被征询机构未签收")
        await expect(centre).to_contain_text(f"{name_of(house, COUNTY)} {telephone(house, COUNTY)}")

        # It never answers, nor does the next one: whoever asked has to act.
        await pass_time(house, clock, 125)
        await expect(sent.locator(".care-offer")).to_have_count(2)
        await pass_time(house, clock, 301)
        unplaced = clinic.locator(".alarms li", has_text="转诊无机构接收")
        await expect(unplaced).to_contain_text(referral["code"])
        await expect(unplaced).to_contain_text(name_of(house, "WZ-120"))
        await unplaced.get_by_role("button", name="确认收到").click()
        await expect(unplaced).to_contain_text(re.compile("已接手"))
        await expect(mine).to_have_count(0)
        await expect(sent.locator(".care-unplaced")).to_be_visible()
        assert await violations(clinic) == []
        more = {"candidates": [facility(COUNTY2)], "reason": "电话联系过"}
        await (await desk(house, CLINIC)).post(f"/referrals/{referral['id']}/candidates", more)
        await expect(unplaced).to_have_count(0)
