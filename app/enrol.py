"""A prefecture's file -> organisations, stations, units, staff and areas in the database, once, in one write."""

from datetime import datetime
from uuid import UUID, uuid5

from msgspec import json
from shapely import Point, Polygon
from sqlalchemy import Connection, func, insert, select

from app.demo.seed import PrefectureSeed
from dispatch.tables import area, staff, station, unit
from ledger.errors import Conflict, Invalid
from ledger.kinds.words import OrganisationKind
from ledger.participants import Organisation, enrol
from ledger.settings import BOUNDS, DEMO, LOG_NAME, set_once
from ledger.storage import spatial
from ledger.tables import organisation

NAMESPACE = UUID("5b0f6a3e-6a0f-5d5c-9f0e-9a4f6f1f0120")
"""Ids follow from codes, so that the same file gives the same ids on every machine."""


def id_of(kind: str, code: str) -> UUID:
    """The id of an organisation, station, unit or person of a prefecture's file."""
    return uuid5(NAMESPACE, f"{kind}:{code}")


def load_prefecture(connection: Connection, seed: PrefectureSeed, now: datetime) -> None:
    """Fill an empty database. Conflict when there are organisations already."""
    if connection.scalar(select(func.count()).select_from(organisation)):
        raise Conflict("prefecture-loaded-already")
    if not any(found.kind is OrganisationKind.CENTRE for found in seed.organisations):
        raise Invalid("prefecture-without-centre", field="organisations")
    if seed.demo:
        set_once(connection, DEMO, f"{seed.name_en} {seed.seed}")
    set_once(connection, LOG_NAME, f"jiuhu/{seed.name_en}")
    set_once(connection, BOUNDS, json.encode(seed.bounds).decode())
    _organisations(connection, seed)
    _stations(connection, seed)
    _units(connection, seed)
    _areas(connection, seed)


def _organisations(connection: Connection, seed: PrefectureSeed) -> None:
    left, known = list(seed.organisations), set[str]()
    while left:
        ready = [found for found in left if found.parent is None or found.parent in known]
        if not ready:
            raise Invalid("organisation-parent-unknown", field="organisations", code_named=left[0].code)
        for found in ready:
            enrol(
                connection,
                Organisation(
                    id=id_of("organisation", found.code),
                    code=found.code,
                    kind=found.kind,
                    form=found.form,
                    name_zh=found.name_zh,
                    name_en=found.name_en,
                    parent_id=None if found.parent is None else id_of("organisation", found.parent),
                    county=found.county,
                    tier=found.tier,
                    capabilities=found.capabilities,
                    telephone=found.telephone,
                    lon=found.lon,
                    lat=found.lat,
                ),
            )
            known.add(found.code)
        left = [found for found in left if found.code not in known]


def _stations(connection: Connection, seed: PrefectureSeed) -> None:
    for found in seed.stations:
        connection.execute(
            insert(station).values(
                id=id_of("station", found.code),
                code=found.code,
                name_zh=found.name_zh,
                name_en=found.name_en,
                organisation_id=id_of("organisation", found.organisation),
                place=spatial.put(Point(found.lon, found.lat)),
                turnout_day_s=found.turnout_day_s,
                turnout_night_s=found.turnout_night_s,
                active=True,
            )
        )


def _units(connection: Connection, seed: PrefectureSeed) -> None:
    for found in seed.units:
        connection.execute(
            insert(unit).values(
                id=id_of("unit", found.call_sign),
                call_sign=found.call_sign,
                station_id=id_of("station", found.station),
                kind=found.kind.value,
                capabilities=tuple(capability.value for capability in found.capabilities),
                plate=found.plate,
                duty="on",
                duty_reason="",
                version=1,
                active=True,
            )
        )
    for person in seed.staff:
        connection.execute(
            insert(staff).values(
                id=id_of("staff", person.code),
                code=person.code,
                name=person.name,
                organisation_id=id_of("organisation", person.organisation),
                role=person.role.value,
                telephone=person.telephone,
                unit_id=id_of("unit", person.unit),
            )
        )


def _areas(connection: Connection, seed: PrefectureSeed) -> None:
    for found in seed.areas:
        connection.execute(
            insert(area).values(
                code=found.code,
                name_zh=found.name_zh,
                name_en=found.name_en,
                organisation_id=id_of("organisation", found.organisation),
                shape=spatial.put(Polygon(found.ring)),
                priority=0,
                version=1,
            )
        )
