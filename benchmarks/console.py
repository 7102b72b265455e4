"""The dispatch console while 500 ambulances report: from a vehicle's report to the pixel, frames, opening, bytes.

    python -m benchmarks.console [--quick]

The real service in a process of its own, on SQLite; the built pages in Chromium without a graphics card. Every
vehicle posts its own position to the public API, one fix in each request. Latency counts from the moment that the
vehicle names, taken just before it sends, until the end of the first frame that shows it there or on its way there;
what the compositor takes after that is not in it. Frames are those that the page begins. `all in view` shows the whole
prefecture, as the page shows it: names from zoom 12 on. Pages must be built (`make pages`).
"""

import argparse
import asyncio
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from app.logs import set_up
from benchmarks.console_bytes import counting
from benchmarks.console_feed import Feed, crowd, feeding
from benchmarks.console_page import Opening, Sample, open_once, sample, see_everything, see_near, sit_down
from benchmarks.measure import Row, percentile, print_document, say
from benchmarks.ranking import demo_prefecture
from tests.support import prefecture
from tests.support.browser import DIST, Pages, browsing, find_browser
from tests.support.house import API
from tests.support.process import Service, nursery, prepare, sign_in

UNITS, EVERY_S, INCIDENTS, OPENINGS, SAMPLE_S = 500, 3.0, 24, 10, 8.0
QUICK = (60, 1.0, 3, 1, 2.0)
NEAR_ZOOM = 13.0
SHARE_S = 0.2


async def measure_console(source: Path, home: Path, *, quick: bool) -> tuple[dict[str, object], list[Row]]:
    """What the input was, and all rows; `source` holds the prefecture's file and its imported roads."""
    units, every_s, incidents, openings, sample_s = (
        QUICK if quick else (UNITS, EVERY_S, INCIDENTS, OPENINGS, SAMPLE_S)
    )
    crowd(source, home / "crowded", units)
    (home / "data").mkdir()
    config = prefecture.config(home / "crowded", home / "data", str(home / "console.db"))
    seed = await prepare(config)
    rows: list[Row] = []
    async with nursery() as processes, processes.service(config) as service:
        await _take_calls(service, [(one.lon, one.lat) for one in seed.stations[:incidents]])
        async with sign_in(service, "exchange") as session, browsing(service.base) as pages:
            shares = [_share_of_a_core()]
            feed = Feed(session, service.base, seed, every_s)
            async with feeding(feed):
                rows += await _look(pages, sample_s)
                rows += await _open(pages, openings)
            shares.append(_share_of_a_core())
            sizes = await _sizes(pages, service)
            foreign = len(pages.watched.foreign)
    described: dict[str, object] = {
        "units": units,
        "each_reports_every_s": every_s,
        "reports": feed.sent,
        "report_answered_ms": {p: round(percentile(feed.answered_ms, p), 1) for p in (50, 95)},
        "incidents": incidents,
        "browser": pages.browser.version,
        "cores": os.cpu_count(),
        "share_of_a_core": shares,
        "requests_to_other_hosts": foreign,
        "kilobytes": sizes,
    }
    return described, rows


async def _take_calls(service: Service, places: list[tuple[float, float]]) -> None:
    """An open incident near each of some places, so that the queue has rows."""
    async with sign_in(service, "dispatcher") as session:
        for number, (lon, lat) in enumerate(places):
            point = {"id": "bench", "kind": "point", "source": "dispatcher", "datum": "wgs84"}
            call = {"source": "120", "evidence": [{**point, "lon": lon + 0.01, "lat": lat + 0.01}]}
            key = {"Idempotency-Key": f"bench-{number}"}
            async with session.post(f"{service.base}{API}/calls", json=call, headers=key) as response:
                response.raise_for_status()


async def _look(pages: Pages, seconds_s: float) -> list[Row]:
    """The four ways to look at the map: everything and near, at rest and pulled."""
    page, _ = await sit_down(pages)
    rows: list[Row] = []
    for name in ("all in view", "near"):
        await (see_everything(page) if name == "all in view" else see_near(page, NEAR_ZOOM))
        for panning in (False, True):
            found = await sample(page, seconds_s, panning=panning)
            rows += _rows(f"{name}, {'panning' if panning else 'at rest'}", found)
    await page.context.close()
    return rows


def _rows(name: str, found: Sample) -> list[Row]:
    where = {"zoom": round(found.zoom, 1), "in_picture": found.things}
    frames = {
        "frames_per_s": round(found.frames_per_s, 1),
        "drawing_median_ms": round(percentile(found.apply_ms, 50), 2),
        "long_tasks": len(found.long_tasks_ms),
    }
    rows = [
        Row(f"event to pixel, {name}", "ours", found.latency_ms, (), {**_p95(found.latency_ms), **where}),
        Row(f"frame to frame, {name}", "ours", found.frames_ms, (), {**_p95(found.frames_ms), **frames}),
    ]
    for row in rows:
        say(f"{row.job}: {row.document()}")
    return rows


async def _open(pages: Pages, count: int) -> list[Row]:
    """The page opened so many times with nothing cached, and again from the browser's cache."""
    page, state = await sit_down(pages)
    await page.context.close()
    rows: list[Row] = []
    for again in (False, True):
        found: list[Opening] = [await open_once(pages, state, again=again) for _ in range(count)]
        times_ms = {
            "first contentful paint": [one.first_paint_ms for one in found],
            "queue usable": [one.usable_ms for one in found],
            "map drawn": [one.map_ms for one in found],
        }
        for job, ms in times_ms.items():
            rows.append(Row(f"{job}, {'cached' if again else 'nothing cached'}", "ours", ms, (), _p95(ms)))
            say(f"{rows[-1].job}: {rows[-1].document()}")
    return rows


async def _sizes(pages: Pages, service: Service) -> dict[str, Any]:
    """What one opening fetches, in kB as sent (brotli), counted on its way."""
    async with counting(service.base) as counter:
        through = Pages(pages.browser, counter.base)
        page, _ = await sit_down(through, live=False)
        document = await (await page.request.get(counter.base + "/console")).text()
        await page.context.close()
        assert not through.watched.foreign, through.watched.foreign
        return {
            "shell": round(counter.shell_bytes(document) / 1000, 1),
            "all": round(counter.all_bytes / 1000, 1),
        }


def _share_of_a_core() -> float:
    """How much of a core a busy process gets right now: below 1 others are at work, and every time is longer for it."""
    began, cpu_s = time.perf_counter(), time.process_time()
    while time.process_time() - cpu_s < SHARE_S:
        pass
    return round(SHARE_S / (time.perf_counter() - began), 2)


def _p95(values_ms: list[float]) -> dict[str, float]:
    return {"p95_ms": round(percentile(values_ms, 95), 1)}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="few units, a small prefecture: shows that it works"
    )
    options = parser.parse_args()
    set_up(as_json=False)
    if find_browser() is None or not (DIST / "index.html").exists():
        raise SystemExit("this needs Chromium and the built pages (`make pages`)")
    with tempfile.TemporaryDirectory() as folder:
        if options.quick:
            described, rows = asyncio.run(measure_console(prefecture.small(), Path(folder), quick=True))
        else:
            with demo_prefecture() as source:
                described, rows = asyncio.run(measure_console(source, Path(folder), quick=False))
    print_document("console", described, rows)


if __name__ == "__main__":
    main()
