"""`python -m tests.contracts.diagrams` writes docs/lifecycles.md from the transition tables; a test compares."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dispatch.assignments import ASSIGNMENT, NEMSIS_TIMES, OPTIONAL, ORDER, AssignmentState, back_to
from dispatch.incidents import CLOSE_CODES, INCIDENT
from dispatch.texts import WORDS
from ledger.lifecycle import Lifecycle, Transition

FILE = Path(__file__).parents[2] / "docs" / "lifecycles.md"

HEAD = """# Lifecycles

Printed from the transition tables by `python -m tests.contracts.diagrams`; do not edit.
What is not in a table is refused.
"""
INCIDENT_NOTE = f"""
Sending a unit (`send`) is possible in every state but `merged`; a closed incident opens again by it.
`complete` is the service's own: the last unit that went is free again. `close` takes one of:

{textwrap.fill(", ".join(CLOSE_CODES), 110, break_on_hyphens=False)}
"""
ASSIGNMENT_NOTE = """
The diagram shows a run step by step. A crew may skip states; `missing` then names those without a time. A stamp behind
the present state fills in its own time and moves nothing, also after the end. A correction is `back-to-` and the state:
from any state to any earlier one, by crew, integration, dispatcher or shift leader. The table has all other events.
"""


Row = Transition[Any, Any]
Machine = Lifecycle[Any, Any]
BACK = {back_to(state) for state in AssignmentState}


def page() -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Incident\n",
        _diagram(INCIDENT, lambda row: True),
        INCIDENT_NOTE,
        *_table(INCIDENT, lambda row: True),
        "\n## Assignment\n",
        _diagram(ASSIGNMENT, _is_step),
        ASSIGNMENT_NOTE,
        *_states(),
        "",
        *_table(ASSIGNMENT, lambda row: row.event not in BACK),
    ]
    return "\n".join(parts) + "\n"


def _is_step(row: Row) -> bool:
    """Not a correction, and not over a state that a full run has."""
    if row.event in BACK or row.state not in ORDER or row.to not in ORDER:
        return row.event not in BACK
    between = ORDER[ORDER.index(row.state) + 1 : ORDER.index(row.to)]
    return all(state in OPTIONAL for state in between)


def _diagram(machine: Machine, is_shown: Callable[[Row], bool]) -> str:
    shown = [row for row in machine.rows.values() if is_shown(row)]
    return f"```mermaid\n{Lifecycle(machine.name, machine.initial, shown).diagram()}```"


def _table(machine: Machine, is_shown: Callable[[Row], bool]) -> Iterator[str]:
    yield "| event | from | to | who |"
    yield "|---|---|---|---|"
    found: dict[tuple[str, str, str], list[str]] = {}
    for row in filter(is_shown, machine.rows.values()):
        who = ", ".join(sorted(role.value for role in row.roles))
        to = "stays" if row.state == row.to else str(row.to)
        found.setdefault((row.event, to, who), []).append(str(row.state))
    for (event, to, who), states in found.items():
        yield f"| {event} | {', '.join(states)} | {to} | {who} |"


def _states() -> Iterator[str]:
    yield "| state | 中文 | English | NEMSIS |"
    yield "|---|---|---|---|"
    for state in AssignmentState:
        words, nemsis = WORDS[state], NEMSIS_TIMES.get(state.value, "")
        yield f"| {state} | {words['zh-CN']} | {words['en']} | {nemsis} |"


if __name__ == "__main__":
    FILE.write_text(page(), "utf-8")
