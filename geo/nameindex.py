"""An inverted index over sound keys, and the rescoring of what it finds.

The index proposes (weighted n-grams, a few hundred microseconds), edit distance decides: the design of addok,
with syllables in the place of its French phonetics.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz import fuzz

from geo.geodesy import Floats
from geo.syllables import SoundCode, folded, grams

_PROPOSED = 120
# A name inside a longer sentence is worth this much, and more the more of the sentence it explains.
_INSIDE, _EXPLAINED = 0.62, 0.36
# In a sentence typed while somebody speaks, the sound is worth more than the characters chosen for it.
_BY_SOUND = 0.75


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to say one name. `owner` numbers what is named; `penalty` is for short and vague ways."""

    owner: int
    text: str
    penalty: float


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that resembles the query.

    `score` (0..1) ranks; `matched` are the words of the query that the entry explains, and `alike` (0..1) is
    how closely these words resemble it.
    """

    entry: Entry
    score: float
    alike: float
    matched: str


class NameIndex:
    """Immutable after building; `find` may be called from any thread."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = tuple(entries)
        self._sounds = SoundCode(entry.text for entry in entries)
        self._keys = [self._sounds.key(entry.text) for entry in entries]
        self._lengths: Floats = np.array([len(key) for key in self._keys], dtype=float)
        postings: dict[str, list[int]] = defaultdict(list)
        for number, key in enumerate(self._keys):
            for gram in dict.fromkeys(grams(key)):
                postings[gram].append(number)
        self._postings = {gram: np.array(numbers) for gram, numbers in postings.items()}

    def find(self, text: str, limit: int) -> list[Hit]:
        """The best entries of the best owners for folded text, best first, at most one per owner."""
        key = self._sounds.key(text)
        best: dict[int, Hit] = {}
        for number in self._propose(key):
            hit = self._rescore(text, key, number)
            known = best.get(hit.entry.owner)
            if known is None or hit.score > known.score:
                best[hit.entry.owner] = hit
        # Equal scores: the name closer in length is the one that was meant.
        ranked = sorted(best.values(), key=lambda h: (-h.score, abs(len(h.entry.text) - len(text))))
        return ranked[:limit]

    def _propose(self, key: str) -> list[int]:
        numbers, weights = [], []
        for gram in dict.fromkeys(grams(key)):
            found = self._postings.get(gram)
            if found is not None:
                rarity = float(np.log(1 + len(self._entries) / len(found)))
                numbers.append(found)
                weights.append(np.full(len(found), rarity * len(gram)))
        if not numbers:
            return []
        total = np.bincount(np.concatenate(numbers), np.concatenate(weights), len(self._entries))
        score = total / (self._lengths + len(key))
        hits = np.flatnonzero(score)
        order = np.lexsort((hits, -score[hits]))[:_PROPOSED]
        return [int(number) for number in hits[order]]

    def _rescore(self, text: str, key: str, number: int) -> Hit:
        entry, own = self._entries[number], self._keys[number]
        whole = (fuzz.ratio(text, entry.text) + fuzz.ratio(key, own)) / 200
        if " " in text and " " in entry.text:
            whole = max(whole, 0.98 * fuzz.token_sort_ratio(text, entry.text) / 100)
        score, alike, matched = whole, whole, text
        shorter, longer = sorted((len(own), len(key)))
        if shorter >= 2 and shorter < longer:
            aligned = fuzz.partial_ratio_alignment(key, own)
            if aligned is not None:
                part = text[aligned.src_start : aligned.src_end]
                close = (
                    _BY_SOUND * aligned.score + (1 - _BY_SOUND) * fuzz.partial_ratio(text, entry.text)
                ) / 100
                inside = close**1.5 * (_INSIDE + _EXPLAINED * shorter / longer)
                if inside > score:
                    score, alike, matched = inside, close, part
        return Hit(entry, score - entry.penalty, alike, matched.strip())


def fold_all(names: Sequence[str]) -> list[str]:
    """Folded names without duplicates or empties, in order."""
    return list(dict.fromkeys(text for text in map(folded, names) if text))
