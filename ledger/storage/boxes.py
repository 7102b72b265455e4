"""A spatial index by bounding box on both databases: R*Tree with triggers on SQLite, GiST on PostgreSQL.

SQL only narrows by box; distances and containment are decided by `geo`.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Table, literal_column, text


def _index(table: str, column: str) -> str:
    return f"idx_{table}_{column}"


def create_box_index(connection: Connection, table: str, column: str, key: str = "rowid") -> None:
    """Index `column`; on SQLite also fill the index with the rows that are there.

    Drop it before a SQLite batch migration of the table and create it again afterwards: the triggers would go on
    feeding the temporary table.
    """
    for statement in _create(connection.dialect.name, table, column, key):
        connection.execute(text(statement))


def drop_box_index(connection: Connection, table: str, column: str) -> None:
    """Take the index away."""
    name = _index(table, column)
    if connection.dialect.name == "sqlite":
        for event in ("insert", "update", "delete"):
            connection.execute(text(f"DROP TRIGGER {name}_{event}"))
        connection.execute(text(f"DROP TABLE {name}"))
    else:
        connection.execute(text(f"DROP INDEX {name}"))


def in_box(
    connection: Connection, table: Table, column: str, box: tuple[float, float, float, float]
) -> ColumnElement[bool]:
    """A condition: the shape's box touches `box` (west, south, east, north; degrees)."""
    west, south, east, north = (float(value) for value in box)
    if connection.dialect.name == "sqlite":
        return literal_column(
            f"{table.name}.rowid IN (SELECT id FROM {_index(table.name, column)} "
            f"WHERE west <= {east!r} AND east >= {west!r} AND south <= {north!r} AND north >= {south!r})"
        )
    return literal_column(
        f"({table.name}.{column} && ST_MakeEnvelope({west!r}, {south!r}, {east!r}, {north!r}, 4326))"
    )


def _create(dialect: str, table: str, column: str, key: str) -> Sequence[str]:
    name = _index(table, column)
    if dialect != "sqlite":
        return (f"CREATE INDEX {name} ON {table} USING gist ({column})",)
    box = ", ".join(f"{function}(NEW.{column})" for function in ("MbrMinX", "MbrMaxX", "MbrMinY", "MbrMaxY"))
    fill = box.replace("NEW.", "")
    insert = f"INSERT INTO {name} SELECT NEW.{key}, {box} WHERE NEW.{column} IS NOT NULL;"
    return (
        f"CREATE VIRTUAL TABLE {name} USING rtree(id, west, east, south, north)",
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {table} BEGIN {insert} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {column} ON {table} BEGIN "
        f"DELETE FROM {name} WHERE id = OLD.{key}; {insert} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {table} BEGIN DELETE FROM {name} WHERE id = OLD.{key}; END",
        f"INSERT INTO {name} SELECT {key}, {fill} FROM {table} WHERE {column} IS NOT NULL",
    )
