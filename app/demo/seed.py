"""What a seeded prefecture says about itself: its organisations, stations, units, staff and areas.

The generator writes it beside the road file, the composition root reads it back, and a hand-written one for
another country has the same form. All positions are WGS-84 degrees and name their datum.
"""

from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from geo.evidence import EvidenceSource
from ledger.kinds.words import (
    CallSource,
    Capability,
    CentreForm,
    CrewRole,
    OrganisationKind,
    Priority,
    Sex,
    UnitKind,
)

FORMAT: Final = 1

Lon = Annotated[float, Meta(ge=-180, le=180)]
Lat = Annotated[float, Meta(ge=-90, le=90)]
Tier = Annotated[int, Meta(ge=1, le=3)]
Datum = Literal["wgs84"]
Ring = tuple[tuple[float, float], ...]


class OrganisationSeed(Struct, frozen=True):
    """One participant. `tier` is 1 township, 2 county, 3 city for facilities, None for everybody else."""

    code: str
    kind: OrganisationKind
    form: CentreForm | None
    name_zh: str
    name_en: str
    parent: str | None
    county: str
    lon: Lon
    lat: Lat
    datum: Datum
    tier: Tier | None
    capabilities: tuple[str, ...]
    telephone: str


class StationSeed(Struct, frozen=True):
    """Where units wait; `turnout_*_s` is the usual time from order to wheels rolling, in seconds."""

    code: str
    name_zh: str
    name_en: str
    organisation: str
    lon: Lon
    lat: Lat
    datum: Datum
    turnout_day_s: int
    turnout_night_s: int


class UnitSeed(Struct, frozen=True):
    """One ambulance, known by its call sign on the air and by its plate on the road."""

    call_sign: str
    station: str
    kind: UnitKind
    capabilities: tuple[Capability, ...]
    plate: str


class StaffSeed(Struct, frozen=True):
    """One invented person of a crew; the telephone number cannot be assigned to anybody."""

    code: str
    name: str
    organisation: str
    role: CrewRole
    unit: str
    telephone: str


class AreaSeed(Struct, frozen=True):
    """One service area: a closed ring of (lon, lat), who answers for it, and the stations inside it."""

    code: str
    name_zh: str
    name_en: str
    organisation: str
    stations: tuple[str, ...]
    ring: Ring


class PrefectureSeed(Struct, frozen=True):
    """Everything a new installation needs besides roads. `demo` means: never for operations."""

    format: int
    seed: int
    name_zh: str
    name_en: str
    demo: bool
    bounds: Ring
    organisations: tuple[OrganisationSeed, ...]
    stations: tuple[StationSeed, ...]
    units: tuple[UnitSeed, ...]
    staff: tuple[StaffSeed, ...]
    areas: tuple[AreaSeed, ...]


class ScriptedPatient(Struct, frozen=True):
    """Who the caller speaks of; `age_years` None where the caller cannot know."""

    sex: Sex
    age_years: int | None


class CallScript(Struct, frozen=True):
    """One call to be played. `words_*` may hold {village}, {town} and {road}, filled in at the place chosen.

    `expected` is what an experienced dispatcher would give; it is for the demo's statistics, never for triage.
    """

    code: str
    complaint: str
    source: CallSource
    words_zh: str
    words_en: str
    patients: Annotated[tuple[ScriptedPatient, ...], Meta(min_length=1)]
    evidence: Annotated[tuple[EvidenceSource, ...], Meta(min_length=1)]
    expected: Priority


def read_calls(content: bytes | str) -> tuple[CallScript, ...]:
    """Decode and validate the call scripts; raises msgspec.ValidationError on any other form."""
    return msgspec.json.decode(content, type=tuple[CallScript, ...])


def read_prefecture(content: bytes | str) -> PrefectureSeed:
    """Decode and validate one seed; raises msgspec.ValidationError on any other form."""
    found = msgspec.json.decode(content, type=PrefectureSeed)
    if found.format != FORMAT:
        raise msgspec.ValidationError(f"Expected format {FORMAT}, got {found.format}")
    return found


def write_prefecture(file: Path, prefecture: PrefectureSeed) -> None:
    """Write one seed as indented JSON, the same bytes for the same content."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(prefecture), indent=1) + b"\n")
