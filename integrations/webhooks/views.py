"""Rows of endpoints and deliveries as they travel."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from integrations.webhooks.messages import AttemptView, DeliveryView, State, WebhookChange, WebhookView
from integrations.webhooks.tables import webhook_attempt, webhook_change, webhook_delivery


def webhook(connection: Connection, row: Any) -> WebhookView:  # noqa: ANN401
    """An endpoint without its secrets, with how much waits and how much was given up."""
    mine = webhook_delivery.c.endpoint_id == row.id
    undelivered = webhook_delivery.c.delivered_at.is_(None)
    dead = webhook_delivery.c.dead_at.is_not(None)
    found = connection.execute(select(dead, func.count()).where(mine, undelivered).group_by(dead))
    counts = {bool(gone): int(count) for gone, count in found}
    changes = connection.execute(
        select(webhook_change).where(webhook_change.c.endpoint_id == row.id).order_by(webhook_change.c.id)
    )
    return WebhookView(
        id=row.id,
        url=row.url,
        kinds=tuple(row.kinds),
        description=row.description,
        created_at=row.created_at,
        enabled=row.disabled_at is None,
        disabled_at=row.disabled_at,
        disabled_because=row.disabled_because,
        rotating_until=row.old_secret_until,
        position=row.position,
        waiting=counts.get(False, 0),
        dead=counts.get(True, 0),
        failing=_failing(connection, row.id),
        changes=tuple(WebhookChange(at=c.at, change=c.change, actor_id=c.actor_id) for c in changes),
    )


def _failing(connection: Connection, endpoint_id: UUID) -> AttemptView | None:
    """The last try of what waits at the head of the line; with nothing waiting, of the last one, if it was given up."""
    mine = select(webhook_delivery).where(webhook_delivery.c.endpoint_id == endpoint_id)
    waits = webhook_delivery.c.delivered_at.is_(None) & webhook_delivery.c.dead_at.is_(None)
    head = connection.execute(mine.where(waits).order_by(webhook_delivery.c.position).limit(1)).one_or_none()
    tried = webhook_delivery.c.attempts > 0  # what was given up with its head was never sent
    last = mine.where(~waits, tried).order_by(webhook_delivery.c.position.desc()).limit(1)
    found = head if head is not None and head.attempts else connection.execute(last).one_or_none()
    if found is None or found.delivered_at is not None:
        return None
    tries = deliveries(connection, [found])[0].attempts
    return tries[-1] if tries else None


def deliveries(connection: Connection, rows: Sequence[Any]) -> tuple[DeliveryView, ...]:
    """Deliveries with their attempts."""
    attempts: dict[UUID, list[AttemptView]] = {row.id: [] for row in rows}
    query = select(webhook_attempt).where(webhook_attempt.c.delivery_id.in_(attempts))
    for found in connection.execute(query.order_by(webhook_attempt.c.number)):
        attempts[found.delivery_id].append(
            AttemptView(
                number=found.number,
                at=found.at,
                status=found.status,
                failure=found.failure,
                latency_ms=found.latency_ms,
            )
        )
    return tuple(_delivery(row, tuple(attempts[row.id])) for row in rows)


def _delivery(row: Any, attempts: tuple[AttemptView, ...]) -> DeliveryView:  # noqa: ANN401
    waits = row.delivered_at is None and row.dead_at is None
    state: State = "waiting" if waits else "delivered" if row.dead_at is None else "dead"
    return DeliveryView(
        id=row.id,
        entry_id=row.entry_id,
        kind=row.kind,
        position=row.position,
        state=state,
        hurried=row.hurried,
        created_at=row.created_at,
        next_at=row.next_at if waits else None,
        delivered_at=row.delivered_at,
        dead_at=row.dead_at,
        attempts=attempts,
    )
