"""The fleet: availability follows from duty, crew, orders and holds; each change is kept; each unit ranked once."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from dispatch.tables import unit_change
from tests.support.house import Client, RunningHouse
from tests.support.scenes import (
    ago,
    crew_of,
    open_incident,
    pin,
    reach,
    report,
    send,
    stamp,
    unit_id,
    units_at,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def unit(client: Client, wanted: str) -> Any:
    return await client.get(f"/units/{wanted}")


def codes(found: Any) -> list[str]:
    return [reason["code"] for reason in found["reasons"]]


async def history(town: RunningHouse, wanted: str) -> list[str]:
    def look(connection: Connection) -> list[str]:
        mine = select(unit_change.c.what).where(unit_change.c.unit_id == UUID(wanted))
        return list(connection.scalars(mine.order_by(unit_change.c.at, unit_change.c.id)))

    return await town.house.storage.read(look)


async def test_duty_and_pause_take_a_unit_out_and_are_kept_with_their_versions(town: RunningHouse) -> None:
    station, mine = await town.sign_in("station-S17"), units_at(town, 16)[3]
    before = await unit(station, mine)
    off = await station.post(
        f"/units/{mine}/duty", {"duty": "repair", "reason": "brakes", "version": before["version"]}
    )
    assert (off["availability"], codes(off)) == ("unavailable", ["duty-repair"])
    stale = await station.post(
        f"/units/{mine}/duty", {"duty": "on", "version": before["version"]}, expect=412
    )
    assert stale["code"] == "version-stale"
    paused = await station.post(f"/units/{mine}/pause", {"reason": "meal"})
    assert codes(paused) == ["duty-repair", "paused"]
    await station.post(f"/units/{mine}/resume")
    on = await station.post(f"/units/{mine}/duty", {"duty": "on"})
    assert (on["availability"], on["version"]) == ("available", before["version"] + 4)
    assert await history(town, mine) == ["duty", "pause", "resume", "duty"]


async def test_a_hold_ends_by_itself(town: RunningHouse) -> None:
    station, mine = await town.sign_in("station-S15"), units_at(town, 14)[0]
    soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    held = await station.post(f"/units/{mine}/pause", {"reason": "fuel", "until": soon})
    assert held["available_at"] is not None
    over = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    assert (await station.post(f"/units/{mine}/pause", {"reason": "fuel", "until": over}))[
        "availability"
    ] == "available"


async def test_whoever_boards_leaves_the_unit_they_were_on(town: RunningHouse) -> None:
    station = await town.sign_in("station-S13")
    mine, other = units_at(town, 12)
    aboard, there = await unit(station, mine), await unit(station, other)
    doctor = next(person["id"] for person in aboard["crew"] if person["role"] == "doctor")
    crew = [doctor, *(person["id"] for person in there["crew"])]
    after = await station.post(f"/units/{other}/crew", {"staff": crew})
    assert doctor in [person["id"] for person in after["crew"]]
    left = await unit(station, mine)
    assert (left["availability"], codes(left)) == ("unavailable", ["crew-missing"])
    assert left["version"] == aboard["version"] + 1
    assert await history(town, mine) == ["crew"]
    stranger = (await unit(await town.sign_in("dispatcher"), units_at(town, 0)[0]))["crew"][0]["id"]
    problem = await station.post(f"/units/{other}/crew", {"staff": [stranger]}, expect=422)
    assert problem["errors"][0]["field"] == "staff[0]"


async def test_a_station_may_name_the_staff_of_its_organisation(town: RunningHouse) -> None:
    station = await town.sign_in("station-S13")
    mine = await unit(station, units_at(town, 12)[0])
    listed = (await station.get(f"/stations/{mine['station_id']}/staff"))["staff"]
    aboard = {person["id"] for person in listed if person["unit_id"] == mine["id"]}
    assert aboard == {person["id"] for person in mine["crew"]}
    home = next(found for found in town.seed.stations if found.code == "S13")
    assert len(listed) == sum(person.organisation == home.organisation for person in town.seed.staff)
    other = (await unit(await town.sign_in("dispatcher"), units_at(town, 0)[0]))["station_id"]
    refused = await station.get(f"/stations/{other}/staff", expect=404)
    assert refused["code"] == "station-not-found"


async def test_a_unit_at_the_hospital_is_conditionally_available(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, town, 7), units_at(town, 7)[0])
    crew = await crew_of(town, sent)
    assert codes(await unit(dispatcher, sent["unit_id"])) == ["on-assignment"]
    await reach(crew, sent, "depart", "arrive", "transport", "at-hospital")
    found = await unit(dispatcher, sent["unit_id"])
    assert (found["availability"], codes(found)) == ("conditional", ["offloading-at-hospital"])
    await report(crew, sent, stamp("hand-over", ago(0)))
    assert codes(await unit(dispatcher, sent["unit_id"])) == ["clearing-at-hospital"]
    await report(crew, sent, stamp("available", ago(0)))
    assert (await unit(dispatcher, sent["unit_id"]))["availability"] == "available"


async def test_the_ranking_holds_every_unit_once_and_says_why(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town, 1)
    ranking = (await dispatcher.get(f"/incidents/{incident['id']}/candidates"))["ranking"]
    listed = [found["unit_id"] for found in (*ranking["candidates"], *ranking["left_out"])]
    assert sorted(listed) == sorted(unit_id(found.call_sign) for found in town.seed.units)
    assert all(found["reasons"] for found in (*ranking["candidates"], *ranking["left_out"]))
    for found in ranking["candidates"]:
        parts = found["parts"]
        assert found["eta_s"] == pytest.approx(parts["ready_s"] + parts["turnout_s"] + parts["drive_s"])


async def test_an_uncertain_place_has_an_expected_and_a_worst_case(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    sure = await open_incident(dispatcher, town, 0, evidence=[pin(town, 0, radius_m=3, source="dispatcher")])
    vague = await open_incident(dispatcher, town, 0, evidence=[pin(town, 0, radius_m=3000, source="cell")])
    spreads = []
    for incident in (sure, vague):
        ranking = (await dispatcher.get(f"/incidents/{incident['id']}/candidates"))["ranking"]
        spreads.append(
            max((found["eta_worst_s"] or 1e6) - found["eta_expected_s"] for found in ranking["candidates"])
        )
    assert spreads[0] < 30 < 60 < spreads[1]
