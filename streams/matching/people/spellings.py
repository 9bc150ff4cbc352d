"""How alike two words of a name are: written the same, alike in sound, a slip of the pen apart, or near."""

import re
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

_KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
# Letters together that sound like others, in this order; "<" and ">" stand for the ends of a word.
_TOGETHER = (
    *(("<wr", "r"), ("<rh", "r"), ("<kn", "n"), ("<gn", "n"), ("igh", "i"), ("ght", "t")),
    *(("ielle>", "iela"), ("elle>", "iela")),  # Danielle is not Daniel
    *(("tsch", "ch"), ("tch", "ch"), ("cz", "ch"), ("sch", "sh"), ("dzh", "j"), ("dj", "j"), ("ph", "v"), ("kh", "h")),
    *(("gh", "g"), ("th", "t"), ("dt", "t"), ("ce", "se"), ("ci", "si"), ("cy", "si"), ("ck", "k"), ("ch", "C")),
    *(("c", "k"), ("x", "ks"), ("mps", "ms"), ("tz", "s")),
    *(("eu", "u"), ("ou", "u"), ("oo", "u"), ("au", "u"), ("ewa", "ua"), ("ij", "i"), ("ea", "i")),
)
_VOWELS = re.compile(r"[aeo]w(?![aeiou])")  # Shaw, Lowry; not Stewart, Howard
_SILENT = re.compile(r"(?<=[aeiou])h(?![aeiou])|(?<=[^aeious])e(?=>)|[<>]")
_AS_I = re.compile(r"[aei][eiy]")
_ALONE = str.maketrans("fwqzyo", "vvksiu")
_TWICE = re.compile(r"(.)\1+")
_VOWEL = re.compile(r"[aeiou]+")


def _neighbours() -> frozenset[tuple[str, str]]:
    """The keys that a finger takes for one another: side by side, or one above the other."""
    near = {(row[i], row[i + 1]) for row in _KEYS for i in range(len(row) - 1)}
    for upper, lower in pairwise(_KEYS):
        near |= {(upper[i + step], key) for i, key in enumerate(lower) for step in (0, 1) if i + step < len(upper)}
    return frozenset(near | {(b, a) for a, b in near})


_NEAR = _neighbours()


@lru_cache(maxsize=2_048)
def sound(word: str) -> str:
    """A plain word as it sounds, whoever wrote it down: Stewart as Stuart, Hussain as Hussein, Thomson as Thompson."""
    said = f"<{word}>"
    for letters, like in _TOGETHER:
        if letters in said:
            said = said.replace(letters, like)
    said = _AS_I.sub("i", _SILENT.sub("", _VOWELS.sub("u", said)))
    said = _TWICE.sub(r"\1", said.translate(_ALONE))
    first = _VOWEL.search(said)
    stressed = first.end() if first else len(said)  # after the first vowel an e is as little heard as an a
    return said[:stressed].replace("e", "i") + said[stressed:].replace("e", "a")


def liken(one: str, other: str) -> str:
    """How alike two plain words are: ``same``, ``sound``, ``slip``, ``alike`` or ``loose``; nothing where they are not.

    The steps stand in the order of what they weigh among 25,000 historical persons: sound 10 bits, slip 9, alike 5,
    loose 2; whatever is less alike than that speaks against.
    """
    if one == other:
        return "same"
    if OSA.distance(one, other, score_cutoff=3) > 3 and one[:4] != other[:4]:
        return ""  # most of what is asked: told here as quickly as it would be remembered
    return _near(one, other)


@lru_cache(maxsize=4_096)
def _near(one: str, other: str) -> str:
    shorter, apart = min(len(one), len(other)), OSA.distance(one, other, score_cutoff=3)
    begins = shorter > 3 and (one.startswith(other) or other.startswith(one))
    if shorter < 3 or (apart > 3 and not begins):
        return ""
    sounds = OSA.distance(sound(one), sound(other), score_cutoff=1)
    if sounds == 0 and one[0] == other[0]:
        return "sound"
    if apart == 1:
        return "slip" if _is_slip(one, other, shorter) else "loose"
    if begins or (shorter > 6 and (apart == 2 or sounds == 1)):
        return "alike"
    return "loose" if shorter > 3 and (sounds < 2 or (apart == 2 and shorter > 4)) else ""


def _is_slip(one: str, other: str, shorter: int) -> bool:
    """Whether two words one step apart are likelier one word than two: the longer they are, the more."""
    if shorter > 3 or one[0] == other[0]:
        return True
    unlike = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) and len(unlike) == 1 and unlike[0] in _NEAR
