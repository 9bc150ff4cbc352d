"""One problem, worked on stage by stage: what was found, who does what, what came of it."""

from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import Connection

from consumers.web.filled import Errors, number, read, said
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.pages.tasking import PRIORITIES
from consumers.web.visit import visit_of
from consumers.web.working import Working, or_nothing, version_of
from consumers.work.board import notes_of
from consumers.work.desk import NotDone
from consumers.work.kept import Kept, kept
from consumers.work.sight import Seen, seen_by, seen_problem
from consumers.work.tasks import may_change, tasks_seen
from schemas.work import STAGES, Note, Problem, Task

BOARD = "/agencies/{agency}/tasking"
HERE = "/agencies/{agency}/tasking/{problem}"
TASK = "/agencies/{agency}/tasks/{task}"
OF_A_TASK = ("what", "owner", "team", "place", "priority", "review", "officers", "lender", "state", "outcome")


class Problems(Working):
    """A problem and its tasks, as an agency may see them."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.problem, may="read-work")
        ways.post(HERE, self.change, may="work")
        ways.post(f"{HERE}/notes", self.note, may="work")
        ways.post(f"{HERE}/tasks", self.task, may="work")
        ways.post("/agencies/{agency}/tasks", self.lone_task, may="work")
        ways.get(TASK, self.one_task, may="read-work")
        ways.post(TASK, self.change_task, may="work")

    def problem(self, request: Request, agency: str, problem: str) -> Response:
        """The problem, its stages, tasks and history."""
        return self._page(request, agency, problem)

    def change(self, request: Request, agency: str, problem: str) -> Response:
        """Change who leads it, how far it is, when it is looked at again; or close it."""
        form = visit_of(request).form
        fields = ("title", "lead", "place", "priority", "stage", "review", "state", "outcome")
        with self.desk(request) as desk:
            seen = self._seen(desk.connection, agency, problem)
            if not may_change(agency, seen.problem, lead=seen.problem.record.lead):
                raise HTTPException(404)
            now = seen.problem.record
            values = said(form, *fields) | {"alert": now.alert, "partners": now.partners}
            changed, errors = read(Problem, values)
            errors = {**errors, **self._strangers(values, "lead")}
            if changed is not None and not errors:
                try:
                    desk.change(problem, changed, seen=version_of(one(form, "seen")))
                except NotDone as why:
                    errors = {"stage": str(why)}
                else:
                    if (now.state, changed.state) == ("open", "closed"):
                        self.say(desk, seen.copy, "closed", outcome=changed.outcome)
        return self._back(request, agency, problem, errors, typed=values, about="problem")

    def note(self, request: Request, agency: str, problem: str) -> Response:
        """Write down what was found or decided at a stage."""
        form = visit_of(request).form
        values = said(form, "stage", "text")
        note, errors = read(Note, values | {"own": bool(one(form, "own"))})
        with self.desk(request) as desk:
            self._seen(desk.connection, agency, problem)
            if note is not None:
                desk.make(note, parent=problem)
        return self._back(request, agency, problem, errors, typed=values, about="note")

    def task(self, request: Request, agency: str, problem: str) -> Response:
        """Set a task under the problem."""
        values, task, errors = self._task(request)
        with self.desk(request) as desk:
            seen = self._seen(desk.connection, agency, problem)
            if task is not None and not errors:
                desk.make(task, parent=problem, told=(task.owner,))
                self.say(desk, seen.copy, "tasked", task=as_told(task))
        return self._back(request, agency, problem, errors, typed=values, about="task")

    def lone_task(self, request: Request, agency: str) -> Response:
        """Set a task that belongs to no problem."""
        values, task, errors = self._task(request)
        if task is None or errors:
            return self._task_page(request, None, status=400, errors=errors, typed=values)
        with self.desk(request) as desk:
            desk.make(task, told=(task.owner,))
        return RedirectResponse(BOARD.format(agency=agency), status_code=303)

    def one_task(self, request: Request, agency: str, task: str) -> Response:
        """One task, to be changed; under the name ``new``, the form for one that belongs to no problem."""
        if task == "new":
            return self._task_page(request, None)
        with self.reader(agency) as reader:
            found = self._task_seen(reader.connection, agency, task)
            done = self.history(reader.connection, agency, found)
        return self._task_page(request, found, done=done)

    def change_task(self, request: Request, agency: str, task: str) -> Response:
        """Change it, or say what came of it."""
        values, changed, errors = self._task(request)
        with self.desk(request) as desk:
            found = self._task_seen(desk.connection, agency, task)
            if not may_change(agency, found):
                raise HTTPException(404)
            if changed is not None and not errors:
                try:
                    desk.change(
                        task, changed, seen=version_of(one(visit_of(request).form, "seen")), told=(changed.owner,)
                    )
                except NotDone as why:
                    errors = {"what": str(why)}
        if errors:
            return self._task_page(request, found, status=400, errors=errors, typed=values)
        onward = BOARD if found.parent is None or not self._sees(agency, found.parent) else f"{BOARD}/{found.parent}"
        return RedirectResponse(onward.format(agency=agency), status_code=303)

    def _task(self, request: Request) -> tuple[dict[str, Any], Task | None, Errors]:
        values = said(visit_of(request).form, *OF_A_TASK)
        number(values, "officers")
        task, errors = read(Task, values)
        return values, task, {**errors, **self._strangers(values, "owner", "lender")}

    def _strangers(self, values: dict[str, Any], *names: str) -> Errors:
        known = self.house.partnership
        return {name: "Choose an agency." for name in names if name in values and values[name] not in known}

    def _seen(self, connection: Connection, agency: str, problem: str) -> Seen:
        found = or_nothing(seen_problem(connection, agency, problem))
        assert isinstance(found, Seen)  # noqa: S101
        return found

    def _sees(self, agency: str, problem: str) -> bool:
        with self.reader(agency) as reader:
            return seen_problem(reader.connection, agency, problem) is not None

    def _task_seen(self, connection: Connection, agency: str, task: str) -> Kept:
        every = tasks_seen(connection, agency, seen_by(connection, agency)).all
        found = or_nothing(next((one for one in every if one.id == task), None))
        assert isinstance(found, Kept)  # noqa: S101
        return found

    def _back(self, request: Request, agency: str, problem: str, errors: Errors, **others: Any) -> Response:
        """To the problem where all was right, and with what was wrong where not."""
        if errors:
            return self._page(request, agency, problem, status=400, errors=errors, **others)
        return RedirectResponse(HERE.format(agency=agency, problem=problem), status_code=303)

    def _page(self, request: Request, agency: str, problem: str, about: str = "", **others: Any) -> Response:
        with self.reader(agency) as reader:
            connection = reader.connection
            seen = self._seen(connection, agency, problem)
            notes = notes_of(connection, agency, problem)
            tasks = tasks_seen(connection, agency, [seen]).of(problem)
            done = self.history(connection, agency, seen.problem, *notes, *tasks)
        return self.show(
            request,
            "work/problem.html",
            seen=seen,
            notes=notes,
            tasks=tasks,
            done=done,
            about=about,
            stages=STAGES,
            priorities=PRIORITIES,
            may_lead=may_change(agency, seen.problem, lead=seen.problem.record.lead),
            **others,
        )

    def _task_page(self, request: Request, task: Kept | None, **others: Any) -> Response:
        agency = visit_of(request).who.agency
        mine = task is None or may_change(agency, task)
        shown = {"done": [], **others}
        return self.show(request, "work/task.html", task=task, mine=mine, priorities=PRIORITIES, **shown)


def as_told(task: Task) -> dict[str, Any]:
    """What of a task goes with the word that there is one; never what is to be done."""
    return {"team": task.team, "review": None if task.review is None else task.review.isoformat()}


def work_of(connection: Connection, agency: str, id: str) -> Kept | None:
    """A thing that the agency may change, taken back or not."""
    found = kept(connection, id)
    lead = getattr(found.record, "lead", None) if found is not None else None
    return found if found is not None and may_change(agency, found, lead=lead) else None
