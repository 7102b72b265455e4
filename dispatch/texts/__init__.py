"""What dispatch says to persons: every code in zh-CN and en, and the words its arguments hold."""

from collections.abc import Mapping

from dispatch.texts import availability, maps, places, ranking, refusals, triage
from dispatch.texts.words import WORD_ARGS, WORDS
from ledger.reasons import Reason
from web.words import Catalogue, Language

__all__ = ["TEXTS", "WORDS", "Catalogue", "Language", "say"]

TEXTS: Catalogue = {
    **ranking.TEXTS,
    **availability.TEXTS,
    **refusals.TEXTS,
    **places.TEXTS,
    **maps.TEXTS,
    **triage.TEXTS,
}

_JOINERS: Mapping[Language, str] = {"zh-CN": "、", "en": ", "}


def say(reason: Reason, language: Language, texts: Catalogue = TEXTS) -> str:
    """The sentence for one reason; seconds (`_s`) read as m:ss, metres (`_m`) as m or km.

    Raises KeyError for a code or a word that the catalogue lacks, or an argument that its sentence needs.
    """
    spoken = {name: _spoken(name, value, language) for name, value in reason.args.items()}
    return texts[reason.code][language].format_map(spoken)


def _spoken(name: str, value: str | int | float, language: Language) -> str:
    if name in WORD_ARGS:
        return _JOINERS[language].join(WORDS[code.strip()][language] for code in str(value).split(","))
    if name.endswith("_s"):
        minutes, seconds = divmod(round(float(value)), 60)
        return f"{minutes}:{seconds:02d}"
    if name.endswith("_m"):
        metres = float(value)
        return f"{metres:.0f} m" if metres < 1000 else f"{metres / 1000:.1f} km"
    return str(value)
