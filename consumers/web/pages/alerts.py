"""One alert: why, on what it rests, who else may know, what became of it, and what one can do about it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.accounts.log import by_user, entry, reasoned
from consumers.copies import Copy
from consumers.notices.watching import watched_by
from consumers.web.charts import chart_of
from consumers.web.forms import Form, one
from consumers.web.gate import Ways
from consumers.web.history import STATES, WORDS, history_of, last_said
from consumers.web.house import House
from consumers.web.looking import Looking, shown_person
from consumers.web.render import Pages
from consumers.web.told import copy_of, reading
from consumers.web.visit import Visit, visit_of
from consumers.words import printable
from consumers.work.links import links_of

ALTERATION = "alteration"
LONGEST_WORDS = 500
# What can be said of an alert from here, with the words each asks for; a task is set on the board.
ASKS: Mapping[str, str] = {"acknowledged": "", "not-an-issue": "reason", "closed": "outcome", "reopened": "reason"}


class Alerts:
    """One of what the agency of whoever is signed in was told."""

    def __init__(self, house: House, pages: Pages) -> None:
        self._house, self._pages, self._looking = house, pages, Looking(house)

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        here = "/agencies/{agency}/alerts/{alert}"
        ways.get(here, self.alert, may="read-alerts")
        ways.post(f"{here}/reason", self.reason, may="open-person")
        ways.post(f"{here}/judge", self.judge, may="judge-alerts")

    def alert(self, request: Request, agency: str, alert: str) -> Response:
        """One alert, as the agency was given it; or the question why, where it shows a person."""
        copy, visit = self._copy(agency, alert), visit_of(request)
        if not self._looking.may(visit, shown_person(copy)):
            return self._ask(request, copy)
        return self._show(request, agency, copy)

    def reason(self, request: Request, agency: str, alert: str) -> Response:
        """Log why the person is looked at, and show the alert."""
        visit, copy = visit_of(request), self._copy(agency, alert)
        reason, words = one(visit.form, "reason"), printable(one(visit.form, "words").strip())
        if reason not in self._house.rules.reasons or len(words) > LONGEST_WORDS:
            return self._ask(request, copy, status=400, says="Choose the reason that is nearest.")
        if (person := shown_person(copy)) is not None:
            self._looking.state(visit, person, f"alert:{copy['id']}", reason, words)
        return RedirectResponse(address(agency, alert), status_code=303)

    def judge(self, request: Request, agency: str, alert: str) -> Response:
        """Take what somebody says of the alert, as its feedback topic would, and log that they did."""
        visit, copy = visit_of(request), self._copy(agency, alert)
        if not self._looking.may(visit, shown_person(copy)):
            return self._ask(request, copy)
        verdict, words = one(visit.form, "verdict"), printable(one(visit.form, "words").strip())
        if says := wrong_with(visit.form):
            return self._show(request, agency, copy, status=400, says=says)
        if says := self._take(visit, copy, verdict, words):
            return self._show(request, agency, copy, status=400, says=says)
        return RedirectResponse(address(agency, alert), status_code=303)

    def _take(self, visit: Visit, copy: Copy, verdict: str, words: str) -> str:
        """Keep it and log it together; why not, where it is refused."""
        now, who = self._house.now(), by_user(visit.who.user)
        said: dict[str, Any] = {
            "alert": copy["id"],
            "agency": visit.who.agency,
            "who": who,
            "at": now.isoformat(),
            "verdict": verdict,
            "version": copy.get("version"),
        }
        if ASKS[verdict]:
            said[ASKS[verdict]] = words
        with self._house.engine.begin() as connection:
            if refused := self._house.stages.judge(connection, said):
                return f"It was not taken: {refused}."
            line = entry(now, who, ALTERATION, f"alert:{copy['id']}", agency=visit.who.agency, said=verdict)
            self._house.keep(connection, [reasoned(line, words if ASKS[verdict] else "")])
        return ""

    def _copy(self, agency: str, alert: str) -> Copy:
        """The agency's copy; nothing there where it has none."""
        with reading(self._house.engine) as connection:
            copy = copy_of(connection, agency, alert)
        if copy is None:
            raise HTTPException(404)
        return copy

    def _show(self, request: Request, agency: str, copy: Copy, *, status: int = 200, says: str = "") -> Response:
        with reading(self._house.engine) as connection:
            rests = self._house.stages.evidence(connection, agency, copy)
            events = history_of(connection, agency, str(copy.get("id")))
            watched = watched_by(connection, visit_of(request).who.user)
            links = links_of(connection, agency, str(copy.get("id"))) if visit_of(request).may("read-work") else []
        last = last_said(events)
        state = str(copy.get("state", "open"))
        return self._pages.page(
            request,
            "alert.html",
            status=status,
            says=says,
            copy=copy,
            rests=rests["reports"],
            readers={part: self._titles(names) for part, names in rests["readers"].items()},
            chart=chart_of(copy, [report["from"] for report in rests["reports"]]),
            marks=marks_of(copy, rests["reports"]),
            history=events,
            links=links,
            link_words=self._house.rules.links,
            title_of=self._title,
            watched=f"alert:{copy.get('id')}" in watched,
            waiting=last if last and STATES.get(last.said, state) != state else None,
            verdicts=[(name, WORDS[name]) for name in ASKS if (name == "reopened") == (state == "closed")],
        )

    def _title(self, agency: str) -> str:
        known = self._house.partnership.get(agency)
        return agency if known is None else known.title

    def _titles(self, names: list[str]) -> list[str]:
        return [self._house.partnership[name].title for name in names]

    def _ask(self, request: Request, copy: Copy, *, status: int = 200, says: str = "") -> Response:
        reasons = self._house.rules.reasons
        return self._pages.page(request, "reason.html", status=status, copy=copy, reasons=reasons, says=says)


def wrong_with(form: Form) -> str:
    """Why what was said of an alert will not do; empty where it will."""
    verdict, words = one(form, "verdict"), one(form, "words").strip()
    if verdict not in ASKS:
        return "Choose what you say of this alert."
    if ASKS[verdict] and not words:
        return "Say what came of it." if ASKS[verdict] == "outcome" else "Give the reason in a few words."
    return f"Use at most {LONGEST_WORDS} letters." if len(words) > LONGEST_WORDS else ""


def marks_of(copy: Copy, reports: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What of a copy stands on its map: its area, and each report where it may be shown."""
    marks = [
        {"lat": r["lat"], "lon": r["lon"], "text": f"{r['report']}: {r['detail'] or r['category']}", "severity": "low"}
        for r in reports
        if r["lat"] is not None
    ]
    area = copy.get("area")
    if isinstance(area, Mapping) and isinstance(area.get("lat"), float) and isinstance(area.get("lon"), float):
        radius = area.get("radius_m") if isinstance(area.get("radius_m"), float) else None
        here = {"lat": area["lat"], "lon": area["lon"], "text": "The alert's area", "severity": copy.get("severity")}
        marks.insert(0, {**here, "radius_m": radius})
    return marks


def address(agency: str, alert: str) -> str:
    """The address of an alert."""
    return f"/agencies/{agency}/alerts/{quote(alert, safe='')}"
