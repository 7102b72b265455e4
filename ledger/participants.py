"""Organisations: identity, kind, tier, parent, place."""

from typing import Any
from uuid import UUID

from msgspec import Struct
from shapely import Point
from sqlalchemy import Connection, Row, select

from ledger.errors import Invalid, NotFound
from ledger.kinds.words import CentreForm, OrganisationKind
from ledger.storage import spatial
from ledger.storage.insert import insert_new
from ledger.tables import organisation


class Organisation(Struct, frozen=True, kw_only=True):
    """A participant. `lon`, `lat` are WGS-84 degrees; `tier` is 1 to 3 for facilities."""

    id: UUID
    code: str
    kind: OrganisationKind
    name_zh: str
    name_en: str
    form: CentreForm | None = None
    parent_id: UUID | None = None
    county: str = ""
    tier: int | None = None
    capabilities: tuple[str, ...] = ()
    telephone: str = ""
    lon: float | None = None
    lat: float | None = None
    active: bool = True


def enrol(connection: Connection, new: Organisation) -> None:
    """Take an organisation in; Invalid when its code is taken."""
    values = {
        "id": new.id,
        "code": new.code,
        "kind": new.kind.value,
        "form": new.form.value if new.form else None,
        "name_zh": new.name_zh,
        "name_en": new.name_en,
        "parent_id": new.parent_id,
        "county": new.county,
        "tier": new.tier,
        "capabilities": new.capabilities,
        "telephone": new.telephone,
        "place": None if new.lon is None or new.lat is None else spatial.put(Point(new.lon, new.lat)),
        "active": new.active,
    }
    if not insert_new(connection, organisation, values, ("code",)):
        raise Invalid("organisation-code-taken", field="code", value=new.code)


def get_organisation(connection: Connection, organisation_id: UUID) -> Organisation:
    """One organisation by id."""
    row = connection.execute(select(organisation).where(organisation.c.id == organisation_id)).one_or_none()
    if row is None:
        raise NotFound("organisation-not-found")
    return _organisation(row)


def find_organisation(connection: Connection, code: str) -> Organisation | None:
    """One organisation by its code, if there is one."""
    row = connection.execute(select(organisation).where(organisation.c.code == code)).one_or_none()
    return None if row is None else _organisation(row)


def list_organisations(connection: Connection) -> list[Organisation]:
    """All of them, by code."""
    return [
        _organisation(row) for row in connection.execute(select(organisation).order_by(organisation.c.code))
    ]


def _organisation(row: Row[Any]) -> Organisation:
    place = spatial.get(row.place)
    lon, lat = (place.x, place.y) if isinstance(place, Point) else (None, None)
    return Organisation(
        id=row.id,
        code=row.code,
        kind=OrganisationKind(row.kind),
        form=CentreForm(row.form) if row.form else None,
        name_zh=row.name_zh,
        name_en=row.name_en,
        parent_id=row.parent_id,
        county=row.county,
        tier=row.tier,
        capabilities=tuple(row.capabilities),
        telephone=row.telephone,
        lon=lon,
        lat=lat,
        active=row.active,
    )
