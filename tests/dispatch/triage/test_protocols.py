"""The default set: what must be true of each complaint, whatever is answered."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.triage.checks import answers as offered
from dispatch.triage.engine import COMPRESSIONS, Protocols
from dispatch.triage.loading import default_folder, read_set
from dispatch.triage.protocol import UNKNOWN, Answer, Assessment, Complaint, Question, Text
from ledger.kinds.words import Capability, Priority

PROTOCOLS = Protocols.load()
COMPLAINTS = [complaint.id for complaint in PROTOCOLS.complaints]
FILES = [PROTOCOLS.key, *PROTOCOLS.complaints]
WELL: dict[str, Answer] = {"conscious": "yes", "breathing": "yes"}


def any_answer(question: Question) -> st.SearchStrategy[Answer]:
    unknown: st.SearchStrategy[Answer] = st.just(UNKNOWN)
    if question.kind == "number":
        assert question.minimum is not None
        assert question.maximum is not None
        return unknown | st.floats(question.minimum, question.maximum)
    return unknown | st.sampled_from(offered(question))


@st.composite
def calls(draw: st.DrawFn) -> tuple[str, dict[str, Answer]]:
    """A complaint with any part of its questions answered in any way, also those that would not be asked."""
    complaint = draw(st.sampled_from(COMPLAINTS))
    optional = {question.id: any_answer(question) for question in PROTOCOLS.questions(complaint)}
    return complaint, draw(st.fixed_dictionaries({}, optional=optional))


def test_it_covers_what_a_centre_is_called_for() -> None:
    assert len(COMPLAINTS) == 21
    assert COMPLAINTS[0] == "cardiac-arrest"


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_an_arrest_is_offered_a_unit_and_compressions_after_two_answers(complaint: str) -> None:
    first, second = PROTOCOLS.next_questions(complaint, {})[:2]
    found = PROTOCOLS.assess(complaint, {first.id: "no", second.id: "no"})
    assert found.priority is Priority.P1
    assert found.offer_unit_now
    assert Capability.DEFIBRILLATOR in found.capabilities
    assert found.advice[0].code == COMPRESSIONS


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_an_arrest_ends_the_questions_but_the_one_that_changes_the_compressions(complaint: str) -> None:
    answers: dict[str, Answer] = {"conscious": "no", "breathing": "no"}
    assert [question.id for question in PROTOCOLS.next_questions(complaint, answers)] == ["age-group"]
    found = PROTOCOLS.assess(complaint, {**answers, "age-group": "infant"})
    assert "compressions-child" in [advice.code for advice in found.advice]
    assert found.complete


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_nothing_known_is_urgent(complaint: str) -> None:
    """Only a caller who reports an arrest is believed before the first answer."""
    expected = Priority.P1 if complaint == "cardiac-arrest" else Priority.P2
    assert PROTOCOLS.assess(complaint, {}).priority is expected


@pytest.mark.parametrize("complaint", COMPLAINTS)
def test_all_unknown_is_never_less_urgent_than_nothing_known(complaint: str) -> None:
    answers: dict[str, Answer] = {question.id: UNKNOWN for question in PROTOCOLS.questions(complaint)}
    assert PROTOCOLS.assess(complaint, answers).priority <= PROTOCOLS.assess(complaint, {}).priority


@given(calls(), st.data())
def test_an_unknown_answer_never_lowers_a_priority(
    call: tuple[str, dict[str, Answer]], data: st.DataObject
) -> None:
    complaint, answers = call
    before = PROTOCOLS.assess(complaint, answers)
    open_ids = [question.id for question in PROTOCOLS.questions(complaint) if question.id not in answers]
    more: dict[str, Answer] = {asked: UNKNOWN for asked in open_ids if data.draw(st.booleans())}
    after = PROTOCOLS.assess(complaint, {**answers, **more})
    assert after.priority <= before.priority
    assert after.offer_unit_now >= before.offer_unit_now


@given(calls(), st.data())
def test_what_made_it_p1_stands_until_that_answer_changes(
    call: tuple[str, dict[str, Answer]], data: st.DataObject
) -> None:
    complaint, answers = call
    if PROTOCOLS.assess(complaint, answers).priority is not Priority.P1 or complaint == "cardiac-arrest":
        return
    added = {
        question.id: data.draw(any_answer(question))
        for question in PROTOCOLS.questions(complaint)
        if question.id not in answers
    }
    assert PROTOCOLS.assess(complaint, {**added, **answers}).priority is Priority.P1


@given(calls())
def test_below_p2_every_patient_is_known_to_be_awake_and_breathing(
    call: tuple[str, dict[str, Answer]],
) -> None:
    complaint, answers = call
    if PROTOCOLS.assess(complaint, answers).priority > Priority.P2:
        assert WELL.items() <= answers.items()


@given(calls(), st.data())
def test_every_protocol_ends_and_asks_nothing_twice(
    call: tuple[str, dict[str, Answer]], data: st.DataObject
) -> None:
    complaint, _ = call
    answers: dict[str, Answer] = {}
    for _ in range(len(PROTOCOLS.questions(complaint)) + 1):
        left = PROTOCOLS.next_questions(complaint, answers)
        assert PROTOCOLS.assess(complaint, answers).complete == (not left)
        if not left:
            return
        assert left[0].id not in answers
        answers[left[0].id] = data.draw(any_answer(left[0]))
    pytest.fail("the protocol did not end")


@given(calls())
def test_every_assessment_shows_version_source_and_signature_and_travels(
    call: tuple[str, dict[str, Answer]],
) -> None:
    found = PROTOCOLS.assess(*call)
    for rule in found.rules:
        assert rule.version
        assert all(source[-4:].isdigit() for source in rule.source)
        assert rule.signed is None
        assert rule.notice == Text(zh="未经临床签署", en="not clinically signed")
    assert found.protocol_version == PROTOCOLS.version
    assert msgspec.json.decode(msgspec.json.encode(found), type=Assessment) == found


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


@pytest.mark.parametrize("complaint", FILES, ids=lambda complaint: complaint.id)
def test_every_text_exists_in_both_languages(complaint: Complaint) -> None:
    texts = [complaint.name, *(question.text for question in complaint.questions)]
    texts += [choice.text for question in complaint.questions for choice in question.choices]
    for text in texts:
        assert is_chinese(text.zh)
        assert text.en.isascii()


def test_every_advice_exists_in_both_languages() -> None:
    for text in read_set(default_folder()).advice.values():
        assert is_chinese(text.zh)
        assert text.en.isascii()


@pytest.mark.parametrize("complaint", PROTOCOLS.complaints, ids=lambda complaint: complaint.id)
def test_every_complaint_is_guessed_from_each_of_its_own_keywords(complaint: Complaint) -> None:
    assert complaint.keywords.zh
    assert complaint.keywords.en
    for word in (*complaint.keywords.zh, *complaint.keywords.en):
        assert complaint.id in PROTOCOLS.guess_complaints(f"喂，120吗？{word}，快来 ({word.upper()})")


@pytest.mark.parametrize(
    "words, first",
    [
        ("我爸胸口疼，出冷汗", "chest-pain"),
        ("有人掉河里了", "drowning"),
        ("孕妇要生了，羊水破了", "pregnancy"),
        ("喝了农药", "poisoning"),
        ("两辆车撞车，翻车了", "traffic"),
        ("My father has CHEST PAIN", "chest-pain"),
        ("child swallowed pills, an overdose", "poisoning"),
        ("住在Auburn", None),
        ("", None),
    ],
)
def test_first_words_are_ranked(words: str, first: str | None) -> None:
    assert next(iter(PROTOCOLS.guess_complaints(words)), None) == first


ARREST: dict[str, Answer] = {"conscious": "no", "breathing": "no"}
ANGINA: dict[str, Answer] = {
    "conscious": "yes",
    "pain-now": "yes",
    "age-years": 58,
    "no-aspirin": "no",
    "radiates-or-tears": "no",
}
HEART_NOW: dict[str, Answer] = WELL | {"pain-now": "yes", "age-years": 58}
LOW_SUGAR: dict[str, Answer] = WELL | {"can-swallow": "yes", "glucose-mmol-per-l": 2.2}

# Complaint, answers, priority, one advice and one capability that must be there (empty: none expected).
CASES: list[tuple[str, dict[str, Answer], str, str, str]] = [
    ("chest-pain", HEART_NOW, "P1", "rest", "monitor"),
    ("chest-pain", ANGINA, "P1", "aspirin", "defibrillator"),
    ("stroke", {"arm": "yes"}, "P1", "note-onset", "doctor"),
    ("pregnancy", {"baby-coming": "pushing"}, "P1", "birth-prepare", "obstetric"),
    ("pregnancy", {"baby-coming": "born"}, "P1", "birth-baby", "neonatal"),
    ("bleeding", {"heavy-bleeding": "yes"}, "P1", "tourniquet", "trauma"),
    ("fall", {"height-m": 3}, "P1", "keep-still", "trauma"),
    ("fever", {"contagious": "unknown"}, "P2", "mask", "isolation"),
    ("drowning", ARREST, "P1", "compressions-drowned", "ventilator"),
    ("electric-shock", {"power-on": "unknown"}, "P1", "cut-power", "defibrillator"),
    ("child", {"age-months": 1}, "P1", "", "neonatal"),
    ("diabetes", LOW_SUGAR, "P1", "sugar", "doctor"),
    ("convulsion", {"minutes-convulsing": 5}, "P1", "protect-in-fit", "monitor"),
    ("allergy", {"throat-or-breath": "yes"}, "P1", "own-adrenaline", "doctor"),
    ("cardiac-arrest", WELL, "P2", "call-again", "monitor"),
    ("illness", {"conscious": "unknown", "breathing": "unknown"}, "P1", "check-breathing", "defibrillator"),
    ("illness", {"conscious": "no", "breathing": "yes"}, "P1", "recovery-position", "doctor"),
]


@pytest.mark.parametrize("complaint, answers, priority, advice, capability", CASES)
def test_what_a_dispatcher_is_told(
    complaint: str, answers: dict[str, Answer], priority: str, advice: str, capability: str
) -> None:
    found = PROTOCOLS.assess(complaint, answers)
    assert found.priority == priority
    assert advice in {"", *(told.code for told in found.advice)}
    assert capability in found.capabilities


AGAINST_ASPIRIN = [{"no-aspirin": "yes"}, {"no-aspirin": UNKNOWN}, {"radiates-or-tears": "yes"}]


@pytest.mark.parametrize("withheld", AGAINST_ASPIRIN)
def test_aspirin_is_named_only_when_everything_against_it_is_ruled_out(withheld: dict[str, Answer]) -> None:
    found = PROTOCOLS.assess("chest-pain", {**ANGINA, **withheld})
    assert "aspirin" not in [told.code for told in found.advice]


MILD = WELL | dict.fromkeys(
    ("new-and-severe", "chest-or-breath", "drowsy-or-confused", "faint-or-pale"), "no"
)


@pytest.mark.parametrize(
    "changed, priority",
    [
        ({}, Priority.P3),
        ({"what-is-asked": "advice"}, Priority.P4),
        ({"faint-or-pale": "unknown"}, Priority.P2),
        ({"breathing": "unknown"}, Priority.P2),
        ({"faint-or-pale": "yes", "what-is-asked": "advice"}, Priority.P2),
        ({"chest-or-breath": "yes", "what-is-asked": "advice"}, Priority.P1),
    ],
)
def test_only_known_answers_lower(changed: dict[str, Answer], priority: Priority) -> None:
    assert PROTOCOLS.assess("illness", {**MILD, **changed}).priority is priority


def test_answers_follow_the_caller_to_another_complaint() -> None:
    answers: dict[str, Answer] = {"conscious": "yes", "celsius": 39, "contagious": "yes"}
    assert PROTOCOLS.answers_for("child", answers) == {"conscious": "yes", "celsius": 39}
