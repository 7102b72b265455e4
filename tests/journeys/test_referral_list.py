"""A desk's list of referrals costs the same number of queries, however many there are."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, event

from app.enrol import id_of
from ledger.kinds.words import OrganisationKind, Role
from ledger.storage import Storage
from ledger.storage.contract import T, Work
from referrals.desk.referring import list_referrals
from referrals.messages.referrals import ListReferrals, ReferralList
from tests.support.house import RunningHouse
from tests.support.referring import CLINIC, COUNTY, COUNTY2, accept, desk, refer
from web.caller import Caller

CALLER = Caller(
    actor_id=id_of("organisation", CLINIC),
    name="clinic",
    role=Role.CLINIC_DOCTOR,
    organisation_id=id_of("organisation", CLINIC),
    organisation_kind=OrganisationKind.TOWNSHIP_CLINIC,
)


class Counting:
    """The storage of one use case; `said` are the statements of its reads."""

    def __init__(self, storage: Storage) -> None:
        self.said: list[str] = []
        self._storage = storage

    async def read(self, work: Work[T]) -> T:
        def counted(connection: Connection) -> T:
            def note(*told: Any) -> None:
                self.said.append(told[2])

            event.listen(connection, "before_cursor_execute", note)
            try:
                return work(connection)
            finally:
                event.remove(connection, "before_cursor_execute", note)

        return await self._storage.read(counted)


async def listed(house: RunningHouse) -> tuple[int, ReferralList]:
    """How many statements the clinic's list takes, and the list."""
    storage = Counting(house.house.storage)
    office = replace(house.house.referrals, storage=storage)  # type: ignore[arg-type]
    found = await list_referrals(office, CALLER, ListReferrals(mine="sent", limit=200))
    return len(storage.said), found


async def test_the_list_takes_as_many_queries_for_ten_as_for_one(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    await accept(county, await refer(clinic, COUNTY, COUNTY2, by_ambulance=False))
    one, found = await listed(house)
    assert len(found.referrals) == 1
    for number in range(9):
        up = await refer(clinic, COUNTY, COUNTY2, by_ambulance=False)
        if number % 2:
            await accept(county, up)
    ten, found = await listed(house)
    assert len(found.referrals) == 10
    assert ten == one <= 12
