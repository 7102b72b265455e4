"""The tables of webhooks. Secrets stand in the clear: a signature by HMAC cannot be made from a hash of its key."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)

from ledger.reasons import Reason
from ledger.storage.metadata import table
from ledger.storage.types import BigKey, Instant, Json
from ledger.tables import organisation

webhook_endpoint = table(
    "webhook_endpoint",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("organisation_id", Uuid, ForeignKey(organisation.c.id), nullable=False),
    Column("reader_id", Uuid, nullable=False, index=True),
    Column("url", String(500), nullable=False),
    Column("kinds", Json(tuple[str, ...]), nullable=False),
    Column("description", String(200), nullable=False),
    Column("secret", String(80), nullable=False),
    Column("old_secret", String(80)),
    Column("old_secret_until", Instant),
    Column("position", BigInteger, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("disabled_at", Instant),
    Column("disabled_because", String(24)),
    Column("held_by", Uuid),
    Column("held_until", Instant),
)

webhook_change = table(
    "webhook_change",
    "reference",
    Column("id", BigKey, primary_key=True, autoincrement=True),
    Column("endpoint_id", Uuid, ForeignKey(webhook_endpoint.c.id), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("actor_id", Uuid),
    Column("change", String(24), nullable=False),
)

webhook_delivery = table(
    "webhook_delivery",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("endpoint_id", Uuid, ForeignKey(webhook_endpoint.c.id), nullable=False),
    Column("entry_id", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("kind", String(48), nullable=False),
    Column("body", Text, nullable=False),
    Column("hurried", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("since", Instant, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Instant, nullable=False),
    Column("own_at", Instant),
    Column("delivered_at", Instant),
    Column("dead_at", Instant),
    UniqueConstraint("endpoint_id", "position"),
)
waiting_deliveries = Index(
    "ix_webhook_delivery_waiting",
    webhook_delivery.c.endpoint_id,
    webhook_delivery.c.position,
    sqlite_where=webhook_delivery.c.delivered_at.is_(None) & webhook_delivery.c.dead_at.is_(None),
    postgresql_where=webhook_delivery.c.delivered_at.is_(None) & webhook_delivery.c.dead_at.is_(None),
)
Index("ix_webhook_delivery_delivered_at", webhook_delivery.c.delivered_at)

webhook_attempt = table(
    "webhook_attempt",
    "reference",
    Column("delivery_id", Uuid, ForeignKey(webhook_delivery.c.id), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("status", Integer),
    Column("failure", Json(Reason)),
    Column("latency_ms", Integer, nullable=False),
)

__all__ = [
    "waiting_deliveries",
    "webhook_attempt",
    "webhook_change",
    "webhook_delivery",
    "webhook_endpoint",
]
