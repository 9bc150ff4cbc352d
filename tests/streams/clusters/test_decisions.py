"""What people decide is done, outlives what comes after, and is undone without a trace in the clusters."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.tables import Audit, Judgement
from streams.clusters.decision_log import OF_PEOPLE, decisions
from streams.clusters.decisions import Refused, companions, decide, set_apart
from streams.store import writing
from tests.streams.clusters.deciding import AT, Town, item, report
from tests.streams.holding import empty, state
from tests.streams.telling import ref, reports

JOHN, JON, PETER = item("police:1"), item("housing:2"), item("fire:3")
PEOPLE = (
    report("police:1", "John Smith", "1990-04-12"),
    report("housing:2", "Jon Smith", "1990-04-12", 5, phones=["07700 900123"]),
    report("fire:3", "Peter Archibald Jones", "1961-01-30", 9),
)


@cache
def shared() -> Town:
    """A town that is emptied each time: a new engine would compile every statement anew."""
    return Town()


def anew(*bodies: dict[str, Any]) -> Town:
    empty(shared().engine)
    shared().reports(*bodies)
    return shared()


def derived(town: Town) -> dict[str, Any]:
    """All that linking derives, without what people said."""
    found = state(town.engine)
    found["judgement"] = [row for row in found["judgement"] if row[3] == "pipeline"]
    return found


choices = st.lists(
    st.tuples(st.integers(0, 50), st.sampled_from(("same", "never", "unsure")), st.sampled_from(("ann", "bob"))),
    min_size=1,
    max_size=5,
)


def made(town: Town, chosen: list[tuple[int, str, str]], kind: str) -> list[tuple[str, str, str, str]]:
    """The decisions that ``chosen`` stand for among the items that can be linked."""
    table = state(town.engine)["member"]
    items = sorted(row[1] for row in table if row[0] == kind and row[3] != "unlinkable")
    pairs = list(combinations(items, 2))
    return [(*pairs[number % len(pairs)], verdict, judge) for number, verdict, judge in chosen] if pairs else []


@pytest.mark.parametrize("kind", ["person", "incident"])
@settings(max_examples=25, deadline=None)
@given(st.lists(reports, min_size=2, max_size=7, unique_by=ref), choices, st.randoms(use_true_random=False))
def test_undoing_brings_everything_back(
    kind: str, bodies: list[dict[str, Any]], chosen: list[tuple[int, str, str]], chance: Any
) -> None:
    town = anew(*bodies)
    beginning = derived(town)
    stood = [beginning]
    todo = made(town, chosen, kind)
    for a, b, verdict, judge in todo:
        town.decide(a, b, verdict, judge, kind)
        stood.append(derived(town))
    last = stood.pop()
    for a, b, *_ in reversed(todo):  # each step back brings back the one before it
        town.undo(a, b, kind=kind)
        assert derived(town) == stood.pop()
    for a, b, verdict, judge in todo:
        town.decide(b, a, verdict, judge, kind)
    assert derived(town) == last
    chance.shuffle(todo)
    for a, b, *_ in todo:  # in whatever order, the end is the beginning
        town.undo(a, b, kind=kind)
    assert derived(town) == beginning


@pytest.fixture
def town(store_url: str) -> Iterator[Town]:
    made = Town(store_url)
    made.reports(*PEOPLE)
    yield made
    made.engine.dispose()


def test_a_decision_is_done_logged_and_taken_back(town: Town) -> None:
    town.decide(JOHN, PETER, "same")
    assert {JOHN, PETER} <= town.together()[0]
    town.undo(PETER, JOHN)
    assert all(PETER not in people for people in town.together())
    with town.engine.connect() as connection:
        entries = decisions(connection, "person")
        rows = connection.execute(select(Judgement.verdict, Judgement.undone).where(Judgement.judge == "ann")).all()
        audit = connection.execute(select(Audit.act, Audit.actor).where(*OF_PEOPLE).order_by(Audit.seq)).all()
    assert rows == [("same", True)]
    assert audit == [("combination", "ann"), ("combination", "bob")]
    assert [(e.verdict, e.before, e.after, e.undone, e.of) for e in entries] == [
        ("same", None, "same", True, None),
        (None, "same", None, False, "ann"),
    ]


def test_the_later_of_two_judges_counts_and_unsure_leaves_what_stood(town: Town) -> None:
    town.decide(JOHN, PETER, "same", "ann")
    town.decide(JOHN, PETER, "never", "bob")
    assert all(PETER not in people for people in town.together())
    town.decide(JOHN, PETER, "unsure", "cat")
    assert all(PETER not in people for people in town.together())
    town.decide(JOHN, PETER, "unsure", "bob")
    assert {JOHN, PETER} <= town.together()[0]


def test_a_clock_that_goes_backwards_does_not_turn_the_order_of_decisions(town: Town) -> None:
    town.decide(JOHN, PETER, "same", "ann")
    town.ticks = -100
    town.decide(JOHN, PETER, "never", "bob")
    assert all(PETER not in people for people in town.together())


def test_it_outlives_a_replay_an_amendment_and_a_retraction(town: Town) -> None:
    town.decide(JOHN, PETER, "same")
    held = town.together()
    town.reports(*PEOPLE)
    assert town.together() == held
    peter = {**PEOPLE[2], "version": 2, "action": "amend", "summary": "More is known."}
    town.reports(peter)
    assert town.together() == held
    town.reports({**peter, "version": 3, "action": "retract"})
    assert all(PETER not in people for people in town.together())
    town.reports({**peter, "version": 4})
    assert town.together() == held


def test_a_mention_is_set_apart_from_its_whole_person(town: Town) -> None:
    town.decide(JOHN, PETER, "same")
    town.decide(JON, PETER, "same")
    assert town.together() == [{JOHN, JON, PETER}]
    with writing(town.engine) as connection:
        assert companions(connection, "person", PETER) == sorted([JOHN, JON])
        set_apart(connection, "person", PETER, (), "ann", "another man", AT)
    town.settle()
    assert all(PETER not in people for people in town.together())
    with writing(town.engine) as connection, pytest.raises(Refused, match="alone"):
        set_apart(connection, "person", PETER, (), "ann", "another man", AT)


@pytest.mark.parametrize(
    ("a", "b", "verdict", "judge", "why", "said"),
    [
        (JOHN, JOHN, "same", "ann", "seen", "twice"),
        (JOHN, PETER, "same", "ann", "  ", "reason"),
        (JOHN, PETER, "same", "pipeline", "seen", "who decides"),
        (JOHN, PETER, "perhaps", "ann", "seen", "verdict"),
        (JOHN, item("fire:3", 7), "same", "ann", "seen", "no such"),
        (JOHN, item("fire:4"), "same", "ann", "seen", "never linked"),
    ],
)
def test_what_cannot_be_decided_is_refused(a: str, b: str, verdict: str, judge: str, why: str, said: str) -> None:
    town = anew(*PEOPLE, report("fire:4", None, description="a tall man"))
    with writing(town.engine) as connection, pytest.raises(Refused, match=said):
        decide(connection, "person", a, b, verdict, judge, why, AT)


def test_there_must_be_something_to_take_back() -> None:
    town = anew(*PEOPLE)
    with pytest.raises(Refused, match="nobody has decided"):
        town.undo(JOHN, PETER)
