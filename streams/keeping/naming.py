"""Where somebody is named in words: what people wrote, and what other reports tell freely.

No machine can be sure that words are about one person and not about another of the same name, the less where it is a
nickname or written otherwise. So nothing is taken out by this: the places are listed, and a person looks (ADR 13).
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
from streams.matching.people.nicknames import are_forms, are_related
from streams.matching.people.spellings import liken

AT_A_TIME = 500
_LEAST = 3  # letters: a shorter name, and
_LEAST_NUMBER = 6  # digits: a shorter number, is in everybody's words
_WORD = re.compile(r"\w+")
_NUMBER = re.compile(r"\+?\d[\d ()/.-]*\d")
NAMED, MAYBE = "by name or number", "by one name alone"
LIKELY, UNLIKELY = "by what may be a form of their name", "by what may be a form of one name alone"
_SURENESS = (NAMED, MAYBE, LIKELY, UNLIKELY)
_NEXT = 3  # words: as far as the given and the family name of one person stand apart
_ALONE = 5  # letters: of a shorter name, a slip of the pen is some other word
_WRITTEN_SO = frozenset({"same", "sound", "slip"})


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
        return MAYBE if self.alone & words else self._written_otherwise(text)

    def _written_otherwise(self, text: str) -> str | None:
        """Whether a nickname, or what sounds so or is a slip of the pen away, stands for a name of theirs."""
        words = [(_plain(word), word[:1].isupper()) for word in _WORD.findall(text)]
        for place, (word, _) in enumerate(words):
            near = [other for other, _ in words[max(0, place - _NEXT) : place + _NEXT + 1] if other != word]
            for given, family in self.names:
                if _is_family(word, family) and any(_is_given(other, given) for other in near):
                    return LIKELY
        capitals = {word for word, capital in words if capital}
        return UNLIKELY if any(self._one_name(word) for word in capitals) else None

    def _one_name(self, word: str) -> bool:
        return any(
            (given and are_forms(word, given)) or (len(family) >= _ALONE and _is_family(word, family))
            for given, family in self.names
        )

    def _numbered(self, plain: str) -> bool:
        if not self.numbers:
            return False
        said = (_digits(number) for number in _NUMBER.findall(plain))
        return any(number.endswith(own) for number in said for own in self.numbers)


def _is_family(word: str, family: str) -> bool:
    return len(family) >= _LEAST and liken(word, family) in _WRITTEN_SO


def _is_given(word: str, given: str) -> bool:
    """Whether a word may stand for a given name; an initial may for whatever begins with it."""
    if not given or len(word) == 1:
        return bool(given) and word == given[0]
    return are_forms(word, given) or are_related(word, given) or liken(word, given) in _WRITTEN_SO


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
    surely = min(how.values(), key=_SURENESS.index)
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
            how = {name: said for name, text in words.items() if (said := who.found_in(text)) in (NAMED, LIKELY)}
            if how:
                row, surely = some[uid], min(how.values(), key=_SURENESS.index)
                ref = ref_of(row.agency, row.id)
                yield Named(where=ref, kind="report", by=row.agency, words=tuple(sorted(how)), how=surely)


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
