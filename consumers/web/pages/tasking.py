"""The tasking board of the weekly meeting, and minutes back in."""

from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.web.filled import read, said, several
from consumers.web.forms import Form, one
from consumers.web.gate import Ways
from consumers.web.visit import visit_of
from consumers.web.working import Working
from consumers.work.board import ORDERS, board_of, latest_of
from consumers.work.desk import NotDone
from consumers.work.minutes import Row, judged, rows_of, take
from consumers.work.sight import holding
from schemas.work import Problem

HERE = "/agencies/{agency}/tasking"
MOST_WAITING = 8  # of the alerts nobody has taken up; the list of alerts has them all
PRIORITIES = [("high", "High"), ("medium", "Medium"), ("low", "Low")]


class Tasking(Working):
    """What an agency brings to the meeting, and takes away from it."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.board, may="read-work")
        ways.post(HERE, self.open, may="work")
        ways.get(f"{HERE}/minutes", self.minutes, may="work")
        ways.post(f"{HERE}/minutes", self.take_minutes, may="work")

    def board(self, request: Request, agency: str, order: str = "score") -> Response:
        """The board, in an order."""
        if order not in ORDERS:
            raise HTTPException(404)
        return self._board(request, agency, order)

    def open(self, request: Request, agency: str) -> Response:
        """Take an alert up as a problem, or open one by hand."""
        form = visit_of(request).form
        values = said(form, "alert", "title", "place", "priority") | {
            "lead": agency,
            "partners": several(form, "partners"),
        }
        problem, errors = read(Problem, values)
        if strangers := [name for name in values["partners"] if name not in self.house.partnership]:
            errors = {**errors, "partners": f"There is no agency {strangers[0]}."}
        if problem is None or errors:
            return self._board(request, agency, "score", status=400, errors=errors, typed=values)
        with self.desk(request) as desk:
            if problem.alert is not None and problem.alert not in holding(desk.connection, agency):
                raise HTTPException(404)
            id = desk.make(problem, told=problem.partners)
        return RedirectResponse(f"{HERE.format(agency=agency)}/{id}", status_code=303)

    def minutes(self, request: Request, agency: str) -> Response:  # noqa: ARG002 - the gate has seen to the agency
        """The form for minutes."""
        return self.show(request, "work/minutes.html", rows=[], text="", says="")

    def take_minutes(self, request: Request, agency: str) -> Response:
        """Show what minutes would come to, row by row; take them where they were shown and all rows are right."""
        form = visit_of(request).form
        rows, says = self._judged(request, form)
        if not says and not any(row.faults for row in rows) and one(form, "take"):
            with self.desk(request) as desk:
                take(desk, rows)
            return RedirectResponse(HERE.format(agency=agency), status_code=303)
        status = 400 if says or any(row.faults for row in rows) else 200
        return self.show(request, "work/minutes.html", status=status, rows=rows, text=one(form, "text"), says=says)

    def _judged(self, request: Request, form: Form) -> tuple[list[Row], str]:
        try:
            rows = rows_of(one(form, "text").strip(), "The table")
            with self.desk(request) as desk:
                found = judged(desk, rows, self.house.partnership)
        except NotDone as why:
            return [], str(why)
        return found, "" if found else "There is no row under a heading."

    def _board(self, request: Request, agency: str, order: str, **others: Any) -> Response:
        with self.reader(agency) as reader:
            board = board_of(reader.connection, agency, self.today, order)
            latest = latest_of(reader.connection, agency, [issue.seen.problem.id for issue in board.issues])
        return self.show(
            request,
            "work/board.html",
            board=board,
            latest=latest,
            waiting=board.waiting[:MOST_WAITING],
            more=len(board.waiting) - MOST_WAITING,
            order=order,
            orders=list(ORDERS.items()),
            priorities=PRIORITIES,
            **others,
        )
