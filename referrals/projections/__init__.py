"""What each entry means for the tables of referrals: one projector for each entry kind and part of the room."""

from collections.abc import Mapping, Sequence

from ledger.book import Projector
from ledger.kinds.base import Kind
from referrals.projections import journeys, notices, offers, referrals

PARTS: Sequence[Mapping[type[Kind], Sequence[Projector]]] = (
    journeys.PROJECTORS,
    notices.PROJECTORS,
    referrals.PROJECTORS,
    offers.PROJECTORS,
)

PROJECTORS: Mapping[type[Kind], Sequence[Projector]] = {
    kind: tuple(projector for part in PARTS for projector in part.get(kind, ()))
    for kind in {kind for part in PARTS for kind in part}
}
