"""The registers: bans with their breaches, and licensed premises."""

from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from consumers.ladder.people import people_shown
from consumers.registers.bans import ban_kinds, bans_of, faults_of, penalties_of
from consumers.registers.premises import accreditations, premises_of
from consumers.web.filled import number, options, read, said, several
from consumers.web.forms import one
from consumers.web.gate import Ways
from consumers.web.pages.problems import work_of
from consumers.web.visit import visit_of
from consumers.web.working import Working, or_nothing, version_of
from consumers.work.desk import NotDone
from consumers.work.sight import holding, told_of
from schemas.work import Ban, Breach, Premises, Subject

BANS = "/agencies/{agency}/bans"
PREMISES = "/agencies/{agency}/premises"
OF_A_BAN = ("kind", "reference", "conditions", "place", "start", "until", "ended", "why_ended")
OF_PREMISES = ("name", "licence", "address", "uprn", "accredited_until", "review", "note")


class Registers(Working):
    """What is in force against whom, and which premises are licensed and how."""

    def mount(self, ways: Ways) -> None:
        """Add the addresses."""
        ways.get(BANS, self.bans, may="read-work")
        ways.post(BANS, self.add_ban, may="work")
        ways.post(f"{BANS}/breaches", self.penalty, may="work")
        ways.post(f"{BANS}/{{ban}}/breaches", self.breach, may="work")
        ways.post(f"{BANS}/{{ban}}/end", self.end, may="work")
        ways.get(PREMISES, self.premises, may="read-work")
        ways.post(PREMISES, self.add_premises, may="work")
        ways.post(f"{PREMISES}/{{premises}}", self.change_premises, may="work")

    def bans(self, request: Request, agency: str) -> Response:
        """The bans, those that end first before the others."""
        return self._bans(request, agency)

    def add_ban(self, request: Request, agency: str) -> Response:
        """Write a ban down: on a person whom an alert shows, once it was said why, or by a name."""
        form = visit_of(request).form
        values, person = said(form, *OF_A_BAN, "holder"), one(form, "person")
        values |= {"share": bool(one(form, "share"))}
        if person:
            if not self.stated(request, person):
                return self._bans(request, agency, status=400, errors={"person": _LOOK_FIRST}, typed=values)
            values["subject"] = self._subject(agency, person)
        ban, errors = read(Ban, values)
        faults = faults_of(ban) if ban is not None else []
        if ban is None or faults:
            errors = {**errors, **({"kind": " ".join(faults)} if faults else {})}
            return self._bans(request, agency, status=400, errors=errors, typed=values)
        told = told_of(self.house.partnership, agency, self.today, "person") if ban.share else frozenset()
        with self.desk(request) as desk:
            desk.make(ban, told=tuple(told))
        return RedirectResponse(BANS.format(agency=agency), status_code=303)

    def penalty(self, request: Request, agency: str) -> Response:
        """Write down a breach of a public spaces protection order."""
        return self._breach(request, agency, None)

    def breach(self, request: Request, agency: str, ban: str) -> Response:
        """Write down a breach of a ban that the agency may see."""
        with self.reader(agency) as reader:
            shown = people_shown(holding(reader.connection, agency))
            or_nothing(next((True for one in bans_of(reader, shown) if one.kept.id == ban), None))
        return self._breach(request, agency, ban)

    def end(self, request: Request, agency: str, ban: str) -> Response:
        """Say that a ban of one's own ended before its day, and why."""
        form = visit_of(request).form
        with self.desk(request) as desk:
            found = or_nothing(work_of(desk.connection, agency, ban))
            if found.kind != "ban":
                raise HTTPException(404)
            values = found.record.model_dump() | said(form, "ended", "why_ended")
            changed, errors = read(Ban, values)
            if changed is not None:
                try:
                    desk.change(ban, changed, seen=version_of(one(form, "seen")))
                except NotDone as why:
                    errors = {"ended": str(why)}
        if errors:
            return self._bans(request, agency, status=400, errors=errors)
        return RedirectResponse(BANS.format(agency=agency), status_code=303)

    def premises(self, request: Request, agency: str) -> Response:
        """The premises, by name."""
        return self._premises(request, agency)

    def add_premises(self, request: Request, agency: str) -> Response:
        """Put premises on the register."""
        premises, errors, values = self._read_premises(request)
        if premises is None or errors:
            return self._premises(request, agency, status=400, errors=errors, typed=values)
        with self.desk(request) as desk:
            desk.make(premises)
        return RedirectResponse(PREMISES.format(agency=agency), status_code=303)

    def change_premises(self, request: Request, agency: str, premises: str) -> Response:
        """Change what the register says of premises that one's own agency put on it."""
        changed, errors, values = self._read_premises(request)
        with self.desk(request) as desk:
            found = or_nothing(work_of(desk.connection, agency, premises))
            if found.kind != "premises":
                raise HTTPException(404)
            if changed is not None and not errors:
                try:
                    desk.change(premises, changed, seen=version_of(one(visit_of(request).form, "seen")))
                except NotDone as why:
                    errors = {"name": str(why)}
        if errors:
            return self._premises(request, agency, status=400, errors=errors, typed=values, about=premises)
        return RedirectResponse(PREMISES.format(agency=agency), status_code=303)

    def _subject(self, agency: str, person: str) -> Subject:
        with self.reader(agency) as reader:
            shown = or_nothing(people_shown(holding(reader.connection, agency)).get(person))
            items = self.house.knowing.items(reader.connection, agency, person, shown.refs)
        return Subject(kind="person", id=person, mentions=items[:100])

    def _breach(self, request: Request, agency: str, ban: str | None) -> Response:
        form = visit_of(request).form
        values = said(form, "on", "what", "place", "notice", "pounds") | {"paid": bool(one(form, "paid"))}
        number(values, "pounds")
        breach, errors = read(Breach, values)
        if breach is None:
            return self._bans(request, agency, status=400, errors=errors, typed=values, about=ban or "penalty")
        with self.desk(request) as desk:
            desk.make(breach, parent=ban)
        return RedirectResponse(BANS.format(agency=agency), status_code=303)

    def _read_premises(self, request: Request) -> tuple[Premises | None, dict[str, str], dict[str, Any]]:
        form = visit_of(request).form
        values = said(form, *OF_PREMISES) | {"id_scanning": bool(one(form, "id_scanning"))}
        values |= {"accreditation": [name for name in several(form, "accreditation") if name in accreditations()]}
        premises, errors = read(Premises, values)
        return premises, dict(errors), values

    def _bans(self, request: Request, agency: str, **others: Any) -> Response:
        with self.reader(agency) as reader:
            shown = people_shown(holding(reader.connection, agency))
            bans, penalties = bans_of(reader, shown), penalties_of(reader)
            mine = [one.kept for one in bans if one.kept.agency == agency]
            done = self.history(reader.connection, agency, *mine, *penalties)
        people = {id: str(one.copies[0].get("title") or "An alert") for id, one in shown.items()}
        kinds = {name: kind.title for name, kind in ban_kinds().items()}
        stated = self.all_stated(request)
        known = {id for id in shown if id[:64] in stated}
        return self.show(
            request,
            "work/bans.html",
            bans=bans,
            penalties=penalties,
            kinds=ban_kinds(),
            kind_options=options(kinds),
            people=options({id: title for id, title in people.items() if id in known}, "a name, below"),
            shown=shown,
            known=known,
            done=done,
            **{"about": "", **others},
        )

    def _premises(self, request: Request, agency: str, **others: Any) -> Response:
        with self.reader(agency) as reader:
            entries = premises_of(reader.connection, holding(reader.connection, agency), self.today)
            done = self.history(reader.connection, agency, *(one.kept for one in entries if one.kept.agency == agency))
        shared = {"entries": entries, "titles": accreditations(), "done": done, "about": ""}
        return self.show(request, "work/premises.html", **{**shared, **others})


_LOOK_FIRST = "Open the person's ladder first, and say there why you look at them."
