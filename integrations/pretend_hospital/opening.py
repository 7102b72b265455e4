"""A hospital opens: it listens, registers its webhook, says what is free, and takes up what is open already."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from uuid import uuid4

from aiohttp import web

from integrations.pretend_hospital import arrivals, referrals
from integrations.pretend_hospital.hospital import Duty, Hospital
from integrations.pretend_hospital.server import PATH

CAPACITY_EVERY_S = 600.0

DUTIES: Mapping[str, Duty] = {
    "notice.sent.v1": arrivals.hear,
    "notice.patient-arrived.v1": arrivals.receive,
    "offer.made.v1": referrals.answer,
    "referral.arrived.v1": referrals.tell,
    "followup.planned.v1": referrals.visit,
}
"""What it listens to, and what it does then."""


@asynccontextmanager
async def open_hospital(
    hospital: Hospital, host: str = "127.0.0.1", port: int = 0, url: str | None = None
) -> AsyncIterator[str]:
    """The hospital with its server listening and its webhook registered; gives the address that it registered."""
    runner = web.AppRunner(hospital.door.application(), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        address = url or f"http://{host}:{runner.addresses[0][1]}{PATH}"
        async with hospital.api:
            hospital.organisation_id = (await hospital.api.get("/me"))["organisation"]["id"]
            await _register(hospital, address)
            hospital.start("capacity", partial(_keep_capacity, hospital))
            if hospital.manner.takes_webhooks:
                hospital.start("catching up", partial(_catch_up, hospital))
            try:
                yield address
            finally:
                await hospital.close()
    finally:
        await runner.cleanup()


async def _register(hospital: Hospital, url: str) -> None:
    """A new webhook, or a new secret for the one that an earlier run has left."""
    api = hospital.api
    known = [found for found in (await api.get("/webhooks"))["webhooks"] if found["url"] == url]
    if not known:
        body = {"url": url, "kinds": sorted(hospital.duties), "description": "pretend hospital"}
        hospital.door.secret = (await api.post("/webhooks", body, key=uuid4().hex))["secret"]
        return
    path = f"/webhooks/{known[0]['id']}"
    hospital.door.secret = (await api.post(f"{path}/rotate", {}, key=uuid4().hex))["secret"]
    if not known[0]["enabled"]:
        await api.post(f"{path}/enable", {}, key=uuid4().hex)


async def _keep_capacity(hospital: Hospital) -> None:
    while True:
        for service, (state, beds) in hospital.manner.services.items():
            body = {"service": service, "state": state, "beds_free": beds}
            await hospital.do(f"/facilities/{hospital.organisation_id}/capacity", body, uuid4().hex)
        await hospital.pause(CAPACITY_EVERY_S)


async def _catch_up(hospital: Hospital) -> None:
    """Whoever is on the way, or waits for an answer, since before this hospital was there."""
    for found in (await hospital.api.get("/inbound"))["notices"]:
        said = {"notice_id": found["notice_id"]}
        hospital.start("catching up", partial(arrivals.hear, hospital, said))
        if found["arrived_at"] is not None:
            hospital.start("catching up", partial(arrivals.receive, hospital, said))
    for found in (await hospital.api.get("/referrals", mine="received"))["referrals"]:
        for offer in found["offers"]:
            said = {"referral_id": found["id"], "offer_id": offer["id"]}
            hospital.start("catching up", partial(referrals.answer, hospital, said))
