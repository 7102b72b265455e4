"""The names behind the ids of entries: a centre gets all, everybody else those of their own organisation."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ledger.clock import SystemClock
from tests.web.support import Service, serving
from web.identity.routes import identity_routes


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with serving(tmp_path, lambda storage: identity_routes(storage, SystemClock())) as found:
        yield found


async def names(service: Service, as_: str) -> set[str]:
    answer = await service.get("/api/v1/people", as_=as_)
    assert answer.status == 200
    return {found["name"] for found in answer.body["people"]}


async def test_who_gets_whose_names(service: Service) -> None:
    everybody = {"张调度", *service.people.tokens}
    assert await names(service, "dispatcher") == everybody
    assert await names(service, "administrator") == everybody
    assert await names(service, "station") == await names(service, "crew") == {"station", "crew"}
    assert await names(service, "other-station") == {"other-station"}
    assert (
        await names(service, "integration") == await names(service, "hospital") == {"hospital", "integration"}
    )


async def test_what_is_said_of_a_person(service: Service) -> None:
    people = (await service.get("/api/v1/people", as_="dispatcher")).body["people"]
    zhang = next(found for found in people if found["name"] == "张调度")
    assert (zhang["role"], zhang["machine"], zhang["active"]) == ("dispatcher", False, True)
    assert zhang["organisation_id"] == str(service.people.organisations["centre"])
    assert zhang.keys() == {"id", "name", "role", "organisation_id", "machine", "active"}
    assert next(found for found in people if found["name"] == "crew")["machine"]
