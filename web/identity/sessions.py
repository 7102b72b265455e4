"""Sessions: signing in and out, and who is behind a token.

The caller is looked up on every request, joined with user and organisation, so that whoever is disabled is out at
once; nothing about a caller is kept in a token or in memory.
"""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    Select,
    bindparam,
    delete,
    insert,
    literal_column,
    select,
    update,
)

from ledger.clock import Clock
from ledger.errors import NotFound, Unavailable
from ledger.kinds.words import OrganisationKind, Role
from ledger.storage import Storage
from ledger.tables import organisation
from web.caller import Caller
from web.errors import Unauthenticated
from web.identity.accounts import TOKEN_PREFIX, clean_login, token_hash
from web.identity.passwords import is_password
from web.identity.patience import Patience
from web.identity.tables import machine_client, session, user

LASTS = timedelta(hours=12)
"""A shift."""
SEEN_EVERY = timedelta(minutes=5)
"""How exactly a session remembers when it was last used; each note is a write."""


# Built once: making a statement anew would cost more than running it.
_PERSON: Select[Any] = (
    select(
        user.c.id,
        user.c.name,
        user.c.role,
        user.c.organisation_id,
        organisation.c.kind.label("organisation_kind"),
        user.c.unit_id,
        user.c.station_id,
        session.c.seat,
        session.c.seen_at,
    )
    .select_from(session)
    .join(user, user.c.id == session.c.user_id)
    .join(organisation, organisation.c.id == user.c.organisation_id)
    .where(
        session.c.token_hash == bindparam("hashed"),
        session.c.expires_at > bindparam("now"),
        user.c.active,
        organisation.c.active,
    )
)
_CLIENT: Select[Any] = (
    select(
        machine_client.c.id,
        machine_client.c.name,
        machine_client.c.role,
        machine_client.c.organisation_id,
        organisation.c.kind.label("organisation_kind"),
        machine_client.c.unit_id,
        machine_client.c.station_id,
        literal_column("NULL").label("seat"),
    )
    .select_from(machine_client)
    .join(organisation, organisation.c.id == machine_client.c.organisation_id)
    .where(machine_client.c.token_hash == bindparam("hashed"), machine_client.c.active, organisation.c.active)
)


class Sessions:
    """Signs persons in and out. Failures are counted in memory only: a restart forgives."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self._patience = Patience(clock)

    async def sign_in(self, login: str, password: str, seat: str | None) -> tuple[str, Caller]:
        """A fresh session's token and its caller.

        Raises Unauthenticated, the same for an unknown login, a wrong password and a disabled person, and TooMany
        when this login has failed too often lately.
        """
        login = clean_login(login)
        self._patience.spend(login)
        found = await self._storage.read(lambda connection: _find_password(connection, login))
        if not await is_password(password, found.password_hash if found else None) or found is None:
            raise Unauthenticated("sign-in-refused")
        self._patience.forget(login)
        return await self._open(found.id, seat)

    async def admit(self, login: str, seat: str | None) -> tuple[str, Caller]:
        """A session without a password: for the seats of a demo and nothing else. NotFound without such a person."""
        wanted = clean_login(login)
        found = await self._storage.read(lambda connection: _find_password(connection, wanted))
        if found is None:
            raise NotFound("user-not-found")
        return await self._open(found.id, seat)

    async def _open(self, user_id: UUID, seat: str | None) -> tuple[str, Caller]:
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        values = {
            "token_hash": token_hash(token),
            "user_id": user_id,
            "seat": seat,
            "created_at": now,
            "seen_at": now,
            "expires_at": now + LASTS,
        }
        await self._storage.write(lambda connection: _open_session(connection, values, now))
        caller = await find_caller(self._storage, self._clock, token)
        if caller is None:
            raise Unauthenticated("sign-in-refused")
        return token, caller

    async def sign_out(self, caller: Caller) -> None:
        """End the caller's session; a machine client has none to end."""
        ended = delete(session).where(session.c.token_hash == caller.session)
        await self._storage.write(lambda connection: _run(connection, ended))


async def find_caller(storage: Storage, clock: Clock, token: str) -> Caller | None:
    """Who is behind a session's or a machine client's token now; None when nobody is, or no longer."""
    hashed = token_hash(token)
    now = clock.now()
    if token.startswith(TOKEN_PREFIX):
        row = await storage.read(
            lambda connection: connection.execute(_CLIENT, {"hashed": hashed}).one_or_none()
        )
        return None if row is None else _caller(row, None)
    row = await storage.read(
        lambda connection: connection.execute(_PERSON, {"hashed": hashed, "now": now}).one_or_none()
    )
    if row is None:
        return None
    if now - row.seen_at > SEEN_EVERY:
        seen = update(session).where(session.c.token_hash == hashed).values(seen_at=now)
        with suppress(Unavailable):
            await storage.write(lambda connection: _run(connection, seen))
    return _caller(row, hashed)


def _caller(row: Row[Any], session_hash: str | None) -> Caller:
    return Caller(
        actor_id=row.id,
        name=row.name,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        organisation_kind=OrganisationKind(row.organisation_kind),
        unit_id=row.unit_id,
        station_id=row.station_id,
        seat=row.seat,
        session=session_hash,
    )


def _find_password(connection: Connection, login: str) -> Row[Any] | None:
    query: Select[Any] = select(user.c.id, user.c.password_hash).where(user.c.login == login, user.c.active)
    return connection.execute(query).one_or_none()


def _open_session(connection: Connection, values: dict[str, Any], now: datetime) -> None:
    """Expired sessions go with each sign-in, so the table stays as small as a shift."""
    connection.execute(delete(session).where(session.c.expires_at <= now))
    connection.execute(insert(session).values(**values))


def _run(connection: Connection, statement: Executable) -> None:
    connection.execute(statement)
