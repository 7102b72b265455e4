"""Pictures of every page at work, in both languages, both themes and three widths, with what axe finds on each.

    python -m tests.browser.screens BASE_URL FOLDER [--only PAGE] ...

runs against a demo that lives (`jiuhu serve --demo --speed 20`, a few minutes old) and sits down at its seats. The
pictures are for eyes: one PNG for each look and a contact sheet for each view of a page. Exits with 1 when axe finds
anything, when a page is wider than its window, or when a page logs an error or asks another host.
"""

import argparse
import asyncio
import re
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error, ViewportSize, expect

from tests.browser.stage import SETTLES_S, Stage
from tests.support.browser import Pages, browsing
from tests.support.referring import answer, offered, wish

CITY, COUNTY, HEARD = "WZ-H1", "TX-H1", "三楼，门口有棵大榕树，没有电梯"
CELL_PX = 520
expect.set_options(timeout=60_000)


async def home(stage: Stage) -> None:
    stage.page = await stage.pages.open("/")
    await expect(stage.page.locator(".seat-card").first).to_be_visible()
    await stage.takes("seats")
    await stage.takes("whole", whole=True)


async def shift(stage: Stage) -> None:
    page = await stage.sit("leader")
    await expect(page.locator(".figure").first).to_be_visible()
    await stage.takes("now", settle_s=0.5)
    await stage.takes("whole", whole=True)


async def station(stage: Stage) -> None:
    """One order heard, one that rings, and the forms."""
    page = await stage.sit("station-s01")
    dispatcher = await stage.seat("dispatcher2")
    home = (await dispatcher.get("/stations"))["stations"][0]

    async def free() -> list[Any]:
        units = (await dispatcher.get("/units"))["units"]
        return [
            one for one in units if one["station_id"] == home["id"] and one["availability"] == "available"
        ]

    async def order(complaint: str, unit: Any) -> None:
        incident = await stage.incident(dispatcher, home, complaint)
        body = {"units": [{"unit_id": unit["id"]}]}
        await dispatcher.post(f"/incidents/{incident['id']}/assignments", body)
        await expect(page.locator(".order")).to_be_visible()

    await order("胸痛伴大汗", (await stage.until(free))[0])
    await page.keyboard.press("F2")
    await expect(page.locator(".order")).to_have_count(0)
    unit = (await stage.until(free))[-1]
    seats = (await dispatcher.get("/demo/seats"))["seats"]
    crew_of = next(seat["login"] for seat in seats if seat["name"] == unit["call_sign"])
    # A person aboard who does not answer: the order rings on.
    aboard = await stage.pages.sit(crew_of, "crew")
    await aboard.locator(".idle").click()
    await order("骑车摔倒，小腿流血", unit)
    await stage.takes("order")
    await stage.takes("whole", whole=True)
    for view, key in (("crew", "F6"), ("refuse", "F4")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await stage.takes(view)
        await page.keyboard.press("Escape")
    await page.keyboard.press("F2")
    await expect(page.locator(".order")).to_have_count(0)
    await stage.takes("calm")


async def crew(stage: Stage) -> None:
    """A whole run: the order, the way, patients, the hospital, the end."""
    dispatcher = await stage.seat("dispatcher2")
    stations = (await dispatcher.get("/stations"))["stations"]
    units = (await dispatcher.get("/units"))["units"]
    seats = {seat["name"]: seat["login"] for seat in (await dispatcher.get("/demo/seats"))["seats"]}
    free = (
        one for one in units if one["station_id"] == stations[1]["id"] and one["availability"] == "available"
    )
    unit = next(free)
    page = await stage.sit(seats[unit["call_sign"]])
    await expect(page.locator(".idle")).to_be_visible()
    await stage.takes("idle")
    incident = await stage.incident(dispatcher, stations[1], "胸痛，大汗")
    await dispatcher.post(f"/incidents/{incident['id']}/assignments", {"units": [{"unit_id": unit["id"]}]})
    await expect(page.locator(".order-screen")).to_be_visible()
    await stage.takes("order")

    async def tap(*steps: str) -> None:
        for step in steps:
            button = page.locator(f'.next[data-next="{step}"]')
            await expect(button).not_to_have_attribute("aria-disabled", "true")
            await button.click()
            await expect(button).to_have_count(0)

    async def go(number: int, view: str, settle_s: float = SETTLES_S) -> None:
        await page.locator(".tabs button").nth(number).click()
        await stage.takes(view, settle_s=settle_s)

    async def sheet(button: str, view: str) -> None:
        await page.get_by_role("button", name=button).first.click()
        await expect(page.locator("dialog[open]")).to_be_visible()
        await stage.takes(view)

    await tap("acknowledge", "depart")
    await expect(page.locator(".turns li").first).to_be_attached(timeout=60_000)
    await go(1, "way", 0.8)
    await go(0, "job")
    await sheet("未送结束", "end")
    await page.keyboard.press("Escape")
    await tap("arrive", "patient-contact")
    await page.locator(".wide-button").click()
    first = page.locator("[data-patient]").first
    await first.get_by_role("button", name="补充信息").click()
    form = page.locator("dialog[open]")
    await form.get_by_label("姓名").fill("张三")
    await form.get_by_label("年龄（岁）").fill("61")
    await form.get_by_role("button", name="男").click()
    await stage.takes("patient")
    await form.get_by_role("button", name="保存").click()
    await first.get_by_role("button", name="生命体征").click()
    for field, number in ((0, "104"), (2, "95"), (3, "60")):
        await form.locator("input").nth(field).fill(number)
    await stage.takes("vitals")
    await form.get_by_role("button", name="记录").click()
    await expect(form).to_have_count(0)
    await stage.takes("patients")
    await tap("load")
    await page.locator(".tabs button").nth(3).click()
    await page.get_by_role("button", name="选择医院").click()
    await expect(form.locator("[data-rank]").first).to_be_visible()
    await stage.takes("choose")
    await form.locator('[data-rank="1"]').get_by_role("button").click()
    await expect(page.locator(".notice-state")).to_be_visible()
    await stage.takes("hospital")
    await page.locator(".menu").click()
    await stage.takes("menu")


async def hospital(stage: Stage) -> None:
    """Patients on their way, referrals that wait for an answer, and the forms."""
    clinic = await stage.seat("desk-TC-450403005")
    page = await stage.sit(f"desk-{CITY}")
    for urgency, name, complaint in (("stat", "黄大山", "胸痛半天"), ("urgent", "韦秀英", "反复头晕三天")):
        patient = {"label": "A", "name": name, "age_years": 66, "sex": "male", "complaint": complaint}
        await clinic.post(
            "/referrals", wish(CITY, urgency=urgency, patient=patient, skip_reason="患者家在市区")
        )
    cards = page.locator(".care-card")

    async def busy() -> bool:
        return await page.locator(".care-eta").count() >= 2

    await stage.until(busy, 120)
    await stage.takes("board")
    await stage.takes("whole", whole=True)
    await page.set_viewport_size(ViewportSize(width=1600, height=900))
    for view, name in (
        ("accept", "同意接收"), ("decline", "拒绝"), ("strain", "接收困难"), ("capacity", "更新"), ("sign", "签署交接"),
    ):  # fmt: skip
        button = page.get_by_role("button", name=name, exact=True)
        if await button.count():
            await button.first.click()
            await expect(page.get_by_role("dialog")).to_be_visible()
            await stage.takes(view)
            await page.keyboard.press("Escape")
    await cards.first.locator("button[aria-expanded]").first.click()
    await stage.takes("opened")
    await page.get_by_role("button", name="发起转诊").first.click()
    await expect(page.locator(".care-form")).to_be_visible()
    await stage.takes("refer")


async def clinic(stage: Stage) -> None:
    """The form filled; referrals sent, taken back and due for a visit."""
    login = "desk-TC-450403005"
    desk, county = await stage.seat(login), await stage.seat(f"desk-{COUNTY}")
    page = await stage.sit(login)
    with suppress(AssertionError):
        sent = await desk.post("/referrals", wish(COUNTY, by_ambulance=False))
        await answer(county, await offered(county, sent), "accept", department="心内科")
        await county.post(f"/referrals/{sent['id']}/arrived")
        told = {
            "outcome": "admitted",
            "diagnosis": "急性心肌梗死",
            "summary": "支架术后好转",
            "advice": "按时服药",
        }
        await county.post(f"/referrals/{sent['id']}/outcome", told)
        for urgency in ("routine", "urgent"):
            back = {
                "patient": None,
                "case_id": sent["case_id"],
                "based_on": sent["id"],
                "by_ambulance": False,
            }
            down = wish("TC-450403005", direction="down", urgency=urgency, plan="阿司匹林，两周复查", **back)
            down = await county.post("/referrals", down)
            if urgency == "routine":
                await answer(desk, await offered(desk, down), "accept", department="心内科")
    await desk.post("/referrals", wish(CITY, "CW-H1", skip_reason="患者家在市区"))
    unplaced = await desk.post("/referrals", wish(COUNTY, patient=wish()["patient"] | {"name": "韦秀英"}))
    with suppress(AssertionError):
        await answer(
            county, await offered(county, unplaced), "decline", code="no-bed", remarks="满床", advice="先吸氧"
        )
    await stage.takes("sent", whole=True)
    for number, view in ((1, "back"), (2, "visits")):
        await page.set_viewport_size(ViewportSize(width=360, height=800))
        await page.locator(".clinic-tabs button").nth(number).click()
        await stage.takes(view, whole=True)
    visit = page.get_by_role("button", name="记录随访")
    if await visit.count():
        await visit.first.click()
        await stage.takes("visit")
        await page.keyboard.press("Escape")
    await page.set_viewport_size(ViewportSize(width=360, height=800))
    await page.locator(".clinic-tabs button").first.click()
    await page.locator(".clinic-new").click()
    for label, words in (
        ("姓名", "黄大山"),
        ("年龄", "66"),
        ("主诉", "胸痛半天"),
        ("转诊原因", "本院不能做心肌酶"),
    ):
        await page.get_by_label(label).fill(words)
    await page.get_by_role("radio", name="优先").check()
    for number in (0, 1):
        await page.locator(".care-candidate input").nth(number).check()
    await stage.takes("refer")
    await stage.takes("refer-whole", whole=True)


async def console(stage: Stage) -> None:
    """Calls that ring, the form, the questions, the ranking, what was sent, and the dialogs."""
    page = await stage.sit("dispatcher")
    colleague = await stage.seat("dispatcher2")
    stations = (await colleague.get("/stations"))["stations"]
    held = await stage.incident(colleague, stations[2], "发热两天")
    await colleague.post(f"/incidents/{held['id']}/hold", {"reason": "等候家属到场"})
    await expect(page.locator('.rings [data-state="ringing"]').first).to_be_visible()
    await page.locator(".queue-row").first.click()
    await expect(page.locator(".incident-head")).to_be_visible()
    await stage.takes("ringing", settle_s=0.6)
    await page.keyboard.press("F4")
    await expect(page.locator(".call-form textarea").first).to_be_focused()
    await page.keyboard.insert_text(HEARD)
    await stage.takes("form", settle_s=0.6)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator(".candidate").first).to_be_visible()
    await stage.takes("ranking", settle_s=0.6)
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_role("region", name="出动车辆")).to_be_visible()
    await stage.takes("sent", settle_s=0.6)
    # What was sent may be done by now; the one that is held stays.
    await page.locator(".queue-row", has_text=held["code"]).click()
    for view, key in (("place", "e"), ("priority", "p"), ("hold", "h"), ("closures", "F8"), ("keys", "?")):
        await page.keyboard.press(key)
        await expect(page.get_by_role("dialog")).to_be_visible()
        await stage.takes(view)
        await page.keyboard.press("Escape")
    await page.locator(".command-line input").fill("D ")
    await stage.takes("command")
    await page.goto(re.sub(r"\?.*", "?seat=dispatcher&view=map", page.url))
    await asyncio.sleep(3)
    await stage.takes("map", settle_s=0.8)


SCENES = {
    "home": home, "shift": shift, "hospital": hospital, "clinic": clinic, "station": station, "crew": crew,
    "console": console,
}  # fmt: skip
"""The console last: while a person sits there, the demo's dispatchers still at work are fewer."""


async def contact_sheet(pages: Pages, taken: Sequence[Path], path: Path) -> None:
    """One picture of all: a line for each look, its widths side by side."""
    cells = "".join(
        f'<figure><img src="{one.name}"><figcaption>{one.stem}</figcaption></figure>' for one in taken
    )
    style = f"body{{display:grid;grid-template-columns:repeat(3,{CELL_PX}px);gap:8px;font:12px sans-serif}}"
    html = path.with_suffix(".html")
    fit = f"figure{{margin:0}}img{{max-width:100%;max-height:{CELL_PX}px}}"
    html.write_text(f"<!doctype html><style>{style}{fit}</style>{cells}")
    page = await pages.browser.new_page(viewport=ViewportSize(width=CELL_PX * 3 + 40, height=800))
    await page.goto(html.resolve().as_uri())
    await page.screenshot(path=path, full_page=True)


async def run(base: str, folder: Path, only: Sequence[str]) -> int:
    """The exit status."""
    folder.mkdir(parents=True, exist_ok=True)
    found: list[str] = []
    for name, scene in SCENES.items():
        if only and name not in only:
            continue
        async with AsyncExitStack() as stack:
            pages = await stack.enter_async_context(browsing(base))
            stage = Stage(name, pages, folder, stack)
            try:
                await scene(stage)
            except (AssertionError, Error, IndexError, StopIteration, TypeError) as error:
                stage.found.append(f"{name}: {str(error).splitlines()[:3]}")
            for view, taken in stage.taken.items():
                await contact_sheet(pages, taken, folder / f"sheet-{name}-{view}.png")
        found += stage.found
        print(f"{name}: {sum(map(len, stage.taken.values()))} pictures", *stage.found, sep="\n  ", flush=True)
    return 1 if found else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screens", description=__doc__)
    parser.add_argument("base", help="address of a running demo")
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--only", action="append", default=[], choices=sorted(SCENES), help="may be repeated")
    options = parser.parse_args(arguments)
    return asyncio.run(run(options.base.rstrip("/"), options.folder, options.only))


if __name__ == "__main__":
    sys.exit(main())
