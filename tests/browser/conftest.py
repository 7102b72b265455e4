"""Fixtures of the browser tests. Without a Chromium they are not collected; `tests.machine` says so loudly."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import expect

from app.config import Config
from app.demo.setup import PASSWORD_FILE
from tests.support import prefecture
from tests.support.browser import DIST, Pages, browsing, find_browser
from tests.support.house import RunningHouse, running_house
from tests.support.process import prepare
from web.config import WebConfig

expect.set_options(timeout=30_000)
"""A machine under load is slow, not wrong: what is waited for comes, or the test fails; times are for benchmarks."""

collect_ignore_glob = [] if find_browser() else ["test_*.py"]


@pytest.fixture(scope="session")
def filled(small_prefecture: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database on which nobody has worked yet, made once: each test gets a copy of it."""
    folder = tmp_path_factory.mktemp("filled")
    config = prefecture.config(small_prefecture, folder, str(folder / "jiuhu.db"))
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, prepare(config)).result()
    return folder


@pytest.fixture
def served(filled: Path, small_prefecture: Path, tmp_path: Path) -> Config:
    """A configuration on SQLite that serves the built pages: what a browser sees does not depend on the database."""
    assert (DIST / "index.html").exists(), "the pages are not built: run `make pages`"
    for name in ("jiuhu.db", PASSWORD_FILE):
        shutil.copy2(filled / name, tmp_path)
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    return msgspec.structs.replace(config, web=WebConfig(pages=DIST))


@pytest.fixture
async def house(served: Config) -> AsyncIterator[RunningHouse]:
    """A house that serves the pages."""
    async with running_house(served) as found:
        yield found


@pytest.fixture
async def pages(house: RunningHouse) -> AsyncIterator[Pages]:
    """A browser on this house."""
    async with browsing(house.base) as found:
        yield found
