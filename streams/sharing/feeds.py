"""When each agency last reported, as far as another may know: by the reports that it may know all of."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, func, select

from schemas.agencies import Partnership
from schemas.tables import OpenReport
from streams.issues.calendar import local_day
from streams.sharing.sight import sight

# How far back a newest report is looked for: who was silent longer is told of by a notice, not on a list.
BACK = timedelta(days=60)
NEVER = "9999-12-31"


def feeds(connection: Connection, agency: str, *, partnership: Partnership) -> Mapping[str, datetime]:
    """The newest open report of each agency, where ``agency`` may know every open report made since."""
    seen = sight(connection, partnership)
    newest = connection.scalar(select(func.max(OpenReport.reported_on)))
    # asked in any case: how often the store is asked must not say whether there is an open report
    since = (date.fromisoformat(newest) - BACK).isoformat() if newest else NEVER
    rows = connection.execute(
        select(OpenReport.agency, func.max(OpenReport.reported_at).label("at"))
        .where(OpenReport.reported_on >= since)
        .group_by(OpenReport.agency)
    )
    return {row.agency: row.at for row in rows if seen.sees_all(agency, local_day(row.at))}
