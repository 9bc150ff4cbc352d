"""What would change an entity: a fact left out of one of its mentions, by the same rules that made it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sqlalchemy import Connection

from streams.clusters.agglomerate import Pair, agglomerate
from streams.clusters.kinds import Kind
from streams.matching.people.person import Mention

# What a mention may go without, by what people call it. Without a name there is little left to speak of.
FACTS = {
    "birth": "date of birth",
    "ages": "age",
    "identifiers": "identifiers",
    "phones": "telephone number",
    "emails": "e-mail address",
    "address": "address",
    "birth_place": "place of birth",
    "occupation": "occupation",
    "local": "agency's own number",
    "sex": "sex",
    "company": "names of the others in the report",
}
MOST = 15  # mentions of an entity for which each fact is tried: it is clustered anew for each, about a second in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Without ``fact`` in any one of ``without``, ``leave`` would be apart from the rest.

    ``bits`` are those of the best link that would be left between the two sides, ``lacks`` says why it is too little.
    """

    fact: str
    without: tuple[str, ...]
    leave: tuple[str, ...]
    bits: float
    lacks: str


def changes(connection: Connection, kind: Kind[Any], items: Collection[str], pairs: Collection[Pair]) -> list[Change]:
    """The facts whose absence would part the entity of ``items``, those that part the most first."""
    if kind.name != "person" or not 1 < len(items) <= MOST:
        return []
    mentions = dict(kind.load(connection, items))
    found: dict[tuple[str, tuple[str, ...]], Change] = {}
    for item, fact in ((item, fact) for item in sorted(mentions) for fact in FACTS):
        change = _without(kind, mentions, items, pairs, item, fact)
        if change is not None:
            before = found.get((change.fact, change.leave))
            found[change.fact, change.leave] = (
                replace(change, without=before.without + change.without) if before else change
            )
    return sorted(found.values(), key=lambda change: (-len(change.leave), change.bits, change.fact, change.leave))


def _without(
    kind: Kind[Any],
    mentions: Mapping[str, Mention],
    items: Collection[str],
    pairs: Collection[Pair],
    item: str,
    fact: str,
) -> Change | None:
    nothing: dict[str, Any] = {fact: _DEFAULTS.get(fact)}
    if fact not in _DEFAULTS or getattr(mentions[item], fact) == nothing[fact]:
        return None
    changed = {**mentions, item: replace(mentions[item], **nothing)}
    bits_between = kind.bits
    then = list(_judged_again(kind, changed, pairs, item))
    parts = agglomerate(
        items,
        then,
        kind.bars.stay,
        lambda a, b: kind.never(changed[a], changed[b]),
        bits_between and (lambda a, b: round(bits_between(changed[a], changed[b]), 2)),
    )
    if len(parts) == 1:
        return None
    stays = max(parts, key=len)
    leave = tuple(sorted(set(items) - set(stays)))
    left = [pair for pair in then if (pair.a in leave) != (pair.b in leave)]
    best = max(left, key=lambda pair: pair.bits, default=None)
    lacks = _lacks(kind, best)
    return Change(fact=FACTS[fact], without=(item,), leave=leave, bits=best.bits if best else 0.0, lacks=lacks)


def _lacks(kind: Kind[Any], best: Pair | None) -> str:
    """Why the best link between two sides is too little to make them one."""
    if best is None:
        return "no link worth keeping"
    if best.bits < kind.bars.join:
        return f"{best.bits:.1f} bits at best, under the {kind.bars.join:g} that a link needs"
    if best.verdict == "review":
        return f"{best.bits:.1f} bits at best, but not of the kinds that a link needs"
    return f"less than {kind.bars.stay:g} bits a pair over all pairs"


def _judged_again(kind: Kind[Any], mentions: Mapping[str, Mention], pairs: Iterable[Pair], item: str) -> Iterator[Pair]:
    """The pairs as they would be judged with ``mentions``; what people said of one stays."""
    for pair in pairs:
        if item not in (pair.a, pair.b) or pair.verdict in ("told", "barred"):
            yield pair
            continue
        verdict = kind.judge(mentions[pair.a], mentions[pair.b])
        word = verdict and kind.verdict(verdict)
        if verdict and word:
            yield pair._replace(bits=round(verdict.bits, 2), verdict=word)


_DEFAULTS = {field.name: field.default for field in fields(Mention)}
