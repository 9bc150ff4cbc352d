"""The words of linking: an item, a piece of evidence, a verdict on two items, and what makes up a kind."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import inf
from typing import Generic, TypeVar

from sqlalchemy import Connection

from streams.clusters.rivals import Rivals

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What can be linked: its id, its event time in microseconds, and the keys by which others find it.

    An item that holds nothing to match by is not ``linkable`` and has no keys. ``group``: those hidden as it is, empty
    where every agency may know it.
    """

    id: str
    at: int
    keys: frozenset[str]
    linkable: bool = True
    group: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One claim about two items: its name, its weight in bits (below zero: against), the sentence people read.

    ``word``: the level at which the field agrees, where it has levels.
    """

    name: str
    bits: float
    says: str
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What this store asks of a pair: ``more`` bits than its evidence needs.

    ``circle``: who may know both items, of those not told all. ``counts``: all who are told all may know both.
    """

    more: float
    circle: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the rules say of two items.

    ``joins``: the evidence is of the kinds that an automatic join needs. ``never``: a rule forbids it, bits or no bits.
    ``needs``: the bits that evidence of these kinds needs, where that is more than the bar; 0: no more. None: the kind
    tells no such evidence apart. ``asked``: what the store asks of it besides, where that may matter.
    ``rule``: by which it was judged, where that is not the kind's.
    """

    bits: float
    joins: bool
    never: bool
    evidence: tuple[Evidence, ...]
    needs: float | None = None
    asked: Asked | None = None
    rule: str = ""


Verdicts = Mapping[tuple[str, str], Verdict]  # by the pair's ids, the lesser first


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Bits that a pair needs to make a cluster, that two clusters need between them, that people are asked about.

    ``even``: where it is as likely as not that two are one, in a store where one pair of so many is (``prior``, the
    binary logarithm of how many). ``learnt``: from this very store, whose bits so are its odds.
    """

    join: float
    stay: float
    review: float
    even: float = 0.0
    prior: float = 0.0
    learnt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind(Generic[T]):
    """A kind of entity: how its items are read, judged and barred, and how many of a block all are compared with.

    ``bits`` tells the evidence for any two, however little; a kind without it has only the pairs worth keeping.
    ``tells``: whether two are compared for this key alone, however many have it.
    ``rivals``: which items stand in each other's way. ``ask``: verdicts with what this store asks of the pairs.
    ``forbids`` tells by which rule, in a sentence, it is never; ``doubt`` why two are left to people; ``likely`` how
    likely so many bits are one entity's, where that was measured. ``besides``: rules of some pairs.
    """

    name: str
    rule: str
    bars: Bars
    head: int
    load: Callable[[Connection, Collection[str]], Mapping[str, T]]
    judge: Callable[[T, T], Verdict | None]  # None: plainly nothing in it
    never: Callable[[T, T], bool]
    bits: Callable[[T, T], float] | None = None
    forbids: Callable[[T, T], str] | None = None
    doubt: Callable[[T, T], str] | None = None
    likely: Callable[[float], float] | None = None
    rivals: Rivals | None = None
    ask: Callable[[Verdicts], Verdicts] | None = None
    besides: frozenset[str] = frozenset()
    tells: Callable[[str], bool] = lambda _: True
    personal: bool = True  # what is joined is about people, so the log says so (Data Protection Act 2018, s.62)

    def between(self, contents: Mapping[str, T]) -> Callable[[str, str], float] | None:
        """The evidence for any two items of which ``contents`` tells, rounded as a kept pair's is; else nothing."""
        bits = self.bits
        if bits is None:
            return None

        def told(a: str, b: str) -> float:
            one, other = contents.get(a), contents.get(b)
            return 0.0 if one is None or other is None else round(bits(one, other), 2)

        return told

    def minds(self, word: str, said: Verdict) -> bool:
        """Whether a pair can bear on which cluster its items are in: as a tie, or as a tie's rival."""
        return word == "same" or said.bits >= self.rivalry

    @property
    def rivalry(self) -> float:
        """The bits from which a doubtful pair can stand in another's way."""
        return inf if self.rivals is None else self.bars.join - self.rivals.margin

    def verdict(self, said: Verdict) -> str | None:
        """The word kept for a verdict; nothing where it is too little to keep."""
        if said.never or said.bits < self.bars.review:
            return None
        return "same" if said.joins and said.bits >= self._bar(said) else "review"

    def _bar(self, said: Verdict) -> float:
        if not said.needs:
            return self.bars.join
        return max(self.bars.join, said.needs + (said.asked.more if said.asked else 0.0))
