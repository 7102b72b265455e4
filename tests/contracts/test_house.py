"""Rules of the house that no tool knows: sizes, pages, who reads a state, diagrams from the tables."""

import ast
import statistics
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts import diagrams
from tests.contracts.codes import ROOMS, ROOT, Modules, read

LONGEST = 400
MEDIAN_BELOW = 130

STATE_TABLES = {
    "dispatch/assignments.py",
    "dispatch/incidents.py",
    "dispatch/rings.py",
    "referrals/prearrival.py",
    "ledger/lifecycle.py",
}
STATE_READERS = {
    "dispatch/units.py": "availability is computed from where the assignment stands",
    "dispatch/reactions/completion.py": "completes an incident only while the table allows it",
    "dispatch/projections/assignments.py": "writes the end that the entry names",
    "dispatch/projections/incidents.py": "a call that comes back opens a merged incident again",
    "dispatch/desk/calls.py": "says why a merged incident takes no call",
    "dispatch/desk/cases.py": "says why a reserved order has no patient",
    "dispatch/desk/stamps.py": "names the end that the table has just given",
    "dispatch/desk/fleet.py": "where a unit was left follows from how its last run ended",
    "app/demo/living/crews.py": "an outside client: its vehicle follows the state that it is told",
    "dispatch/desk/views.py": "staging is a state that many runs never have",
}
"""Modules beside the tables that look at a state, each with its reason."""

ENVIRONMENT_READER = "app/config.py"
CLOCKS = {"ledger/clock.py"}


def lengths() -> dict[str, int]:
    return {path: len((ROOT / path).read_text("utf-8").splitlines()) for path in read()}


def test_modules_stay_small() -> None:
    found = lengths()
    assert {path: count for path, count in found.items() if count > LONGEST} == {}
    assert statistics.median(found.values()) < MEDIAN_BELOW


def test_every_module_says_in_its_first_line_what_it_is_for() -> None:
    assert [path for path, module in read().items() if not ast.get_docstring(module)] == []


@pytest.mark.parametrize(
    "room", [*ROOMS, "geo/roads", "ledger/storage", "ledger/kinds", "dispatch/triage", "app/demo"]
)
def test_every_room_with_code_has_its_page(room: str) -> None:
    page = ROOT / room / "package.md"
    assert page.exists()
    assert page.read_text("utf-8").startswith(f"# {room}")


def compares_a_state(node: ast.AST) -> bool:
    """`x.state == "..."`, `x is SomeState.Y` and their likes."""
    if not isinstance(node, ast.Compare):
        return False
    sides = [node.left, *node.comparators]
    named = any(isinstance(s, ast.Attribute | ast.Name) and name_of(s) in ("state", "status") for s in sides)
    text = any(isinstance(s, ast.Constant) and isinstance(s.value, str) for s in sides)
    return (named and text) or any(names_a_state(side) for side in sides)


def names_a_state(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and node.attr == "value":
        node = node.value
    return isinstance(node, ast.Attribute) and name_of(node.value).endswith("State")


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def state_readers(modules: Modules) -> set[str]:
    return {
        path
        for path, module in modules.items()
        for node in ast.walk(module)
        if path not in STATE_TABLES and compares_a_state(node)
    }


def test_only_the_tables_and_few_others_read_a_state() -> None:
    assert state_readers(read()) == STATE_READERS.keys()


@pytest.mark.parametrize(
    "source",
    [
        "if row.state == 'END': pass",
        "if row.state is AssignmentState.END: pass",
        "x = s != CallState.A.value",
    ],
)
def test_a_planted_comparison_is_found(source: str) -> None:
    assert state_readers({"planted.py": ast.parse(source)}) == {"planted.py"}


def test_one_module_reads_the_environment() -> None:
    found = {
        path
        for path, module in read().items()
        for n in ast.walk(module)
        if name_of_any(n) in ("environ", "getenv")
    }
    assert found == {ENVIRONMENT_READER}


def test_one_module_reads_the_time_of_day() -> None:
    """Work gets its time from the Clock; monotonic time for measuring is free."""
    found = {
        path
        for path, module in read().items()
        for n in ast.walk(module)
        if isinstance(n, ast.Call)
        and name_of_any(n.func) in ("now", "utcnow", "today")
        and is_datetime(n.func)
    }
    assert found <= CLOCKS


def is_datetime(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and name_of(node.value) in ("datetime", "date")


def name_of_any(node: ast.AST) -> str:
    return name_of(node) if isinstance(node, ast.expr) else ""


def test_the_diagrams_in_docs_are_those_of_the_tables() -> None:
    assert diagrams.FILE.read_text("utf-8") == diagrams.page(), "run: python -m tests.contracts.diagrams"


def test_the_import_contract_knows_every_room() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert {*ROOMS, "referrals", "integrations"} == set(settings["root_packages"])
    layers = settings["contracts"][0]["layers"]
    assert layers == ["app", "integrations", "dispatch | referrals", "web", "ledger", "geo | clinical"]


def test_links_in_the_pages_lead_somewhere() -> None:
    pages = [
        ROOT / "README.md",
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / room / "package.md" for room in ROOMS),
    ]
    assert [
        f"{page.name}: {link}" for page in pages for link in links(page) if not (page.parent / link).exists()
    ] == []


def links(page: Path) -> Iterator[str]:
    for part in page.read_text("utf-8").split("](")[1:]:
        link = part.split(")")[0].split("#")[0]
        if link and "://" not in link:
            yield link
