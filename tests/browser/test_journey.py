"""From the ring to the follow-up visit on the pages of everybody concerned, all open at once and none reloaded.

Also what the pages promise about time: a closed road, a line that was cut, a hospital that keeps silent.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

import msgspec
import pytest
from playwright.async_api import Page, ViewportSize, expect

from app.config import Config
from referrals.desk.context import ReferralConfig
from tests.browser.test_clinic import card, name_of, tab, write_referral
from tests.browser.test_console import Keyboard, commanded, ring
from tests.browser.test_crew import SMALL, Aboard, fill_vitals
from tests.journeys.test_arrival import aboard as crew_at_work
from tests.journeys.test_rebuild import rebuilt
from tests.support.browser import DESK, DIST, PHONE, Pages, browsing
from tests.support.driving import across, along, drive
from tests.support.house import RunningHouse, running_house
from tests.support.outage import Outage
from tests.support.referring import CLINIC, COUNTY, desk, facility, told
from tests.support.scenes import open_incident, pin, send, unit_id, units_at
from web.config import WebConfig

TOWN = 10
"""The station of the county hospital, in the town below which the clinic lies."""

STATION = "station-s11"
LIVE = '.connection[data-state="connected"]'
PATIENT_MS = 30_000
"""What an expectation may take: five pages and two services share two cores here."""

MOST_KEYS = 25
ROUTE_WITHIN_S, BACK_WITHIN_S = 5.0, 10.0
"""Generous for a loaded machine; the promises are one and two seconds, and the figures are printed."""


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    expect.set_options(timeout=PATIENT_MS)
    yield
    expect.set_options(timeout=5_000)


@pytest.fixture
def notice_ack_s(request: pytest.FixtureRequest) -> int:
    """How long a hospital may be silent before the dispatcher is told."""
    return int(getattr(request, "param", 60))


@pytest.fixture
async def house(config: Config, notice_ack_s: int) -> AsyncIterator[RunningHouse]:
    """A house on each database that serves the built pages."""
    referrals = ReferralConfig(notice_ack_s=notice_ack_s)
    async with running_house(
        msgspec.structs.replace(config, web=WebConfig(pages=DIST), referrals=referrals)
    ) as found:
        yield found


@pytest.fixture
async def pages(house: RunningHouse) -> AsyncIterator[Pages]:
    async with browsing(house.base) as found:
        yield found


async def sits(pages: Pages, beside: Page | None, login: str, name: str, size: ViewportSize) -> Page:
    """One more seat in the same browser, live, and marked so that a reload would show."""
    path = f"/{name}?seat={login.lower()}&take={login}"
    if beside is None:
        page = await pages.open(path, viewport=size, permissions=("screen-wake-lock",))
    else:
        page = await beside.context.new_page()
        await page.set_viewport_size(size)
        await page.goto(pages.base + path)
    await expect(page.locator(LIVE)).to_be_visible()
    await page.evaluate("window.kept = true")
    return page


def crew_login(house: RunningHouse, unit: str) -> str:
    """The account of the crew of a unit."""
    return f"crew-{1 + [unit_id(one.call_sign) for one in house.seed.units].index(unit)}"


async def crew_page(house: RunningHouse, pages: Pages, beside: Page | None, unit: str) -> Aboard:
    """The crew of this unit at its page, and its vehicle's terminal."""
    login = crew_login(house, unit)
    page = await sits(pages, beside, login, "crew", SMALL)
    return Aboard(house, page, await house.sign_in("dispatcher2"), await house.sign_in(login), unit)


def passed_s(began: float) -> float:
    return asyncio.get_running_loop().time() - began


async def answered_by_keyboard(house: RunningHouse, console: Page, scene: Aboard) -> None:
    """It rings; without a mouse the form is filled, questions are answered, the recommended unit goes."""
    await ring(house, callback="13977492001", evidence=[pin(house, TOWN)])
    began = asyncio.get_running_loop().time()
    await expect(console.locator('.rings [data-state="ringing"]')).to_be_visible()
    keyboard, words = Keyboard(console), 0
    await keyboard.press("F4")
    await expect(console.locator(".call-form textarea").first).to_be_focused()
    for tabs, typed in ((0, "银湖路菜市场对面 2 楼"), (3, "李女士"), (2, "67")):
        await keyboard.press(*["Tab"] * tabs)
        await keyboard.type(typed)
        words += len(typed)
    await keyboard.press("Control+Enter")
    await expect(console.locator(".question")).to_contain_text("清醒")
    await keyboard.press("n")
    await expect(console.locator(".question")).to_contain_text("呼吸")
    await keyboard.press("n")
    await expect(console.locator(".urgent")).to_contain_text("按压")
    await expect(console.locator('.candidate[data-recommended="true"]').first).to_be_visible()
    await keyboard.press("Enter")
    await expect(console.get_by_role("region", name="出动车辆").locator("tbody tr").first).to_be_visible()
    print(
        f"from ring to sent unit: {keyboard.keys} keys and {words} characters, {passed_s(began):.1f} s"
        " with the pages of four others open in the same browser"
    )
    assert keyboard.keys <= MOST_KEYS
    (scene.incident,) = (await scene.dispatcher.get("/incidents"))["incidents"]
    assert scene.incident["priority"] == "P1"
    scene.sent = next(one for one in scene.incident["assignments"] if one["unit_id"] == scene.unit)


async def heard_at_the_station(station: Page, scene: Aboard) -> None:
    """Every order that rings there is acknowledged with one key."""
    await expect(station.locator(f'[data-assignment="{scene.sent["id"]}"]')).to_be_visible()
    mine = [one for one in scene.incident["assignments"] if one["station_id"] == scene.sent["station_id"]]
    await expect(station.locator(".order")).to_have_count(len(mine))
    for left in reversed(range(len(mine))):
        await station.keyboard.press("F2")
        await expect(station.locator(".order")).to_have_count(left)
    await expect(station.locator(f'[data-run="{scene.sent["id"]}"]')).to_contain_text("本站收到")


async def turned_by_a_closure(console: Page, scene: Aboard) -> None:
    """On the way the road ahead is closed at the console; the crew sees another way, why, and says so."""
    await expect(scene.page.locator(".order-screen")).to_contain_text("叫不醒")
    await scene.tap("acknowledge", "depart")
    await scene.reaches("ENR")
    way = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    await drive(scene.crew, scene.sent, along(way, 0), along(way, 0.1))
    shut = [step["name"] for step in way["steps"] if step["name"]][-2]
    await scene.go("路线")
    turns = scene.page.locator(".turns")
    await expect(turns).to_contain_text(shut)
    await commanded(console, f"封路 {shut} 路面塌方")
    notice = scene.page.locator(".change")
    await expect(notice).to_contain_text("前方道路封闭")
    await expect(notice).to_contain_text("路面塌方")
    await expect(turns).not_to_contain_text(shut)
    await notice.get_by_role("button", name="确认变更").click()
    await expect(notice).to_have_count(0)
    other = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    assert other["id"] != way["id"]
    await drive(scene.crew, scene.sent, *other["line"][-3:])


async def brought_and_handed_over(hospital: Page, console: Page, scene: Aboard, chosen: str) -> None:
    """The patient, the ranked hospitals, the notice; then both sign."""
    page, sheet = scene.page, scene.page.locator("dialog[open]")
    await scene.tap("arrive", "patient-contact")
    await page.get_by_role("button", name="登记患者").click()
    patient = page.locator("[data-patient]")
    await patient.get_by_role("button", name="补充信息").click()
    await sheet.get_by_label("姓名").fill("李阿公")
    await sheet.get_by_label("年龄（岁）").fill("67")
    await sheet.get_by_role("button", name="男").click()
    await sheet.get_by_role("button", name="保存").click()
    await patient.get_by_role("button", name="生命体征").click()
    await fill_vitals(page, "58", "91")
    await sheet.get_by_role("button", name="记录").click()
    await expect(patient).to_contain_text("心率 58 次/分")
    await scene.tap("load")
    await page.get_by_role("button", name="选择医院").click()
    await expect(sheet.locator('[data-rank="1"] .reasons').first).to_be_visible()
    await sheet.locator("[data-rank]", has_text=chosen).get_by_role("button").click()

    coming = card(hospital, "李阿公")
    await expect(coming).to_contain_text(scene.sent["call_sign"])
    await expect(coming.locator(".care-vitals")).to_contain_text("58")
    await expect(coming.locator(".care-eta strong")).to_have_text(re.compile(r"\d"))
    await coming.get_by_role("button", name="确认收到").click()
    await expect(page.locator(".notice-state")).to_have_attribute("data-state", "acknowledged")
    brought = console.get_by_role("region", name="患者")
    await expect(brought).to_contain_text(chosen)
    await expect(brought.locator(".badge.good")).to_be_visible()

    await scene.tap("transport")
    way = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    assert way["target"] == "destination"
    await drive(scene.crew, scene.sent, *way["line"][-3:])
    await scene.tap("at-hospital")
    await expect(coming).to_contain_text("到院")
    await page.get_by_role("button", name="签字移交").click()
    await sheet.get_by_role("button", name="签字移交").click()
    await expect(page.locator('[data-side="crew"]')).to_contain_text("✓")
    await expect(coming.locator(".care-signatures")).to_contain_text(scene.sent["call_sign"])
    await coming.get_by_role("button", name="签署交接").click()
    dialog = hospital.get_by_role("dialog")
    await dialog.get_by_label("接收情况").fill("收入 ICU")
    await dialog.get_by_role("button", name=re.compile("签字")).click()
    await expect(page.locator("[data-bringing]")).to_contain_text("收入 ICU")
    await scene.tap("hand-over", "available")
    await expect(page.get_by_text("当前没有任务")).to_be_visible()
    await scene.reaches("AVR")


async def up_to_the_hospital(house: RunningHouse, clinic: Page, hospital: Page) -> None:
    """The clinic asks, the same hospital has a bed, the patient comes with his son, the outcome goes back."""
    await write_referral(clinic, house, COUNTY)
    await clinic.get_by_role("checkbox", name="由救护车转运").uncheck()
    await clinic.get_by_role("button", name="发送转诊").click()
    sent, asked = card(clinic, "黄大山"), card(hospital, "黄大山")
    await asked.get_by_role("button", name="签收").click()
    await expect(sent).to_contain_text("已签收")
    dialog = hospital.get_by_role("dialog")
    await asked.get_by_role("button", name="同意接收").click()
    await dialog.get_by_label("科室").fill("心内科")
    await dialog.get_by_label("床位", exact=True).fill("12 床")
    await dialog.get_by_role("button", name="同意接收").click()
    await expect(sent).to_contain_text("12 床")
    await asked.get_by_role("button", name="患者已到").click()
    await asked.get_by_role("button", name="反馈诊疗结果").click()
    await dialog.get_by_label("转归").select_option("treated-and-discharged")
    await dialog.get_by_label("诊疗摘要").fill("冠脉造影正常")
    await dialog.get_by_role("button", name="反馈诊疗结果").click()
    await expect(sent).to_contain_text("冠脉造影正常")


async def home_again(house: RunningHouse, clinic: Page, hospital: Page) -> None:
    """Down with a plan, accepted, visited."""
    await card(hospital, "黄大山").get_by_role("button", name="下转").click()
    await hospital.get_by_label("转回原因").fill("病情稳定")
    await hospital.get_by_label("治疗与随访方案").fill("阿司匹林，两周复查")
    await hospital.get_by_role("checkbox", name=name_of(house, CLINIC)).check()
    await hospital.get_by_role("button", name="发送转诊").click()
    await tab(clinic, "接收")
    back = card(clinic, "黄大山")
    await expect(back).to_contain_text("阿司匹林，两周复查")
    await back.get_by_role("button", name="同意接收").click()
    await clinic.get_by_role("dialog").get_by_role("button", name="同意接收").click()
    await tab(clinic, "随访")
    due = card(clinic, "黄大山")
    await due.get_by_role("button", name="记录随访").click()
    visit = clinic.get_by_role("dialog")
    await visit.get_by_label("随访情况").fill("无胸痛，服药规律")
    await visit.get_by_label("收缩压").fill("128")
    await visit.get_by_role("button", name="记录随访").click()
    await expect(due).to_have_count(0)


async def all_is_closed(house: RunningHouse, scene: Aboard) -> None:
    """What the pages have said is what the service has, and every row of it follows from the ledger."""
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up, down = [
        (await client.get("/referrals", mine="sent", open="false"))["referrals"][0]
        for client in (clinic, county)
    ]
    assert (up["state"], down["state"], down["end_code"]) == ("closed", "closed", "completed")
    assert up["case_id"] == down["case_id"]
    assert down["followup"]["visits"][0]["systolic_mmhg"] == 128
    kinds = [entry["said"]["kind"] for entry in await told(clinic, house, down["case_id"])]
    assert kinds.count("case.closed.v1") == 1
    (case,) = (await scene.crew.get("/cases"))["cases"]
    entries = (await scene.dispatcher.get(f"/cases/{case['id']}/entries"))["entries"]
    assert "handover.completed.v1" in [entry["said"]["kind"] for entry in entries]
    await house.settled()
    report = await rebuilt(house)
    assert report.sound, report


async def test_from_the_ring_to_the_visit_at_home(house: RunningHouse, pages: Pages) -> None:
    console = await sits(pages, None, "dispatcher", "console", DESK)
    station = await sits(pages, console, STATION, "station", DESK)
    hospital = await sits(pages, console, f"desk-{COUNTY}", "hospital", DESK)
    clinic = await sits(pages, console, f"desk-{CLINIC}", "clinic", PHONE)
    scene = await crew_page(house, pages, console, units_at(house, TOWN)[0])

    await answered_by_keyboard(house, console, scene)
    await heard_at_the_station(station, scene)
    await turned_by_a_closure(console, scene)
    await brought_and_handed_over(hospital, console, scene, name_of(house, COUNTY))
    await up_to_the_hospital(house, clinic, hospital)
    await home_again(house, clinic, hospital)
    for page in (console, station, hospital, clinic, scene.page):
        assert await page.evaluate("window.kept") is True, page.url
    await all_is_closed(house, scene)


async def test_a_closure_turns_the_crew_within_a_second(house: RunningHouse, pages: Pages) -> None:
    scene = await crew_page(house, pages, None, units_at(house, 6)[0])
    await scene.order(2)
    await scene.tap("acknowledge", "depart")
    await scene.reaches("ENR")
    way = await scene.crew.get(f"/assignments/{scene.sent['id']}/route")
    await scene.go("路线")
    turns = scene.page.locator(".turns")
    await expect(turns.locator("li").first).to_be_visible()
    before = await turns.inner_text()
    began = asyncio.get_running_loop().time()
    await scene.dispatcher.post("/closures", across(way, 0.4))
    accepted_s = passed_s(began)
    await expect(scene.page.locator(".change")).to_contain_text("前方道路封闭")
    await expect(turns).not_to_have_text(before, use_inner_text=True)
    shown_s = passed_s(began)
    print(f"closure accepted after {accepted_s:.2f} s; the crew page shows the new way after {shown_s:.2f} s")
    assert shown_s <= ROUTE_WITHIN_S


async def test_a_console_whose_line_was_cut_misses_nothing(house: RunningHouse, pages: Pages) -> None:
    pages.watched.may_lose_the_line = True
    console = await sits(pages, None, "dispatcher", "console", DESK)
    async with Outage(house) as outage:
        dispatcher = await outage.sign_in("dispatcher2")
        exchange = await outage.sign_in("exchange")
        known = await open_incident(dispatcher, house, 0)
        await expect(console.locator(".queue-row", has_text=known["code"])).to_be_visible()
        await outage.begin()
        await expect(console.locator(".banner.alert")).to_be_visible()
        missed = [await open_incident(dispatcher, house, place) for place in (2, 6)]
        (sent,) = await send(dispatcher, known)
        called = {"source": "120", "callback": "13977492009", "heard": "车祸", "evidence": [pin(house, 1)]}
        await exchange.post("/rings", called)
        place = {"form": "place", "datum": "wgs84", "radius_m": 80, "reason": "flood"}
        spot = house.seed.stations[TOWN]
        await dispatcher.post("/closures", place | {"lon": spot.lon, "lat": spot.lat})
        await outage.end()

    opened = asyncio.get_running_loop().time()
    await expect(console.locator(LIVE)).to_be_visible()
    back_s, back = passed_s(opened), asyncio.get_running_loop().time()
    for incident in missed:
        await expect(console.locator(".queue-row", has_text=incident["code"])).to_be_visible()
    await expect(console.locator('.rings [data-state="ringing"]')).to_contain_text("车祸")
    await expect(console.get_by_role("button", name=re.compile("封路 1"))).to_be_visible()
    run = console.locator(f'.board .unit:has-text("{sent["call_sign"]}")')
    await expect(run).to_contain_text("已派车")
    whole_s = passed_s(back)
    print(f"line back {back_s:.2f} s after the service; everything shown {whole_s:.2f} s after the line")
    assert whole_s <= BACK_WITHIN_S
    await expect(console.locator(".queue-row")).to_have_count(3)
    await house.settled()


@pytest.mark.parametrize("notice_ack_s", [2], indirect=True)
async def test_a_silent_hospital_is_named_at_the_console(house: RunningHouse, pages: Pages) -> None:
    console = await sits(pages, None, "dispatcher", "console", DESK)
    hospital = await sits(pages, console, f"desk-{COUNTY}", "hospital", DESK)
    scene = await crew_at_work(house)
    body = {"facility_id": facility(COUNTY)}
    await scene.crew.post(f"/cases/{scene.case_id}/destination", body)
    coming = card(hospital, "张三")
    await expect(coming.locator(".care-late")).to_contain_text("120 调度员已收到提醒")
    alarms = console.locator(".alarms")
    await expect(alarms).to_contain_text("医院未确认到院预告")
    await expect(alarms).to_contain_text(name_of(house, COUNTY))
    await alarms.get_by_role("button", name="查看").click()
    brought = console.get_by_role("region", name="患者")
    await expect(brought).to_contain_text(name_of(house, COUNTY))
    await coming.get_by_role("button", name="确认收到").click()
    await expect(coming.locator(".care-late")).to_have_count(0)
    await expect(alarms).to_have_count(0)
    await expect(brought.locator(".badge.good")).to_be_visible()
