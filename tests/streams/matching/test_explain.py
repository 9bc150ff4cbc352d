"""An explanation says what is so: the links that hold, what was left apart, and changes that would truly come."""

from typing import Any

import pytest

from streams.matching.explain import explain
from streams.matching.explained import Explanation, as_facts
from streams.matching.people.kind import PEOPLE
from streams.matching.said import said
from streams.store import reading
from tests.streams.clusters.deciding import Town, item, report

HOME = {"text": "12 Alder Court", "postcode": "S41 7PT"}
ONE, TWO, THREE, FOUR = item("police:1"), item("housing:2"), item("fire:3"), item("health:4")


def bodies() -> list[dict[str, Any]]:
    """Three that are one, by name and date of birth, and one of the name at the address."""
    return [
        report("police:1", "Marmaduke Thistlewood", "1990-04-12", 0),
        report("housing:2", "Marmaduke Thistlewood", "1990-04-12", 600, address=HOME),
        report("fire:3", "Marmaduke Thistlewood", "1990-04-12", 1200, occupation="roofer"),
        report("health:4", "Marmaduke Thistlewood", None, 1800, address=HOME),
    ]


def explained(town: Town, of: str) -> Explanation:
    with reading(town.engine) as connection:
        entity = said(connection, "person", [of])[of].entity
        found = explain(connection, PEOPLE, entity)
    assert found is not None
    return found


@pytest.fixture
def town(store_url: str) -> Any:
    made = Town(store_url)
    made.reports(*bodies())
    yield made
    made.engine.dispose()


def test_it_names_who_is_in_it_and_what_ties_them(town: Town) -> None:
    found = explained(town, TWO)
    assert [member.name for member in found.members] == ["police:1#0", "housing:2#0", "fire:3#0"]
    assert len(found.ties) == 2
    assert len(found.others) == 1
    assert min(link.bits for link in found.ties) >= max(link.bits for link in found.others)
    for link in (*found.ties, *found.others):
        assert sum(claim["bits"] for claim in link.evidence) == pytest.approx(link.bits, abs=0.06)


def test_what_was_left_apart_says_why_and_people_are_named(town: Town) -> None:
    open_to = {left.link.a for left in explained(town, ONE).apart} | {
        left.link.b for left in explained(town, ONE).apart
    }
    assert FOUR in open_to
    town.decide(TWO, FOUR, "never", "ann")
    (barred,) = [left for left in explained(town, ONE).apart if left.link.verdict == "barred"]
    assert "ann" in barred.why
    assert "seen" in barred.why


def test_what_it_says_would_change_it_does(town: Town) -> None:
    """A fact it names, left out of a report it names, parts the mentions it names; one that it does not, parts none."""
    facts = {"date of birth": "born", "address": "address", "occupation": "occupation"}
    told = explained(town, ONE).changes
    assert "date of birth" in {change.fact for change in told}
    changes = {(change.fact, without): set(change.leave) for change in told for without in change.without}
    for body in bodies()[:3]:
        (person,), ref = body["people"], f"{body['agency']}:{body['id']}"
        for fact, field in facts.items():
            if field not in person:
                continue
            less = {key: value for key, value in person.items() if key != field}
            town.ticks += 2
            town.reports({**body, "people": [less], "version": town.ticks, "action": "amend"})
            leave = changes.get((fact, item(ref)), set())
            together = {member.item for member in explained(town, next(iter({ONE, TWO, THREE} - leave))).members}
            assert {ONE, TWO, THREE} - together == leave, (fact, ref)
            town.reports({**body, "version": town.ticks + 1, "action": "amend"})


def test_an_old_id_leads_on_and_an_unknown_one_nowhere(town: Town) -> None:
    old = explained(town, FOUR).entity
    town.decide(ONE, FOUR, "same", "ann")
    with reading(town.engine) as connection:
        found = explain(connection, PEOPLE, old)
        assert explain(connection, PEOPLE, "nobody") is None
    assert found is not None
    assert (found.asked, found.entity) == (old, explained(town, ONE).entity)
    assert [word.judge for link in found.ties for word in link.people] == ["ann"]


def test_as_facts_it_names_mentions_as_people_do(town: Town) -> None:
    facts = as_facts(explained(town, ONE))
    assert {member["item"] for member in facts["members"]} == {"police:1#0", "housing:2#0", "fire:3#0"}
    assert all(0 < link["probability"] <= 1 for link in facts["links"])
    assert {end for link in facts["apart"] for end in (link["a"], link["b"])} >= {"health:4#0"}


def test_a_rule_that_says_never_is_named() -> None:
    town = Town()
    town.reports(
        report("police:1", "Hannah Thistlewood", "1990-04-12", 0, address=HOME),
        report("housing:2", "Hannah Thistlewood", "1990-04-12", 600, aliases=["Oliver Thistlewood"]),
        report("fire:3", "Oliver Thistlewood", "1990-04-12", 1200, address=HOME),
    )
    left = [apart for of in (ONE, THREE) for apart in explained(town, of).apart]
    assert any("twins" in apart.why for apart in left), [apart.why for apart in left]
