"""One MetaData for all rooms, and the classes of tables.

ledger      the entries themselves and what orders them: never rebuilt, never edited
projection  rebuilt from the ledger by `jiuhu db rebuild`, and compared
reference   users, facilities, rosters, closures: own history
volatile    positions, sessions, caches: may be lost
"""

from typing import Any, Literal

from sqlalchemy import MetaData, Table
from sqlalchemy.schema import SchemaItem

TableClass = Literal["ledger", "projection", "reference", "volatile"]

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def table(name: str, kind: TableClass, *items: SchemaItem, **options: Any) -> Table:  # noqa: ANN401
    """Declare a table and say which class it is of."""
    return Table(name, metadata, *items, info={"class": kind}, **options)


def tables_of(kind: TableClass) -> list[Table]:
    """All tables of a class, parents before children."""
    return [found for found in metadata.sorted_tables if found.info.get("class") == kind]
