"""The living demo for a long time: does the service stay up, fast and small while a prefecture works with it?

    python -m benchmarks.soak [--minutes 60] [--speed 60] [--between 105] [--database URL] [--input FOLDER]
                              [--page] [--quick]

Starts the service with the demo prefecture in a folder of its own, the demo's people beside it, and looks at both each
minute. One row for each minute: HTTP times from /metrics, the time from an entry's writing to its arrival at a live
stream, memory and processor time of both processes, incidents, errors in the logs. At the end it stops them cleanly
and rebuilds the database. `--page` keeps the console open in Chromium and measures its heap after garbage collection.
Exit status 1 when anything failed. `--database` names an empty database; `--input` is a data folder whose prefecture
and roads are used.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.measure import say
from benchmarks.soak_page import Console
from benchmarks.soak_watch import Listener, Process, http_times

JIUHU = Path(sys.executable).parent / "jiuhu"
READY_WITHIN_S, END_WITHIN_S, REBUILD_WITHIN_S = 180.0, 30.0, 1800.0
SITTER = "leader"
"""Whose eyes this looks through: a seat in which the demo has nobody, so that nobody steps back from their work."""


async def run(options: argparse.Namespace, data: Path) -> dict[str, Any]:
    """The document. Needs Linux: memory and processor time are read from /proc."""
    if options.input is not None:
        for name in ("prefecture", "roads"):
            (data / name).symlink_to((options.input / name).resolve())
    common = ["--data", str(data), *(["--database", options.database] if options.database else [])]
    service = Process(
        "service", data / "service.log", [str(JIUHU), *common, "serve", "--demo", "--quiet", "--port", "0"]
    )
    await service.start(env={**os.environ, "JIUHU_LOG": "json"})
    base = await service.ready(READY_WITHIN_S)
    people = Process(
        "demo",
        data / "demo.log",
        [
            sys.executable,
            "-m",
            "app.demo.living",
            f"--url={base}",
            f"--data={data}",
            f"--speed={options.speed}",
            f"--between={options.between}",
        ],
    )
    await people.start()
    try:
        rows = await _look_on(options, base, data, service, people)
    finally:
        stopped = [await people.end(END_WITHIN_S), await service.end(END_WITHIN_S)]
    say("rebuilding")
    rebuild = Process("rebuild", data / "rebuild.log", [str(JIUHU), *common, "db", "rebuild"])
    await rebuild.start()
    rebuilt = await rebuild.wait(REBUILD_WITHIN_S)
    if rebuilt:
        say(rebuild.log.read_text()[-2000:])
    return _document(options, rows, stopped, rebuilt, [service.bad_lines(), people.bad_lines()])


async def _look_on(
    options: argparse.Namespace, base: str, data: Path, service: Process, people: Process
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(
            aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        )
        body = {"login": SITTER, "password": (data / "demo-password").read_text().strip()}
        async with session.post(f"{base}/api/v1/session", json=body) as answer:
            answer.raise_for_status()
        listener = Listener(session, base)
        listening = asyncio.create_task(listener.listen())
        stack.callback(listening.cancel)
        console = await stack.enter_async_context(Console.open(base)) if options.page else None
        before = await http_times(session, base)
        every_s = min(60.0, options.minutes * 60)
        for number in range(1, max(1, round(options.minutes * 60 / every_s)) + 1):
            await asyncio.sleep(every_s)
            now = await http_times(session, base)
            row = {
                "job": f"minute {number}",
                "engine": "ours",
                **now.since(before),
                **await listener.look(),
                **service.look(),
                **people.look(),
                **({} if console is None else {"page_heap_mb": await console.heap_mb()}),
                "bad_log_lines": service.bad_lines() + people.bad_lines(),
            }
            before = now
            rows.append(row)
            say(json.dumps(row))
            if not (service.runs and people.runs):
                say("a process has ended")
                break
    return rows


def _document(
    options: argparse.Namespace,
    rows: list[dict[str, Any]],
    stopped: list[int | None],
    rebuilt: int | None,
    bad: list[int],
) -> dict[str, Any]:
    asked = ("minutes", "speed", "between", "page", "quick")
    whole = {
        "job": "whole run",
        "engine": "ours",
        "n": sum(row["n"] for row in rows),
        "incidents": rows[-1]["incidents"],
        "most_open": max(row["open_incidents"] for row in rows),
        "entries": rows[-1]["entries"],
        "bad_log_lines": sum(bad),
        "stopped": stopped,
        "rebuild": rebuilt,
        "well": not sum(bad) and stopped == [0, 0] and rebuilt == 0,
    }
    ratios = {
        f"{name}: last minute vs minute {first + 1}": round(rows[-1][name] / rows[first][name], 3)
        for name in ("service_rss_mb", "demo_rss_mb", "page_heap_mb")
        if name in rows[-1] and rows[first := min(len(rows) - 1, 5)][name]
    }
    database = "postgresql" if (options.database or "").startswith("postgres") else "sqlite"
    return {
        "name": "soak",
        "input": {**{name: getattr(options, name) for name in asked}, "database": database},
        "rows": [*rows, whole],
        "ratios": ratios,
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=60.0, help="how long, in real time")
    parser.add_argument("--speed", type=float, default=60.0, help="1 to 60 times as fast as life")
    parser.add_argument(
        "--between",
        type=float,
        default=105.0,
        help="seconds of the demo between calls; 105 are 2,000 in 60 h",
    )
    parser.add_argument(
        "--database", help="an empty PostgreSQL database; an SQLite file of its own otherwise"
    )
    parser.add_argument("--input", type=Path, help="a data folder with a prefecture and its roads")
    parser.add_argument("--page", action="store_true", help="with the console open in a browser")
    parser.add_argument("--quick", action="store_true", help="a few seconds: shows that it works")
    options = parser.parse_args()
    if options.quick:
        options.minutes = 0.1
    with tempfile.TemporaryDirectory(prefix="jiuhu-soak-") as folder:
        document = asyncio.run(run(options, Path(folder)))
    print(json.dumps(document, ensure_ascii=False, indent=2))
    sys.exit(0 if document["rows"][-1]["well"] else 1)


if __name__ == "__main__":
    main()
