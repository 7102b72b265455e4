"""The crew's line: hello, resume, commands; errors are answered and the line stays; who is out is cut off."""

import asyncio
from functools import partial

import aiohttp
import pytest

from app.enrol import id_of
from ledger.kinds.words import Role
from tests.support.crew_line import crew_line
from tests.support.house import RunningHouse
from tests.support.live import listening
from tests.support.scenes import (
    ago,
    crew_of,
    machine,
    open_incident,
    outcomes,
    pin,
    report,
    send,
    stamp,
    until,
)
from web.identity import accounts

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_order_arrives_with_its_way(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    async with crew_line(await town.sign_in("crew-5")) as line:
        await line.say("hello")
        await line.event("ready")
        unit = str(id_of("unit", town.seed.units[4].call_sign))
        (sent,) = await send(dispatcher, await open_incident(dispatcher, town, 1), unit)
        told = await line.event("assignment.sent.v1")
        assert told["data"]["said"]["assignment_id"] == sent["id"]
        way = await line.wait_for(lambda found: found["type"] == "route")
        assert way["route"]["assignment_id"] == sent["id"]
        assert way["route"]["length_m"] > 0
        await line.say("want-route", ref="w", assignment_id=sent["id"])
        asked = await line.wait_for(lambda found: found["type"] == "route" and found["ref"] == "w")
        assert asked["route"]["line"][-1] == way["route"]["line"][-1]
    await dispatcher.post(f"/assignments/{sent['id']}/cancel", {"reason": "test"})


async def test_a_device_that_comes_back_hears_what_it_missed_and_nothing_twice(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town, 1)
    (sent,) = await send(dispatcher, incident)
    crew = await crew_of(town, sent)
    async with crew_line(crew) as line:
        await line.say("hello", after=0)
        await line.event("ready")
        before = line.entries()
    await dispatcher.post(f"/incidents/{incident['id']}/evidence", {"evidence": [pin(town, 1)]})
    await report(crew, sent, stamp("depart", ago(1)))
    await town.settled()
    async with crew_line(crew) as line:
        await line.say("hello", after=before[-1])
        await line.event("ready")
        missed = line.entries()
    async with crew_line(crew) as line:
        await line.say("hello", after=0)
        await line.event("ready")
        assert line.entries() == before + missed
    assert len(missed) == 3
    await report(crew, sent, stamp("empty-run", ago(0)))


async def test_stamps_and_positions_go_the_same_way_as_over_http(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, town, 2))
    crew = await crew_of(town, sent)
    where = {"lon": 111.33, "lat": 23.44, "datum": "wgs84", "fixed_at": ago(0)}
    async with crew_line(crew) as line:
        await line.say("hello")
        await line.say("positions", fixes=[where])
        await line.say("stamps", ref="a", assignment_id=sent["id"], stamps=[stamp("depart", ago(5))])
        answer = await line.answer("a")
        assert outcomes(answer["stamps"]) == ["applied"]
        assert answer["stamps"]["assignment"]["state"] == "ENR"
    seen = await dispatcher.get(f"/units/{sent['unit_id']}")
    assert seen["position"]["lon"] == pytest.approx(111.33)
    await report(crew, sent, stamp("empty-run", ago(0)))


async def test_what_cannot_be_taken_is_answered_and_the_line_stays(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town, 2)
    sent, foreign = await send(
        dispatcher, incident, *(str(id_of("unit", town.seed.units[n].call_sign)) for n in (14, 15))
    )
    async with crew_line(await crew_of(town, sent)) as line:
        await line.say("hello")
        await line.say("stamps", ref="f", assignment_id=foreign["id"], stamps=[stamp("depart", ago(5))])
        assert (await line.answer("f"))["reason"]["code"] == "assignment-not-found"
        await line.say("dance", ref="x")
        await line.answer("")
        await line.socket.send_str("{")
        await line.answer("")
        nowhere = {"lon": 0, "lat": 0, "datum": "moon", "fixed_at": ago(0)}
        await line.say("positions", fixes=[nowhere])
        assert (await line.answer(""))["fields"]
        await line.say("stamps", ref="ok", assignment_id=sent["id"], stamps=[stamp("depart", ago(5))])
        assert outcomes((await line.answer("ok"))["stamps"]) == ["applied"]
    for each in (sent, foreign):
        await dispatcher.post(f"/assignments/{each['id']}/cancel", {"reason": "test"})


async def test_a_first_message_that_is_no_message_is_answered_too(town: RunningHouse) -> None:
    async with crew_line(await town.sign_in("crew-33")) as line:
        await line.socket.send_str("not json")
        await line.answer("")
        await line.say("hello")
        await line.event("ready")


async def test_a_first_command_without_hello_is_not_lost(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    (sent,) = await send(dispatcher, await open_incident(dispatcher, town, 4))
    crew = await crew_of(town, sent)
    async with crew_line(crew) as line:
        await line.say("stamps", ref="a", assignment_id=sent["id"], stamps=[stamp("depart", ago(5))])
        assert outcomes((await line.answer("a"))["stamps"]) == ["applied"]
    await report(crew, sent, stamp("empty-run", ago(0)))


async def test_whoever_is_disabled_is_cut_off_within_five_seconds(town: RunningHouse) -> None:
    crew = await town.sign_in("crew-34")
    device, device_id = await machine(
        town, Role.CREW, id_of("organisation", "CX-H1"), id_of("unit", town.seed.units[34].call_sign)
    )
    async with crew_line(crew) as line, crew_line(device) as other, listening(device) as stream:
        for each in (line, other):
            await each.say("hello")
            await each.event("ready")
        await stream.until("ready")
        storage = town.house.storage
        await storage.write(partial(accounts.disable_user, login="crew-34"))
        await storage.write(partial(accounts.disable_client, client_id=device_id))
        async with asyncio.timeout(5.5):
            for each in (line, other):
                while (await each.socket.receive()).type is aiohttp.WSMsgType.TEXT:
                    pass
                assert each.socket.close_code == 1008
            while await stream.next() is not None:
                pass
    await until(lambda: _nobody_left(town))


async def _nobody_left(town: RunningHouse) -> bool:
    return town.house.hub.subscribers == 0
