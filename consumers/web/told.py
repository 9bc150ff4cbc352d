"""What the page may show: the copies an agency was given, never the alerts they were cut from."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, select

from consumers.copies import Copy, held_by
from consumers.words import SEVERITIES, rank
from schemas.tables import EPOCH, Report, ReportVersion, Told


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A snapshot to read from, which on SQLite must not ask for the writer's place."""
    with engine.connect().execution_options(tocsin_reading=True) as connection, connection.begin():
        yield connection


def copies_of(connection: Connection, agency: str) -> list[Copy]:
    """The copies the agency holds now, newest first; what was pulled back or withdrawn is not among them."""
    standing = [body for _, body in held_by(connection, agency).values()]
    return sorted(standing, key=_newest_first, reverse=True)


def gravest_first(copies: Iterable[Copy]) -> list[Copy]:
    """The copies by severity, in the order they came in where that is the same."""
    return sorted(copies, key=lambda copy: rank(copy.get("severity")), reverse=True)


def copy_of(connection: Connection, agency: str, alert: str) -> Copy | None:
    """The agency's copy of one alert; none where it has none, whether or not there is such an alert."""
    name = alert if alert.isprintable() else ""  # what no copy is called, and no store takes
    body = connection.scalar(select(Told.body).where(Told.agency == agency, Told.alert == name))
    return body if isinstance(body, dict) else None


def _newest_first(copy: Copy) -> tuple[datetime, int, str]:
    try:
        raised = datetime.fromisoformat(str(copy.get("raised_at")))
    except ValueError:
        raised = EPOCH
    return raised if raised.tzinfo else EPOCH, rank(copy.get("severity")), str(copy.get("id", ""))


def how_many(copies: list[Copy]) -> list[tuple[str, int]]:
    """Each severity, high first, with the number of copies that have it."""
    return [(severity, sum(copy.get("severity") == severity for copy in copies)) for severity in reversed(SEVERITIES)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """When an agency last reported: the time in its newest report, and when that was taken in."""

    reported_at: datetime | None = None
    taken_at: datetime | None = None


def feed_of(connection: Connection, agency: str) -> Feed:
    """The agency's feed; one look along an index, however much is stored."""
    newest = connection.execute(
        select(Report.reported_at, ReportVersion.taken_at)
        .join(ReportVersion, ReportVersion.uid == Report.uid)
        .where(Report.agency == agency)
        .order_by(Report.reported_at.desc())
        .limit(1)
    ).first()
    return Feed() if newest is None else Feed(reported_at=newest.reported_at, taken_at=newest.taken_at)
