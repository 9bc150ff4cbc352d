"""Given names that are forms of one another, as Bill and William, or one in two languages, as John and Ivan."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from rapidfuzz.distance import OSA

from schemas.kinds import vocabulary

_WORDS = vocabulary("nicknames")
_ENDING = re.compile(r"(?:e?y|ie?)$")


def _written(short: str) -> Iterator[str]:
    """A short form with each of the endings that it may be written with: Billy, Billie, Billey."""
    stem = _ENDING.sub("", short)
    yield from (short,) if stem == short or len(stem) < 3 else (stem + ending for ending in ("y", "ie", "ey", "i"))


def _classes(kind: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for full, shorts in _WORDS[kind].items():
        for name in (full, *chain.from_iterable(_written(short) for short in shorts.split())):
            found.setdefault(name, set()).add(full)
    return {name: frozenset(classes) for name, classes in found.items()}


_OF, _KIN = _classes("class"), _classes("kin")
_NONE: frozenset[str] = frozenset()
# with the kin of what a name is short for
_WIDER = {name: _KIN.get(name, _NONE).union(*(_KIN.get(root, _NONE) for root in full)) for name, full in _OF.items()}
_NAMES = vocabulary("names")
_KNOWN = frozenset({*_OF, *_KIN, *_NAMES["given"], *_NAMES["known"].split()})


def _without_one(name: str) -> Iterator[str]:
    """A name as it is, and with each of its letters left out."""
    yield name
    yield from (name[:i] + name[i + 1 :] for i in range(len(name)))


def _by_what_is_left() -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name in (*_OF, *_KIN):
        for left in _without_one(name) if len(name) > 3 else ():
            found.setdefault(left, set()).add(name)
    return {left: frozenset(names) for left, names in found.items()}


_LEFT = _by_what_is_left()


@lru_cache(maxsize=4_096)
def mended(name: str) -> str:
    """The one name with short forms that a word which is no known name is a slip away from; else the word itself."""
    if name in _KNOWN or len(name) < 4:
        return name
    lefts = [_LEFT.get(name, _NONE), *[_LEFT.get(name[:i] + name[i + 1 :], _NONE) for i in range(len(name))]]
    near = {known for names in lefts if names for known in names if OSA.distance(name, known) == 1}
    return near.pop() if len(near) == 1 else name


def roots(name: str) -> frozenset[str]:
    """The full names that ``name`` may stand for; itself where it is in no class."""
    return _OF.get(name) or frozenset((name,))


def are_forms(one: str, other: str) -> bool:
    """Whether two given names can be forms of one name."""
    ours, theirs = _OF.get(one), _OF.get(other)
    if ours is None:
        return one == other or (theirs is not None and one in theirs)
    return other in ours if theirs is None else not ours.isdisjoint(theirs)


def are_related(one: str, other: str) -> bool:
    """Whether two given names, or one and what the other is short for, are one name in two languages or of old."""
    ours, theirs = _KIN.get(one, _NONE), _KIN.get(other, _NONE)
    if not (ours or theirs):
        return False
    return not (ours.isdisjoint(_WIDER.get(other, theirs)) and theirs.isdisjoint(_WIDER.get(one, ours)))


def are_known(one: str, other: str) -> bool:
    """Whether both are given names in their own right."""
    return one in _KNOWN and other in _KNOWN
