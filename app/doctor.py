"""`jiuhu doctor`: what is there, what is missing, which database is used, what would be faster or safer."""

import asyncio
import shutil
import sqlite3
import sys
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection, func, select

from app.admin import is_running
from app.config import Config
from geo.errors import GeoError
from geo.roads import index
from geo.roads.travel import TravelTimes
from ledger import settings
from ledger.errors import DomainError
from ledger.reasons import Reason
from ledger.storage.open import is_postgres, open_storage
from ledger.tables import organisation

GOOD, NOTE, BAD = "ok", "note", "BAD"
Facts = dict[str, str | int | float]
LOW_DISK_BYTES = 2 * 1024**3
WAL_RESET_FIXED = (3, 51, 3)


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    mark: str
    reason: Reason


async def examine(config: Config) -> list[Finding]:
    """Look at everything; changes nothing but, where there is none yet, makes an empty database."""
    return [
        Finding(GOOD, Reason("doctor-python", {"version": sys.version.split()[0]})),
        *_router(),
        *await asyncio.to_thread(_roads, config),
        *await _database(config),
        *_disk(config),
    ]


def _router() -> list[Finding]:
    if index.is_available():
        return [Finding(GOOD, Reason("doctor-router-compiled"))]
    return [Finding(NOTE, Reason("doctor-router-slow"))]


def _roads(config: Config) -> list[Finding]:
    try:
        roads = TravelTimes.load(config.roads)
    except GeoError as error:
        return [Finding(BAD, Reason(error.code, error.facts))]
    network = roads.network
    facts: Facts = {
        "junctions": network.junction_count,
        "arcs": network.arc_count,
        "folder": str(config.roads),
    }
    return [Finding(GOOD, Reason("doctor-roads", facts))]


async def _database(config: Config) -> list[Finding]:
    embedded = not is_postgres(config.database)
    found = [*_sqlite_version()] if embedded else []
    if embedded and is_running(config.socket):
        return [*found, Finding(GOOD, Reason("doctor-service-runs", {"database": config.database}))]
    if embedded and not await asyncio.to_thread(Path(config.database).exists):
        return [*found, Finding(NOTE, Reason("doctor-database-none", {"database": config.database}))]
    try:
        storage = await open_storage(config.database)
    except DomainError as error:
        return [*found, Finding(BAD, error.reason)]
    try:
        count, demo = await storage.read(_contents)
    finally:
        await storage.close()
    code = "doctor-database-embedded" if embedded else "doctor-database-postgres"
    shown = config.database if embedded else config.database.rpartition("@")[2]
    found.append(Finding(GOOD, Reason(code, {"database": shown, "organisations": count})))
    if demo:
        found.append(Finding(NOTE, Reason("doctor-demo")))
    if not count:
        found.append(Finding(BAD, Reason("prefecture-missing")))
    if embedded:
        found.append(Finding(NOTE, Reason("doctor-one-machine")))
    return found


def _contents(connection: Connection) -> tuple[int, bool]:
    count = connection.scalar(select(func.count()).select_from(organisation)) or 0
    return count, settings.is_demo(connection)


def _sqlite_version() -> list[Finding]:
    facts: Facts = {"version": sqlite3.sqlite_version}
    safe = sqlite3.sqlite_version_info >= WAL_RESET_FIXED
    return [Finding(GOOD, Reason("doctor-sqlite" if safe else "doctor-sqlite-guarded", facts))]


def _disk(config: Config) -> list[Finding]:
    folder = config.data if config.data.exists() else Path()
    free = shutil.disk_usage(folder).free
    facts: Facts = {"free_gb": round(free / 1024**3, 1), "folder": str(config.data)}
    return [Finding(GOOD if free > LOW_DISK_BYTES else BAD, Reason("doctor-disk", facts))]
