"""The ledger with every room's projectors: the same for the service, for a rebuild and for the check of a backup."""

from dispatch import projections as dispatch_projections
from ledger import projections as ledger_projections
from ledger.book import Book
from referrals import projections as referral_projections

ROOMS = (ledger_projections.PROJECTORS, dispatch_projections.PROJECTORS, referral_projections.PROJECTORS)


def build_book(log_name: str) -> Book:
    """The book of the region that `log_name` names. Both rooms may project the same entry, each into its own tables."""
    kinds = {kind for room in ROOMS for kind in room}
    return Book(
        log_name,
        {kind: tuple(projector for room in ROOMS for projector in room.get(kind, ())) for kind in kinds},
    )
