"""How crowded it is here, kept in the store: so many bits more are asked that few of the joins are expected wrong.

Where many pairs stand just under what they need, many that have it are strangers too. Counted of the first pairs in the
order of time, so that it turns seldom and is a function of the reports; and only of those that all may know who are
told all.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, delete, func, select

from schemas.tables import Crowd, Judgement, from_micros
from streams.clusters.sets import micros
from streams.dedupe.rules import RULES
from streams.matching.openly import counted_refs
from streams.store import put

_KIND = "incident"
_RULE, _JOIN = RULES["loose"]["crowd"], float(RULES["bars"]["join"])
_FIRST: list[int] = _RULE["first"]
_NEAR = float(_RULE["near"])
_OWN: float | None = None if _RULE["more"] == "counted" else float(_RULE["more"])
_ROUNDED = 0.01  # bits are kept rounded


def asked(connection: Connection) -> float:
    """The bits that are asked here beyond what a pair needs."""
    if _OWN is not None:
        return _OWN
    return connection.execute(select(Crowd.more).where(Crowd.kind == _KIND)).scalar_one_or_none() or 0.0


def in_words(connection: Connection) -> str:
    """Why more is asked here; nothing where it is not."""
    if _OWN is not None:
        return str(RULES["doubt"]["own"]).format(more=_OWN) if _OWN else ""
    row = _kept(connection)
    if row is None or not row.more:
        return ""
    return str(RULES["doubt"]["crowd"]).format(
        more=row.more,
        pairs=row.pairs,
        under=row.under,
        over=row.over,
        wrong=_RULE["wrong"] * row.under / max(1, row.over),
    )


def more(under: int, over: int) -> float:
    """The bits that are asked beyond what a pair needs, where so many fall short of it and so many have it."""
    return max((step["more"] for step in _RULE["steps"] if under and under >= step["from"] * over), default=0.0)


def count(connection: Connection, since: int | None) -> frozenset[str]:
    """Count anew where pairs judged ``since`` bear on it; the reports of those that are judged otherwise now."""
    was = _kept(connection)
    if since is None or not _bears(connection, was, since):
        return frozenset()
    before, now = was.more if was else 0.0, _counted(connection)
    return frozenset() if now == before or _OWN is not None else _between(connection, *sorted((before, now)))


def _counted(connection: Connection) -> float:
    """Write down what the first pairs come to; the bits that are asked by it."""
    few, last = _first(connection)
    if not few:
        connection.execute(delete(Crowd).where(Crowd.kind == _KIND))
        return 0.0
    over = sum(bits >= max(needs, _JOIN) for bits, needs in few)
    under = sum(needs > 0 and bits < needs for bits, needs in few)
    row = {"kind": _KIND, "pairs": len(few), "under": under, "over": over, "more": more(under, over)}
    put(connection, Crowd, [row | {"last_at": from_micros(last)}])
    return more(under, over)


def _kept(connection: Connection) -> Any:
    columns = (Crowd.under, Crowd.over, Crowd.more, micros(Crowd.last_at).label("last_at"), Crowd.pairs)
    return connection.execute(select(*columns).where(Crowd.kind == _KIND)).one_or_none()


def _bears(connection: Connection, was: Any, since: int) -> bool:
    """Whether a pair judged since then is among the first, or there are enough for more to be asked."""
    if was is not None and since <= was.last_at:
        return True
    wanted = next((first for first in _FIRST if was is None or first > was.pairs), None)
    return wanted is not None and connection.execute(select(func.count()).where(*_COUNTS)).scalar_one() >= wanted


_COUNTS = (Judgement.needs.is_not(None), Judgement.bits >= _NEAR)


def _first(connection: Connection) -> tuple[list[tuple[float, float]], int]:
    """The bits and needs of the first so many pairs, and the time of the last of them."""
    found: list[tuple[int, float, float]] = []
    for at, bits, needs in _openly(connection):
        found.append((at, bits, needs))
        if len(found) == _FIRST[-1]:
            break
    few = max((first for first in _FIRST if first <= len(found)), default=0)
    return [(bits, needs) for _, bits, needs in found[:few]], found[few - 1][0] if few else 0


def _openly(connection: Connection) -> Iterator[tuple[int, float, float]]:
    """The pairs in the order of time of which all who are told all may know both reports."""
    page, at = _FIRST[-1], 0
    query = (
        select(Judgement.a, Judgement.b, micros(Judgement.at), Judgement.bits, Judgement.needs)
        .where(*_COUNTS)
        .order_by(Judgement.at, Judgement.a, Judgement.b)
    )
    while rows := connection.execute(query.limit(page).offset(at)).all():
        openly = counted_refs(connection, {ref for a, b, *_ in rows for ref in (a, b)})
        for a, b, when, bits, needs in rows:
            if a in openly and b in openly:
                yield when, float(bits or 0), float(needs or 0)
        at += page


def _between(connection: Connection, least: float, most: float) -> frozenset[str]:
    """The reports of the pairs that have what they need with so many bits more, and not with as many as ``most``."""
    beyond = Judgement.bits - Judgement.needs
    rows = connection.execute(
        select(Judgement.a, Judgement.b).where(
            *_COUNTS, Judgement.needs > 0, beyond >= least - _ROUNDED, beyond < most + _ROUNDED
        )
    )
    return frozenset(ref for pair in rows for ref in pair)
