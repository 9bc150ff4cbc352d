"""What people write freely, wherever it is kept: to be found in, to be let go of, and taken out for good.

``where`` names one place of it, for people to type: ``work:``, ``said:``, ``asking:``, ``decision:``, ``hold:``,
``review:``, ``log:`` or ``wish:``, and its id. What the log says of records is no such words; the reasons beside it
are.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from schemas.identity import identity
from schemas.tables import Access, Audit, AuditWords, Hold, Judgement, Review, Said, Subscription
from streams.clusters.pairs import PIPELINE
from streams.keeping.work_words import ERASED, Words, flat, take_words_out, work_words

OF_SAID = ("reason", "task", "outcome")  # of an analyst's judgement of an alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Words that somebody wrote: where they stand, of what kind, whose they are, when, and what they say by field."""

    where: str
    kind: str
    by: str  # the agency, or whoever wrote it where no agency is kept with it
    at: datetime
    words: Words


@dataclass(frozen=True, slots=True)
class _Place:
    read: Callable[[Connection], Iterator[Written]]
    take_out: Callable[[Connection, str], bool]


def written(connection: Connection) -> Iterator[Written]:
    """All that people wrote and that is kept, with what it said before it was changed."""
    for place in _PLACES.values():
        yield from place.read(connection)


def redact(connection: Connection, where: str) -> bool:
    """Take all words out of one place, as if it had never said otherwise; whether there is such a place."""
    place, _, id = where.partition(":")
    return place in _PLACES and _PLACES[place].take_out(connection, id)


def say_no_more(connection: Connection, id: str, body: Mapping[str, Any]) -> None:
    """Keep of an analyst's judgement that it was made, and none of its words."""
    kept = {name: value for name, value in body.items() if name not in OF_SAID}
    connection.execute(update(Said).where(Said.id == id).values(body=kept))


def _work(connection: Connection) -> Iterator[Written]:
    for id, kind, agency, at, words in work_words(connection):
        yield Written(where=f"work:{id}", kind=kind, by=agency, at=at, words=words)


def _said(connection: Connection) -> Iterator[Written]:
    for row in connection.execute(select(*Said.__table__.columns).order_by(Said.at, Said.id)):
        words = flat(row.body, OF_SAID)
        yield Written(where=f"said:{row.id}", kind="judgement", by=row.agency, at=row.at, words=words)


def _no_said(connection: Connection, id: str) -> bool:
    body = connection.execute(select(Said.body).where(Said.id == id)).scalar_one_or_none()
    if body is not None:
        say_no_more(connection, id, body)
    return body is not None


def _askings(connection: Connection) -> Iterator[Written]:
    for row in connection.execute(select(*Access.__table__.columns).order_by(Access.asked_at, Access.id)):
        words = flat({"why": row.why, "reason": row.reason}, ("why", "reason"))
        yield Written(where=f"asking:{row.id}", kind="asking", by=row.asker, at=row.asked_at, words=words)


def _no_asking(connection: Connection, id: str) -> bool:
    row = connection.execute(select(Access.reason).where(Access.id == id)).first()
    if row is not None:
        said = {"why": ERASED, "reason": row.reason and ERASED}
        connection.execute(update(Access).where(Access.id == id).values(said))
    return row is not None


def _decided(connection: Connection) -> Iterator[tuple[str, Any]]:
    query = select(*Judgement.__table__.columns).where(Judgement.judge != PIPELINE, Judgement.why.is_not(None))
    for row in connection.execute(query.order_by(Judgement.at, Judgement.a, Judgement.b, Judgement.judge)):
        yield decision_id(row), row


def decision_id(row: Any) -> str:
    """By what a person's decision on two items is named here."""
    return identity("decision", row.kind, row.a, row.b, row.judge)


def _decisions(connection: Connection) -> Iterator[Written]:
    for id, row in _decided(connection):
        yield Written(where=f"decision:{id}", kind="decision", by=row.judge, at=row.at, words={"why": row.why})


def _no_decision(connection: Connection, id: str) -> bool:
    row = next((row for named, row in _decided(connection) if named == id), None)
    if row is None:
        return False
    one = (Judgement.kind == row.kind, Judgement.a == row.a, Judgement.b == row.b, Judgement.judge == row.judge)
    return bool(connection.execute(update(Judgement).where(*one).values(why=ERASED)).rowcount)


def _holds(connection: Connection) -> Iterator[Written]:
    for row in connection.execute(select(*Hold.__table__.columns).order_by(Hold.at, Hold.id)):
        yield Written(where=f"hold:{row.id}", kind="hold", by=row.by, at=row.at, words={"why": row.why})


def _no_hold(connection: Connection, id: str) -> bool:
    return bool(connection.execute(update(Hold).where(Hold.id == id).values(why=ERASED)).rowcount)


def _reviews(connection: Connection) -> Iterator[Written]:
    for row in connection.execute(select(*Review.__table__.columns).order_by(Review.at, Review.ref)):
        yield Written(where=f"review:{row.ref}", kind="review", by=row.by, at=row.at, words={"why": row.why})


def _no_review(connection: Connection, ref: str) -> bool:
    return bool(connection.execute(update(Review).where(Review.ref == ref).values(why=ERASED)).rowcount)


def _reasons(connection: Connection) -> Iterator[Written]:
    query = select(Audit.actor, Audit.at, Audit.act, AuditWords.digest, AuditWords.words)
    rows = connection.execute(query.join(Audit, Audit.why == AuditWords.digest).order_by(Audit.at, Audit.seq))
    for row in rows:
        yield Written(where=f"log:{row.digest}", kind=row.act, by=row.actor, at=row.at, words={"why": row.words})


def _no_reason(connection: Connection, digest: str) -> bool:
    """Nothing takes its place, for a digest of it stands in the log; the chain stays whole without it."""
    return bool(connection.execute(delete(AuditWords).where(AuditWords.digest == digest)).rowcount)


def names_in(entry: Any, *ends: str) -> set[str]:
    """What an entry of the log names: in its subject, and at ``ends`` of its detail (a list there is of fields)."""
    told = (entry.detail.get(end) for end in ends)
    return {*entry.subject.partition(":")[2].split(","), *(one for one in told if isinstance(one, str))}


def _wishes(connection: Connection) -> Iterator[Written]:
    for row in connection.execute(select(*Subscription.__table__.columns).order_by(Subscription.made_at)):
        words, by = {"name": row.name}, f"user:{row.user}"
        yield Written(where=f"wish:{row.id}", kind="subscription", by=by, at=row.made_at, words=words)


def _no_wish(connection: Connection, id: str) -> bool:
    return bool(connection.execute(update(Subscription).where(Subscription.id == id).values(name=ERASED)).rowcount)


_PLACES: Mapping[str, _Place] = {
    "work": _Place(_work, take_words_out),
    "said": _Place(_said, _no_said),
    "asking": _Place(_askings, _no_asking),
    "decision": _Place(_decisions, _no_decision),
    "hold": _Place(_holds, _no_hold),
    "review": _Place(_reviews, _no_review),
    "log": _Place(_reasons, _no_reason),
    "wish": _Place(_wishes, _no_wish),
}
