"""Why an entity is what it is, read from the pairs that were kept and what people said of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from math import floor
from typing import Any

from sqlalchemy import Connection, select

from schemas.tables import EntityAlias, Judgement, Member
from streams.clusters.agglomerate import Pair
from streams.clusters.kinds import Kind
from streams.clusters.pairs import PIPELINE, around
from streams.clusters.rivals import rival
from streams.clusters.sets import among
from streams.matching.explained import Explanation, LeftApart, Link, Word
from streams.matching.said import Said, said
from streams.matching.whatif import changes


def explain(connection: Connection, kind: Kind[Any], asked: str) -> Explanation | None:
    """The explanation of an entity by its id or one it once had; None where there is none."""
    entity = _current(connection, kind.name, asked)
    items = _items_of(connection, kind.name, entity)
    if not items:
        return None
    links = _links(connection, kind, items)
    inside = [link for link in links if {link.a, link.b} <= items]
    ties = _spanning(inside)
    others = {end for link in links for end in (link.a, link.b)} - items
    outside = said(connection, kind.name, others)
    apart = _left_apart(connection, kind, items, links, outside)
    return Explanation(
        kind=kind.name,
        asked=asked,
        entity=entity,
        members=tuple(sorted(said(connection, kind.name, items).values(), key=lambda s: (s.reported_at, s.name))),
        ties=tuple(ties),
        others=tuple(link for link in inside if link not in ties),
        apart=tuple(apart),
        changes=tuple(changes(connection, kind, items, [_pair(link) for link in inside])),
        outside=outside,
    )


def _current(connection: Connection, kind: str, asked: str) -> str:
    new = connection.execute(
        select(EntityAlias.new).where(EntityAlias.kind == kind, EntityAlias.old == asked)
    ).scalar_one_or_none()
    return new or asked


def _items_of(connection: Connection, kind: str, entity: str) -> set[str]:
    return set(connection.execute(select(Member.item).where(Member.kind == kind, Member.entity == entity)).scalars())


def _links(connection: Connection, kind: Kind[Any], items: Collection[str]) -> list[Link]:
    """Every pair that touches ``items``, the strongest first."""
    rows: dict[tuple[str, str], list[Any]] = {}
    for end in (Judgement.a, Judgement.b):
        found = connection.execute(
            select(*Judgement.__table__.columns).where(
                Judgement.kind == kind.name, among(connection, end, items), Judgement.undone.is_(False)
            )
        )
        for row in found:
            if row not in rows.setdefault((row.a, row.b), []):
                rows[row.a, row.b].append(row)
    links = [_link(kind, pair, rows[pair.a, pair.b]) for pair in around(connection, kind.name, items)]
    return sorted(links, key=lambda link: (link.verdict != "told", -link.bits, link.a, link.b))


def _link(kind: Kind[Any], pair: Pair, rows: Sequence[Any]) -> Link:
    words = [Word(judge=r.judge, at=r.at, verdict=r.verdict, why=r.why or "") for r in rows if r.judge != PIPELINE]
    ours = next((row for row in rows if row.judge == PIPELINE), None)
    return Link(
        a=pair.a,
        b=pair.b,
        bits=pair.bits,
        probability=round(kind.likely(pair.bits), 6) if kind.likely else None,
        verdict=pair.verdict,
        rule=ours.rule if ours else "",
        evidence=tuple(ours.evidence) if ours else (),
        people=tuple(sorted(words, key=lambda word: (word.at, word.judge))),
    )


def _pair(link: Link) -> Pair:
    return Pair(a=link.a, b=link.b, bits=link.bits, verdict=link.verdict)


def _spanning(links: Iterable[Link]) -> list[Link]:
    """The strongest links that hold the items of ``links`` together, none of them more than it takes."""
    group: dict[str, set[str]] = {}
    kept = []
    for link in links:
        one, other = group.setdefault(link.a, {link.a}), group.setdefault(link.b, {link.b})
        if link.verdict in ("same", "told") and one is not other:
            kept.append(link)
            one |= other
            group.update(dict.fromkeys(one, one))
    return kept


def _left_apart(
    connection: Connection, kind: Kind[Any], items: Collection[str], links: Sequence[Link], outside: Mapping[str, Said]
) -> Iterable[LeftApart]:
    """The links to other entities that stand open or were barred, the strongest to each first, with why."""
    for link in links:
        other = link.b if link.a in items else link.a
        if other not in items and other in outside and link.verdict != "none":
            entity = outside[other].entity
            yield LeftApart(link=link, entity=entity, why=_why_apart(connection, kind, items, link, entity))


def _why_apart(connection: Connection, kind: Kind[Any], items: Collection[str], link: Link, entity: str) -> str:
    if link.verdict == "barred":
        last = link.people[-1]
        return f"{last.judge} said that they are two: {last.why}"
    if link.bits < kind.bars.join:
        under = floor(link.bits * 10) / 10  # 14.46 are not 14.5 that are under 14.5
        return f"{under:g} bits are under the {kind.bars.join:g} that a join by itself needs."
    if link.verdict == "review":
        if why := doubt_of(connection, kind, link.a, link.b):
            return f"{link.bits:.1f} bits would be enough, but people are asked. {why}"
        return "The bits are enough, but not of the kinds that a join by itself needs, or something contradicts."
    if why := _rivalry(connection, kind, link.a, link.b):
        return f"The bits are enough, but people are asked. {why}"
    theirs = _items_of(connection, kind.name, entity)
    contents = kind.load(connection, {*items, *theirs})
    two = next(((a, b) for a, b in _both(items, theirs, contents) if kind.never(contents[a], contents[b])), None)
    if two is not None:
        rule = kind.forbids(contents[two[0]], contents[two[1]]) if kind.forbids else ""
        return f"A rule says of two of the mentions that they can never be one. {rule}".strip()
    return f"Over all pairs between the two it comes to less than the {kind.bars.stay:g} bits a pair that it takes."


def doubt_of(connection: Connection, kind: Kind[Any], a: str, b: str) -> str:
    """Why two items are left to people, whatever the bits, as far as the kind can say."""
    if kind.doubt is None:
        return ""
    contents = kind.load(connection, (a, b))
    doubt = kind.doubt(contents[a], contents[b]) if a in contents and b in contents else ""
    return doubt or _rivalry(connection, kind, a, b)


def _rivalry(connection: Connection, kind: Kind[Any], a: str, b: str) -> str:
    """Which other stands in the way of two, where one does."""
    if kind.rivals is None:
        return ""
    near: dict[str, list[Pair]] = {a: [], b: []}
    for pair in around(connection, kind.name, (a, b)):
        for end in (pair.a, pair.b):
            if end in near:
                near[end].append(pair)
    two = next((pair for pair in near[a] if {pair.a, pair.b} == {a, b}), None)
    third = rival(two, near, kind.rivals) if two is not None and two.open else ""
    return f"{third} fits about as well, and at most one of them is likely right." if third else ""


def _both(items: Collection[str], theirs: Collection[str], contents: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Every item of one with every item of the other, of those that are still told of."""
    return ((a, b) for a in sorted(items) for b in sorted(theirs) if a in contents and b in contents)
