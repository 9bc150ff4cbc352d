"""What a quarter's reports come to, for the exchange of depersonalised information: counts, and no person in them.

It counts what every statutory agency may know and no more: in a count that leaves, a hidden report would tell.
There are no ids, names, times or days; places are told by sector or outward postcode, and small counts not at all.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache

from sqlalchemy import Connection, select

from schemas.kinds import vocabulary
from schemas.tables import OpenReport, PlaceValue, Report
from streams.issues.calendar import local_day
from streams.matching.places.place import PlaceForm, from_body

HEADER = ("quarter", "agency", "category", "asb_type", "area", "count")
ELSEWHERE = "elsewhere"  # several areas together, each with too few
UNKNOWN = "unknown"
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


class NotAQuarter(ValueError):
    """What was typed is no quarter, or one that is not over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """Three months, by the days of the partnership."""

    name: str
    first: date
    after: date


def quarter_named(name: str, today: date) -> Quarter:
    """The quarter that is written ``2026Q3``; raises ``NotAQuarter``."""
    found = _QUARTER.fullmatch(name)
    if found is None:
        raise NotAQuarter(f"{name!r} is no quarter; write 2026Q3")
    year, number = int(found[1]), int(found[2])
    after = date(year + number // 4, number % 4 * 3 + 1, 1)
    if after > today:
        raise NotAQuarter(f"{name} is not over")
    return Quarter(name=name, first=date(year, number * 3 - 2, 1), after=after)


@cache
def _rules() -> tuple[int, frozenset[str]]:
    said = vocabulary("depersonalised")
    return said["smallest"], frozenset(said["outward"])


def rows(connection: Connection, quarter: Quarter) -> Iterator[tuple[str, ...]]:
    """The lines of the quarter, without the header, in an order of their own."""
    smallest, _ = _rules()
    counts = _counts(connection, quarter)
    together: Counter[tuple[str, str, str]] = Counter()
    told: list[tuple[str, ...]] = []
    for (agency, category, kind, area), count in counts.items():
        if count < smallest:
            together[agency, category, kind] += count
        else:
            told.append((quarter.name, agency, category, kind, area, str(count)))
    for (agency, category, kind), count in together.items():
        shown = str(count) if count >= smallest else f"<{smallest}"
        told.append((quarter.name, agency, category, kind, ELSEWHERE, shown))
    yield from sorted(told)


def _counts(connection: Connection, quarter: Quarter) -> Counter[tuple[str, str, str, str]]:
    midnight = datetime.min.time()
    from_, to = (datetime.combine(day, midnight, UTC) for day in (quarter.first, quarter.after))
    query = (
        select(Report.agency, Report.category, Report.asb_type, Report.occurred_from, Report.marking, PlaceValue.body)
        .join(OpenReport, OpenReport.ref == Report.ref)
        .outerjoin(PlaceValue, PlaceValue.id == Report.place_item)
        .where(Report.status == "accepted", Report.occurred_from >= from_ - timedelta(days=1))
        .where(Report.occurred_from < to + timedelta(days=1))
    )
    found: Counter[tuple[str, str, str, str]] = Counter()
    for row in connection.execute(query):
        if not quarter.first <= local_day(row.occurred_from) < quarter.after:
            continue
        hidden = bool((row.marking or {}).get("sensitive"))
        area = UNKNOWN if hidden or row.body is None else area_of(from_body(row.body), row.agency)
        found[row.agency, row.category or "", row.asb_type or "", area] += 1
    return found


def area_of(form: PlaceForm, agency: str) -> str:
    """Where it was, as far as it is told: the postcode's sector, of some agencies its outward part alone."""
    code = form.postcode or form.found_postcode
    outward, _, inward = code.partition(" ")
    if not inward:
        return UNKNOWN
    return outward if agency in _rules()[1] else f"{outward} {inward[0]}"
