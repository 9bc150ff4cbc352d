"""What would come of confirming all that stands open: more together, never less, and never against a rule or people."""

import json
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.tables import Member
from streams.clusters import likely as module
from streams.clusters.kinds import Bars
from streams.clusters.likely import likely
from streams.export import export_lines
from streams.store import reading
from tests.streams.clusters.deciding import Town, item, report
from tests.streams.clusters.test_update import Toy, World, never, toy, toys, worlds


def would_be(world: World) -> dict[str, str]:
    with reading(world.engine) as connection:
        return likely(connection, world.kind)


def now(world: World) -> dict[str, str]:
    with reading(world.engine) as connection:
        return dict(connection.execute(select(Member.item, Member.entity)).all())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(toys, unique_by=lambda t: t.id, min_size=2, max_size=12),
    st.lists(st.tuples(st.integers(0, 99), st.sampled_from(("same", "never"))), max_size=3),
)
def test_it_only_joins_and_never_what_must_not(items: list[Toy], said: list[tuple[int, str]]) -> None:
    with worlds(3) as (world,):
        world.update(items)
        pairs = list(combinations(sorted(world.toys), 2))
        told = {pairs[number % len(pairs)]: verdict for number, verdict in said}
        for (a, b), verdict in told.items():
            world.says(verdict, a, b)
        before = now(world)
        after = before | would_be(world)
        for a, b in pairs:
            together = after[a] == after[b]
            if before[a] == before[b]:
                assert together
            elif told.get((a, b)) == "never" or never(world.toys[a], world.toys[b]):
                assert not together
        clear_apart = {name for name in after.values() if name not in before.values()}
        assert not clear_apart


def test_what_stands_together_stays_so_whatever_people_said_of_others() -> None:
    """People said one is two others, and that those are two: it stays with the one it is with."""
    world = World()
    world.update([toy("a1", 0), toy("b2", 0), toy("c3", 0)])
    for verdict, a, b in (("same", "a1", "b2"), ("same", "a1", "c3"), ("never", "b2", "c3")):
        world.says(verdict, a, b)
    assert len(world.entities()) == 2
    assert would_be(world) == {}


@settings(max_examples=30, deadline=None)
@given(st.lists(toys, unique_by=lambda t: t.id, min_size=2, max_size=12))
def test_it_does_not_count_how_many_are_read_together(items: list[Toy]) -> None:
    with worlds(3) as (world,), pytest.MonkeyPatch.context() as patch:
        world.update(items)
        whole = would_be(world)
        patch.setattr(module, "AT_A_TIME", 1)
        assert would_be(world) == whole


def test_an_open_pair_would_join_two_entities_whole() -> None:
    world = World()
    world.update([toy("a1", 0), toy("b2", 1), toy("c3", 9), toy("d4", 10), toy("e5", 60)])
    assert world.entities() == [{"a1", "b2"}, {"c3", "d4"}, {"e5"}]
    stands = now(world)
    assert would_be(world) == {"c3": stands["a1"], "d4": stands["a1"]}


def test_what_people_said_of_an_open_pair_counts() -> None:
    world = World()
    world.update([toy("a1", 0), toy("b2", 9)])
    stands = now(world)
    assert would_be(world) == {"b2": stands["a1"]}
    world.says("unsure", "a1", "b2")
    assert would_be(world) == {"b2": stands["a1"]}
    world.says("never", "a1", "b2")
    assert would_be(world) == {}


def test_weights_learnt_here_count_those_in_doubt_among_the_pairs_that_are_one() -> None:
    world = World(20)
    world.update([toy(f"{letter}{n}", 100 * n + gap) for n in range(10) for letter, gap in (("a", 0), ("b", 8))])
    shipped = Bars(join=20, stay=14, review=8, even=15, prior=8)  # every duo is open at 14 bits, the bar is at 14.6
    with reading(world.engine) as connection:
        assert likely(connection, replace(world.kind, bars=shipped)) == {}
        assert len(likely(connection, replace(world.kind, bars=replace(shipped, learnt=True)))) == 10


def test_the_export_says_so_of_each_mention(store_url: str) -> None:
    town = Town(store_url)
    town.reports(
        report("police:1", "Marmaduke Thistlewood", "1990-04-12", address={"postcode": "S41 7PT"}),
        report("housing:2", "Marmaduke Thistlewood", minutes=5, address={"postcode": "S41 7PT"}),
        report("fire:3", "Peter Archibald Jones", "1961-01-30", 9),
    )
    lines = people(town)
    assert lines["police:1"]["person"] == lines["police:1"]["likely"] == lines["housing:2"]["likely"]
    assert lines["housing:2"]["person"] != lines["housing:2"]["likely"]
    assert lines["fire:3"]["person"] == lines["fire:3"]["likely"]
    town.decide(item("police:1"), item("housing:2"), "never")
    assert all(line["person"] == line["likely"] for line in people(town).values())
    town.engine.dispose()


def people(town: Town) -> dict[str, Any]:
    with reading(town.engine) as connection:
        lines = [json.loads(line) for line in export_lines(connection, "people")]
    return {f"{line['agency']}:{line['report']}": line for line in lines}
