"""Pairs of mentions in doubt that one agency may know both sides of, and its people's word on them.

By pair and not by entity: whether two are one by now may rest on a report that is hidden.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, select
from sqlalchemy.orm import aliased

from schemas.agencies import Partnership
from schemas.tables import Judgement, Mention, Report
from streams.clusters.decisions import Refused, decide, undo
from streams.clusters.pairs import PIPELINE
from streams.outbox import owe
from streams.pipeline import wake
from streams.sharing.mentions import Named, columns, may_know, named, shown
from streams.sharing.sight import Sight, sight

Facts = dict[str, Any]
AFTER = ("matching", "issues", "sharing")


def doubts(connection: Connection, agency: str, most: int, *, partnership: Partnership) -> list[Facts]:
    """The strongest ``most`` that nobody has spoken of; a mention stands in one of them at most."""
    seen = sight(connection, partnership)
    found: list[tuple[tuple[Named, Named], float, list[Facts]]] = []
    taken: set[str] = set()
    with connection.execute(_asked(), execution_options={"yield_per": 200}) as rows:
        for row in rows:
            both = named(row, "one"), named(row, "other")
            if len(found) < most and taken.isdisjoint(one.item for one in both) and _known(seen, agency, row):
                taken |= {one.item for one in both}
                found.append((both, row.bits, list(row.evidence)))
    said = shown(connection, agency, [one for both, _, _ in found for one in both])
    return [
        {"a": said[one.item], "b": said[other.item], "bits": bits, "claims": claims}
        for (one, other), bits, claims in found
        if one.item in said and other.item in said
    ]


def pair(connection: Connection, agency: str, a: str, b: str, *, partnership: Partnership) -> Facts | None:
    """What the rules make of a pair that the agency may know; nothing of any other."""
    row = connection.execute(_pair(*sorted((a, b)))).first()
    if row is None or not _known(sight(connection, partnership), agency, row):
        return None
    return {"bits": row.bits, "claims": list(row.evidence)}


def settle(connection: Connection, agency: str, word: Mapping[str, Any], *, partnership: Partnership) -> str:
    """Take somebody's word (``a``, ``b``, ``verdict``, ``by``, ``why``, ``at``) on a pair their agency may know.

    A verdict of ``undo`` takes their own last word back. Empty: it is taken; else why it is not.
    """
    a, b = sorted((str(word["a"]), str(word["b"])))
    row = connection.execute(_pair(a, b)).first()
    if row is None or not _known(sight(connection, partnership), agency, row):
        return "there is no such pair"
    try:
        _act(connection, a, b, word)
    except Refused as why:
        return str(why)
    owe(connection, wake(AFTER))
    return ""


def _act(connection: Connection, a: str, b: str, word: Mapping[str, Any]) -> None:
    by, why, at = str(word["by"]), str(word["why"]), word["at"]
    assert isinstance(at, datetime)  # noqa: S101 - the page's own clock
    if word["verdict"] == "undo":
        theirs = (Judgement.kind == "person", Judgement.a == a, Judgement.b == b, Judgement.judge == by)
        if connection.execute(select(Judgement.a).where(*theirs, Judgement.undone.is_(False))).first() is None:
            raise Refused("you have said nothing of these two that stands")
        undo(connection, "person", a, b, by, why, at)
    else:
        decide(connection, "person", a, b, str(word["verdict"]), by, why, at)


def _known(seen: Sight, agency: str, row: Any) -> bool:
    return may_know(seen, agency, named(row, "one")) and may_know(seen, agency, named(row, "other"))


def _both() -> Any:
    one, other, first, second = aliased(Mention), aliased(Mention), aliased(Report), aliased(Report)
    return (
        select(Judgement.bits, Judgement.evidence, *columns(one, first, "one"), *columns(other, second, "other"))
        .join(one, one.id == Judgement.a)
        .join(first, first.ref == one.ref)
        .join(other, other.id == Judgement.b)
        .join(second, second.ref == other.ref)
        .where(Judgement.kind == "person", first.status == "accepted", second.status == "accepted")
    )


def _asked() -> Any:
    people = aliased(Judgement)
    spoken = exists().where(
        people.kind == Judgement.kind,
        people.a == Judgement.a,
        people.b == Judgement.b,
        people.judge != PIPELINE,
        people.undone.is_(False),
    )
    wanted = (Judgement.judge == PIPELINE, Judgement.verdict == "review", Judgement.undone.is_(False), ~spoken)
    return _both().where(*wanted).order_by(Judgement.bits.desc(), Judgement.a, Judgement.b)


def _pair(a: str, b: str) -> Any:
    return _both().where(Judgement.a == a, Judgement.b == b, Judgement.judge == PIPELINE)
