"""What is due of what people wrote: things of work, and words, notices and wishes that nobody needs any more."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, not_, or_, select

from schemas.tables import (
    Access,
    Alert,
    AlertEvidence,
    Base,
    Channel,
    FeedToken,
    Hold,
    Notice,
    Receipt,
    Review,
    Said,
    Subscription,
    Told,
    Watched,
)
from streams.clusters.sets import among
from streams.keeping.ages import Thing, things
from streams.keeping.log import COMMANDS, log
from streams.keeping.periods import Periods
from streams.keeping.subject import Subject
from streams.keeping.words import OF_SAID, say_no_more
from streams.keeping.work import drop_work


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDue:
    """What people wrote and is due: things of work, those as old that stay and why, those to be looked at, and how
    many of all else, by purpose.
    """

    work: tuple[str, ...]
    staying: dict[str, str]
    to_review: tuple[str, ...]
    others: dict[str, int]


def written_due(connection: Connection, day: datetime, periods: Periods, on_hold: Iterable[Subject]) -> WrittenDue:
    """What is due on ``day``; ``on_hold``: whom and what nothing may be disposed of for."""
    found = list(things(connection))
    old = [one for one in found if one.over < day - periods.written[one.purpose]]
    soon = [one for one in found if one.over < day - periods.written[one.purpose] + periods.review]
    staying = _staying(connection, soon, day, on_hold)
    aged = {one.where for one in old}
    listed = [one.where for one in soon if one.open or one.where not in aged]
    return WrittenDue(
        work=tuple(sorted(aged - staying.keys())),
        staying={where: why for where, why in staying.items() if where in aged},
        to_review=tuple(sorted(where for where in listed if staying.get(where) in (None, _OPEN))),
        others={rule.purpose: rule.count(connection, day - periods.written[rule.purpose]) for rule in _RULES},
    )


_OPEN = "it is not over yet"
_OF_NOTHING = "alert:"  # that something was there before somebody asked to be told


def _staying(
    connection: Connection, some: Collection[Thing], day: datetime, on_hold: Iterable[Subject]
) -> dict[str, str]:
    kept = {one.where: _OPEN for one in some if one.open}
    reviewed = select(Review.ref).where(among(connection, Review.ref, {one.where for one in some}))
    rows = connection.execute(reviewed.where(Review.keep_until > day)).scalars()
    kept |= dict.fromkeys(rows, "it was reviewed and is kept")
    own = select(Hold.subject).where(Hold.released_at.is_(None), Hold.subject.startswith("work:"))
    kept |= dict.fromkeys(set(connection.execute(own).scalars()) & {one.where for one in some}, "it is held")
    holds = list(on_hold)
    refs = {ref for subject in holds for ref in subject.refs}
    mentions = {mention for subject in holds for mention in subject.mentions}
    alerts = _resting_on(connection, refs)
    for one in some:
        if one.mentions & mentions or one.refs & refs or one.alerts & alerts:
            kept[one.where] = "what it is about is held"
    return kept


def _resting_on(connection: Connection, refs: Collection[str]) -> set[str]:
    """The alerts that rest on some reports, and the copies of them."""
    if not refs:
        return set()
    alerts = set(
        connection.execute(select(AlertEvidence.alert).where(among(connection, AlertEvidence.ref, refs))).scalars()
    )
    copies = connection.execute(select(Told.alert).where(among(connection, Told.matter, alerts))).scalars()
    return {*alerts, *copies}


def drop_written(
    connection: Connection, due: WrittenDue, day: datetime, periods: Periods, by: str, at: datetime
) -> dict[str, int]:
    """Dispose of what is due; how many of each."""
    gone: dict[str, int] = {}
    if due.work:
        ids = {where.partition(":")[2] for where in due.work}
        parts = {one.id: one.parts for one in things(connection)}
        whole = {part for id in ids for part in parts.get(id, frozenset())}
        gone["work"] = len(drop_work(connection, whole))
        connection.execute(delete(Review).where(among(connection, Review.ref, due.work)))
    for rule in _RULES:
        if count := rule.drop(connection, day - periods.written[rule.purpose]):
            gone[rule.purpose] = count
    if gone:
        said = {"at": at, "actor": by, "act": "erasure", "subject": "written", "detail": gone}
        log(connection, COMMANDS, [said | {"why": "retention"}])
    return gone


@dataclass(frozen=True, slots=True)
class _Rule:
    purpose: str
    count: Callable[[Connection, datetime], int]
    drop: Callable[[Connection, datetime], int]


def _rows(purpose: str, *which: tuple[type[Base], Callable[[datetime], ColumnElement[bool]]]) -> _Rule:
    """A rule by which whole rows go."""

    def count(connection: Connection, before: datetime) -> int:
        counts = (select(func.count()).select_from(table).where(of(before)) for table, of in which)
        return sum(connection.execute(one).scalar_one() for one in counts)

    def drop(connection: Connection, before: datetime) -> int:
        return sum(connection.execute(delete(table).where(of(before))).rowcount for table, of in which)

    return _Rule(purpose, count, drop)


def _unused(before: datetime) -> ColumnElement[bool]:
    """Channels that were ended, and no wish that is kept speaks of."""
    used = select(Subscription.channel).where(not_(_ended(before)))
    return and_(Channel.ended_at < before, Channel.id.not_in(used))


def _ended(before: datetime) -> ColumnElement[bool]:
    return and_(Subscription.ended_at.is_not(None), Subscription.ended_at < before)


def _told_in_vain(before: datetime) -> ColumnElement[bool]:
    """Notices of what no longer stands, and of wishes that were ended; else it would be told once more."""
    alerts = select("alert:" + Told.alert).where(Told.body.is_not(None))
    receipts = select("receipt:" + Receipt.id)
    ended = select(Subscription.id).where(Subscription.ended_at.is_not(None))
    gone = and_(Notice.about != _OF_NOTHING, Notice.about.not_in(alerts), Notice.about.not_in(receipts))
    return and_(
        Notice.owed_at < before, Notice.state.not_in(("owed", "sending")), or_(gone, Notice.subscription.in_(ended))
    )


def _judged(connection: Connection, before: datetime) -> Mapping[str, Any]:
    """What analysts said before a day of alerts that are not open, by its id, where words of it are left."""
    open_ = set(
        connection.execute(select(Alert.id).where(Alert.withdrawn.is_(False), Alert.state != "closed")).scalars()
    )
    names = {*open_, *connection.execute(select(Told.alert).where(among(connection, Told.matter, open_))).scalars()}
    rows = connection.execute(select(Said.id, Said.alert, Said.body).where(Said.at < before))
    return {row.id: row.body for row in rows if row.alert not in names and any(row.body.get(one) for one in OF_SAID)}


def _drop_judged(connection: Connection, before: datetime) -> int:
    found = _judged(connection, before)
    for id, body in found.items():
        say_no_more(connection, id, body)
    return len(found)


_RULES = (
    _Rule("judgement", lambda connection, before: len(_judged(connection, before)), _drop_judged),
    _rows("asking", (Access, lambda before: func.coalesce(Access.until, Access.answered_at, Access.asked_at) < before)),
    _rows(
        "hold",
        (Hold, lambda before: Hold.released_at < before),
        (Review, lambda before: Review.keep_until < before),
    ),
    _rows("notice", (Notice, _told_in_vain)),
    _rows(
        "subscription",
        (Channel, _unused),
        (Subscription, _ended),
        (FeedToken, lambda before: FeedToken.ended_at < before),
    ),
    _rows("watching", (Watched, lambda before: Watched.at < before)),
)
