"""The state after any run of updates is that of the items alone: no order, batch or former version shows in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, insert, select

from schemas.tables import Base, BlockKey, EntityAlias, Judgement, Member
from streams.clusters.entities import Outcome
from streams.clusters.kinds import Bars, Evidence, Item, Kind, Verdict
from streams.clusters.update import update
from streams.store import open_store, writing
from tests.streams.holding import empty


@dataclass(frozen=True)
class Toy:
    """An item of the tests: two are as alike as their numbers are near; odd and even ones beyond 50 are never one."""

    id: str
    at: int
    keys: frozenset[str]
    number: int
    group: str = ""


def judge(a: Toy, b: Toy) -> Verdict:
    bits = 30.0 - 2 * abs(a.number - b.number)
    return Verdict(
        bits=bits, joins=True, never=never(a, b), evidence=(Evidence("near", bits, "The numbers are near."),)
    )


def never(a: Toy, b: Toy) -> bool:
    return a.number > 50 and b.number > 50 and a.number % 2 != b.number % 2


ENGINES: list[Engine] = []


def _fresh() -> Engine:
    engine = open_store("sqlite://")
    Base.metadata.create_all(engine)
    return engine


@contextmanager
def worlds(*heads: int) -> Iterator[list["World"]]:
    """Worlds whose stores are emptied and used again: a new engine would compile every statement anew."""
    made = [World(head) for head in heads]
    try:
        yield made
    finally:
        for world in made:
            empty(world.engine)
            ENGINES.append(world.engine)


class World:
    """A store with toys in it; a key in capitals tells too little alone."""

    def __init__(self, head: int = 3) -> None:
        self.engine = ENGINES.pop() if ENGINES else _fresh()
        self.toys: dict[str, Toy] = {}
        self.kind: Kind[Toy] = Kind(
            name="person",
            rule="toy",
            bars=Bars(join=20, stay=14, review=8),
            head=head,
            load=lambda _, items: {item: self.toys[item] for item in items if item in self.toys},
            judge=judge,
            never=never,
            tells=str.islower,
        )

    def update(self, came: list[Toy], gone: set[str] = frozenset()) -> Outcome:  # type: ignore[assignment]
        for item in gone:
            self.toys.pop(item, None)
        self.toys |= {toy.id: toy for toy in came}
        items = [Item(id=toy.id, at=toy.at, keys=toy.keys, linkable=bool(toy.keys), group=toy.group) for toy in came]
        with writing(self.engine) as connection:
            return update(connection, self.kind, items, gone, {toy.id: toy for toy in came})

    def state(self) -> list[Any]:
        with self.engine.connect() as connection:
            members = connection.execute(select(Member.item, Member.entity, Member.state, Member.at)).all()
            blocks = connection.execute(select(BlockKey.key, BlockKey.at, BlockKey.item)).all()
            pairs = connection.execute(select(Judgement.a, Judgement.b, Judgement.judge, Judgement.verdict)).all()
        return [sorted(map(tuple, rows)) for rows in (members, blocks, pairs)]

    def entities(self) -> list[set[str]]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(Member.entity, Member.item)).all()
        found: dict[str, set[str]] = {}
        for entity, item in rows:
            found.setdefault(entity, set()).add(item)
        return sorted(found.values(), key=sorted)

    def says(self, verdict: str, one: str, other: str, *, undone: bool = False) -> None:
        a, b = sorted((one, other))
        row = {"kind": "person", "a": a, "b": b, "judge": "ann", "verdict": verdict, "bits": None, "evidence": []}
        row |= {"rule": "person", "at": datetime(2024, 5, 1, tzinfo=UTC), "why": "seen", "undone": undone}
        with writing(self.engine) as connection:
            connection.execute(
                Judgement.__table__.delete().where(Judgement.judge == "ann", Judgement.a == a, Judgement.b == b)
            )  # type: ignore[attr-defined]
            connection.execute(insert(Judgement), [row])
        self.update([self.toys[a], self.toys[b]])


def toy(id_: str, number: int = 0, at: int = 0, keys: str = "k") -> Toy:
    return Toy(id_, at or int(id_.strip("abcdefghijklmnopqrstuvwxyz") or 0), frozenset(keys), number)


toys = st.builds(
    Toy,
    st.integers(0, 11).map(lambda n: f"i{n:02d}"),
    st.integers(0, 5),
    st.frozensets(st.sampled_from("abABC"), max_size=4),
    st.integers(40, 65),
    st.sampled_from(["", "", "g", "h"]),
)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.tuples(toys, st.booleans()), min_size=1, max_size=6), min_size=1, max_size=8),
    st.integers(1, 4),
)
def test_only_the_items_that_hold_count(steps: list[list[tuple[Toy, bool]]], head: int) -> None:
    last: dict[str, Toy] = {}
    with worlds(head, head) as (worn, fresh):
        for step in steps:
            came = {item.id: item for item, stays in step if stays}
            gone = {item.id for item, stays in step if not stays} - came.keys()
            last = {id_: item for id_, item in (last | came).items() if id_ not in gone}
            worn.update(list(came.values()), gone)
        fresh.update(list(last.values()))
        assert worn.state() == fresh.state()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(toys, unique_by=lambda t: t.id, min_size=2, max_size=12),
    st.randoms(use_true_random=False),
    st.integers(1, 3),
)
def test_order_and_batches_do_not_count(items: list[Toy], chance: Any, head: int) -> None:
    with worlds(head, head) as (whole, bits):
        whole.update(items)
        chance.shuffle(items)
        while items:
            size = chance.randint(1, 4)
            bits.update(items[:size])
            items = items[size:]
        assert whole.state() == bits.state()


@settings(max_examples=100, deadline=None)
@given(st.lists(toys, unique_by=lambda t: t.id, min_size=2, max_size=12), st.integers(1, 3))
def test_what_is_made_of_those_one_may_know_hangs_on_no_other(items: list[Toy], head: int) -> None:
    with worlds(head, head) as (whole, some):
        whole.update(items)
        some.update(known := [one for one in items if one.group in ("", "g")])
        ids = {one.id for one in known}
        assert [row for row in whole.state()[2] if ids.issuperset(row[:2])] == some.state()[2]


def test_an_entity_keeps_its_id_while_later_items_join() -> None:
    world = World()
    first = world.update([toy("a1")])
    second = world.update([toy("b2")])
    assert set(first.entities) == set(second.entities)
    assert second.vanished == frozenset()
    assert world.entities() == [{"a1", "b2"}]


def test_an_id_that_was_told_leads_on() -> None:
    world = World()
    (late,) = world.update([toy("b2")]).entities
    outcome = world.update([toy("a1")])
    assert outcome.vanished == {late}
    with world.engine.connect() as connection:
        assert connection.execute(select(EntityAlias.old, EntityAlias.new)).all() == [(late, *outcome.entities)]
    world.update([], {"a1"})
    with world.engine.connect() as connection:
        assert connection.execute(select(EntityAlias.new).where(EntityAlias.old == late)).all() == []


def test_a_rule_that_says_never_holds_through_a_third() -> None:
    world = World()
    world.update([toy("a1", 52), toy("b2", 53), toy("c3", 49)])
    assert {"a1", "b2"} not in [members & {"a1", "b2"} for members in world.entities()]


@pytest.mark.parametrize(("word", "expected"), [("same", [{"a1", "b2"}]), ("unsure", [{"a1"}, {"b2"}])])
def test_people_join_what_the_rules_do_not(word: str, expected: list[set[str]]) -> None:
    world = World()
    world.update([toy("a1", 0), toy("b2", 40)])
    world.says(word, "a1", "b2")
    assert world.entities() == expected


def test_people_part_what_the_rules_join_and_it_outlives_an_amendment() -> None:
    world = World()
    world.update([toy("a1"), toy("b2")])
    world.says("never", "a1", "b2")
    assert world.entities() == [{"a1"}, {"b2"}]
    world.update([replace(toy("b2"), number=1)])
    assert world.entities() == [{"a1"}, {"b2"}]


def test_undoing_a_judgement_brings_the_clusters_back_exactly() -> None:
    world = World()
    world.update([toy("a1"), toy("b2"), toy("c3", 30)])
    before = world.state()[0]
    world.says("never", "a1", "b2")
    world.says("same", "b2", "c3")
    assert world.entities() == [{"a1"}, {"b2", "c3"}]
    world.says("never", "a1", "b2", undone=True)
    world.says("same", "b2", "c3", undone=True)
    assert world.state()[0] == before


def test_a_doubtful_pair_is_for_review_and_the_rest_stands_alone() -> None:
    world = World()
    world.update([toy("a1", 0), toy("b2", 8), toy("c3", 60), toy("d4", 60, keys="")])
    with world.engine.connect() as connection:
        states = dict(connection.execute(select(Member.item, Member.state)).all())
    assert states == {"a1": "review", "b2": "review", "c3": "single", "d4": "unlinkable"}
    world.update([], {"b2"})
    with world.engine.connect() as connection:
        assert connection.execute(select(Member.state).where(Member.item == "a1")).scalar() == "single"


def test_a_crowded_block_costs_each_newcomer_its_head_only() -> None:
    world = World(head=3)
    world.update([toy(f"a{n}", number=2 * n) for n in range(10, 60)])
    with world.engine.connect() as connection:
        rows = connection.execute(select(Judgement.a, Judgement.b)).all()
    assert all(min(int(a[1:]), int(b[1:])) < 13 for a, b in rows)


def test_two_are_not_compared_for_one_common_key_but_for_two_or_one_that_tells() -> None:
    world = World(head=9)
    world.update([toy(f"x{n}", 100 * n, keys="AB") for n in (1, 2)])  # the few whom all in A and B are compared with
    world.update([toy("c3", keys="AB"), toy("d4", keys="A"), toy("e5", keys="AB"), toy("f6", keys="Ac")])
    assert world.entities() == [{"c3", "e5"}, {"d4"}, {"f6"}, {"x1"}, {"x2"}]
    world.update([toy("g7", keys="c")])
    assert world.entities() == [{"c3", "e5"}, {"d4"}, {"f6", "g7"}, {"x1"}, {"x2"}]
    world.update([toy("d4", keys="AB")])
    assert world.entities() == [{"c3", "d4", "e5"}, {"f6", "g7"}, {"x1"}, {"x2"}]


def test_of_a_common_key_the_first_few_are_compared_with_everyone() -> None:
    world = World(head=9)
    world.update([toy("a2", keys="A"), toy("b3", 100, keys="A"), toy("c4", keys="A"), toy("d5", 200, keys="A")])
    assert world.entities() == [{"a2", "c4"}, {"b3"}, {"d5"}]
    world.update([toy("e1", 200, keys="A")])  # comes before them all, so that the second becomes the third
    assert world.entities() == [{"a2", "c4"}, {"b3"}, {"d5", "e1"}]
    world.update([toy("f1", 300, keys="A")])
    assert world.entities() == [{"a2"}, {"b3"}, {"c4"}, {"d5", "e1"}, {"f1"}]
    world.update([], {"f1"})
    assert world.entities() == [{"a2", "c4"}, {"b3"}, {"d5", "e1"}]


def test_by_a_common_key_one_that_all_may_know_of_meets_hidden_ones_only_as_one_of_the_first() -> None:
    world = World(head=9)
    world.update([toy("a1", 0, keys="A"), toy("b2", 100, keys="A"), toy("c3", 200, keys="A")])
    hidden = [
        replace(toy(f"{name}{n}", 100 * (n - 4), keys="A"), group="h") for name, n in (("d", 4), ("e", 5), ("f", 6))
    ]
    world.update(hidden)
    assert world.entities() == [{"a1", "d4"}, {"b2", "e5"}, {"c3"}, {"f6"}]
    world.update([replace(toy("g7", 200, keys="A"), group="i")])  # meets the first of every group, and is one
    assert world.entities() == [{"a1", "d4"}, {"b2", "e5"}, {"c3"}, {"f6", "g7"}]


def test_what_is_told_is_what_changed() -> None:
    world = World()
    world.update([toy("a1"), toy("b2", 40), toy("c3", 60)])
    outcome = world.update([toy("d4", 1)])
    assert list(outcome.entities.values()) == [("a1", "d4")]
    outcome = world.update([], {"d4"})
    assert list(outcome.entities.values()) == [("a1",)]
    assert outcome.vanished == frozenset()
