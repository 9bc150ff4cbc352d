"""Commands on tasks: what a partnership would script, and minutes back in."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from deploy.cli.options import Agency, AsJson, Store, fail, known_agency, partnership_of, settings_with
from deploy.cli.people import By, judge_named

if TYPE_CHECKING:
    from consumers.work.desk import Desk
    from consumers.work.kept import Kept
    from schemas.agencies import Partnership

T = TypeVar("T")
tasks = typer.Typer(help="Tasks that the meeting agreed.", no_args_is_help=True)
Number = Annotated[str, typer.Argument(help="The task's id.")]
MOST_BYTES = 1 << 20


def mount(app: typer.Typer) -> None:
    """Hang the commands on ``app``."""
    app.add_typer(tasks, name="task", rich_help_panel="Working together")


@tasks.command("list")
def task_list(
    agency: Agency,
    every: Annotated[bool, typer.Option("--all", help="Those that are done or dropped, too.")] = False,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """The tasks that an agency may see: its own, those it set, and those of problems whose alert it has."""
    from consumers.work.sight import seen_by
    from consumers.work.tasks import is_overdue, tasks_seen

    def work(desk: "Desk", _: "Partnership") -> "list[Kept]":
        return list(tasks_seen(desk.connection, agency, seen_by(desk.connection, agency)).all)

    found = [task for task in _at_desk(store, agency, None, work) if every or task.record.state == "open"]
    today = date.today()  # noqa: DTZ011 - the day here
    for task in found:
        if as_json:
            said = {"id": task.id, "problem": task.parent, "set_by": task.agency, "version": task.version}
            typer.echo(json.dumps(said | task.record.model_dump(mode="json"), ensure_ascii=False))
        else:
            typer.echo(_line(task, overdue=is_overdue(task, today)))
    if not found and not as_json:
        typer.echo("There are no tasks." if every else "There are no open tasks.")


def _line(task: "Kept", *, overdue: bool) -> str:
    said = task.record
    when = f", by {said.review:%d %b %Y}{' (OVERDUE)' if overdue else ''}" if said.review else ""
    return f"{task.id}  {said.state:<7}  {said.owner}, {said.team}{when}: {said.what}"


@tasks.command("add")
def task_add(
    what: Annotated[str, typer.Argument(help="What is to be done.")],
    agency: Agency,
    owner: Annotated[str, typer.Option("--owner", help="The agency whose task it is.")],
    team: Annotated[str, typer.Option("--team", help="Its team.")],
    problem: Annotated[str | None, typer.Option("--problem", help="A problem's id, or the alert's.")] = None,
    review: Annotated[str | None, typer.Option("--review", help="When it is looked at, such as 2026-12-02.")] = None,
    priority: Annotated[str, typer.Option("--priority", help="low, medium or high.")] = "medium",
    place: Annotated[str | None, typer.Option("--place", help="Where.")] = None,
    by: By = None,
    store: Store = None,
) -> None:
    """Set a task."""
    said = {"what": what, "owner": owner, "team": team, "problem": problem, "review": review, "place": place}
    (made,) = _take(store, agency, by, [said | {"priority": priority}])
    typer.echo(made)


@tasks.command("import")
def task_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file with a heading, or JSON.")],
    agency: Agency,
    check: Annotated[bool, typer.Option("--check", help="Only say what is wrong in it.")] = False,
    by: By = None,
    store: Store = None,
    as_json: AsJson = False,
) -> None:
    """Take the minutes of a meeting in as tasks, all or none; the same minutes twice are taken once.

    A pack's own Word file will do, with its form filled in.

    Columns: what, owner, team; and where wanted problem, place, priority, review, officers, lender, state, outcome.
    """
    from consumers.work.minutes import Unreadable, rows_of
    from streams.issues.words import several

    if file.stat().st_size > MOST_BYTES:
        fail(f"{file.name} is larger than a megabyte: split it")
        raise typer.Exit(2)
    try:
        is_pack = file.suffix.lower() == ".docx"
        rows = _typed_in(store, agency, by, file) if is_pack else rows_of(file.read_text("utf-8-sig"), file.name)
    except (Unreadable, UnicodeDecodeError) as wrong:
        fail(str(wrong) if isinstance(wrong, Unreadable) else f"{file.name} is not in UTF-8")
        raise typer.Exit(2) from None
    made = _take(store, agency, by, rows, check=check)
    if as_json:
        typer.echo(json.dumps({"tasks": made, "rows": len(rows)}))
    else:
        typer.echo(
            f"{several(len(rows), 'row')} can be taken" if check else f"{several(len(made), 'task')} as the minutes say"
        )


@tasks.command("close")
def task_close(
    task: Number,
    agency: Agency,
    outcome: Annotated[str, typer.Option("--outcome", help="What came of it.")],
    dropped: Annotated[bool, typer.Option("--dropped", help="It is not done, and will not be.")] = False,
    by: By = None,
    store: Store = None,
) -> None:
    """Say that a task is done, or dropped, and what came of it."""

    def work(desk: "Desk", _: "Partnership") -> None:
        found = _ours(desk, task)
        said = {**found.record.model_dump(), "state": "dropped" if dropped else "done", "outcome": outcome}
        desk.change(task, _read(said), seen=found.version)

    _at_desk(store, agency, by, work)
    typer.echo("dropped" if dropped else "done")


@tasks.command("undo")
def task_undo(task: Number, agency: Agency, by: By = None, store: Store = None) -> None:
    """Take back what was last done to a task: its closing, or the setting of it."""

    def work(desk: "Desk", _: "Partnership") -> None:
        desk.undo(task, seen=_ours(desk, task).version)

    _at_desk(store, agency, by, work)
    typer.echo("undone")


def _ours(desk: "Desk", id: str) -> "Kept":
    from consumers.work.desk import NotDone
    from consumers.work.kept import kept
    from consumers.work.tasks import may_change

    found = kept(desk.connection, id)
    if found is None or found.kind != "task" or not may_change(desk.agency, found):
        raise NotDone(f"{desk.agency} has no task {id}")
    return found


def _read(said: dict[str, Any]) -> Any:
    from pydantic import ValidationError

    from consumers.work.desk import NotDone
    from schemas.sentences import reasons_of
    from schemas.work import Task

    try:
        return Task.model_validate(said)
    except ValidationError as error:
        raise NotDone("; ".join(reasons_of(error, Task))) from None


def _typed_in(store: str | None, agency: str, by: str | None, file: Path) -> list[Any]:
    from consumers.packs.minutes import minutes_of

    def work(desk: "Desk", partnership: "Partnership") -> list[Any]:
        return list(minutes_of(file.read_bytes(), desk.connection, agency, partnership))

    return _at_desk(store, agency, by, work)


def _take(store: str | None, agency: str, by: str | None, rows: list[Any], *, check: bool = False) -> list[str]:
    from consumers.work.minutes import judged, take

    def work(desk: "Desk", partnership: "Partnership") -> list[str]:
        found = judged(desk, rows, partnership)
        return [] if check and not any(row.faults for row in found) else take(desk, found)

    return _at_desk(store, agency, by, work)


def _at_desk(store: str | None, agency: str, by: str | None, work: "Callable[[Desk, Partnership], T]") -> T:
    """Do it in one transaction, or end with a sentence where it cannot be done."""
    from consumers.work.desk import Desk, NotDone
    from deploy.recording import keep
    from deploy.store import ready_store
    from streams.store import writing

    settings = settings_with(store=store)
    partnership = partnership_of(settings)
    known_agency(agency, partnership)
    who, engine = judge_named(by), ready_store(settings)
    try:
        with writing(engine) as connection:
            desk = Desk(connection=connection, keep=keep, at=datetime.now(UTC), by=who[:80], agency=agency)
            return work(desk, partnership)
    except NotDone as why:
        fail(str(why))
        raise typer.Exit(1) from None
    finally:
        engine.dispose()
