"""Is a protocol set sound? Each check names the file and what is wrong with it; none of them mends anything.

What makes "unknown answers never lower a priority" true of every set is here. A rule that lowers, and an
`unless`, may test known answers only. A rule that lowers needs a conscious patient who breathes normally, and
itself rules out every rule of its file that raises: nothing is lowered before the last danger was asked for.
"""

from collections.abc import Iterable, Mapping

from dispatch.triage.loading import KEY, ProtocolSet
from dispatch.triage.protocol import (
    BREATHING,
    CONSCIOUS,
    UNKNOWN,
    Complaint,
    Condition,
    Question,
    Rule,
    Span,
    Test,
    TriageError,
)

YES_NO = ("yes", "no")


def check(protocols: ProtocolSet) -> None:
    """Raises TriageError at the first fault."""
    key_ids = {question.id for question in protocols.key.questions}
    for needed in (CONSCIOUS, BREATHING):
        if needed not in key_ids:
            raise TriageError("key-question-missing", f"{KEY}.toml", question=needed)
    _unique((rule.id for file in _files(protocols) for rule in file.rules), "rule-twice", "set.toml")
    for file in _files(protocols):
        _check_file(file, protocols)
    _same_id_same_question(protocols)
    used = {code for file in _files(protocols) for rule in file.rules for code in rule.advice}
    for code in protocols.advice.keys() - used:
        raise TriageError("advice-unused", "advice.toml", advice=code)


def _files(protocols: ProtocolSet) -> tuple[Complaint, ...]:
    return (protocols.key, *protocols.complaints.values())


def _check_file(file: Complaint, protocols: ProtocolSet) -> None:
    name = f"{file.id}.toml"
    known: dict[str, Question] = {} if file.id == KEY else {q.id: q for q in protocols.key.questions}
    for question in file.questions:
        if question.id in known:
            raise TriageError("question-twice", name, question=question.id)
        _check_question(question, name)
        # Only earlier questions are known yet: so no two can wait for each other, and every protocol ends.
        _check_condition(question.ask_when, known, name, question.id)
        known[question.id] = question
    for rule in file.rules:
        _check_rule(rule, known, protocols, name)
        if rule.lowers_to:
            _check_rules_out(rule, (other for other in file.rules if other.priority), name)


def _check_question(question: Question, name: str) -> None:
    _unique((choice.id for choice in question.choices), "choice-twice", name)
    numbered = question.minimum is not None and question.maximum is not None and question.unit is not None
    choices = {choice.id for choice in question.choices}
    fitting = {
        "yes-no": not choices,
        "choice": len(choices) > 1 and UNKNOWN not in choices,
        "number": numbered and not choices,
    }
    if not fitting[question.kind]:
        raise TriageError("question-incomplete", name, question=question.id, kind=question.kind)


def _check_rule(rule: Rule, known: Mapping[str, Question], protocols: ProtocolSet, name: str) -> None:
    _check_condition(rule.when, known, name, rule.id)
    _check_condition(rule.unless, known, name, rule.id)
    for source in rule.sources:
        if source not in protocols.sources:
            raise TriageError("source-unknown", name, rule=rule.id, source=source)
    for code in rule.advice:
        if code not in protocols.advice:
            raise TriageError("advice-unknown", name, rule=rule.id, advice=code)
    if rule.signed is not None and rule.signed.version != rule.version:
        raise TriageError("signature-of-another-version", name, rule=rule.id, signed=rule.signed.version)
    if rule.priority and rule.lowers_to:
        raise TriageError("rule-raises-and-lowers", name, rule=rule.id)
    lowering = (rule.unless, rule.when) if rule.lowers_to else (rule.unless,)
    if any(_accepts_unknown(condition) for condition in lowering):
        raise TriageError("unknown-would-lower", name, rule=rule.id)
    if rule.lowers_to and (rule.when.get(CONSCIOUS), rule.when.get(BREATHING)) != ("yes", "yes"):
        raise TriageError("lowers-without-key-answers", name, rule=rule.id)


def _check_rules_out(lowering: Rule, raising: Iterable[Rule], name: str) -> None:
    for rule in raising:
        shared = lowering.when.keys() & rule.when.keys()
        if not any(_disjoint(lowering.when[asked], rule.when[asked]) for asked in shared):
            raise TriageError("lowers-before-ruling-out", name, rule=lowering.id, danger=rule.id)


def _disjoint(one: Test, other: Test) -> bool:
    if isinstance(one, Span) and isinstance(other, Span):
        return _ends_before(one, other) or _ends_before(other, one)
    if isinstance(one, Span) or isinstance(other, Span):
        # One tests a number, the other that nobody knows it.
        return True
    return _accepted(one).isdisjoint(_accepted(other))


def _ends_before(one: Span, other: Span) -> bool:
    return one.below is not None and other.at_least is not None and one.below <= other.at_least


def _accepted(test: str | tuple[str, ...]) -> set[str]:
    return {test} if isinstance(test, str) else set(test)


def _accepts_unknown(condition: Condition) -> bool:
    return any(not isinstance(test, Span) and UNKNOWN in _accepted(test) for test in condition.values())


def _check_condition(condition: Condition, known: Mapping[str, Question], name: str, of: str) -> None:
    for asked, test in condition.items():
        question = known.get(asked)
        if question is None:
            raise TriageError("question-unknown", name, of=of, question=asked)
        if isinstance(test, Span):
            fits = question.kind == "number"
        else:
            accepted = _accepted(test)
            fits = bool(accepted) and accepted <= {*answers(question), UNKNOWN}
        if not fits:
            raise TriageError("test-does-not-fit", name, of=of, question=asked)


def answers(question: Question) -> tuple[str, ...]:
    """The known answers a question takes, apart from numbers."""
    return YES_NO if question.kind == "yes-no" else tuple(choice.id for choice in question.choices)


def _same_id_same_question(protocols: ProtocolSet) -> None:
    """Answers stay when the complaint is changed, so an id must ask the same thing everywhere."""
    first: dict[str, Question] = {}
    for file in _files(protocols):
        for question in file.questions:
            other = first.setdefault(question.id, question)
            if (other.text, other.kind, other.choices) != (question.text, question.kind, question.choices):
                raise TriageError("question-differs", f"{file.id}.toml", question=question.id)


def _unique(ids: Iterable[str], code: str, name: str) -> None:
    seen: set[str] = set()
    for found in ids:
        if found in seen:
            raise TriageError(code, name, id=found)
        seen.add(found)
