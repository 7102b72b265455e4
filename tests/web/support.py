"""A real service on a real socket with a real database: what every test of routes starts from.

async with serving(tmp_path, routes) as service:
    answer = await service.get("/api/v1/me", token=service.people.dispatcher)
"""

import io
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import msgspec
from aiohttp import web

from ledger import streams
from ledger.book import Book, Entry
from ledger.clock import Clock, SystemClock
from ledger.ids import new_id
from ledger.kinds import Act
from ledger.kinds.common import ReaderAdmitted
from ledger.kinds.incident import IncidentOpened
from ledger.kinds.words import OrganisationKind, Role, Source
from ledger.participants import Organisation, enrol
from ledger.sequencer import assign
from ledger.storage import Storage
from ledger.storage.sqlite import SqliteStorage
from web.config import WebConfig
from web.identity.accounts import Client, User, add_client, add_user
from web.identity.passwords import hash_password
from web.metrics import Metrics
from web.routes import Route
from web.server import build_application
from web.texts import TEXTS
from web.words import Catalogue, Words

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)


class HandClock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOW) -> None:
        self.time = now
        self.seconds = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic_s(self) -> float:
        return self.seconds


@asynccontextmanager
async def storing(path: Path) -> AsyncIterator[SqliteStorage]:
    """An empty database with all tables."""
    storage = SqliteStorage(path / "jiuhu.db")
    try:
        yield storage
    finally:
        await storage.close()


@dataclass
class People:
    """Organisations by code, tokens of machine clients by role, and logins (all with PASSWORD)."""

    organisations: dict[str, UUID] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    unit_id: UUID = field(default_factory=lambda: new_id(NOW))


async def settle_people(storage: Storage) -> People:
    """A centre, two operators, a hospital; a dispatcher who may sign in; one machine client for each role."""
    people = People()
    kinds = {
        "centre": OrganisationKind.CENTRE,
        "operator": OrganisationKind.STATION_OPERATOR,
        "other": OrganisationKind.STATION_OPERATOR,
        "hospital": OrganisationKind.CITY_HOSPITAL,
    }
    for code, kind in kinds.items():
        people.organisations[code] = new_id(NOW)
        organisation = Organisation(
            id=people.organisations[code], code=code, kind=kind, name_zh=f"机构{code}", name_en=code.title()
        )
        await storage.write(partial(enrol, new=organisation))
    password_hash = await hash_password(PASSWORD)
    person = User(
        id=new_id(NOW),
        login="zhang",
        name="张调度",
        role=Role.DISPATCHER,
        organisation_id=people.organisations["centre"],
        created_at=NOW,
    )
    await storage.write(lambda connection: add_user(connection, person, password_hash))
    where = {
        "dispatcher": ("centre", Role.DISPATCHER, None),
        "administrator": ("centre", Role.ADMINISTRATOR, None),
        "station": ("operator", Role.STATION, None),
        "crew": ("operator", Role.CREW, people.unit_id),
        "other-station": ("other", Role.STATION, None),
        "hospital": ("hospital", Role.HOSPITAL_DESK, None),
        "integration": ("hospital", Role.INTEGRATION, None),
    }
    for name, (code, role, unit_id) in where.items():
        client = Client(
            id=new_id(NOW),
            name=name,
            role=role,
            organisation_id=people.organisations[code],
            unit_id=unit_id,
            created_at=NOW,
        )
        people.tokens[name] = await storage.write(partial(add_client, new=client))
    return people


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    raw: bytes

    @property
    def body(self) -> Any:
        return msgspec.json.decode(self.raw)


@dataclass
class Service:
    """A running service; `as_` names a machine client of `people.tokens`."""

    address: str
    storage: SqliteStorage
    people: People
    client: aiohttp.ClientSession
    metrics: Metrics

    async def ask(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        as_: str | None = None,
        key: str | None = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request; `json` is sent as JSON, `raw` as it is."""
        sent = dict(headers or {})
        if as_ is not None:
            sent["Authorization"] = f"Bearer {self.people.tokens[as_]}"
        if key is not None:
            sent["Idempotency-Key"] = key
        data = raw if json is None else msgspec.json.encode(json)
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        body = None if data is None else io.BytesIO(data)
        async with self.client.request(method, self.address + path, data=body, headers=sent) as response:
            return Answer(response.status, response.headers, await response.read())

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, json: Any = None, **options: Any) -> Answer:
        return await self.ask("POST", path, json, **options)


MakeRoutes = Callable[[SqliteStorage], Sequence[Route]]


@asynccontextmanager
async def serving(
    path: Path,
    routes: Sequence[Route] | MakeRoutes,
    *,
    clock: Clock | None = None,
    config: WebConfig = WebConfig(),
    texts: Sequence[Catalogue] = (),
    metrics: Metrics | None = None,
) -> AsyncIterator[Service]:
    """Start a service with these routes; stop it and close its database at the end."""
    async with storing(path) as storage:
        people = await settle_people(storage)
        metrics = metrics or Metrics()
        application = build_application(
            routes(storage) if callable(routes) else routes,
            storage=storage,
            clock=clock or SystemClock(),
            words=Words(TEXTS, *texts),
            metrics=metrics,
            config=config,
        )
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
                yield Service(address, storage, people, client, metrics)
        finally:
            await runner.cleanup()


def admit_reader(connection: Any, written: Entry) -> None:
    """The projector that the ledger's own kind needs."""
    assert isinstance(written.said, ReaderAdmitted)
    streams.admit(connection, written.stream_id, written.said.reader_id, written.number, written.said.because)


def plain_book() -> Book:
    """A book with the ledger's own projector only."""
    return Book("test", {ReaderAdmitted: (admit_reader,)})


async def write_incident(
    storage: Storage, book: Book, reader_id: UUID, entries: int, *, stream_id: UUID | None = None
) -> UUID:
    """Append entries to an incident that this reader (alone) may read; opens it when it is new."""
    incident_id = stream_id or new_id(NOW)
    act = Act(
        actor_id=None,
        organisation_id=reader_id,
        role=Role.SYSTEM,
        at=NOW,
        recorded_at=NOW,
        source=Source.SYSTEM,
    )

    def work(connection: Any) -> None:
        if stream_id is None:
            book.open_incident(connection, incident_id, act)
            book.append(connection, incident_id, ReaderAdmitted(reader_id=reader_id, because="opened"), act)
        for number in range(entries):
            said = IncidentOpened(code=f"E{number}", centre_id=reader_id)
            book.append(connection, incident_id, said, act)

    await storage.write(work)
    return incident_id


async def sequence(storage: Storage) -> None:
    """Give every waiting entry its position, as the sequencer would."""
    while await storage.write(assign):
        pass
