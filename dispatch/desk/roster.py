"""Who may be named as a crew: the staff of a station's organisation, and where each of them is now."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from dispatch.desk.context import CENTRE, Desk
from dispatch.messages.fleet import StaffList, StaffView, StationId
from dispatch.tables import staff, station, unit
from ledger.errors import NotFound
from ledger.kinds.words import CrewRole
from web.caller import Caller


async def station_staff(desk: Desk, caller: Caller, request: StationId) -> StaffList:
    """Everybody whom the station may name: those who stand ready and those aboard a unit, at this station or another.

    A station sees its own, a centre all, everybody else those of their organisation; NotFound for any other.
    """

    def look(connection: Connection) -> StaffList:
        organisation_id: UUID | None = connection.scalar(_visible(caller, request.station_id))
        if organisation_id is None:
            raise NotFound("station-not-found")
        rows = connection.execute(
            select(staff, unit.c.call_sign, unit.c.station_id)
            .outerjoin(unit, unit.c.id == staff.c.unit_id)
            .where(staff.c.organisation_id == organisation_id)
            .order_by(staff.c.role, staff.c.code)
        )
        return StaffList(
            staff=tuple(
                StaffView(
                    id=row.id,
                    name=row.name,
                    role=CrewRole(row.role),
                    telephone=row.telephone,
                    unit_id=row.unit_id,
                    call_sign=row.call_sign,
                    station_id=row.station_id,
                )
                for row in rows
            )
        )

    return await desk.storage.read(look)


def _visible(caller: Caller, station_id: UUID) -> Select[Any]:
    query = select(station.c.organisation_id).where(station.c.id == station_id, station.c.active)
    if caller.station_id is not None:
        return query.where(station.c.id == caller.station_id)
    if caller.organisation_kind is CENTRE:
        return query
    return query.where(station.c.organisation_id == caller.organisation_id)
