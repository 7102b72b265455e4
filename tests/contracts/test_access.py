"""Every route x every role x own, concerned and foreign organisation: who gets in, and who learns nothing.

One row for each route says which roles its permission is meant for and whose things it touches. The test fails when a
route has no row. Nobody's rights are read from the code under test: the letters and reaches below are the contract.
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from ledger.kinds.words import Role
from tests.contracts.cast import Cast, Member, Relation, gather
from tests.support.house import API, RunningHouse
from tests.support.live import replayed
from tests.support.scenes import without_instance

pytestmark = pytest.mark.asyncio(loop_scope="module")

LETTERS = {
    "D": Role.DISPATCHER,
    "L": Role.SHIFT_LEADER,
    "S": Role.STATION,
    "C": Role.CREW,
    "H": Role.HOSPITAL_DESK,
    "T": Role.CLINIC_DOCTOR,
    "R": Role.REFERRAL_OFFICE,
    "Q": Role.QUALITY,
    "B": Role.BUREAU,
    "I": Role.INTEGRATION,
    "A": Role.ADMINISTRATOR,
}
ALL = "DLSCHTRQBIA"
REFERRAL_READERS = "DLHTRQBI"
INCIDENT_READERS, CASE_READERS, FLEET = "DLSCQI", "DLSCHTRQBI", "DLSCQIA"
CASE_ADDERS = "DLCHTR"
ALARM_READERS = "DLSCHTRQBI"
WEBHOOKS = "HTRIA"
REACHES: dict[str, dict[Relation, str]] = {
    "anything": {"own": ALL, "concerned": ALL, "foreign": ALL},
    "own roads": {"own": "DL", "concerned": "", "foreign": ""},
    "led incident": {"own": "DLQIA", "concerned": "", "foreign": ""},
    "read incident": {"own": "DLSCQIA", "concerned": "SC", "foreign": ""},
    "ordered unit": {"own": "DLSCQIA", "concerned": "", "foreign": ""},
    "read case": {"own": ALL, "concerned": "DLHTRQBIA", "foreign": ""},
    "rung at": {"own": "DLI", "concerned": "", "foreign": ""},
    "told to nobody": {"own": "", "concerned": "", "foreign": ""},
    "own webhook": {"own": "HTRIA", "concerned": "", "foreign": ""},
    "visible unit": {"own": "DLSCQIA", "concerned": "", "foreign": ""},
    "own facility": {"own": "", "concerned": "HTRI", "foreign": ""},
    "announced here": {"own": "DL", "concerned": "HTRI", "foreign": ""},
    "has part": {"own": ALL, "concerned": "DLHTRQBIA", "foreign": ""},
    "offered here": {"own": "", "concerned": "HTRI", "foreign": ""},
    "handed over here": {"own": "C", "concerned": "HTRI", "foreign": ""},
}
"""Whose things a route touches -> roles that reach them, by relation. A role that may use the route but does not reach
the thing is told that there is no such thing."""


@dataclass(frozen=True)
class Row:
    """`roles` may use the route at all; `body` is valid and harmless: it may be sent by everybody in turn.

    `refusal`: what somebody learns whose role fits and whose organisation does not. Mostly nothing.
    """

    roles: str
    reach: str = "anything"
    body: Any = None
    refusal: str = "not found"


STALE = {"version": 999}
VITALS = {"command_id": "v", "vitals": {"measured_at": "2026-01-01T00:00:00Z", "heart_rate_per_min": 80}}
FIX = {"lon": 111.2, "lat": 23.4, "datum": "wgs84", "fixed_at": "2026-01-01T00:00:00Z"}

ROWS: dict[str, Row] = {
    "DELETE /session": Row(ALL),
    "GET /me": Row(ALL),
    # Whose names are in it is tested in tests/web/test_people.py.
    "GET /people": Row(ALL),
    "POST /calls": Row("DLI", "led incident", {"source": "120", "incident_id": "{incident}"}),
    "POST /calls/{call_id}/link": Row("DL", "led incident", {"incident_id": "{incident}"}),
    "POST /calls/{call_id}/unlink": Row("DL", "led incident", {}),
    "POST /rings": Row("I", body={"source": "120"}),
    "GET /rings": Row("DLI"),
    "POST /rings/{ring_id}/answer": Row("DLI", "rung at", {}),
    "POST /rings/{ring_id}/end": Row("DLI", "rung at", {}),
    "GET /alarms": Row(ALARM_READERS),
    # Whose alarm it is, is tested where one has passed: tests/dispatch/test_alarms.py, journeys/test_silence.py.
    "POST /alarms/{kind}/{subject_id}/acknowledge": Row(ALARM_READERS, "told to nobody", {}),
    "POST /alarms/{kind}/shelve": Row(ALARM_READERS, body={"minutes": 1}),
    "POST /alarms/{kind}/unshelve": Row(ALARM_READERS, body={}),
    "GET /presence": Row("DL"),
    "POST /presence": Row("DL", body={}),
    "GET /coverage": Row("DLQ"),
    "GET /reports/shift": Row("DLQ"),
    "GET /reports/shift.csv": Row("DLQ"),
    "GET /incidents": Row(INCIDENT_READERS),
    "GET /incidents/{incident_id}/twins": Row(INCIDENT_READERS, "read incident"),
    "GET /incidents/{incident_id}": Row(INCIDENT_READERS, "read incident"),
    "GET /incidents/{incident_id}/etas": Row(INCIDENT_READERS, "read incident"),
    "GET /incidents/{stream_id}/entries": Row(INCIDENT_READERS, "read incident"),
    "POST /incidents/{incident_id}/evidence": Row(
        "DL",
        "led incident",
        {"evidence": [{"kind": "spoken-place", "source": "spoken", "words": "桥头"}]},
    ),
    "POST /incidents/{incident_id}/place": Row("DL", "led incident", {"address": "桥头"}),
    "GET /incidents/{incident_id}/questions": Row(INCIDENT_READERS, "read incident"),
    "POST /incidents/{incident_id}/answers": Row(
        "DL", "led incident", {"complaint": "illness", "answers": {"conscious": "yes"}}
    ),
    "POST /incidents/{incident_id}/priority": Row(
        "DL", "led incident", {"priority": "P2", "reason": "said so"}
    ),
    "GET /incidents/{incident_id}/candidates": Row("DL", "read incident"),
    "POST /incidents/{incident_id}/assignments": Row(
        "DL", "led incident", {"units": [{"unit_id": "{unit}"}]}
    ),
    "POST /incidents/{incident_id}/hold": Row("DL", "led incident", {"reason": "waits", "remind_in_s": 3600}),
    "POST /incidents/{incident_id}/resume": Row("DL", "led incident", {}),
    "POST /incidents/{incident_id}/close": Row("DL", "led incident", {"code": "test-call"}),
    "POST /assignments/{assignment_id}/dispatch": Row("DL", "ordered unit", {}),
    "POST /assignments/{assignment_id}/cancel": Row("DL", "ordered unit", {"reason": "no", **STALE}),
    "POST /assignments/{assignment_id}/take-back": Row("DL", "ordered unit", {}),
    "POST /assignments/{assignment_id}/heard": Row("DLS", "ordered unit", {}),
    "POST /assignments/{assignment_id}/cannot-go": Row("DLS", "ordered unit", {"reason": "no"}),
    "POST /assignments/{assignment_id}/stamps": Row(
        "DLC",
        "ordered unit",
        {"stamps": [{"command_id": "known", "event": "depart", "at": "2026-01-01T00:00:00Z"}]},
    ),
    "POST /assignments/{assignment_id}/change-seen": Row(
        "DLC", "ordered unit", {"change_entry_id": "{change}"}
    ),
    "GET /assignments/{assignment_id}/route": Row(INCIDENT_READERS, "ordered unit"),
    "POST /assignments/{assignment_id}/patients": Row("DLC", "ordered unit", {"command_id": "p1"}),
    "GET /cases": Row(CASE_READERS),
    "GET /cases/{case_id}": Row(CASE_READERS, "read case"),
    "GET /cases/{stream_id}/entries": Row(CASE_READERS, "read case"),
    "POST /cases/{case_id}/patient": Row(CASE_ADDERS, "read case", {"patient": {"label": "A"}}),
    "POST /cases/{case_id}/vitals": Row(CASE_ADDERS, "read case", VITALS),
    "POST /cases/{case_id}/destination": Row("DLC", "read case", {"facility_id": "{hospital}"}),
    "POST /cases/{case_id}/end": Row("DLC", "read case", {"code": "other"}),
    "GET /units": Row(FLEET),
    "GET /units/{unit_id}": Row(FLEET, "visible unit"),
    "POST /units/{unit_id}/duty": Row("DLSA", "visible unit", {"duty": "on", **STALE}),
    "POST /units/{unit_id}/pause": Row("DLSA", "visible unit", {"reason": "lunch", **STALE}),
    "POST /units/{unit_id}/resume": Row("DLSA", "visible unit", {}),
    "POST /units/{unit_id}/crew": Row("DLSA", "visible unit", {"staff": [], **STALE}),
    "POST /units/{unit_id}/positions": Row("CI", "visible unit", {"fixes": [FIX]}),
    "GET /closures": Row("DLSCHTRQBA"),
    "POST /closures": Row(
        "DL", "own roads", {"form": "road", "road": "no such road", "reason": "flood"}, "forbidden"
    ),
    "GET /closures/{closure_id}": Row("DLSCHTRQBA"),
    "POST /closures/{closure_id}/end": Row("DL", "own roads", {}, "forbidden"),
    "GET /organisations": Row(ALL),
    "GET /stations": Row(ALL),
    "GET /stations/{station_id}/staff": Row("DLSA", "visible unit"),
    "GET /areas": Row(ALL),
    "GET /protocols": Row(ALL),
    "GET /facilities": Row(ALL),
    "POST /facilities/{facility_id}/capacity": Row(
        "HTRI", "own facility", {"service": "icu", "state": "open"}, "forbidden"
    ),
    "GET /cases/{case_id}/destinations": Row(CASE_READERS, "read case"),
    "GET /inbound": Row("DLCHTRQI"),
    "GET /notices/{notice_id}": Row("DLCHTRQI", "read case"),
    "POST /notices/{notice_id}/acknowledge": Row("DLHTRI", "announced here", {}),
    "POST /notices/{notice_id}/strain": Row("DLHTRI", "announced here", {"code": "icu-full"}),
    "POST /notices/{notice_id}/sign": Row("CHTRI", "handed over here", {"command_id": "s1"}),
    "POST /referrals": Row(
        "HTR",
        body={
            "command_id": "r",
            "direction": "up",
            "urgency": "routine",
            "candidates": ["{hospital}"],
            "reason": "nobody is named",
        },
    ),
    "GET /referrals": Row(REFERRAL_READERS),
    "GET /referrals/candidates": Row("DLHTR"),
    "GET /referrals/{referral_id}": Row(REFERRAL_READERS, "has part"),
    "POST /referrals/{referral_id}/candidates": Row("DLHTR", "has part", {"candidates": ["{hospital}"]}),
    "POST /referrals/{referral_id}/transport": Row("DLHTR", "has part", {}),
    "POST /referrals/{referral_id}/cancel": Row("HTR", "has part", {"code": "improved"}),
    "POST /referrals/{referral_id}/confirm-cancel": Row("HTRI", "has part", {}),
    "POST /referrals/{referral_id}/keep": Row("HTRI", "has part", {}),
    "POST /referrals/{referral_id}/arrived": Row("HTRI", "has part", {}),
    "POST /referrals/{referral_id}/outcome": Row(
        "HTRI", "has part", {"outcome": "admitted", "diagnosis": "x", "summary": "x"}
    ),
    "POST /referrals/{referral_id}/close": Row("DLHTR", "has part", {"code": "other"}),
    "POST /referrals/{referral_id}/visit": Row(
        "HTR",
        "has part",
        {"command_id": "v", "visited_at": "2026-01-01T00:00:00Z", "findings": "x"},
    ),
    "GET /followups": Row(REFERRAL_READERS),
    "POST /offers/{offer_id}/acknowledge": Row("HTRI", "offered here", {}),
    "POST /offers/{offer_id}/ask": Row("HTRI", "offered here", {"question": "x"}),
    "POST /offers/{offer_id}/supply": Row("HTR", "told to nobody", {"answer": "x"}),
    "POST /offers/{offer_id}/accept": Row("HTRI", "offered here", {"department": "x"}),
    "POST /offers/{offer_id}/decline": Row("HTRI", "offered here", {"code": "no-bed"}),
    "POST /offers/{offer_id}/withdraw-acceptance": Row("HTRI", "offered here", {"code": "bed-lost"}),
    "POST /webhooks": Row(WEBHOOKS, body={"url": "http://127.0.0.1:9/", "kinds": ["followup.visited.v1"]}),
    "GET /webhooks": Row(WEBHOOKS),
    "GET /webhooks/{webhook_id}": Row(WEBHOOKS, "own webhook"),
    "POST /webhooks/{webhook_id}/rotate": Row(WEBHOOKS, "own webhook", {}),
    "POST /webhooks/{webhook_id}/disable": Row(WEBHOOKS, "own webhook", {}),
    "POST /webhooks/{webhook_id}/enable": Row(WEBHOOKS, "own webhook", {}),
    "GET /webhooks/{webhook_id}/deliveries": Row(WEBHOOKS, "own webhook"),
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/retry": Row(WEBHOOKS, "own webhook", {}),
    "GET /map": Row(ALL),
    "GET /map/roads": Row(ALL),
    # Of a version that is not in use; the tiles themselves are tested in tests/dispatch/test_maps.py.
    "GET /map/tiles/{version}/{z}/{x}/{y}": Row(ALL, "told to nobody"),
    "GET /crew/socket": Row("C"),
    "GET /stream": Row(ALL),
    "GET /live": Row(ALL),
    "GET /time": Row(ALL),
}
LISTS = (
    ("GET /incidents", "incidents"),
    ("GET /cases", "cases"),
    ("GET /inbound", "notices"),
    ("GET /referrals", "referrals"),
    ("GET /followups", "followups"),
)
IN_PATHS = ("incident", "assignment", "call", "case", "unit")
SIGN_OUT = "DELETE /session"
PUBLIC = {
    "POST /session",
    "GET /demo/seats",
    "POST /demo/seats/{login}",
    "GET /healthz",
    "GET /readyz",
    "GET /metrics",
}


def name_of(method: str, path: str) -> str:
    return f"{method} {path.removeprefix(API)}"


def reaches(member: Member, row: Row) -> bool:
    letter = next(letter for letter, role in LETTERS.items() if role is member.role)
    return letter in REACHES[row.reach][member.relation]


def may_use(member: Member, row: Row) -> bool:
    return any(LETTERS[letter] is member.role for letter in row.roles)


def expected(member: Member, row: Row) -> str:
    if not may_use(member, row):
        return "forbidden"
    return "inside" if reaches(member, row) else row.refusal


def outcome(status: int) -> str:
    """Inside means: the use case was reached and judged the thing itself, whatever it then decided."""
    known = {401: "nobody", 403: "forbidden", 404: "not found"}
    return known.get(status, "inside" if status in (200, 400, 409, 412, 422) else f"status {status}")


@pytest.fixture(scope="module")
def rows(town: RunningHouse) -> list[tuple[str, Row]]:
    """The table in the order of the routes, without the way out: that has a test of its own."""
    found = [name_of(route.method, route.path) for route in town.house.routes]
    return [(name, ROWS[name]) for name in found if name not in PUBLIC and name != SIGN_OUT]


async def test_every_route_has_a_row_and_every_row_a_route(town: RunningHouse) -> None:
    routes = {name_of(route.method, route.path) for route in town.house.routes}
    assert set(ROWS) | PUBLIC == routes
    assert {name_of(r.method, r.path) for r in town.house.routes if r.permission is None} == PUBLIC


async def test_every_role_is_in_the_matrix() -> None:
    assert set(LETTERS.values()) | {Role.SYSTEM} == set(Role)


async def test_nobody_gets_in_without_signing_in(town: RunningHouse, rows: list[tuple[str, Row]]) -> None:
    cast = await gather(town)
    nobody = await town.with_token("jh_nobody")
    for name, row in rows:
        status, _ = await cast.ask(nobody, name, row.body)
        assert status == 401, name


async def test_each_role_gets_exactly_what_its_row_says(
    town: RunningHouse, rows: list[tuple[str, Row]]
) -> None:
    """Foreign ones first, while it can be seen that they change nothing."""
    cast = await gather(town)
    before = await cast.fingerprint()
    wrong = await judge(cast, rows, "foreign")
    assert await cast.fingerprint() == before
    wrong += await judge(cast, rows, "concerned")
    wrong += await judge(cast, rows, "own")
    assert not wrong, "\n".join(wrong)


async def judge(cast: Cast, rows: list[tuple[str, Row]], relation: Relation) -> list[str]:
    wrong = []
    for name, row in rows:
        for member in cast.members(relation):
            status, body = await cast.ask(member.client, name, row.body)
            if outcome(status) != expected(member, row):
                wrong.append(f"{name} {member.role} {relation}: {status} {body}, not {expected(member, row)}")
    return wrong


async def test_a_foreign_thing_answers_like_one_that_does_not_exist(
    town: RunningHouse, rows: list[tuple[str, Row]]
) -> None:
    cast = await gather(town)
    wrong = []
    for name, row in rows:
        if row.reach == "anything":
            continue
        for relation in ("foreign", "concerned"):
            for member in cast.members(relation):
                if expected(member, row) != "not found":
                    continue
                foreign = await cast.ask(member.client, name, row.body)
                absent = await cast.ask(
                    member.client, name, row.body, ids={n: str(uuid4()) for n in cast.ids}
                )
                if (foreign[0], without_instance(foreign[1])) != (absent[0], without_instance(absent[1])):
                    wrong.append(f"{name} {member.role} {relation}: {foreign} but {absent}")
    assert not wrong, "\n".join(wrong)


async def test_lists_hold_nothing_foreign(town: RunningHouse) -> None:
    cast = await gather(town)
    for member in cast.members("foreign"):
        for name, key in LISTS:
            if may_use(member, ROWS[name]):
                _, found = await cast.ask(member.client, name)
                assert found[key] == [], (member, name)
        if may_use(member, ROWS["GET /units"]):
            _, found = await cast.ask(member.client, "GET /units")
            assert cast.ids["unit"] not in [unit["id"] for unit in found["units"]], member


async def test_the_event_stream_holds_what_may_be_read_and_nothing_else(town: RunningHouse) -> None:
    cast = await gather(town)
    scene = {cast.ids["incident"], cast.ids["case"]}
    for relation in ("foreign", "concerned", "own"):
        for member in cast.members(relation):
            heard = {entry["stream_id"] for entry in await replayed(member.client)}
            wanted = set()
            for stream, name in (
                ("incident", "GET /incidents/{incident_id}"),
                ("case", "GET /cases/{case_id}"),
            ):
                if expected(member, ROWS[name]) == "inside":
                    wanted.add(cast.ids[stream])
            # The centre has other incidents as well; nobody else has anything but this scene.
            assert (heard & scene if relation == "own" else heard) == wanted, (member.role, relation)


async def test_everybody_may_sign_out_and_is_out(town: RunningHouse) -> None:
    cast = await gather(town)
    for login in ("dispatcher2", "leader", "crew-40", "station-S20", "desk-WZ-H3", "desk-WZ-HB"):
        client = await town.sign_in(login)
        assert (await cast.ask(client, SIGN_OUT))[0] == 200
        assert (await cast.ask(client, "GET /me"))[0] == 401
