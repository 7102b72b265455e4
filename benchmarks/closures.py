"""A closure and the crews that it concerns: from the dispatcher's command to each crew's line, and to a crew's page.

    python -m benchmarks.closures [--quick] [--page]

The real service in a process of its own, on SQLite and, where this machine has one, PostgreSQL. So many crews stand
near each other and are ordered to places near each other; each closure lies on a stretch that all of them have still
to drive. Timed is, for every crew, from the sending of the command until its socket has told it of the change, and
until it has the whole new way; with --page also until the reason, and the new way, stand on one crew's page in
Chromium while the others listen.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.logs import set_up
from benchmarks.closures_scene import on_the_way
from benchmarks.measure import Row, percentile, print_document, say
from benchmarks.ranking import demo_prefecture
from tests.support import databases, postgres, prefecture
from tests.support.process import nursery, prepare

CREWS = (1, 10, 40)
CLOSURES = {1: 40, 10: 20, 40: 10}
QUICK_CREWS = (2,)
QUICK_CLOSURES = 2


def run(source: Path, *, quick: bool, page: bool) -> list[Row]:
    """All rows; `source` holds the prefecture's file and its imported roads."""
    rows: list[Row] = []
    with _databases() as engines, tempfile.TemporaryDirectory() as folder:
        for engine in engines:
            for crews in QUICK_CREWS if quick else CREWS:
                home = Path(folder) / f"{engine}-{crews}"
                home.mkdir()
                closures = QUICK_CLOSURES if quick else CLOSURES[crews]
                with databases.fresh(engine, home) as database:
                    times_ms = asyncio.run(_measure(source, home, database, crews, closures, page=page))
                for job, ms in times_ms.items():
                    more = {"p95_ms": percentile(ms, 95), "max_ms": max(ms), "closures": closures}
                    more = {name: round(value, 1) for name, value in more.items()}
                    rows.append(Row(f"{crews} crews on {engine}: {job}", "ours", ms, (), more))
                    say(f"{rows[-1].job}: {rows[-1].document()}")
    return rows


@contextmanager
def _databases() -> Iterator[list[str]]:
    """The engines to measure on, PostgreSQL with a server of its own unless one is named."""
    engines = databases.engines()
    if "postgres" not in engines or os.environ.get(postgres.VARIABLE):
        yield engines
        return
    with postgres.server() as url:
        os.environ[postgres.VARIABLE] = url
        try:
            yield engines
        finally:
            del os.environ[postgres.VARIABLE]


async def _measure(
    source: Path, home: Path, database: str, crews: int, closures: int, *, page: bool
) -> dict[str, list[float]]:
    """Milliseconds by job."""
    config = prefecture.config(source, home, database)
    seed = await prepare(config)
    times_ms: dict[str, list[float]] = {}
    async with (
        nursery() as processes,
        processes.service(config) as service,
        on_the_way(service, seed, source, crews, page=page) as scene,
    ):
        for number in range(closures + 1):
            found = await scene.close(number)
            # The first one warms up.
            for job, ms in found.items() if number else ():
                times_ms.setdefault(job, []).extend(ms)
    return times_ms


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a small prefecture, few closures: shows that it works"
    )
    parser.add_argument("--page", action="store_true", help="a crew's page in Chromium, too")
    options = parser.parse_args()
    set_up(as_json=False)
    described = {
        "crews": QUICK_CREWS if options.quick else CREWS,
        "page": options.page,
        "cores": os.cpu_count(),
    }
    if options.quick:
        rows = run(prefecture.small(), quick=True, page=options.page)
    else:
        with demo_prefecture() as source:
            rows = run(source, quick=False, page=options.page)
    print_document("closures", described, rows)


if __name__ == "__main__":
    main()
