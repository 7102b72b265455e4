"""Wrong answers and unsound protocols are refused by name."""

import re
import shutil
from pathlib import Path

import pytest

from dispatch.triage.engine import Protocols
from dispatch.triage.protocol import Answer, TriageError

DEFAULT = Path(__file__).parents[3] / "dispatch" / "triage" / "protocols"
PROTOCOLS = Protocols.load()
SIGNED = 'signed = { by = "Dr. Li", on = 2026-01-02, version = "1" }'
UNKNOWN_LOWERS = "unknown-would-lower"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DEFAULT, tmp_path / "protocols"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    """Replaces the first `old`; an `old` that is not there would make a test that proves nothing."""
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    "complaint, answers, code, field",
    [
        ("hiccup", {}, "complaint-unknown", "complaint"),
        ("fall", {"weather": "yes"}, "question-unknown", "weather"),
        ("fall", {"pain-now": "yes"}, "question-unknown", "pain-now"),
        ("fall", {"conscious": "maybe"}, "answer-not-offered", "conscious"),
        ("fall", {"conscious": True}, "answer-not-offered", "conscious"),
        ("fall", {"conscious": 1}, "answer-not-offered", "conscious"),
        ("poisoning", {"poison-kind": "yes"}, "answer-not-offered", "poison-kind"),
        ("fall", {"height-m": "high"}, "answer-not-a-number", "height-m"),
        ("fall", {"height-m": True}, "answer-not-a-number", "height-m"),
        ("fall", {"height-m": float("nan")}, "answer-not-a-number", "height-m"),
        ("fall", {"height-m": -1}, "answer-out-of-range", "height-m"),
        ("fall", {"height-m": 201}, "answer-out-of-range", "height-m"),
    ],
)
def test_a_wrong_answer_is_named(complaint: str, answers: dict[str, Answer], code: str, field: str) -> None:
    with pytest.raises(TriageError) as refused:
        PROTOCOLS.assess(complaint, answers)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert isinstance(refused.value, ValueError)


@pytest.mark.parametrize("height_m", [0, 200, 2.5, "unknown"])
def test_the_ends_of_a_number_are_inside(height_m: Answer) -> None:
    assert PROTOCOLS.assess("fall", {"height-m": height_m}).complaint == "fall"


@pytest.mark.parametrize(
    "name, old, new, code",
    [
        ("fall.toml", 'version = "1"', "version = ", "protocol-unreadable"),
        ("fall.toml", 'en = "Fall"', 'fr = "Chute"', "protocol-unreadable"),
        ("fall.toml", 'en = "Fall"', 'en = ""', "protocol-unreadable"),
        ("fall.toml", 'priority = "P1"', 'priority = "P0"', "protocol-unreadable"),
        ("fall.toml", 'capabilities = ["trauma"', 'capabilities = ["wings"', "protocol-unreadable"),
        ("fall.toml", 'sources = ["field-triage-2021"]', "sources = []", "protocol-unreadable"),
        ("fall.toml", 'id = "fall"', 'id = "tumble"', "protocol-misnamed"),
        ("set.toml", '"fall",', "", "protocol-not-listed"),
        ("set.toml", '"fall",', '"fall", "hiccup",', "protocol-missing"),
        ("fall.toml", '"field-triage-2021"', '"hearsay"', "source-unknown"),
        ("fall.toml", '"keep-still"', '"pray"', "advice-unknown"),
        ("advice.toml", "[mask]", '[spare]\nzh = "备"\nen = "spare"\n\n[mask]', "advice-unused"),
        ("fall.toml", 'id = "fall-high"', 'id = "key-arrest"', "rule-twice"),
        ("fall.toml", 'id = "blood-thinner"', 'id = "conscious"', "question-twice"),
        ("fall.toml", 'en = "Is blood spurting', 'en = "Does blood spurt', "question-differs"),
        ("fall.toml", "unit = { ", 'ask_when = { later = "yes" }\nunit = { ', "question-unknown"),
        ("fall.toml", "maximum = 200", "", "question-incomplete"),
        ("poisoning.toml", 'id = "food"', 'id = "alcohol"', "choice-twice"),
        ("fall.toml", 'head-neck-back = "yes"', 'head-neck-back = "perhaps"', "test-does-not-fit"),
        ("fall.toml", 'head-neck-back = "yes"', "head-neck-back = []", "test-does-not-fit"),
        ("fall.toml", 'head-neck-back = "yes"', "head-neck-back = { below = 3 }", "test-does-not-fit"),
        ("fall.toml", 'lowers_to = "P3"', 'lowers_to = "P3"\npriority = "P2"', "rule-raises-and-lowers"),
        ("fall.toml", 'breathing = "yes", ', "", "lowers-without-key-answers"),
        ("fall.toml", 'blood-thinner = "no"', 'blood-thinner = ["no", "unknown"]', "unknown-would-lower"),
        (
            "cardiac-arrest.toml",
            'unless = { conscious = "yes"',
            'unless = { conscious = "unknown"',
            UNKNOWN_LOWERS,
        ),
        ("fall.toml", 'head-neck-back = "no", ', "", "lowers-before-ruling-out"),
        ("fall.toml", "below = 3", "below = 4", "lowers-before-ruling-out"),
        ("key.toml", 'id = "breathing"', 'id = "breath"', "key-question-missing"),
        ("key.toml", 'advice = ["compressions"', 'advice = ["compressions-child"', "advice-unused"),
        ("fall.toml", 'version = "1"', f'version = "2"\n{SIGNED}', "signature-of-another-version"),
    ],
)
def test_an_unsound_set_does_not_load(folder: Path, name: str, old: str, new: str, code: str) -> None:
    edit(folder, name, old, new)
    with pytest.raises(TriageError) as refused:
        Protocols.load(folder)
    assert refused.value.code == code
    assert refused.value.field.endswith(".toml")


def test_a_set_that_misses_an_arrest_does_not_load(folder: Path) -> None:
    """Every rule is sound by itself; only asking the question shows that the unit would not be offered."""
    path = folder / "key.toml"
    path.write_text(
        path.read_text("utf-8").replace("offer_unit_now = true", "offer_unit_now = false"), "utf-8"
    )
    with pytest.raises(TriageError) as refused:
        Protocols.load(folder)
    assert refused.value.code == "arrest-not-recognised"
    assert refused.value.facts["complaint"] == "breathing"


def test_an_unreadable_file_says_where(folder: Path) -> None:
    edit(folder, "fall.toml", 'en = "Fall"', 'fr = "Chute"')
    with pytest.raises(TriageError, match=r"fall\.toml.*\$\.name"):
        Protocols.load(folder)


def test_a_signed_rule_names_its_clinician(folder: Path) -> None:
    edit(folder, "fall.toml", 'version = "1"', f'version = "1"\n{SIGNED}')
    (rule,) = Protocols.load(folder).assess("fall", {"height-m": 5}).rules
    assert rule.signed is not None
    assert rule.notice.en == "signed by Dr. Li on 2026-01-02"
    assert rule.notice.zh == "Dr. Li 于 2026-01-02 签署"


def test_the_version_changes_with_the_content_but_not_with_line_ends(folder: Path) -> None:
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert Protocols.load(folder).version == PROTOCOLS.version
    edit(folder, "fall.toml", "below = 3", "below = 2")
    assert Protocols.load(folder).version != PROTOCOLS.version
    assert re.fullmatch(r"1\.0\+[0-9a-f]{12}", PROTOCOLS.version)
