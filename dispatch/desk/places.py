"""Where it is: evidence to estimate to service area, before any transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from dispatch.desk.context import Desk, incident_row, led_incident
from dispatch.desk.views import check_seen, incident_views
from dispatch.incidents import DESK, IncidentState
from dispatch.messages.incidents import AddEvidence, CorrectPlace, IncidentView
from dispatch.tables import call
from geo.errors import GeoError
from geo.estimate import LocationEstimate
from geo.evidence import Evidence, EvidenceSource, PointEvidence, SpokenPlace
from geo.locate import locate
from geo.roads.plane import distance_m
from geo.shapes import Position
from ledger.errors import Invalid
from ledger.ids import new_id
from ledger.kinds import AnyKind
from ledger.kinds.incident import AreaFound, CallTaken, EvidenceAdded, Located
from web.caller import Caller

T = TypeVar("T")

MOVED_M = 100.0
"""A place that moves by more than this is another one for a crew on the way."""

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


def spoken(words: str, now: datetime | None, name: str) -> tuple[Evidence, ...]:
    """An address in words as evidence; nothing when nothing was said."""
    if not words.strip():
        return ()
    return (SpokenPlace(source=EvidenceSource.SPOKEN, received_at=now, id=name, words=words.strip()[:200]),)


def estimate(
    desk: Desk, evidence: Sequence[Evidence], now: datetime
) -> tuple[LocationEstimate, AreaFound | None]:
    """The best place with its area, and whose service area it is. Pure computing: outside any transaction."""
    in_words = any(isinstance(piece, SpokenPlace) for piece in evidence)
    names = desk.gazetteer() if in_words else None
    try:
        found = locate(evidence, gazetteer=names, bounds=desk.bounds, now=now)
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
    """What counts for this incident now, oldest first: the evidence of the calls that are linked to it now, and what
    was added to it, less what a dispatcher's correction set aside.
    """
    linked = select(call.c.entry_id).where(call.c.incident_id == incident_id).order_by(call.c.taken_at)
    found: list[Evidence] = []
    for entry_id in connection.scalars(linked).all():
        said = desk.book.get(connection, entry_id).said
        assert isinstance(said, CallTaken)
        found += call_evidence(said)
    set_aside: set[str] = set()
    for written in desk.book.read(connection, incident_id):
        if isinstance(written.said, EvidenceAdded):
            found += written.said.evidence
        elif isinstance(written.said, Located):
            set_aside.update(written.said.set_aside)
    return tuple(piece for piece in found if piece.id not in set_aside)


def call_evidence(said: CallTaken) -> tuple[Evidence, ...]:
    """What a contact says of its place, measured and in words."""
    words = spoken(said.spoken_address, None, f"call-{said.call_id}")
    return (*said.evidence, *words)


async def add_evidence(desk: Desk, caller: Caller, request: AddEvidence) -> IncidentView:
    """More evidence: kept whatever it says, and weighed with all that was there."""
    now = desk.clock.now()
    fresh = received(caller, request.evidence, now, f"added-{new_id(now)}")

    def locate_anew(known: Known) -> Located:
        return placed(desk, known, (*known.evidence, *fresh), now)

    return await relocate(desk, caller, request.incident_id, EvidenceAdded(evidence=fresh), locate_anew, same)


async def correct_place(desk: Desk, caller: Caller, request: CorrectPlace) -> IncidentView:
    """The dispatcher decides where it is. Crews on the way must acknowledge the change."""
    now = desk.clock.now()
    fresh: tuple[Evidence, ...] = spoken(request.address, now, f"desk-{new_id(now)}")
    if request.lon is not None or request.lat is not None or request.datum is not None:
        fresh = (*fresh, _confirmed(request, now))
    if not fresh:
        raise Invalid("place-missing", field="address")

    def locate_anew(known: Known) -> Located:
        # New words replace what was said before, and any point that was confirmed for the old words;
        # what was measured stays and is weighed against them.
        def is_replaced(piece: Evidence) -> bool:
            spoken_before = bool(request.address) and isinstance(piece, SpokenPlace)
            return spoken_before or piece.source is EvidenceSource.DISPATCHER

        kept = [piece for piece in known.evidence if not is_replaced(piece)]
        set_aside = [piece for piece in known.evidence if is_replaced(piece)]
        located = placed(desk, known, (*kept, *fresh), now)
        return msgspec.structs.replace(
            located,
            address=request.address or known.address,
            reason=request.reason or "corrected",
            set_aside=tuple(piece.id for piece in set_aside if piece.id),
            crews_ack_by=_ack_by(desk, now),
        )

    said = EvidenceAdded(evidence=fresh)
    return await relocate(
        desk, caller, request.incident_id, said, locate_anew, same, seen_place=request.version
    )


async def refresh_place(desk: Desk, caller: Caller, incident_id: UUID) -> IncidentView:
    """Work the place out anew after a contact came or went. An incident that is over keeps the place it had."""
    now = desk.clock.now()

    def locate_anew(known: Known) -> Located | None:
        if known.state not in (IncidentState.OPEN.value, IncidentState.HELD.value):
            return None
        return placed(desk, known, known.evidence, now)

    again = msgspec.structs.replace(caller, once=None)
    return await relocate(desk, again, incident_id, None, locate_anew, same)


class Known(Struct, frozen=True):
    """What an incident's entries say of its place, as of one version of the incident."""

    version: int
    state: str
    address: str
    best: tuple[float, float] | None
    evidence: tuple[Evidence, ...]


def placed(desk: Desk, known: Known, evidence: Sequence[Evidence], now: datetime) -> Located:
    """Where this evidence says it is. Crews on the way must acknowledge it when that is somewhere else than before."""
    found, area = estimate(desk, evidence, now)
    ack_by = None
    if known.best is not None and found.best is not None:
        moved_m = distance_m(Position(*known.best), Position(*found.best))
        ack_by = _ack_by(desk, now) if moved_m > MOVED_M else None
    return Located(estimate=found, address=known.address, area=area, crews_ack_by=ack_by)


def _ack_by(desk: Desk, now: datetime) -> datetime:
    return now + timedelta(seconds=desk.config.change_ack_s)


def same(view: IncidentView) -> IncidentView:
    """The answer that is the incident itself."""
    return view


async def relocate(
    desk: Desk,
    caller: Caller,
    incident_id: UUID,
    said: EvidenceAdded | CallTaken | None,
    locate_anew: Callable[[Known], Located | None],
    answer: Callable[[IncidentView], T],
    also: Callable[[Connection], None] | None = None,
    seen_place: int | None = None,
) -> T:
    """Put on record what brings evidence, and the place that follows from it; `also` happens in the same write.

    Computed outside the transaction, written inside; computed again when somebody else wrote in between. Stale when the
    place is another one than in `seen_place`, the version that the caller saw.
    """
    now = desk.clock.now()

    def look(connection: Connection) -> Known:
        row = led_incident(connection, caller, incident_id, locked=False)
        best = row.estimate.best if row.estimate else None
        evidence = evidence_of(desk, connection, incident_id)
        return Known(row.version, row.state, row.address, best, evidence)

    while True:
        known = await desk.storage.read(look)
        facts = [fact for fact in (said, locate_anew(known)) if fact is not None]

        def work(connection: Connection, seen: int = known.version, wanted: Sequence[AnyKind] = facts) -> T:
            row = led_incident(connection, caller, incident_id)
            check_seen(connection, caller, row, seen_place, row.place_version)
            if row.version != seen:
                raise _Moved
            desk.write(connection, incident_id, caller.act(now), *wanted)
            if also is not None:
                also(connection)
            return answer(
                incident_views(connection, caller, [incident_row(connection, caller, incident_id)])[0]
            )

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
        id=f"confirmed-{new_id(now)}",
        lon=request.lon,
        lat=request.lat,
        datum=request.datum,
        radius_m=CONFIRMED_RADIUS_M,
    )
