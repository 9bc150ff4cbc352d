"""Where it was: the place that an alert shows, what its reports say of it, and what was left apart."""

from collections.abc import Mapping

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.looking import Looking, shown_person
from consumers.web.pages.alerts import address
from consumers.web.render import Pages
from consumers.web.told import copy_of, reading
from consumers.web.visit import visit_of


class Places:
    """Places as the agency of whoever is signed in may know them."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._looking = house, pages, Looking(house)

    def mount(self, ways: Ways) -> None:
        """Add the address."""
        ways.get("/agencies/{agency}/alerts/{alert}/place", self.place, may="read-alerts")

    def place(self, request: Request, agency: str, alert: str) -> Response:
        """The place of an alert; of one that shows a person, once a reason was given."""
        with reading(self._house.engine) as connection:
            copy = copy_of(connection, agency, alert)
            if copy is None or not isinstance(copy.get("place"), Mapping):
                raise HTTPException(404)
            found = self._house.stages.place(connection, agency, copy)
        if not self._looking.may(visit_of(request), shown_person(copy)):
            return RedirectResponse(address(agency, alert), status_code=303)
        return self._pages.page(request, "place.html", copy=copy, found=found, here=address(agency, alert))
