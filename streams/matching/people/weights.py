"""How much each agreement weighs: the weights that are shipped, or those learnt from the store, and their frequencies.

A weight is log2 of (how often it is so for one person) / (how often for any two): Fellegi and Sunter (1969). Where a
value is what agrees, its own frequency stands for the second: a rare name says more than a common one.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import exp, log2
from typing import Any

from sqlalchemy import Connection, select

from schemas.kinds import vocabulary
from schemas.tables import LearntWeights
from streams.clusters.kinds import Bars, Evidence
from streams.matching.people.nicknames import roots
from streams.statements import Statement

_REMEMBERED = 32_768  # values: making the same evidence anew took a fifth of judging
_SHORT_FORM = 0.3  # of those who bear a name, how many go by a given short form of it


class Weights:
    """The weights in force, by field and word of the vocabulary ``people``. Never changed once made."""

    def __init__(self, table: Mapping[str, Any], frequency: Mapping[str, Mapping[str, float]]) -> None:
        self.version: str = table["version"]
        self.bars = Bars(**table["bars"])
        self.learnt = self.bars.learnt
        self.slope = float(table["slope"])
        self.name_alone = float(table["name_alone"])
        self.rules = frozenset(name for name, on in table["never"].items() if on)
        self.minds_households = bool(table["household"]["on"])
        self._table, self._frequency = table, frequency
        unlike = (table["family"][word]["bits"] for word in ("different", "differs_woman"))
        self.least_unlike = float(max(unlike))  # bits of family names that differ, whoever bears them
        self.most_middle = float(max(0.0, *(entry["bits"] for entry in table["middle"].values())))
        self._known: dict[tuple[str, str], Evidence] = {}
        self._rarities: dict[tuple[str, str], float] = {}
        self._rare: dict[tuple[str, str, float], Evidence] = {}

    def known(self, field: str, word: str) -> Evidence:
        """The evidence of one level of a field whose values do not matter."""
        found = self._known.get((field, word))
        if found is None:
            entry = self._table[field][word]
            found = self._known[field, word] = Evidence(field, entry["bits"], entry["says"], word)
        return found

    def rare(self, field: str, word: str, rarity: float) -> Evidence:
        """The evidence of a level that weighs by the rarity of the value in which two agree."""
        found = self._rare.get((field, word, rarity))
        if found is None:
            if len(self._rare) > _REMEMBERED:
                self._rare.clear()
            found = Evidence(field, rarity * self.factor(field, word), self._table[field]["says"][word], word)
            self._rare[field, word, rarity] = found
        return found

    def number(self, field: str, word: str) -> float:
        """One number of a field's rule: ``share``, ``most``, ``default``, or a level's share of a value's rarity."""
        return float(self._table[field][word])

    def most(self, field: str, word: str) -> float:
        """The most bits that a level can come to."""
        entry = self._table[field].get(word)
        if isinstance(entry, dict):
            return float(entry["bits"])
        return self.number(field, "most") * self.factor(field, word)

    def most_of(self, field: str) -> float:
        """The most bits that a field can come to at any level."""
        return max(0.0, *(self.most(field, word) for word in self.words(field)))

    def words(self, field: str) -> tuple[str, ...]:
        """The levels of a field, those first that weigh by the rarity of a value."""
        rule = self._table[field]
        plain = tuple(word for word, entry in rule.items() if isinstance(entry, dict) and "bits" in entry)
        return (*rule.get("says", ()), *plain) if isinstance(rule.get("says"), dict) else plain

    def says(self, field: str) -> str:
        """The sentence of a field that has only one."""
        return str(self._table[field]["says"])

    def forbids(self, rule: str) -> str:
        """The sentence of a rule that says never."""
        return str(self._table["forbids"][rule])

    def factor(self, field: str, word: str) -> float:
        """What share of a value's rarity a level is worth; all of it where the values are the same."""
        return 1.0 if word == "same" else float(self._table[field][word])

    def bits(self, field: str, word: str) -> float:
        """The bits of a level whose values do not matter."""
        return self.known(field, word).bits

    def rarity(self, field: str, value: str) -> float:
        """The bits of two having the same ``value``: log2(share / frequency), at most what the field's weights say."""
        found = self._rarities.get((field, value))
        if found is None:
            rule = self._table[field]
            if len(self._rarities) > _REMEMBERED:
                self._rarities.clear()
            found = float(min(rule["most"], log2(rule["share"] / self._often(field, value))))
            self._rarities[field, value] = found
        return found

    def is_rather_given(self, word: str) -> bool:
        """Whether a word of a name is oftener a given name than a family name."""
        return self._frequency["given"].get(word, 0.0) > self._frequency["family"].get(word, 0.0)

    def _often(self, field: str, value: str) -> float:
        known = self._frequency[field]
        often = known.get(value)
        if often is None and field == "given":
            often = max((known.get(root, 0.0) for root in roots(value)), default=0.0) * _SHORT_FORM
        return max(often or 0.0, float(self._table[field]["default"]))


def with_learnt(body: Mapping[str, Any], version: str) -> Weights:
    """The vocabulary's weights with learnt numbers and frequencies in their place; sentences and rules stay."""
    table: dict[str, Any] = {**vocabulary("people"), "version": version}
    for field, numbers in body["table"].items():
        table[field] = dict(table[field])
        for word, number in numbers.items():
            entry = table[field].get(word)
            table[field][word] = {**entry, "bits": number} if isinstance(entry, dict) else number
    table["bars"] = {**table["bars"], "learnt": True}
    return Weights(table, {**shipped_frequencies(), **body["frequency"]})


def in_force(connection: Connection) -> Weights:
    """The weights that people are judged by: the newest learnt ones that are in force, or the shipped."""
    version = _IN_FORCE(connection).scalar_one_or_none()
    return shipped() if version is None else _learnt(connection, version)


_IN_FORCE = Statement(
    lambda _: (
        select(LearntWeights.version)
        .where(LearntWeights.kind == "person", LearntWeights.in_force)
        .order_by(LearntWeights.at.desc(), LearntWeights.version)
        .limit(1)
    )
)


_LEARNT: dict[str, Weights] = {}


def _learnt(connection: Connection, version: str) -> Weights:
    """Kept by version, which is a digest of what it holds."""
    if version not in _LEARNT:
        body = connection.execute(select(LearntWeights.body).where(LearntWeights.version == version)).scalar_one()
        _LEARNT.clear()
        _LEARNT[version] = with_learnt(body, version)
    return _LEARNT[version]


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights of the vocabulary, good from the first report."""
    return Weights(vocabulary("people"), shipped_frequencies())


def shipped_frequencies() -> dict[str, dict[str, float]]:
    """Of 1 how many bear each name, were born in each town or do each work, where the vocabulary knows."""
    return {
        kind: {name: rate / 100_000 for name, rate in rates.items()}
        for kind, rates in (*_rates("names", "given", "family"), *_rates("frequencies", "birth_place", "occupation"))
    }


def _rates(name: str, *kinds: str) -> list[tuple[str, dict[str, float]]]:
    told = vocabulary(name)
    return [(kind, told[kind]) for kind in kinds]


def probability(bits: float, weights: Weights) -> float:
    """How likely two mentions with so many bits are one person, by what so many bits came to where it was known."""
    return float(1.0 / (1.0 + exp(max(-700.0, min(700.0, weights.slope * (weights.bars.even - bits))))))
