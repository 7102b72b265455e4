"""Messages about units, stations, closures, areas and organisations."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from dispatch.messages.assignments import FixReport
from dispatch.messages.maps import Outline
from dispatch.triage.protocol import Complaint
from geo.datum import Datum
from ledger.kinds.base import Instant, Words
from ledger.kinds.words import Capability, CrewRole, UnitKind
from ledger.participants import Organisation
from ledger.reasons import Reason

Ring = Annotated[tuple[tuple[float, float], ...], Meta(min_length=3, max_length=2000)]


class PositionView(Struct, frozen=True, kw_only=True):
    """Where a unit was last, WGS-84; `frozen` when the device repeats one fix although time goes on."""

    lon: float
    lat: float
    fixed_at: Instant
    age_s: float
    frozen: bool = False
    speed_kmh: float | None = None
    heading_deg: float | None = None


class CrewMember(Struct, frozen=True, kw_only=True):
    """One person aboard."""

    id: UUID
    name: str
    role: CrewRole
    telephone: str


class UnitView(Struct, frozen=True, kw_only=True):
    """A unit as it stands; its availability is computed, with the reasons."""

    id: UUID
    call_sign: str
    kind: UnitKind
    capabilities: tuple[Capability, ...]
    plate: str
    station_id: UUID
    organisation_id: UUID
    duty: str
    availability: Literal["available", "conditional", "unavailable"]
    reasons: tuple[Reason, ...]
    available_at: Instant | None
    assignment_id: UUID | None
    assignment_state: str | None
    crew: tuple[CrewMember, ...]
    position: PositionView | None
    version: int


class ListUnits(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Units that the caller may see."""

    station_id: UUID | None = None


class UnitList(Struct, frozen=True, kw_only=True):
    """Units by call sign."""

    units: tuple[UnitView, ...]


class UnitId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One unit."""

    unit_id: UUID


class SetDuty(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """On duty, off duty, in repair, or cannot be used (未值班, 维修, 不能调用). `version` is the one the caller saw."""

    unit_id: UUID
    duty: Literal["on", "off", "repair", "unusable"]
    reason: Annotated[str, Meta(max_length=200)] = ""
    until: Instant | None = None
    version: int | None = None


class PauseUnit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Hold a unit back by hand (暂停调用), with the reason; it ends by itself at `until`."""

    unit_id: UUID
    reason: Words
    until: Instant | None = None
    version: int | None = None


class SetCrew(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is aboard from now on."""

    unit_id: UUID
    staff: Annotated[tuple[UUID, ...], Meta(max_length=12)]
    version: int | None = None


class ReportPositions(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fixes of one unit in any order; only the newest moves it."""

    unit_id: UUID
    fixes: Annotated[tuple[FixReport, ...], Meta(min_length=1, max_length=5000)]


class PositionsTaken(Struct, frozen=True, kw_only=True):
    """How many fixes were taken in, and where the unit is now."""

    taken: int
    position: PositionView | None


class StationView(Struct, frozen=True, kw_only=True):
    """A station; place in WGS-84, seconds from order to wheels by day and by night."""

    id: UUID
    code: str
    name_zh: str
    name_en: str
    organisation_id: UUID
    lon: float
    lat: float
    turnout_day_s: int
    turnout_night_s: int


class StationList(Struct, frozen=True, kw_only=True):
    """All stations by code."""

    stations: tuple[StationView, ...]


class StationId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One station."""

    station_id: UUID


class StaffView(Struct, frozen=True, kw_only=True):
    """One person who may be named; `unit_id`, `call_sign` and `station_id` say where they are aboard, if anywhere."""

    id: UUID
    name: str
    role: CrewRole
    telephone: str
    unit_id: UUID | None
    call_sign: str | None
    station_id: UUID | None


class StaffList(Struct, frozen=True, kw_only=True):
    """Staff by role and code."""

    staff: tuple[StaffView, ...]


class OrganisationList(Struct, frozen=True, kw_only=True):
    """All organisations by code."""

    organisations: tuple[Organisation, ...]


class AreaView(Struct, frozen=True, kw_only=True):
    """A service area; rings are [lon, lat] in WGS-84."""

    code: str
    name_zh: str
    name_en: str
    organisation_id: UUID
    rings: tuple[tuple[tuple[float, float], ...], ...]


class AreaList(Struct, frozen=True, kw_only=True):
    """All service areas by code."""

    areas: tuple[AreaView, ...]


class ProtocolsView(Struct, frozen=True, kw_only=True):
    """The question protocols in use; `key` are the questions and rules of every call."""

    version: str
    signed: bool
    key: Complaint
    complaints: tuple[Complaint, ...]


class CloseRoads(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Close roads: all inside a polygon, a road by its name or number, or those around a point."""

    form: Literal["polygon", "road", "place"]
    reason: Words
    datum: Datum | None = None
    ring: Ring | None = None
    road: Annotated[str, Meta(max_length=120)] = ""
    lon: Annotated[float, Meta(ge=-180, le=180)] | None = None
    lat: Annotated[float, Meta(ge=-90, le=90)] | None = None
    radius_m: Annotated[float, Meta(gt=0, le=20_000)] | None = None
    until: Instant | None = None


class ClosureId(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One closure."""

    closure_id: UUID


class ClosureView(Struct, frozen=True, kw_only=True):
    """A closure and how many directed pieces of road it shuts; `in_force` when routes avoid them now.

    `outline` is what to draw: the area, the roads, or the place with its radius.
    """

    id: UUID
    in_force: bool
    form: str
    reason: str
    road: str
    rings: tuple[tuple[tuple[float, float], ...], ...]
    outline: Outline
    opened_at: Instant
    until: Instant | None
    ended_at: Instant | None
    arcs: int
    roads_version: str


class ListClosures(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Closures in force; with `ended`, past ones too."""

    ended: bool = False


class ClosureList(Struct, frozen=True, kw_only=True):
    """Closures, newest first."""

    closures: tuple[ClosureView, ...]
    roads_version: str
