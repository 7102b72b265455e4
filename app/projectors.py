"""The ledger with every room's projectors: the same for the service, for a rebuild and for the check of a backup."""

from dispatch import projections as dispatch_projections
from ledger import projections as ledger_projections
from ledger.book import Book


def build_book(log_name: str) -> Book:
    """The book of the region that `log_name` names."""
    return Book(log_name, {**ledger_projections.PROJECTORS, **dispatch_projections.PROJECTORS})
