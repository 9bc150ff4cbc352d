"""How crowded it is here, kept in the store: so many bits more are asked that few of the joins are expected wrong.

Where many pairs stand just under what they need, many that have it are strangers too. Counted of the first pairs in the
order of time, so that it turns seldom and is a function of the reports; and only of those that all may know who are
told all. Of a pair that others may know besides (its circle), only by those that all of them may know.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Connection, Text, bindparam, delete, func, literal, select, true

from schemas.tables import Crowd, Judgement, from_micros
from streams.clusters.kinds import Asked, Verdict, Verdicts
from streams.clusters.sets import micros
from streams.dedupe.rules import RULES
from streams.driver import ask
from streams.matching.circles import circles, common, names_in
from streams.matching.openly import open_refs
from streams.statements import Statement
from streams.store import put

_KIND = "incident"
_RULE, _JOIN = RULES["loose"]["crowd"], float(RULES["bars"]["join"])
_FIRST: list[int] = _RULE["first"]
_NEAR = float(_RULE["near"])
_OWN: float | None = None if _RULE["more"] == "counted" else float(_RULE["more"])
_ROUNDED = 0.01  # bits are kept rounded


class _Pair(NamedTuple):
    at: int
    a: str
    b: str
    bits: float
    needs: float


class Here:
    """What is asked here of pairs, as it was last counted; by the circle of those who may know both."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: Mapping[str, Any] | None = None

    @property
    def _rows(self) -> Mapping[str, Any]:
        if self._kept is None:
            self._kept = {row.circle: row for row in _KEPT(self._connection)}
        return self._kept

    def circle(self, *refs: str) -> str:
        """Who may know each of some reports, of those not told all."""
        return common(circles(self._connection, refs).values())

    def more(self, circle: str) -> float:
        """The bits that are asked beyond what a pair of that circle needs."""
        if _OWN is not None:
            return _OWN
        return float(self._rows[circle].more) if circle in self._rows else 0.0

    def in_words(self, circle: str) -> str:
        """Why more is asked of a pair of that circle; nothing where it is not."""
        if _OWN is not None:
            return str(RULES["doubt"]["own"]).format(more=_OWN) if _OWN else ""
        row = self._rows.get(circle)
        if row is None or not row.more:
            return ""
        return str(RULES["doubt"]["crowd"]).format(
            more=row.more,
            pairs=row.pairs,
            under=row.under,
            over=row.over,
            wrong=_RULE["wrong"] * row.under / max(1, row.over),
        )

    def ask(self, said: Verdicts) -> Verdicts:
        """The verdicts, with what is asked of the pairs that are near what they need or have it."""
        near = {pair: verdict for pair, verdict in said.items() if _is_near(verdict)}
        if not near:
            return said
        refs = {ref for pair in near for ref in pair}
        drawn, openly = circles(self._connection, refs), open_refs(self._connection, refs)
        counted = {ref for ref in openly if drawn[ref].counted}
        asked: dict[tuple[str, str], Verdict] = {}
        for pair, verdict in near.items():
            circle = common(drawn[ref] for ref in pair)
            what = Asked(more=self.more(circle), circle=circle, counts=counted.issuperset(pair))
            asked[pair] = replace(verdict, asked=what)
        return {**said, **asked}


def _is_near(said: Verdict) -> bool:
    return said.needs is not None and round(said.bits, 2) >= _NEAR


def more(under: int, over: int) -> float:
    """The bits that are asked beyond what a pair needs, where so many fall short of it and so many have it."""
    return max((step["more"] for step in _RULE["steps"] if under and under >= step["from"] * over), default=0.0)


def count(connection: Connection, since: int | None) -> frozenset[str]:
    """Count anew where pairs judged ``since`` bear on it; the reports of those that are judged otherwise now."""
    if since is None:
        return frozenset()
    was, now = {row.circle: row for row in _KEPT(connection)}, _circles(connection)
    for circle in was.keys() - set(now):
        _FORGET(connection, circle=circle)
    found: set[str] = set()
    for circle in now:
        row = was.get(circle)
        wider = [other for other in now if names_in(other) >= names_in(circle)]
        if not _bears(connection, row, since, wider):
            continue
        before, after = row.more if row is not None else 0.0, _counted(connection, circle, wider)
        if before != after and _OWN is None:
            found |= _between(connection, circle, *sorted((before, after)))
    return frozenset(found)


def _counted(connection: Connection, circle: str, wider: Iterable[str]) -> float:
    """Write down what the first pairs that a circle may know come to; the bits that are asked by it."""
    few = _first(connection, wider)
    if not few:
        _FORGET(connection, circle=circle)
        return 0.0
    over = sum(pair.bits >= max(pair.needs, _JOIN) for pair in few)
    under = sum(pair.needs > 0 and pair.bits < pair.needs for pair in few)
    row = {"kind": _KIND, "circle": circle, "pairs": len(few), "under": under, "over": over, "more": more(under, over)}
    put(connection, Crowd, [row | {"last_at": from_micros(few[-1].at)}])
    return more(under, over)


_KEPT = Statement(
    lambda _: select(
        Crowd.circle, Crowd.under, Crowd.over, Crowd.more, micros(Crowd.last_at).label("last_at"), Crowd.pairs
    ).where(Crowd.kind == _KIND)
)
_FORGET = Statement(lambda _: delete(Crowd).where(Crowd.kind == _KIND, Crowd.circle == bindparam("circle")))


def _circles(connection: Connection) -> list[str]:
    """The circles that pairs have."""
    return [circle for (circle,) in ask(connection, _CIRCLES, ()) if circle is not None]


# From one circle to the next, not pair by pair.
_CIRCLES = """
    with recursive seen (circle) as (
        select min(circle) from judgement where circle is not null
        union all
        select (select min(j.circle) from judgement j where j.circle > seen.circle) from seen
        where seen.circle is not null
    )
    select circle from seen
"""


def _bears(connection: Connection, was: Any, since: int, wider: Iterable[str]) -> bool:
    """Whether a pair judged since then is among the first, or there are enough for more to be asked."""
    if was is not None and since <= was.last_at:
        return True
    wanted = next((first for first in _FIRST if was is None or first > was.pairs), None)
    if wanted is None:
        return False
    return sum(int(_HOW_MANY(connection, circle=circle, most=wanted).scalar_one()) for circle in wider) >= wanted


def _first(connection: Connection, wider: Iterable[str]) -> list[_Pair]:
    """The first so many pairs."""
    found = list(islice(_in_order(connection, wider, _FIRST[-1]), _FIRST[-1]))
    return found[: max((first for first in _FIRST if first <= len(found)), default=0)]


def _in_order(connection: Connection, wider: Iterable[str], most: int) -> Iterator[_Pair]:
    """The pairs of some circles that count, in the order of time, ``most`` of each."""
    each = (_OF_CIRCLE(connection, circle=circle, most=most) for circle in wider)
    return merge(*([_Pair(at, a, b, bits or 0.0, needs or 0.0) for at, a, b, bits, needs in rows] for rows in each))


_COUNT = (Judgement.circle == bindparam("circle", type_=Text), Judgement.counts == true())
_OF_CIRCLE = Statement(
    lambda _: (
        select(micros(Judgement.at), Judgement.a, Judgement.b, Judgement.bits, Judgement.needs)
        .where(*_COUNT)
        .order_by(Judgement.at, Judgement.a, Judgement.b)
        .limit(bindparam("most"))
    )
)
_HOW_MANY = Statement(
    lambda _: select(func.count()).select_from(
        select(literal(1)).select_from(Judgement).where(*_COUNT).limit(bindparam("most")).subquery()
    )
)


def _between(connection: Connection, circle: str, least: float, most: float) -> frozenset[str]:
    """The reports of a circle's pairs that have what they need with so many bits more, and not with ``most``."""
    beyond = Judgement.bits - Judgement.needs
    rows = connection.execute(
        select(Judgement.a, Judgement.b).where(
            Judgement.circle == circle, Judgement.needs > 0, beyond >= least - _ROUNDED, beyond < most + _ROUNDED
        )
    )
    return frozenset(ref for pair in rows for ref in pair)
