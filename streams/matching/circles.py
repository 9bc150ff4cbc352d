"""The circle of a report: those who may know it, of the agencies that are not told all.

What is counted of many (which values are generic, who comes first in a block) counts for a report as its whole circle
may know it, so that it tells nobody of a report they may not know. Who is told all may know whatever is counted.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, delete, select

from schemas.agencies import Partnership
from schemas.agreements import ROLES, Agreement
from schemas.tables import Circle as Kept
from schemas.tables import Report
from streams.clusters.sets import among
from streams.issues.calendar import local_day
from streams.sharing.marking import Marking, read_marking
from streams.sharing.rules import covering, grants, told_all
from streams.stage import leave_for
from streams.statements import Statement
from streams.store import add

_ALL = ""  # of who may know a report at all, whoever it names


@dataclass(frozen=True, slots=True)
class Circle:
    """Who may know a report, and the persons that it gives a role where that is told to others.

    ``counted``: if it is not marked, it is open to all who are told all, and so counts in what is said of many.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    counted: bool = True

    def of(self, role: str = _ALL) -> str:
        """The names of those who may know it, or the persons in a role, in order and with commas between them."""
        return self.known.get(role, self.known.get(_ALL, ""))


_EVERYONE = Circle()


def names_in(circle: str) -> frozenset[str]:
    """The agencies of a circle."""
    return frozenset(circle.split(",")) if circle else frozenset()


def common(drawn: Iterable[Circle]) -> str:
    """The circle of those who may know each of some reports."""
    names = [names_in(one.of()) for one in drawn]
    return _joined(frozenset.intersection(*names)) if names else ""


def circles(connection: Connection, refs: Collection[str]) -> Mapping[str, Circle]:
    """The circle of each of ``refs``."""
    rows = _DRAWN(connection, refs=refs)
    return {**dict.fromkeys(refs, _EVERYONE), **{ref: Circle(known, counted) for ref, known, counted in rows}}


_DRAWN = Statement(lambda any_of: select(Kept.ref, Kept.known, Kept.counted).where(any_of(Kept.ref, "refs")))


def draw(connection: Connection, refs: Collection[str], partnership: Partnership) -> None:
    """Write down the circles of reports as the agreements have them."""
    rows = _SENT(connection, refs=refs)
    now = {row.ref: _circle(row, partnership) for row in rows}
    were = circles(connection, refs)
    changed = [ref for ref in were if now.get(ref, _EVERYONE) != were[ref]]
    _write(connection, changed, now)


def draw_anew(connection: Connection, partnership: Partnership) -> None:
    """Draw all circles by other agreements, and have the reports whose circle is another looked at again."""
    now = {row.ref: _circle(row, partnership) for row in connection.execute(select(*_COLUMNS).where(_HOLDS))}
    were = {row.ref: Circle(row.known, row.counted) for row in connection.execute(select(*_KEPT))}
    changed = [ref for ref in now.keys() | were.keys() if now.get(ref, _EVERYONE) != were.get(ref, _EVERYONE)]
    _write(connection, changed, now)
    leave_for(connection, "dedupe", changed)


_COLUMNS = (
    Report.ref,
    Report.agency,
    Report.category,
    Report.detail,
    Report.marking,
    Report.reported_at,
)
_HOLDS = Report.status == "accepted"
_KEPT = (Kept.ref, Kept.known, Kept.counted)
_SENT = Statement(lambda any_of: select(*_COLUMNS).where(any_of(Report.ref, "refs"), _HOLDS))


def _write(connection: Connection, refs: Collection[str], drawn: Mapping[str, Circle]) -> None:
    if refs:
        connection.execute(delete(Kept).where(among(connection, Kept.ref, refs)))
        now = [(ref, drawn.get(ref, _EVERYONE)) for ref in sorted(refs)]
        rows = ({"ref": ref, "known": one.known, "counted": one.counted} for ref, one in now if one != _EVERYONE)
        add(connection, Kept, rows)


def _circle(row: Any, partnership: Partnership) -> Circle:
    made = local_day(row.reported_at)
    within = covering(partnership, row.agency, row.category, row.detail)
    live = tuple(agreement for agreement in within if agreement.holds(made, None))
    return _drawn(partnership, row.agency, read_marking(row.marking), live)


@lru_cache(maxsize=4_096)
def _drawn(partnership: Partnership, agency: str, marking: Marking, live: tuple[Agreement, ...]) -> Circle:
    found, all_told = grants(partnership, agency, marking, live), told_all(partnership)
    counted = not marking.plain or all(name in found and found[name].whole for name in all_told)
    at_all = _joined(name for name in found if name not in all_told)
    if not at_all:
        return Circle({}, counted)
    by_role = {
        role: _joined(name for name, grant in found.items() if name not in all_told and grant.names(role))
        for role in ROLES
    }
    return Circle({_ALL: at_all} | {role: names for role, names in by_role.items() if names != at_all}, counted)


def _joined(names: Iterable[str]) -> str:
    return ",".join(sorted(names))
