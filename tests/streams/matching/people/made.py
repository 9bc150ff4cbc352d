"""Mentions made short for tests."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

from schemas.report import Person
from streams.matching.people.kind import PEOPLE
from streams.matching.people.person import Mention, read_mention

_numbers = count(1)


def m(
    name: str | None = None,
    born: str | None = None,
    agency: str = "police",
    company: Collection[str] = (),
    **fields: Any,
) -> Mention:
    """A mention in a report of 2024."""
    number = next(_numbers)
    person = Person.model_validate({"role": "subject", "name": name, "born": born, **fields})
    at = datetime(2024, 5, 1, tzinfo=UTC)
    found = read_mention(person, id_=f"m{number}", ref=f"{agency}:{number}", index=0, reported_at=at)
    return replace(found, company=frozenset(company))


def outcome(a: Mention, b: Mention) -> str:
    """What becomes of a pair: join, review, or apart."""
    said, back = PEOPLE.judge(a, b), PEOPLE.judge(b, a)
    assert (said and round(said.bits, 6)) == (back and round(back.bits, 6)), "the order of the two must not count"
    word = PEOPLE.verdict(said) if said else None
    return {"same": "join", "review": "review", None: "apart"}[word]
