"""What the detectors last saw of each incident, so that one that moved or vanished is taken off where it stood."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, select, update

from schemas.tables import EPOCH, Clock, Counted, Incident, Member, Report, Unread
from streams.clusters.sets import among
from streams.issues.boards import judges, period_of
from streams.issues.calendar import period_end
from streams.sharing.marking import Marking, read_marking
from streams.store import add_new, put


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """A row of what is counted."""

    incident: str
    period: str | None
    occurred_from: datetime
    occurred_to: datetime
    category: str
    detail: str | None
    area: str | None
    easting: float | None
    northing: float | None
    agencies: tuple[str, ...]
    shut: bool

    @classmethod
    def of(cls, row: RowMapping) -> "Counting":
        """A row out of the store."""
        return cls(**{**row, "agencies": tuple(row["agencies"])})


COLUMNS = [Counted.__table__.c[field.name] for field in fields(Counting)]


def recount(connection: Connection, incidents: Collection[str]) -> list[Counting]:
    """Note how ``incidents`` stand now, and mark their days unread; of those that changed, what was and what is."""
    if not incidents:
        return []
    before = {one.incident: one for one in counted(connection, incidents)}
    after = _standing(connection, incidents)
    changed = [one for one in sorted(before.keys() | after.keys()) if before.get(one) != after.get(one)]
    gone = [one for one in changed if one not in after]
    if gone:
        connection.execute(delete(Counted).where(among(connection, Counted.incident, gone)))
    put(connection, Counted, [_row(after[one]) for one in changed if one in after])
    moved = [known[one] for known in (before, after) for one in changed if one in known]
    mark_unread(connection, {counting.period for counting in moved if counting.period})
    return moved


def counted(connection: Connection, incidents: Collection[str]) -> list[Counting]:
    """How ``incidents`` were last seen."""
    if not incidents:
        return []
    rows = connection.execute(select(*COLUMNS).where(among(connection, Counted.incident, incidents))).mappings()
    return [Counting.of(row) for row in rows]


def _row(counting: Counting) -> dict[str, Any]:
    return asdict(counting) | {"agencies": list(counting.agencies)}


def _standing(connection: Connection, incidents: Collection[str]) -> dict[str, Counting]:
    told: dict[str, list[tuple[str, Marking]]] = defaultdict(list)
    tellings = connection.execute(
        select(Member.entity, Report.agency, Report.marking, Report.reported_at)
        .join(Report, Report.ref == Member.item)
        .where(Member.kind == "incident", among(connection, Member.entity, incidents), Report.status == "accepted")
    )
    last = EPOCH
    for entity, agency, marking, reported_at in tellings:
        told[entity].append((agency, read_marking(marking)))
        last = max(last, reported_at)
    _note_last(connection, last)
    rows = connection.execute(select(*Incident.__table__.columns).where(among(connection, Incident.id, incidents)))
    found = {row.id: _counting(row, told[row.id]) for row in rows}
    return {incident: counting for incident, counting in found.items() if counting.agencies}


def _counting(row: Any, told: Iterable[tuple[str, Marking]]) -> Counting:
    listed = list(told)
    return Counting(
        incident=row.id,
        period=period_of(row.occurred_from, row.occurred_to),
        occurred_from=row.occurred_from,
        occurred_to=row.occurred_to,
        category=row.category,
        detail=row.detail,
        area=row.area,
        easting=row.easting,
        northing=row.northing,
        agencies=tuple(sorted({agency for agency, marking in listed if not marking.doubtful})),
        shut=not all(marking.plain for _, marking in listed),
    )


def mark_unread(connection: Connection, periods: Collection[str]) -> None:
    """Have ``periods`` judged when they are over, and those over already that they are the past of judged again."""
    if not periods:
        return
    clock = closed_until(connection)
    again = {later for period in periods for later in judges(period) if clock and period_end(later) <= clock}
    add_new(connection, Unread, [{"period": period, "since": None} for period in sorted({*periods, *again})])
    connection.execute(update(Unread).where(among(connection, Unread.period, periods)).values(since=None))


def _note_last(connection: Connection, reported_at: datetime) -> None:
    """Note the latest report there is: a maximum over all reports every two seconds would cost more."""
    known = last_reported(connection)
    if known is None or known < reported_at:
        put(connection, Clock, [{"name": "reported", "at": reported_at}])


def last_reported(connection: Connection) -> datetime | None:
    """When the latest report was made; None before the first."""
    return connection.execute(select(Clock.at).where(Clock.name == "reported")).scalar_one_or_none()


def closed_until(connection: Connection) -> datetime | None:
    """How far event time has been closed; None before the first day was."""
    return connection.execute(select(Clock.at).where(Clock.name == "days")).scalar_one_or_none()
