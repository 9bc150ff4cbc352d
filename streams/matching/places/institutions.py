"""Places that many come to and nobody's tie: hospital, station, hostel, school, supermarket, custody suite, refuge."""

import re
from functools import lru_cache

from schemas.kinds import vocabulary
from streams.matching.words import plain

_SAID = vocabulary("places")["institutions"]
_KINDS: dict[str, list[str]] = _SAID["words"]
_CODES: dict[str, list[str]] = _SAID["codes"]
_SHARED = tuple(plain(words) for words in vocabulary("generic")["address_words"])
_OF = {plain(words): kind for kind, listed in _KINDS.items() for words in listed}
_OF |= {words: "shared" for words in _SHARED if words not in _OF}
_ANY = re.compile(r"\b(" + "|".join(sorted(map(re.escape, _OF), key=len, reverse=True)) + r")\b")
_HOMES = re.compile(r"^s?(?: [a-z]+)? (?:" + "|".join(_SAID["homes"]) + r")\b")


@lru_cache(maxsize=4_096)
def institution(name: str, text: str, street: str = "") -> str:
    """The kind of institution that plain words name; nothing for School Lane, or for the Old School House."""
    for said in (name, f" {text} ".replace(f" {street} ", " | ") if street else text):
        for match in _ANY.finditer(said):
            if not _HOMES.match(said[match.end() :]):
                return _OF[match[1]]
    return ""


@lru_cache(maxsize=4_096)
def institution_by_code(code: str) -> str:
    """The kind of institution that a classification code of an address list says."""
    return next((kind for kind, codes in _CODES.items() if code.upper().startswith(tuple(codes))), "")
