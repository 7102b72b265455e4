"""Hospitals that are asked at once accept in the same instant: the database lets exactly one of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, func, select, update
from sqlalchemy.exc import IntegrityError

from referrals.tables import offer
from tests.support.house import API, Client, RunningHouse
from tests.support.referring import (
    CITY,
    CLINIC,
    COUNTY,
    COUNTY2,
    COUNTY3,
    desk,
    offered,
    refer,
    sound,
    told,
)

ROUNDS = 12
HOSPITALS = (COUNTY, COUNTY2, COUNTY3, CITY)


async def accept(client: Client, found: Any) -> tuple[int, Any]:
    """The status and the answer, whatever they are."""
    address = f"{client.base}{API}/offers/{found['id']}/accept"
    headers = {"Idempotency-Key": uuid4().hex}
    async with client.session.post(address, json={"department": "急诊"}, headers=headers) as response:
        return response.status, await response.json(content_type=None)


async def test_of_hospitals_that_accept_at_once_exactly_one_wins(house: RunningHouse) -> None:
    clinic = await desk(house, CLINIC)
    desks = [await desk(house, code) for code in HOSPITALS]
    for number in range(ROUNDS):
        up = await refer(clinic, *HOSPITALS, parallel=True, by_ambulance=not number)
        offers = [await offered(client, up) for client in desks]
        assert len({found["id"] for found in offers}) == len(HOSPITALS)
        answers = await asyncio.gather(*map(accept, desks, offers))
        assert sorted(status for status, _ in answers) == [200, 409, 409, 409], answers
        winner = [status for status, _ in answers].index(200)
        lost = [body for status, body in answers if status == 409]
        assert {body["code"] for body in lost} == {"offer-lost"}
        assert all(body["detail"] for body in lost)
        seen = await clinic.get(f"/referrals/{up['id']}")
        assert seen["accepted_offer_id"] == offers[winner]["id"]
        states = {found["id"]: found["state"] for found in seen["offers"]}
        assert states.pop(offers[winner]["id"]) == "accepted"
        assert set(states.values()) == {"withdrawn"}
        for i, client in enumerate(desks):
            await client.get(f"/referrals/{up['id']}", expect=200 if i == winner else 404)
    assert len(await told(clinic, house, up["case_id"], "offer.accepted")) == 1
    held = select(func.count()).where(offer.c.held_referral_id.is_not(None))
    assert await house.house.storage.read(lambda connection: connection.scalar(held)) == ROUNDS
    assert await sound(house)


async def test_the_constraint_alone_refuses_a_second_bed(house: RunningHouse) -> None:
    clinic = await desk(house, CLINIC)
    up = await refer(clinic, COUNTY, COUNTY2, parallel=True)

    def hold_both(connection: Connection) -> None:
        mine = offer.c.referral_id == UUID(up["id"])
        connection.execute(update(offer).where(mine).values(held_referral_id=UUID(up["id"])))

    with pytest.raises(IntegrityError):
        await house.house.storage.write(hold_both)


async def test_a_command_sent_twice_accepts_once(house: RunningHouse) -> None:
    clinic, county = await desk(house, CLINIC), await desk(house, COUNTY)
    up = await refer(clinic)
    found = await offered(county, up)
    body, key = {"department": "急诊"}, uuid4().hex
    first = await county.post(f"/offers/{found['id']}/accept", body, key=key)
    assert await county.post(f"/offers/{found['id']}/accept", body, key=key) == first
    again = await county.post(f"/offers/{found['id']}/accept", body, expect=409)
    assert again["code"] == "transition-not-open"
