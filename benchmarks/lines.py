"""Lines that are cut: a crew's page offline for an hour of the demo, the console's stream away for five minutes.

    python -m benchmarks.lines [--cut-s 300] [--speed 60] [--quick]

The real service in a process of its own with the living demo beside it, and pages in Chromium. The crew plays a whole
run without a network, with reloads; timed is from the network's return until nothing waits, and the service must have
every stamp once, at the device's time. The console's line goes through a door that refuses, and then through one that
goes dark: connections stand and nothing comes through, ever, also by those that were made meanwhile. Timed are the
banner, and from the line's return until queue, units and a timeline equal what the service answers elsewhere.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

from playwright.async_api import expect

from app.demo import setup as demo
from app.logs import set_up
from benchmarks.lines_console import Times, cut, open_console
from benchmarks.lines_crew import Converged, on_a_run
from benchmarks.lines_gate import Cut, Gate
from benchmarks.lines_people import asking, living
from benchmarks.measure import Row, print_document, say
from benchmarks.ranking import demo_prefecture
from tests.support import prefecture
from tests.support.browser import browsing
from tests.support.house import Client
from tests.support.process import nursery, prepare, sign_in

HOUR_S = 3_600.0
PATIENCE_MS = 30_000
QUICK_CUT_S, QUICK_OFFLINE_S = 2.0, 5.0
HOWS: tuple[Cut, ...] = ("refused", "dark")


async def run(source: Path, home: Path, *, cut_s: float, offline_s: float, speed: float) -> list[Row]:
    """All rows; `source` holds the prefecture's file and `roads`, `home` is empty."""
    config = prefecture.config(source, home, str(home / "jiuhu.db"))
    seed = await prepare(config)
    password = demo.demo_password(config.data)
    expect.set_options(timeout=PATIENCE_MS)
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(
            (await stack.enter_async_context(nursery())).service(config)
        )
        asker = await stack.enter_async_context(asking(service.base, password, seed))
        gate = await stack.enter_async_context(Gate(service.base))
        pages = await stack.enter_async_context(browsing(gate.base))
        pages.watched.may_lose_the_line = True
        crew = await on_a_run(pages, asker)
        people = await stack.enter_async_context(living(service.base, config.data, speed))
        await people.arrived(asker)
        rows = _crew_rows(await crew.offline(offline_s))
        session = await stack.enter_async_context(sign_in(service, crew.login))
        await crew.check(Client(session, service.base))
        console = await open_console(pages, asker)
        for how in HOWS:
            rows += _cut_rows(how, await cut(console, gate, asker, people, how, cut_s))
    return rows


def _crew_rows(found: Converged) -> list[Row]:
    more = {"commands": found.waited}
    return [
        _row("crew back: nothing waits any more", found.empty_ms, more),
        _row("crew back: the service knows the end of the run", found.known_ms, more),
    ]


def _cut_rows(how: Cut, found: Times) -> list[Row]:
    more = {"entries_missed": found.missed, "incidents": found.incidents}
    return [
        _row(f"console, line {how}: banner after the cut", found.banner_ms, {}),
        _row(f"console, line {how}: all shown after its return", found.resync_ms, more),
    ]


def _row(job: str, ms: float, more: Mapping[str, float | int | str]) -> Row:
    say(f"{job}: {ms:.0f} ms {dict(more) or ''}")
    return Row(job, "ours", [ms], (), more)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cut-s", type=float, default=300.0, help="how long the console is cut off")
    parser.add_argument("--speed", type=float, default=60.0, help="of the living demo, 1 to 60")
    parser.add_argument("--input", type=Path, help="a folder with a prefecture's file and its imported roads")
    parser.add_argument("--quick", action="store_true", help="seconds: shows that it works")
    options = parser.parse_args()
    set_up(as_json=False)
    cut_s, offline_s = options.cut_s, HOUR_S / options.speed
    if options.quick:
        cut_s, offline_s = QUICK_CUT_S, QUICK_OFFLINE_S
    described = {"cut_s": cut_s, "offline_s": offline_s, "speed": options.speed}
    with tempfile.TemporaryDirectory() as home, ExitStack() as stack:
        source = options.input or stack.enter_context(demo_prefecture())
        rows = asyncio.run(run(source, Path(home), cut_s=cut_s, offline_s=offline_s, speed=options.speed))
    print_document("lines", described, rows)


if __name__ == "__main__":
    main()
