"""Patients on the way: the hospital hears of one, gets ready or says what it lacks, and signs the handover."""

from typing import Any

from integrations.pretend_hospital.hospital import Hospital


async def hear(hospital: Hospital, said: dict[str, Any]) -> None:
    """Acknowledge a notice, or report strain."""
    manner = hospital.manner
    if manner.hears is None:
        return
    wait_s = manner.hears.at(hospital.roll())
    path = f"/notices/{said['notice_id']}"
    notice = await hospital.api.get(path)
    if notice["facility_id"] != hospital.organisation_id or notice["acknowledged_at"] is not None:
        return
    await hospital.pause(wait_s)
    if manner.strain is not None:
        body = {"code": manner.strain, "remarks": "急诊抢救室已满，请知悉"}
        await hospital.do(f"{path}/strain", body, f"strain-{said['notice_id']}")
    else:
        await hospital.do(f"{path}/acknowledge", {}, f"acknowledge-{said['notice_id']}")


async def receive(hospital: Hospital, said: dict[str, Any]) -> None:
    """The patient is at the door: sign the handover once a bed is free."""
    manner = hospital.manner
    if manner.signs is None:
        return
    wait_s = manner.signs.at(hospital.roll())
    path = f"/notices/{said['notice_id']}"
    notice = await hospital.api.get(path)
    if notice["facility_id"] != hospital.organisation_id or notice["facility_signed"] is not None:
        return
    await hospital.pause(wait_s)
    key = f"sign-{said['notice_id']}"
    body = {"command_id": key, "summary": "患者已接收，生命体征已复测"}
    await hospital.do(f"{path}/sign", body, key)
