"""Tasks: who sees one, and which want looking at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from consumers.work.kept import Kept, all_kept
from consumers.work.sight import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """The tasks that an agency may see: its own, those it set or lends officers for, those of problems it may see."""

    all: tuple[Kept, ...]

    def of(self, problem: str) -> tuple[Kept, ...]:
        """Those of one problem."""
        return tuple(task for task in self.all if task.parent == problem)

    def alone(self, seen: Iterable[str]) -> tuple[Kept, ...]:
        """Those that belong to none of the problems seen."""
        shown = set(seen)
        return tuple(task for task in self.all if task.parent not in shown)


def tasks_seen(connection: Connection, agency: str, problems: Iterable[Seen]) -> Tasks:
    """All tasks that an agency may see, the oldest first."""
    shown = {seen.problem.id for seen in problems}
    return Tasks(
        all=tuple(
            task
            for task in all_kept(connection, "task")
            if task.parent in shown or agency in (task.agency, task.record.owner, task.record.lender)
        )
    )


def is_overdue(task: Kept, today: date) -> bool:
    """Whether it is still open after the day it was to be looked at."""
    return task.record.state == "open" and task.record.review is not None and task.record.review < today


def may_change(agency: str, one: Kept, *, lead: str | None = None) -> bool:
    """Whether the agency may change it: whoever made it, whose task it is, who leads the problem."""
    return agency in (one.agency, lead, getattr(one.record, "owner", None))
