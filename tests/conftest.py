"""Fixtures for all rooms: both databases, the reduced demo prefecture, a running house."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from app.config import Config
from ledger.storage import Storage
from ledger.storage.open import open_storage
from tests.support import databases, postgres, prefecture
from tests.support.house import RunningHouse, running_house

_SERVER = pytest.StashKey[AbstractContextManager[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL server for all workers; the controller starts it and they inherit its address."""
    if hasattr(config, "workerinput") or os.environ.get(postgres.VARIABLE):
        return
    if postgres.find_programs() is None:
        return
    server = postgres.server()
    os.environ[postgres.VARIABLE] = server.__enter__()
    config.stash[_SERVER] = server


def pytest_unconfigure(config: pytest.Config) -> None:
    server = config.stash.get(_SERVER, None)
    if server is not None:
        os.environ.pop(postgres.VARIABLE, None)
        server.__exit__(None, None, None)


@pytest.fixture(params=databases.engines())
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The name of a fresh database with the schema only, on each engine that this machine has."""
    with databases.fresh(request.param, tmp_path) as name:
        yield name


@pytest.fixture
async def storage(database: str) -> AsyncIterator[Storage]:
    """An open storage with the schema and nothing in it."""
    opened = await open_storage(database)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def small_prefecture() -> Path:
    """The demo prefecture with few villages: its file, and its roads already imported. Made once per checkout."""
    return prefecture.small()


@pytest.fixture
def config(database: str, small_prefecture: Path, tmp_path: Path) -> Config:
    """A configuration on a fresh database and the small prefecture's roads."""
    return prefecture.config(small_prefecture, tmp_path, database)


@pytest.fixture
async def house(config: Config) -> AsyncIterator[RunningHouse]:
    """The whole service on a real socket, with the small demo prefecture loaded."""
    async with running_house(config) as found:
        yield found
