"""Ledger entry -> what dispatch does about it, from its own cursor, at least once."""

from collections.abc import Sequence

from dispatch.desk import guiding
from dispatch.desk.context import Desk
from dispatch.reactions.completion import complete_incidents
from dispatch.reactions.transfers import open_transfers
from ledger.book import Entry

NAME = "dispatch"


async def react(desk: Desk, entries: Sequence[Entry]) -> None:
    """Handle a batch; seeing an entry again does nothing."""
    await open_transfers(desk, entries)
    await complete_incidents(desk, entries)
    await guiding.follow(desk, entries)
