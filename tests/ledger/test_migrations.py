"""The schema goes up, down and up again with data in it, and is what the tables of all rooms say."""

from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from geoalchemy2 import Geometry
from shapely import Point
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from app import projectors as _every_room
from integrations.webhooks import tables as _webhooks
from ledger.errors import Unavailable
from ledger.kinds.case import Patient
from ledger.storage import Storage, boxes, spatial
from ledger.storage.metadata import metadata
from ledger.storage.migrate import current, downgrade, prepare
from ledger.storage.open import open_storage
from ledger.storage.types import Instant, Json
from tests.ledger.support import NOW, POSTGRES
from web.identity import tables as _identity

_ = (_every_room, _identity, _webhooks)  # all rooms' tables are declared when these are there

JSON: dict[tuple[str, str], Any] = {
    ("incident", "answers"): {"conscious": "no"},
    ("case_file", "patient"): Patient(label="#1", name="张三"),
    ("journey", "patient"): Patient(label="#1", name="张三"),
    ("unit_change", "value"): "on",
}
PLACE = Point(111.25, 23.5)


def fill(connection: Connection) -> dict[str, int]:
    """One row in every table; how many each has."""
    made: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        made[table.name] = {column.name: value(column, made) for column in table.columns if wanted(column)}
        connection.execute(insert(table).values(**made[table.name]))
    return counts(connection, metadata.sorted_tables)


def wanted(column: Column[Any]) -> bool:
    """Whether a row needs it: not what numbers itself, not a parent of its own kind."""
    itself = any(key.column.table is column.table for key in column.foreign_keys)
    return column.autoincrement is not True and not itself


def value(column: Column[Any], made: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    if isinstance(column.type, Json):
        empty = None if column.nullable else ()
        return JSON.get((column.table.name, column.name), empty)
    if isinstance(column.type, Geometry):
        return spatial.put(PLACE)
    simple = {Uuid: uuid4(), Instant: NOW, Boolean: True, Float: 1.5, Integer: 1, String: "x", Text: "张"}
    return next(found for kind, found in simple.items() if isinstance(column.type, kind))


def counts(connection: Connection, tables: list[Table]) -> dict[str, int]:
    return {t.name: connection.scalar(select(func.count()).select_from(t)) or 0 for t in tables}


def ours(connection: Connection) -> set[str]:
    """The tables of the schema that are there."""
    return set(inspect(connection).get_table_names()) & set(metadata.tables)


def near(connection: Connection) -> int:
    """How many incidents the box index finds at the place."""
    incident = metadata.tables["incident"]
    window = (PLACE.x - 0.01, PLACE.y - 0.01, PLACE.x + 0.01, PLACE.y + 0.01)
    condition = boxes.in_box(connection, incident, "place", window)
    return connection.scalar(select(func.count()).select_from(incident).where(condition)) or 0


async def test_down_and_up_again_with_data_in_every_table(storage: Storage) -> None:
    filled = await storage.write(fill)
    assert set(filled.values()) == {1}
    assert await storage.read(near) == 1

    await storage.write(lambda connection: downgrade(connection, "0001"))
    left = await storage.read(ours)
    assert "entry" in left
    assert "incident" not in left
    kept = [metadata.tables[name] for name in sorted(left)]
    assert set((await storage.read(lambda c: counts(c, kept))).values()) == {1}

    await storage.write(prepare)
    assert await storage.read(ours) == set(metadata.tables)
    await storage.write(lambda connection: downgrade(connection, "base"))
    assert await storage.read(ours) == set()
    await storage.write(prepare)
    assert await storage.write(fill) == filled
    assert await storage.read(near) == 1


async def test_preparing_again_changes_nothing(storage: Storage) -> None:
    await storage.write(fill)
    before = await storage.read(current)
    await storage.write(prepare)
    assert await storage.read(current) == before
    assert set((await storage.read(lambda c: counts(c, metadata.sorted_tables))).values()) == {1}


async def test_a_database_of_a_newer_version_is_refused(storage: Storage, database: str) -> None:
    await storage.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")).rowcount)
    await storage.close()
    with pytest.raises(Unavailable) as refused:
        await open_storage(database)
    assert refused.value.code == "database-too-new"
    assert refused.value.reason.args == {"revision": "9999"}


@pytest.mark.parametrize("database", POSTGRES, indirect=True)
async def test_the_migrated_schema_is_what_the_tables_say(storage: Storage) -> None:
    def include(item: Any, name: str | None, kind: str, reflected: bool, compared: Any) -> bool:
        """PostGIS's own table, and the box indexes that are no part of a table's declaration, are left out."""
        return name != "spatial_ref_sys" and not (kind == "index" and str(name).startswith("idx_"))

    def compare(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True, "include_object": include}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    assert await storage.read(compare) == []


async def test_a_migration_that_fails_leaves_the_schema_as_it_was(storage: Storage) -> None:
    def work(connection: Connection) -> None:
        downgrade(connection, "0001")
        connection.execute(text("SELECT no_such_function()"))

    with pytest.raises(DBAPIError):
        await storage.write(work)
    assert await storage.read(ours) == set(metadata.tables)
