"""The shift report: figures by hand from a table of edges, and a shift that was really worked."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.config import Config
from app.enrol import id_of
from dispatch.assignments import CREW_ENDS, DESK_ENDS, STATION_END, TAKE_BACK
from dispatch.desk.report_lists import ENDINGS
from dispatch.incidents import CLOSE_CODES
from dispatch.reports import LeftOut, Metric, Sample, measure, percentile
from dispatch.texts.reports import DEFINITIONS, ENDS, EXCLUSIONS, NAMES
from ledger.kinds.words import Role
from tests.support.house import API, Client, RunningHouse, running_house
from tests.support.scenes import (
    MovedClock,
    ago,
    crew_of,
    machine,
    open_incident,
    report,
    send,
    stamp,
    take_call,
)

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def took(seconds: float, begin: datetime = MIDNIGHT) -> Sample:
    return Sample(begin, begin + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    "samples, n, excluded, median_s, p90_s, within",
    [
        ([], 0, {}, None, None, 0),
        ([took(60)], 1, {}, 60, 60, 1),
        ([took(0)], 1, {}, 0, 0, 1),
        ([took(180), took(180.001)], 2, {}, 180, 180.001, 1),
        ([took(-0.001)], 0, {"backwards": 1}, None, None, 0),
        (
            [Sample(None, MIDNIGHT), Sample(MIDNIGHT, None), Sample(None, None)],
            0,
            {"time-missing": 3},
            None,
            None,
            0,
        ),
        ([took(120, MIDNIGHT - timedelta(seconds=60))], 1, {}, 120, 120, 1),
        ([Sample(MIDNIGHT, MIDNIGHT, LeftOut.TEST), took(10)], 1, {"test": 1}, 10, 10, 1),
        ([Sample(None, None, LeftOut.NOT_YET)], 0, {"not-yet": 1}, None, None, 0),
        ([took(s) for s in range(1, 11)], 10, {}, 5, 9, 10),
        ([took(s) for s in (900, 100, 300, 200)], 4, {}, 200, 900, 1),
        ([took(50), took(-50), Sample(MIDNIGHT, None)], 1, {"backwards": 1, "time-missing": 1}, 50, 50, 1),
    ],
)
def test_figures_by_hand(
    samples: list[Sample],
    n: int,
    excluded: dict[str, int],
    median_s: float | None,
    p90_s: float | None,
    within: int,
) -> None:
    found = measure(samples, 180)
    assert (found.n, dict(found.excluded), found.within) == (n, excluded, within)
    assert found.median_s == (None if median_s is None else pytest.approx(median_s))
    assert found.p90_s == (None if p90_s is None else pytest.approx(p90_s))


def test_a_time_in_another_zone_is_the_same_time() -> None:
    beijing = MIDNIGHT.astimezone(tz=datetime.fromisoformat("2026-01-01T00:00:00+08:00").tzinfo)
    assert measure([Sample(MIDNIGHT, beijing)], 1).median_s == 0


@pytest.mark.parametrize("percent, rank", [(50, 50), (90, 90), (1, 1), (100, 100)])
def test_a_percentile_is_a_value_that_was_measured(percent: int, rank: int) -> None:
    assert percentile([float(value) for value in range(1, 101)], percent) == rank


def test_everything_a_report_says_exists_in_both_languages() -> None:
    assert NAMES.keys() == DEFINITIONS.keys() == set(Metric)
    assert EXCLUSIONS.keys() == set(LeftOut)
    assert ENDS.keys() == {*CLOSE_CODES, *ENDINGS}
    assert {*ENDINGS} == {*CREW_ENDS, *DESK_ENDS, STATION_END, TAKE_BACK}
    for words in (*NAMES.values(), *DEFINITIONS.values(), *EXCLUSIONS.values(), *ENDS.values()):
        assert set(words) == {"zh-CN", "en"}
        assert all(words.values())


async def shift(client: Client, hours: float = 8) -> Any:
    now = datetime.now(UTC)
    since = (now - timedelta(hours=hours)).isoformat()
    return await client.get("/reports/shift", since=since, until=(now + timedelta(days=1)).isoformat())


def left_out(metric: Any) -> dict[str, int]:
    return {one["code"]: one["n"] for one in metric["exclusions"]}


async def test_a_shift_that_was_worked(house: RunningHouse) -> None:
    dispatcher, leader = await house.sign_in("dispatcher"), await house.sign_in("leader")
    exchange, _ = await machine(house, Role.INTEGRATION, id_of("organisation", "WZ-120"))

    # Answered after 6 s, sent, out after 90 s, there after ten minutes.
    ring = await exchange.post("/rings", {"source": "120", "callback": "13800000001", "rang_at": ago(706)})
    good = await open_incident(dispatcher, house, ring_id=ring["id"], rang_at=ago(706), answered_at=ago(700))
    (first,) = await send(dispatcher, good)
    sent_at = datetime.fromisoformat(first["sent_at"])
    crew = await crew_of(house, first)
    out_at, there_at = sent_at + timedelta(seconds=90), sent_at + timedelta(seconds=400)
    stamps = [stamp("depart", out_at.isoformat()), stamp("arrive", there_at.isoformat())]
    answer = await report(crew, first, *stamps)
    assert [found["outcome"] for found in answer["results"]] == ["applied"] * 2

    # A unit that went and never said when; its clock was late, so it arrived before it was sent.
    odd = await open_incident(dispatcher, house, 5, rang_at=ago(10), answered_at=ago(20))
    (second,) = await send(dispatcher, odd)
    await report(await crew_of(house, second), second, stamp("arrive", ago(3600)))

    # A test, a call that nobody answered, one without times, one that waits, an order that was taken back.
    test = await open_incident(dispatcher, house, 2, rang_at=ago(9), answered_at=ago(5))
    await dispatcher.post(f"/incidents/{test['id']}/close", {"code": "test-call"})
    missed = await exchange.post(
        "/rings", {"source": "120", "callback": "+8613900000002", "rang_at": ago(40)}
    )
    await exchange.post(f"/rings/{missed['id']}/end")
    waits = await open_incident(dispatcher, house, 3)
    await dispatcher.post(f"/incidents/{waits['id']}/hold", {"reason": "=cmd()", "remind_in_s": 600})
    back = await open_incident(dispatcher, house, 4, rang_at=ago(8), answered_at=ago(4))
    (third,) = await send(dispatcher, back)
    await dispatcher.post(f"/assignments/{third['id']}/take-back")

    found = await shift(leader)
    rang = found["ring_to_answer"]
    assert (rang["n"], rang["median_s"], rang["within_target"]) == (2, pytest.approx(4, abs=0.1), 1)
    assert left_out(rang) == {"backwards": 1, "test": 1, "time-missing": 1, "unanswered": 1}
    assert rang["excluded"] == 4
    dispatched = found["answer_to_dispatch"]
    assert dispatched["n"] == 3
    assert left_out(dispatched) == {"not-yet": 1, "test": 1}
    assert dispatched["p90_s"] == pytest.approx(700, abs=10)
    turnout = found["turnout"]
    assert (turnout["n"], turnout["median_s"], turnout["target_s"]) == (1, pytest.approx(90, abs=1), 180)
    assert left_out(turnout) == {"time-missing": 1, "not-followed": 1}
    response = found["response"]
    assert (response["n"], response["within_target"]) == (1, 0)
    assert response["median_s"] == pytest.approx(1100, abs=10)
    assert left_out(response) == {"backwards": 1, "not-followed": 1, "not-yet": 1, "test": 1}
    assert [(row["incident_id"], row["reason"], row["still"]) for row in found["held"]] == [
        (waits["id"], "=cmd()", True)
    ]
    assert found["held"][0]["owner_name"] == "调度员 1"
    assert found["calls"] == [{"code": "120", "n": found["incidents"], "zh": "120 电话", "en": "120 call"}]
    assert [row["ring_id"] for row in found["missed"]] == [missed["id"]]
    assert found["missed"][0]["waited_s"] == pytest.approx(40, abs=10)
    assert [(row["code"], row["n"]) for row in found["ends"]] == [("taken-back", 1)]
    assert [(row["code"], row["n"]) for row in found["closes"]] == [("test-call", 1)]
    await the_table_holds_the_same(leader, found)


async def the_table_holds_the_same(leader: Client, found: Any) -> None:
    query = {"since": found["since"], "until": found["until"]}
    async with leader.session.get(f"{leader.base}{API}/reports/shift.csv", params=query) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
        assert "attachment" in response.headers["Content-Disposition"]
        body = await response.read()
    assert body.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(body[3:].decode(), newline="")))
    turnout = next(row for row in rows if row[:1] == ["出车时长"])
    assert (turnout[2], float(turnout[4])) == ("1", found["turnout"]["median_s"])
    cells = {cell for row in rows for cell in row}
    assert {"'=cmd()", "'+8613900000002"} <= cells
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


async def test_what_was_overdue_stays_in_the_report(config: Config) -> None:
    clock = MovedClock()
    async with running_house(config, clock) as house:
        dispatcher = await house.sign_in("dispatcher")
        incident = await open_incident(dispatcher, house)
        (sent,) = await send(dispatcher, incident)
        clock.move_on(61)
        while await house.house.watch.look():
            pass
        crew = await crew_of(house, sent)
        await report(crew, sent, stamp("depart", ago(0, clock.now())))
        found = await shift(await house.sign_in("leader"))
        rows = {(row["deadline"], row["subject_id"], row["incident_code"]) for row in found["overdue"]}
        assert rows == {(kind, sent["id"], incident["code"]) for kind in ("crew-ack", "station-ack")}
        assert {row["call_sign"] for row in found["overdue"]} == {sent["call_sign"]}


async def test_a_merged_incident_counts_once_and_another_centre_sees_nothing(house: RunningHouse) -> None:
    dispatcher, leader = await house.sign_in("dispatcher"), await house.sign_in("leader")
    kept = await open_incident(dispatcher, house, answered_at=ago(5))
    twin = await take_call(dispatcher, house, answered_at=ago(3))
    await dispatcher.post(f"/calls/{twin['call_id']}/link", {"incident_id": kept["id"]})
    await send(dispatcher, kept)
    found = await shift(leader)
    assert found["answer_to_dispatch"]["n"] == 1
    assert left_out(found["answer_to_dispatch"]) == {"merged": 1}
    neighbour, _ = await machine(house, Role.SHIFT_LEADER, id_of("organisation", "NB-120"))
    theirs = await shift(neighbour)
    assert all(theirs[name]["n"] + theirs[name]["excluded"] == 0 for name in ("turnout", "response"))
    assert (theirs["calls"], theirs["incidents"]) == ([], 0)
    assert theirs["ring_to_answer"]["n"] + theirs["ring_to_answer"]["excluded"] == 0


@pytest.mark.parametrize(
    "since, until, code",
    [
        ("2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "period-backwards"),
        ("2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", "period-too-long"),
        ("0001-01-01T00:00:00+10:00", "0001-01-02T00:00:00Z", "time-out-of-range"),
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(
    house: RunningHouse, since: str, until: str, code: str
) -> None:
    leader = await house.sign_in("leader")
    problem = await leader.get("/reports/shift", expect=422, since=since, until=until)
    assert code in str(problem)
