"""Words: a Reason put into the sentence of a language, from the catalogues that the rooms bring."""

from collections.abc import Mapping
from typing import Literal

from ledger.reasons import Reason

Language = Literal["zh-CN", "en"]
Catalogue = Mapping[str, Mapping[Language, str]]
"""Code -> language -> format string, whose names are the arguments of the reason."""

DEFAULT: Language = "zh-CN"


class _Arguments(dict[str, str | int | float]):
    def __missing__(self, name: str) -> str:
        return "…"


class Words:
    """All rooms' sentences; a code belongs to one sentence, so two rooms that share it must say the same."""

    def __init__(self, *catalogues: Catalogue) -> None:
        self._sentences: dict[str, Mapping[Language, str]] = {}
        for catalogue in catalogues:
            for code, sentence in catalogue.items():
                if self._sentences.setdefault(code, sentence) != sentence:
                    raise ValueError(f"two sentences for {code}")

    @property
    def sentences(self) -> Catalogue:
        """All of them, for those who put reasons into words themselves: the pages."""
        return self._sentences

    def say(self, reason: Reason, language: Language) -> str:
        """The sentence; the bare code when there is none, because an answer must never fail over its wording."""
        sentence = self._sentences.get(reason.code)
        if sentence is None:
            return reason.code
        try:
            return sentence[language].format_map(_Arguments(reason.args))
        except (KeyError, ValueError, TypeError, AttributeError, IndexError):
            return reason.code


def language_of(accept: str | None) -> Language:
    """The language that an Accept-Language header (RFC 9110 section 12.5.4) likes best of ours; zh-CN without one."""
    best: Language = DEFAULT
    best_quality = 0.0
    for part in (accept or "").split(","):
        tag, _, parameter = part.strip().partition(";")
        primary = tag.split("-")[0].strip().lower()
        found: Language | None = "zh-CN" if primary == "zh" else "en" if primary == "en" else None
        quality = _quality(parameter)
        if found is not None and quality > best_quality:
            best, best_quality = found, quality
    return best


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
