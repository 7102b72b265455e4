"""Fixtures of these tests."""

from collections.abc import AsyncIterator

import pytest

from ledger.storage import Storage
from tests.integrations.post import Post, post_on
from tests.integrations.receiver import Receiver, receiving
from tests.support.town import lasting_database, town

__all__ = ["lasting_database", "post", "receiver", "town"]


@pytest.fixture
async def post(storage: Storage) -> AsyncIterator[Post]:
    """The ledger with its webhooks, on each database."""
    async with post_on(storage) as found:
        yield found


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A system that takes everything."""
    async with receiving() as found:
        yield found
