"""/openapi.json and /docs say what is served."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from msgspec import Struct
from openapi_spec_validator import OpenAPIV31SpecValidator

from ledger.clock import SystemClock
from ledger.sequencer import Sequencer
from ledger.storage.sqlite import SqliteStorage
from tests.web import test_server
from tests.web.support import plain_book, serving
from web.config import WebConfig
from web.health import health_routes
from web.identity.permissions import Permission
from web.identity.routes import identity_routes
from web.live import Hub
from web.live_socket import live_routes
from web.metrics import Metrics
from web.openapi import describe, operation_id
from web.routes import Nothing, Route, Socket


class Said(Struct, frozen=True):
    words: str


async def crew(caller: Any, request: Nothing, socket: Socket) -> None:
    return None


def every_route(storage: SqliteStorage) -> list[Route]:
    hub = Hub(storage, plain_book(), Sequencer(storage))
    return [
        *identity_routes(storage, SystemClock()),
        *live_routes(hub),
        *health_routes({}, Metrics()),
        *test_server.routes(storage),
        Route("socket", "GET", "/api/v1/crew", Permission.CREW_SOCKET, Nothing, Said, crew, "Crew <socket>"),
    ]


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


@pytest.fixture
async def pages(tmp_path: Path) -> tuple[dict[str, Any], str]:
    async with serving(tmp_path, every_route) as service:
        described = await service.get("/openapi.json")
        page = await service.get("/docs")
        assert (described.status, page.status) == (200, 200)
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        return described.body, page.raw.decode()


async def test_the_document_is_valid_and_complete(pages: tuple[dict[str, Any], str]) -> None:
    document, _ = pages
    OpenAPIV31SpecValidator(document).validate()
    components = document["components"]
    for reference in references(document):
        _, _, kind, name = reference.split("/")
        assert name in components[kind], reference
    used = {reference.rsplit("/", 1)[1] for reference in references(document)}
    mapped = {
        target.rsplit("/", 1)[1]
        for schema in re.findall(r'"mapping":({[^}]*})', msgspec.json.encode(document).decode())
        for target in msgspec.json.decode(schema).values()
    }
    assert components["schemas"].keys() <= used | mapped


async def test_fields_stand_where_they_travel(pages: tuple[dict[str, Any], str]) -> None:
    document, _ = pages
    notes = document["paths"]["/api/v1/incidents/{incident_id}/notes"]
    post = notes["post"]
    where = {(one["in"], one["name"], one["required"]) for one in post["parameters"]}
    assert where == {
        ("path", "incident_id", True),
        ("header", "Idempotency-Key", True),
        ("header", "If-Match", False),
    }
    body = document["components"]["schemas"]["NoteBody"]
    assert body["properties"].keys() == {"words", "evidence", "level"}
    assert body["required"] == ["words"]
    assert post["x-permission"] == "incident.work"
    assert post["security"] == [{"cookie": []}, {"bearer": []}]
    assert {"200", "400", "401", "403", "404", "409", "412", "422", "500", "503"} <= post["responses"].keys()
    get = notes["get"]
    assert {(one["in"], one["name"]) for one in get["parameters"]} == {
        ("path", "incident_id"), ("query", "limit"), ("query", "near_m"), ("query", "kinds"), ("query", "text"),
    }  # fmt: skip
    assert "requestBody" not in get
    one = document["paths"]["/api/v1/one"]["get"]["responses"]
    assert "304" in one
    assert "ETag" in one["200"]["headers"]
    assert document["paths"]["/healthz"]["get"]["security"] == []
    assert "text/event-stream" in document["paths"]["/api/v1/stream"]["get"]["responses"]["200"]["content"]
    assert "101" in document["paths"]["/api/v1/crew"]["get"]["responses"]


async def test_every_entry_kind_is_described(pages: tuple[dict[str, Any], str]) -> None:
    from ledger.kinds import ALL

    document, _ = pages
    assert {kind.__name__ for kind in ALL} <= document["components"]["schemas"].keys()


async def test_the_page_stands_alone_and_every_link_leads_somewhere(
    pages: tuple[dict[str, Any], str],
) -> None:
    document, page = pages
    assert "<script" not in page
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    anchors = set(re.findall(r'id="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    operations = {one["operationId"] for path in document["paths"].values() for one in path.values()}
    assert operations <= anchors
    assert len(operations) == sum(len(path) for path in document["paths"].values())
    assert "Crew &lt;socket&gt;" in page
    assert "prefers-color-scheme" in page or "light dark" in page


def test_operation_ids_read_well() -> None:
    route = Route(
        "call", "POST", "/api/v1/units/{unit_id:[0-9a-f-]+}/shift", None, Nothing, Nothing, None, "x"
    )
    assert operation_id(route) == "post_units_unit_id_shift"


class Both(Struct, frozen=True):
    a: UUID
    b: str


async def test_a_request_split_in_two_ways_is_refused() -> None:
    table = [Route("call", "POST", path, None, Both, Nothing, None, "x") for path in ("/x/{a}", "/y/{b}")]
    with pytest.raises(ValueError, match="Both is split in two ways"):
        describe(table, WebConfig())
