"""Names as they sound and as they are typed: the keys under which the gazetteer finds them.

A Chinese character becomes one symbol for its toneless syllable, with the sounds merged that callers of
southern China do not keep apart (zh/z, ch/c, sh/s, n/l/r, hu-/f, -ng/-n): edit distance then works on
syllables, and a homophone costs nothing. Everything else is folded: no case, no accents, no punctuation.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

# Characters whose reading in place names is not the first one of the dictionary.
_PLACE_READINGS = {
    "埌": "lang", "垌": "dong", "濛": "meng", "埇": "yong", "冲": "chong", "涌": "chong", "长": "chang",
    "重": "chong", "乐": "le", "都": "du", "六": "liu", "朝": "chao", "行": "hang", "厦": "xia", "大": "da",
    "石": "shi", "会": "hui", "曾": "zeng", "车": "che", "和": "he", "圩": "xu", "屯": "tun", "寨": "zhai",
    "峒": "dong", "岜": "ba", "弄": "long", "坡": "po", "塘": "tang", "幺": "yao",
}  # fmt: skip
_BESIDE_CHINESE = re.compile(r"(?<=[㐀-鿿]) | (?=[㐀-鿿])")
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"))
_FINALS = (("ang", "an"), ("eng", "en"), ("ing", "in"))


def folded(text: str) -> str:
    """Lower case, accents off, full-width to half-width; one space between words, none in Chinese."""
    flat = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in flat if not unicodedata.combining(c))
    return _BESIDE_CHINESE.sub("", re.sub(r"[\W_]+", " ", bare).strip())


@cache
def fuzzy_syllable(character: str) -> str:
    """The merged syllable of one Chinese character: 州 and 周 give "zou", 洪 and 丰 stay apart."""
    # Its dictionaries take half a second to load: only who looks for Chinese names waits for them.
    from pypinyin import lazy_pinyin

    syllable = _PLACE_READINGS.get(character) or lazy_pinyin(character)[0]
    for spoken, merged in _INITIALS:
        if syllable.startswith(spoken):
            syllable = merged + syllable[len(spoken) :]
            break
    if syllable.startswith("hu") and len(syllable) > 2:
        syllable = "f" + syllable[2:]
    for spoken, merged in _FINALS:
        if syllable.endswith(spoken):
            return syllable[: -len(spoken)] + merged
    return syllable


def is_chinese(character: str) -> bool:
    return "㐀" <= character <= "鿿" or "\U00020000" <= character <= "\U0003ffff"


# Each distinct syllable gets its own character from here on, far from any real script.
_FIRST_SYMBOL, _UNHEARD = "\ue000", "\uf8ff"


class SoundCode:
    """Text -> sound key, one symbol for each character, learnt from a set of names and fixed from then on."""

    def __init__(self, names: Iterable[str]) -> None:
        heard = {fuzzy_syllable(character) for name in names for character in name if is_chinese(character)}
        self._symbols = {s: chr(ord(_FIRST_SYMBOL) + number) for number, s in enumerate(sorted(heard))}

    def key(self, text: str) -> str:
        """The key of folded text; a syllable that no name has matches nothing."""
        return "".join(self._symbols.get(fuzzy_syllable(c), _UNHEARD) if is_chinese(c) else c for c in text)


def grams(key: str) -> list[str]:
    """What a key is indexed under: pairs of neighbours, and single syllables (single letters say nothing)."""
    pairs = [key[i : i + 2] for i in range(len(key) - 1)]
    return pairs + [symbol for symbol in key if _FIRST_SYMBOL <= symbol < _UNHEARD]
