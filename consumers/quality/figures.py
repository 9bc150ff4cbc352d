"""How good an agency's own reports are: refused and for what, ungraded, late, with warnings."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, ColumnElement, Connection, Text, case, cast, func, or_, select, type_coerce

from schemas.kinds import vocabulary
from schemas.tables import Receipt, Rejected, Report

_RULES = vocabulary("quality")["reports"]
LATE = timedelta(days=_RULES["late_days"])
BACK = timedelta(days=_RULES["days"])
MOST_SAID = 8
MICROSECOND = timedelta(microseconds=1)  # what the store keeps times in
NONE, EMPTY = "[]", "{}"  # how it keeps a list and an object with nothing in them
_NUMBERED = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """Figures of an agency's reports since a day; ``warnings`` and ``refused_for`` are sentences with how often."""

    since: datetime | None = None
    taken: int = 0
    refused: int = 0
    ungraded: int = 0
    late: int = 0
    placeless: int = 0
    warned: int = 0
    refused_for: Sequence[tuple[str, int]] = ()
    warnings: Sequence[tuple[str, int]] = ()


def quality_of(connection: Connection, agency: str) -> Quality:
    """The figures of the last weeks before the agency's newest report; none where it has sent nothing."""
    newest = connection.scalar(select(func.max(Report.reported_at)).where(Report.agency == agency))
    newest = newest or connection.scalar(select(func.max(Rejected.at)).where(Rejected.agency == agency))
    if newest is None:
        return Quality()
    since = newest - BACK
    counts = _counts(connection, agency, since)
    refused, refused_for = _refused_for(connection, agency, since)
    warned, warnings = _warned(connection, agency, since)
    return Quality(
        since=since,
        refused=refused,
        warned=warned,
        refused_for=refused_for[:MOST_SAID],
        warnings=warnings[:MOST_SAID],
        **counts,
    )


def _counts(connection: Connection, agency: str, since: datetime) -> Mapping[str, int]:
    """How many reports were taken, and of these how many had what they should not; counted where they lie."""
    took = type_coerce(Report.reported_at, BigInteger) - type_coerce(Report.occurred_to, BigInteger)
    grading = Report.marking["grading"].as_string()
    ungraded = or_(Report.marking.is_(None), grading.is_(None), grading == EMPTY)
    flaws = {"ungraded": ungraded, "late": took > LATE // MICROSECOND, "placeless": Report.place_item.is_(None)}
    row = connection.execute(
        select(func.count().label("taken"), *(_number(flaw).label(name) for name, flaw in flaws.items())).where(
            Report.agency == agency, Report.reported_at >= since, Report.status == "accepted"
        )
    ).one()
    return dict(row._mapping)


def _number(flaw: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((flaw, 1), else_=0)), 0)


def _refused_for(connection: Connection, agency: str, since: datetime) -> tuple[int, list[tuple[str, int]]]:
    rows = connection.scalars(select(Rejected.reasons).where(Rejected.agency == agency, Rejected.at >= since)).all()
    return len(rows), _counted(rows)


def _warned(connection: Connection, agency: str, since: datetime) -> tuple[int, list[tuple[str, int]]]:
    rows = connection.scalars(
        select(Receipt.warnings).where(
            Receipt.agency == agency,
            Receipt.at >= since,
            Receipt.status == "accepted",
            Receipt.withdrawn.is_(False),
            cast(Receipt.warnings, Text) != NONE,
        )
    ).all()
    return len(rows), _counted(rows)


def _counted(rows: Iterable[Sequence[str]]) -> list[tuple[str, int]]:
    """Each sentence with how many records it was said of, whichever person or vehicle it was."""
    said = Counter(text for sentences in rows for text in {_NUMBERED.sub("", str(one)) for one in sentences})
    return sorted(said.items(), key=lambda pair: (-pair[1], pair[0]))
