"""Every code that the ledger or web may raise has its sentence in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ledger.reasons import Reason
from web.errors import STATUS_OF_CODE, STATUSES
from web.texts import TEXTS
from web.words import Catalogue, Words

ROOT = Path(__file__).parents[2]
ERRORS = {
    *("Invalid", "NotFound", "Conflict", "Stale", "Forbidden", "Unavailable", "Reason"),
    *(
        "Malformed",
        "Unauthenticated",
        "MethodNotAllowed",
        "TooSlow",
        "TooLarge",
        "WrongMedia",
        "TooMany",
        "Broken",
    ),
}


def raised(room: str) -> Iterator[tuple[str, frozenset[str], str]]:
    """Code, names of arguments, and place of every error or Reason that a room makes from a literal code."""
    for path in sorted((ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                not isinstance(node, ast.Call)
                or not isinstance(node.func, ast.Name)
                or node.func.id not in ERRORS
            ):
                continue
            if node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                names = {one.arg for one in node.keywords if one.arg} - {"field", "fields", "extra"}
                if len(node.args) > 1 and isinstance(node.args[1], ast.Dict):
                    names |= {str(key.value) for key in node.args[1].keys if isinstance(key, ast.Constant)}
                yield node.args[0].value, frozenset(names), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("room", ["ledger", "web"])
def test_every_code_has_words_and_every_word_its_argument(room: str) -> None:
    found = list(raised(room))
    assert len(found) > 10
    for code, arguments, place in found:
        assert code in TEXTS, f"{place}: {code}"
        for language, sentence in TEXTS[code].items():
            used = {name for _, name, _, _ in Formatter().parse(sentence) if name}
            assert used <= arguments, f"{place}: {code} in {language} needs {used - arguments}"


def test_codes_that_pass_through_a_variable() -> None:
    """`refuse_unsound` gives codes on; they stand here so that they keep their words."""
    assert {"number-out-of-range", "text-has-nul", "json-too-deep"} <= TEXTS.keys()


def test_both_languages_and_nothing_else() -> None:
    for code, sentence in TEXTS.items():
        assert set(sentence) == {"zh-CN", "en"}, code
        assert all(sentence.values()), code


def test_every_status_has_a_title() -> None:
    statuses = {status for _, status in STATUSES} | set(STATUS_OF_CODE.values())
    assert {f"status-{status}" for status in statuses} <= TEXTS.keys()


def test_words_never_fail() -> None:
    words = Words({"a": {"zh-CN": "{x:.1f}", "en": "{x} {y}"}})
    assert words.say(Reason("a", {"x": 1.25}), "zh-CN") == "1.2"
    assert words.say(Reason("a", {"x": "text"}), "zh-CN") == "a"
    assert words.say(Reason("a", {"x": 1}), "en") == "1 …"
    assert words.say(Reason("unknown"), "en") == "unknown"


def test_a_code_says_one_thing() -> None:
    one: Catalogue = {"a": {"zh-CN": "甲", "en": "A"}}
    Words(one, dict(one))
    with pytest.raises(ValueError, match="two sentences for a"):
        Words(one, {"a": {"zh-CN": "乙", "en": "A"}})
