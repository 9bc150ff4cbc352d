"""Given names that are forms of one another, as Bill and William, or one in two languages, as John and Ivan."""

from collections.abc import Mapping
from functools import lru_cache

from schemas.kinds import vocabulary

_WORDS = vocabulary("nicknames")


def _classes(kind: str) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for full, shorts in _WORDS[kind].items():
        for name in (full, *shorts.split()):
            found.setdefault(name, set()).add(full)
    return {name: frozenset(classes) for name, classes in found.items()}


_OF, _KIN = _classes("class"), _classes("kin")
_NONE: frozenset[str] = frozenset()
_NAMES = vocabulary("names")
_KNOWN = frozenset({*_OF, *_KIN, *_NAMES["given"], *_NAMES["known"].split()})


def roots(name: str) -> frozenset[str]:
    """The full names that ``name`` may stand for; itself where it is in no class."""
    return _OF.get(name) or frozenset((name,))


@lru_cache(maxsize=65_536)
def are_forms(one: str, other: str) -> bool:
    """Whether two given names can be forms of one name."""
    return not roots(one).isdisjoint(roots(other))


@lru_cache(maxsize=65_536)
def are_related(one: str, other: str) -> bool:
    """Whether two given names, or one and what the other is short for, are one name in two languages or of old."""
    ours, theirs = _KIN.get(one, _NONE), _KIN.get(other, _NONE)
    return not (ours.isdisjoint(_kin_of_roots(other)) and theirs.isdisjoint(_kin_of_roots(one)))


def _kin_of_roots(name: str) -> frozenset[str]:
    return _KIN.get(name, _NONE).union(*(_KIN.get(root, _NONE) for root in roots(name)))


def are_known(one: str, other: str) -> bool:
    """Whether both are given names in their own right."""
    return one in _KNOWN and other in _KNOWN
