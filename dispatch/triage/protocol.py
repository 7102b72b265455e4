"""The words of a question protocol: what a protocol file holds, and what an assessment says. Data only.

A protocol never computes: a rule names answers, and what follows from them. So a clinician can read, sign and
change it without reading code.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Struct, field

from ledger.kinds.words import Capability, Priority

Id = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Line = Annotated[str, Meta(min_length=1)]

# "yes", "no", the id of a choice, a number, or UNKNOWN, which every question takes.
Answer: TypeAlias = str | int | float
UNKNOWN = "unknown"

# The two questions of every call, and the answers that mean: presume a cardiac arrest.
CONSCIOUS, BREATHING = "conscious", "breathing"


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """What a person reads: zh is zh-CN."""

    zh: Line
    en: Line


class Span(Struct, frozen=True, forbid_unknown_fields=True):
    """A number from `at_least` on, and smaller than `below`; an absent end is open."""

    at_least: float | None = None
    below: float | None = None

    def holds(self, number: float) -> bool:
        return (self.at_least is None or number >= self.at_least) and (
            self.below is None or number < self.below
        )


# One answer, one of several, or a number within a span.
Test: TypeAlias = str | tuple[str, ...] | Span
Condition: TypeAlias = Mapping[str, Test]


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    id: Id
    text: Text


class Question(Struct, frozen=True, forbid_unknown_fields=True):
    """`ask_when` tests answers to earlier questions; the question is put only when all of them hold.

    A number has its bounds (both inside) and its unit; a choice has its choices.
    """

    id: Id
    text: Text
    kind: Literal["yes-no", "choice", "number"] = "yes-no"
    choices: tuple[Choice, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    unit: Text | None = None
    ask_when: Condition = field(default_factory=dict)


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """A clinician's signature under one version of one rule; a new version needs a new one."""

    by: Line
    on: datetime.date
    version: Line


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Applies when all of `when` holds (an empty one always does), but not when all of an `unless` holds.

    `priority` means at least that urgent; `lowers_to` replaces the starting priority, and only when no rule
    raises it. `hold_questions`: from now on the caller's hands are needed more than further answers.
    """

    id: str
    version: Line
    sources: Annotated[tuple[str, ...], Meta(min_length=1)]
    when: Condition = field(default_factory=dict)
    unless: Condition = field(default_factory=dict)
    priority: Literal["P1", "P2"] | None = None
    lowers_to: Literal["P3", "P4"] | None = None
    capabilities: tuple[Capability, ...] = ()
    advice: tuple[str, ...] = ()
    offer_unit_now: bool = False
    hold_questions: bool = False
    signed: Signature | None = None


class Keywords(Struct, frozen=True, forbid_unknown_fields=True):
    zh: tuple[Line, ...] = ()
    en: tuple[Line, ...] = ()


class Complaint(Struct, frozen=True, forbid_unknown_fields=True):
    """One protocol: what the caller reports, the questions in order, the rules."""

    id: Id
    name: Text
    rules: tuple[Rule, ...]
    questions: tuple[Question, ...] = ()
    keywords: Keywords = Keywords()


class AdviceText(Struct, frozen=True):
    """One instruction to the caller, to be read aloud."""

    code: str
    text: Text


class MatchedRule(Struct, frozen=True):
    """A rule that applied and what it asked for; `source` are full citations, `notice` says who signed it, if
    anybody did. A `lowers_to` is without effect beside a rule with a `priority`."""

    id: str
    version: str
    priority: Literal["P1", "P2"] | None
    lowers_to: Literal["P3", "P4"] | None
    source: tuple[str, ...]
    signed: Signature | None
    notice: Text


class Assessment(Struct, frozen=True):
    """What the answers so far mean. `complete`: no question is left to ask."""

    complaint: str
    priority: Priority
    capabilities: tuple[Capability, ...]
    advice: tuple[AdviceText, ...]
    rules: tuple[MatchedRule, ...]
    offer_unit_now: bool
    complete: bool
    protocol_version: str


class TriageError(ValueError):
    """A wrong answer or a wrong protocol; `field` is the question or the file, `facts` fill the sentence."""

    def __init__(self, code: str, field: str, **facts: str | int | float) -> None:
        told = "".join(f", {name}={value}" for name, value in facts.items())
        super().__init__(f"{code}: {field}{told}")
        self.code = code
        self.field = field
        self.facts = facts
