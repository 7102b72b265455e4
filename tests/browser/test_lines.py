"""Lines that are cut and come back: the console shows the present again, whether it was told what it missed or not."""

import json
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from app.config import Config
from benchmarks import lines
from benchmarks.lines_console import open_console
from benchmarks.lines_gate import Cut, Gate
from benchmarks.lines_people import asking
from tests.support.browser import browsing
from tests.support.house import RunningHouse, running_house
from tests.support.live import listening

FEW = 3
"""So many entries are told again to somebody who comes back."""


@pytest.fixture
async def house(served: Config) -> AsyncIterator[RunningHouse]:
    web = msgspec.structs.replace(served.web, replay_limit=FEW)
    async with running_house(msgspec.structs.replace(served, web=web)) as found:
        yield found


@pytest.mark.parametrize("how", ["refused", "dark"])
async def test_who_was_away_too_long_begins_anew(house: RunningHouse, how: Cut) -> None:
    async with (
        asking(house.base, house.password, house.seed) as asker,
        Gate(house.base) as gate,
        browsing(gate.base) as pages,
    ):
        pages.watched.may_lose_the_line = True
        console = await open_console(pages, asker)
        await console.right(time.perf_counter())
        before = await asker.position()
        await gate.cut(how)
        await console.lost_at()
        for station in range(FEW):
            await asker.take_call(station)
            await console.note()
        await asker.settled()
        async with listening(asker, after=before) as stream:
            told = await stream.next()
            assert told is not None
            assert (told.type, told.data["reason"]["code"]) == ("resync", "stream-position-too-old")
        await gate.mend()
        print(f"{how}: {await console.right(time.perf_counter()):.2f} s")
        await console.note()
        await console.right(time.perf_counter())


def test_quick_run_prints_one_document(
    small_prefecture: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lines", "--input", str(small_prefecture), "--quick"])
    lines.main()
    document = json.loads(capsys.readouterr().out)
    assert document["name"] == "lines"
    jobs = [row["job"] for row in document["rows"]]
    assert len(jobs) == len(set(jobs)) == 6
    assert all(row["n"] == 1 and row["median_ms"] > 0 for row in document["rows"])
    assert all(row["entries_missed"] > 0 for row in document["rows"] if "entries_missed" in row)
