"""Whatever a room raises or says, a person can read it in both languages, and is told what to do."""

import ast
from collections.abc import Iterable
from string import Formatter
from typing import get_args

import pytest

from app import texts as app_texts
from app.demo.prefecture.generate import _STAGES as DEMO_STAGES
from app.progress import STAGES
from clinical.vitals import Code as VitalsCode
from dispatch import texts as dispatch_texts
from dispatch.messages.fleet import SetDuty
from integrations import texts as integration_texts
from referrals import texts as referral_texts
from tests.contracts.codes import Modules, Said, read, said
from web import texts as web_texts
from web.words import Catalogue, Words

TEXTS: Catalogue = {
    **web_texts.TEXTS,
    **dispatch_texts.TEXTS,
    **referral_texts.TEXTS,
    **integration_texts.TEXTS,
    **app_texts.TEXTS,
}
DUTIES = [duty for duty in get_args(SetDuty.__annotations__["duty"]) if duty != "on"]
MADE_FROM_PARTS = {
    "duty-*": [f"duty-{duty}" for duty in DUTIES],
    "*-unknown": ["unit-unknown", "station-unknown"],
    "status-*": [code for code in web_texts.TEXTS if code.startswith("status-")],
}
"""Codes that the source puts together, each with all it can become."""

DATA_CODES = frozenset({*get_args(VitalsCode), "counted-once"})
"""Codes that travel as data: doubts about vital signs, and why a piece of evidence did not decide."""

ADVISES = {"zh-CN": ("请", "无需"), "en": (";", ". ", ",")}
"""In every refusal: zh-CN asks or says that nothing is needed; en has a second clause that does."""


@pytest.fixture(scope="module")
def modules() -> Modules:
    return read()


def spelt_out(found: Iterable[Said]) -> list[Said]:
    return [
        Said(code, one.place, one.args, one.error)
        for one in found
        for code in (MADE_FROM_PARTS[one.code] if "*" in one.code else [one.code])
    ]


def faults(modules: Modules, texts: Catalogue) -> list[str]:
    """What keeps a person from reading something that a room says."""
    wrong = []
    for one in spelt_out(said(modules)):
        sentence = texts.get(one.code)
        if sentence is None:
            wrong.append(f"{one.place}: {one.code} has no text")
            continue
        for language, words in sentence.items():
            lacking = placeholders(words) - one.args if one.args is not None else set()
            if lacking:
                wrong.append(f"{one.place}: {one.code} in {language} needs {sorted(lacking)}")
            if one.error and not any(sign in words for sign in ADVISES[language]):
                wrong.append(f"{one.place}: {one.code} in {language} does not say what to do: {words}")
    return wrong


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def test_every_code_has_words_that_its_arguments_fill_and_that_say_what_to_do(modules: Modules) -> None:
    assert len(list(said(modules))) > 200
    assert faults(modules, TEXTS) == []


def test_codes_that_travel_as_data_have_words() -> None:
    assert sorted(DATA_CODES - TEXTS.keys()) == []
    assert all(placeholders(w) <= {"field"} for code in DATA_CODES for w in TEXTS[code].values())


@pytest.mark.parametrize(
    "source, fault",
    [
        ("raise Invalid('never-heard-of', field='x')", "never-heard-of has no text"),
        ("raise GeoError('never-heard-of')", "never-heard-of has no text"),
        ("found = Reason('never-heard-of' if x else 'no-road')", "never-heard-of has no text"),
        ("def refuse(code): raise Invalid(code)\nrefuse('never-heard-of')", "never-heard-of has no text"),
        ("class Odd(Conflict): ...\nraise Odd('never-heard-of')", "never-heard-of has no text"),
        ("raise Conflict('version-stale', seen=1)", "version-stale in en needs ['current']"),
        ("raise Conflict('brings-all-needed')", "brings-all-needed in en does not say what to do"),
    ],
)
def test_a_planted_fault_is_found(modules: Modules, source: str, fault: str) -> None:
    found = faults({**modules, "planted.py": ast.parse(source)}, TEXTS)
    assert any(fault in one and one.startswith("planted.py") for one in found), found


def test_every_sentence_exists_in_both_languages_with_the_same_arguments() -> None:
    for code, sentence in {**TEXTS, **STAGES}.items():
        assert set(sentence) == {"zh-CN", "en"}, code
        assert all(sentence.values()), code
        assert placeholders(sentence["zh-CN"]) == placeholders(sentence["en"]), code


def test_no_two_rooms_give_a_code_two_sentences() -> None:
    Words(
        web_texts.TEXTS, dispatch_texts.TEXTS, referral_texts.TEXTS, integration_texts.TEXTS, app_texts.TEXTS
    )


def test_no_text_is_left_over(modules: Modules) -> None:
    used = {one.code for one in spelt_out(said(modules))} | DATA_CODES | set(web_texts.TEXTS)
    assert sorted(TEXTS.keys() - used) == []


def test_every_stage_that_work_reports_has_words(modules: Modules) -> None:
    told = {
        call.args[0].value
        for module in modules.values()
        for call in ast.walk(module)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "progress"
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert {"read", "copying", "replaying"} <= told
    assert told | set(DEMO_STAGES) == STAGES.keys()
