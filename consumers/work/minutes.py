"""Minutes back in as tasks: a table or a list of what was agreed, taken whole or not at all."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from consumers.work.desk import Desk, NotDone
from consumers.work.sight import seen_by
from schemas.agencies import Partnership
from schemas.sentences import reasons_of
from schemas.work import Task

FIELDS = ("problem", *Task.model_fields)
MOST_ROWS = 500


class Unreadable(NotDone):
    """Minutes that cannot be read as rows; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the minutes: the task it makes, under which problem, or what is wrong with it."""

    number: int
    problem: str | None = None
    task: Task | None = None
    faults: tuple[str, ...] = ()


def rows_of(text: str, name: str) -> list[Mapping[str, Any]]:
    """The rows of a table with a heading, or of a JSON list of objects; raises ``Unreadable``.

    The table's columns are parted by commas, or by tabs as a spreadsheet copies them.
    """
    parted = "\t" if "\t" in text.partition("\n")[0] else ","
    try:
        table = csv.DictReader(io.StringIO(text), delimiter=parted, strict=True)
        listed = json.loads(text) if name.endswith(".json") else list(table)
    except (ValueError, csv.Error, RecursionError):
        raise Unreadable(f"{name} is neither a table with a heading nor a JSON list") from None
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise Unreadable(f"{name} holds something else than a list of tasks")
    if len(listed) > MOST_ROWS:
        raise Unreadable(f"{name} has {len(listed)} rows, more than {MOST_ROWS}: split it")
    return listed


def judged(desk: Desk, rows: Iterable[Mapping[str, Any]], partnership: Partnership) -> list[Row]:
    """Each row as a task, or with its faults; a problem is named by its id, or by the alert's."""
    named: dict[str, str] = {}
    for seen in seen_by(desk.connection, desk.agency):
        named |= {seen.problem.id: seen.problem.id}
        named |= {str(seen.copy["id"]): seen.problem.id} if seen.copy is not None else {}
    return [_judged(number, row, named, partnership) for number, row in enumerate(rows, start=1)]


def take(desk: Desk, rows: Sequence[Row]) -> list[str]:
    """Make the tasks; raises ``NotDone`` where a row has a fault, and then nothing is made."""
    if faults := [f"row {row.number}: {'; '.join(row.faults)}" for row in rows if row.faults]:
        raise NotDone("\n".join(faults))
    return [desk.make(row.task, parent=row.problem, told=(row.task.owner,)) for row in rows if row.task is not None]


def _judged(number: int, row: Mapping[str, Any], named: Mapping[str, str], partnership: Partnership) -> Row:
    said = {str(name): _plain(value) for name, value in row.items() if value not in (None, "")}
    unknown = [f"there is no column {name!r}" for name in said if name not in FIELDS]
    problem = str(said.pop("problem", "")) or None
    faults = unknown if problem is None or problem in named else [*unknown, "you have no such problem or alert"]
    if "officers" in said and str(said["officers"]).isdecimal():
        said["officers"] = int(said["officers"])
    try:
        task = Task.model_validate({name: value for name, value in said.items() if name in Task.model_fields})
    except ValidationError as error:
        return Row(number=number, faults=(*faults, *reasons_of(error, Task)))
    strangers = [name for name in (task.owner, task.lender) if name is not None and name not in partnership]
    faults = [*faults, *(f"there is no agency {name!r}" for name in strangers)]
    if faults:
        return Row(number=number, faults=tuple(faults))
    return Row(number=number, problem=named.get(problem or ""), task=task)


def _plain(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value
