"""Where somebody is named in words: what people wrote, and what other reports tell freely.

No machine can be sure that words are about one person and not about another of the same name. So nothing is taken out
by this: the places are listed, and a person looks at each (ADR 13).
"""

import json
import re
import unicodedata
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from schemas.identity import ref_of
from schemas.tables import Report, ReportVersion
from streams.keeping.bodies import bodies
from streams.keeping.subject import Subject, versions_of
from streams.keeping.words import Written, written

AT_A_TIME = 500
_LEAST = 3  # letters: a shorter name, and
_LEAST_NUMBER = 6  # digits: a shorter number, is in everybody's words
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\+?\d[\d ()/.-]*\d")
NAMED, MAYBE = "by name or number", "by one name alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A place where somebody is named: what it is, whose, in which of its words, and how surely."""

    where: str
    kind: str
    by: str
    words: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """What somebody is called by: a given and a family name together, names alone, ends of numbers, other marks."""

    names: frozenset[tuple[str, str]] = frozenset()
    alone: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()

    def found_in(self, text: str) -> str | None:
        """How they are named in a text; none where they are not."""
        plain = _plain(text)
        words = set(_WORD.findall(plain))
        if any({given, family} <= words for given, family in self.names):
            return NAMED
        if any(mark in plain for mark in self.marks) or self._numbered(plain):
            return NAMED
        return MAYBE if self.alone & words else None

    def _numbered(self, plain: str) -> bool:
        if not self.numbers:
            return False
        said = (_digits(number) for number in _NUMBER.findall(plain))
        return any(number.endswith(own) for number in said for own in self.numbers)


def called(connection: Connection, subject: Subject) -> Called:
    """What the people of ``subject`` are called by in any version of the reports that name them."""
    versions = {row.uid: row for row in versions_of(connection, subject.people)}
    people = []
    for uid, raw in bodies(connection, versions).items():
        named = json.loads(raw.removeprefix(BOM_UTF8)).get("people") or []
        people += [named[index] for index in subject.people[versions[uid].ref] if index < len(named)]
    return _called(people)


def _called(people: list[Mapping[str, Any]]) -> Called:
    names, numbers, marks = set(), set(), set()
    for person in people:
        names |= set(_names(person))
        numbers |= {_digits(phone)[-9:] for phone in person.get("phones") or ()}
        marks |= {_plain(mail) for mail in person.get("emails") or ()}
        for number in (person.get("identifiers") or {}).values():
            numbers.add(_digits(number)) if number.isdigit() else marks.add(_plain(number))
    return Called(
        names=frozenset((given, family) for given, family in names if given),
        alone=frozenset(name for both in names for name in both if len(name) >= _LEAST),
        numbers=frozenset(number for number in numbers if len(number) >= _LEAST_NUMBER),
        marks=frozenset(mark for mark in marks if len(mark) >= _LEAST_NUMBER),
    )


def _names(person: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each way of calling them, as the first and the last word of it; one word alone is taken for the family's."""
    ways = [person.get("name"), *(person.get("aliases") or ())]
    ways.append(" ".join(filter(None, (person.get("given"), person.get("family")))))
    for way in filter(None, ways):
        if words := _WORD.findall(_plain(way)):
            yield (words[0] if len(words) > 1 else ""), words[-1]


def in_what_people_wrote(connection: Connection, who: Called) -> list[Named]:
    """Where somebody is named in what people wrote."""
    return [found for one in written(connection) if (found := _named(one, who)) is not None]


def _named(one: Written, who: Called) -> Named | None:
    how = {name: said for name, text in one.words.items() if (said := who.found_in(text)) is not None}
    if not how:
        return None
    surely = NAMED if NAMED in how.values() else MAYBE
    return Named(where=one.where, kind=one.kind, by=one.by, words=tuple(sorted(how)), how=surely)


def in_other_reports(connection: Connection, who: Called) -> Iterator[Named]:
    """The reports whose free words name somebody, as they hold now; those where they are named as a person are not."""
    held = select(Report.ref, Report.agency, Report.uid, ReportVersion.id).join(
        ReportVersion, ReportVersion.uid == Report.uid
    )
    rows = connection.execute(held.where(Report.status == "accepted").order_by(Report.ref)).all()
    for start in range(0, len(rows), AT_A_TIME):
        some = {row.uid: row for row in rows[start : start + AT_A_TIME]}
        for uid, raw in sorted(bodies(connection, some).items()):
            words = _free(json.loads(raw.removeprefix(BOM_UTF8)))
            names = tuple(sorted(name for name, text in words.items() if who.found_in(text) == NAMED))
            if names:
                row = some[uid]
                ref = ref_of(row.agency, row.id)
                yield Named(where=ref, kind="report", by=row.agency, words=names, how=NAMED)


def _free(body: Mapping[str, Any]) -> dict[str, str]:
    """What a report tells freely."""
    people, vehicles = body.get("people") or (), body.get("vehicles") or ()
    found = {"summary": body.get("summary"), "conditions": (body.get("grading") or {}).get("conditions")}
    found |= {f"people.{n}.description": one.get("description") for n, one in enumerate(people)}
    found |= {f"vehicles.{n}.description": one.get("description") for n, one in enumerate(vehicles)}
    if body.get("extension"):
        found["extension"] = json.dumps(body["extension"], ensure_ascii=False)
    return {name: text for name, text in found.items() if text}


def _plain(text: str) -> str:
    """A text without capitals and marks over letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
