"""The outbox: what a transaction owes to topics stands in the transaction itself, so neither is without the other."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, delete, select

from schemas.tables import Outbox
from streams.stage import Message
from streams.store import add


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


def owed(connection: Connection, most: int, besides: Collection[str] = ()) -> list[tuple[int, Message]]:
    """The oldest unpublished messages with their numbers, ``besides`` those for these topics."""
    query = select(Outbox).order_by(Outbox.seq).limit(most)
    rows = connection.execute(query.where(Outbox.topic.not_in(besides)) if besides else query).all()
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
        for row in rows
    ]


def settle(connection: Connection, numbers: Sequence[int]) -> None:
    """Take away messages that the broker has acknowledged."""
    if numbers:
        connection.execute(delete(Outbox).where(Outbox.seq.in_(numbers)))
