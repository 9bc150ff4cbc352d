"""What the store says of how things stand, read in one snapshot and in few short questions."""

from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from sqlalchemy import Connection, Engine, and_, func, select

from deploy.seeing.tally import Place, Tally
from deploy.store import newest_revision, revision
from schemas.tables import Alert, Audit, AuditHead, Lease, LostRange, Outbox, Progress, Waiting
from schemas.topics import INBOUND, PREFIX, agency_of
from streams.store import reading

_INBOUND = f"{PREFIX}.{INBOUND.name}."


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFigures:
    """Numbers, agencies' names and codes; nothing that a report says.

    ``outcomes`` and ``refused``: records by agency and what became of them, and why. ``heard``: when the broker took
    each agency's last record that was read. ``alerts``: not closed, by kind and severity. ``lost``: records that the
    broker deleted unread, by agency.
    """

    next: Mapping[Place, int]
    outcomes: Mapping[tuple[str, str], int]
    refused: Mapping[tuple[str, str], int]
    heard: Mapping[str, datetime]
    waiting: Mapping[str, int]
    owed: int
    owed_for_s: float
    alerts: Mapping[tuple[str, str], int]
    lost: Mapping[str, int]
    relay: str | None
    relay_until: datetime | None


class TablesDiffer(Exception):
    """The store's tables are not this version's; the message says at which revision they stand."""


class StoreLook:
    """Looks at the store again and again: it counts on from the last look, and knows how long the outbox waits."""

    def __init__(self, engine: Engine, seconds: Callable[[], float] = monotonic) -> None:
        self._engine = engine
        self._tally = Tally()
        self._outbox = Ages(seconds)

    def __call__(self) -> StoreFigures:
        """The figures now; raises ``TablesDiffer``."""
        standing = revision(self._engine)
        if standing != newest_revision():
            raise TablesDiffer(f"the tables are at revision {standing or 'none'}, {newest_revision()} wanted")
        with reading(self._engine) as connection:
            positions = _positions(connection)
            self._tally.count(connection, positions)
            owed, first, last = connection.execute(
                select(func.count(), func.min(Outbox.seq), func.max(Outbox.seq)).select_from(Outbox)
            ).one()
            lease = connection.execute(select(Lease.holder, Lease.until).where(Lease.name == "relay")).first()
            return StoreFigures(
                next=positions,
                outcomes=self._tally.outcomes,
                refused=self._tally.refused,
                heard=_heard(connection),
                waiting=_waiting(connection),
                owed=owed,
                owed_for_s=self._outbox.of(first, last),
                alerts=_alerts(connection),
                lost=_lost(connection),
                relay=lease and lease.holder,
                relay_until=lease and lease.until,
            )


class Ages:
    """How long the first of a numbered row of things has stood there, as far as it was looked at.

    The outbox keeps no time, for no stage reads a clock: what was the last number at a look is older than that look.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._looks: deque[tuple[float, int]] = deque()

    def of(self, first: int | None, last: int | None) -> float:
        """The age of number ``first``, where ``last`` is the newest; 0 where there is none."""
        if first is None or last is None:
            self._looks.clear()
            return 0.0
        now = self._seconds()
        if not self._looks or last > self._looks[-1][1]:
            self._looks.append((now, last))
        while self._looks[0][1] < first:
            self._looks.popleft()
        return now - self._looks[0][0]


def _positions(connection: Connection) -> dict[Place, int]:
    rows = connection.execute(select(Progress.topic, Progress.partition, Progress.next))
    return {(row.topic, row.partition): row.next for row in rows}


def _heard(connection: Connection) -> dict[str, datetime]:
    """Off the ends of the log, where each run of records that was taken in stands with the last one's time."""
    rows = connection.execute(
        select(AuditHead.chain, Audit.at)
        .join(Audit, and_(Audit.chain == AuditHead.chain, Audit.n == AuditHead.n))
        .where(AuditHead.chain.startswith(_INBOUND, autoescape=True))
    )
    heard: dict[str, datetime] = {}
    for chain, at in rows:
        agency = agency_of(chain.rpartition("/")[0])
        heard[agency] = max(at, heard.get(agency, at))
    return heard


def _waiting(connection: Connection) -> dict[str, int]:
    rows = connection.execute(select(Waiting.stage, func.count()).group_by(Waiting.stage))
    return {row[0]: row[1] for row in rows}


def _alerts(connection: Connection) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        select(Alert.kind, Alert.severity, func.count())
        .where(Alert.state != "closed", Alert.withdrawn.is_(False))
        .group_by(Alert.kind, Alert.severity)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _lost(connection: Connection) -> dict[str, int]:
    lost: Counter[str] = Counter()
    for topic, first, last in connection.execute(select(LostRange.topic, LostRange.first, LostRange.last)):
        if topic.startswith(_INBOUND):
            lost[agency_of(topic)] += last - first + 1
    return dict(lost)
