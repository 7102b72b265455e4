"""The station's page: the order rings until it is heard or refused, crews are named, units are held back."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Locator, Page, expect

from dispatch.desk.context import DispatchConfig
from tests.support import prefecture
from tests.support.browser import DIST, Pages, shut_out
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import crew_of, open_incident, report, send, stamp, unit_id, units_at
from web.config import WebConfig

SEAT = "station-s01"
LIVE = '.connection[data-state="connected"]'
LISTEN = """() => {
  window.tones = [];
  window.AudioContext = class extends AudioContext {
    createOscillator() {
      const one = super.createOscillator();
      const start = one.start.bind(one);
      one.start = (at) => { window.tones.push(one.frequency.value); start(at); };
      return one;
    }
    get state() { return 'running'; }
  };
}"""
"""What a machine without loudspeakers would play: the page sounds only where it can be heard."""

RING = [880, 1320, 880, 1320]
"""Hertz of an order that rings, every two seconds."""


@pytest.fixture
def silence_s(request: pytest.FixtureRequest) -> int:
    """How long a station may be silent before the dispatcher is alarmed."""
    return int(getattr(request, "param", 60))


@pytest.fixture
async def house(small_prefecture: Path, tmp_path: Path, silence_s: int) -> AsyncIterator[RunningHouse]:
    """As that of the other pages, with this silence."""
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    dispatch = DispatchConfig(station_ack_s=silence_s)
    config = msgspec.structs.replace(config, web=WebConfig(pages=DIST), dispatch=dispatch)
    async with running_house(config) as found:
        yield found


@pytest.fixture
async def dispatcher(house: RunningHouse) -> Client:
    return await house.sign_in("dispatcher")


async def desk(pages: Pages, **options: Any) -> Page:
    """The desk of the first station, with its units on the screen."""
    page = await pages.sit(SEAT, "station", **options)
    await expect(page.locator(LIVE)).to_be_visible()
    await expect(page.locator("[data-unit]").first).to_be_visible()
    return page


async def order(dispatcher: Client, house: RunningHouse, unit: int = 0) -> Any:
    """One of the station's units is sent."""
    incident = await open_incident(dispatcher, house, 0, complaint="胸痛伴大汗")
    (sent,) = await send(dispatcher, incident, units_at(house, 0)[unit])
    return sent


def banner(page: Page, sent: Any) -> Locator:
    return page.locator(f'[data-assignment="{sent["id"]}"]')


def card(page: Page, unit: str) -> Locator:
    return page.locator(f'[data-unit="{unit}"]')


async def tones(page: Page) -> list[int]:
    """What was heard since somebody listens, in hertz."""
    heard: list[int] = await page.evaluate("window.tones")
    return heard


async def now(dispatcher: Client, sent: Any) -> Any:
    """The assignment as the centre sees it."""
    incident = await dispatcher.get(f"/incidents/{sent['incident_id']}")
    return next(found for found in incident["assignments"] if found["id"] == sent["id"])


async def test_an_order_rings_until_one_key_says_heard(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    await page.evaluate(LISTEN)
    await page.clock.install()
    sent = await order(dispatcher, house)
    ringing = banner(page, sent)
    for part in (sent["call_sign"], "胸痛伴大汗", "患者 1 人", "P"):
        await expect(ringing).to_contain_text(part)
    await expect(ringing.locator(".order-silence")).to_contain_text("前未确认，调度台将收到告警")
    await page.wait_for_function("window.tones.length > 0")
    for _ in range(3):
        before = len(await tones(page))
        await page.clock.fast_forward(2_000)
        heard = await tones(page)
        assert len(heard) > before
        assert heard == RING * (len(heard) // len(RING))
    await page.keyboard.press("F2")
    await expect(ringing).to_have_count(0)
    rung = await tones(page)
    await page.clock.fast_forward(60_000)
    assert await tones(page) == rung
    assert (await now(dispatcher, sent))["station_heard_at"] is not None
    run = page.locator(f'[data-run="{sent["id"]}"]')
    await expect(run).to_contain_text("本站收到")
    crew = await crew_of(house, sent)
    await report(crew, sent, stamp("depart", datetime.now(UTC).isoformat()))
    await expect(run.locator('[data-step="ENR"]')).to_have_attribute("aria-current", "step")
    await expect(run.locator('[data-step="ACK"]')).to_contain_text("缺时间")


@pytest.mark.parametrize("silence_s", [2], indirect=True)
async def test_silence_alarms_the_dispatcher_and_the_page_says_so(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    sent = await order(dispatcher, house)
    await expect(banner(page, sent).locator(".order-silence")).to_contain_text("调度台已于", timeout=30_000)

    async def kinds() -> list[str]:
        found = (await dispatcher.get("/alarms"))["alarms"]
        return [alarm["kind"] for alarm in found if alarm["subject_id"] == sent["id"]]

    assert await kinds() == ["station-ack"]
    await banner(page, sent).get_by_role("button", name="收到").click()
    await expect(banner(page, sent)).to_have_count(0)
    assert await kinds() == []


async def test_cannot_go_gives_the_order_back_with_its_reason(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    sent = await order(dispatcher, house)
    await expect(banner(page, sent)).to_be_visible()
    await page.keyboard.press("F4")
    form = page.get_by_role("dialog")
    await form.get_by_label("原因").select_option(label="车辆故障")
    await form.get_by_label("具体说明").fill("水温过高")
    await page.keyboard.press("Enter")
    await expect(form).to_have_count(0)
    await expect(banner(page, sent)).to_have_count(0)
    found = await now(dispatcher, sent)
    assert (found["end_code"], found["end_reason"]) == ("cannot-go", "车辆故障：水温过高")


async def test_the_crew_is_named_from_the_stations_staff(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    mine, other = units_at(house, 0)[:2]
    page = await desk(pages)
    aboard = (await dispatcher.get(f"/units/{mine}"))["crew"]
    there = (await dispatcher.get(f"/units/{other}"))["crew"]
    old, new = (next(one for one in crew if one["role"] == "doctor") for crew in (aboard, there))
    await card(page, mine).get_by_role("button", name="确定车组").click()
    form = page.get_by_role("dialog")
    doctors = form.get_by_role("group", name="医生")
    await doctors.get_by_label(old["name"]).uncheck()
    await expect(form.get_by_role("status")).to_contain_text("缺 医生")
    await doctors.get_by_label(new["name"]).check()
    await form.get_by_role("button", name="确认").click()
    await expect(form).to_have_count(0)
    await expect(card(page, mine)).to_contain_text(new["name"])
    await expect(card(page, other)).to_contain_text("车组不齐，缺 医生")
    named = (await dispatcher.get(f"/units/{mine}"))["crew"]
    assert {one["id"] for one in named} == {one["id"] for one in aboard} - {old["id"]} | {new["id"]}


async def test_a_unit_is_paused_resumed_and_taken_off_duty(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    mine = units_at(house, 0)[0]
    page = await desk(pages)
    await card(page, mine).get_by_role("button", name="暂停调用").click()
    await page.get_by_role("dialog").get_by_role("button", name="暂停调用").click()
    await expect(card(page, mine)).to_contain_text("暂停调用：用餐 · 至")
    await card(page, mine).get_by_role("button", name="恢复调用").click()
    await expect(card(page, mine)).to_have_attribute("data-availability", "available")
    await card(page, mine).get_by_role("button", name="值班状态").click()
    form = page.get_by_role("dialog")
    await form.get_by_label("维修").check()
    await form.get_by_label("原因").fill("刹车")
    await form.get_by_role("button", name="提交").click()
    await expect(card(page, mine)).to_contain_text("维修：刹车")
    assert (await dispatcher.get(f"/units/{mine}"))["duty"] == "repair"


async def test_an_order_that_the_dispatcher_ends_is_told(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    sent = await order(dispatcher, house)
    await expect(banner(page, sent)).to_be_visible()
    await dispatcher.post(f"/assignments/{sent['id']}/cancel", {"reason": "另有车辆更近"})
    told = page.locator(".banner.note")
    await expect(told).to_contain_text("已被调度台取消 · 另有车辆更近")
    await expect(banner(page, sent)).to_have_count(0)
    await told.get_by_role("button", name="知道了").click()
    await expect(told).to_have_count(0)


async def test_another_stations_orders_do_not_ring_here(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    incident = await open_incident(dispatcher, house, 1)
    elsewhere = next(unit for unit in house.seed.units if unit.station != house.seed.stations[0].code)
    await send(dispatcher, incident, unit_id(elsewhere.call_sign))
    sent = await order(dispatcher, house)
    await expect(banner(page, sent)).to_be_visible()
    await expect(page.locator(".order")).to_have_count(1)


async def test_nobody_is_shut_out(pages: Pages, house: RunningHouse, dispatcher: Client) -> None:
    """With an order that rings and a run on the road; then with the form for the crew."""
    page = await desk(pages)
    first, second = await order(dispatcher, house), await order(dispatcher, house, 1)
    station = await house.sign_in(SEAT)
    await station.post(f"/assignments/{first['id']}/heard")
    await expect(page.locator(f'[data-run="{first["id"]}"]')).to_be_visible()
    await expect(banner(page, second)).to_be_visible()
    assert await shut_out(page, 390, 1280) == []
    await page.keyboard.press("F6")
    await expect(page.get_by_role("dialog").get_by_role("group").first).to_be_visible()
    assert await shut_out(page, 390) == []
