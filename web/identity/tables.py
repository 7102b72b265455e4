"""The tables of identity. Passwords stand as argon2id hashes, tokens as SHA-256: neither can be read back."""

from sqlalchemy import Boolean, Column, ForeignKey, String, Uuid

from ledger.storage.metadata import table
from ledger.storage.types import Instant
from ledger.tables import organisation

user = table(
    "user",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("organisation_id", Uuid, ForeignKey(organisation.c.id), nullable=False),
    Column("unit_id", Uuid),
    Column("station_id", Uuid),
    Column("password_hash", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

session = table(
    "session",
    "volatile",
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Uuid, ForeignKey(user.c.id), nullable=False, index=True),
    Column("seat", String(40)),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

machine_client = table(
    "machine_client",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(24), nullable=False),
    Column("organisation_id", Uuid, ForeignKey(organisation.c.id), nullable=False),
    Column("unit_id", Uuid),
    Column("station_id", Uuid),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
)

__all__ = ["machine_client", "session", "user"]
