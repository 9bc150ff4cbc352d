"""Steps go with the mentions they were taken about; none is lost, and none is seen by who may not know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine

from consumers.ladder.people import Reader, people_shown, whose_now
from consumers.work.sight import holding
from schemas.agencies import load_partnership
from streams.store import reading
from tests.consumers.work.making import TODAY, a_step, desk, tell

PARTNERSHIP = load_partnership()
ALONE = replace(PARTNERSHIP, agreements=())


@dataclass
class Told:
    """Knows what a test says."""

    now: Mapping[str, Mapping[str, str]]

    def items(self, _connection: Connection, _agency: str, _person: str, _refs: Collection[str]) -> tuple[str, ...]:
        return ()

    def persons(self, _connection: Connection, agency: str, items: Collection[str]) -> Mapping[str, str]:
        return {item: person for item, person in self.now.get(agency, {}).items() if item in items}


def steps(engine: Engine, agency: str, now=None, *, partnership=PARTNERSHIP, shown=()) -> dict[str, int]:
    with reading(engine) as connection:
        reader = Reader(
            connection=connection, agency=agency, partnership=partnership, knowing=Told(now or {}), today=TODAY
        )
        return {person: len(some) for person, some in reader.by_person("step", shown=shown).items()}


def taken(engine: Engine, **others) -> None:
    with desk(engine) as here:
        here.make(a_step(**others))


def test_steps_of_two_who_turn_out_to_be_one_are_that_ones(engine: Engine) -> None:
    taken(engine, person="p1", mentions=["m1"])
    taken(engine, person="p2", mentions=["m2", "m3"], rung="written-warning")
    apart = {"police": {"m1": "p1", "m2": "p2", "m3": "p2"}}
    merged = {"police": dict.fromkeys(("m1", "m2", "m3"), "p1")}
    assert steps(engine, "police", apart) == {"p1": 1, "p2": 1}
    assert steps(engine, "police", merged) == {"p1": 2}
    assert steps(engine, "police", apart) == {"p1": 1, "p2": 1}


def test_a_step_whose_mentions_are_no_more_is_still_there(engine: Engine) -> None:
    taken(engine, person="p1", mentions=["m1"])
    assert steps(engine, "police") == {"p1": 1}


LETTERS = st.sampled_from("abcdef")


@given(st.lists(LETTERS, unique=True, min_size=1), st.dictionaries(LETTERS, st.sampled_from("xyz")))
def test_a_step_is_one_persons_and_one_of_its_own_mentions(items: list[str], now: dict[str, str]) -> None:
    found = whose_now(items, now)
    parts = [now[item] for item in items if item in now]
    assert (found is None) == (not parts)
    if parts:
        assert all(parts.count(found) >= parts.count(other) for other in parts)


@pytest.mark.parametrize(
    ("share", "partnership", "now", "seen"),
    [
        (True, PARTNERSHIP, {"m1": "h1"}, {"h1": 1}),
        (False, PARTNERSHIP, {"m1": "h1"}, {}),  # whoever took it keeps it to themselves
        (True, ALONE, {"m1": "h1"}, {}),  # no agreement lets it pass
        (True, PARTNERSHIP, {}, {}),  # the other knows no such person
    ],
)
def test_others_see_a_step_that_is_shared_agreed_and_of_a_person_they_know(
    engine: Engine, share: bool, partnership, now: dict[str, str], seen: dict[str, int]
) -> None:
    taken(engine, person="p1", mentions=["m1"], share=share)
    assert steps(engine, "housing", {"housing": now}, partnership=partnership) == seen


def test_the_persons_are_those_that_ones_own_alerts_show(engine: Engine) -> None:
    old, new, other = (
        {"id": id, "name": name, "roles": ["suspect"]} for id, name in (("p1", "Old"), ("p1", "New"), ("p2", "Other"))
    )
    tell(engine, "police", "a1", person=old, updated_at="2026-01-01")
    tell(engine, "police", "a2", person=new, updated_at="2026-02-01", evidence=["police:9"])
    tell(engine, "police", "a3", person=None)
    tell(engine, "police", "a4", person={"id": "p3", "name": "Harmed", "roles": ["victim"]})
    tell(engine, "housing", "h1", person=other)
    with reading(engine) as connection:
        shown = people_shown(holding(connection, "police"))
    assert list(shown) == ["p1"]
    assert shown["p1"].person["name"] == "New"
    assert shown["p1"].refs == {"police:1", "police:2", "housing:3", "police:9"}
