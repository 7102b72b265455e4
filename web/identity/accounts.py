"""Accounts: users and machine clients, as work for `storage.write` and `storage.read`."""

import hashlib
import secrets
import unicodedata
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, select, update

from ledger.errors import Invalid, NotFound
from ledger.kinds.words import Role
from ledger.participants import get_organisation
from ledger.storage.insert import insert_new
from web.identity.tables import machine_client, session, user

TOKEN_PREFIX = "jh_"
"""Lets a secret scanner know a token of ours when it finds one where it should not be."""


class User(Struct, frozen=True, kw_only=True):
    """A person who may sign in. A crew is bound to its unit, a station desk to its station."""

    id: UUID
    login: str
    name: str
    role: Role
    organisation_id: UUID
    unit_id: UUID | None = None
    station_id: UUID | None = None
    active: bool = True
    created_at: datetime


class Client(Struct, frozen=True, kw_only=True):
    """A machine that calls with a bearer token. A vehicle's own device is bound to its unit.

    A station's machine is bound to its station, or works for all stations of its organisation.
    """

    id: UUID
    name: str
    role: Role
    organisation_id: UUID
    unit_id: UUID | None = None
    station_id: UUID | None = None
    active: bool = True
    created_at: datetime


def clean_login(login: str) -> str:
    """The login as it is stored and looked up: full-width and upper-case letters are the same as plain ones."""
    return unicodedata.normalize("NFKC", login).strip().casefold()


def token_hash(token: str) -> str:
    """What is stored of a token. Tokens are 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_user(connection: Connection, new: User, password_hash: str) -> None:
    """Add a person; Invalid when the login is taken or the role does not fit, NotFound without the organisation."""
    login = clean_login(new.login)
    if not 2 <= len(login) <= 60 or any(character.isspace() for character in login):
        raise Invalid("login-malformed", field="login")
    _check_role(new.role, new.unit_id)
    if new.role is Role.STATION and new.station_id is None:
        raise Invalid("station-desk-without-station", field="station_id")
    get_organisation(connection, new.organisation_id)
    values = {
        "id": new.id,
        "login": login,
        "name": new.name,
        "role": new.role.value,
        "organisation_id": new.organisation_id,
        "unit_id": new.unit_id,
        "station_id": new.station_id,
        "password_hash": password_hash,
        "active": new.active,
        "created_at": new.created_at,
    }
    if not insert_new(connection, user, values, ("login",)):
        raise Invalid("login-taken", field="login", login=login)


def disable_user(connection: Connection, login: str) -> None:
    """The person is out at once, with every session; signing in again needs `enable_user` first."""
    user_id = _set_user(connection, login, active=False)
    connection.execute(delete(session).where(session.c.user_id == user_id))


def enable_user(connection: Connection, login: str) -> None:
    """The person may sign in again."""
    _set_user(connection, login, active=True)


def set_password(connection: Connection, login: str, password_hash: str) -> None:
    """A new password; every session that the old one opened ends."""
    user_id = _set_user(connection, login, password_hash=password_hash)
    connection.execute(delete(session).where(session.c.user_id == user_id))


def list_users(connection: Connection) -> list[User]:
    """All persons, by login."""
    return [_user(row) for row in connection.execute(select(user).order_by(user.c.login))]


def add_client(connection: Connection, new: Client) -> str:
    """Add a machine and return its token, which is shown this once. Never run it under Once, which keeps answers."""
    _check_role(new.role, new.unit_id)
    get_organisation(connection, new.organisation_id)
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    connection.execute(
        insert(machine_client).values(
            id=new.id,
            name=new.name,
            role=new.role.value,
            organisation_id=new.organisation_id,
            unit_id=new.unit_id,
            station_id=new.station_id,
            token_hash=token_hash(token),
            active=new.active,
            created_at=new.created_at,
        )
    )
    return token


def disable_client(connection: Connection, client_id: UUID) -> None:
    """The machine's token is worth nothing from now on."""
    changed = connection.execute(
        update(machine_client).where(machine_client.c.id == client_id).values(active=False)
    )
    if changed.rowcount == 0:
        raise NotFound("client-not-found")


def list_clients(connection: Connection) -> list[Client]:
    """All machines, by name."""
    rows = connection.execute(select(machine_client).order_by(machine_client.c.name, machine_client.c.id))
    return [
        Client(
            id=row.id,
            name=row.name,
            role=Role(row.role),
            organisation_id=row.organisation_id,
            unit_id=row.unit_id,
            station_id=row.station_id,
            active=row.active,
            created_at=row.created_at,
        )
        for row in rows
    ]


def _check_role(role: Role, unit_id: UUID | None) -> None:
    if role is Role.SYSTEM:
        raise Invalid("role-not-for-accounts", field="role", role=role.value)
    if role is Role.CREW and unit_id is None:
        raise Invalid("crew-without-unit", field="unit_id")


def _set_user(connection: Connection, login: str, **values: Any) -> UUID:  # noqa: ANN401
    changed = connection.execute(
        update(user).where(user.c.login == clean_login(login)).values(**values).returning(user.c.id)
    ).one_or_none()
    if changed is None:
        raise NotFound("user-not-found")
    found: UUID = changed.id
    return found


def _user(row: Row[Any]) -> User:
    return User(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        unit_id=row.unit_id,
        station_id=row.station_id,
        active=row.active,
        created_at=row.created_at,
    )
