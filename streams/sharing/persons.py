"""The person of a copy: the mentions its reports make, what ties them, and what was left apart, as its reader may know.

Found from the mentions that the reader may know and the pairs between those alone: which entity the store has them in
may rest on a report that is hidden.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, or_, select
from sqlalchemy.orm import aliased

from schemas.agencies import Partnership
from schemas.tables import Judgement, Mention, Report
from streams.clusters.pairs import PIPELINE
from streams.clusters.sets import among
from streams.sharing.mentions import Named, columns, may_know, named, shown
from streams.sharing.sight import Sight, sight

MOST_APART = 12
ONE = ("same", "told")
JUDGED = (Judgement.a, Judgement.b, Judgement.judge, Judgement.verdict, Judgement.bits, Judgement.evidence)
Facts = dict[str, Any]


def person_of(connection: Connection, agency: str, copy: Mapping[str, Any], *, partnership: Partnership) -> Facts:
    """``members``, the ``ties`` that hold them, how many ``others`` agree too, and the pairs left ``apart``."""
    seen = sight(connection, partnership)
    mentions = _mentions(connection, agency, [str(ref) for ref in copy.get("evidence") or ()], seen)
    pairs = _pairs(connection, agency, mentions, seen)
    inside = [pair for pair in pairs if {pair["a"], pair["b"]} <= mentions.keys()]
    members = _largest(mentions, inside)
    held = [pair for pair in inside if {pair["a"], pair["b"]} <= members and pair["verdict"] in ONE]
    ties = spanning(held)
    also, apart = outside(pairs, members)
    near = {one.item: one for pair in apart for one in pair["both"]}
    said = shown(connection, agency, {**mentions, **near}.values())
    return {
        "members": sorted((said[item] for item in members if item in said), key=lambda one: one["reported_at"]),
        "ties": [_link(pair, said) for pair in ties],
        "others": len(held) - len(ties),
        "also": sorted({one.telling.ref for pair in also for one in pair["both"] if one.item not in members}),
        "apart": [_link(pair, said) for pair in apart if {pair["a"], pair["b"]} <= said.keys()],
    }


def _mentions(connection: Connection, agency: str, refs: Collection[str], seen: Sight) -> dict[str, Named]:
    rows = connection.execute(
        select(*columns(Mention, Report, "one"))
        .join(Report, Report.ref == Mention.ref)
        .where(among(connection, Mention.ref, refs), Report.status == "accepted")
    )
    found = (named(row, "one") for row in rows)
    return {one.item: one for one in found if may_know(seen, agency, one)}


def _pairs(connection: Connection, agency: str, mentions: Mapping[str, Named], seen: Sight) -> list[Facts]:
    """The pairs of the mentions with any that may be known, the strongest first, with what people said of them."""
    one, other, first, second = aliased(Mention), aliased(Mention), aliased(Report), aliased(Report)
    rows = connection.execute(
        select(*JUDGED, *columns(one, first, "one"), *columns(other, second, "other"))
        .join(one, one.id == Judgement.a)
        .join(first, first.ref == one.ref)
        .join(other, other.id == Judgement.b)
        .join(second, second.ref == other.ref)
        .where(
            Judgement.kind == "person",
            Judgement.undone.is_(False),
            or_(among(connection, Judgement.a, mentions), among(connection, Judgement.b, mentions)),
            first.status == "accepted",
            second.status == "accepted",
        )
    )
    found: dict[tuple[str, str], Facts] = {}
    for row in rows:
        both = named(row, "one"), named(row, "other")
        if all(may_know(seen, agency, each) for each in both):
            _add(found, both, row)
    return sorted(found.values(), key=lambda pair: (-pair["bits"], pair["a"], pair["b"]))


def _add(found: dict[tuple[str, str], Facts], both: tuple[Named, Named], judged: Any) -> None:
    empty: Facts = {
        "a": judged.a,
        "b": judged.b,
        "bits": 0.0,
        "verdict": "none",
        "claims": [],
        "people": [],
        "both": both,
    }
    pair = found.setdefault((judged.a, judged.b), empty)
    if judged.judge == PIPELINE:
        pair |= {"bits": judged.bits or 0.0, "claims": list(judged.evidence)}
        pair["verdict"] = judged.verdict if pair["verdict"] == "none" else pair["verdict"]
    else:
        pair["people"].append(judged.verdict)
        pair["verdict"] = {"same": "told", "never": "barred"}.get(judged.verdict, pair["verdict"])


def _largest(mentions: Mapping[str, Named], pairs: Iterable[Facts]) -> set[str]:
    """The mentions that hang together in the most reports: a copy about a person rests on reports that name them."""
    group = {item: {item} for item in mentions}
    for pair in pairs:
        if pair["verdict"] in ONE and group[pair["a"]] is not group[pair["b"]]:
            whole = group[pair["a"]] | group[pair["b"]]
            group |= dict.fromkeys(whole, whole)
    reports = {item: len({mentions[one].telling.ref for one in some}) for item, some in group.items()}
    return group[min(reports, key=lambda item: (-reports[item], item))] if group else set()


def outside(pairs: Iterable[Facts], members: Collection[str]) -> tuple[list[Facts], list[Facts]]:
    """The strongest pair with each item beside ``members``: those that are taken for the same, and those left apart."""
    strongest: dict[str, Facts] = {}
    for pair in pairs:
        (other, *rest) = {pair["a"], pair["b"]} - set(members) or {""}
        if not rest and other and pair["verdict"] != "none":
            held = strongest.setdefault(other, pair)
            strongest[other] = pair if pair["verdict"] in ONE and held["verdict"] not in ONE else held
    also = [pair for pair in strongest.values() if pair["verdict"] in ONE]
    return also, [pair for pair in strongest.values() if pair["verdict"] not in ONE][:MOST_APART]


def spanning(pairs: Sequence[Facts]) -> list[Facts]:
    """The strongest pairs that hold all together, none of them more than it takes."""
    group: dict[str, set[str]] = {}
    kept = []
    for pair in pairs:
        one, other = group.setdefault(pair["a"], {pair["a"]}), group.setdefault(pair["b"], {pair["b"]})
        if one is not other:
            kept.append(pair)
            group |= dict.fromkeys(one | other, one | other)
    return kept


def _link(pair: Facts, said: Mapping[str, Mapping[str, Any]]) -> Facts:
    return {
        "a": said.get(pair["a"]),
        "b": said.get(pair["b"]),
        "bits": pair["bits"],
        "verdict": pair["verdict"],
        "claims": pair["claims"],
        "people": pair["people"],
    }
