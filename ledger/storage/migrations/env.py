"""Alembic's entry: runs on the connection that `ledger.storage.migrate` hands over, inside its transaction."""

from alembic import context

from ledger.storage.metadata import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata)
context.run_migrations()
