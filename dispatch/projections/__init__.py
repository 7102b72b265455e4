"""What each entry means for the tables of dispatch: one projector for each entry kind."""

from collections.abc import Mapping, Sequence

from dispatch.projections import assignments, cases, incidents
from ledger.book import Projector
from ledger.kinds.base import Kind

ROOMS: Sequence[Mapping[type[Kind], Sequence[Projector]]] = (
    incidents.PROJECTORS,
    assignments.PROJECTORS,
    cases.PROJECTORS,
)

PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kind: tuple(projector for room in ROOMS for projector in room.get(kind, ()))
    for kind in {kind for room in ROOMS for kind in room}
}
