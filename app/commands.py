"""Administrative commands: each works on an open storage, whether the service runs or not.

On the embedded database a running service owns the file; then `app.admin` carries the command to it.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, select, text

from app.backup import BackupReport, back_up
from app.compose import read_installation
from app.projectors import build_book
from dispatch.tables import station, unit
from ledger import settings
from ledger.clock import SystemClock
from ledger.errors import Conflict, Invalid
from ledger.ids import new_id
from ledger.kinds.words import Role
from ledger.participants import Organisation, find_organisation
from ledger.rebuild import RebuildReport, rebuild
from ledger.storage import Storage
from web.identity import accounts
from web.identity.passwords import check_strength, hash_password

Progress = Callable[[str, int, int], None]

CLIENT_ROLES = (
    Role.INTEGRATION,
    Role.CREW,
    Role.STATION,
    Role.HOSPITAL_DESK,
    Role.CLINIC_DOCTOR,
    Role.REFERRAL_OFFICE,
)
"""What a machine may stand in for. It sends no units: only a named person does."""


class AddUser(Struct, frozen=True, tag="user-add"):
    """A person; `unit` by call sign and `station` by code, where the role needs one."""

    login: str
    name: str
    role: Role
    organisation: str
    password: str
    unit: str = ""
    station: str = ""


class SetPassword(Struct, frozen=True, tag="user-password"):
    """A new password; every session of the user ends."""

    login: str
    password: str


class DisableUser(Struct, frozen=True, tag="user-disable"):
    """Out at once."""

    login: str


class ListUsers(Struct, frozen=True, tag="user-list"):
    """Everybody."""


class AddClient(Struct, frozen=True, tag="client-add"):
    """A machine client; its token is shown once.

    A station's machine works for the `station` that is named by its code, else for all of its organisation.
    """

    name: str
    role: Role
    organisation: str
    unit: str = ""
    station: str = ""


class DisableClient(Struct, frozen=True, tag="client-disable"):
    """Out at once."""

    id: UUID


class ListClients(Struct, frozen=True, tag="client-list"):
    """All machine clients."""


class Rebuild(Struct, frozen=True, tag="db-rebuild"):
    """Rebuild every projection and compare; with `keep`, the rebuilt rows stay."""

    keep: bool = False


class Backup(Struct, frozen=True, tag="backup"):
    """A verified copy of the embedded database, made while it is in use."""

    target: str


Command = (
    AddUser
    | SetPassword
    | DisableUser
    | ListUsers
    | AddClient
    | DisableClient
    | ListClients
    | Rebuild
    | Backup
)


class Undone(Exception):
    """Carries a report out of a transaction that is to be rolled back."""

    def __init__(self, report: RebuildReport) -> None:
        super().__init__()
        self.report = report


async def perform(storage: Storage, command: Command, progress: Progress) -> Any:  # noqa: ANN401
    """Run one command; returns what it has to say, ready to be encoded."""
    run: Callable[[Storage, Any, Progress], Awaitable[Any]] = _RUN[type(command)]
    return await run(storage, command, progress)


async def _add_user(storage: Storage, command: AddUser, progress: Progress) -> str:
    check_strength(command.password)
    hashed = await hash_password(command.password)
    now = SystemClock().now()

    def work(connection: Connection) -> str:
        _refuse_on_demo(connection)
        organisation = _organisation(connection, command.organisation)
        user = accounts.User(
            id=new_id(now),
            login=command.login,
            name=command.name,
            role=command.role,
            organisation_id=organisation.id,
            unit_id=_id(connection, unit, unit.c.call_sign, command.unit, "unit"),
            station_id=_station(connection, command.station, organisation),
            created_at=now,
        )
        accounts.add_user(connection, user, hashed)
        return str(user.id)

    return await storage.write(work)


async def _set_password(storage: Storage, command: SetPassword, progress: Progress) -> None:
    check_strength(command.password)
    hashed = await hash_password(command.password)
    await storage.write(lambda connection: accounts.set_password(connection, command.login, hashed))


async def _disable_user(storage: Storage, command: DisableUser, progress: Progress) -> None:
    await storage.write(lambda connection: accounts.disable_user(connection, command.login))


async def _list_users(storage: Storage, command: ListUsers, progress: Progress) -> list[accounts.User]:
    return await storage.read(accounts.list_users)


async def _add_client(storage: Storage, command: AddClient, progress: Progress) -> str:
    now = SystemClock().now()

    def work(connection: Connection) -> str:
        _refuse_on_demo(connection)
        organisation = _organisation(connection, command.organisation)
        client = accounts.Client(
            id=new_id(now),
            name=command.name,
            role=command.role,
            organisation_id=organisation.id,
            unit_id=_id(connection, unit, unit.c.call_sign, command.unit, "unit"),
            station_id=_station(connection, command.station, organisation),
            created_at=now,
        )
        return accounts.add_client(connection, client)

    return await storage.write(work)


async def _disable_client(storage: Storage, command: DisableClient, progress: Progress) -> None:
    await storage.write(lambda connection: accounts.disable_client(connection, command.id))


async def _list_clients(storage: Storage, command: ListClients, progress: Progress) -> list[accounts.Client]:
    return await storage.read(accounts.list_clients)


async def _rebuild(storage: Storage, command: Rebuild, progress: Progress) -> RebuildReport:
    book = build_book((await read_installation(storage)).log_name)

    def work(connection: Connection) -> RebuildReport:
        if connection.dialect.name == "postgresql":
            connection.execute(text("LOCK TABLE stream IN EXCLUSIVE MODE"))
        report = rebuild(connection, book, lambda done, total: progress("replaying", done, total))
        if not command.keep:
            raise Undone(report)
        return report

    try:
        return await storage.write(work)
    except Undone as undone:
        return undone.report


async def _backup(storage: Storage, command: Backup, progress: Progress) -> BackupReport:
    return await back_up(storage, Path(command.target), progress)


def _refuse_on_demo(connection: Connection) -> None:
    """A demo database is marked for ever: nobody real belongs in it."""
    if settings.is_demo(connection):
        raise Conflict("demo-refuses-accounts")


def _organisation(connection: Connection, code: str) -> Organisation:
    found = find_organisation(connection, code)
    if found is None:
        raise Invalid("organisation-code-unknown", field="organisation", value=code)
    return found


def _station(connection: Connection, code: str, organisation: Organisation) -> UUID | None:
    """Only one's own: who is bound to a station gets its orders."""
    found = _id(connection, station, station.c.code, code, "station")
    owner = connection.scalar(select(station.c.organisation_id).where(station.c.id == found))
    if found is not None and owner != organisation.id:
        raise Invalid("station-of-another", field="station", value=code, organisation=organisation.code)
    return found


def _id(connection: Connection, table: Any, column: Any, value: str, field: str) -> UUID | None:  # noqa: ANN401
    if not value:
        return None
    found: UUID | None = connection.scalar(select(table.c.id).where(column == value))
    if found is None:
        raise Invalid(f"{field}-unknown", field=field, value=value)
    return found


_RUN: dict[type[Struct], Callable[[Storage, Any, Progress], Awaitable[Any]]] = {
    AddUser: _add_user,
    SetPassword: _set_password,
    DisableUser: _disable_user,
    ListUsers: _list_users,
    AddClient: _add_client,
    DisableClient: _disable_client,
    ListClients: _list_clients,
    Rebuild: _rebuild,
    Backup: _backup,
}
