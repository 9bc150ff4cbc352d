"""Somebody who asked to hear of things, and a post that keeps what was sent instead of sending it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from consumers.notices.message import Message
from consumers.notices.rounds import Done, Reach, round_of
from consumers.notices.ways import Mail, Ways
from consumers.notices.wishes import Wishes
from schemas.agencies import load_partnership
from schemas.tables import Notice
from streams.store import reading, writing
from tests.consumers.accounts.people import NOW, Log, a_user

PAGE = "https://tocsin.example"
MAIL = Mail(host="127.0.0.1", port=25, mode="insecure", sender="tocsin@council.example")
WAYS = Ways(hosts=frozenset({"hooks.example"}), domains=frozenset({"council.example"}), mail=MAIL)


class Post:
    """Keeps what it is handed; ``away``: nothing gets through."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.away = False

    def __call__(self, _kind: str, address: str, message: Message) -> bool:
        if not self.away:
            self.sent.append((address, message))
        return not self.away

    @property
    def subjects(self) -> list[str]:
        return [message.subject for _, message in self.sent]


def wishes(engine: Engine, connection: Any, user: str, log: Log | None = None, at: datetime = NOW) -> Wishes:
    return Wishes(connection=connection, keep=log or Log(), at=at, user=user, ways=WAYS)


def asks(engine: Engine, when: str = "live", user: str | None = None, **body: Any) -> str:
    """Someone of the police who subscribed by mail; returns their id."""
    user = user or a_user(engine, "ann@police.example", "police")
    with writing(engine) as connection:
        desk = wishes(engine, connection, user)
        channel = desk.add_channel("email", "ann@council.example")
        desk.subscribe("What I asked for", when, channel, body)
    return user


def go(engine: Engine, post: Post, now: datetime = NOW, **others: Any) -> Done:
    reach = Reach(engine=engine, partnership=load_partnership(), page=PAGE, send=post, **others)
    return round_of(reach, now)


def states(engine: Engine) -> list[str]:
    with reading(engine) as connection:
        return sorted(connection.scalars(select(Notice.state).where(Notice.about != "alert:")))
