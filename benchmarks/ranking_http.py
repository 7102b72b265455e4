"""The ranking as the console asks for it: over HTTP, with the whole service in between, ours against networkx.

Both rows ask the same running house for the same incident's candidates; for the second one its travel times are
answered by networkx on the same graph. The answers are compared before times are taken.
"""

import asyncio
import http.client
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from app.compose import House, open_house
from app.config import Config
from app.demo import setup as demo
from app.demo.prefecture.generate import SEED_FILE
from app.demo.seed import read_prefecture
from benchmarks.measure import Row, measure, say
from benchmarks.networkx_peer import NetworkxTimes
from geo.roads.travel import TravelTimes
from ledger.storage.open import open_storage

JOB = "40 units ranked through HTTP"


def rows(prefecture: Path, data: Path, *, quick: bool) -> list[Row]:
    """Ours and networkx through the same service on the demo prefecture in `prefecture`, its roads imported."""
    found, answers = [], []
    incidents: list[str] = []
    data.mkdir(parents=True)
    for name in ("prefecture", "roads"):
        source = prefecture if name == "prefecture" else prefecture / "roads"
        (data / name).symlink_to(source.resolve())
    config = Config(data=data, database=str(data / "bench.db"), port=0, demo=True)
    for engine, load in (("ours", TravelTimes.load), ("networkx", NetworkxTimes.load)):
        with _service(config, load) as (port, password):
            client = _Client(port, password)
            # The second engine finds the same database and the same incidents.
            incidents = incidents or [client.take_call(*p) for p in _places(prefecture, 2 if quick else 5)]
            answers.append([_order(client.rank(incident)) for incident in incidents])
            cases = [incidents[i % len(incidents)] for i in range(10 if quick else 400)]
            found.append(measure(JOB, engine, client.rank, cases, budget_s=1.0 if quick else 6.0))
    if answers[0] != answers[1]:
        raise SystemExit("networkx ranks differently through HTTP")
    say(f"{len(answers[0])} rankings through HTTP equal")
    return found


def _order(answer: Any) -> list[tuple[str, float]]:  # noqa: ANN401
    return [(found["unit_id"], round(found["eta_s"], 3)) for found in answer["ranking"]["candidates"]]


def _places(prefecture: Path, count: int) -> list[tuple[float, float]]:
    seed = read_prefecture((prefecture / SEED_FILE).read_bytes())
    return [(station.lon + 0.01, station.lat + 0.01) for station in seed.stations[:count]]


class _Client:
    def __init__(self, port: int, password: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port)
        self._headers = {"Content-Type": "application/json"}
        self._keys = 0
        self._ask("POST", "/session", {"login": "dispatcher", "password": password})

    def take_call(self, lon: float, lat: float) -> str:
        point = {
            "id": "bench",
            "kind": "point",
            "source": "dispatcher",
            "lon": lon,
            "lat": lat,
            "datum": "wgs84",
        }
        answer = self._ask("POST", "/calls", {"source": "120", "evidence": [point]})
        incident: str = answer["incident"]["id"]
        return incident

    def rank(self, incident: str) -> Any:  # noqa: ANN401
        return self._ask("GET", f"/incidents/{incident}/candidates", None)

    def _ask(self, method: str, path: str, body: Any) -> Any:  # noqa: ANN401
        self._keys += 1
        headers = {**self._headers, "Idempotency-Key": f"bench-{self._keys}"}
        content = None if body is None else json.dumps(body)
        self._connection.request(method, "/api/v1" + path, content, headers)
        response = self._connection.getresponse()
        text = response.read()
        if response.status != http.client.OK:
            raise SystemExit(f"{method} {path}: {response.status} {text.decode()}")
        for cookie in response.headers.get_all("Set-Cookie") or []:
            self._headers["Cookie"] = cookie.partition(";")[0]
        return json.loads(text)


@contextmanager
def _service(config: Config, load: Callable[[Path], TravelTimes]) -> Iterator[tuple[int, str]]:
    """The whole service in a thread of its own, with travel times from `load`; its port and the demo password."""
    ready: list[int] = []
    started, stop = threading.Event(), threading.Event()

    async def run() -> None:
        seed = demo.make_files(config, lambda stage, done, total: None)
        storage = await open_storage(config.database)
        await demo.fill(config, storage, seed)
        await storage.close()
        async with open_house(config, load_roads=load) as house:
            await _listen(house, ready, started, stop)

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    if not started.wait(120):
        raise SystemExit("the service did not start")
    try:
        yield ready[0], demo.demo_password(config.data)
    finally:
        stop.set()
        thread.join(30)


async def _listen(house: House, ready: list[int], started: threading.Event, stop: threading.Event) -> None:
    runner = web.AppRunner(house.application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    ready.append(runner.addresses[0][1])
    started.set()
    await asyncio.to_thread(stop.wait)
    await runner.cleanup()
