"""The cast of the access matrix: one incident with two units and one case, and somebody of every role and relation."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID, uuid4

from app.enrol import id_of
from ledger.kinds.words import Role
from tests.support.house import API, Client, RunningHouse
from tests.support.referring import accept, refer
from tests.support.scenes import crew_of, machine, open_incident, reach, send, units_at, until

IN_PATHS = (
    *("incident", "stream", "assignment", "call", "case", "unit", "station", "closure", "ring", "subject"),
    *("facility", "notice", "referral", "offer", "webhook", "delivery"),
)
Relation = Literal["own", "concerned", "foreign"]

CENTRE, DESTINATION, STRANGER, NEIGHBOUR = "WZ-120", "WZ-H2", "WZ-H3", "NB-120"
REFERRED_TO = "LX-H1"
OWN_STATION, OTHER_STATION, FOREIGN_STATION = 1, 8, 4
"""Stations of three operators (by their place in the seed): of the unit that has the patient, of another unit on the
same incident, and of a unit that has nothing to do with it."""


@dataclass(frozen=True)
class Member:
    """Somebody who asks."""

    role: Role
    relation: Relation
    client: Client


@dataclass
class Cast:
    """`ids` are those of the scene, by the word that stands for them in a path or a body."""

    house: RunningHouse
    dispatcher: Client
    ids: dict[str, str]
    people: list[Member] = field(default_factory=list)

    def members(self, relation: str) -> list[Member]:
        return [member for member in self.people if member.relation == relation]

    async def ask(
        self, client: Client, name: str, body: Any = None, ids: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and answer of one request to a route of the table."""
        known = ids or self.ids
        method, _, path = name.partition(" ")
        for word in IN_PATHS:
            value = known["case"] if word == "stream" and path.startswith("/cases") else known.get(word)
            path = path.replace(f"{{{word}_id}}", str(value or known["incident"]))
        path = path.replace("{kind}", "crew-ack")
        path = path.replace("{version}/{z}/{x}/{y}", "of-yesterday/8/0/0")
        headers = {"Idempotency-Key": uuid4().hex}
        options = {} if body is None else {"json": filled(body, known)}
        async with client.session.request(
            method, client.base + API + path, headers=headers, **options
        ) as response:
            if response.content_type == "text/event-stream":
                return response.status, None
            return response.status, await response.json(content_type=None)

    async def fingerprint(self) -> Any:
        """Everything that a stranger must not have changed."""
        incident = await self.dispatcher.get(f"/incidents/{self.ids['incident']}")
        case = await self.dispatcher.get(f"/cases/{self.ids['case']}")
        unit = await self.dispatcher.get(f"/units/{self.ids['unit']}")
        closure = await self.dispatcher.get(f"/closures/{self.ids['closure']}")
        return incident, case, unit["version"], closure["ended_at"]


def filled(body: Any, ids: dict[str, str]) -> Any:
    if isinstance(body, dict):
        return {name: filled(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [filled(value, ids) for value in body]
    if isinstance(body, str) and body.startswith("{"):
        return ids[body.strip("{}")]
    return body


_GATHERED: dict[int, Cast] = {}


async def gather(house: RunningHouse) -> Cast:
    """The cast of this house, made once."""
    if id(house) not in _GATHERED:
        _GATHERED[id(house)] = await _gather(house)
    return _GATHERED[id(house)]


async def _gather(house: RunningHouse) -> Cast:
    dispatcher = await house.sign_in("dispatcher")
    incident = await open_incident(dispatcher, house, OWN_STATION)
    mine, other = units_at(house, OWN_STATION)[0], units_at(house, OTHER_STATION)[0]
    first, _ = await send(dispatcher, incident, mine, other)
    crew = await crew_of(house, first)
    await reach(crew, first, "depart", "arrive", "patient-contact")
    case = await crew.post(f"/assignments/{first['id']}/patients", {"command_id": "p1"})
    hospital = str(id_of("organisation", DESTINATION))
    await dispatcher.post(f"/cases/{case['id']}/destination", {"facility_id": hospital})
    system, _ = await machine(house, Role.INTEGRATION, id_of("organisation", CENTRE))
    webhook = await system.post("/webhooks", {"url": "http://127.0.0.1:9/"})
    corrected = await dispatcher.post(
        f"/incidents/{incident['id']}/place", {"address": house.seed.stations[1].name_zh}
    )
    entries = (await dispatcher.get(f"/incidents/{incident['id']}/entries"))["entries"]
    closure = await dispatcher.post("/closures", _closure(house))
    exchange, _ = await machine(house, Role.INTEGRATION, id_of("organisation", CENTRE))
    ring = await exchange.post("/rings", {"source": "120"})
    await house.settled()

    async def announced() -> Any:
        found = (await dispatcher.get("/inbound"))["notices"]
        return next((one for one in found if one["case_id"] == case["id"]), None)

    async def queued() -> Any:
        found = await system.get(f"/webhooks/{webhook['id']}/deliveries")
        return next(iter(found["deliveries"]), None)

    ids = {
        "webhook": webhook["id"],
        "delivery": (await until(queued))["id"],
        "incident": incident["id"],
        "case": case["id"],
        "assignment": first["id"],
        "unit": mine,
        "station": first["station_id"],
        "call": corrected["calls"][0]["id"],
        "change": entries[-1]["id"],
        "hospital": hospital,
        "closure": closure["id"],
        "ring": ring["id"],
        "facility": hospital,
        "notice": (await until(announced))["notice_id"],
        **await _referred(house, case["id"]),
    }
    cast = Cast(house, dispatcher, ids)
    for relation, stations in (
        ("own", OWN_STATION),
        ("concerned", OTHER_STATION),
        ("foreign", FOREIGN_STATION),
    ):
        cast.people += await _everybody(house, relation, stations)  # type: ignore[arg-type]
    return cast


async def _referred(house: RunningHouse, case_id: str) -> dict[str, str]:
    """A referral that the patient's hospital made, and an offer that it got; both over, so that nothing moves them."""
    here, there = await house.sign_in(f"desk-{DESTINATION}"), await house.sign_in(f"desk-{REFERRED_TO}")
    options = {"patient": None, "case_id": case_id, "urgency": "routine", "by_ambulance": False}
    down = await refer(here, REFERRED_TO, direction="down", plan="rest", **options)
    await accept(there, down)
    up = await refer(there, DESTINATION, direction="up", **options)
    await there.post(f"/referrals/{up['id']}/cancel", {"code": "improved"})
    await there.post(f"/referrals/{down['id']}/close", {"code": "no-show"})
    return {"referral": down["id"], "offer": up["offers"][0]["id"]}


def _closure(house: RunningHouse) -> dict[str, Any]:
    far = house.seed.stations[-1]
    place = {"lon": far.lon, "lat": far.lat, "datum": "wgs84", "radius_m": 500}
    return {"form": "place", "reason": "flood", **place}


async def _everybody(house: RunningHouse, relation: Relation, station: int) -> list[Member]:
    """One machine client for each role; stations and crews as those of the seed, signed in."""
    code = house.seed.stations[station].code
    number = 1 + [unit.station for unit in house.seed.units].index(code)
    found = [
        Member(Role.STATION, relation, await house.sign_in(f"station-{code}")),
        Member(Role.CREW, relation, await house.sign_in(f"crew-{number}")),
    ]
    for role in Role:
        if role in (Role.STATION, Role.CREW, Role.SYSTEM):
            continue
        client, _ = await machine(house, role, _organisation(role, relation))
        found.append(Member(role, relation, client))
    return found


def _organisation(role: Role, relation: Relation) -> UUID:
    """Hospitals' and offices' roles exist at the centre too in this matrix: rights follow the organisation."""
    desk = role in (Role.DISPATCHER, Role.SHIFT_LEADER)
    code = {"own": CENTRE, "concerned": DESTINATION, "foreign": NEIGHBOUR if desk else STRANGER}[relation]
    return id_of("organisation", code)
