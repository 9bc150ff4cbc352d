"""Who may see a problem, and as what: each agency by its own copy of the alert, and by nothing else.

What a problem says of its alert is never kept with the problem. It is read off the reader's copy each time, so that
what the reader may no longer know is gone from here with the copy.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from consumers.copies import Copy, held_by
from consumers.work.kept import Kept, all_kept
from schemas.agencies import Partnership
from schemas.tables import Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A copy that an agency holds, and which alert it is a copy of."""

    matter: str | None
    copy: Copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A problem as one agency sees it; ``copy``: its own of the alert, None where it has none or there is no alert."""

    problem: Kept
    copy: Copy | None

    @property
    def title(self) -> str:
        """What it is called: as the reader's copy calls it, or as whoever opened it by hand did."""
        if self.copy is not None:
            return str(self.copy.get("title") or "An alert without a title")
        return self.problem.record.title or "The alert that this rests on no longer stands"


Others = Mapping[tuple[str, str], Held]


def holding(connection: Connection, agency: str) -> dict[str, Held]:
    """The copies that an agency holds now, by name."""
    return {name: Held(matter=matter, copy=copy) for name, (matter, copy) in held_by(connection, agency).items()}


def seen_by(connection: Connection, agency: str, held: Mapping[str, Held] | None = None) -> list[Seen]:
    """The problems that an agency may see, the oldest first."""
    held = holding(connection, agency) if held is None else held
    problems = all_kept(connection, "problem")
    of_others = {one.record.alert for one in problems if one.record.alert and one.agency != agency}
    openers = copies_called(connection, of_others) if of_others else {}
    found = []
    for one in problems:
        copy = _own_copy(one, agency, held, openers)
        if copy is not None or agency == one.agency or (one.record.alert is None and _takes_part(one, agency)):
            found.append(Seen(problem=one, copy=copy))
    return found


def seen_problem(connection: Connection, agency: str, id: str) -> Seen | None:
    """One problem, if the agency may see it."""
    return next((seen for seen in seen_by(connection, agency) if seen.problem.id == id), None)


def _takes_part(problem: Kept, agency: str) -> bool:
    return agency in (problem.record.lead, *problem.record.partners)


def _own_copy(problem: Kept, agency: str, held: Mapping[str, Held], others: Others) -> Copy | None:
    """The agency's copy of what the problem is about, whatever it is called there."""
    name = own_name(problem.record.alert, problem.agency, agency, held, others)
    return None if name is None else held[name].copy


def own_name(alert: str | None, maker: str, agency: str, held: Mapping[str, Held], others: Others) -> str | None:
    """What ``agency``, which holds ``held``, calls its copy of what ``maker`` calls ``alert``; none: it has none."""
    if maker == agency:
        return alert if alert in held else None
    theirs = others.get((str(alert), maker))
    if theirs is None:
        return None
    return next((name for name, mine in sorted(held.items()) if _same_issue(mine, theirs)), None)


def copies_called(connection: Connection, names: Collection[str]) -> Others:
    """The copies of these names, whosever they are, by name and agency."""
    rows = connection.execute(
        select(Told.alert, Told.agency, Told.matter, Told.body).where(Told.alert.in_(sorted(names)))
    )
    return {
        (row.alert, row.agency): Held(matter=row.matter, copy=row.body) for row in rows if isinstance(row.body, dict)
    }


def _same_issue(mine: Held, theirs: Held) -> bool:
    """Whether two copies are of one alert, or rest on the same reports by half of the shorter list (ADR 6)."""
    if mine.matter is not None and mine.matter == theirs.matter:
        return True
    if mine.copy.get("kind") != theirs.copy.get("kind"):
        return False
    here, there = ({*held.copy.get("evidence", ())} for held in (mine, theirs))
    shared = len(here & there)
    return shared > 0 and shared * 2 >= min(len(here), len(there))


def told_of(partnership: Partnership, giver: str, day: date, *fields: str) -> frozenset[str]:
    """The agencies to which an agreement in force on ``day`` lets ``giver`` tell such fields."""
    return frozenset(
        name
        for one in partnership.agreements
        if giver in one.givers and not one.pointer and one.fields >= set(fields) and one.holds(day, day)
        for name in one.receivers
        if name != giver
    )
