"""Likely twins of a new call: open incidents that may be the same need. Suggested, never forced."""

from datetime import timedelta
from typing import Any

from shapely import Point
from sqlalchemy import ColumnElement, Connection, or_, select

from dispatch.desk.context import Desk
from dispatch.incidents import IncidentState
from dispatch.messages.incidents import IncidentView, Twin
from dispatch.tables import call, incident
from geo.estimate import LocationEstimate
from geo.roads.plane import distance_m
from geo.shapes import Position
from ledger import streams
from ledger.reasons import Reason
from ledger.storage import boxes, spatial
from web.caller import Caller

NEAR_M = 300.0
"""Two exact points closer than this may be one place; uncertain ones reach as far as their uncertainty."""

REACH_M = 5_000.0
DEGREES_PER_M = 1 / 111_000
LIMIT = 5

LOOKED_AT = 100
"""The newest so many incidents near by are compared; in a storm of calls the twins are among them."""


def find(
    desk: Desk, caller: Caller, view: IncidentView, callback: str, connection: Connection
) -> tuple[Twin, ...]:
    """Open incidents of the last half hour with the same call-back number, or at a place that overlaps."""
    same_number = _with_number(connection, callback)
    wanted: list[ColumnElement[bool]] = [incident.c.id.in_(same_number)] if same_number else []
    place = view.estimate.best if view.estimate else None
    if place is not None:
        lon, lat = place
        reach = REACH_M * DEGREES_PER_M
        box = (lon - 2 * reach, lat - reach, lon + 2 * reach, lat + reach)
        wanted.append(boxes.in_box(connection, incident, "place", box))
    if not wanted:
        return ()
    rows = connection.execute(
        select(
            incident.c.id,
            incident.c.code,
            incident.c.opened_at,
            incident.c.complaint,
            incident.c.place,
            incident.c.radius95_m,
        )
        .where(
            or_(*wanted),
            incident.c.id != view.id,
            incident.c.state.in_((IncidentState.OPEN.value, IncidentState.HELD.value)),
            incident.c.opened_at > view.opened_at - timedelta(seconds=desk.config.twin_window_s),
            streams.readable_by(incident.c.id, caller.reads_as),
        )
        .order_by(incident.c.opened_at.desc())
        .limit(LOOKED_AT)
    ).all()
    found = [(_reasons(row, view, row.id in same_number), row) for row in rows]
    likely = sorted((f for f in found if f[0]), key=lambda f: -len(f[0]))[:LIMIT]
    return tuple(
        Twin(incident_id=row.id, code=row.code, opened_at=row.opened_at, reasons=reasons)
        for reasons, row in likely
    )


def _with_number(connection: Connection, callback: str) -> set[Any]:
    """The newest incidents with this number; a number that calls all day does not fill the list."""
    if not callback:
        return set()
    query = select(call.c.incident_id).where(call.c.callback == callback)
    return set(connection.scalars(query.order_by(call.c.taken_at.desc()).limit(LOOKED_AT)))


def _reasons(row: Any, view: IncidentView, same_number: bool) -> tuple[Reason, ...]:  # noqa: ANN401
    reasons = []
    if same_number:
        reasons.append(Reason("same-callback"))
    apart_m = _apart_m(row, view.estimate)
    if apart_m is not None:
        reach_m = max(NEAR_M, min(REACH_M, (row.radius95_m or 0.0) + _radius_m(view.estimate)))
        if apart_m <= reach_m:
            reasons.append(Reason("near", {"distance_m": round(apart_m)}))
            if view.complaint and view.complaint == row.complaint:
                reasons.append(Reason("same-complaint"))
    return tuple(reasons)


def _apart_m(row: Any, estimate: LocationEstimate | None) -> float | None:  # noqa: ANN401
    place = spatial.get(row.place)
    if not isinstance(place, Point) or estimate is None or estimate.best is None:
        return None
    return distance_m(Position(place.x, place.y), Position(*estimate.best))


def _radius_m(estimate: LocationEstimate | None) -> float:
    return (estimate.radius95_m if estimate else None) or 0.0
