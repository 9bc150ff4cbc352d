"""The tasks that everyone at a meeting may see, as its pack lists them: what is overdue first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from consumers.packs.meetings import Meeting
from consumers.words import printable
from consumers.work.kept import Kept, all_kept
from consumers.work.sight import seen_by
from consumers.work.tasks import is_overdue, tasks_seen
from schemas.agencies import Partnership


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """A task that is still open: what, whose, and when it is looked at again."""

    what: str
    who: str
    review: date | None
    overdue: bool


def agreed(connection: Connection, partnership: Partnership, meeting: Meeting, day: date) -> Sequence[Agreed]:
    """The open tasks that each agency of the meeting may see by itself; as they were written."""
    if not all_kept(connection, "task"):
        return ()
    seen = [
        {task.id: task for task in tasks_seen(connection, name, seen_by(connection, name)).all}
        for name in meeting.agencies
    ]
    common = [task for id, task in seen[0].items() if all(id in one for one in seen[1:])]
    listed = [_line(task, partnership, day) for task in common if task.record.state == "open"]
    return sorted(listed, key=lambda one: (not one.overdue, one.review or date.max, one.what))


def _line(task: Kept, partnership: Partnership, day: date) -> Agreed:
    said = task.record
    owner = partnership[said.owner].title if said.owner in partnership else said.owner
    return Agreed(
        what=printable(said.what),
        who=printable(f"{owner}, {said.team}"),
        review=said.review,
        overdue=is_overdue(task, day),
    )
