"""The demo prefecture made ready: generated, imported, loaded, with an account for every seat. Done once."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid5

from sqlalchemy import Connection, func, select

from app.config import Config
from app.demo.prefecture.generate import ROADS_FILE, SEED_FILE, generate
from app.demo.seed import PrefectureSeed, read_prefecture
from app.enrol import NAMESPACE, id_of, load_prefecture
from geo.errors import RoadsUnreadable
from geo.roads.importer import import_roads
from geo.roads.storage import load_manifest
from ledger import settings
from ledger.clock import SystemClock
from ledger.errors import Conflict
from ledger.kinds.words import OrganisationKind, Role
from ledger.storage import Storage
from ledger.tables import organisation
from web.identity.accounts import User, add_user
from web.identity.passwords import hash_password

Progress = Callable[[str, int, int], None]
PASSWORD_FILE = "demo-password"

DESKS: dict[OrganisationKind, Role] = {
    OrganisationKind.CITY_HOSPITAL: Role.HOSPITAL_DESK,
    OrganisationKind.COUNTY_HOSPITAL: Role.HOSPITAL_DESK,
    OrganisationKind.TOWNSHIP_CLINIC: Role.CLINIC_DOCTOR,
    OrganisationKind.VILLAGE_CLINIC: Role.CLINIC_DOCTOR,
    OrganisationKind.REFERRAL_OFFICE: Role.REFERRAL_OFFICE,
    OrganisationKind.HEALTH_BUREAU: Role.BUREAU,
    OrganisationKind.NEIGHBOUR_CENTRE: Role.DISPATCHER,
}
"""The desk that each kind of organisation gets, beside those of the centre, the stations and the crews."""


def make_files(config: Config, progress: Progress) -> PrefectureSeed:
    """Generate the prefecture and import its roads, unless that was done before."""
    folder = config.prefecture
    if not (folder / SEED_FILE).exists() or not (folder / ROADS_FILE).exists():
        generate(folder, progress=progress)
    if not _roads_are_current(config.roads):
        import_roads(folder / ROADS_FILE, config.roads, progress)
    return read_prefecture((folder / SEED_FILE).read_bytes())


def _roads_are_current(folder: Path) -> bool:
    """Whether this version of the service imported them; an older folder is simply made again."""
    try:
        load_manifest(folder)
    except RoadsUnreadable:
        return False
    return True


def demo_password(folder: Path) -> str:
    """The one password of all demo accounts; made up on this machine and readable by its owner alone."""
    file = folder / PASSWORD_FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as out:
            out.write(secrets.token_urlsafe(12) + "\n")
    return file.read_text().strip()


async def fill(config: Config, storage: Storage, seed: PrefectureSeed) -> None:
    """Load the prefecture and its accounts into an empty database.

    Conflict when the database holds something that is no demo: a demo never mixes with anything real.
    """
    hashed = await hash_password(demo_password(config.data))
    now = SystemClock().now()

    def work(connection: Connection) -> None:
        if connection.scalar(select(func.count()).select_from(organisation)):
            if not settings.is_demo(connection):
                raise Conflict("database-not-demo", database=config.database)
            return
        load_prefecture(connection, seed, now)
        for account in accounts(seed, now):
            add_user(connection, account, hashed)

    await storage.write(work)


def accounts(seed: PrefectureSeed, now: datetime) -> list[User]:
    """An account for every seat of the prefecture: centre, stations, crews, hospitals, clinics, offices."""
    centre = next(found.code for found in seed.organisations if found.kind is OrganisationKind.CENTRE)
    found = [
        _user("dispatcher", "调度员 1", Role.DISPATCHER, centre, now),
        _user("dispatcher2", "调度员 2", Role.DISPATCHER, centre, now),
        _user("leader", "值班长", Role.SHIFT_LEADER, centre, now),
        _user("quality", "质控员", Role.QUALITY, centre, now),
        _user("admin", "管理员", Role.ADMINISTRATOR, centre, now),
        _user("exchange", "电话交换机", Role.INTEGRATION, centre, now),
    ]
    station_of = {station.code: station for station in seed.stations}
    for station in seed.stations:
        login = f"station-{station.code}"
        desk = _user(login, station.name_zh, Role.STATION, station.organisation, now, station=station.code)
        found.append(desk)
    for number, unit in enumerate(seed.units, start=1):
        operator = station_of[unit.station].organisation
        found.append(_user(f"crew-{number}", unit.call_sign, Role.CREW, operator, now, unit=unit.call_sign))
    found += [
        _user(f"desk-{house.code}", house.name_zh, DESKS[house.kind], house.code, now)
        for house in seed.organisations
        if house.kind in DESKS
    ]
    return found


def _user(
    login: str,
    name: str,
    role: Role,
    organisation_code: str,
    now: datetime,
    *,
    unit: str = "",
    station: str = "",
) -> User:
    return User(
        id=uuid5(NAMESPACE, f"user:{login}"),
        login=login,
        name=name,
        role=role,
        organisation_id=id_of("organisation", organisation_code),
        unit_id=id_of("unit", unit) if unit else None,
        station_id=id_of("station", station) if station else None,
        created_at=now,
    )


def sign_ins(seed: PrefectureSeed) -> list[tuple[str, str]]:
    """(login, whose seat) for one account of each kind."""
    hospital = next(o for o in seed.organisations if o.kind is OrganisationKind.CITY_HOSPITAL)
    clinic = next(o for o in seed.organisations if o.kind is OrganisationKind.TOWNSHIP_CLINIC)
    return [
        ("dispatcher", "调度员 dispatcher"),
        ("leader", "值班长 shift leader"),
        (f"station-{seed.stations[0].code}", f"急救站 station desk: {seed.stations[0].name_zh}"),
        ("crew-1", f"车组 crew: {seed.units[0].call_sign}"),
        (f"desk-{hospital.code}", f"医院 hospital desk: {hospital.name_zh}"),
        (f"desk-{clinic.code}", f"卫生院 township clinic: {clinic.name_zh}"),
    ]
