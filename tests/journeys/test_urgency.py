"""Urgency: what nobody knows is never low, a person's word stays, and an arrest waits for no further question."""

from typing import Any

import pytest

from tests.support.house import Client, RunningHouse
from tests.support.scenes import open_incident

pytestmark = pytest.mark.asyncio(loop_scope="module")

CALM = {"conscious": "yes", "breathing": "yes"}


async def answer(dispatcher: Client, incident: Any, complaint: str, answers: dict[str, Any]) -> Any:
    body = {"complaint": complaint, "answers": answers}
    return await dispatcher.post(f"/incidents/{incident['id']}/answers", body)


async def questions(dispatcher: Client, incident: Any, complaint: str = "") -> list[Any]:
    path = f"/incidents/{incident['id']}/questions"
    found: list[Any] = (await dispatcher.get(path, complaint=complaint))["questions"]
    return found


async def test_unresponsive_and_not_breathing_offers_a_unit_and_compressions_at_once(
    town: RunningHouse,
) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    found = await answer(dispatcher, incident, "illness", {"conscious": "no", "breathing": "no"})
    assert found["incident"]["priority"] == "P1"
    assert found["assessment"]["offer_unit_now"] is True
    assert "compressions" in [advice["code"] for advice in found["assessment"]["advice"]]
    assert "defibrillator" in found["incident"]["capabilities"]


async def test_every_rule_shows_version_source_and_that_nobody_signed_it(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    found = await answer(dispatcher, incident, "illness", {"conscious": "no", "breathing": "no"})
    assert found["assessment"]["rules"]
    for rule in found["assessment"]["rules"]:
        assert rule["version"]
        assert rule["source"]
        assert rule["signed"] is None
        assert rule["notice"]["zh"] == "未经临床签署"
    assert (await dispatcher.get("/protocols"))["signed"] is False


async def test_an_unknown_answer_lowers_nothing(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    unknown = {"conscious": "unknown", "breathing": "unknown"}
    assert (await answer(dispatcher, incident, "illness", unknown))["incident"]["priority"] in ("P1", "P2")
    await answer(dispatcher, incident, "illness", {"conscious": "no", "breathing": "no"})
    assert (await answer(dispatcher, incident, "illness", unknown))["incident"]["priority"] == "P1"


async def test_unknown_throughout_stays_p2_in_every_complaint(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    for complaint in (await dispatcher.get("/protocols"))["complaints"]:
        incident = await open_incident(dispatcher, town)
        answers: dict[str, Any] = {}
        while left := await questions(dispatcher, incident, complaint["id"]):
            answers[left[0]["id"]] = "unknown"
            found = await answer(dispatcher, incident, complaint["id"], answers)
            assert found["incident"]["priority"] in ("P1", "P2"), complaint["id"]
            if found["assessment"]["complete"]:
                break


async def test_a_changed_complaint_lowers_nothing_before_it_is_answered(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    found = await answer(dispatcher, incident, "chest-pain", CALM | await _urgent(dispatcher, incident))
    assert found["incident"]["priority"] == "P1"
    changed = await answer(dispatcher, incident, "illness", CALM)
    assert changed["assessment"]["complete"] is False
    assert changed["incident"]["priority"] == "P1"


async def _urgent(dispatcher: Client, incident: Any) -> dict[str, str]:
    """Answers to the own questions of chest pain that make it P1, found by trying."""
    complaints = (await dispatcher.get("/protocols"))["complaints"]
    chest = next(found for found in complaints if found["id"] == "chest-pain")
    for rule in chest["rules"]:
        if rule["priority"] == "P1":
            return {
                asked: test if isinstance(test, str) else test[0]
                for asked, test in rule["when"].items()
                if isinstance(test, str | list)
            }
    raise AssertionError("chest pain has no rule for P1")


async def test_a_priority_set_by_hand_stays_whatever_is_answered(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    by_hand = {"priority": "P3", "reason": "family doctor is there"}
    set_ = await dispatcher.post(f"/incidents/{incident['id']}/priority", by_hand)
    assert (set_["priority"], set_["priority_by_hand"]) == ("P3", True)
    found = await answer(dispatcher, incident, "illness", {"conscious": "no", "breathing": "no"})
    assert found["incident"]["priority"] == "P3"
    assert found["assessment"]["priority"] == "P1"


async def test_an_answer_that_was_not_offered_is_refused_by_its_question(town: RunningHouse) -> None:
    dispatcher = await town.sign_in("dispatcher")
    incident = await open_incident(dispatcher, town)
    body = {"complaint": "illness", "answers": {"conscious": "perhaps"}}
    problem = await dispatcher.post(f"/incidents/{incident['id']}/answers", body, expect=422)
    assert [error["field"] for error in problem["errors"]] == ["answers.conscious"]
    body = {"complaint": "no-such", "answers": {}}
    problem = await dispatcher.post(f"/incidents/{incident['id']}/answers", body, expect=422)
    assert [error["field"] for error in problem["errors"]] == ["complaint"]
