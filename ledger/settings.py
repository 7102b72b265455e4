"""Facts about the installation itself that must never change silently, such as "this is a demo"."""

from sqlalchemy import Connection, select

from ledger.storage.insert import insert_new
from ledger.tables import setting

DEMO, LOG_NAME, BOUNDS = "demo", "log", "bounds"


def find_setting(connection: Connection, name: str) -> str | None:
    """A setting's value, if it was ever set."""
    return connection.scalar(select(setting.c.value).where(setting.c.name == name))


def set_once(connection: Connection, name: str, value: str) -> bool:
    """Set it unless it is set already; returns whether this call did. What is set stays."""
    return insert_new(connection, setting, {"name": name, "value": value}, ("name",))


def is_demo(connection: Connection) -> bool:
    """Whether this database was marked as a demo; the mark cannot be taken off."""
    return find_setting(connection, DEMO) is not None
