"""The words of two names paired: what is left over, and a name told in the other's order."""

from collections.abc import Iterator

from streams.matching.people.names import Name
from streams.matching.people.nicknames import are_forms
from streams.matching.people.spellings import liken

_BEST = {"same": 4, "sound": 3, "slip": 3, "alike": 2}


def _nearness(a: str, b: str) -> int:
    """How readily two words are taken for one: not at all at nought."""
    if len(a) == 1 or len(b) == 1:
        return int(a[0] == b[0])
    return _BEST.get(liken(a, b), 0) or 2 * are_forms(a, b)


def pair(one: tuple[str, ...], other: tuple[str, ...]) -> dict[int, int]:
    """For each word of ``one`` that has its like in ``other``, which: the nearest first, in the order they stand."""
    found = [
        (-near, abs(i - j), i, j) for i, a in enumerate(one) for j, b in enumerate(other) if (near := _nearness(a, b))
    ]
    ours: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, i, j in sorted(found):
        if i not in ours and j not in taken:
            ours[i] = j
            taken.add(j)
    return ours


def leftovers(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The words of each that have no like in the other; two of them written as one count as one."""
    pairs = pair(one, other)
    taken = set(pairs.values())
    return [a for i, a in enumerate(one) if i not in pairs], [b for j, b in enumerate(other) if j not in taken]


def regrouped(a: Name, b: Name) -> Iterator[tuple[Name, Name]]:
    """The two with a family name that was written in two words put together."""
    if not (a.family and b.family):
        return
    if len(a.given) > 1 and _as_one(a.given[-1] + a.family[0], b.family[0]):
        yield Name(given=a.given[:-1], family=(a.given[-1] + a.family[0], *a.family[1:])), b
    if len(b.given) > 1 and _as_one(b.given[-1] + b.family[0], a.family[0]):
        yield a, Name(given=b.given[:-1], family=(b.given[-1] + b.family[0], *b.family[1:]))


def _as_one(joined: str, family: str) -> bool:
    """Whether two words put together are the one: then it begins so, or is as long but for a letter."""
    if joined[0] != family[0] and abs(len(joined) - len(family)) > 1:
        return False
    return liken(joined, family) in ("same", "sound", "slip")


def turned(a: Name, b: Name) -> Iterator[tuple[Name, Name]]:
    """Two crossed names with either told in the order of the other, where words of it stand in another place there."""
    for told, order, swap in ((a, b, False), (b, a, True)):
        again = _in_order(told, order)
        if again is not None:
            yield (order, again) if swap else (again, order)


def crossed(a: Name, b: Name) -> bool:
    """Whether a given name of one is like a family name of the other, their initials first."""
    for ours, theirs in ((a.given, b.family), (a.family, b.given)):  # plain loops: asked of nearly every two strangers
        for x in ours:
            first = x[0]
            for y in theirs:
                if y[0] == first and _nearness(x, y):
                    return True
    return False


def _in_order(told: Name, order: Name) -> Name | None:
    """``told`` with its words where ``order`` has their like, the others as given names; none if nothing moves."""
    words = told.words
    pairs = pair(order.words, words)
    first = len(order.given)
    family = [pairs[i] for i in range(first, len(order.words)) if i in pairs]
    given = [pairs[i] for i in range(first) if i in pairs]
    given += [j for j in range(len(words)) if j not in given and j not in family]
    if not (family and given) or [*given, *family] == list(range(len(words))):
        return None
    return Name(given=tuple(words[j] for j in given), family=tuple(words[j] for j in family))
