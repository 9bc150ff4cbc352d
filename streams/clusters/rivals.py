"""Rivals: where an item fits two others as well, of which only one can be right, neither ties; people are asked.

A pure function of the pairs around a component, so no order of arrival can be seen in it.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from streams.clusters.agglomerate import Pair

_ONE = ("same", "told")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rivals:
    """Of which two items only one is likely right (``alike``), how near in bits the other must come, and how many
    bits are beyond rivalry."""

    alike: Callable[[str, str], bool]
    margin: float
    sure: float


def without_rivals(pairs: Collection[Pair], near: Mapping[str, Sequence[Pair]], rivals: Rivals | None) -> list[Pair]:
    """The pairs, those that a rival comes near to left to people; ``near`` has all pairs around their items."""
    if rivals is None:
        return list(pairs)
    return [
        pair._replace(verdict="review") if pair.verdict == "same" and rival(pair, near, rivals) else pair
        for pair in pairs
    ]


def likeliest(pair: Pair, near: Mapping[str, Sequence[Pair]], rivals: Rivals | None) -> bool:
    """Whether no rival fits one of the pair as well as the other does: of rivals, people would choose this one."""
    return rivals is None or not rival(pair, near, replace(rivals, margin=0.0))


def by_item(pairs: Iterable[Pair]) -> Mapping[str, Sequence[Pair]]:
    """The pairs around each item."""
    found: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        found[pair.a].append(pair)
        found[pair.b].append(pair)
    return found


def rival(pair: Pair, near: Mapping[str, Sequence[Pair]], rivals: Rivals) -> str:
    """The first item that fits one of the pair about as well as the other does; nothing where there is none."""
    if pair.bits >= rivals.sure:
        return ""
    ends = ((pair.a, pair.b), (pair.b, pair.a))
    found = (_rivals_of(item, other, pair.bits - rivals.margin, near, rivals) for item, other in ends)
    return min((third for of_one in found for third in of_one), default="")


def _rivals_of(item: str, other: str, least: float, near: Mapping[str, Sequence[Pair]], rivals: Rivals) -> list[str]:
    """Those like ``other`` that ``item`` fits nearly as well, and that are not plainly the same as it."""
    fit = {end for pair in near[item] if pair.verdict != "barred" and pair.bits >= least for end in (pair.a, pair.b)}
    own = {item, other} | {end for pair in near[other] if pair.verdict in _ONE for end in (pair.a, pair.b)}
    return [third for third in fit - own if rivals.alike(third, other)]
