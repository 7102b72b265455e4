"""Where it is: evidence to estimate to service area, before any transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from dispatch.desk.context import Desk, incident_row, led_incident
from dispatch.desk.views import incident_views
from dispatch.incidents import DESK
from dispatch.messages.incidents import AddEvidence, CorrectPlace, IncidentView
from geo.errors import GeoError
from geo.estimate import LocationEstimate
from geo.evidence import Evidence, EvidenceSource, PointEvidence, SpokenPlace
from geo.locate import locate
from ledger.errors import Invalid
from ledger.kinds.incident import AreaFound, CallTaken, EvidenceAdded, Located
from web.caller import Caller

CONFIRMED_RADIUS_M = 25.0
"""How exact a point is that a dispatcher put on the map."""


def received(
    caller: Caller, evidence: Sequence[Evidence], now: datetime, prefix: str
) -> tuple[Evidence, ...]:
    """Evidence as it is kept: with the time it came in, and a name where the sender gave none.

    Invalid when a machine claims to be a dispatcher: a confirmed point outweighs everything that is measured.
    """
    for i, piece in enumerate(evidence):
        if piece.source is EvidenceSource.DISPATCHER and caller.role not in DESK:
            raise Invalid("evidence-source-reserved", field=f"evidence[{i}].source")
    return tuple(
        msgspec.structs.replace(piece, received_at=now, id=piece.id or f"{prefix}-{i}")
        for i, piece in enumerate(evidence, start=1)
    )


def spoken(words: str, now: datetime, name: str) -> tuple[Evidence, ...]:
    """An address in words as evidence; nothing when nothing was said."""
    if not words.strip():
        return ()
    return (SpokenPlace(source=EvidenceSource.SPOKEN, received_at=now, id=name, words=words.strip()[:200]),)


def estimate(
    desk: Desk, evidence: Sequence[Evidence], now: datetime
) -> tuple[LocationEstimate, AreaFound | None]:
    """The best place with its area, and whose service area it is. Pure computing: outside any transaction."""
    try:
        found = locate(evidence, gazetteer=desk.gazetteer, bounds=desk.bounds, now=now)
    except GeoError as error:
        raise Invalid.at("evidence", error) from error
    return found, area_of(desk, found)


def area_of(desk: Desk, found: LocationEstimate) -> AreaFound | None:
    """The service area of an estimate, with what is uncertain about it."""
    areas = desk.areas()
    if found.best is None or not areas.areas:
        return None
    answer = areas.which_estimate(found)
    chosen = next(c for c in answer.candidates if c.area_id == answer.chosen)
    return AreaFound(
        code=chosen.area_id,
        name=chosen.name,
        probability=chosen.probability,
        margin_m=answer.margin_m,
        tie=answer.tie,
        gap=answer.gap,
    )


def evidence_of(desk: Desk, connection: Connection, incident_id: UUID) -> tuple[Evidence, ...]:
    """All evidence that the incident's entries hold, oldest first."""
    found: list[Evidence] = []
    for written in desk.book.read(connection, incident_id):
        said = written.said
        if isinstance(said, CallTaken):
            found += [*said.evidence, *spoken(said.spoken_address, written.act.at, f"call-{said.call_id}")]
        elif isinstance(said, EvidenceAdded):
            found += said.evidence
    return tuple(found)


async def add_evidence(desk: Desk, caller: Caller, request: AddEvidence) -> IncidentView:
    """More evidence: kept whatever it says, and weighed with all that was there."""
    now = desk.clock.now()
    fresh = received(caller, request.evidence, now, f"added-{int(now.timestamp())}")

    def locate_anew(known: Known) -> Located:
        found, area = estimate(desk, (*known.evidence, *fresh), now)
        return Located(estimate=found, address=known.address, area=area)

    return await _relocate(desk, caller, request.incident_id, now, fresh, locate_anew)


async def correct_place(desk: Desk, caller: Caller, request: CorrectPlace) -> IncidentView:
    """The dispatcher decides where it is. Crews on the way must acknowledge the change."""
    now = desk.clock.now()
    fresh: tuple[Evidence, ...] = spoken(request.address, now, f"desk-{int(now.timestamp())}")
    pointed = request.lon is not None or request.lat is not None or request.datum is not None
    if pointed:
        fresh = (*fresh, _confirmed(request, now))
    if not fresh:
        raise Invalid("place-missing", field="address")

    def locate_anew(known: Known) -> Located:
        # New words replace what was said before, and a point that was confirmed for the old words;
        # what was measured stays and is weighed against them.
        replaced = (SpokenPlace,) if request.address else ()
        kept = [p for p in known.evidence if not isinstance(p, replaced)]
        kept = [p for p in kept if p.source is not EvidenceSource.DISPATCHER]
        found, area = estimate(desk, (*kept, *fresh), now)
        return Located(
            estimate=found,
            address=request.address or known.address,
            area=area,
            reason=request.reason or "corrected",
            crews_ack_by=now + timedelta(seconds=desk.config.change_ack_s),
        )

    return await _relocate(desk, caller, request.incident_id, now, fresh, locate_anew)


class Known(Struct, frozen=True):
    """What an incident's entries say of its place, as of one version of the incident."""

    version: int
    address: str
    evidence: tuple[Evidence, ...]


async def _relocate(
    desk: Desk,
    caller: Caller,
    incident_id: UUID,
    now: datetime,
    fresh: tuple[Evidence, ...],
    locate_anew: Callable[[Known], Located],
) -> IncidentView:
    """Compute outside the transaction, write inside; compute again when somebody else wrote in between."""

    def look(connection: Connection) -> Known:
        row = led_incident(connection, caller, incident_id, locked=False)
        return Known(row.version, row.address, evidence_of(desk, connection, incident_id))

    while True:
        known = await desk.storage.read(look)
        located = locate_anew(known)

        def work(connection: Connection, seen: int = known.version, fact: Located = located) -> IncidentView:
            if led_incident(connection, caller, incident_id).version != seen:
                raise _Moved
            desk.write(connection, incident_id, caller.act(now), EvidenceAdded(evidence=fresh), fact)
            return incident_views(connection, caller, [incident_row(connection, caller, incident_id)])[0]

        try:
            return await desk.storage.write(work, once=caller.once)
        except _Moved:
            continue


class _Moved(Exception):
    """The incident changed between reading and writing."""


def _confirmed(request: CorrectPlace, now: datetime) -> PointEvidence:
    if request.lon is None or request.lat is None or request.datum is None:
        names = {"lon": request.lon, "lat": request.lat, "datum": request.datum}
        raise Invalid("place-incomplete", field=next(n for n, value in names.items() if value is None))
    return PointEvidence(
        source=EvidenceSource.DISPATCHER,
        received_at=now,
        id=f"confirmed-{int(now.timestamp())}",
        lon=request.lon,
        lat=request.lat,
        datum=request.datum,
        radius_m=CONFIRMED_RADIUS_M,
    )
