"""Every reason for a choice of unit has its sentence, in both languages, with the same arguments."""

import ast
import string
from pathlib import Path

import pytest
from hypothesis import given

from dispatch.choose import rank
from dispatch.need import Drive, FleetUnit, Need
from dispatch.texts import TEXTS, WORDS, Catalogue, Language, say
from ledger.kinds.words import Capability, CrewRole
from ledger.reasons import Reason
from tests.dispatch.test_choose import scenes

ROOM = Path(__file__).parents[2] / "dispatch"
LANGUAGES: tuple[Language, ...] = ("zh-CN", "en")


def fields(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def codes_in_source() -> set[str]:
    """Every constant that stands where choose and explain give a code; both arms of a conditional count."""
    found: set[str] = set()
    for file in ("choose.py", "explain.py"):
        for node in ast.walk(ast.parse((ROOM / file).read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reason":
                arms = (
                    [node.args[0].body, node.args[0].orelse]
                    if isinstance(node.args[0], ast.IfExp)
                    else [node.args[0]]
                )
                found |= {
                    arm.value for arm in arms if isinstance(arm, ast.Constant) and isinstance(arm.value, str)
                }
    return found


def test_every_code_in_the_source_has_a_text() -> None:
    assert codes_in_source() <= set(TEXTS)
    assert len(codes_in_source()) > 15


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_exist_and_use_the_same_arguments(code: str) -> None:
    assert set(TEXTS[code]) == set(LANGUAGES)
    assert all(TEXTS[code].values())
    assert fields(TEXTS[code]["zh-CN"]) == fields(TEXTS[code]["en"])


@given(scenes())
def test_everything_a_ranking_says_can_be_said(scene: tuple[Need, list[FleetUnit], dict[str, Drive]]) -> None:
    ranking = rank(*scene)
    spoken = [reason for candidate in ranking.candidates for reason in candidate.reasons]
    spoken += [reason for left in ranking.left_out for reason in left.reasons]
    for reason in spoken:
        assert fields(TEXTS[reason.code]["en"]) == set(reason.args)
        for language in LANGUAGES:
            assert "{" not in say(reason, language)


@pytest.mark.parametrize("word", [*Capability, *CrewRole])
def test_every_word_an_argument_can_hold_is_known(word: str) -> None:
    assert set(WORDS[word]) == set(LANGUAGES)


@pytest.mark.parametrize(
    "reason, language, sentence",
    [
        (Reason("later-than", {"by_s": 15, "call_sign": "A12"}), "en", "0:15 after A12"),
        (Reason("later-than", {"by_s": 3661, "call_sign": "A12"}), "zh-CN", "比 A12 晚 61:01"),
        (Reason("lacks-capabilities", {"capabilities": "doctor,isolation"}), "zh-CN", "缺少：医生、隔离"),
        (
            Reason("crew-incomplete", {"roles": "driver,nurse"}),
            "en",
            "Crew incomplete, missing: driver, nurse",
        ),
        (
            Reason("nearer-but-later", {"nearer_m": 4500, "call_sign": "A"}),
            "en",
            "Nearer than A by 4.5 km of road, yet later",
        ),
        (
            Reason("nearer-but-later", {"nearer_m": 950, "call_sign": "A"}),
            "en",
            "Nearer than A by 950 m of road, yet later",
        ),
    ],
)
def test_numbers_and_words_are_spoken(reason: Reason, language: Language, sentence: str) -> None:
    assert say(reason, language) == sentence


def test_another_room_can_bring_its_own_catalogue() -> None:
    texts: Catalogue = {"x": {"zh-CN": "甲", "en": "a"}}
    assert say(Reason("x"), "zh-CN", texts) == "甲"


def test_an_unknown_code_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        say(Reason("never-heard-of"), "en")
