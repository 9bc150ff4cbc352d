"""Closing days: event time moves on, and what a day or month held is judged once it is over.

Nothing here reads a clock: the moment is handed in. The last day of a file is closed by the replay; live, a timer
closes what reports have moved past, and a last day that has stayed as it is for a while.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select, update

from schemas.tables import Alert, Clock, Told, ToldKey, Unread
from streams.clusters.sets import among
from streams.issues.calendar import end_of, local_day, period_end, start_of
from streams.issues.periods import is_week
from streams.issues.recount import closed_until, last_reported
from streams.stage import leave_for
from streams.store import only_one, put

# A day that is over by the clock while the reports of it still stream in must not be judged half full.
SETTLED = timedelta(seconds=15)


def close_days(connection: Connection, until: datetime, *, through: bool = False) -> int:
    """Queue the periods that are over by ``until`` and changed since they were judged; how many.

    ``through``: the day of ``until`` too, as at the end of a file. Otherwise ``until`` is the time now.
    """
    only_one(connection, "issues")
    last = last_reported(connection)
    if last is None:
        return 0
    unread = unread_until(connection, end_of(local_day(last)))
    over = {period for period in unread if period_end(period) <= (end_of(local_day(until)) if through else until)}
    passed = {period for period in over if through or period_end(period) <= start_of(local_day(last))}
    settled = {p for p in over - passed if (since := unread[p]) is not None and until - since >= SETTLED}
    _notice(connection, {period for period in over - passed - settled if unread[period] is None}, until)
    _queue(connection, passed | settled)
    whole = through or (until >= end_of(local_day(last)) and not over - passed - settled)
    _move_clock(connection, end_of(local_day(last)) if whole else start_of(local_day(last)))
    return len(passed | settled)


def unread_until(connection: Connection, moment: datetime) -> dict[str, datetime | None]:
    """The unread periods that are over by then, and when the timer first saw each so.

    The clock on the wall closes no day after the last that was reported on: a replay could not do the same.
    """
    rows = connection.execute(select(Unread.period, Unread.since))
    return {row.period: row.since for row in rows if period_end(row.period) <= moment}


def still_to_close(connection: Connection, now: datetime) -> int:
    """How many periods are over by ``now`` and wait to be closed."""
    last = last_reported(connection)
    return 0 if last is None else len(unread_until(connection, min(now, end_of(local_day(last)))))


def _notice(connection: Connection, periods: Collection[str], now: datetime) -> None:
    if periods:
        connection.execute(update(Unread).where(among(connection, Unread.period, periods)).values(since=now))


def _queue(connection: Connection, periods: Collection[str]) -> None:
    if periods:
        connection.execute(delete(Unread).where(among(connection, Unread.period, periods)))
        leave_for(connection, "issues", {f"{'week' if is_week(period) else 'day'}:{period}" for period in periods})


def _move_clock(connection: Connection, to: datetime) -> None:
    """Let event time be closed up to ``to``, and what is over by then be looked at."""
    known = closed_until(connection)
    if known is not None and known >= to:
        return
    put(connection, Clock, [{"name": "days", "at": to}])
    over = connection.execute(select(Alert.id).where(Alert.over_at <= to, Alert.withdrawn.is_(False))).scalars()
    leave_for(connection, "issues", {f"alert:{alert}" for alert in over})
    # A copy rests on what its reader may know, and can be over before the alert is, or after it.
    keys = select(ToldKey.key).join(Told, and_(Told.alert == ToldKey.alert, Told.agency == ToldKey.agency))
    leave_for(connection, "sharing", connection.execute(keys.where(Told.over_at <= to).distinct()).scalars())
