"""An explanation of an entity: what ties it, what people said, what was left apart, what would change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from streams.matching.said import Said
from streams.matching.whatif import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a person said of a pair: who, when, what and why."""

    judge: str
    at: datetime
    verdict: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A pair with its evidence, and what people said of it. ``verdict``: same, review, or by people told or barred.

    ``probability`` that it is right, where it was measured by which to say so.
    """

    a: str
    b: str
    bits: float
    probability: float | None
    verdict: str
    rule: str
    evidence: tuple[Mapping[str, Any], ...]
    people: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftApart:
    """A link to an item of another entity, and why the two are not one."""

    link: Link
    entity: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """``asked`` is the id that was asked for, which may have become ``entity``.

    ``ties`` are the strongest links that hold it together, ``others`` the rest; ``account`` tells it in sentences.
    """

    kind: str
    asked: str
    entity: str
    members: tuple[Said, ...]
    ties: tuple[Link, ...]
    others: tuple[Link, ...]
    apart: tuple[LeftApart, ...]
    changes: tuple[Change, ...]
    outside: Mapping[str, Said]
    account: tuple[str, ...] = ()


def as_facts(found: Explanation) -> dict[str, Any]:
    """An explanation as plain values, for programs."""
    names = {said_.item: said_.name for said_ in (*found.members, *found.outside.values())}
    return {
        "kind": found.kind,
        "asked": found.asked,
        "entity": found.entity,
        "account": list(found.account),
        "members": [
            {"item": member.name, "reported_at": _iso(member.reported_at), "facts": dict(member.facts)}
            for member in found.members
        ],
        "links": [_link_facts(link, names) | {"tie": True} for link in found.ties]
        + [_link_facts(link, names) | {"tie": False} for link in found.others],
        "apart": [_link_facts(left.link, names) | {"entity": left.entity, "why": left.why} for left in found.apart],
        "changes": [
            {
                "fact": change.fact,
                "without": [names[item] for item in change.without],
                "leave": [names[item] for item in change.leave],
                "bits": round(change.bits, 2),
                "lacks": change.lacks,
            }
            for change in found.changes
        ],
    }


def _link_facts(link: Link, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "a": names.get(link.a, link.a),
        "b": names.get(link.b, link.b),
        "bits": link.bits,
        "probability": link.probability,
        "verdict": link.verdict,
        "rule": link.rule,
        "evidence": [dict(claim) for claim in link.evidence],
        "people": [
            {"by": word.judge, "at": _iso(word.at), "verdict": word.verdict, "why": word.why} for word in link.people
        ],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
