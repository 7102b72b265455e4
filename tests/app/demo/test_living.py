"""The living demo beside a real service: whole stories come to their ends, and it yields to whoever takes a seat."""

import asyncio
import sys
import threading
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

import fixtures
from app.demo.living import conductor as cast
from app.demo.living import crews, facilities, moods, stations
from app.demo.living.__main__ import live
from app.demo.living.conductor import Conductor
from app.demo.living.moods import Mood
from app.demo.living.pace import Pace
from app.demo.seed import OrganisationSeed, read_calls
from app.enrol import id_of
from geo.roads.importer import load_places
from ledger.kinds.words import OrganisationKind
from ledger.tables import entry
from tests.support import databases, prefecture
from tests.support.house import API, RunningHouse, running_house
from tests.support.scenes import open_incident

FAST = 200.0
CLINICS = 4
"""So many clinics have somebody at their desk: a whole prefecture's at this speed would be a load test."""

WITHIN_S = 120.0
STALE_S = 30.0
"""After that a page calls a vehicle's place old."""

QUIET_S = 1.5
"""Real seconds, minutes for the demo's people: who has not acted by then does not act."""

STORY = (
    "incident.opened.v1",
    "handover.completed.v1",
    "referral.transport-requested.v1",
    "referral.outcome-sent.v1",
    "followup.planned.v1",
    "followup.visited.v1",
    "case.closed.v1",
)
"""From the ring to the family doctor's visit."""


@pytest.fixture
async def house(small_prefecture: Path, tmp_path: Path) -> AsyncIterator[RunningHouse]:
    config = prefecture.config(small_prefecture, tmp_path, str(tmp_path / "jiuhu.db"))
    async with running_house(config) as found:
        yield found


@pytest.fixture
def kind_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is silent, every crew goes and brings its patient, every patient comes back, roads close seldom; and
    who leaves a crew's seat is not waited for long.
    """
    monkeypatch.setattr(moods, "DEALT", (Mood.PROMPT,))
    monkeypatch.setattr(stations, "CANNOT_GO", 0.0)
    monkeypatch.setattr(crews, "WITHOUT_TRANSPORT", 0.0)
    monkeypatch.setattr(facilities, "DOWN_AGAIN", 1.0)
    monkeypatch.setattr(cast, "CLOSURES_EVERY_S", 3000.0)
    monkeypatch.setattr(cast, "KEPT_S", 200.0)


def clinics_of(house: RunningHouse) -> list[OrganisationSeed]:
    """The clinics that have somebody at their desk."""
    return [o for o in house.seed.organisations if o.kind is OrganisationKind.TOWNSHIP_CLINIC][:CLINICS]


@asynccontextmanager
async def living(house: RunningHouse, between_s: float) -> AsyncIterator[None]:
    """The demo's people at work, on a loop of their own; whatever they log at error level fails the test."""
    others = [o for o in house.seed.organisations if o.kind is not OrganisationKind.TOWNSHIP_CLINIC]
    conductor = Conductor(
        house.base,
        house.password,
        msgspec.structs.replace(house.seed, organisations=(*others, *clinics_of(house))),
        load_places(house.house.config.roads),
        read_calls(fixtures.read("calls.json")),
        Pace(FAST, 120),
        between_s,
    )
    stop = threading.Event()
    with capture_logs() as records:
        life = asyncio.create_task(
            asyncio.to_thread(asyncio.run, live(conductor, asyncio.to_thread(stop.wait)))
        )
        try:
            yield
            assert not life.done(), life
        finally:
            stop.set()
            await life
    failures = [record for record in records if record["log_level"] in ("error", "critical")]
    assert not failures, failures


async def until(found: Callable[[], Awaitable[Any]], what: str) -> Any:
    """The first answer that says yes."""
    try:
        async with asyncio.timeout(WITHIN_S):
            while not (answer := await found()):
                await asyncio.sleep(0.1)
            return answer
    except TimeoutError:
        pytest.fail(f"waited in vain: {what}")


async def said(house: RunningHouse) -> Counter[str]:
    """How often each kind of entry was written."""
    rows = await house.house.storage.read(lambda connection: connection.execute(select(entry.c.kind)).all())
    return Counter(row.kind for row in rows)


@pytest.mark.usefixtures("kind_chance")
async def test_whole_stories_come_to_their_ends_and_parked_vehicles_report(house: RunningHouse) -> None:
    centre = await house.sign_in("leader")
    async with living(house, between_s=1500):

        async def told() -> bool:
            return set(STORY) <= set(await said(house))

        await until(told, f"{STORY}")

        async def all_seen() -> bool:
            units = (await centre.get("/units"))["units"]
            return all(u["position"] and u["position"]["age_s"] < STALE_S for u in units)

        await until(all_seen, "a position of every unit")


async def _hear(line: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in line:
        pass


class Sitting:
    """A person at a page: a seat taken without a password, and the live line that says they are there."""

    def __init__(self, house: RunningHouse, login: str) -> None:
        self._house = house
        self._login = login
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> "Sitting":
        jar = aiohttp.CookieJar(unsafe=True)
        session = await self._stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
        async with session.post(f"{self._house.base}{API}/demo/seats/{self._login}") as answer:
            assert answer.status == 200, await answer.text()
        line = await self._stack.enter_async_context(session.ws_connect(f"{self._house.base}{API}/live"))
        await line.send_json({"type": "hello", "after": None})
        await line.receive_json()
        # Who hears nothing, nor answers whether they are still there, is let go.
        listening = asyncio.create_task(_hear(line))
        self._stack.callback(listening.cancel)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def leave(self) -> None:
        await self._stack.aclose()


@pytest.mark.usefixtures("kind_chance")
async def test_each_chair_yields_to_a_person_and_is_taken_up_again(house: RunningHouse) -> None:
    unit = house.seed.units[0]
    unit_id = str(id_of("unit", unit.call_sign))
    hospitals = [f"desk-{o.code}" for o in house.seed.organisations if o.kind.value.endswith("-hospital")]
    clinics = [f"desk-{clinic.code}" for clinic in clinics_of(house)]
    centre, crew = await house.sign_in("leader"), await house.sign_in("crew-1")
    exchange = await house.sign_in("exchange")

    async def ring_state() -> str:
        return next(str(r["state"]) for r in (await centre.get("/rings"))["rings"] if r["id"] == rang["id"])

    async def order() -> Any:
        return (await centre.get(f"/incidents/{incident['id']}"))["assignments"][0]

    async def notice() -> Any:
        cases = (await order())["cases"]
        found = (await centre.get("/inbound", done="true"))["notices"]
        return next((n for n in found if n["case_id"] in cases), None)

    async def drive() -> None:
        stamp = {"command_id": "mine", "event": "depart", "at": (await order())["sent_at"]}
        await crew.post(f"/assignments/{(await order())['id']}/stamps", {"stamps": [stamp]})

    async with AsyncExitStack() as stack, living(house, between_s=1e6):
        sat = {
            login: await stack.enter_async_context(Sitting(house, login))
            for login in (
                "dispatcher",
                "crew-1",
                f"station-{unit.station}",
                *clinics,
                *hospitals,
            )
        }
        await asyncio.sleep(3)  # the demo looks every two seconds who sits where

        rang = await exchange.post(
            "/rings", {"ring_id": "test-1", "callback": "19900001", "source": "120", "heard": "x"}
        )
        incident = await open_incident(centre, house)
        await centre.post(f"/incidents/{incident['id']}/assignments", {"units": [{"unit_id": unit_id}]})
        await asyncio.sleep(QUIET_S)
        assert await ring_state() == "ringing"
        assert ((await order())["state"], (await order())["station_heard_at"]) == ("DSP", None)

        await sat[f"station-{unit.station}"].leave()

        async def heard() -> bool:
            return (await order())["station_heard_at"] is not None

        await until(heard, "the station takes the order up")
        assert (await order())["state"] == "DSP"

        before = (await centre.get(f"/units/{unit_id}"))["position"]
        await drive()

        async def moved() -> bool:
            now = (await centre.get(f"/units/{unit_id}"))["position"]
            return now is not None and now["lon"] != (before or {}).get("lon")

        await until(moved, "the vehicle drives when a person says so")
        assert (await order())["state"] == "ENR"

        await sat["crew-1"].leave()
        found = await until(notice, "the crew goes on and the hospital hears of the patient")

        async def signed() -> bool:
            return (await notice())["crew_signed"] is not None

        await until(signed, "the crew signs")
        await asyncio.sleep(QUIET_S)
        found = await notice()
        assert (found["acknowledged_at"], found["handed_over_at"]) == (None, None)

        for hospital in hospitals:
            await sat[hospital].leave()

        async def received() -> bool:
            now = await notice()
            return now is not None and now["handed_over_at"] is not None

        await until(received, "the hospital receives the patient")

        assert (await said(house))["referral.requested.v1"] == 0
        for clinic in clinics:
            await sat[clinic].leave()

        async def referred() -> bool:
            return (await said(house))["referral.requested.v1"] > 0

        await until(referred, "a clinic refers a patient")

        assert await ring_state() == "ringing"
        await sat["dispatcher"].leave()

        async def answered() -> bool:
            return await ring_state() != "ringing"

        await until(answered, "the dispatcher takes the ring up")


@pytest.fixture
def last_engine(tmp_path: Path) -> Iterator[str]:
    """A fresh database of the last engine that this machine has."""
    with databases.fresh(databases.engines()[-1], tmp_path) as name:
        yield name


async def test_it_ends_when_its_input_closes(
    last_engine: str, small_prefecture: Path, tmp_path: Path
) -> None:
    async with running_house(prefecture.config(small_prefecture, tmp_path, last_engine)) as house:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.demo.living", f"--url={house.base}", f"--data={tmp_path}"),
            *("--speed=60", "--between=60"),
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

        async def sent() -> bool:
            return (await said(house))["assignment.sent.v1"] > 0

        await until(sent, "a unit is sent")
        assert process.stdin is not None
        process.stdin.close()
        async with asyncio.timeout(WITHIN_S):
            log = (await process.communicate())[1].decode()
    assert process.returncode == 0, log
    assert "Traceback" not in log
    assert "[error" not in log
