"""Fixtures of the browser tests. Without a Chromium they are not collected; `tests.machine` says so loudly."""

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import expect

from tests.support import prefecture
from tests.support.browser import DIST, Pages, browsing, find_browser
from tests.support.house import RunningHouse, running_house
from web.config import WebConfig

expect.set_options(timeout=30_000)
"""A machine under load is slow, not wrong: what is waited for comes, or the test fails; times are for benchmarks."""

collect_ignore_glob = [] if find_browser() else ["test_*.py"]


@pytest.fixture
async def house(small_prefecture: Path, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    """A house on SQLite that serves the built pages: what a browser sees does not depend on the database."""
    assert (DIST / "index.html").exists(), "the pages are not built: run `make pages`"
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    config = msgspec.structs.replace(config, web=WebConfig(pages=DIST))
    async with running_house(config) as found:
        yield found


@pytest.fixture
async def pages(house: RunningHouse) -> AsyncIterator[Pages]:
    """A browser on this house."""
    async with browsing(house.base) as found:
        yield found
