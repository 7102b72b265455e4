"""The only place that builds objects: from a configuration to a running house."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import structlog
from aiohttp import web
from shapely import Polygon

from app import texts as app_texts
from app.config import Config
from app.demo.seats import seat_routes
from app.projectors import build_book
from dispatch import positions, reactions
from dispatch import texts as dispatch_texts
from dispatch.atlas import Atlas
from dispatch.desk import closures, guiding, tracking
from dispatch.desk.context import Desk
from dispatch.desk.reference import load_areas
from dispatch.desk.runs import RunBook
from dispatch.routes import dispatch_routes, map_routes
from dispatch.triage.engine import Protocols
from geo.gazetteer import Gazetteer
from geo.places import NamedPlace
from geo.roads.importer import load_named_roads, load_places
from geo.roads.travel import TravelTimes
from integrations import texts as integration_texts
from integrations.delivery import Courier
from integrations.webhooks import queue as webhook_queue
from integrations.webhooks.endpoints import Office
from integrations.webhooks.routes import webhook_routes
from integrations.webhooks.sending import Sender
from ledger import deadlines, settings
from ledger.book import Book
from ledger.clock import Clock, SystemClock
from ledger.errors import Unavailable
from ledger.reasons import Reason
from ledger.sequencer import Sequencer, waiting_since
from ledger.storage import Storage
from ledger.storage.once import purge
from ledger.storage.open import open_storage
from ledger.subscribe import Follower
from referrals import reactions as referral_reactions
from referrals import texts as referral_texts
from referrals.desk.concerns import Concerns
from referrals.desk.context import ReferralDesk
from referrals.routes import referral_routes
from web import texts as web_texts
from web.config import WebConfig
from web.health import health_routes
from web.identity.routes import identity_routes
from web.live import Hub
from web.live_socket import live_routes
from web.metrics import Metrics, TimedStorage
from web.routes import Route
from web.server import build_application
from web.times import time_routes
from web.words import Words

log = structlog.get_logger(__name__)

LoadRoads = Callable[[Path], TravelTimes]
"""How travel times come from a road folder; a benchmark puts a peer in this place."""

Loop = Callable[[], Coroutine[Any, Any, None]]
BEGIN_AGAIN_S = 1.0
LAG_S = 5.0
"""Entries that wait longer than this for their position reach nobody: the service is not ready then."""

SAVE_POSITIONS_EVERY_S = 1.0
TIDY_EVERY_S = 600.0


@dataclass(frozen=True, slots=True)
class House:
    """Everything that runs."""

    config: Config
    storage: Storage
    book: Book
    sequencer: Sequencer
    hub: Hub
    desk: Desk
    referrals: ReferralDesk
    watch: deadlines.Watch
    courier: Courier
    metrics: Metrics
    routes: tuple[Route, ...]
    words: Words
    application: web.Application
    demo: bool


@dataclass(frozen=True, slots=True)
class Installation:
    """What the database says about itself."""

    demo: bool
    log_name: str
    bounds: Polygon


async def read_installation(storage: Storage) -> Installation:
    """Unavailable when no prefecture was ever loaded."""

    def look(connection: Any) -> tuple[bool, str | None, str | None]:  # noqa: ANN401
        return (
            settings.is_demo(connection),
            settings.find_setting(connection, settings.LOG_NAME),
            settings.find_setting(connection, settings.BOUNDS),
        )

    demo, log_name, bounds = await storage.read(look)
    if log_name is None or bounds is None:
        raise Unavailable("prefecture-missing")
    ring = msgspec.json.decode(bounds, type=tuple[tuple[float, float], ...])
    return Installation(demo, log_name, Polygon(ring))


async def build_house(config: Config, storage: Storage, clock: Clock, load_roads: LoadRoads) -> House:
    """Build everything on an open storage. Raises RoadsUnreadable, Unavailable."""
    installation = await read_installation(storage)
    metrics = Metrics()
    timed = TimedStorage(storage, metrics, clock)
    book = build_book(installation.log_name)
    sequencer = Sequencer(timed)
    hub = Hub(timed, book, sequencer, replay_limit=config.web.replay_limit)
    roads, places, gazetteer = await asyncio.to_thread(_load_geography, config, load_roads)
    areas = await timed.read(load_areas)
    board = positions.PositionBoard()
    board.load(await timed.read(positions.load))
    desk = Desk(
        storage=timed,
        book=book,
        clock=clock,
        roads=roads,
        gazetteer=gazetteer,
        areas=lambda: areas,
        bounds=installation.bounds,
        protocols=Protocols.load(),
        board=board,
        publish=hub.publish_positions,
        tell=hub.publish_change,
        concerns=Concerns(),
        config=config.dispatch,
    )
    runs = RunBook(desk)
    referrals = ReferralDesk(
        storage=timed,
        book=book,
        clock=clock,
        tell=hub.publish_change,
        runs=runs,
        drive=runs,
        config=config.referrals,
    )
    await closures.apply_closures(desk)
    await tracking.tell_positions(desk)
    await guiding.begin(desk)
    metrics.watch("jiuhu_live_subscribers", "Open live streams and sockets", lambda: hub.subscribers)
    metrics.watch("jiuhu_ledger_position", "Newest position offered to live streams", lambda: hub.position)
    receivers = msgspec.structs.replace(
        config.webhooks, loopback=config.webhooks.loopback or installation.demo
    )
    courier = Courier(timed, book, sequencer, clock, Sender(receivers))
    metrics.watch("jiuhu_webhooks_given_up", "Dead letters since the start", lambda: courier.given_up)
    routes = (
        *identity_routes(timed, clock, demo=installation.demo),
        *seat_routes(timed, clock, hub.followers, demo=installation.demo),
        *time_routes(clock),
        *dispatch_routes(desk, hub),
        *map_routes(desk, Atlas(roads.network, roads.graph_version, places, invented=installation.demo)),
        *referral_routes(referrals),
        *webhook_routes(Office(timed, clock, receivers, courier.nudge)),
        *live_routes(hub),
        *health_routes(
            {
                "database": partial(_database, timed),
                "roads": partial(_roads, desk),
                "sequencer": partial(_sequenced, timed, clock),
            },
            metrics,
        ),
    )
    words = Words(
        web_texts.TEXTS, dispatch_texts.TEXTS, referral_texts.TEXTS, integration_texts.TEXTS, app_texts.TEXTS
    )
    application = build_application(
        routes,
        storage=timed,
        clock=clock,
        words=words,
        metrics=metrics,
        config=_marked(config.web, demo=installation.demo),
    )
    return House(
        config=config,
        storage=timed,
        book=book,
        sequencer=sequencer,
        hub=hub,
        desk=desk,
        referrals=referrals,
        watch=deadlines.Watch(timed, book, clock),
        courier=courier,
        metrics=metrics,
        routes=routes,
        words=words,
        application=application,
        demo=installation.demo,
    )


def _marked(surface: WebConfig, *, demo: bool) -> WebConfig:
    """A demo says so wherever the service shows its name."""
    return msgspec.structs.replace(surface, title=f"{surface.title} 演示 DEMO") if demo else surface


@asynccontextmanager
async def open_house(
    config: Config, clock: Clock | None = None, load_roads: LoadRoads = TravelTimes.load
) -> AsyncIterator[House]:
    """A house with its lights on: storage open, all loops running; everything is put away at the end."""
    storage = await open_storage(config.database)
    try:
        house = await build_house(config, storage, clock or SystemClock(), load_roads)
        tasks = [asyncio.create_task(keep_going(name, loop)) for name, loop in _loops(house).items()]
        try:
            yield house
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await _save_positions(house.desk)
    finally:
        await storage.close()


def _loops(house: House) -> dict[str, Loop]:
    follower = Follower(
        reactions.NAME, house.storage, house.book, house.sequencer, partial(reactions.react, house.desk)
    )
    arrivals = Follower(
        referral_reactions.NAME,
        house.storage,
        house.book,
        house.sequencer,
        partial(referral_reactions.react, house.referrals),
    )
    return {
        "sequencer": house.sequencer.run,
        "hub": house.hub.run,
        "deadlines": house.watch.run,
        "reactions": follower.run,
        "referrals": arrivals.run,
        "webhooks": house.courier.run,
        "closures": partial(closures.keep_time, house.desk),
        "positions": partial(_every, SAVE_POSITIONS_EVERY_S, partial(_save_positions, house.desk)),
        "tidying": partial(_every, TIDY_EVERY_S, partial(_tidy, house)),
    }


async def keep_going(name: str, loop: Loop) -> None:
    """Run a loop for ever: whatever ends it but cancellation is logged, and it begins again."""
    while True:
        try:
            await loop()
        except Exception:
            log.exception("a loop ended and begins again", loop=name)
        await asyncio.sleep(BEGIN_AGAIN_S)


async def _every(seconds_s: float, work: Loop) -> None:
    while True:
        await asyncio.sleep(seconds_s)
        await work()


async def _save_positions(desk: Desk) -> None:
    fresh = desk.board.unsaved()
    if not fresh:
        return
    try:
        await desk.storage.write(partial(positions.save, positions=fresh))
    except Unavailable:
        desk.board.keep(fresh)
        raise


async def _tidy(house: House) -> None:
    await house.storage.write(partial(purge, now=house.desk.clock.now()))
    await house.storage.write(partial(webhook_queue.tidy, now=house.desk.clock.now()))


def _load_geography(
    config: Config, load_roads: LoadRoads
) -> tuple[TravelTimes, list[NamedPlace], Callable[[], Gazetteer]]:
    """Roads and names. The index of names is built beside the rest: a service that was killed takes calls again a
    second earlier, and only a place in words that comes within that second waits for it.
    """
    roads = load_roads(config.roads)
    places, named = load_places(config.roads), load_named_roads(config.roads)
    builder = ThreadPoolExecutor(1, thread_name_prefix="gazetteer")
    gazetteer = builder.submit(Gazetteer.build, places, named)
    builder.shutdown(wait=False)
    return roads, places, gazetteer.result


async def _database(storage: Storage) -> Reason | None:
    await storage.read(lambda connection: connection.exec_driver_sql("SELECT 1").scalar())
    return None


async def _sequenced(storage: Storage, clock: Clock) -> Reason | None:
    waiting = await storage.read(waiting_since)
    behind_s = 0.0 if waiting is None else (clock.now() - waiting).total_seconds()
    return Reason("sequencer-behind", {"seconds": round(behind_s)}) if behind_s > LAG_S else None


async def _roads(desk: Desk) -> Reason | None:
    return None if desk.roads.network.arc_count else Reason("roads-not-loaded")
