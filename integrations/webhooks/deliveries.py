"""What was delivered and what was not: to be looked at, and to be tried again by a person's word."""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Connection, select, update

from integrations.webhooks import queue, views
from integrations.webhooks.endpoints import Office, endpoint_row
from integrations.webhooks.messages import DeliveryId, DeliveryList, DeliveryView, ListDeliveries, State
from integrations.webhooks.tables import webhook_delivery
from ledger.errors import Conflict, NotFound
from web.caller import Caller


async def list_deliveries(office: Office, caller: Caller, request: ListDeliveries) -> DeliveryList:
    """A page of deliveries, the newest first."""

    def look(connection: Connection) -> DeliveryList:
        endpoint_row(connection, caller, request.webhook_id)
        query = select(webhook_delivery).where(webhook_delivery.c.endpoint_id == request.webhook_id)
        if request.state is not None:
            query = query.where(_in(request.state))
        if request.before is not None:
            query = query.where(webhook_delivery.c.position < request.before)
        rows = connection.execute(
            query.order_by(webhook_delivery.c.position.desc()).limit(request.limit)
        ).all()
        return DeliveryList(deliveries=views.deliveries(connection, rows))

    return await office.storage.read(look)


def _in(state: State) -> ColumnElement[bool]:
    conditions: dict[State, ColumnElement[bool]] = {
        "waiting": queue.is_waiting(),
        "delivered": webhook_delivery.c.delivered_at.is_not(None),
        "dead": webhook_delivery.c.dead_at.is_not(None),
    }
    return conditions[state]


async def retry(office: Office, caller: Caller, request: DeliveryId) -> DeliveryView:
    """Try a dead letter again, from the beginning of its schedule; it goes before what is younger."""
    now = office.clock.now()

    def work(connection: Connection) -> UUID:
        row = _row(connection, caller, request)
        if row.delivered_at is not None:
            raise Conflict("delivery-delivered")
        values = {"dead_at": None, "since": now, "tries": 0, "next_at": now, "own_at": None}
        connection.execute(update(webhook_delivery).where(webhook_delivery.c.id == row.id).values(**values))
        return request.delivery_id

    once = None if caller.once is None else msgspec.structs.replace(caller.once, returns=UUID)
    await office.storage.write(work, once=once)
    office.nudge()
    return await office.storage.read(partial(_view, caller=caller, request=request))


def _row(connection: Connection, caller: Caller, request: DeliveryId) -> Any:  # noqa: ANN401
    endpoint_row(connection, caller, request.webhook_id)
    row = connection.execute(
        select(webhook_delivery).where(
            webhook_delivery.c.id == request.delivery_id,
            webhook_delivery.c.endpoint_id == request.webhook_id,
        )
    ).one_or_none()
    if row is None:
        raise NotFound("delivery-not-found")
    return row


def _view(connection: Connection, caller: Caller, request: DeliveryId) -> DeliveryView:
    return views.deliveries(connection, [_row(connection, caller, request)])[0]
