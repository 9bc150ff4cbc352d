"""How long an alert took: from the newest report it rests on coming to the broker until it stood on its topic."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, func, select

from schemas.tables import ReportVersion
from schemas.topics import ALERTS, PREFIX
from streams.clusters.sets import among
from streams.measures import ALERT_SECONDS
from streams.stage import Message
from streams.store import reading

REMEMBERED = 10_000
_ON_ALERTS = f"{PREFIX}.{ALERTS.name}."


class Stopwatch:
    """Notes an alert's time once for each newest report: what feedback or a closed day changes has none."""

    def __init__(self, engine: Engine, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._now = now
        self._since = now()
        self._noted: OrderedDict[tuple[str, bytes | None], datetime] = OrderedDict()

    def note(self, messages: Iterable[Message]) -> None:
        """Note those of the messages, now on their topics, that are alerts."""
        alerts = [
            (message, from_json(message.value))
            for message in messages
            if message.value and message.topic.startswith(_ON_ALERTS)
        ]
        if not alerts:
            return
        now = self._now()
        with reading(self._engine) as connection:
            came = _came_at(connection, {ref for _, body in alerts for ref in body.get("evidence", ())})
        for message, body in alerts:
            newest = max((came[ref] for ref in body.get("evidence", ()) if ref in came), default=None)
            if newest is not None and self._is_new(message, body, newest):
                ALERT_SECONDS.labels(str(body["kind"])).observe(max(0.0, (now - newest).total_seconds()))

    def _is_new(self, message: Message, body: Mapping[str, object], newest: datetime) -> bool:
        place = (message.topic, message.key)
        before = self._noted.pop(place, None)
        self._noted[place] = newest
        while len(self._noted) > REMEMBERED:
            self._noted.popitem(last=False)
        return body.get("version") == 1 or newest > (before or self._since)


def _came_at(connection: Connection, refs: set[str]) -> dict[str, datetime]:
    version = ReportVersion
    rows = connection.execute(
        select(version.ref, func.max(version.taken_at))
        .where(among(connection, version.ref, refs))
        .group_by(version.ref)
    )
    return {row[0]: row[1] for row in rows}
