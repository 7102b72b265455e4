"""The demo's seats: every account of the demo prefecture, taken without a password by who sits at this machine."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import Meta, Struct
from sqlalchemy import Connection, select

from app.demo.living.api import SEAT as LIVING
from ledger.clock import Clock
from ledger.errors import NotFound
from ledger.kinds.words import OrganisationKind, Role
from ledger.storage import Storage
from ledger.tables import organisation
from web.identity.routes import IdentityDesk, Me
from web.identity.sessions import LASTS, Sessions
from web.identity.tables import user
from web.routes import Cookie, Nothing, Reply, Route

Page = Literal["console", "shift", "station", "crew", "hospital", "clinic", ""]

PAGES: dict[Role, Page] = {
    Role.DISPATCHER: "console",
    Role.SHIFT_LEADER: "shift",
    Role.STATION: "station",
    Role.CREW: "crew",
    Role.HOSPITAL_DESK: "hospital",
    Role.REFERRAL_OFFICE: "hospital",
    Role.CLINIC_DOCTOR: "clinic",
}
"""The page that a role works with; the others have none."""

FIRST: tuple[tuple[Role, OrganisationKind | None], ...] = (
    (Role.DISPATCHER, OrganisationKind.CENTRE),
    (Role.SHIFT_LEADER, OrganisationKind.CENTRE),
    (Role.STATION, None),
    (Role.CREW, None),
    (Role.HOSPITAL_DESK, OrganisationKind.CITY_HOSPITAL),
    (Role.CLINIC_DOCTOR, OrganisationKind.TOWNSHIP_CLINIC),
)
"""One seat of each of these stands at the head of the list; a station may be anybody's, a hospital's too."""

TAG = "demo"

Present = Callable[[], Iterable[tuple[UUID, str | None]]]
"""Which accounts follow the live stream now, each with the seat that its session names."""


class Seat(Struct, frozen=True, kw_only=True):
    """An account of the demo and the page it works with. `first`: one of those that show a whole emergency.

    `taken`: a person sits there now, so the demo's own people leave it to them.
    """

    login: str
    name: str
    role: Role
    organisation_zh: str
    organisation_en: str
    page: Page
    first: bool
    taken: bool


class SeatList(Struct, frozen=True):
    """All seats, those for a first look before the others."""

    seats: tuple[Seat, ...]


class TakeSeat(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose seat; `seat` is what its records call the console, the login unless something else is said."""

    login: Annotated[str, Meta(min_length=1, max_length=60)]
    seat: Annotated[str, Meta(min_length=1, max_length=40)] | None = None


class SeatDesk:
    """The handlers, for a demo and for an installation that is none and says so."""

    def __init__(self, storage: Storage, clock: Clock, present: Present, *, demo: bool) -> None:
        self._storage = storage
        self._sessions = Sessions(storage, clock)
        self._identity = IdentityDesk(storage, clock, demo=demo)
        self._present = present
        self._demo = demo

    async def list_seats(self, caller: None, request: Nothing) -> SeatList:
        self._only_a_demo()
        persons = frozenset(account for account, seat in self._present() if seat != LIVING)
        return SeatList(await self._storage.read(partial(_seats, persons=persons)))

    async def take(self, caller: None, request: TakeSeat) -> Reply:
        self._only_a_demo()
        token, signed_in = await self._sessions.admit(request.login, request.seat or request.login[:40])
        cookie = Cookie(token, int(LASTS.total_seconds()))
        return Reply(await self._identity.me(signed_in, Nothing()), cookie=cookie)

    def _only_a_demo(self) -> None:
        if not self._demo:
            raise NotFound("demo-only")


def _seats(connection: Connection, persons: frozenset[UUID]) -> tuple[Seat, ...]:
    rows = connection.execute(
        select(
            user.c.id,
            user.c.login,
            user.c.name,
            user.c.role,
            organisation.c.kind,
            organisation.c.name_zh,
            organisation.c.name_en,
        )
        .join(organisation, organisation.c.id == user.c.organisation_id)
        .where(user.c.active, organisation.c.active)
    ).all()
    rows = sorted(rows, key=lambda row: _by_number(row.login))
    heads = [head for role, kind in FIRST if (head := _first_of(rows, role, kind)) is not None]
    rest = [row for row in rows if row not in heads]
    return tuple(
        Seat(
            login=row.login,
            name=row.name,
            role=Role(row.role),
            organisation_zh=row.name_zh,
            organisation_en=row.name_en,
            page=PAGES.get(Role(row.role), ""),
            first=row in heads,
            taken=row.id in persons,
        )
        for row in (*heads, *rest)
    )


def _first_of(rows: Sequence[Any], role: Role, kind: OrganisationKind | None) -> Any:  # noqa: ANN401
    fitting = (row for row in rows if row.role == role.value and kind in (None, OrganisationKind(row.kind)))
    return next(fitting, None)


def _by_number(login: str) -> list[tuple[bool, int, str]]:
    """crew-2 before crew-10."""
    return [
        (part.isdigit(), int(part) if part.isdigit() else 0, part) for part in re.findall(r"\d+|\D+", login)
    ]


def seat_routes(storage: Storage, clock: Clock, present: Present, *, demo: bool) -> list[Route]:
    """The routes of the seats; outside a demo they answer that there are none."""
    desk = SeatDesk(storage, clock, present, demo=demo)
    return [
        Route(
            "call", "GET", "/api/v1/demo/seats", None, Nothing, SeatList, desk.list_seats,
            "The seats of the demo", errors=(404,), tag=TAG,
        ),
        Route(
            "call", "POST", "/api/v1/demo/seats/{login}", None, TakeSeat, Me, desk.take,
            "Sit down at a seat of the demo, on this machine; the answer sets the session cookie",
            tag=TAG, loopback=demo,
        ),
    ]  # fmt: skip
