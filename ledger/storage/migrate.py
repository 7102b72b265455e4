"""Bring a database to this version's schema, on the connection of the caller's transaction."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ledger.errors import Unavailable

HEAD = "head"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def current(connection: Connection) -> str | None:
    """The revision of the database, None when it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def prepare(connection: Connection) -> None:
    """Create or upgrade the schema; Unavailable when a newer version of the service has been here."""
    config = _config(connection)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if connection.dialect.name == "postgresql":
        connection.execute(text("CREATE EXTENSION IF NOT EXISTS postgis"))
    elif connection.dialect.name == "sqlite":
        # GeoAlchemy2 looks for it when a column with a shape is created or dropped.
        connection.execute(
            text("CREATE TABLE IF NOT EXISTS geometry_columns (f_table_name TEXT, f_geometry_column TEXT)")
        )
    revision = current(connection)
    if revision is not None and revision not in known:
        raise Unavailable("database-too-new", revision=revision)
    command.upgrade(config, HEAD)


def downgrade(connection: Connection, revision: str) -> None:
    """Step back to a revision, "base" for an empty database."""
    command.downgrade(_config(connection), revision)
