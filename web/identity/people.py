"""People: the names behind the ids that entries carry.

An entry says who acted by an id, a role and an organisation, and is never changed; the name is looked up here. Who
gets which names: a centre's people those of the whole prefecture, because they work with all of them and telephone
them; everybody else those of their own organisation. Of a foreign person the entry's role and organisation are enough.
"""

from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Row, Table, select, true

from ledger.kinds.words import OrganisationKind, Role
from ledger.storage import Storage
from web.caller import Caller
from web.identity.tables import machine_client, user
from web.routes import Nothing


class PersonView(Struct, frozen=True, kw_only=True):
    """Somebody who can act, or a `machine` that can. Who is no longer `active` still stands in old entries."""

    id: UUID
    name: str
    role: Role
    organisation_id: UUID
    machine: bool
    active: bool


class PeopleList(Struct, frozen=True):
    """By name."""

    people: tuple[PersonView, ...]


async def list_people(storage: Storage, caller: Caller, request: Nothing) -> PeopleList:
    """Everybody whose name the caller may know."""

    def look(connection: Connection) -> list[PersonView]:
        return [
            _person(row, machine=accounts is machine_client)
            for accounts in (user, machine_client)
            for row in connection.execute(select(accounts).where(_known(caller, accounts)))
        ]

    found = await storage.read(look)
    return PeopleList(tuple(sorted(found, key=lambda one: (one.name, one.id))))


def _known(caller: Caller, accounts: Table) -> ColumnElement[bool]:
    # A machine of the centre, a telephone exchange say, has no business with anybody's name.
    if caller.organisation_kind is OrganisationKind.CENTRE and caller.role is not Role.INTEGRATION:
        return true()
    return accounts.c.organisation_id == caller.organisation_id


def _person(row: Row[Any], *, machine: bool) -> PersonView:
    return PersonView(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        organisation_id=row.organisation_id,
        machine=machine,
        active=row.active,
    )
