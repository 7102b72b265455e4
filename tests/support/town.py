"""A house that the tests of one module share, one for each database: where no test minds what another has done."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support import databases, prefecture
from tests.support.house import RunningHouse, running_house


@pytest.fixture(scope="module", params=databases.engines())
def lasting_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A database that stays for the whole module."""
    with databases.fresh(request.param, tmp_path_factory.mktemp("database")) as name:
        yield name


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(
    lasting_database: str, small_prefecture: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RunningHouse]:
    """The running house; a test that uses it runs on the module's loop."""
    config = prefecture.config(small_prefecture, tmp_path_factory.mktemp("data"), lasting_database)
    async with running_house(config) as house:
        yield house
