"""How urgent it is: questions asked, priority proposed, and a person who may decide otherwise."""

from typing import Any

from sqlalchemy import Connection

from dispatch.desk.context import Desk, incident_row, led_incident
from dispatch.desk.views import check_seen, incident_views
from dispatch.messages.incidents import (
    AnswerQuestions,
    Answers,
    AskQuestions,
    IncidentView,
    SetPriority,
    TriageView,
)
from dispatch.triage.protocol import UNKNOWN, Assessment, TriageError
from ledger.errors import Invalid
from ledger.kinds import AnyKind
from ledger.kinds.incident import Prioritised, PriorityAdvised, QuestionsAnswered
from ledger.kinds.words import Capability, Priority
from web.caller import Caller

FALLBACK_COMPLAINT = "illness"


async def ask_questions(desk: Desk, caller: Caller, request: AskQuestions) -> TriageView:
    """What to ask next. Without a complaint: the one in use, else the likeliest from what the caller said."""

    def look(connection: Connection) -> TriageView:
        row = incident_row(connection, caller, request.incident_id)
        view = incident_views(connection, caller, [row])[0]
        guesses = desk.protocols.guess_complaints(row.complaint)
        complaint = request.complaint or row.protocol or (guesses[0] if guesses else FALLBACK_COMPLAINT)
        return _triage(desk, complaint, row.answers, guesses, view)

    return await desk.storage.read(look)


async def answer_questions(desk: Desk, caller: Caller, request: AnswerQuestions) -> TriageView:
    """Keep the answers and what they mean.

    What was known stays known: "unknown" takes no answer back. A priority that a person set by hand is not changed by
    answers; that they say more is put on record and shown. A change of complaint lowers none before its own
    questions are answered.
    """
    now = desk.clock.now()
    _assess(desk, request.complaint, request.answers)

    def work(connection: Connection) -> TriageView:
        row = led_incident(connection, caller, request.incident_id)
        kept = {name: answer for name, answer in row.answers.items() if answer != UNKNOWN}
        fresh = {name: answer for name, answer in request.answers.items() if answer != UNKNOWN}
        answers = request.answers | desk.protocols.answers_for(request.complaint, kept) | fresh
        assessment = _assess(desk, request.complaint, answers)
        answered = QuestionsAnswered(
            protocol_version=assessment.protocol_version, complaint=request.complaint, answers=answers
        )
        facts: list[AnyKind] = [answered]
        if not row.priority_by_hand:
            facts.append(_prioritised(row, request.complaint, assessment))
        elif assessment.priority < Priority(row.advised_priority or row.priority):
            facts.append(_advised(assessment))
        desk.write(connection, request.incident_id, caller.act(now), *facts)
        view = incident_views(connection, caller, [incident_row(connection, caller, request.incident_id)])[0]
        guesses = desk.protocols.guess_complaints(row.complaint)
        return _triage(desk, request.complaint, answers, guesses, view)

    return await desk.storage.write(work, once=caller.once)


def _prioritised(row: Any, complaint: str, assessment: Assessment) -> Prioritised:  # noqa: ANN401
    """What the answers mean for the incident. Of two priorities the more urgent stands until all is answered."""
    before = Priority(row.priority)
    changed = bool(row.protocol) and row.protocol != complaint
    keep = row.priority_known and changed and not assessment.complete and before < assessment.priority
    return Prioritised(
        priority=before if keep else assessment.priority,
        capabilities=assessment.capabilities,
        rules=_rules(assessment),
        protocol_version=assessment.protocol_version,
    )


def _advised(assessment: Assessment) -> PriorityAdvised:
    return PriorityAdvised(
        priority=assessment.priority,
        capabilities=assessment.capabilities,
        rules=_rules(assessment),
        protocol_version=assessment.protocol_version,
    )


def _rules(assessment: Assessment) -> tuple[str, ...]:
    return tuple(f"{rule.id}@{rule.version}" for rule in assessment.rules)


async def set_priority(desk: Desk, caller: Caller, request: SetPriority) -> IncidentView:
    """A person decides, with a reason; the answers stay on record beside it."""
    now = desk.clock.now()

    def work(connection: Connection) -> IncidentView:
        row = led_incident(connection, caller, request.incident_id)
        check_seen(connection, caller, row, request.version, row.priority_version)
        capabilities = request.capabilities
        if capabilities is None:
            capabilities = tuple(Capability(found) for found in row.capabilities)
        fact = Prioritised(
            priority=request.priority, capabilities=capabilities, by_hand=True, reason=request.reason
        )
        desk.write(connection, request.incident_id, caller.act(now), fact)
        return incident_views(connection, caller, [incident_row(connection, caller, request.incident_id)])[0]

    return await desk.storage.write(work, once=caller.once)


def _assess(desk: Desk, complaint: str, answers: Answers) -> Assessment:
    try:
        return desk.protocols.assess(complaint, answers)
    except TriageError as error:
        field = error.field if error.field == "complaint" else f"answers.{error.field}"
        raise Invalid.at(field, error) from error


def _triage(
    desk: Desk, complaint: str, answers: Answers, guesses: tuple[str, ...], view: IncidentView
) -> TriageView:
    try:
        relevant = desk.protocols.answers_for(complaint, answers)
    except TriageError as error:
        raise Invalid.at(error.field, error) from error
    return TriageView(
        complaint=complaint,
        guesses=guesses,
        questions=desk.protocols.next_questions(complaint, relevant),
        assessment=_assess(desk, complaint, relevant),
        incident=view,
    )
