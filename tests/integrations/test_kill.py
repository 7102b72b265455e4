"""kill -9 while deliveries are under way: the next start goes on where the killed one was, and nothing is missing."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import aiohttp

from app.config import Config
from app.demo import setup as demo
from app.enrol import id_of
from ledger.kinds.words import Role
from ledger.storage.open import open_storage
from tests.integrations.receiver import receiving
from tests.support.house import API
from tests.support.process import Service, nursery, sign_in
from tests.support.scenes import until
from web.identity import accounts

KILLS, CALLS_EACH = 3, 4


async def test_a_killed_service_delivers_everything_in_order(config: Config) -> None:
    """The receiver is slow, so that a kill always finds deliveries waiting and one on its way."""
    seed = demo.make_files(config, lambda stage, done, total: None)
    storage = await open_storage(config.database)
    await demo.fill(config, storage, seed)
    new = accounts.Client(
        id=uuid4(),
        name="system",
        role=Role.INTEGRATION,
        organisation_id=id_of("organisation", "WZ-120"),
        created_at=datetime.now(UTC),
    )
    token = await storage.write(partial(accounts.add_client, new=new))
    await storage.close()
    async with (
        nursery() as started,
        started.service(config) as service,
        receiving(delay_s=0.1) as receiver,
    ):
        webhook = await ask(service, token, "POST", "/webhooks", {"url": receiver.url})
        async with sign_in(service, "dispatcher") as dispatcher:
            for _ in range(KILLS):
                for _ in range(CALLS_EACH):
                    await take_call(service, dispatcher)
                await receiver.has(len(receiver.got) + 2, seconds=30)
                await service.kill()
                await service.start()
            last = await take_call(service, dispatcher)
        path = f"/webhooks/{webhook['id']}"

        async def all_is_told() -> bool:
            seen = await ask(service, token, "GET", path)
            return seen["waiting"] == 0 and any(last in got.body.decode() for got in receiver.got)

        await until(all_is_told, 60)
        entries = await ask(service, token, "GET", f"{path}/deliveries?limit=200")
    positions = receiver.positions()
    assert positions == sorted(positions)
    assert sorted(set(positions)) == list(range(1, max(positions) + 1))
    assert {one["state"] for one in entries["deliveries"]} == {"delivered"}
    assert len(positions) <= len(set(positions)) + KILLS


async def ask(service: Service, token: str, method: str, path: str, body: Any = None) -> Any:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid4().hex}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, service.base + API + path, json=body, headers=headers) as response,
    ):
        assert response.status == 200, await response.text()
        return await response.json()


async def take_call(service: Service, session: aiohttp.ClientSession) -> str:
    """The id of the incident of a fresh call."""
    body = {"source": "120", "callback": f"139{uuid4().int % 10**8:08}", "complaint": "腹痛"}
    async with session.post(
        f"{service.base}{API}/calls", json=body, headers={"Idempotency-Key": uuid4().hex}
    ) as response:
        assert response.status == 200, await response.text()
        answer = await response.json()
        return str(answer["incident"]["id"])
