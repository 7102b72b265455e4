"""Referred patients: the hospital is asked, answers, tells what became of them, and sends them back down."""

from datetime import datetime
from typing import Any

from integrations.pretend_hospital.hospital import Hospital

HOLD_MINUTES = 120


async def answer(hospital: Hospital, said: dict[str, Any]) -> None:
    """Take an offer in hand, then accept it with a bed, or decline it with a reason."""
    manner = hospital.manner
    if manner.takes is None or manner.answers is None:
        return
    first, second = hospital.roll(), hospital.roll()
    offer = await _offer(hospital, said)
    if offer is None or "accept" not in offer["actions"]:
        return
    takes_s = manner.takes.at(first, _left_s(hospital, offer["acknowledge_by"]))
    answers_s = manner.answers.at(second, _left_s(hospital, offer["answer_by"]))
    path = f"/offers/{offer['id']}"
    await hospital.pause(takes_s)
    if "acknowledge" in offer["actions"]:
        await hospital.do(f"{path}/acknowledge", {}, f"acknowledge-{offer['id']}")
    await hospital.pause(max(answers_s - takes_s, 0.0))
    if manner.refusal is not None:
        body = {
            "code": manner.refusal,
            "remarks": "目前无法收治",
            "advice": "建议先稳定生命体征，再转上级医院",
        }
        await hospital.do(f"{path}/decline", body, f"decline-{offer['id']}")
        return
    taken = {"department": "急诊科", "bed": "3-12", "contact": "值班医师", "hold_minutes": HOLD_MINUTES}
    await hospital.do(f"{path}/accept", taken, f"accept-{offer['id']}")


async def _offer(hospital: Hospital, said: dict[str, Any]) -> Any:  # noqa: ANN401
    """The offer that was made, if it was made to this hospital."""
    referral = await hospital.api.get(f"/referrals/{said['referral_id']}")
    mine = (
        found
        for found in referral["offers"]
        if found["id"] == said["offer_id"] and found["facility_id"] == hospital.organisation_id
    )
    return next(mine, None)


def _left_s(hospital: Hospital, by: str) -> float:
    return (datetime.fromisoformat(by) - hospital.clock.now()).total_seconds()


async def tell(hospital: Hospital, said: dict[str, Any]) -> None:
    """Tell the referring side what was found, and refer the patient back down where the mood has it so."""
    manner = hospital.manner
    if manner.tells is None:
        return
    wait_s = manner.tells.at(hospital.roll())
    path = f"/referrals/{said['referral_id']}"
    referral = await hospital.api.get(path)
    if "outcome" not in referral["actions"]:
        return
    await hospital.pause(wait_s)
    body = {
        "outcome": "treated-and-discharged",
        "diagnosis": referral["diagnosis"] or "观察后好转",
        "summary": "入院后经治疗病情平稳，予以出院。",
        "advice": "按时服药，两周内由家庭医生随访。",
    }
    await hospital.do(f"{path}/outcome", body, f"outcome-{referral['id']}")
    if manner.refers_down and referral["direction"] == "up":
        await _refer_down(hospital, referral)


async def _refer_down(hospital: Hospital, referral: Any) -> None:  # noqa: ANN401
    """Back to where the patient came from (下转), with a plan."""
    key = f"down-{referral['id']}"
    body = {
        "command_id": key,
        "case_id": referral["case_id"],
        "direction": "down",
        "urgency": "routine",
        "candidates": [referral["from_facility"]["id"]],
        "reason": "病情稳定，转回基层继续康复与随访",
        "diagnosis": referral["diagnosis"],
        "plan": "继续目前用药；两周内随访血压、症状与用药情况。",
        "by_ambulance": False,
        "based_on": referral["id"],
    }
    await hospital.do("/referrals", body, key)


async def visit(hospital: Hospital, said: dict[str, Any]) -> None:
    """The follow-up visit of a patient who came back down."""
    manner = hospital.manner
    if manner.visits is None or said["facility_id"] != hospital.organisation_id:
        return
    await hospital.pause(manner.visits.at(hospital.roll()))
    path = f"/referrals/{said['referral_id']}"
    referral = await hospital.api.get(path)
    if "visit" not in referral["actions"]:
        return
    key = f"visit-{said['referral_id']}"
    body = {
        "command_id": key,
        "visited_at": hospital.clock.now().isoformat(),
        "way": "home",
        "findings": "一般情况好，按时服药，无不适。",
        "systolic_mmhg": 128,
        "diastolic_mmhg": 78,
    }
    await hospital.do(f"{path}/visit", body, key)
