"""The rungs and what each asks for, as ``schemas/vocabulary/ladder.toml`` has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.kinds import vocabulary

YOUNGEST = {"child": 10, "youth": 16, "adult": 18, "unknown": 0}  # the least age that an answer leaves open
OF_AGE = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question with a fixed set of answers; ``stops``: those with which a step is not taken."""

    name: str
    asks: str
    answers: Mapping[str, str]
    of: frozenset[str]
    kinds: frozenset[str]
    stops: frozenset[str]
    explain: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung: ``place`` counts from the foot; ``after``: the rung that the law wants first."""

    name: str
    place: int
    title: str
    what: str
    of: frozenset[str]
    source: str
    law: str | None = None
    youngest: int = 0
    child: bool = False
    months: int | None = None
    child_months: int | None = None
    after: str | None = None
    beside: bool = False

    def longest(self, age: str | None) -> int | None:
        """How many months it may last for one of that age; None: it has no end of its own."""
        return self.child_months if age in ("child", "youth") and self.child_months else self.months

    def open_to(self, age: str | None) -> bool:
        """Whether one of that age can be put on it, as far as anybody has said."""
        return age is None or YOUNGEST.get(age, 0) >= self.youngest


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The rungs from the foot up, what each kind of them asks, and the checks."""

    version: str
    rungs: Mapping[str, Rung]
    questions: Mapping[str, str]
    asks: Mapping[str, tuple[str, ...]]
    checks: Mapping[str, Check]
    help_first: frozenset[str]

    def of(self, kind: str) -> list[Rung]:
        """The rungs for a person, or for premises, from the foot up."""
        return [rung for rung in self.rungs.values() if kind in rung.of]

    def checks_for(self, rung: Rung, kind: str) -> list[Check]:
        """The checks that must be answered before a rung."""
        return [check for check in self.checks.values() if rung.what in check.kinds and kind in check.of]

    def place(self, name: str) -> int:
        """Where a rung stands; below the foot where the ladder has it no more."""
        return self.rungs[name].place if name in self.rungs else -1

    def is_help(self, name: str) -> bool:
        """Whether a rung is help, and beside the others."""
        return name in self.rungs and self.rungs[name].beside

    def helps(self, kind: str) -> list[Rung]:
        """The rungs that are help, and beside the others."""
        return [rung for rung in self.of(kind) if rung.beside]


@lru_cache(maxsize=1)
def load_ladder() -> Ladder:
    """Read it; raises ``ValueError`` where it names what it does not have."""
    table = vocabulary("ladder")
    rungs = {name: _rung(name, place, entry) for place, (name, entry) in enumerate(table["rung"].items())}
    asks = {what: tuple(some) for what, some in table["asks"].items()}
    checks = {name: _check(name, entry) for name, entry in table["check"].items()}
    named = {question for some in asks.values() for question in some}
    if named - set(table["record"]) or any(rung.what not in asks for rung in rungs.values()):
        raise ValueError("ladder: it asks for something that it has no question for")
    if any(rung.after is not None and rung.after not in rungs for rung in rungs.values()):
        raise ValueError("ladder: a rung comes after one that there is not")
    return Ladder(
        version=table["version"],
        rungs=rungs,
        questions=table["record"],
        asks=asks,
        checks=checks,
        help_first=frozenset(table["help_first"]),
    )


def _rung(name: str, place: int, entry: Mapping[str, Any]) -> Rung:
    return Rung(name=name, place=place, **{**entry, "of": frozenset(entry["of"])})


def _check(name: str, entry: Mapping[str, Any]) -> Check:
    sets = {part: frozenset(entry[part]) for part in ("of", "kinds", "stops", "explain")}
    return Check(name=name, asks=entry["asks"], answers=entry["answers"], **sets)
