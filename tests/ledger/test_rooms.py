"""Each kind has one owner, and no other room makes one."""

import ast
from collections.abc import Iterator
from pathlib import Path

from ledger.kinds import ALL
from tests.support.prefecture import ROOT

ROOMS = ("geo", "clinical", "ledger", "web", "dispatch", "referrals", "integrations", "app")


def made(path: Path) -> Iterator[str]:
    """The names of everything that a module calls."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def test_only_the_owning_room_makes_an_entry_of_a_kind() -> None:
    owners = {kind.__name__: kind.owner for kind in ALL}
    foreign = [
        f"{path.relative_to(ROOT)}: {name} belongs to {owners[name]}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for name in made(path)
        if name in owners and owners[name] != room
    ]
    assert foreign == []


def test_every_kind_that_dispatch_owns_is_made_there() -> None:
    makes = {name for path in (ROOT / "dispatch").rglob("*.py") for name in made(path)}
    assert {kind.__name__ for kind in ALL if kind.owner == "dispatch"} <= makes
