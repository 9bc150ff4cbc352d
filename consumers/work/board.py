"""The board of the weekly meeting: what is taken up and what is not yet, ranked, with what each rank comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from consumers.copies import Copy
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Held, Seen, holding, seen_by
from consumers.work.tasks import Tasks, is_overdue, tasks_seen

ORDERS = {"score": "score", "harm": "harm", "overdue": "tasks overdue", "again": "how often before"}
LIVE = frozenset({"open", "acknowledged", "tasked"})
PRIORITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A problem on the board: its tasks, how many are overdue, and how often the same was a problem before."""

    seen: Seen
    tasks: tuple[Kept, ...]
    overdue: int
    again: int

    @property
    def open(self) -> bool:
        """Whether it is still worked on."""
        return bool(self.seen.problem.record.state == "open")

    @property
    def score(self) -> float:
        """The alert's score, for ranking; none where no alert tells of it."""
        return _number(self.seen.copy, "score")

    @property
    def harm(self) -> float:
        """What the harm table adds to the score."""
        return harm_of(self.seen.copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """What an agency brings to the table: problems by rank, tasks beside them, alerts nobody has taken up."""

    issues: tuple[Issue, ...]
    closed: tuple[Issue, ...]
    others: tuple[Kept, ...]
    waiting: tuple[tuple[str, Copy], ...]


def board_of(connection: Connection, agency: str, today: date, order: str = "score") -> Board:
    """The board as one agency may see it."""
    held = holding(connection, agency)
    problems = seen_by(connection, agency, held)
    tasks = tasks_seen(connection, agency, problems)
    issues = [_issue(seen, problems, tasks, today) for seen in problems]
    return Board(
        issues=tuple(sorted((one for one in issues if one.open), key=lambda one: _rank(one, order))),
        closed=tuple(one for one in reversed(issues) if not one.open),
        others=tasks.alone(seen.problem.id for seen in problems),
        waiting=_waiting(held, problems),
    )


def notes_of(connection: Connection, agency: str, problem: str) -> list[Kept]:
    """What was written at each stage of a problem that the agency may read; the oldest first."""
    notes = all_kept(connection, "note", parents=[problem])
    return [note for note in notes if note.agency == agency or not note.record.own]


def latest_of(connection: Connection, agency: str, problems: Sequence[str]) -> dict[str, Kept]:
    """The last note of each problem that the agency may read."""
    notes = all_kept(connection, "note", parents=problems)
    return {str(note.parent): note for note in notes if note.agency == agency or not note.record.own}


def harm_of(copy: Copy | None) -> float:
    """The part of an alert's score that its harm makes."""
    parts = (copy or {}).get("score_parts")
    return _number(parts, "harm") if isinstance(parts, Mapping) else 0.0


def _issue(seen: Seen, every: Sequence[Seen], tasks: Tasks, today: date) -> Issue:
    mine = tasks.of(seen.problem.id)
    return Issue(
        seen=seen,
        tasks=mine,
        overdue=sum(is_overdue(task, today) for task in mine),
        again=_before(seen, every),
    )


def _before(seen: Seen, every: Iterable[Seen]) -> int:
    """How many problems opened earlier were about the same person or place, or the same kind in the same area."""
    about = _about(seen.copy)
    return sum(
        other.problem.id != seen.problem.id
        and other.problem.made_at <= seen.problem.made_at
        and not about.isdisjoint(_about(other.copy))
        for other in every
    )


def _about(copy: Copy | None) -> frozenset[tuple[str, str]]:
    if copy is None:
        return frozenset()
    ids = {(part, str(copy[part]["id"])) for part in ("person", "place") if isinstance(copy.get(part), Mapping)}
    area = copy.get("area")
    if not ids and isinstance(area, Mapping) and area.get("name"):
        ids = {("area", f"{area['name']}|{copy.get('category')}")}
    return frozenset(ids)


def _rank(issue: Issue, order: str) -> tuple[float | str, ...]:
    first = {"harm": -issue.harm, "overdue": -issue.overdue, "again": -issue.again}.get(order, 0.0)
    return (first, PRIORITIES.index(issue.seen.problem.record.priority), -issue.score, issue.seen.problem.id)


def _waiting(held: Mapping[str, Held], problems: Iterable[Seen]) -> tuple[tuple[str, Copy], ...]:
    """Live alerts that no problem is about, the highest score first; nothing about the reporting itself."""
    taken = {str(seen.copy.get("id")) for seen in problems if seen.copy is not None}
    rest = [
        (name, one.copy)
        for name, one in held.items()
        if name not in taken and one.copy.get("state", "open") in LIVE and one.copy.get("kind") != "data-notice"
    ]
    return tuple(sorted(rest, key=lambda pair: (-_number(pair[1], "score"), pair[0])))


def _number(values: Mapping[str, object] | None, name: str) -> float:
    value = (values or {}).get(name)
    return float(value) if isinstance(value, int | float) else 0.0
