"""The shift leader's page: figures that change while one looks, what is handed on, alarms with owners, coverage."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Locator, Page, expect

from app.enrol import id_of
from dispatch.desk.context import DispatchConfig
from ledger.kinds.words import Role
from tests.support import prefecture
from tests.support.browser import DIST, Pages, shut_out
from tests.support.house import Client, RunningHouse, running_house
from tests.support.scenes import ago, crew_of, machine, open_incident, report, send, stamp, until
from web.config import WebConfig

LIVE = '.connection[data-state="connected"]'
CENTRE = "WZ-120"


@pytest.fixture
def silence_s(request: pytest.FixtureRequest) -> int:
    """How long crew and station may be silent before it is an alarm."""
    return int(getattr(request, "param", 60))


@pytest.fixture
async def house(small_prefecture: Path, tmp_path: Path, silence_s: int) -> AsyncIterator[RunningHouse]:
    """As that of the other pages, with this silence."""
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    dispatch = DispatchConfig(station_ack_s=silence_s, crew_ack_s=silence_s)
    config = msgspec.structs.replace(config, web=WebConfig(pages=DIST), dispatch=dispatch)
    async with running_house(config) as found:
        yield found


@pytest.fixture
async def dispatcher(house: RunningHouse) -> Client:
    return await house.sign_in("dispatcher")


async def desk(pages: Pages, **options: str) -> Page:
    """The leader's page with its first report, over the last 24 hours: a shift may have begun a moment ago."""
    page = await pages.sit("leader", "shift", **options)
    await expect(page.locator(LIVE)).to_be_visible()
    await expect(page.locator("[data-metric]")).to_have_count(4)
    await page.locator(".period button").nth(1).click()
    await expect(page.locator("[data-area]").first).to_be_visible()
    return page


def counted(page: Page, metric: str) -> Locator:
    return page.locator(f'[data-metric="{metric}"] [data-n]')


def rows(page: Page, name: str) -> Locator:
    return page.locator(f'[data-list="{name}"] tbody tr')


async def run(dispatcher: Client, house: RunningHouse) -> None:
    """A run that ends without transport."""
    incident = await open_incident(dispatcher, house, rang_at=ago(8), answered_at=ago(4))
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(house, sent)
    events = ("acknowledge", "depart", "arrive", "empty-run")
    await report(crew, sent, *(stamp(event, ago(0)) for event in events))


async def test_figures_and_lists_follow_what_happens(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    await expect(counted(page, "turnout")).to_have_text("0")
    await run(dispatcher, house)
    await expect(counted(page, "turnout")).to_have_text("1", timeout=30_000)
    await expect(counted(page, "response")).to_have_text("1")
    await expect(page.locator('[data-list="ends"] [data-code="empty-run"]')).to_contain_text("放空车")
    held = await open_incident(dispatcher, house)
    await dispatcher.post(f"/incidents/{held['id']}/hold", {"reason": "等候家属", "remind_in_s": 3000})
    await expect(rows(page, "held")).to_contain_text(["等候家属"], timeout=30_000)
    await expect(rows(page, "held")).to_contain_text([held["code"]])
    await expect(rows(page, "held")).to_contain_text(["调度员 1"])
    await expect(page.locator('[data-list="calls"] [data-code="120"]')).to_contain_text("120 电话")
    await expect(page.locator('[data-now="held"] strong')).to_have_text("1")


async def test_a_missed_ring_stands_until_somebody_has_called_back(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    exchange, _ = await machine(house, Role.INTEGRATION, id_of("organisation", CENTRE))
    ring = await exchange.post("/rings", {"source": "120", "callback": "13900001234"})
    await expect(page.locator('[data-now="ringing"] strong')).to_have_text("1")
    await exchange.post(f"/rings/{ring['id']}/end")
    await expect(rows(page, "missed")).to_contain_text(["13900001234"], timeout=30_000)
    await expect(rows(page, "missed")).to_contain_text(["未回拨"])
    await expect(page.locator('[data-now="missed"]')).to_have_attribute("data-alert", "true")


@pytest.mark.parametrize("silence_s", [1], indirect=True)
async def test_an_alarm_gets_an_owner(pages: Pages, house: RunningHouse, dispatcher: Client) -> None:
    page = await desk(pages)
    await send(dispatcher, await open_incident(dispatcher, house))
    mine = page.locator('[data-alarm="station-ack"]')
    await expect(mine).to_be_visible(timeout=30_000)
    await mine.get_by_role("button", name="我来处理").click()

    async def owned() -> bool:
        found = (await dispatcher.get("/alarms", acknowledged="true"))["alarms"]
        owners: dict[str, str | None] = {alarm["kind"]: alarm["acknowledged_by"] for alarm in found}
        return owners["station-ack"] == "值班长"

    await until(owned)
    await expect(mine.get_by_role("button", name="我来处理")).to_have_count(0)
    await expect(mine).to_contain_text("值班长")
    # The other one is still the dispatchers'; one of them sets the kind aside, and everybody sees that.
    await expect(page.locator('[data-alarm="crew-ack"]')).to_contain_text("升级至值班长")
    await expect(page.locator("[data-alarm-rate]")).to_have_attribute("data-alarm-rate", "2")
    await dispatcher.post("/alarms/crew-ack/shelve", {"minutes": 5})
    await expect(page.locator(".banner.note")).to_contain_text("调度员 1 已搁置：车组未确认指令")
    await expect(rows(page, "overdue")).to_have_count(2, timeout=30_000)


async def test_the_table_file_has_the_figures_and_opens_in_a_spreadsheet(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    await run(dispatcher, house)
    await expect(counted(page, "turnout")).to_have_text("1", timeout=30_000)
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="下载 CSV").click()
    download = await downloading.value
    assert download.suggested_filename.endswith(".csv")
    written = Path(await download.path()).read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    lines = written.decode("utf-8-sig").splitlines()
    (turnout,) = (line.split(",") for line in lines if line.startswith("出车时长,Turnout,1,"))
    assert turnout[6] == "180.0"
    assert any(line.startswith("empty-run,放空车,Empty run,1") for line in lines)


async def test_a_period_of_ones_own(pages: Pages, house: RunningHouse, dispatcher: Client) -> None:
    page = await desk(pages)
    await run(dispatcher, house)
    await expect(counted(page, "turnout")).to_have_text("1", timeout=30_000)
    await page.get_by_role("button", name="自选").click()
    await page.get_by_label("自", exact=True).fill("2026-01-01T08:00")
    await page.get_by_label("至", exact=True).fill("2026-01-01T20:00")
    await expect(counted(page, "turnout")).to_have_text("0", timeout=30_000)
    await expect(page.locator('[data-metric="turnout"]')).to_contain_text("时段内无数据")
    await page.get_by_label("至", exact=True).fill("2025-12-31T20:00")
    await expect(page.get_by_role("alert")).to_contain_text("起始时间须早于截止时间")


async def test_coverage_by_area_with_its_gaps(pages: Pages, house: RunningHouse, dispatcher: Client) -> None:
    page = await desk(pages)
    told = await dispatcher.get("/coverage")
    await expect(page.locator("[data-area]")).to_have_count(len(told["areas"]))
    worst = told["gaps"]["features"][0]["properties"]["area_code"]
    of_area = [one for one in told["gaps"]["features"] if one["properties"]["area_code"] == worst]
    await page.locator(f'[data-area="{worst}"] button').click()
    await expect(page.locator(".gaps h3")).to_contain_text(f"缺口 {len(of_area)} 处")
    await expect(page.locator(".gaps tbody tr")).to_have_count(min(len(of_area), 100))
    before = await page.locator('[data-now="ready"] strong').inner_text()
    unit = house.seed.units[0].call_sign
    await dispatcher.post(f"/units/{id_of('unit', unit)}/duty", {"duty": "off"})
    await expect(page.locator('[data-now="ready"] strong')).not_to_have_text(before)
    ready = len(house.seed.units) - 1
    await expect(page.locator('[data-list="coverage"]')).to_contain_text(f"可用单元 {ready}", timeout=30_000)


async def test_seats_are_there_and_the_console_is_one_click_away(
    pages: Pages, house: RunningHouse, dispatcher: Client
) -> None:
    page = await desk(pages)
    incident = await open_incident(dispatcher, house)
    await dispatcher.post("/presence", {"looking_at": incident["id"], "editing": "place"})
    seats = page.locator('[data-list="seats"]')
    await expect(seats).to_contain_text(f"查看 {incident['code']} · 编辑 地点")
    await expect(seats).to_contain_text("值班长")
    link = page.get_by_role("link", name="打开调度台")
    assert await link.get_attribute("href") == "/console?seat=leader"


async def test_nobody_is_shut_out(pages: Pages, house: RunningHouse, dispatcher: Client) -> None:
    """With rows in the lists and a period of one's own open."""
    await run(dispatcher, house)
    held = await open_incident(dispatcher, house)
    await dispatcher.post(f"/incidents/{held['id']}/hold", {"reason": "等候家属", "remind_in_s": 3000})
    await open_incident(dispatcher, house)
    page = await desk(pages)
    await expect(rows(page, "held")).to_have_count(1)
    await page.locator(".period button").nth(2).click()
    await page.locator("summary").first.click()
    assert await shut_out(page, 768, 1280) == []
