"""The hub: nothing missing, nothing twice, nothing foreign; slow subscribers are let go, positions are latest only."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.book import Book
from ledger.ids import new_id
from ledger.kinds.words import OrganisationKind, Role
from ledger.sequencer import Sequencer
from ledger.storage.sqlite import SqliteStorage
from tests.web.support import NOW, plain_book, storing, write_incident
from web.caller import Caller
from web.line import Line
from web.live import Hub
from web.positions import Batch, Board, PositionUpdate, PositionView, position_view
from web.routes import Event

ME, OTHER = new_id(NOW), new_id(NOW)


class Bench:
    """A storage, a book, a running sequencer and a running hub."""

    def __init__(self, storage: SqliteStorage, **options: Any) -> None:
        self.storage = storage
        self.book: Book = plain_book()
        self.sequencer = Sequencer(storage)
        self.hub = Hub(storage, self.book, self.sequencer, **options)

    async def write(self, reader: UUID, entries: int) -> None:
        await write_incident(self.storage, self.book, reader, entries)

    async def reach(self, position: int) -> None:
        """Until the hub has offered that far."""
        async with asyncio.timeout(10):
            while self.hub.position < position:
                await asyncio.sleep(0.005)


@asynccontextmanager
async def bench(path: Path, *, before: int = 0, **options: Any) -> AsyncIterator[Bench]:
    """`before` entries (and one that admits the reader) are there before the hub starts."""
    async with storing(path) as storage:
        found = Bench(storage, **options)
        tasks = [asyncio.create_task(found.sequencer.run())]
        if before:
            await found.write(ME, before)
        tasks.append(asyncio.create_task(found.hub.run()))
        try:
            yield found
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def take(events: AsyncGenerator[Event, None], count: int) -> list[Event]:
    """The next events, within seconds."""
    async with asyncio.timeout(10):
        return [await anext(events) for _ in range(count)]


def entry_ids(events: list[Event]) -> list[int]:
    return [event.id for event in events if event.id is not None and "." in event.type]


async def test_from_now_on_begins_with_ready(tmp_path: Path) -> None:
    async with bench(tmp_path, before=3) as on:
        await on.reach(4)
        async with aclosing(on.hub.subscribe(ME, None)) as events:
            (ready,) = await take(events, 1)
            assert (ready.type, ready.id) == ("ready", 4)
            await on.write(ME, 1)
            found = await take(events, 2)
        assert [event.type for event in found] == ["stream.reader-admitted.v1", "incident.opened.v1"]
        said = msgspec.json.decode(found[1].data)
        assert said["position"] == found[1].id == 6
        assert said["said"]["code"] == "E0"
        assert said["number"] == 2


async def test_replay_then_live_without_gap_or_double(tmp_path: Path) -> None:
    async with bench(tmp_path, before=700) as on:
        writers = [asyncio.create_task(on.write(ME, 20)) for _ in range(10)]
        async with aclosing(on.hub.subscribe(ME, 0)) as events:
            found: list[Event] = []
            while len(entry_ids(found)) < 701 + 210:
                found += await take(events, 1)
        await asyncio.gather(*writers)
        assert entry_ids(found) == list(range(1, 912))
        assert [event.type for event in found].count("ready") == 1


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(1, 40), min_size=1, max_size=8), pause_ms=st.integers(0, 5))
def test_kill_and_reconnect_at_any_point(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[int], pause_ms: int
) -> None:
    """However often a subscriber is cut off, its last id is enough to go on."""

    async def scenario() -> list[int]:
        async with bench(tmp_path_factory.mktemp("cut")) as on:

            async def write() -> None:
                for _ in range(12):
                    await asyncio.gather(on.write(ME, 6), on.write(OTHER, 2))
                    await asyncio.sleep(pause_ms / 1000)

            writer = asyncio.create_task(write())
            seen: list[int] = []
            last = 0
            for cut in [*cuts, 10_000]:
                async with aclosing(on.hub.subscribe(ME, last)) as events:
                    for _ in range(cut):
                        if len(seen) == 12 * 7:
                            break
                        (event,) = await take(events, 1)
                        last = event.id if event.id is not None else last
                        seen += entry_ids([event])
            await writer
            await on.reach(12 * 10)
            mine = await on.storage.read(
                lambda connection: [
                    e.position for e in on.book.tail(connection, 0) if e.act.organisation_id == ME
                ]
            )
            assert seen == mine
            assert on.hub.subscribers == 0
            return seen

    assert len(asyncio.run(scenario())) == 84


async def test_a_foreign_reader_sees_nothing_but_the_heartbeat_moves_on(tmp_path: Path) -> None:
    async with (
        bench(tmp_path, heartbeat_s=0.05) as on,
        aclosing(on.hub.subscribe(OTHER, 0)) as events,
    ):
        await take(events, 1)
        await on.write(ME, 30)
        await on.reach(31)
        found = await take(events, 3)
        assert {event.type for event in found} == {"heartbeat"}
        assert found[-1].id == 31


async def test_a_slow_subscriber_is_told_and_let_go_and_misses_nothing(tmp_path: Path) -> None:
    async with bench(tmp_path, queue_limit=10) as on:
        async with aclosing(on.hub.subscribe(ME, 0)) as events:
            await take(events, 1)
            await on.write(ME, 50)
            await on.reach(51)
            (told,) = await take(events, 1)
            assert told.type == "resync"
            assert told.id is None
            assert told.data.reason.code == "stream-too-slow"
            with pytest.raises(StopAsyncIteration):
                await anext(events)
        async with aclosing(on.hub.subscribe(ME, 0)) as events:
            assert entry_ids(await take(events, 51)) == list(range(1, 52))


@pytest.mark.parametrize(
    "after, limit, code", [(999, 100_000, "stream-position-unknown"), (0, 5, "stream-position-too-old")]
)
async def test_a_position_that_cannot_be_served_resyncs_first(
    tmp_path: Path, after: int, limit: int, code: str
) -> None:
    async with bench(tmp_path, before=9, replay_limit=limit) as on:
        await on.reach(10)
        async with aclosing(on.hub.subscribe(ME, after)) as events:
            resync, ready = await take(events, 2)
            assert (resync.type, resync.id, resync.data.reason.code) == ("resync", 10, code)
            assert (ready.type, ready.id) == ("ready", 10)
            await on.write(ME, 1)
            assert entry_ids(await take(events, 2)) == [11, 12]


async def test_an_entry_is_encoded_once_for_all(tmp_path: Path) -> None:
    async with (
        bench(tmp_path) as on,
        aclosing(on.hub.subscribe(ME, 0)) as first,
        aclosing(on.hub.subscribe(ME, 0)) as second,
    ):
        await take(first, 1)
        await take(second, 1)
        await on.write(ME, 1)
        assert (await take(first, 1))[0] is (await take(second, 1))[0]


def update(unit: UUID, operator: UUID, lon: float, seconds_s: int = 0) -> PositionUpdate:
    return PositionUpdate(
        unit_id=unit, organisation_id=operator, lon=lon, lat=23.5, at=NOW + timedelta(seconds=seconds_s)
    )


ALL = PositionView("all", lambda _: True)


async def test_positions_are_latest_only_even_for_a_slow_subscriber(tmp_path: Path) -> None:
    units = [new_id(NOW) for _ in range(3)]
    async with bench(tmp_path, gather_s=0.02) as on, aclosing(on.hub.subscribe(ME, None, ALL)) as events:
        await take(events, 1)
        for step in range(40):
            on.hub.publish_positions([update(unit, ME, 110 + step / 100, step) for unit in units])
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.1)
        (told,) = await take(events, 1)
        found = msgspec.json.decode(told.data, type=list[PositionUpdate])
        assert told.type == "positions"
        assert told.id is None
        assert {one.unit_id: one.lon for one in found} == dict.fromkeys(units, 110.39)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await anext(events)


async def test_a_new_subscriber_gets_the_whole_board_at_once(tmp_path: Path) -> None:
    async with bench(tmp_path, gather_s=0.01) as on:
        on.hub.publish_positions([update(new_id(NOW), ME, 111.0), update(new_id(NOW), OTHER, 112.0)])
        await asyncio.sleep(0.1)
        view = PositionView("mine", lambda one: one.organisation_id == ME)
        async with aclosing(on.hub.subscribe(ME, None, view)) as events:
            _, told = await take(events, 2)
        assert [one["lon"] for one in msgspec.json.decode(told.data)] == [111.0]


def test_a_late_position_does_not_undo_a_newer_one() -> None:
    board, unit = Board(), new_id(NOW)
    board.put([update(unit, ME, 111.0, 5)])
    board.take([ALL])
    board.put([update(unit, ME, 110.0, 1)])
    assert board.take([ALL]) == {}
    snapshot = board.snapshot(ALL)
    assert snapshot is not None
    assert msgspec.json.decode(snapshot.encoded)[0]["lon"] == 111.0


def caller(kind: OrganisationKind, organisation: UUID, unit: UUID | None = None) -> Caller:
    return Caller(
        actor_id=new_id(NOW),
        name="x",
        role=Role.CREW if unit else Role.DISPATCHER,
        organisation_id=organisation,
        organisation_kind=kind,
        unit_id=unit,
    )


def test_who_sees_which_vehicle() -> None:
    unit = new_id(NOW)
    mine, sister, foreign = (
        update(unit, ME, 1.0),
        update(new_id(NOW), ME, 2.0),
        update(new_id(NOW), OTHER, 3.0),
    )
    every = [mine, sister, foreign]
    centre = position_view(caller(OrganisationKind.CENTRE, new_id(NOW)))
    operator = position_view(caller(OrganisationKind.STATION_OPERATOR, ME))
    crew = position_view(caller(OrganisationKind.STATION_OPERATOR, ME, unit))
    hospital = position_view(caller(OrganisationKind.CITY_HOSPITAL, new_id(NOW)))
    # A crew that belongs to the centre still sees only itself.
    centre_crew = position_view(caller(OrganisationKind.CENTRE, ME, unit))
    assert [
        [view.sees(one) for one in every] for view in (centre, operator, crew, hospital, centre_crew)
    ] == [
        [True, True, True],
        [True, True, False],
        [True, False, False],
        [False, False, False],
        [True, False, False],
    ]
    assert len({view.key for view in (centre, operator, crew, hospital)}) == 4
    assert crew.key == centre_crew.key


def test_callers_with_the_same_view_share_the_same_bytes() -> None:
    board = Board()
    board.put([update(new_id(NOW), ME, 1.0)])
    batch = board.take([ALL])["all"]
    lines = [Line(ME, ALL, 10) for _ in range(3)]
    for line in lines:
        line.offer_positions(batch)
    assert {id(line.take_positions()) for line in lines} == {id(batch)}
    newer = Batch({new_id(NOW): b"1"})
    lines[0].offer_positions(batch)
    lines[0].offer_positions(newer)
    merged = lines[0].take_positions()
    assert merged is not None
    assert merged.updates.keys() == batch.updates.keys() | newer.updates.keys()
