"""The one door to the database: write() and read(), on SQLite and on PostgreSQL with PostGIS."""

from ledger.storage.contract import Once, Storage, Work

__all__ = ["Once", "Storage", "Work"]
