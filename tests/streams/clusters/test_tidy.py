"""Tidying goes over what is in doubt, finds what the rules in force make of it, and then leaves it alone."""

from dataclasses import replace

from sqlalchemy import delete, select, update

from schemas.tables import Judgement, Member
from streams.clusters.tidy import in_doubt, tidy
from streams.matching.people.kind import PEOPLE
from streams.store import reading, writing
from tests.streams.clusters.deciding import Town, item, report

SAME = [report(f"police:{n}", "Marmaduke Thistlewood", "1990-04-12", 600 * n, sex="M") for n in range(3)]
OTHER = report("fire:9", "Peter Archibald Jones", "1961-01-30", 9)


def entities(town: Town) -> dict[str, str]:
    with reading(town.engine) as connection:
        rows = connection.execute(select(Member.item, Member.entity).where(Member.kind == "person"))
        return dict(rows.all())


def test_what_other_rules_judged_is_judged_again_and_then_left_alone(store_url: str) -> None:
    town = Town(store_url)
    town.reports(*SAME, OTHER)
    right = entities(town)
    last = item("police:2")
    with writing(town.engine) as connection:  # as rules of old would have left it
        connection.execute(update(Judgement).values(rule="people-of-old"))
        connection.execute(update(Member).where(Member.item == last).values(entity="of-old", state="single"))
    done = tidy(town.engine, PEOPLE, town.settle)
    assert done.looked_at == 2
    assert done.changed == {"of-old": (right[last],), right[last]: (right[last],)}
    assert entities(town) == right
    again = tidy(town.engine, PEOPLE, town.settle)
    assert (again.looked_at, again.changed) == (0, {})
    town.engine.dispose()


def test_an_entity_held_by_a_doubtful_pair_is_in_doubt(store_url: str) -> None:
    town = Town(store_url)
    town.reports(*SAME, OTHER)
    held = entities(town)[item("police:1")]
    strict = replace(PEOPLE, bars=replace(PEOPLE.bars, stay=1000.0))
    with reading(town.engine) as connection:
        assert in_doubt(connection, PEOPLE) == set()
        assert in_doubt(connection, strict) == {held}
    with writing(town.engine) as connection:
        connection.execute(delete(Judgement))
    with reading(town.engine) as connection:
        assert in_doubt(connection, strict) == set()
    town.engine.dispose()
