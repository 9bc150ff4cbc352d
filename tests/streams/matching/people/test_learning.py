"""Weights learnt from a store: versioned, the same from the same store, in force for all, and taken back."""

import json
import random
from typing import Any

import pytest
from sqlalchemy import select

from schemas.tables import Judgement
from streams.export import export_lines
from streams.matching.people import learning
from streams.matching.people.weights import in_force, shipped, with_learnt
from streams.store import reading, writing
from tests.streams.clusters.deciding import Town, report

GIVEN = ("Alice", "Bharat", "Carol", "Derek", "Elif", "Farid", "Gwen", "Hamza", "Ivan", "Jadwiga", "Kofi", "Leila")
STREETS = ("S40 1AA", "S40 2BB", "S41 7QQ", "S41 8XY", "S42 5TT", "S43 1PL")


def town_of(people: int, seed: int = 1) -> list[dict[str, Any]]:
    """So many people, a third of whom are named three times, half of them Entwistle."""
    drawn, bodies = random.Random(seed), []
    for who in range(people):
        family = "Entwistle" if who % 2 else f"Uncommon{chr(97 + who % 26)}{chr(97 + who // 26)}"
        born = f"{1950 + who % 50}-{1 + who % 12:02d}-{2 + who % 27:02d}"
        given, home = drawn.choice(GIVEN), {"postcode": drawn.choice(STREETS)}
        for told in range(3 if who % 3 == 0 else 1):
            ref, at = f"police:{who}-{told}", who * 10 + told
            bodies.append(report(ref, f"{given} {family}", born, at, address=home))
    return bodies


@pytest.fixture(scope="module")
def town() -> Town:
    made = Town()
    made.reports(*town_of(240))
    return made


def test_the_same_store_teaches_the_same_however_the_reports_came(town: Town) -> None:
    other, bodies = Town(), town_of(240)
    random.Random(2).shuffle(bodies)
    other.reports(*bodies)
    with reading(town.engine) as connection, reading(other.engine) as beside:
        assert learning.learn(connection) == learning.learn(beside)


def test_a_name_that_half_the_town_bears_weighs_little_there(town: Town) -> None:
    with reading(town.engine) as connection:
        found = learning.learn(connection)
    learnt = with_learnt(found.body, found.version)
    assert shipped().rarity("family", "entwistle") > 9
    assert learnt.rarity("family", "entwistle") < 3
    assert learnt.rarity("family", "uncommonab") > learnt.rarity("family", "entwistle") + 4


def test_as_likely_as_not_moves_with_how_few_pairs_are_one_person(town: Town) -> None:
    small = Town()
    small.reports(*town_of(160))
    with reading(town.engine) as connection, reading(small.engine) as beside:
        assert learning.learn(connection).table["bars"]["even"] > learning.learn(beside).table["bars"]["even"]


def test_a_rare_level_is_learnt_from_a_few_and_one_never_met_stays_as_shipped() -> None:
    town = Town()
    bodies = town_of(240)
    for number, body in enumerate(bodies):
        year, month, day = body["people"][0]["born"].split("-")
        if number % 12 == 0:
            body["people"][0]["born"] = f"{year}-{(int(month) + 5) % 12 + 1:02d}-{day}"
    town.reports(*bodies)
    with reading(town.engine) as connection:
        found = learning.learn(connection).table["birth"]
    assert found["other_month"] > shipped().bits("birth", "other_month") + 1
    assert found["swapped"] == shipped().bits("birth", "swapped")


def test_that_people_are_named_often_does_not_make_agreement_look_like_chance() -> None:
    town = Town()
    town.reports(*town_of(120))
    with reading(town.engine) as connection:
        assert learning.learn(connection).table["birth"]["same"] > 11


def test_too_little_teaches_nothing() -> None:
    town = Town()
    town.reports(report("police:1", "Ann Smith", "1990-02-03"))
    with reading(town.engine) as connection, pytest.raises(learning.TooLittle, match="200"):
        learning.learn(connection)


def test_all_are_judged_by_what_is_in_force_and_by_the_shipped_weights_again(store_url: str) -> None:
    town = Town(store_url)
    town.reports(*town_of(240))
    before = exported(town)
    with writing(town.engine) as connection:
        learnt = learning.learn(connection)
        learning.put_in_force(connection, learnt)
    town.settle()
    with reading(town.engine) as connection:
        assert in_force(connection).version == learnt.version
        assert set(connection.execute(select(Judgement.rule)).scalars()) >= {learnt.version}
        assert "people-2026-11" not in set(
            connection.execute(select(Judgement.rule).where(Judgement.kind == "person")).scalars()
        )
    with writing(town.engine) as connection:
        learning.use(connection, None)
    town.settle()
    assert exported(town) == before
    with writing(town.engine) as connection, pytest.raises(learning.NotLearnt, match="people-nowhere"):
        learning.use(connection, "people-nowhere")
    town.engine.dispose()


def test_what_is_judged_anew_stands_as_if_it_had_always_been_judged_so(store_url: str) -> None:
    """Reports judged by learnt weights as they come end as reports judged anew after learning."""
    town = Town(store_url)
    town.reports(*town_of(240))
    with writing(town.engine) as connection:
        learnt = learning.learn(connection)
        learning.put_in_force(connection, learnt)
    town.settle()
    other = Town()
    with writing(other.engine) as connection:
        learning.put_in_force(connection, learnt)
    other.reports(*town_of(240))
    assert exported(other) == exported(town)
    town.engine.dispose()


def exported(town: Town) -> list[dict[str, Any]]:
    with reading(town.engine) as connection:
        return [json.loads(line) for line in export_lines(connection, "people")]
