"""Signing in, signing out, and who I am."""

from functools import partial
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from ledger.clock import Clock
from ledger.kinds.words import OrganisationKind, Role
from ledger.participants import get_organisation
from ledger.storage import Storage
from web.caller import Caller
from web.identity.people import PeopleList, list_people
from web.identity.permissions import PERMISSIONS, Permission
from web.identity.sessions import LASTS, Sessions
from web.routes import Cookie, Nothing, Reply, Route

TAG = "identity"


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Login and password; `seat` is the console that the person sits at."""

    login: Annotated[str, Meta(min_length=1, max_length=60)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]
    seat: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class OwnOrganisation(Struct, frozen=True):
    """The organisation that the caller works for, with its names."""

    id: UUID
    code: str
    kind: OrganisationKind
    name_zh: str
    name_en: str


class Me(Struct, frozen=True, kw_only=True):
    """Who is asking and what they may do; `demo` when nothing here is real."""

    id: UUID
    name: str
    role: Role
    organisation: OwnOrganisation
    unit_id: UUID | None
    station_id: UUID | None
    seat: str | None
    permissions: tuple[Permission, ...]
    demo: bool


class IdentityDesk:
    """The handlers; `demo` tells every page that this is the demo prefecture."""

    def __init__(self, storage: Storage, clock: Clock, *, demo: bool) -> None:
        self._storage = storage
        self._sessions = Sessions(storage, clock)
        self._demo = demo

    async def sign_in(self, caller: None, request: SignIn) -> Reply:
        token, signed_in = await self._sessions.sign_in(request.login, request.password, request.seat)
        cookie = Cookie(token, int(LASTS.total_seconds()))
        return Reply(await self.me(signed_in, Nothing()), cookie=cookie)

    async def sign_out(self, caller: Caller, request: Nothing) -> Reply:
        await self._sessions.sign_out(caller)
        return Reply(Nothing(), cookie=Cookie("", 0))

    async def me(self, caller: Caller, request: Nothing) -> Me:
        own = await self._storage.read(
            lambda connection: get_organisation(connection, caller.organisation_id)
        )
        return Me(
            id=caller.actor_id,
            name=caller.name,
            role=caller.role,
            organisation=OwnOrganisation(own.id, own.code, own.kind, own.name_zh, own.name_en),
            unit_id=caller.unit_id,
            station_id=caller.station_id,
            seat=caller.seat,
            permissions=tuple(sorted(PERMISSIONS[caller.role])),
            demo=self._demo,
        )


def identity_routes(storage: Storage, clock: Clock, *, demo: bool = False) -> list[Route]:
    """The routes of identity."""
    desk = IdentityDesk(storage, clock, demo=demo)
    account = Permission.ACCOUNT
    return [
        Route(
            "call", "POST", "/api/v1/session", None, SignIn, Me, desk.sign_in,
            "Sign in; the answer sets the session cookie", errors=(401, 429), tag=TAG,
        ),
        Route("call", "DELETE", "/api/v1/session", account, Nothing, Nothing, desk.sign_out, "Sign out", tag=TAG),
        Route("call", "GET", "/api/v1/me", account, Nothing, Me, desk.me, "Who I am and what I may do", tag=TAG),
        Route(
            "call", "GET", "/api/v1/people", Permission.REFERENCE_READ, Nothing, PeopleList,
            partial(list_people, storage), "The names behind the ids of those who act", tag=TAG,
        ),
    ]  # fmt: skip
