"""Inserts that let a constraint decide, in the words of both databases."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Index, Table
from sqlalchemy.dialects import postgresql, sqlite


def _insert(connection: Connection, table: Table) -> Any:  # noqa: ANN401
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    return make(table)


def insert_new(
    connection: Connection, table: Table, values: Mapping[str, Any], unique: Index | Sequence[str]
) -> bool:
    """Insert a row unless the unique columns or (partial) unique index forbid it; False when they do.

    Where another transaction is about to insert the same, PostgreSQL waits for its outcome; SQLite has one writer.
    """
    statement = _insert(connection, table).values(**values)
    if isinstance(unique, Index):
        where = unique.dialect_options[connection.dialect.name]["where"]
        columns = [column.name for column in unique.columns]
        statement = statement.on_conflict_do_nothing(index_elements=columns, index_where=where)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(unique))
    return connection.execute(statement).rowcount == 1


def upsert(
    connection: Connection,
    table: Table,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    keys: Sequence[str],
) -> None:
    """Insert rows, or replace every other column where the key is there already. A key may stand in `values` once."""
    rows = [values] if isinstance(values, Mapping) else list(values)
    if not rows:
        return
    statement = _insert(connection, table).values(rows)
    others = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=others))
