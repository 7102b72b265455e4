"""`python -m tests.contracts.diagrams` writes docs/lifecycles.md from the transition tables; a test compares."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from dispatch.assignments import ASSIGNMENT, NEMSIS_TIMES, OPTIONAL, ORDER, AssignmentState, back_to
from dispatch.incidents import CLOSE_CODES, INCIDENT
from dispatch.rings import RING, RING_CODES
from dispatch.texts import WORDS
from ledger.lifecycle import Lifecycle, Transition
from referrals.offers import DECLINE_CODES, GIVE_BACK_CODES, OFFER
from referrals.prearrival import NOTICE, STRAIN_CODES
from referrals.referral import CANCEL_CODES, REFERRAL
from referrals.referral import CLOSE_CODES as REFERRAL_CODES

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
RING_NOTE = f"""
No entry of the ledger: what is known of a ring goes into the call that it becomes (`take`). `settle` takes one of:

{textwrap.fill(", ".join(RING_CODES), 110, break_on_hyphens=False)}
"""
NOTICE_NOTE = f"""
Told, not asked (首诊负责): no event lets a facility refuse. Strain takes one of: {", ".join(STRAIN_CODES)}.
Both sides `sign`, in any order; the second signature is `complete`. A late stamp fills in its time after that.
"""
REFERRAL_NOTE = f"""
Follows from the entries about it and its offers; what is on the road stands in no state here. Who has which side of a
referral decides beside the role; what the service causes is the service's alone. A run that ends without the patient
(`run-failed`) is told at once to whoever asked. A wish to cancel is to be answered within the time that an offer of
that urgency has for being taken in hand (our judgement, no source): silence is told to both sides, and to the centre
while a vehicle is concerned. Of a planned visit such a wish can also be refused or taken back (`keep`). Cancelling and
closing take one of:

{textwrap.fill(", ".join(CANCEL_CODES), 110, break_on_hyphens=False)}

{textwrap.fill(", ".join(REFERRAL_CODES), 110, break_on_hyphens=False)}
"""
OFFER_NOTE = f"""
The first acceptance wins by a constraint; it withdraws the others. `decline` and `withdraw-acceptance` take one of:

{textwrap.fill(", ".join(DECLINE_CODES), 110, break_on_hyphens=False)}

{textwrap.fill(", ".join(GIVE_BACK_CODES), 110, break_on_hyphens=False)}
"""


Row = Transition[Any, Any]
Machine = Lifecycle[Any, Any]
BACK = {back_to(state) for state in AssignmentState}


def page() -> str:
    """The whole page."""
    parts = [
        HEAD,
        "## Ring\n",
        _diagram(RING, lambda row: True),
        RING_NOTE,
        *_table(RING, lambda row: True),
        "\n## Incident\n",
        _diagram(INCIDENT, lambda row: True),
        INCIDENT_NOTE,
        *_table(INCIDENT, lambda row: True),
        "\n## Assignment\n",
        _diagram(ASSIGNMENT, _is_step),
        ASSIGNMENT_NOTE,
        *_states(),
        "",
        *_table(ASSIGNMENT, lambda row: row.event not in BACK),
        "\n## Notice\n",
        _diagram(NOTICE, lambda row: True),
        NOTICE_NOTE.rstrip() + "\n",
        *_table(NOTICE, lambda row: True),
        "\n## Referral\n",
        _diagram(REFERRAL, lambda row: True),
        REFERRAL_NOTE,
        *_table(REFERRAL, lambda row: True),
        "\n## Offer\n",
        _diagram(OFFER, lambda row: True),
        OFFER_NOTE,
        *_table(OFFER, lambda row: True),
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
