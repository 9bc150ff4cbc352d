"""Who is who: the person that an alert shows, and the pairs in doubt, which are judged before the evidence is seen."""

import re
from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.accounts.log import by_user
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.house import House
from consumers.web.looking import Looking, shown_person
from consumers.web.pages.alerts import LONGEST_WORDS, address
from consumers.web.render import Pages
from consumers.web.told import copy_of, reading
from consumers.web.visit import Visit, visit_of
from consumers.words import printable

HERE = "/agencies/{agency}/review"
VERDICTS = (("same", "One person"), ("never", "Two people"), ("unsure", "Cannot be told from this"))
SAID: Mapping[str, str] = dict(VERDICTS)
MOST = 30  # pairs put before somebody at once
REVIEW = "review:"  # and the reason that was given for going through the pairs in doubt


class Persons:
    """Persons as the agency of whoever is signed in may know them."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._looking = house, pages, Looking(house)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}/alerts/{alert}/person", self.person, may="open-person")
        ways.post(f"{HERE}/reason", self.reason, may="decide")
        ways.get(HERE, self.review, may="decide")
        ways.post(HERE, self.decide, may="decide")
        ways.post(f"{HERE}/undo", self.undo, may="decide")

    def person(self, request: Request, agency: str, alert: str) -> Response:
        """The person of an alert: each mention, what ties them, what was left apart."""
        visit = visit_of(request)
        with reading(self._house.engine) as connection:
            copy = copy_of(connection, agency, alert)
            who = shown_person(copy) if copy is not None else None
            if copy is None or who is None:
                raise HTTPException(404)
            found = self._house.stages.person(connection, agency, copy)
        if not self._looking.may(visit, who):
            return RedirectResponse(address(agency, alert), status_code=303)
        return self._pages.page(request, "person.html", copy=copy, found=found, here=address(agency, alert))

    def review(self, request: Request, agency: str) -> Response:
        """The next pair in doubt, without what the machine makes of it."""
        return self._next(request, agency)

    def reason(self, request: Request, agency: str) -> Response:
        """Write down why somebody goes through the pairs in doubt."""
        visit = visit_of(request)
        reason, words = one(visit.form, "reason"), printable(one(visit.form, "words").strip())
        if reason not in self._house.rules.reasons or len(words) > LONGEST_WORDS:
            return self._ask(request, status=400, says="Choose the reason that is nearest.")
        self._looking.state(visit, f"{REVIEW}{reason}", "review:persons", reason, words)
        return RedirectResponse(HERE.format(agency=agency), status_code=303)

    def decide(self, request: Request, agency: str) -> Response:
        """Take somebody's word on a pair, and show them the evidence."""
        form = visit_of(request).form
        verdict, why = one(form, "verdict"), printable(one(form, "why").strip())
        if verdict not in SAID:
            return self._next(request, agency, status=400, says="Choose what you say of the two.")
        if len(why) > LONGEST_WORDS or (verdict != "unsure" and not why):
            return self._next(request, agency, status=400, says="Say why in a few words.")
        return self._settle(request, agency, verdict, why)

    def undo(self, request: Request, agency: str) -> Response:
        """Take one's own last word on a pair back."""
        return self._settle(request, agency, "undo", "Taken back at the page")

    def _settle(self, request: Request, agency: str, verdict: str, why: str) -> Response:
        visit = visit_of(request)
        if self._given(visit.who.session) is None:
            return self._ask(request)
        pair = {side: item if (item := one(visit.form, side)).isprintable() else "" for side in ("a", "b")}
        word = {**pair, "verdict": verdict, "why": why, "by": by_user(visit.who.user), "at": self._house.now()}
        with reading(self._house.engine) as connection:
            shown = self._house.stages.pair(connection, agency, pair["a"], pair["b"])
        with self._house.engine.begin() as connection:
            refused = self._house.stages.settle(connection, agency, word)
        if refused:
            return self._next(request, agency, status=400, says=f"It was not taken: {refused}.")
        return self._next(request, agency, done={**pair, "said": SAID.get(verdict, ""), "shown": shown})

    def _next(
        self, request: Request, agency: str, *, status: int = 200, says: str = "", done: Mapping[str, Any] | None = None
    ) -> Response:
        visit = visit_of(request)
        reason = self._given(visit.who.session)
        if reason is None:
            return self._ask(request)
        asked = request.query_params.get("skip", "")
        skip = int(asked) if re.fullmatch("[0-9]{1,3}", asked) else 0
        with reading(self._house.engine) as connection:
            pairs = self._house.stages.doubts(connection, agency, MOST)
        pair = pairs[skip] if skip < len(pairs) else None
        if pair is not None:
            for side in ("a", "b"):
                self._look(visit, pair[side], reason)
        return self._pages.page(
            request,
            "review.html",
            status=status,
            says=says,
            pair=pair,
            left=len(pairs) - skip,
            most=MOST,
            skip=skip,
            done=done,
            verdicts=VERDICTS,
        )

    def _look(self, visit: Visit, mention: Mapping[str, Any], reason: str) -> None:
        """Log that a mention was looked at, once in a session."""
        if not self._looking.may(visit, str(mention["item"])):
            self._looking.state(visit, str(mention["item"]), f"report:{mention['report']}", reason, "")

    def _given(self, session: str) -> str | None:
        """The reason given in this session for going through the pairs in doubt."""
        return next((one for one in self._house.rules.reasons if self._looking.stated(session, f"{REVIEW}{one}")), None)

    def _ask(self, request: Request, *, status: int = 200, says: str = "") -> Response:
        reasons = self._house.rules.reasons
        return self._pages.page(request, "review_reason.html", status=status, reasons=reasons, says=says)
