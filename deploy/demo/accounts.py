"""What an agency tells of an incident: a report in its own manner, with the truth kept beside it."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from deploy.demo.chance import Chance
from deploy.demo.incidents import Incident, Party
from deploy.demo.times import aware, pushed, reported, told, written
from deploy.demo.truth import Truth
from deploy.demo.vocabulary import Noise, Style, styles
from deploy.demo.writing import describe, write_person, write_place

_STATUTORY = ("police", "community-safety", "housing", "health", "probation")


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReport:
    """One message as an agency's system sends it; ``body`` is what it meant, ``raw`` what goes out."""

    agency: str
    sent_at: datetime
    body: dict[str, Any]
    raw: bytes
    mark: str | None = None  # amend, retract, redelivery, older, bad: …

    @property
    def ref(self) -> str:
        """``agency:id``."""
        return f"{self.agency}:{self.body.get('id')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a story wants an incident told, where everyday habits are not to decide."""

    delay: timedelta | None = None
    form: str | None = None
    said: str | None = None
    tidy: bool = False  # nothing left out, sensitive or under conditions


EVERYDAY = Telling()
_encoders = {
    "compact": json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode,
    "spaced": json.JSONEncoder(ensure_ascii=False).encode,
    "ascii": json.JSONEncoder().encode,
}


def raw_of(style: Style, body: dict[str, Any]) -> bytes:
    """A body as the agency's system spells JSON."""
    return _encoders[style.json](body).encode()


@dataclass(slots=True, kw_only=True)
class Desk:
    """All agencies' desks: takes incidents, writes reports until ``until`` (local time), remembers the truth."""

    chance: Chance
    noise: Noise
    until: datetime
    truth: Truth = field(default_factory=Truth)
    sent: list[SentReport] = field(default_factory=list)
    _numbers: Counter[str] = field(default_factory=Counter)

    def tell(self, incident: Incident, agency: str, telling: Telling = EVERYDAY) -> str | None:
        """Send ``agency``'s report of an incident; gives its ref, or nothing where it would come after the end."""
        style = styles()[agency]
        at = incident.end + telling.delay if telling.delay else reported(self.chance, style, incident.end)
        sent_at = pushed(self.chance, style, at)
        if sent_at >= self.until:
            return None
        self._numbers[agency] += 1
        report_id = style.ref.format(y=at.year % 100, n=self._numbers[agency])
        ref = f"{agency}:{report_id}"
        body = self._body(incident, style, report_id, at, telling)
        self.truth.incident_of[ref] = incident.id
        people = self._people(incident, style, ref, at, telling)
        if people:
            body["people"] = people
        form = telling.form or style.place.draw(self.chance)
        if form != "none":
            body["place"], self.truth.form_of[ref] = write_place(self.chance, incident.place, form, self.noise)
            self.truth.place_of[ref] = incident.place.id
        if incident.vehicle and agency in ("police", "community-safety", "environmental-protection"):
            body["vehicles"] = [{"vrm": incident.vehicle}]
        self.sent.append(SentReport(agency=agency, sent_at=aware(sent_at), body=body, raw=raw_of(style, body)))
        return ref

    def tell_all(self, incident: Incident) -> None:
        """Send what everyday life sends of an incident: one agency's report, at times another's as well."""
        first = incident.kind.tell.draw(self.chance)
        self.tell(incident, first)
        for agency, chance in incident.kind.also:
            if agency != first and self.chance.yes(chance):
                self.tell(incident, agency)

    def _body(self, incident: Incident, style: Style, report_id: str, at: datetime, how: Telling) -> dict[str, Any]:
        chance, kind = self.chance, incident.kind
        by_the_hour = style.clock in ("minute", "quarter") and chance.yes(self.noise.hour) and not how.tidy
        clock = "hour" if by_the_hour else style.clock
        start, end = told(clock, incident.start, incident.end)
        category = kind.category_by.get(style.agency, kind.category)
        if kind.related and not how.tidy and chance.yes(self.noise.other_kind):
            category = chance.one(kind.related)
        body: dict[str, Any] = {
            "id": report_id,
            "agency": style.agency,
            "reported_at": written(at, style.zone),
            "occurred": {"from": written(start, style.zone), "to": written(max(start, min(end, at)), style.zone)},
            "category": category,
        }
        if incident.detail and not (chance.yes(self.noise.absent) and not how.tidy):
            body["detail"] = incident.detail
        if kind.asb_type and category == "anti-social-behaviour" and chance.yes(0.8):
            body["asb_type"] = kind.asb_type
        body["summary"] = self._summary(incident, style, how)
        self._mark_handling(body, incident, style, how)
        if style.agency == "police" and chance.yes(0.5):
            body["version"] = 1
            body["extension"] = {"beat": f"D{1 + chance.below(9)}", "log": chance.below(900) + 1}
        return body

    def _summary(self, incident: Incident, style: Style, how: Telling) -> str:
        what = how.said or self.chance.one(incident.kind.says)
        what = what.replace("{n}", str(max(2, incident.number + self.chance.below(3) - 1)))
        frame = self.chance.one(style.frames)
        who = next((party.person for party in incident.parties if party.person and party.named), None)
        name = f"{'Mr' if who.sex == 'M' else 'Ms'} {who.family}" if who else "Person"
        said = frame.replace("{what}", what).replace("{who}", name)
        return said[0].upper() + said[1:]

    def _mark_handling(self, body: dict[str, Any], incident: Incident, style: Style, how: Telling) -> None:
        """Grading, marking, and who may know."""
        chance, kind = self.chance, incident.kind
        if chance.yes(style.graded if kind.graded is None else max(style.graded, kind.graded)):
            grading = {"source": chance.one("1222223"), "information": chance.one("AABCDDDDDE"), "handling": "P"}
            if chance.yes(style.handling_c) and not how.tidy:
                grading |= {"handling": "C", "action": chance.one(("A1", "A2", "A3")), "sanitisation": "S2"}
            if how.tidy:
                grading["information"] = "A"
            body["grading"] = grading
        sensitive = [*kind.sensitive, *kind.sensitive_by.get(style.agency, ())]
        if how.tidy or not sensitive:
            return
        body["sensitive"] = sensitive
        if chance.yes(style.os_sensitive):
            body["classification"] = "OFFICIAL-SENSITIVE"
        if chance.yes(kind.restricted):
            body["restricted_to"] = sorted({style.agency, "police", chance.one(_STATUTORY)})

    def _people(self, incident: Incident, style: Style, ref: str, at: datetime, how: Telling) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = []
        for party in incident.parties:
            person = self._person(party, style, at, how)
            if person is None:
                continue
            if party.person is not None and ("name" in person or "family" in person):
                self.truth.person_of[ref, len(people)] = party.person.id
            people.append(person)
        return people

    def _person(self, party: Party, style: Style, at: datetime, how: Telling) -> dict[str, Any] | None:
        exactly = party.written.get(style.agency)
        if exactly is not None:
            return {"role": party.role, **exactly}
        known = party.person is not None and party.named and self.chance.yes(style.names_people)
        if known and party.person and (how.tidy or not self.chance.yes(self.noise.no_name)):
            return write_person(self.chance, party.person, party.role, style, self.noise, at.date())
        ages = party.ages
        if party.person:
            age = party.person.age(at.date())
            ages = (max(10, age - 6), age + 6)
        return describe(self.chance, party.role, ages) if self.chance.yes(0.6) else None
