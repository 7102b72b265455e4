"""The conductor: brings the demo's people together and tells each what concerns them, from one live stream."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import structlog

from app.demo.living.api import API, NO_ANSWER, Refused, Seat
from app.demo.living.callers import Callers
from app.demo.living.chairs import Chair
from app.demo.living.clinics import Clinics
from app.demo.living.closures import Closures
from app.demo.living.crews import Crew
from app.demo.living.dispatcher import Dispatcher
from app.demo.living.facilities import CLINIC_BEDS, HOSPITAL_BEDS, Facility
from app.demo.living.moods import mood_of
from app.demo.living.pace import Pace
from app.demo.living.stations import Station
from app.demo.living.tally import Tally
from app.demo.living.vehicles import Vehicle
from app.demo.seed import CallScript, PrefectureSeed
from app.enrol import id_of
from geo.places import NamedPlace
from ledger.kinds.words import OrganisationKind

log = structlog.get_logger(__name__)

RINGS_EVERY_S = 240.0
CLOSURES_EVERY_S = 600.0
REFERRALS_EVERY_S = 600.0
SEATS_EVERY_S = 2.0
KEPT_S = 4500.0
"""A crew's seat stays its person's so long without them: a page that is an hour without a network is not left alone."""

FACILITIES = frozenset(
    {OrganisationKind.CITY_HOSPITAL, OrganisationKind.COUNTY_HOSPITAL, OrganisationKind.TOWNSHIP_CLINIC}
)
OBSERVER, EXCHANGE, SECOND = "dispatcher2", "exchange", "dispatcher"


class Conductor:
    """The whole cast. `seed` says who there is, `places` where people live, `scripts` what they say."""

    def __init__(
        self,
        base: str,
        password: str,
        seed: PrefectureSeed,
        places: list[NamedPlace],
        scripts: tuple[CallScript, ...],
        pace: Pace,
        between_s: float = RINGS_EVERY_S,
    ) -> None:
        self._base = base
        self._password = password
        self._pace = pace
        self._tally = Tally()
        self._chairs: dict[tuple[str, ...], Chair] = {}
        self._sent: dict[str, dict[str, Any]] = {}
        self._incident_of: dict[str, str] = {}
        self._told: dict[str, str] = {}
        self._referred: dict[str, dict[str, Any]] = {}
        self._seats: dict[str, Seat] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._desk = self._seat(OBSERVER)
        self._callers = Callers(self._seat(EXCHANGE), pace, scripts, places, between_s, self._tally)
        self._dispatcher = Dispatcher(self._desk, pace, self._callers.heard, self._chair(OBSERVER, SECOND))
        self._closures = Closures(
            self._desk, pace, self._chair(OBSERVER), self._tally, places, CLOSURES_EVERY_S
        )
        self._crews = self._build_crews(seed)
        self._crew_of: dict[str, Crew] = {}
        self._stations = {
            str(id_of("station", found.code)): Station(
                self._seat(f"station-{found.code}"), pace, self._chair(f"station-{found.code}")
            )
            for found in seed.stations
        }
        self._facilities = self._build_facilities(seed)
        clinics = [o.code for o in seed.organisations if o.kind is OrganisationKind.TOWNSHIP_CLINIC]
        self._clinics = Clinics(
            [(self._seat(f"desk-{code}"), self._chair(f"desk-{code}")) for code in clinics],
            pace,
            REFERRALS_EVERY_S,
        )

    async def run(self) -> None:
        """For ever."""
        asyncio.get_running_loop().set_exception_handler(self._failed)
        # Before anybody acts: who came first keeps what they are at.
        await self._look_at_seats()
        async with asyncio.TaskGroup() as tasks:
            for life in (
                self._watch_seats(),
                self._listen(),
                self._callers.run(),
                self._dispatcher.run(),
                self._closures.run(),
                self._clinics.run(),
                self._tally.run(),
                *(crew.vehicle.park() for crew in self._crews.values()),
                *(facility.keep_capacity() for facility in self._facilities.values()),
            ):
                tasks.create_task(life)

    async def close(self) -> None:
        """Everybody leaves."""
        for seat in self._seats.values():
            await seat.close()

    def _seat(self, login: str) -> Seat:
        if login not in self._seats:
            self._seats[login] = Seat(self._base, login, self._password, self._tally)
        return self._seats[login]

    def _chair(self, *logins: str, kept_s: float = 0.0) -> Chair:
        return self._chairs.setdefault(logins, Chair(*logins, kept_s=kept_s))

    def _build_crews(self, seed: PrefectureSeed) -> dict[str, Crew]:
        stands = {station.code: (station.lon, station.lat) for station in seed.stations}
        found: dict[str, Crew] = {}
        for number, unit in enumerate(seed.units, start=1):
            login, unit_id = f"crew-{number}", str(id_of("unit", unit.call_sign))
            vehicle = Vehicle(self._seat(login), self._pace, unit_id, stands[unit.station])
            chair = self._chair(login, kept_s=KEPT_S / self._pace.speed)
            found[unit_id] = Crew(self._seat(login), self._pace, vehicle, chair)
        return found

    def _build_facilities(self, seed: PrefectureSeed) -> dict[str, Facility]:
        found: dict[str, Facility] = {}
        for number, house in enumerate(h for h in seed.organisations if h.kind in FACILITIES):
            login = f"desk-{house.code}"
            # Clinics are small and answer; the first hospital is where a newcomer looks first.
            small = house.kind is OrganisationKind.TOWNSHIP_CLINIC
            mood, beds = mood_of(0 if small else number), CLINIC_BEDS if small else HOSPITAL_BEDS
            facility = Facility(self._seat(login), self._pace, mood, self._chair(login), beds)
            facility.organisation_id = str(id_of("organisation", house.code))
            found[facility.organisation_id] = facility
        return found

    async def _watch_seats(self) -> None:
        while True:
            await asyncio.sleep(SEATS_EVERY_S)
            await self._look_at_seats()

    async def _look_at_seats(self) -> None:
        """Who is a person now: the cast steps back from those seats."""
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.get(f"{self._base}{API}/demo/seats") as answer,
            ):
                seats = (await answer.json())["seats"]
            persons = {found["login"].lower() for found in seats if found["taken"]}
        except (*NO_ANSWER, KeyError) as error:
            log.info("seats cannot be seen", error=type(error).__name__)
            return
        for chair in self._chairs.values():
            chair.look(persons)
        self._callers.attend(persons=not persons.isdisjoint((OBSERVER, SECOND)))

    async def _find_runs(self) -> None:
        """Crews that were on a run when the demo was last stopped."""
        for unit in (await self._desk.get("/units"))["units"]:
            crew, state = self._crews.get(unit["id"]), unit["assignment_state"]
            if crew is not None and unit["assignment_id"] is not None and state not in (None, "RSV"):
                self._crew_of[unit["assignment_id"]] = crew
                if unit["position"] is not None:
                    crew.vehicle.put((unit["position"]["lon"], unit["position"]["lat"]))
                await crew.found(unit["assignment_id"], state)

    async def _begin_with_runs(self) -> None:
        while True:
            try:
                return await self._find_runs()
            except Refused as error:
                log.info("the fleet cannot be seen", code=error.code)
                await asyncio.sleep(SEATS_EVERY_S)

    async def _listen(self) -> None:
        await self._begin_with_runs()
        async for kind, data in self._desk.listen():
            if isinstance(data, dict) and "said" in data:
                try:
                    self._tell(kind, data)
                except (KeyError, TypeError):
                    self._tally.count("errors")
                    log.exception("an entry could not be followed", kind=kind)

    def _tell(self, kind: str, entry: dict[str, Any]) -> None:
        said = entry["said"]
        self._tally.tell(kind, entry["stream_id"])
        match kind:
            case "incident.call-taken.v1":
                self._callers.taken(said.get("callback", ""))
            case "assignment.sent.v1":
                self._sent[said["assignment_id"]] = said
                self._incident_of[said["assignment_id"]] = entry["stream_id"]
                if said.get("reserved_for") is None:
                    self._order(said)
            case "assignment.reservation-called.v1" if said["assignment_id"] in self._sent:
                self._order(self._sent[said["assignment_id"]])
            case "assignment.stamped.v1":
                self._stamp(said)
            case "assignment.route-changed.v1":
                self._rerouted(said["assignment_id"], entry["id"])
            case "incident.located.v1" if said.get("crews_ack_by") is not None:
                for assignment_id, incident_id in list(self._incident_of.items()):
                    if incident_id == entry["stream_id"]:
                        self._rerouted(assignment_id, entry["id"])
            case "notice.sent.v1":
                self._at(said["facility_id"], lambda desk: desk.noticed(said["notice_id"]))
                self._told[said["notice_id"]] = said["facility_id"]
            case "handover.signed.v1" if said["side"] == "crew":
                facility_id = self._told.pop(said["notice_id"], "")
                self._at(facility_id, lambda desk: desk.crew_signed(said["notice_id"]))
            case "notice.withdrawn.v1":
                self._told.pop(said["notice_id"], None)
            case "offer.made.v1":
                self._at(said["facility_id"], lambda desk: desk.asked(said["offer_id"]))
            case "referral.requested.v1":
                self._referred[said["referral_id"]] = said
            case "offer.accepted.v1" if self._comes_by_itself(said["referral_id"]):
                self._at(said["facility_id"], lambda desk: desk.accepted(said["referral_id"]))
            case "referral.run-failed.v1":
                self._at(self._sender(said), lambda desk: desk.run_failed(said["referral_id"]))
            case "referral.outcome-sent.v1":
                self._at(self._sender(said), lambda desk: desk.told(said["referral_id"]))
            case "referral.closed.v1" | "referral.cancelled.v1":
                self._referred.pop(said["referral_id"], None)
            case "referral.arrived.v1":
                self._at(said["facility_id"], lambda desk: desk.arrived(said["referral_id"]))
            case "followup.planned.v1":
                self._at(said["facility_id"], lambda desk: desk.planned(said["referral_id"]))

    def _comes_by_itself(self, referral_id: str) -> bool:
        referred = self._referred.get(referral_id)
        return referred is not None and referred["direction"] == "up" and not referred["by_ambulance"]

    def _sender(self, said: dict[str, Any]) -> str:
        referred = self._referred.get(said["referral_id"])
        return "" if referred is None else str(referred["from_facility_id"])

    def _order(self, said: dict[str, Any]) -> None:
        crew = self._crews.get(said["unit_id"])
        if crew is not None:
            self._crew_of[said["assignment_id"]] = crew
            crew.ordered(said["assignment_id"], self._incident_of.get(said["assignment_id"]))
        station = self._stations.get(said["station_id"])
        if station is not None:
            self._begin(station.ordered(said["assignment_id"], said["unit_id"]))

    def _stamp(self, said: dict[str, Any]) -> None:
        assignment_id, state = said["assignment_id"], said["state_after"]
        crew = self._crew_of.get(assignment_id)
        if crew is None or said["state_before"] == state:
            return
        self._begin(crew.moved(assignment_id, state, said["state_before"]))
        if state in ("HOM", "END", "AVR"):
            del self._crew_of[assignment_id]
            self._sent.pop(assignment_id, None)
            self._incident_of.pop(assignment_id, None)

    def _rerouted(self, assignment_id: str, entry_id: str) -> None:
        crew = self._crew_of.get(assignment_id)
        if crew is not None:
            self._begin(crew.rerouted(assignment_id, entry_id))

    def _at(self, facility_id: str, tell: Callable[[Facility], None]) -> None:
        if (desk := self._facilities.get(facility_id)) is not None:
            tell(desk)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What nobody of the cast caught."""
        self._tally.count("errors")
        log.error("somebody of the cast failed", what=context["message"], exc_info=context.get("exception"))
