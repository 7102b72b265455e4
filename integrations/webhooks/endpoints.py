"""Endpoints: an organisation registers where its system listens, turns the secret, switches it off and on again.

What an endpoint gets is what its organisation may read (a vehicle's own device: what its unit may read), judged for
each entry at the moment it is taken in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from integrations.webhooks import signing, views
from integrations.webhooks.addresses import WebhookConfig, check_url
from integrations.webhooks.messages import NewWebhook, WebhookId, WebhookList, WebhookSecret, WebhookView
from integrations.webhooks.tables import webhook_change, webhook_endpoint
from ledger.clock import Clock
from ledger.errors import Conflict, Invalid, NotFound
from ledger.ids import new_id
from ledger.kinds import ALL
from ledger.storage import Once, Storage
from ledger.subscribe import last_position
from web.caller import Caller

KINDS = frozenset(kind.name() for kind in ALL)
MOST = 20
"""Enabled endpoints that one organisation may have: each costs a connection and a line of its own."""


@dataclass(frozen=True, slots=True)
class Office:
    """The tools of these use cases. `nudge` wakes the lines, so that a change takes effect at once."""

    storage: Storage
    clock: Clock
    config: WebhookConfig
    nudge: Callable[[], None]


async def register(office: Office, caller: Caller, request: NewWebhook) -> WebhookSecret:
    """A new endpoint with its secret; it gets what is said from now on. Conflict when there are enough enabled."""
    unknown = sorted(set(request.kinds) - KINDS)
    if unknown:
        raise Invalid("webhook-kind-unknown", field="kinds", kind=unknown[0])
    await check_url(request.url, office.config)
    now = office.clock.now()
    endpoint_id = new_id(now)
    values = {
        "id": endpoint_id,
        "organisation_id": caller.organisation_id,
        "reader_id": caller.reads_as,
        "url": request.url,
        "kinds": tuple(dict.fromkeys(request.kinds)),
        "description": request.description,
        "secret": signing.new_secret(),
        "created_at": now,
    }

    def work(connection: Connection) -> UUID:
        _check_room(connection, caller)
        connection.execute(insert(webhook_endpoint).values(**values, position=last_position(connection)))
        _note(connection, endpoint_id, "registered", caller.actor_id, now)
        return endpoint_id

    return await _shown(office, caller, await office.storage.write(work, once=_returning_id(caller)))


async def rotate(office: Office, caller: Caller, request: WebhookId) -> WebhookSecret:
    """A new secret; the one before signs beside it for 24 hours."""
    now = office.clock.now()
    fresh = signing.new_secret()

    def work(connection: Connection) -> UUID:
        row = endpoint_row(connection, caller, request.webhook_id)
        _set(
            connection,
            row.id,
            secret=fresh,
            old_secret=row.secret,
            old_secret_until=now + signing.ROTATION,
        )
        _note(connection, row.id, "rotated", caller.actor_id, now)
        return request.webhook_id

    return await _shown(office, caller, await office.storage.write(work, once=_returning_id(caller)))


async def disable(office: Office, caller: Caller, request: WebhookId) -> WebhookView:
    """Nothing is sent from now on; what waits, waits."""
    now = office.clock.now()

    def work(connection: Connection) -> UUID:
        row = endpoint_row(connection, caller, request.webhook_id)
        if row.disabled_at is None:
            disable_row(connection, row.id, because="asked", actor_id=caller.actor_id, now=now)
        return request.webhook_id

    return await _changed(office, caller, work)


async def enable(office: Office, caller: Caller, request: WebhookId) -> WebhookView:
    """Go on where it stopped: nothing that was said in between is left out. Conflict when there are enough enabled."""
    now = office.clock.now()

    def work(connection: Connection) -> UUID:
        row = endpoint_row(connection, caller, request.webhook_id)
        if row.disabled_at is not None:
            _check_room(connection, caller)
            _set(connection, row.id, disabled_at=None, disabled_because=None)
            _note(connection, row.id, "enabled", caller.actor_id, now)
        return request.webhook_id

    return await _changed(office, caller, work)


async def get_webhook(office: Office, caller: Caller, request: WebhookId) -> WebhookView:
    """One endpoint of the caller's organisation."""
    return await office.storage.read(partial(_view, caller=caller, endpoint_id=request.webhook_id))


async def list_webhooks(office: Office, caller: Caller, request: object) -> WebhookList:
    """The endpoints of the caller's organisation, the oldest first."""

    def look(connection: Connection) -> WebhookList:
        rows = connection.execute(
            select(webhook_endpoint)
            .where(webhook_endpoint.c.reader_id == caller.reads_as)
            .order_by(webhook_endpoint.c.created_at, webhook_endpoint.c.id)
        ).all()
        return WebhookList(webhooks=tuple(views.webhook(connection, row) for row in rows))

    return await office.storage.read(look)


def endpoint_row(connection: Connection, caller: Caller, endpoint_id: UUID) -> Any:  # noqa: ANN401
    """The endpoint, if it is the caller's; NotFound otherwise."""
    row = connection.execute(
        select(webhook_endpoint).where(
            webhook_endpoint.c.id == endpoint_id, webhook_endpoint.c.reader_id == caller.reads_as
        )
    ).one_or_none()
    if row is None:
        raise NotFound("webhook-not-found")
    return row


def disable_row(
    connection: Connection, endpoint_id: UUID, *, because: str, actor_id: UUID | None, now: datetime
) -> None:
    """Switch an endpoint off: asked for by a person, or because its receiver said that it is gone."""
    _set(connection, endpoint_id, disabled_at=now, disabled_because=because)
    _note(connection, endpoint_id, "disabled", actor_id, now)


def _check_room(connection: Connection, caller: Caller) -> None:
    """What is disabled costs neither connection nor line, and nothing else could make room: there is no deleting."""
    query = select(func.count()).where(
        webhook_endpoint.c.reader_id == caller.reads_as, webhook_endpoint.c.disabled_at.is_(None)
    )
    if connection.scalars(query).one() >= MOST:
        raise Conflict("webhooks-too-many", most=MOST)


async def _changed(office: Office, caller: Caller, work: Callable[[Connection], UUID]) -> WebhookView:
    kept = await office.storage.write(work, once=_returning_id(caller))
    office.nudge()
    return await office.storage.read(partial(_view, caller=caller, endpoint_id=kept))


async def _shown(office: Office, caller: Caller, endpoint_id: UUID) -> WebhookSecret:
    """A repeated command shows the secret again, because its first answer may have been lost."""

    def look(connection: Connection) -> WebhookSecret:
        row = endpoint_row(connection, caller, endpoint_id)
        return WebhookSecret(id=row.id, secret=row.secret, webhook=views.webhook(connection, row))

    office.nudge()
    return await office.storage.read(look)


def _view(connection: Connection, caller: Caller, endpoint_id: UUID) -> WebhookView:
    return views.webhook(connection, endpoint_row(connection, caller, endpoint_id))


def _set(connection: Connection, endpoint_id: UUID, **values: Any) -> None:  # noqa: ANN401
    connection.execute(update(webhook_endpoint).where(webhook_endpoint.c.id == endpoint_id).values(**values))


def _note(
    connection: Connection, endpoint_id: UUID, change: str, actor_id: UUID | None, now: datetime
) -> None:
    connection.execute(
        insert(webhook_change).values(endpoint_id=endpoint_id, at=now, actor_id=actor_id, change=change)
    )


def _returning_id(caller: Caller) -> Once | None:
    """The command's identity, with the id alone as its stored answer: a secret is kept in one place only."""
    return None if caller.once is None else msgspec.structs.replace(caller.once, returns=UUID)
