"""What a report says of a person, or of an incident, as it was written: what people look at when they decide."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from schemas.report import Person, Place, Report
from schemas.tables import Member, Mention
from streams.clusters.sets import among
from streams.dedupe.words import span
from streams.intake.kept import current_reports

TITLES = (
    *("name", "also known as", "born", "age", "sex", "address", "phones", "e-mail", "identifiers", "own number"),
    *("born in", "occupation", "described as", "role"),
    *("category", "when", "place", "people", "vehicles", "grading", "summary"),
)
_SUMMARY = 240  # characters of a narrative that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One item: what it is called, the entity it belongs to now, and the facts by their titles."""

    item: str
    name: str
    entity: str
    reported_at: datetime
    facts: Mapping[str, str]


def said(connection: Connection, kind: str, items: Collection[str]) -> dict[str, Said]:
    """What the reports say of ``items``, of those that are there."""
    entities = dict(
        connection.execute(
            select(Member.item, Member.entity).where(Member.kind == kind, among(connection, Member.item, items))
        ).all()
    )
    where = _mentions(connection, items) if kind == "person" else {item: (item, 0) for item in items}
    reports = current_reports(connection, {ref for ref, _ in where.values()})
    found = {}
    for item, (ref, index) in where.items():
        report = reports.get(ref)
        if report is None or item not in entities:
            continue
        facts = _of_person(report.people[index]) if kind == "person" else _of_incident(report)
        found[item] = Said(
            item=item,
            name=f"{ref}#{index}" if kind == "person" else ref,
            entity=entities[item],
            reported_at=report.reported_at,
            facts={title: text for title, text in (*facts, ("agency", report.agency), ("report", report.id)) if text},
        )
    return found


def _mentions(connection: Connection, items: Collection[str]) -> dict[str, tuple[str, int]]:
    rows = connection.execute(
        select(Mention.id, Mention.ref, Mention.index).where(among(connection, Mention.id, items))
    )
    return {item: (ref, index) for item, ref, index in rows}


def _of_person(person: Person) -> Iterator[tuple[str, str]]:
    yield "name", person.name or _joined((person.given, person.middle, person.family), " ")
    yield "also known as", _joined(person.aliases)
    yield "born", person.born or ""
    yield "age", _joined(dict.fromkeys(str(age) for age in (person.age_from, person.age_to) if age is not None), "–")
    yield "sex", person.sex or ""
    yield "address", _place(person.address)
    yield "phones", _joined(person.phones)
    yield "e-mail", _joined(person.emails)
    yield "identifiers", _joined(f"{scheme} {value}" for scheme, value in sorted(person.identifiers.items()))
    yield "own number", person.local_ref or ""
    yield "born in", person.place_of_birth or ""
    yield "occupation", person.occupation or ""
    yield "described as", person.description or ""
    yield "role", person.role


def _of_incident(report: Report) -> Iterator[tuple[str, str]]:
    yield "category", _joined((report.category, report.detail))
    yield "when", span(report.occurred.from_, report.occurred.to)
    yield "place", _place(report.place)
    yield "people", _joined(dict(_of_person(person))["name"] for person in report.people)
    yield "vehicles", _joined(vehicle.vrm for vehicle in report.vehicles)
    yield "grading", _grading(report)
    text = report.summary or ""
    yield "summary", text if len(text) <= _SUMMARY else text[:_SUMMARY] + "…"


def _grading(report: Report) -> str:
    grading = report.grading
    return f"{grading.source}{grading.information}{grading.handling}" if grading is not None else ""


def _place(place: Place | None) -> str:
    return _joined((place.name, place.text, place.postcode)) if place else ""


def _joined(texts: Iterable[str | None], between: str = ", ") -> str:
    return between.join(text for text in texts if text)
