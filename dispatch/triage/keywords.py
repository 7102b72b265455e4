"""The caller's first words -> the complaints they may mean. Counts keywords, nothing more.

It does not understand: "no chest pain" still finds chest pain. It saves a dispatcher a key stroke; a person
chooses.
"""

import re
from collections.abc import Iterable

from dispatch.triage.protocol import Complaint


def ranked(words: str, complaints: Iterable[Complaint]) -> tuple[str, ...]:
    """Ids by letters matched, most first: a long keyword outweighs a short one; ties keep their order."""
    heard = words.casefold()
    scores = {complaint.id: _score(heard, complaint) for complaint in complaints}
    return tuple(sorted((id for id, score in scores.items() if score), key=lambda id: -scores[id]))


def _score(heard: str, complaint: Complaint) -> int:
    """A Chinese character carries about as much as three Latin letters."""
    zh = sum(3 * len(word) for word in complaint.keywords.zh if word in heard)
    en = sum(len(word) for word in complaint.keywords.en if _said(word.casefold(), heard))
    return zh + en


def _said(word: str, heard: str) -> bool:
    """Whole words only: "burn" is not in "Auburn". Chinese characters beside a Latin word do not hide it."""
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", heard) is not None
