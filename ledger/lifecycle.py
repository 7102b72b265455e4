"""State machines as tables: `advance` is the only reader of a state.

A table lists every legal (state, event) with the state that follows and the roles that may cause it. What is not in
the table is refused. Tests walk every triple; the diagrams in docs/ are printed from the tables.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from ledger.errors import Conflict, Forbidden
from ledger.kinds.words import Role

S = TypeVar("S", bound=str)
E = TypeVar("E", bound=str)


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, E]):
    """`event` in `state` leads to `to`, when caused by one of `roles`."""

    state: S
    event: E
    to: S
    roles: frozenset[Role]


class Lifecycle(Generic[S, E]):
    """One machine: its name, its first state, its rows."""

    def __init__(self, name: str, initial: S, rows: Iterable[Transition[S, E]]) -> None:
        self.name = name
        self.initial = initial
        self.rows: Mapping[tuple[S, E], Transition[S, E]] = self._index(rows)

    def _index(self, rows: Iterable[Transition[S, E]]) -> dict[tuple[S, E], Transition[S, E]]:
        found: dict[tuple[S, E], Transition[S, E]] = {}
        for row in rows:
            if (row.state, row.event) in found:
                raise ValueError(f"{self.name}: two rows for {row.state} and {row.event}")
            found[row.state, row.event] = row
        return found

    def advance(self, state: S, event: E, role: Role) -> S:
        """The state after `event`.

        Raises `Conflict` when the event is not open in this state, `Forbidden` when it is not open to this role.
        """
        row = self.rows.get((state, event))
        if row is None:
            raise Conflict("transition-not-open", machine=self.name, state=state, event=event)
        if role not in row.roles:
            raise Forbidden("transition-not-yours", machine=self.name, event=event, role=role.value)
        return row.to

    def open_events(self, state: S, role: Role) -> tuple[E, ...]:
        """What this role may do in this state, in table order."""
        return tuple(row.event for row in self.rows.values() if row.state == state and role in row.roles)

    def states(self) -> tuple[S, ...]:
        """Every state that the table mentions, in table order."""
        seen = {self.initial: None}
        for row in self.rows.values():
            seen |= {row.state: None, row.to: None}
        return tuple(seen)

    def diagram(self) -> str:
        """The table as a Mermaid state diagram; events that change nothing are left out."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        arrows: dict[tuple[S, S], list[E]] = {}
        for row in self.rows.values():
            if row.state != row.to:
                arrows.setdefault((row.state, row.to), []).append(row.event)
        lines += [f"    {a} --> {b}: {', '.join(events)}" for (a, b), events in arrows.items()]
        return "\n".join(lines) + "\n"
