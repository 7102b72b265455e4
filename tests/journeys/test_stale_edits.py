"""Who changes an incident says what they saw: an edit of what has changed since is refused, with what it is now."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.house import API, Client, RunningHouse
from tests.support.scenes import open_incident, pin, send

EDITS: dict[str, tuple[str, dict[str, Any]]] = {
    "place": ("place_version", {"address": "河东路口"}),
    "priority": ("priority_version", {"priority": "P1", "reason": "said so"}),
    "hold": ("state_version", {"reason": "waits", "remind_in_s": 3600}),
    "close": ("state_version", {"code": "test-call"}),
}
Answer = tuple[int, Any]


async def edit(desk: Client, incident: Any, what: str, version: int | None = None, key: str = "") -> Answer:
    """The status and the answer of an edit by somebody who saw this incident, or this version."""
    member, body = EDITS[what]
    seen = incident[member] if version is None else version
    address = f"{desk.base}{API}/incidents/{incident['id']}/{what}"
    headers = {"Idempotency-Key": key or uuid4().hex}
    async with desk.session.post(address, json={**body, "version": seen}, headers=headers) as response:
        return response.status, await response.json(content_type=None)


@pytest.mark.parametrize("what", EDITS)
async def test_of_two_dispatchers_who_saw_the_same_exactly_one_changes_it(
    house: RunningHouse, what: str
) -> None:
    desks = [await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")]
    incident = await open_incident(desks[0], house)
    answers = await asyncio.gather(*(edit(desk, incident, what) for desk in desks))
    assert sorted(status for status, _ in answers) == [200, 412], answers
    taken = next(answer for status, answer in answers if status == 200)
    refused = next(answer for status, answer in answers if status == 412)
    member, _ = EDITS[what]
    assert refused["code"] == "version-stale"
    assert refused["args"] == {"seen": incident[member], "current": taken[member]}
    assert refused["incident"] == taken
    assert refused["detail"]


async def test_only_what_changed_is_stale(house: RunningHouse) -> None:
    """In a busy case entries come all the time; none of them stands in the way of an edit of something else."""
    one, other = await house.sign_in("dispatcher"), await house.sign_in("dispatcher2")
    incident = await open_incident(one, house)
    path = f"/incidents/{incident['id']}"
    await other.post("/calls", {"source": "120", "incident_id": incident["id"]})
    await other.post(f"{path}/answers", {"complaint": "illness", "answers": {"conscious": "yes"}})
    held = await other.post(f"{path}/hold", EDITS["hold"][1])
    assert (await edit(one, incident, "place"))[0] == 200
    assert (await edit(one, incident, "priority"))[0] == 412
    assert (await edit(one, incident, "close"))[0] == 412
    stale = {"version": incident["state_version"]}
    assert (await one.post(f"{path}/resume", stale, expect=412))["incident"]["hold"] == held["hold"]
    open_again = await one.post(f"{path}/resume", {"version": held["state_version"]})
    await send(other, incident)
    assert (await edit(one, open_again, "hold"))[0] == 412
    await other.post(f"{path}/evidence", {"evidence": [pin(house, 3)]})
    fresh = await one.get(path)
    assert (await edit(one, open_again, "place"))[0] == 412
    assert (await edit(one, fresh, "place"))[0] == 200


async def test_who_asks_again_gets_the_first_answer_and_who_names_no_version_overwrites(
    house: RunningHouse,
) -> None:
    """A machine may leave the version out; a command that is sent again was never stale."""
    desk = await house.sign_in("dispatcher")
    incident = await open_incident(desk, house)
    for what in ("place", "priority", "hold"):
        key = uuid4().hex
        first = await edit(desk, incident, what, key=key)
        assert first[0] == 200
        assert await edit(desk, incident, what, key=key) == first
        await desk.post(f"/incidents/{incident['id']}/{what}", EDITS[what][1])
