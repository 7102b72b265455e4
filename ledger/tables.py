"""The tables of the ledger itself. Entries are never changed; the sequencer alone fills in a position, once."""

from uuid import UUID

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

from ledger.storage.metadata import metadata, table
from ledger.storage.once import once_table
from ledger.storage.spatial import shape_column
from ledger.storage.types import BigKey, Instant, Json

organisation = table(
    "organisation",
    "reference",
    Column("id", Uuid, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("kind", String(24), nullable=False),
    Column("form", String(16)),
    Column("name_zh", String(120), nullable=False),
    Column("name_en", String(160), nullable=False),
    Column("parent_id", Uuid, ForeignKey("organisation.id")),
    Column("county", String(12), nullable=False, server_default=""),
    Column("tier", Integer),
    Column("capabilities", Json(tuple[str, ...]), nullable=False),
    Column("telephone", String(40), nullable=False, server_default=""),
    Column("place", shape_column("POINT")),
    Column("active", Boolean, nullable=False),
)

stream = table(
    "stream",
    "ledger",
    Column("id", Uuid, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("length", Integer, nullable=False),
)

entry = table(
    "entry",
    "ledger",
    Column("arrival", BigKey, primary_key=True, autoincrement=True),
    Column("id", Uuid, nullable=False, unique=True),
    Column("position", BigInteger, unique=True),
    Column("stream_id", Uuid, ForeignKey("stream.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("kind", String(48), nullable=False),
    Column("actor_id", Uuid),
    Column("organisation_id", Uuid, nullable=False),
    Column("role", String(24), nullable=False),
    Column("seat", String(40)),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("source", String(16), nullable=False),
    Column("commitment", String(64), nullable=False),
    Column("audience", Json(tuple[UUID, ...])),
    UniqueConstraint("stream_id", "number"),
)
waiting_for_position = Index(
    "ix_entry_waiting",
    entry.c.arrival,
    sqlite_where=entry.c.position.is_(None),
    postgresql_where=entry.c.position.is_(None),
)

payload = table(
    "payload",
    "ledger",
    Column("entry_id", Uuid, ForeignKey("entry.id"), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("body", Text, nullable=False),
)

stream_reader = table(
    "stream_reader",
    "projection",
    Column("stream_id", Uuid, ForeignKey("stream.id"), primary_key=True),
    Column("reader_id", Uuid, primary_key=True),
    Column("since_number", Integer, nullable=False),
    Column("until_number", Integer),
    Column("because", String(80), nullable=False),
    Index("ix_stream_reader_reader_id", "reader_id", "stream_id"),
)

deadline = table(
    "deadline",
    "projection",
    Column("kind", String(40), primary_key=True),
    Column("subject_id", Uuid, primary_key=True),
    Column("stream_id", Uuid, ForeignKey("stream.id"), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("told_organisation_id", Uuid, nullable=False),
    Column("told_role", String(24), nullable=False),
    Column("audience", Json(tuple[UUID, ...])),
    Column("settled_at", Instant),
    Column("passed_at", Instant),
)
open_deadlines = Index(
    "ix_deadline_open",
    deadline.c.due_at,
    sqlite_where=deadline.c.settled_at.is_(None) & deadline.c.passed_at.is_(None),
    postgresql_where=deadline.c.settled_at.is_(None) & deadline.c.passed_at.is_(None),
)
passed_deadlines = Index(
    "ix_deadline_passed",
    deadline.c.told_organisation_id,
    deadline.c.passed_at,
    sqlite_where=deadline.c.passed_at.is_not(None),
    postgresql_where=deadline.c.passed_at.is_not(None),
)

cursor = table(
    "cursor",
    "volatile",
    Column("name", String(40), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

setting = table(
    "setting",
    "reference",
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)

__all__ = [
    "cursor",
    "deadline",
    "entry",
    "metadata",
    "once_table",
    "open_deadlines",
    "organisation",
    "payload",
    "setting",
    "stream",
    "stream_reader",
    "waiting_for_position",
]
