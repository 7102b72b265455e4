"""The service over a real socket: decoding, problems, commands, versions, limits."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
import pytest_asyncio
from msgspec import Meta, Struct
from sqlalchemy import Connection, func, insert, select
from structlog.testing import capture_logs

from ledger.errors import Conflict, Invalid, NotFound, Stale, Unavailable
from ledger.storage.sqlite import SqliteStorage
from ledger.tables import setting
from tests.web.support import Service, serving
from web.caller import Caller
from web.identity.permissions import Permission
from web.routes import Nothing, Reply, Route


class Spot(Struct, frozen=True, forbid_unknown_fields=True):
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: float


class Note(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    incident_id: UUID
    words: Annotated[str, Meta(min_length=1, max_length=50)]
    evidence: list[Spot] = []
    level: Literal["low", "high"] = "low"
    if_match: int | None = None


class Noted(Struct, frozen=True):
    words: str
    version: int
    notes: int
    if_match: int | None


class Search(Struct, frozen=True, forbid_unknown_fields=True):
    incident_id: UUID
    limit: Annotated[int, Meta(ge=1, le=100)] = 10
    near_m: float | None = None
    kinds: tuple[str, ...] = ()
    text: str | None = None


class Must(Struct, frozen=True):
    if_match: int


class Fail(Struct, frozen=True):
    how: str


class Desk:
    def __init__(self, storage: SqliteStorage) -> None:
        self.storage = storage

    async def note(self, caller: Caller, request: Note) -> Noted:
        def work(connection: Connection) -> Noted:
            notes = (connection.scalar(select(func.count()).select_from(setting)) or 0) + 1
            connection.execute(insert(setting).values(name=f"note {notes}", value=request.words))
            return Noted(request.words, 3, notes, request.if_match)

        return await self.storage.write(work, caller.once)

    async def search(self, caller: Caller, request: Search) -> Search:
        return request

    async def read(self, caller: Caller, request: Nothing) -> Noted:
        return Noted("x", 7, 0, None)

    async def must(self, caller: Caller, request: Must) -> Nothing:
        return Nothing()

    async def empty(self, caller: Caller, request: Nothing) -> Reply:
        return Reply(("application/x-tile", b""), {"Cache-Control": "max-age=60"})

    async def tile(self, caller: Caller, request: Nothing) -> Reply:
        return Reply(("application/x-tile", b"\x00\x01"), {"Cache-Control": "max-age=60", "ETag": '"t1"'})

    async def fail(self, caller: Caller, request: Fail) -> Nothing:
        errors = {
            "not-found": NotFound("entry-not-found"),
            "conflict": Conflict(
                "transition-not-open", event="a", state="b", machine="m", extra={"ranking": [1]}
            ),
            "stale": Stale("transition-not-open", event="a", state="b", machine="m", extra={"version": 4}),
            "unavailable": Unavailable("database-gone"),
            "invalid": Invalid("field-missing", field="evidence[0].lat"),
            "wordless": Conflict("a-code-of-tomorrow"),
            "bug": RuntimeError("patient 张三 has no bed"),
        }
        raise errors[request.how]


def routes(storage: SqliteStorage) -> list[Route]:
    desk, work, read = Desk(storage), Permission.INCIDENT_WORK, Permission.INCIDENT_READ
    notes = "/api/v1/incidents/{incident_id}/notes"
    return [
        Route("call", "POST", notes, work, Note, Noted, desk.note, "Note", command=True),
        Route("call", "GET", notes, read, Search, Search, desk.search, "Search"),
        Route("call", "GET", "/api/v1/one", read, Nothing, Noted, desk.read, "One"),
        Route("call", "PUT", "/api/v1/must", work, Must, Nothing, desk.must, "Must"),
        Route("bytes", "GET", "/api/v1/tile", read, Nothing, None, desk.tile, "Tile"),
        Route("bytes", "GET", "/api/v1/empty", read, Nothing, None, desk.empty, "No tile"),
        Route("call", "GET", "/api/v1/fail", read, Fail, Nothing, desk.fail, "Fail"),
    ]


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """One service for all tests here: none of them minds what another has sent."""
    async with serving(tmp_path_factory.mktemp("server"), routes) as found:
        yield found


HERE = "/api/v1/incidents/0191f0d2-0000-7000-8000-000000000001/notes"
GOOD = {"words": "wait"}


async def test_a_command_takes_effect_once(service: Service) -> None:
    first = await service.post(HERE, GOOD, as_="dispatcher", key="k1")
    again = await service.post(HERE + "/", GOOD, as_="dispatcher", key="k1")
    assert (first.status, first.body) == (200, {"words": "wait", "version": 3, "notes": 1, "if_match": None})
    assert again.body == first.body
    assert first.headers["ETag"].startswith('W/"3-')
    other = await service.post(HERE, {"words": "else"}, as_="dispatcher", key="k1")
    assert (other.status, other.body["code"]) == (422, "idempotency-key-reused")
    # A key belongs to its sender: somebody else's is another command.
    mine = await service.post(HERE, GOOD, as_="dispatcher", key="k2")
    assert mine.body["notes"] == 2


@pytest.mark.parametrize(
    "key, code",
    [
        (None, "idempotency-key-missing"),
        ("a b", "idempotency-key-malformed"),
        ("x" * 201, "idempotency-key-malformed"),
    ],
)
async def test_a_command_needs_a_sound_key(service: Service, key: str | None, code: str) -> None:
    answer = await service.post(HERE, GOOD, as_="dispatcher", key=key)
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize(
    "body, status, field, code",
    [
        ({}, 422, "words", "field-missing"),
        ({"words": 5}, 422, "words", "field-invalid"),
        ({"words": ""}, 422, "words", "field-invalid"),
        ({"words": "a", "evidence": [{"lon": 1}]}, 422, "evidence[0].lat", "field-missing"),
        ({"words": "a", "evidence": [{"lon": 1, "lat": 91}]}, 422, "evidence[0].lat", "field-invalid"),
        ({"words": "a", "evidence": [{"lon": 1, "lat": 1, "z": 1}]}, 422, "evidence[0].z", "field-unknown"),
        (
            {"words": "a", "evidence": [{"lon": 1, "lat": 2**70}]},
            422,
            "evidence[0].lat",
            "number-out-of-range",
        ),
        ({"words": "a", "colour": 1}, 422, "colour", "field-unknown"),
        ({"words": "a", "level": "middle"}, 422, "level", "field-invalid"),
        ({"words": "a\x00b"}, 422, "words", "text-has-nul"),
        ({"words": "a", "incident_id": "b"}, 422, "incident_id", "field-unknown"),
        ({"words": "a", "if_match": 4}, 422, "if_match", "field-unknown"),
        ([1], 422, "", "field-wrong-type"),
    ],
)
async def test_every_fault_names_its_field(
    service: Service, body: Any, status: int, field: str, code: str
) -> None:
    answer = await service.post(HERE, body, as_="dispatcher", key="k")
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [(error["field"], error["code"]) for error in answer.body["errors"]] == [(field, code)]
    assert answer.body["errors"][0]["message"] not in ("", code)


@pytest.mark.parametrize(
    "raw, status, code",
    [
        (b"{", 400, "json-malformed"),
        (b'{"words": "a"} x', 400, "json-malformed"),
        (b"\xff\xfe", 400, "json-malformed"),
        (b'{"words": "\\ud800"}', 400, "json-malformed"),
        (b'{"words": "a", "evidence": ' + b"[" * 40 + b"]" * 40 + b"}", 400, "json-too-deep"),
        (b"[" * 100_000, 400, "json-too-deep"),
        (b'{"words": "a", "n": 1e999}', 400, "json-malformed"),
        (b"", 422, "field-missing"),
        (b'{"words": "' + b"x" * 1_100_000 + b'"}', 413, "body-too-large"),
    ],
)
async def test_unreadable_bodies(service: Service, raw: bytes, status: int, code: str) -> None:
    answer = await service.post(HERE, raw=raw, as_="dispatcher", key="k")
    assert (answer.status, answer.body["code"]) == (status, code)


async def test_only_json_is_taken(service: Service) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await service.post(HERE, GOOD, as_="dispatcher", key="k", headers=form)
    assert (answer.status, answer.body["code"]) == (415, "body-not-json")


async def test_permission_comes_before_the_body(service: Service) -> None:
    nobody = await service.post(HERE, raw=b"{", key="k")
    assert (nobody.status, nobody.headers["WWW-Authenticate"]) == (401, "Bearer")
    wrong = await service.post(HERE, raw=b"{", as_="hospital", key="k")
    assert (wrong.status, wrong.body["code"]) == (403, "not-permitted")
    for token in ("jh_nonsense", "x" * 500, "词"):
        answer = await service.get("/api/v1/one", headers={"Authorization": f"Bearer {token}"})
        assert answer.status == 401


@pytest.mark.parametrize(
    "query, found",
    [
        ("", {"limit": 10, "near_m": None, "kinds": [], "text": None}),
        (
            "?limit=5&near_m=2.5&kinds=a&kinds=b&text=null",
            {"limit": 5, "near_m": 2.5, "kinds": ["a", "b"], "text": "null"},
        ),
        ("?limit=0", "limit"),
        ("?limit=many", "limit"),
        ("?limit=1&limit=2", "limit"),
        ("?near_m=nan", "near_m"),
        ("?near_m=inf", "near_m"),
        ("?text=%00", "text"),
        ("?colour=1", "colour"),
        ("?incident_id=1", "incident_id"),
    ],
)
async def test_queries(service: Service, query: str, found: dict[str, Any] | str) -> None:
    answer = await service.get(HERE + query, as_="dispatcher")
    if isinstance(found, dict):
        assert answer.status == 200
        assert {key: answer.body[key] for key in found} == found
    else:
        assert answer.status == 422
        assert [error["field"] for error in answer.body["errors"]] == [found]


async def test_a_path_that_is_no_id(service: Service) -> None:
    answer = await service.get("/api/v1/incidents/zero/notes", as_="dispatcher")
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "incident_id")


@pytest.mark.parametrize(
    "form, status",
    [("W/{}", 304), ("{}", 304), ('"1", W/{}', 304), ("*", 304), ('W/"7"', 200), ('W/"7-0123456789ab"', 200)],
)
async def test_if_none_match(service: Service, form: str, status: int) -> None:
    """The tag is of what is shown: the version alone would hide that a view changed by something else."""
    shown = (await service.get("/api/v1/one", as_="dispatcher")).headers["ETag"]
    assert re.fullmatch(r'W/"7-[0-9a-f]{12}"', shown)
    tag = form.format(shown.removeprefix("W/"))
    answer = await service.get("/api/v1/one", as_="dispatcher", headers={"If-None-Match": tag})
    assert (answer.status, answer.headers["ETag"]) == (status, shown)
    assert (answer.raw == b"") == (status == 304)


@pytest.mark.parametrize(
    "tag, found",
    [
        ('W/"3"', 3),
        ('W/"3-0123456789ab"', 3),
        ('"3"', 3),
        ("3", 3),
        ("*", None),
        ("abc", None),
        ("9" * 30, None),
    ],
)
async def test_if_match(service: Service, tag: str, found: int | None) -> None:
    answer = await service.post(HERE, GOOD, as_="dispatcher", key="match", headers={"If-Match": tag})
    if found is None:
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "if_match")
    else:
        assert answer.body["if_match"] == found


async def test_if_match_may_be_required(service: Service) -> None:
    answer = await service.ask("PUT", "/api/v1/must", {}, as_="dispatcher")
    assert (answer.status, answer.body["code"]) == (428, "if-match-missing")
    answer = await service.ask("PUT", "/api/v1/must", {}, as_="dispatcher", headers={"If-Match": "1"})
    assert (answer.status, answer.body) == (200, {})


async def test_bytes_and_head(service: Service) -> None:
    tile = await service.get("/api/v1/tile", as_="dispatcher")
    assert (tile.raw, tile.headers["Content-Type"]) == (b"\x00\x01", "application/x-tile")
    assert tile.headers["Cache-Control"] == "max-age=60"
    empty = await service.get("/api/v1/empty", as_="dispatcher")
    assert (empty.status, empty.raw, empty.headers["Cache-Control"]) == (204, b"", "max-age=60")
    assert "Content-Type" not in empty.headers
    head = await service.ask("HEAD", "/api/v1/one", as_="dispatcher")
    assert (head.status, head.raw, head.headers["Cache-Control"]) == (200, b"", "no-store")


@pytest.mark.parametrize(
    "how, status, more",
    [
        ("not-found", 404, {}),
        ("conflict", 409, {"ranking": [1]}),
        ("stale", 412, {"version": 4}),
        ("unavailable", 503, {}),
        ("invalid", 422, {}),
        ("wordless", 409, {"detail": "a-code-of-tomorrow"}),
    ],
)
async def test_every_base_has_its_status(
    service: Service, how: str, status: int, more: dict[str, Any]
) -> None:
    answer = await service.get(f"/api/v1/fail?how={how}", as_="dispatcher")
    assert answer.status == answer.body["status"] == status
    assert answer.body["type"] == f"urn:jiuhu:problem:{answer.body['code']}"
    assert answer.body["instance"] == answer.headers["X-Request-Id"]
    assert more.items() <= answer.body.items()
    assert ("Retry-After" in answer.headers) == (status == 503)


async def test_a_bug_is_a_500_logged_once_without_what_a_person_typed(service: Service) -> None:
    with capture_logs() as logs:
        answer = await service.get(
            "/api/v1/fail?how=bug", as_="dispatcher", headers={"X-Request-Id": "desk-7"}
        )
    assert (answer.status, answer.body["code"], answer.body["instance"]) == (500, "internal-error", "desk-7")
    assert "desk-7" in answer.body["detail"]
    errors = [record for record in logs if record["log_level"] == "error"]
    assert len(errors) == 1
    assert errors[0]["error"] == "RuntimeError"
    assert "张三" not in repr(logs)
    assert "how=" not in repr(logs)


async def test_the_language_of_the_reader(service: Service) -> None:
    titles = {}
    for accept in ("", "zh", "en", "fr, en;q=0.3", "en;q=0.1, zh;q=0.9", "fr", "en;q=x"):
        answer = await service.get("/api/v1/nothing", headers={"Accept-Language": accept})
        titles[accept] = answer.body["title"]
    zh, en = "没有找到", "Not found"
    assert titles == {
        "": zh,
        "zh": zh,
        "en": en,
        "fr, en;q=0.3": en,
        "en;q=0.1, zh;q=0.9": zh,
        "fr": zh,
        "en;q=x": zh,
    }


async def test_unknown_paths_and_methods_are_problems_too(service: Service) -> None:
    answer = await service.get("/api/v1/nothing")
    assert (answer.status, answer.body["code"]) == (404, "path-not-found")
    answer = await service.ask("DELETE", "/api/v1/one")
    assert (answer.status, answer.body["code"], answer.headers["Allow"]) == (
        405,
        "method-not-allowed",
        "GET, HEAD",
    )


@pytest.mark.parametrize("given, kept", [("abc-1.2:3", True), ("a b", False), ("x" * 65, False)])
async def test_request_ids(service: Service, given: str, kept: bool) -> None:
    answer = await service.get("/api/v1/nothing", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) == kept
