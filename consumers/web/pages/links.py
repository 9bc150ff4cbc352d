"""Linking an alert with another that belongs to it, for all who hold both."""

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.looking import shown_person
from consumers.web.pages.alerts import address
from consumers.web.visit import visit_of
from consumers.web.working import Working
from consumers.work.links import link_of, links_of, nearest
from consumers.work.sight import holding

HERE = "/agencies/{agency}/alerts/{alert}/link"
MOST_OFFERED = 12


class Links(Working):
    """What one alert is linked with."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(HERE, self.offer, may="work")
        ways.post(HERE, self.link, may="work")

    def offer(self, request: Request, agency: str, alert: str) -> Response:
        """The alerts that one may link it with, those that have most in common with it first."""
        return self._offer(request, agency, alert)

    def link(self, request: Request, agency: str, alert: str) -> Response:
        """Link it with the one that was chosen, or whose id was typed."""
        form = visit_of(request).form
        other, why = one(form, "typed").strip() or one(form, "other"), one(form, "why")
        errors = {} if why in self.house.rules.links else {"why": "Choose in what way they belong together."}
        with self.desk(request) as desk:
            held = holding(desk.connection, agency)
            if alert not in held:
                raise HTTPException(404)
            if other == alert or other not in held:
                errors = {"other": "Choose an alert of yours, or type the id that stands at its foot.", **errors}
            if not errors and self.looking.may(visit_of(request), shown_person(held[alert].copy)):
                desk.make(link_of(alert, other, why))
        if errors:
            return self._offer(request, agency, alert, errors, status=400)
        return RedirectResponse(address(agency, alert), status_code=303)

    def _offer(
        self, request: Request, agency: str, alert: str, errors: dict[str, str] | None = None, *, status: int = 200
    ) -> Response:
        with self.reader(agency) as reader:
            held = holding(reader.connection, agency)
            if alert not in held:
                raise HTTPException(404)
            linked = [one.name for one in links_of(reader.connection, agency, alert)]
        if not self.looking.may(visit_of(request), shown_person(held[alert].copy)):
            return RedirectResponse(address(agency, alert), status_code=303)
        form = visit_of(request).form
        return self.show(
            request,
            "work/link.html",
            status=status,
            copy=held[alert].copy,
            offered=nearest(held, alert, linked, MOST_OFFERED),
            ways_linked=list(self.house.rules.links.items()),
            errors=errors or {},
            typed={name: one(form, name) for name in ("other", "why", "typed")},
        )
