"""The outbox: what a transaction owes to topics stands in the transaction itself, so neither is without the other."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, not_, select

from schemas.tables import Outbox
from schemas.topics import ALERTS, PREFIX
from streams.stage import Message
from streams.statements import Statement
from streams.store import add

_ALERTS = f"{PREFIX}.{ALERTS.name}"


def owe(connection: Connection, messages: Iterable[Message]) -> int:
    """Write messages to the outbox, in order; how many."""
    rows = [
        {
            "topic": message.topic,
            "key": message.key,
            "value": message.value,
            "headers": [[name, b64encode(value).decode("ascii")] for name, value in message.headers],
        }
        for message in messages
    ]
    add(connection, Outbox, rows)
    return len(rows)


def owed(
    connection: Connection, most: int, *, besides: Collection[str] = (), flying: Collection[int] = ()
) -> list[tuple[int, Message]]:
    """The oldest unpublished messages with their numbers; neither those for the topics ``besides``, nor ``flying``.

    Alerts come first, up to half of them: they do not stand behind the receipts of a backlog. What goes to one topic
    keeps its order, and nobody counts on more.
    """
    first = _oldest(connection, besides, flying, most // 2, alerts=True)
    rest = _oldest(connection, besides, flying, most - len(first), alerts=False)
    return [
        (
            row.seq,
            Message(
                topic=row.topic,
                key=row.key,
                value=row.value,
                headers=tuple((name, b64decode(value)) for name, value in row.headers),
            ),
        )
        for row in (*first, *rest)
    ]


def _oldest(
    connection: Connection, besides: Collection[str], flying: Collection[int], most: int, *, alerts: bool
) -> Sequence[Any]:
    if not besides and not flying:
        return _ALL[alerts](connection, most=most).all()
    return _LEFT[alerts](connection, besides=besides, flying=flying, most=most).all()


_MINE = and_(Outbox.topic >= f"{_ALERTS}.", Outbox.topic < f"{_ALERTS}/")
_OLDEST = {
    alerts: select(*Outbox.__table__.columns).where(_MINE if alerts else not_(_MINE)).order_by(Outbox.seq)
    for alerts in (True, False)
}


def _whole(alerts: bool) -> Statement:
    return Statement(lambda _: _OLDEST[alerts].limit(bindparam("most")))


def _left(alerts: bool) -> Statement:
    return Statement(
        lambda any_of: (
            _OLDEST[alerts]
            .where(not_(any_of(Outbox.topic, "besides")), not_(any_of(Outbox.seq, "flying")))
            .limit(bindparam("most"))
        )
    )


# the relay asks twenty times a second and more
_ALL = {alerts: _whole(alerts) for alerts in (True, False)}
_LEFT = {alerts: _left(alerts) for alerts in (True, False)}
_SETTLE = Statement(lambda any_of: delete(Outbox).where(any_of(Outbox.seq, "numbers")))


def settle(connection: Connection, numbers: Sequence[int]) -> None:
    """Take away messages that the broker has acknowledged."""
    _SETTLE(connection, numbers=numbers)
