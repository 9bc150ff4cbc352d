"""Weights learnt from the store itself, with no labels: how often what agrees, agrees by chance and for one person.

``u`` comes from random pairs of mentions; frequencies from persons, not mentions, or one who is named daily would make
a name common; the prior from today's people. With these held fast, expectation and maximisation find ``m``: each pair
worth a thought counts as far as it is likely one person's, in a few rounds (Winkler 1988; finding all of it at once
over the union of blocks diverged, measured). What is rarely seen leans on the shipped weight.

All of it rests on the reports that every statutory agency may know: persons are clustered anew where a hidden one took
part, so that nothing it says, nor that it is there, shows in a weight.
"""

import hashlib
import json
import random
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import log2
from typing import Any

from sqlalchemy import Connection, func, select, update

from schemas.tables import Judgement, LearntWeights, Member, from_micros, to_micros
from schemas.tables import Mention as HeldMention
from schemas.tables import Report as Held
from streams.clusters import pairs as judged
from streams.clusters.kinds import Evidence
from streams.clusters.sets import among
from streams.matching.openly import hidden_mentions, open_persons
from streams.matching.people.evidence import claims_of, hold
from streams.matching.people.mentions import load
from streams.matching.people.person import Mention
from streams.matching.people.weights import Weights, shipped, shipped_frequencies, with_learnt
from streams.stage import leave_for
from streams.store import put

RANDOM_PAIRS = 40_000
MATCHES = 100_000  # pairs that m is learnt from, and mentions that anything is
LEAN = 30  # pairs that the shipped weight stands for
KNOWN = 300  # persons that the shipped frequencies stand for
MOST_VALUES = 20_000  # of a field whose frequencies are kept
LEAST = 200  # mentions, below which nothing is learnt
ROUNDS = 4  # of expectation and maximisation: more moved no weight of four sets of people by more than .02 bits
_SEED = 20_240_501
_BY_VALUE = ("family", "given", "birth_place", "occupation")
_LEARNT = ("family", "given", "middle", "order", "birth", "age", "sex", "phone", "email", "address", "birth_place",
           "occupation", "company")  # fmt: skip
_LIMIT = 16.0
_SURE = 60.0  # bits beyond which a likelihood is as good as 0 or 1
_NOTHING = 0.01
Counts = dict[str, dict[str, float]]
Numbers = dict[str, dict[str, float]]


class TooLittle(ValueError):
    """The store holds too little to learn from."""


class NotLearnt(ValueError):
    """The store holds no weights of that version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What was learnt: the parts of the vocabulary that it takes the place of, and how much it rests on."""

    version: str
    at: int
    table: Mapping[str, Mapping[str, float]]
    frequency: Mapping[str, Mapping[str, float]]
    mentions: int
    pairs: int

    @property
    def body(self) -> dict[str, Any]:
        """As the store keeps it."""
        rests = {"mentions": self.mentions, "pairs": self.pairs}
        return {"table": self.table, "frequency": self.frequency, "rests_on": rests}


def learn(connection: Connection) -> Learnt:
    """The weights that the mentions in the store teach; the same store teaches the same."""
    hidden = hidden_mentions(connection)
    items = _sample(connection, hidden)
    if len(items) < LEAST:
        raise TooLittle(f"open reports name {len(items)} people; {LEAST} mentions are the least to learn from")
    contents, persons_of = load(connection, items), open_persons(connection, hidden)
    entities = {item: persons_of[item] for item in contents if item in persons_of}
    base = shipped()
    pairs = list(_worth_a_thought(connection, contents))
    persons = _persons(contents, entities)
    u = _by_chance(_at_random(sorted(contents)), contents, base)
    bars, frequency = _bars(len(contents), entities, base), _frequencies(persons)
    table = _before(persons, u, base) | {"bars": bars}
    for _ in range(ROUNDS):
        m = _for_one(pairs, contents, with_learnt({"table": table, "frequency": frequency}, "learning"))
        table = _table(m, u, base, persons) | {"bars": bars}
    digest = hashlib.sha256(json.dumps([table, frequency], sort_keys=True).encode()).hexdigest()[:10]
    return Learnt(
        version=f"people-learnt-{digest}",
        at=_newest(connection, contents.values()),
        table=table,
        frequency=frequency,
        mentions=len(contents),
        pairs=len(pairs),
    )


def _before(persons: Mapping[str, Counter[str]], u: Counts, base: Weights) -> Numbers:
    """What is known before the first round: how rare a value is that is not listed."""
    defaults = {field: _default(persons[field], base.number(field, "default")) for field in _BY_VALUE if field in u}
    return {
        field: {"default": default, "most": _most(base.number(field, "share"), default)}
        for field, default in defaults.items()
    }


def _table(m: Counts, u: Counts, base: Weights, persons: Mapping[str, Counter[str]]) -> Numbers:
    table: Numbers = {}
    for field in _LEARNT:
        here, there = m.get(field), u.get(field)
        if here and there:
            if field in _BY_VALUE:
                default = _default(persons[field], base.number(field, "default"))
                table[field] = _by_value(field, here, there, base, default)
            else:
                table[field] = _plain(field, here, there, base)
    return table


def _sample(connection: Connection, hidden: Collection[str]) -> list[str]:
    """Ids are hashes: the first so many are as good as any, and the same however the reports came."""
    query = (
        select(Member.item)
        .where(Member.kind == "person", Member.state != "unlinkable")
        .order_by(Member.item)
        .limit(MATCHES + len(hidden))
    )
    return [item for item in connection.execute(query).scalars() if item not in hidden][:MATCHES]


def _newest(connection: Connection, mentions: Iterable[Mention]) -> int:
    refs = {mention.ref for mention in mentions}
    newest = connection.execute(select(func.max(Held.reported_at)).where(among(connection, Held.ref, refs)))
    return to_micros(newest.scalar_one())


def _at_random(items: list[str]) -> Iterator[tuple[str, str]]:
    drawn = random.Random(_SEED)  # noqa: S311 - to be the same each time is what is wanted
    for _ in range(RANDOM_PAIRS):
        a, b = drawn.choice(items), drawn.choice(items)
        if a != b:
            yield a, b


def _worth_a_thought(connection: Connection, contents: Collection[str]) -> Iterator[tuple[str, str]]:
    """Pairs of ``contents`` worth a thought, in an order that is as good as any."""
    query = (
        select(Judgement.a, Judgement.b)
        .where(Judgement.kind == "person", Judgement.judge == judged.PIPELINE)
        .order_by(Judgement.a, Judgement.b)
    )
    rows = connection.execute(query, execution_options={"yield_per": 10_000})
    return islice(((a, b) for a, b in rows if a in contents and b in contents), MATCHES)


def _said(a: Mention, b: Mention, weights: Weights) -> list[Evidence]:
    two = hold(a, b, weights)
    return [said for claim in claims_of(a.fields & b.fields) if (said := claim(two)) is not None]


def _by_chance(drawn: Iterable[tuple[str, str]], contents: Mapping[str, Mention], weights: Weights) -> Counts:
    """How often each field agrees at each level in random pairs, each counting as far as it is likely two persons'.

    One person's own would make agreement look like chance, the more the oftener people are named.
    """
    counts: Counts = {}
    for a, b in drawn:
        found = _said(contents[a], contents[b], weights)
        unlikely = 1 - _likely(found, weights)
        for said in found:
            _add(counts, said, unlikely)
    return counts


def _for_one(pairs: Iterable[tuple[str, str]], contents: Mapping[str, Mention], weights: Weights) -> Counts:
    """The same for one person: each pair counts as far as ``weights`` say that it is likely one person's."""
    counts: Counts = {}
    for a, b in pairs:
        found = _said(contents[a], contents[b], weights)
        likely = _likely(found, weights)
        for said in found if likely > _NOTHING else ():
            _add(counts, said, likely)
    return counts


def _likely(found: Iterable[Evidence], weights: Weights) -> float:
    odds = sum(said.bits for said in found) - weights.bars.prior
    return float(1 / (1 + 2.0 ** -max(-_SURE, min(_SURE, odds))))


def _add(counts: Counts, said: Evidence, much: float) -> None:
    levels = counts.setdefault(said.name, {})
    levels[said.word] = levels.get(said.word, 0.0) + much


def _plain(field: str, m: Mapping[str, float], u: Mapping[str, float], base: Weights) -> dict[str, float]:
    """The bits of the levels of a field whose values do not matter."""
    found = {}
    for word in base.words(field):
        bits, trust = _ratio(m, u, word, base.bits(field, word))
        found[word] = round(trust * bits + (1 - trust) * base.bits(field, word), 2)
    return found


def _most(share: float, default: float) -> float:
    return round(min(_LIMIT, log2(share / default)), 2)


def _by_value(
    field: str, m: Mapping[str, float], u: Mapping[str, float], base: Weights, default: float
) -> dict[str, float]:
    """The rule of a field that weighs by the rarity of what agrees: other levels are a share of "same"."""
    share = (m.get("same", 0.0) + LEAN * base.number(field, "share")) / (sum(m.values()) + LEAN)
    found = {"share": round(share, 4), "default": default, "most": _most(share, default)}
    same, _ = _ratio(m, u, "same", 0.0)
    for word in base.words(field):
        if word in ("different", "differs_woman"):
            bits, trust = _ratio(m, u, word, base.bits(field, word))
            found[word] = round(trust * bits + (1 - trust) * base.bits(field, word), 2)
        elif word != "same":
            bits, trust = _ratio(m, u, word, base.number(field, word) * same)
            part = max(0.0, min(1.0, bits / same)) if same > 0 else 0.0
            found[word] = round(trust * part + (1 - trust) * base.number(field, word), 3)
    return found


def _ratio(m: Mapping[str, float], u: Mapping[str, float], word: str, shipped_bits: float) -> tuple[float, float]:
    """log2(m / u) of a level, and how far it may be trusted: as far as it was seen oftener than the shipped weight,
    which counts as ``LEAN`` pairs more, lets it be seen in so many. A few are much of what is rare.
    """
    ours, by_chance = m.get(word, 0.0), (u.get(word, 0.0) + 0.5) / (sum(u.values()) + 1)
    bits = max(-_LIMIT, min(_LIMIT, log2((ours + 0.5) / (sum(m.values()) + 1) / by_chance)))
    if bits < 0:
        seen = max(ours, u.get(word, 0.0))
        return bits, seen / (seen + LEAN)
    return bits, ours / (ours + LEAN * min(1.0, by_chance * 2**shipped_bits))


def _values(mention: Mention) -> Iterator[tuple[str, str]]:
    for name in mention.names[:1]:
        if name.family:
            yield "family", max(name.family, key=len)
        if name.given and len(name.given[0]) > 1:
            yield "given", name.given[0]
    if mention.birth_place:
        yield "birth_place", mention.birth_place
    if mention.occupation:
        yield "occupation", mention.occupation


def _persons(contents: Mapping[str, Mention], entities: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How many persons bear each value."""
    seen = {(entities.get(item, item), *value) for item, mention in contents.items() for value in _values(mention)}
    counts: dict[str, Counter[str]] = {field: Counter() for field in _BY_VALUE}
    for _, field, value in seen:
        counts[field][value] += 1
    return counts


def _frequencies(counts: Mapping[str, Counter[str]]) -> dict[str, dict[str, float]]:
    """Of 1 how many persons bear a value, the shipped frequencies standing for some hundreds of persons."""
    known, found = shipped_frequencies(), {}
    for field, counted in counts.items():
        often = {value: n for value, n in counted.most_common(MOST_VALUES) if n > 1}
        listed = {**dict.fromkeys(known[field], 0), **often}
        persons = sum(counted.values()) + KNOWN
        found[field] = {
            value: float(f"{(n + KNOWN * known[field].get(value, 0.0)) / persons:.4g}")
            for value, n in sorted(listed.items())
        }
    return found


def _default(counted: Counter[str], before: float) -> float:
    """How frequent a value is that one person bears, or none that was seen."""
    return float(f"{(1 + KNOWN * before) / (sum(counted.values()) + KNOWN):.4g}")


def _bars(mentions: int, entities: Mapping[str, str], base: Weights) -> dict[str, float]:
    """The prior: as likely as not where the bits outweigh how few of all pairs are one person's."""
    sizes = Counter(entities.values()).values()
    expected = sum(size * (size - 1) / 2 for size in sizes) + 1
    prior = round(log2(mentions * (mentions - 1) / 2 / expected), 2)
    review = max(6.0, min(base.bars.stay, prior - (base.bars.even - base.bars.review)))
    return {"even": prior, "prior": prior, "review": round(review, 2)}


def put_in_force(connection: Connection, learnt: Learnt) -> None:
    """Keep what was learnt and judge by it from now on; all mentions are left for matching."""
    row = {"version": learnt.version, "kind": "person", "at": from_micros(learnt.at), "body": learnt.body}
    put(connection, LearntWeights, [row | {"in_force": True}])
    use(connection, learnt.version)


def use(connection: Connection, version: str | None) -> None:
    """Judge by ``version`` from now on, or by the shipped weights; all mentions are left for matching."""
    known = connection.execute(select(LearntWeights.version).where(LearntWeights.version == version)).scalar()
    if version is not None and known is None:
        raise NotLearnt(f"no weights {version!r} in the store; tocsin learn --list names them")
    connection.execute(
        update(LearntWeights)
        .where(LearntWeights.kind == "person")
        .values(in_force=LearntWeights.version == (version or ""))
    )
    refs = connection.execute(select(HeldMention.ref).distinct().order_by(HeldMention.ref)).scalars().all()
    leave_for(connection, "matching", refs)


def versions(connection: Connection) -> list[dict[str, Any]]:
    """The weights in the store, the newest first."""
    rows = connection.execute(select(LearntWeights).order_by(LearntWeights.at.desc(), LearntWeights.version))
    return [
        {"version": row.version, "in_force": row.in_force, "rests_on": row.body.get("rests_on", {})} for row in rows
    ]
