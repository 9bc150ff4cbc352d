"""The ladder: where a person or premises stands, what could be next, and what must be said before it is taken."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.ladder.asked import missing
from consumers.ladder.people import Reader, Shown, people_shown
from consumers.ladder.rungs import load_ladder
from consumers.ladder.standing import Standing, age_of, standing, what_for
from consumers.web.filled import prefixed, read, said
from consumers.web.forms import Form, one
from consumers.web.gate import Ways
from consumers.web.visit import visit_of
from consumers.web.working import Working
from consumers.work.kept import Kept, kept
from consumers.work.sight import holding, told_of
from schemas.work import Step, Subject

PERSON = "/agencies/{agency}/ladder/people/{person}"
PREMISES = "/agencies/{agency}/ladder/premises/{premises}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose ladder it is: what of them is shown, and the steps that the agency may see, the oldest first."""

    kind: str
    id: str
    title: str
    shown: Shown | None
    steps: tuple[Kept, ...]

    @property
    def path(self) -> str:
        """Where its page is, below the agency's."""
        return f"ladder/{'people' if self.kind == 'person' else 'premises'}/{quote(self.id, safe='')}"


class Ladders(Working):
    """The ladder of each person and of premises."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get("/agencies/{agency}/ladder", self.every, may="read-work")
        ways.post(f"{PERSON}/reason", self.reason, may="open-person")
        ways.get(PERSON, self.person, may="open-person")
        ways.post(PERSON, self.step_of_person, may="work")
        ways.get(PREMISES, self.premises, may="read-work")
        ways.post(PREMISES, self.step_of_premises, may="work")

    def every(self, request: Request, agency: str) -> Response:
        """Everyone whom alerts show or of whom steps are kept, by alert and number, and never by name."""
        with self.reader(agency) as reader:
            shown = people_shown(holding(reader.connection, agency))
            steps = reader.by_person("step", shown=shown)
            places = reader.of_premises("step")
            names = {id: found.record.name for id in places if (found := kept(reader.connection, id)) is not None}
        ladder = load_ladder()
        people = [
            (id, shown.get(id), standing("person", [step.record for step in steps.get(id, [])], self.today, ladder))
            for id in sorted(shown.keys() | steps.keys())
        ]
        people.sort(key=lambda line: (-len(line[2].running), -len(line[2].taken), line[0]))
        premises = [
            (id, name, standing("premises", [step.record for step in places[id]], self.today, ladder))
            for id, name in sorted(names.items(), key=lambda pair: pair[1])
        ]
        return self.show(request, "work/ladders.html", people=people, premises=premises, ladder=ladder)

    def person(self, request: Request, agency: str, person: str, rung: str = "") -> Response:
        """A person's ladder, once it was said why."""
        whose = self._person(agency, person)
        if not self.stated(request, person):
            return self.ask_why(request, f"/agencies/{agency}/ladder/people/{quote(person, safe='')}/reason")
        return self._page(request, whose, rung)

    def reason(self, request: Request, agency: str, person: str) -> Response:
        """Log why the person is looked at, and show them."""
        whose = self._person(agency, person)
        here = f"/agencies/{agency}/ladder/people/{quote(person, safe='')}/reason"
        if not self.state(request, person, f"person:{person[:60]}"):
            return self.ask_why(request, here, status=400, says="Choose the reason that is nearest.")
        return RedirectResponse(f"/agencies/{agency}/{whose.path}", status_code=303)

    def premises(self, request: Request, agency: str, premises: str, rung: str = "") -> Response:
        """The ladder of premises."""
        return self._page(request, self._premises(agency, premises), rung)

    def step_of_person(self, request: Request, agency: str, person: str) -> Response:
        """Write down a step about a person."""
        whose = self._person(agency, person)
        if not self.stated(request, person):
            return self.ask_why(
                request, f"/agencies/{agency}/ladder/people/{quote(person, safe='')}/reason", status=400
            )
        return self._take(request, whose)

    def step_of_premises(self, request: Request, agency: str, premises: str) -> Response:
        """Write down a step about premises."""
        return self._take(request, self._premises(agency, premises))

    def _take(self, request: Request, whose: Whose) -> Response:
        visit = visit_of(request)
        agency, form = visit.who.agency, visit.form
        with self.reader(agency) as reader:
            mentions = self._mentions(reader, whose)
        values = _values(form, whose, mentions)
        step, errors = read(Step, values)
        if step is not None:
            taken = [one.record for one in whose.steps]
            errors = {gap.at: gap.says for gap in missing(step, taken, load_ladder())}
        if step is None or errors:
            return self._page(request, whose, one(form, "rung"), status=400, errors=errors, typed=values)
        field = "person" if whose.kind == "person" else "place"
        told = told_of(self.house.partnership, agency, self.today, field) if step.share else frozenset()
        with self.desk(request) as desk:
            desk.make(step, parent=whose.id[:64], told=tuple(told))
        return RedirectResponse(f"/agencies/{agency}/{whose.path}", status_code=303)

    def _mentions(self, reader: Reader, whose: Whose) -> tuple[str, ...]:
        """The mentions that make the person up now; where no alert shows them, those of the last step about them."""
        if whose.shown is not None:
            return self.house.knowing.items(reader.connection, reader.agency, whose.id, whose.shown.refs)
        return whose.steps[-1].record.subject.mentions if whose.steps else ()

    def _person(self, agency: str, person: str) -> Whose:
        with self.reader(agency) as reader:
            shown = people_shown(holding(reader.connection, agency))
            steps = reader.by_person("step", shown=shown).get(person, [])
        if person not in shown and not steps:
            raise HTTPException(404)
        known = shown.get(person)
        name = known.person.get("name") if known is not None else None
        title = str(name or "A person whom no alert of yours shows now")
        return Whose(kind="person", id=person, title=title, shown=known, steps=tuple(steps))

    def _premises(self, agency: str, premises: str) -> Whose:
        with self.reader(agency) as reader:
            found = kept(reader.connection, premises)
            steps = reader.of_premises("step").get(premises, [])
        if found is None or found.kind != "premises" or found.taken_back:
            raise HTTPException(404)
        return Whose(kind="premises", id=premises, title=found.record.name, shown=None, steps=tuple(steps))

    def _page(self, request: Request, whose: Whose, rung: str, **others: Any) -> Response:
        ladder, taken = load_ladder(), [one.record for one in whose.steps]
        where: Standing = standing(whose.kind, taken, self.today, ladder)
        chosen = ladder.rungs.get(rung)
        if rung and (chosen is None or whose.kind not in chosen.of):
            raise HTTPException(404 if request.method == "GET" else 400)
        typed = others.get("typed") or {}
        age = (typed.get("checks") or {}).get("age") or age_of(taken)
        with self.reader(visit_of(request).who.agency) as reader:
            done = self.history(reader.connection, reader.agency, *whose.steps)
        return self.show(
            request,
            "work/ladder.html",
            whose=whose,
            where=where,
            ladder=ladder,
            asked=None if chosen is None else what_for(chosen, whose.kind, age, taken, ladder),
            done=done,
            **others,
        )


def _values(form: Form, whose: Whose, mentions: tuple[str, ...]) -> dict[str, Any]:
    """The step that a form says."""
    values = said(form, "rung", "on", "team", "until", "review")
    refs = [ref for ref in one(form, "reports").replace(",", " ").split() if ref]
    subject = Subject(kind="person" if whose.kind == "person" else "premises", id=whose.id, mentions=mentions[:100])
    values |= {name: prefixed(form, f"{name}-") for name in ("record", "checks", "skipped")}
    return values | {"subject": subject, "reports": refs, "share": bool(one(form, "share"))}
