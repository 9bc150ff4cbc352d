"""Given names that are forms of one another: Bill and William, Muhammad and Mohammed."""

from functools import lru_cache

from schemas.kinds import vocabulary


def _classes() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for full, shorts in vocabulary("nicknames")["class"].items():
        for name in (full, *shorts.split()):
            found.setdefault(name, set()).add(full)
    return {name: frozenset(classes) for name, classes in found.items()}


_OF = _classes()


def roots(name: str) -> frozenset[str]:
    """The full names that ``name`` may stand for; itself where it is in no class."""
    return _OF.get(name) or frozenset((name,))


@lru_cache(maxsize=65_536)
def are_forms(one: str, other: str) -> bool:
    """Whether two given names can be forms of one name."""
    return not roots(one).isdisjoint(roots(other))
