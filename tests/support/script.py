"""Scripted incidents: a teller plays one after another through the API, each of another kind, all from one seed.

Each teller has units of its own, so several tell at once without getting into each other's way; a dispatcher may
report for a crew, so one sign-in is enough.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from app.demo.seed import PrefectureSeed
from app.enrol import id_of
from ledger.kinds.words import OrganisationKind

Post = Callable[[str, Any], Awaitable[Any]]
"""Sends one command and gives its answer; it may take several tries to get through."""

RUN = ("acknowledge", "depart", "arrive", "patient-contact", "load", "transport", "at-hospital", "hand-over")
COMPLAINTS = ("胸痛", "老人跌倒", "车祸", "呼吸困难", "抽搐", "孕妇腹痛", "")
CLOSES = (
    "no-ambulance-needed",
    "caller-withdrew",
    "false-call",
    "advice-given",
    "own-transport",
    "unreachable",
)


def shares(seed: PrefectureSeed, tellers: int) -> list[list[UUID]]:
    """The prefecture's units, dealt out to so many tellers."""
    units = [id_of("unit", unit.call_sign) for unit in seed.units]
    return [units[i::tellers] for i in range(tellers)]


class Teller:
    """Plays incidents. `told` counts them; `calls` are the ids of all calls that were acknowledged.

    `hurried` says that it may take an order back: that is open for ten seconds only.
    """

    def __init__(
        self, post: Post, seed: PrefectureSeed, units: Sequence[UUID], number: int, *, hurried: bool = True
    ) -> None:
        self.told = 0
        self.calls: list[str] = []
        self._post = post
        self._seed = seed
        self._units = units
        self._random = Random(number)
        self._name = number
        self._stories = (
            *((self._taken_back,) if hurried else ()),
            self._advice_only,
            self._waits,
            self._relinked,
            self._joined,
            self._called_off,
            self._cannot_go,
            self._reserved,
            self._declined,
            self._late_and_out_of_order,
            self._corrected,
            self._whole_run,
            self._whole_run,
        )

    async def tell(self) -> None:
        """One incident from ring to end."""
        await self._stories[(self._name + self.told) % len(self._stories)]()
        self.told += 1

    async def _advice_only(self) -> None:
        path = await self._incident()
        await self._answer(path)
        await self._close(path)

    async def _waits(self) -> None:
        path = await self._incident()
        await self._post(
            f"{path}/hold", {"reason": "caller-busy", "remind_in_s": self._random.choice((10, 3000))}
        )
        await self._post(f"{path}/evidence", {"evidence": [self._pin()]})
        await self._post(f"{path}/resume", {})
        await self._close(path)

    async def _relinked(self) -> None:
        one, other = await self._call(), await self._call()
        link = {"incident_id": one["incident"]["id"]}
        await self._post(f"/calls/{other['call_id']}/link", link)
        if self._random.random() < 0.5:
            await self._post(f"/calls/{other['call_id']}/unlink", {})
            await self._close(_path(other))
        await self._close(_path(one))

    async def _joined(self) -> None:
        one = await self._call()
        other = await self._call(incident_id=one["incident"]["id"])
        if self._random.random() < 0.5:
            apart = await self._post(f"/calls/{other['call_id']}/unlink", {})
            await self._close(f"/incidents/{apart['id']}")
        await self._close(_path(one))

    async def _called_off(self) -> None:
        path = await self._incident()
        for sent in await self._send(path, self._random.choice((1, 2))):
            await self._stamp(sent, "acknowledge", "depart")
            await self._post(f"{sent}/cancel", {"reason": "另有车辆更近", "code": "cancelled"})
        await self._close(path)

    async def _taken_back(self) -> None:
        path = await self._incident()
        (sent,) = await self._send(path)
        await self._post(f"{sent}/take-back", {})
        await self._close(path)

    async def _cannot_go(self) -> None:
        path = await self._incident()
        (sent,) = await self._send(path)
        await self._post(f"{sent}/cannot-go", {"reason": "车辆故障"})
        (sent,) = await self._send(path)
        await self._stamp(sent, *RUN, "available", "home")

    async def _reserved(self) -> None:
        path = await self._incident()
        later = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
        (sent,) = await self._send(path, reserved_for=later)
        if self._random.random() < 0.5:
            await self._post(f"{sent}/dispatch", {})
            await self._post(f"{sent}/heard", {})
            await self._stamp(sent, *RUN, "available")
        else:
            await self._post(f"{sent}/cancel", {"reason": "病人改期"})
            await self._close(path)

    async def _declined(self) -> None:
        path = await self._incident()
        (sent,) = await self._send(path)
        await self._stamp(sent, "depart", "arrive")
        patient = await self._patient(sent)
        await self._post(f"{patient}/end", {"code": "declined"})
        await self._stamp(sent, self._random.choice(("patient-declines", "patient-gone", "empty-run")))

    async def _late_and_out_of_order(self) -> None:
        path = await self._incident()
        (sent,) = await self._send(path)
        await self._stamp(sent, "arrive")
        await self._stamp(sent, "depart", "acknowledge")
        await self._stamp(sent, "back-to-ENR")
        await self._stamp(sent, "load", "at-hospital", "available")

    async def _corrected(self) -> None:
        path = await self._incident()
        (sent,) = await self._send(path)
        await self._stamp(sent, "acknowledge", "depart")
        pin = self._pin()
        place = {"address": "村口小学旁", "lon": pin["lon"], "lat": pin["lat"], "datum": "wgs84"}
        await self._post(f"{path}/place", place)
        await self._post(f"{path}/priority", {"priority": "P1", "reason": "家属再次来电"})
        await self._stamp(sent, *RUN[2:], "available")

    async def _whole_run(self) -> None:
        path = await self._incident()
        await self._answer(path)
        units = await self._send(path, self._random.choice((1, 1, 2)))
        for sent in units:
            await self._post(f"{sent}/heard", {})
            await self._stamp(sent, *RUN[: self._random.choice((3, 4, 5))])
            for _ in range(self._random.choice((0, 1, 2))):
                await self._treat(await self._patient(sent))
            await self._stamp(sent, *RUN[5:])
        for sent in units:
            await self._stamp(sent, "available", "home")

    async def _call(self, **more: Any) -> Any:
        body = {
            "source": self._random.choice(("120", "110", "122", "text")),
            "callback": f"1{self._name:03}{len(self.calls):07}",
            "complaint": self._random.choice(COMPLAINTS),
            "patients": self._random.choice((None, 1, 2)),
            "evidence": [self._pin()] if self._random.random() < 0.3 else [],
        }
        taken = await self._post("/calls", body | more)
        self.calls.append(taken["call_id"])
        return taken

    async def _incident(self) -> str:
        return _path(await self._call())

    def _pin(self) -> dict[str, Any]:
        near = self._random.choice(self._seed.stations)
        lon = round(near.lon + self._random.uniform(-0.02, 0.02), 6)
        lat = round(near.lat + self._random.uniform(-0.02, 0.02), 6)
        radius_m = self._random.choice((15, 80, 400))
        return {
            "kind": "point",
            "source": "aml",
            "lon": lon,
            "lat": lat,
            "datum": "wgs84",
            "radius_m": radius_m,
        }

    async def _answer(self, path: str) -> None:
        answers = {"conscious": self._random.choice(("yes", "no", "unknown"))}
        await self._post(f"{path}/answers", {"complaint": "illness", "answers": answers})

    async def _close(self, path: str) -> None:
        await self._post(f"{path}/close", {"code": self._random.choice(CLOSES), "remarks": "已回访"})

    async def _send(self, path: str, count: int = 1, **options: Any) -> list[str]:
        chosen = self._random.sample(list(self._units), count)
        sent = await self._post(
            f"{path}/assignments", {"units": [{"unit_id": str(u)} | options for u in chosen]}
        )
        return [f"/assignments/{assignment['id']}" for assignment in sent["assignments"]]

    async def _stamp(self, sent: str, *events: str) -> None:
        at = datetime.now(UTC).isoformat()
        stamps = [{"command_id": event, "event": event, "at": at} for event in events]
        answer = await self._post(f"{sent}/stamps", {"stamps": stamps})
        refused = [result for result in answer["results"] if result["outcome"] == "refused"]
        assert not refused, refused

    async def _patient(self, sent: str) -> str:
        number = self._random.randrange(10**9)
        patient = {
            "command_id": f"patient-{number}",
            "age_years": self._random.randint(1, 99),
            "name": "张某",
        }
        return f"/cases/{(await self._post(f'{sent}/patients', patient))['id']}"

    async def _treat(self, patient: str) -> None:
        for number in range(self._random.choice((1, 3))):
            vitals = {
                "measured_at": datetime.now(UTC).isoformat(),
                "heart_rate_per_min": self._random.randint(40, 180),
                "spo2_percent": self._random.randint(70, 100),
            }
            await self._post(f"{patient}/vitals", {"command_id": f"v{number}", "vitals": vitals})
        await self._post(f"{patient}/patient", {"patient": {"label": "甲", "name": "李某", "sex": "female"}})
        hospitals = [o for o in self._seed.organisations if o.kind is OrganisationKind.COUNTY_HOSPITAL]
        facility = id_of("organisation", self._random.choice(hospitals).code)
        await self._post(f"{patient}/destination", {"facility_id": str(facility)})


def _path(taken: Any) -> str:
    return f"/incidents/{taken['incident']['id']}"
