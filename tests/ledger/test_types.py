"""Column types mean the same on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Struct
from sqlalchemy import Column, Connection, Integer, MetaData, Table, delete, insert, select
from sqlalchemy.exc import StatementError

from ledger.storage import Storage
from ledger.storage.types import Instant, Json
from tests.ledger.structs import values


class Sample(Struct, frozen=True):
    """Something that a Json column keeps."""

    name: str
    score: float | None
    tags: tuple[str, ...]


scratch = Table(
    "scratch",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Instant),
    Column("free", Json()),
    Column("typed", Json(Sample)),
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001
FREE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("a张\"\\'%:\n"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab张"), inner, max_size=3),
    max_leaves=8,
)
each_example = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(autouse=True)
async def _table(storage: Storage) -> None:
    await storage.write(scratch.create)


async def kept(storage: Storage, **row: Any) -> Any:
    """What comes back of a row."""

    def work(connection: Connection) -> Any:
        connection.execute(delete(scratch))
        connection.execute(insert(scratch).values(id=1, **row))
        return connection.execute(select(scratch)).one()

    return await storage.write(work)


@each_example
@given(at=INSTANTS, other=INSTANTS)
async def test_an_instant_comes_back_as_the_same_instant_in_utc(
    storage: Storage, at: datetime, other: datetime
) -> None:
    found = (await kept(storage, at=at)).at
    assert found == at
    assert found.tzinfo is UTC
    earlier = select(scratch.c.id).where(scratch.c.at < other)
    assert (await storage.read(lambda c: c.scalar(earlier)) is not None) == (at < other)


async def test_an_instant_without_a_zone_is_refused(storage: Storage) -> None:
    with pytest.raises(StatementError, match="time zone"):
        await kept(storage, at=datetime(2026, 1, 1))  # noqa: DTZ001


@each_example
@given(free=FREE, typed=values(Sample))
async def test_json_comes_back_as_it_was(storage: Storage, free: Any, typed: Sample) -> None:
    found = await kept(storage, free=free, typed=typed)
    assert (found.free, found.typed) == (free, typed)


async def test_nothing_stays_nothing(storage: Storage) -> None:
    found = await kept(storage, at=None, free=None, typed=None)
    assert (found.at, found.free, found.typed) == (None, None, None)
