"""Text brought to the form in which it is compared: plain letters, small, single-spaced."""

import re
from functools import lru_cache

from anyascii import anyascii

_JOINED = re.compile(r"['`\u2019\u2018\u02bc.]")
_APART = re.compile(r"[^a-z0-9]+")


@lru_cache(maxsize=16_384)
def plain(text: str) -> str:
    """``text`` transliterated, small and without punctuation; an apostrophe or a full stop leaves no gap."""
    ascii_ = text if text.isascii() else anyascii(text)
    return _APART.sub(" ", _JOINED.sub("", ascii_.lower())).strip()


@lru_cache(maxsize=2_048)
def soundex(word: str) -> str:
    """The Soundex code of a plain word (Russell and Odell): first letter and three digits."""
    if not word:
        return ""
    code, last = word[0], _SOUNDS.get(word[0], "")
    for letter in word[1:]:
        sound = _SOUNDS.get(letter, "")
        if sound and sound != last:
            code += sound
        if letter not in "hw":
            last = sound
    return (code + "000")[:4]


_SOUNDS = {
    letter: digit
    for digit, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
