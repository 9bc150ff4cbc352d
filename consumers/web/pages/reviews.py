"""Case reviews: who stands at the threshold and near it, who has asked, and which clock is due."""

from datetime import date
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.case_reviews.clocks import clocks
from consumers.case_reviews.standing import KIND, reviews_of
from consumers.web.filled import prefixed, read, said
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.pages.problems import work_of
from consumers.web.visit import visit_of
from consumers.web.working import Working, or_nothing, version_of
from consumers.work.desk import NotDone
from consumers.work.sight import holding
from schemas.work import CaseReview

HERE = "/agencies/{agency}/reviews"
ASKED_BY = [
    ("victim", "The victim"),
    ("on-behalf", "Somebody on their behalf"),
    ("manager", "A manager, for someone vulnerable"),
]


class Reviews(Working):
    """The ASB case reviews of an agency."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.reviews, may="read-work")
        ways.post(HERE, self.ask, may="work")
        ways.post(f"{HERE}/{{review}}", self.answer, may="work")

    def reviews(self, request: Request, agency: str) -> Response:
        """Those asked for with their clocks, and those who might ask."""
        return self._page(request, agency)

    def ask(self, request: Request, agency: str) -> Response:
        """Write down that a review was asked for."""
        values = said(visit_of(request).form, "alert", "reference", "requested", "by")
        review, errors = read(CaseReview, values)
        if review is not None and review.requested > self.today:
            errors = {"requested": "That day is yet to come."}
        if review is None or errors:
            return self._page(request, agency, status=400, errors=errors, typed=values)
        with self.desk(request) as desk:
            if review.alert is not None and review.alert not in holding(desk.connection, agency):
                raise HTTPException(404)
            desk.make(review)
        return RedirectResponse(HERE.format(agency=agency), status_code=303)

    def answer(self, request: Request, agency: str, review: str) -> Response:
        """Write down on which day something was answered, and what."""
        form = visit_of(request).form
        with self.desk(request) as desk:
            found = or_nothing(work_of(desk.connection, agency, review))
            if found.kind != KIND:
                raise HTTPException(404)
            days = {name: day for name, day in prefixed(form, "day-").items() if name in clocks()}
            answers = {"threshold": None, "reason": None, "outcome": None, "days": days}
            values = found.record.model_dump(mode="json") | answers | said(form, "threshold", "reason", "outcome")
            changed, errors = read(CaseReview, values)
            if changed is not None:
                errors = _out_of_order(changed, self.today)
            if changed is not None and not errors:
                try:
                    desk.change(review, changed, seen=version_of(one(form, "seen")))
                except NotDone as why:
                    errors = {"days": str(why)}
        if errors:
            return self._page(request, agency, status=400, errors=errors, typed=values, about=review)
        return RedirectResponse(HERE.format(agency=agency), status_code=303)

    def _page(self, request: Request, agency: str, **others: Any) -> Response:
        with self.reader(agency) as reader:
            found = reviews_of(reader.connection, agency, self.today)
            done = self.history(reader.connection, agency, *(one.kept for one in found.asked))
        shared = {"found": found, "asked_by": ASKED_BY, "done": done, "about": ""}
        return self.show(request, "work/reviews.html", **{**shared, **others})


def _out_of_order(review: CaseReview, today: date) -> dict[str, str]:
    """Days that cannot be: before the request, or yet to come; a threshold day without a decision."""
    wrong = [day for day in review.days.values() if day < review.requested or day > today]
    if wrong:
        return {"days": f"{wrong[0]:%-d %B %Y} is before the request, or yet to come."}
    if "threshold" in review.days and review.threshold is None:
        return {"threshold": "Say whether the threshold is met."}
    return {}
