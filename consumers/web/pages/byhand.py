"""Reports sent by hand: one by a form, or many by a table that is looked at row by row before it goes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.responses import Response as File

from consumers.accounts.log import by_user, entry
from consumers.byhand.before import sent_before
from consumers.byhand.entry import NotWhole, report_of
from consumers.byhand.sending import NotTaken, NoWay, hand_over
from consumers.byhand.table import COLUMNS, MOST_BYTES, MOST_ROWS, NoTable, Row, example, rows_of, shown
from consumers.publisher.naming import ReportName, name_in
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import reading
from consumers.web.visit import visit_of
from schemas.kinds import CATEGORIES, DETAILS
from schemas.report import Role

HERE = "/agencies/{agency}/send"
MOST_SHOWN = 200
MAY = "send-by-hand"
SENT = "sent-by-hand"  # the act: whose hand it was stands in no report
ROLES: tuple[str, ...] = Role.__args__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A row as it is shown before it is sent: ``before`` says that it came already."""

    number: int
    id: str
    says: Mapping[str, Any]
    problems: Sequence[str]
    before: str


class ByHand:
    """For agencies without a system that sends: by the same rules, to the same topic, as themselves."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.start, may=MAY)
        ways.get(f"{HERE}/example", self.example, may=MAY)
        ways.post(f"{HERE}/report", self.report, may=MAY)
        ways.post(f"{HERE}/table", self.table, may=MAY, upload=True)

    def start(self, request: Request, agency: str) -> Response:  # noqa: ARG002 - the gate reads it
        """The form for one report, and where to bring a table."""
        return self._form(request)

    def example(self, agency: str) -> Response:
        """A table to be written over."""
        name = f"{agency}-reports.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return File(example().encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)

    def report(self, request: Request, agency: str) -> Response:
        """Send the one report that was typed."""
        form = visit_of(request).form
        try:
            report = report_of(lambda name: one(form, name), agency, self._house.now())
        except NotWhole as wrong:
            return self._form(request, status=400, errors=wrong.errors)
        raw = Row(number=1, id=report["id"], version=1, raw=_bytes(report))
        return self._send(request, agency, [raw])

    def table(self, request: Request, agency: str) -> Response:
        """Show the rows with what is wrong; or, when that was seen, send those that are right."""
        form = visit_of(request).form
        text = one(form, "file") or one(form, "table")
        try:
            rows = rows_of(text, agency)
        except NoTable as why:
            return self._form(request, status=400, errors={"file": str(why)})
        right = [row for row in rows if not row.problems]
        if one(form, "sure") == "yes" and right:
            return self._send(request, agency, right)
        looked = self._looked(agency, rows)
        wrong = [row for row in looked if row.problems]
        return self._pages.page(
            request,
            "by_hand_rows.html",
            table=text,
            right=[row for row in looked if not row.problems][:MOST_SHOWN],
            wrong=wrong[:MOST_SHOWN],
            how_many=len(right),
            how_many_wrong=len(wrong),
            before=sum(bool(row.before) for row in looked),
        )

    def _looked(self, agency: str, rows: Sequence[Row]) -> list[Looked]:
        with reading(self._house.engine) as connection:
            before = sent_before(connection, agency, {row.id for row in rows if not row.problems})
        return [
            Looked(
                number=row.number,
                id=row.id,
                says=shown(row.raw),
                problems=row.problems,
                before=before[row.id][1] if row.id in before else "",
            )
            for row in rows
        ]

    def _send(self, request: Request, agency: str, rows: Sequence[Row]) -> Response:
        house, who = self._house, visit_of(request).who
        named = [(row.raw, _name(row)) for row in rows if row.raw is not None]
        try:
            count = hand_over(house.lane, agency, named)
        except (NoWay, NotTaken) as why:
            return self._form(request, status=400, errors={"file": str(why)})
        line = entry(house.now(), by_user(who.user), SENT, f"agency:{agency}", reports=[row.id for row in rows])
        with house.engine.begin() as connection:
            house.keep(connection, [line])
        return RedirectResponse(f"/agencies/{agency}/data?sent={count}", status_code=303)

    def _form(self, request: Request, *, status: int = 200, errors: Mapping[str, str] | None = None) -> Response:
        form = visit_of(request).form
        return self._pages.page(
            request,
            "by_hand.html",
            status=status,
            errors=errors or {},
            typed={name: values[0] for name, values in form.items() if len(values) == 1 and name != "word"},
            categories=[("", "Choose"), *CATEGORIES.items()],
            details=[("", "Not said"), *sorted((name, one.title) for name, one in DETAILS.items())],
            roles=[("", "Choose"), *((role, role.capitalize()) for role in ROLES)],
            columns=list(COLUMNS.values()),
            most_rows=MOST_ROWS,
            most_kilobytes=MOST_BYTES // 1024,
        )


def _bytes(report: Mapping[str, Any]) -> bytes:
    return json.dumps(report, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _name(row: Row) -> ReportName:
    return name_in(shown(row.raw))
