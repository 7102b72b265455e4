"""The console through a line that is cut: when it says so, and when it shows again what the service has, row by row."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page, expect

from benchmarks.lines_gate import Cut, Gate
from benchmarks.lines_people import Asker, People
from tests.support.browser import Pages

LOGIN = "leader"
"""A person here leaves the demo's own dispatcher to its work."""

HIDDEN = {"stream.reader-admitted.v1", "stream.reader-released.v1"}
OF_STATE = {
    "RSV": "dispatched", "DSP": "dispatched", "ACK": "dispatched", "ENR": "en-route", "STG": "on-scene",
    "ONS": "on-scene", "PTC": "on-scene", "LDD": "on-scene", "TRN": "transporting", "ATH": "transporting",
    "HND": "transporting", "AVR": "available", "HOM": "available", "END": "available",
}  # fmt: skip
WITHIN_S = 60.0
QUIET_S, AFTER_S = 1.0, 10.0
"""Before a cut, so that what the last one stirred up is over; and after it, for the page to go on as before."""

LOOK_S = 0.02

LOST = """() => new Promise((done) => {
  const shown = () => document.querySelector('.banner.alert') !== null && done(Date.now());
  new MutationObserver(shown).observe(document.body, { subtree: true, childList: true });
  shown();
})"""
SHOWN = """() => {
  const all = (where, of) => [...document.querySelectorAll(where)].map(of);
  const status = (one) => one.lastChild.textContent + ' ' + one.dataset.status;
  const row = (one) => [
    one.querySelector('.code').textContent,
    one.querySelector('.chip').dataset.priority,
    [...one.querySelectorAll('.status')].map(status).sort().join(),
  ].join(' ');
  return {
    queue: all('.queue-row', row),
    units: all('.board .columns .unit .status', status),
    timeline: all('.timeline time', (one) => one.dateTime),
    back: document.querySelector('.banner.alert') === null,
  };
}"""

Picture = dict[str, Counter[str]]
"""Every row with how often it stands there: one that is missing differs, and so does one that stands there twice."""


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds: from the cut to the banner; from the return of the line until all is shown; how much was missed."""

    banner_ms: float
    resync_ms: float
    missed: int
    incidents: int


class Console:
    """An open console, its chosen incident, and the same things asked from the service by another door."""

    def __init__(self, page: Page, asker: Asker, incident: Any) -> None:  # noqa: ANN401
        self._page, self._asker, self._incident = page, asker, incident

    async def note(self) -> None:
        """Something more happens to the chosen incident."""
        await self._asker.note(self._incident["id"])

    async def lost_at(self) -> float:
        """When the page says that its line is lost; seconds since 1970, by this machine's clock."""
        shown_ms: float = await self._page.evaluate(LOST)
        return shown_ms / 1000

    async def right(self, started: float) -> float:
        """Seconds from `started` until the page shows what the service has, and says that it is live."""
        while True:
            shown = await self._page.evaluate(SHOWN)
            shown_s = time.perf_counter() - started
            picture = {name: Counter(shown[name]) for name in ("queue", "units", "timeline")}
            truth = await self._truth()
            if shown["back"] and picture == truth:
                return shown_s
            if shown_s > WITHIN_S:
                raise SystemExit(f"the console shows something else: {_difference(picture, truth)}")
            await asyncio.sleep(LOOK_S)

    async def _truth(self) -> Picture:
        incidents = await self._asker.open_incidents()
        units = (await self._asker.get("/units"))["units"]
        entries = (await self._asker.get(f"/incidents/{self._incident['id']}/entries"))["entries"]
        return {
            "queue": Counter(_row(found) for found in incidents),
            "units": Counter(f"{unit['call_sign']} {_status(unit)}" for unit in units),
            "timeline": Counter(e["act"]["at"] for e in entries if e["said"]["kind"] not in HIDDEN),
        }


def _row(incident: Mapping[str, Any]) -> str:
    running = [one for one in incident["assignments"] if one["released_at"] is None]
    on = sorted(f"{one['call_sign']} {OF_STATE[one['state']]}" for one in running)
    return f"{incident['code']} {incident['priority']} {','.join(on)}"


def _status(unit: Mapping[str, Any]) -> str:
    """As a screen puts it (console/src/shared/status.ts)."""
    state = unit["assignment_state"]
    if state is not None and OF_STATE[state] != "available":
        return OF_STATE[state]
    if unit["duty"] != "on":
        return "out"
    return "out" if unit["availability"] == "unavailable" and state is None else "available"


def _difference(shown: Picture, truth: Picture) -> dict[str, Any]:
    return {
        name: {
            "missing": list(truth[name] - shown[name])[:5],
            "too much": list(shown[name] - truth[name])[:5],
        }
        for name in truth
        if shown[name] != truth[name]
    }


async def open_console(pages: Pages, asker: Asker) -> Console:
    """A console that is live, with an incident chosen that stays open: it is held."""
    incident = await asker.held_incident()
    page = await pages.sit(LOGIN, "console")
    await expect(page.locator('.connection[data-state="connected"]')).to_be_visible()
    await page.locator(".queue-row", has_text=incident["code"]).click()
    await expect(page.locator(".timeline li").first).to_be_visible()
    return Console(page, asker, incident)


async def cut(console: Console, gate: Gate, asker: Asker, people: People, how: Cut, cut_s: float) -> Times:
    """Cut the line for so long while the demo goes on; SystemExit when the page does not come to show the truth."""
    await asyncio.sleep(QUIET_S)
    before = await asker.position()
    banner = asyncio.create_task(console.lost_at())
    await asyncio.sleep(0.1)
    began = time.time()
    await gate.cut(how)
    while (left_s := began + cut_s - time.time()) > 0:
        await asyncio.sleep(min(left_s, 1.0))
        await console.note()
    banner_s = await banner - began
    # What is right stands still while it is compared.
    people.stop()
    await asker.settled()
    missed = await asker.position() - before
    started = time.perf_counter()
    await gate.mend()
    resync_s = await console.right(started)
    people.go_on()
    await asyncio.sleep(min(cut_s / 2, AFTER_S))
    people.stop()
    await asker.settled()
    await console.right(time.perf_counter())
    people.go_on()
    return Times(banner_s * 1000, resync_s * 1000, missed, len(await asker.open_incidents()))
