"""The ledger with its webhooks and nothing else: two hospitals, a case they may read, a courier at work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from integrations.delivery import Courier
from integrations.webhooks import deliveries, endpoints
from integrations.webhooks.addresses import WebhookConfig
from integrations.webhooks.endpoints import Office
from integrations.webhooks.messages import (
    DeliveryView,
    ListDeliveries,
    NewWebhook,
    State,
    WebhookId,
    WebhookSecret,
    WebhookView,
)
from integrations.webhooks.sending import Sender
from ledger.book import Book, Entry
from ledger.ids import new_id
from ledger.kinds.base import Act
from ledger.kinds.case import CaseOpened, Patient, PatientDescribed
from ledger.kinds.common import ReaderAdmitted
from ledger.kinds.notice import NoticeAcknowledged, NoticeSent
from ledger.kinds.words import OrganisationKind, Role, Source
from ledger.participants import Organisation, enrol
from ledger.projections import PROJECTORS
from ledger.sequencer import Sequencer, any_waiting
from ledger.storage import Storage
from tests.integrations.receiver import Receiver
from tests.support.scenes import MovedClock
from web.caller import Caller

CENTRE, CITY, COUNTY = (UUID(int=n) for n in (1, 2, 3))
HOSPITALS = (CITY, COUNTY)


def caller(organisation_id: UUID = CITY) -> Caller:
    """A hospital's own system."""
    return Caller(
        actor_id=uuid4(),
        name="system",
        role=Role.INTEGRATION,
        organisation_id=organisation_id,
        organisation_kind=OrganisationKind.CITY_HOSPITAL,
    )


def remark(text: str = "x") -> PatientDescribed:
    """A fact that nobody hurries for."""
    return PatientDescribed(patient=Patient(label=text))


@dataclass
class Post:
    """Storage, book and clock of the scene; `courier` is the one at work, replaced by a restart."""

    storage: Storage
    book: Book
    sequencer: Sequencer
    clock: MovedClock
    case_id: UUID
    timeout_s: float = 2
    config: WebhookConfig = field(default_factory=lambda: WebhookConfig(loopback=True))
    courier: Courier | None = None

    @property
    def office(self) -> Office:
        def nudge() -> None:
            if self.courier is not None:
                self.courier.nudge()

        return Office(self.storage, self.clock, self.config, nudge)

    def act(self) -> Act:
        now = self.clock.now()
        return Act(
            actor_id=None,
            organisation_id=CENTRE,
            role=Role.SYSTEM,
            at=now,
            recorded_at=now,
            source=Source.SYSTEM,
        )

    async def say(self, *facts: Any, audience: tuple[UUID, ...] | None = None) -> list[Entry]:
        """Append these facts to the case, in this order."""
        act = self.act()

        def work(connection: Connection) -> list[Entry]:
            return [self.book.append(connection, self.case_id, fact, act, audience) for fact in facts]

        return await self.storage.write(work)

    def notice(self) -> NoticeSent:
        """A patient is on the way: the hospital has 60 seconds to say that it heard."""
        by = self.clock.now() + timedelta(seconds=60)
        return NoticeSent(notice_id=uuid4(), facility_id=CITY, centre_id=CENTRE, acknowledge_by=by)

    async def register(self, receiver: Receiver, *kinds: str, of: UUID = CITY) -> WebhookSecret:
        return await endpoints.register(self.office, caller(of), NewWebhook(url=receiver.url, kinds=kinds))

    async def view(self, webhook: WebhookSecret) -> WebhookView:
        return await endpoints.get_webhook(self.office, caller(), WebhookId(webhook_id=webhook.id))

    async def deliveries(
        self, webhook: WebhookSecret, state: State | None = None, of: UUID = CITY
    ) -> list[DeliveryView]:
        """What there is of an endpoint, the oldest first."""
        asked = ListDeliveries(webhook_id=webhook.id, state=state, limit=200)
        found = await deliveries.list_deliveries(self.office, caller(of), asked)
        return list(reversed(found.deliveries))

    async def come_to(
        self, webhook: WebhookSecret, state: State, count: int = 1, seconds: float = 15
    ) -> list[DeliveryView]:
        """The deliveries in this state, once there are so many."""
        async with asyncio.timeout(seconds):
            while len(found := await self.deliveries(webhook, state)) < count:
                await asyncio.sleep(0.02)
            return found

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """A courier delivers while the block lasts; it ends as a killed process does, without a word."""
        self.courier = Courier(
            self.storage,
            self.book,
            self.sequencer,
            self.clock,
            Sender(self.config, self.timeout_s),
            Random(7),
        )
        task = asyncio.create_task(self.courier.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.courier = None


@asynccontextmanager
async def post_on(storage: Storage) -> AsyncIterator[Post]:
    """The scene on an empty database, its sequencer running."""
    book, sequencer, clock = Book("test", PROJECTORS), Sequencer(storage), MovedClock()
    found = Post(storage, book, sequencer, clock, new_id(clock.now()))
    act = found.act()

    def fill(connection: Connection) -> None:
        for organisation_id, code in ((CENTRE, "C"), (CITY, "H1"), (COUNTY, "H2")):
            enrol(
                connection,
                Organisation(
                    id=organisation_id,
                    code=code,
                    kind=OrganisationKind.CITY_HOSPITAL,
                    name_zh=code,
                    name_en=code,
                ),
            )
        book.open_case(connection, found.case_id, act)
        patient = Patient(label="甲", name="王小明", identity_number="45040019700101001X", complaint="胸痛")
        book.append(connection, found.case_id, CaseOpened(patient=patient, centre_id=CENTRE), act)
        for hospital in HOSPITALS:
            book.append(connection, found.case_id, ReaderAdmitted(reader_id=hospital, because="test"), act)

    await storage.write(fill)
    task = asyncio.create_task(sequencer.run())
    while await storage.read(any_waiting):
        await asyncio.sleep(0.01)
    try:
        yield found
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


__all__ = ["CITY", "COUNTY", "NoticeAcknowledged", "Post", "caller", "post_on", "remark"]
