"""Asks a question protocol and says what the answers mean. Pure; the protocols themselves are data.

- What nobody knows counts as P2. Rules raise that; the most urgent rule that applies decides.
- Only a rule over known answers lowers it, and never against one that raises. So an unknown answer never
  lowers a priority, and what made a call P1 stands until that answer itself is changed.
- A patient who is unresponsive and not breathing normally is P1 in every complaint, at once: a unit and
  compressions before any further question (ILCOR 2020). A set of protocols that fails this does not load.
"""

import math
from collections.abc import Mapping
from importlib.resources.abc import Traversable

from dispatch.triage.checks import answers as known_answers
from dispatch.triage.checks import check
from dispatch.triage.keywords import ranked
from dispatch.triage.loading import KEY, ProtocolSet, default_folder, read_set
from dispatch.triage.protocol import (
    BREATHING,
    CONSCIOUS,
    UNKNOWN,
    AdviceText,
    Answer,
    Assessment,
    Complaint,
    Condition,
    MatchedRule,
    Question,
    Rule,
    Span,
    Test,
    Text,
    TriageError,
)
from ledger.kinds.words import Capability, Priority

Answers = Mapping[str, Answer]

START = Priority.P2
COMPRESSIONS = "compressions"
UNSIGNED = Text(zh="未经临床签署", en="not clinically signed")


class Protocols:
    """One loaded set of protocols; immutable, safe to share."""

    def __init__(self, loaded: ProtocolSet) -> None:
        """Raises TriageError when the set is not sound."""
        check(loaded)
        self._set = loaded
        for complaint in loaded.complaints:
            self._check_arrest(complaint)

    @classmethod
    def load(cls, folder: Traversable | None = None) -> "Protocols":
        """The set in `folder`, or the neutral default set that comes along. Raises TriageError."""
        return cls(read_set(folder or default_folder()))

    @property
    def version(self) -> str:
        return self._set.version

    @property
    def complaints(self) -> tuple[Complaint, ...]:
        """In the order a dispatcher sees them."""
        return tuple(self._set.complaints.values())

    @property
    def key(self) -> Complaint:
        """The questions and rules of every call."""
        return self._set.key

    def get_complaint(self, complaint: str) -> Complaint:
        """Raises TriageError `complaint-unknown`."""
        found = self._set.complaints.get(complaint)
        if found is None:
            raise TriageError("complaint-unknown", "complaint", complaint=complaint)
        return found

    def questions(self, complaint: str) -> tuple[Question, ...]:
        """Every question that this complaint may ask, key questions first."""
        return (*self.key.questions, *self.get_complaint(complaint).questions)

    def next_questions(self, complaint: str, answers: Answers) -> tuple[Question, ...]:
        """What is left to ask now, in order; the first is to be asked next, none when the protocol has ended.

        Raises TriageError for an answer that does not fit.
        """
        self._check_answers(complaint, answers)
        held = any(rule.hold_questions for rule in self._matched(complaint, answers))
        asked = self.key.questions if held else self.questions(complaint)
        return tuple(q for q in asked if q.id not in answers and _all_hold(q.ask_when, answers))

    def assess(self, complaint: str, answers: Answers) -> Assessment:
        """What the answers so far mean. Raises TriageError for an answer that does not fit."""
        left = self.next_questions(complaint, answers)
        matched = self._matched(complaint, answers)
        capabilities = {capability for rule in matched for capability in rule.capabilities}
        # A dictionary keeps the order and drops the repeats.
        advice = dict.fromkeys(code for rule in matched for code in rule.advice)
        return Assessment(
            complaint=complaint,
            priority=_priority(matched),
            capabilities=tuple(sorted(capabilities)),
            advice=tuple(AdviceText(code, self._set.advice[code]) for code in advice),
            rules=tuple(self._shown(rule) for rule in matched),
            offer_unit_now=any(rule.offer_unit_now for rule in matched),
            complete=not left,
            protocol_version=self.version,
        )

    def answers_for(self, complaint: str, answers: Answers) -> dict[str, Answer]:
        """The answers that still mean something after the complaint was changed to this one."""
        asked = {question.id for question in self.questions(complaint)}
        return {question: answer for question, answer in answers.items() if question in asked}

    def guess_complaints(self, words: str) -> tuple[str, ...]:
        """Complaint ids whose keywords occur in the caller's words, best first; empty when none does."""
        return ranked(words, self.complaints)

    def _matched(self, complaint: str, answers: Answers) -> tuple[Rule, ...]:
        rules = (*self.key.rules, *self.get_complaint(complaint).rules)
        return tuple(rule for rule in rules if _applies(rule, answers))

    def _shown(self, rule: Rule) -> MatchedRule:
        source = tuple(self._set.sources[source] for source in rule.sources)
        return MatchedRule(
            id=rule.id,
            version=rule.version,
            priority=rule.priority,
            lowers_to=rule.lowers_to,
            source=source,
            signed=rule.signed,
            notice=_notice(rule),
        )

    def _check_answers(self, complaint: str, answers: Answers) -> None:
        questions = {question.id: question for question in self.questions(complaint)}
        for asked, answer in answers.items():
            if asked not in questions:
                raise TriageError("question-unknown", asked, complaint=complaint)
            _check_answer(questions[asked], answer)

    def _check_arrest(self, complaint: str) -> None:
        found = self.assess(complaint, {CONSCIOUS: "no", BREATHING: "no"})
        sound = (
            found.priority is Priority.P1
            and found.offer_unit_now
            and Capability.DEFIBRILLATOR in found.capabilities
            and any(advice.code == COMPRESSIONS for advice in found.advice)
        )
        if not sound:
            raise TriageError("arrest-not-recognised", f"{KEY}.toml", complaint=complaint)


def _priority(matched: tuple[Rule, ...]) -> Priority:
    """P1 sorts before P4, so the smallest is the most urgent. Of several rules that lower, each over known
    answers of its own, the one that lowers most counts."""
    start = max((Priority(rule.lowers_to) for rule in matched if rule.lowers_to), default=START)
    return min((Priority(rule.priority) for rule in matched if rule.priority), default=start)


def _applies(rule: Rule, answers: Answers) -> bool:
    ruled_out = bool(rule.unless) and _all_hold(rule.unless, answers)
    return _all_hold(rule.when, answers) and not ruled_out


def _all_hold(condition: Condition, answers: Answers) -> bool:
    return all(asked in answers and _holds(test, answers[asked]) for asked, test in condition.items())


def _holds(test: Test, answer: Answer) -> bool:
    if isinstance(test, Span):
        return not isinstance(answer, str) and test.holds(answer)
    return answer == test if isinstance(test, str) else answer in test


def _check_answer(question: Question, answer: Answer) -> None:
    if answer == UNKNOWN:
        return
    if question.kind != "number":
        if answer not in known_answers(question):
            raise TriageError("answer-not-offered", question.id, answer=str(answer))
        return
    if isinstance(answer, str | bool) or not math.isfinite(answer):
        raise TriageError("answer-not-a-number", question.id, answer=str(answer))
    if question.minimum is not None and answer < question.minimum:
        raise TriageError("answer-out-of-range", question.id, answer=answer, minimum=question.minimum)
    if question.maximum is not None and answer > question.maximum:
        raise TriageError("answer-out-of-range", question.id, answer=answer, maximum=question.maximum)


def _notice(rule: Rule) -> Text:
    if rule.signed is None:
        return UNSIGNED
    by, on = rule.signed.by, rule.signed.on.isoformat()
    return Text(zh=f"{by} 于 {on} 签署", en=f"signed by {by} on {on}")
