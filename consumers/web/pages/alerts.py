"""One alert; one that shows a person once a reason was given for looking."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from consumers.accounts.log import CONSULTATION, by_user, entry, reasoned
from consumers.accounts.store import add_new
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.render import Pages
from consumers.web.told import Copy, copy_of, reading
from consumers.web.visit import visit_of
from consumers.words import printable
from schemas.tables import Stated

LONGEST_WORDS = 500


class Alerts:
    """One of what the agency of whoever is signed in was told."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages = house, pages

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}/alerts/{alert}", self.alert, may="read-alerts")
        ways.post("/agencies/{agency}/alerts/{alert}/reason", self.reason, may="open-person")

    def alert(self, request: Request, agency: str, alert: str) -> Response:
        """One alert, as the agency was given it; or the question why, where it shows a person."""
        copy, person = self._copy(agency, alert)
        visit = visit_of(request)
        if person is not None and not (visit.may("open-person") and self._stated(visit.who.session, person)):
            return self._ask(request, copy)
        return self._pages.page(request, "alert.html", copy=copy)

    def reason(self, request: Request, agency: str, alert: str) -> Response:
        """Log why the person is looked at, and show the alert."""
        visit = visit_of(request)
        copy, person = self._copy(agency, alert)
        reason, words = one(visit.form, "reason"), printable(one(visit.form, "words").strip())
        if reason not in self._house.rules.reasons or len(words) > LONGEST_WORDS:
            return self._ask(request, copy, status=400, says="Choose the reason that is nearest.")
        if person is not None:
            said = {"person": person, "agency": agency, "reason": reason}
            with self._house.engine.begin() as connection:
                add_new(connection, Stated, {"session": visit.who.session, "person": person})
                line = entry(self._house.now(), by_user(visit.who.user), CONSULTATION, f"alert:{copy['id']}", **said)
                self._house.keep(connection, [reasoned(line, words)])
        return RedirectResponse(f"/agencies/{agency}/alerts/{quote(alert, safe='')}", status_code=303)

    def _copy(self, agency: str, alert: str) -> tuple[Copy, str | None]:
        """The agency's copy, and the id of the person it shows; nothing there where it has none."""
        with reading(self._house.engine) as connection:
            copy = copy_of(connection, agency, alert)
        if copy is None:
            raise HTTPException(404)
        return copy, shown_person(copy)

    def _stated(self, session: str, person: str) -> bool:
        wanted = select(Stated.person).where(Stated.session == session, Stated.person == person)
        with reading(self._house.engine) as connection:
            return connection.scalar(wanted) is not None

    def _ask(self, request: Request, copy: Copy, *, status: int = 200, says: str = "") -> Response:
        reasons = self._house.rules.reasons
        return self._pages.page(request, "reason.html", status=status, copy=copy, reasons=reasons, says=says)


def shown_person(copy: Mapping[str, Any]) -> str | None:
    """By what the log and the session know the person that a copy shows; none where it shows none."""
    person = copy.get("person")
    if not isinstance(person, Mapping) or not person:
        return None
    return str(person.get("id") or copy.get("id"))[:64]
