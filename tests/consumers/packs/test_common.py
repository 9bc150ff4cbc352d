"""What a table may hear of an alert: nothing that one who sits there does not have in a copy of their own."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from consumers.nameless import kind_and_matter
from consumers.packs.common import heard_by_all, known_to_all, shared
from streams.store import reading
from tests.consumers.packs.telling import STATUTORY, everyone_knows, tell_all, tell_each
from tests.consumers.watcher.alerts import an_alert

REFS = ["police:1", "police:2", "housing:3", "fire:4"]
a_copy = st.fixed_dictionaries(
    {
        "kind": st.just("repeat-place"),
        "title": st.sampled_from(["Third incident at Market Hall", "Fourth incident at Market Hall"]),
        "observed": st.integers(3, 5),
        "category": st.just("burglary"),
        "evidence": st.lists(st.sampled_from(REFS), unique=True, min_size=1),
        "why": st.lists(st.sampled_from(["a", "b", "c"]), unique=True),
        "place": st.sampled_from([None, {"id": "p", "text": "Market Hall"}]),
        "person": st.sampled_from([None, {"id": "x", "name": "Ricky Thorn"}]),
        "handling": st.fixed_dictionaries({"left_out": st.sampled_from([None, "Not told here: persons."])}),
    }
)


def leaves(value: Any) -> list[Any]:
    if isinstance(value, Mapping):
        return [leaf for part in value.values() for leaf in leaves(part)]
    if isinstance(value, list):
        return [leaf for part in value for leaf in leaves(part)]
    return [] if value is None else [value]


def heard_by(copies: dict[str, dict[str, Any]], engine: Engine, unknown: frozenset[str] = frozenset()) -> list[Any]:
    """What all hear; of the reports of ``unknown`` not all may know."""

    def knows(_connection: Any, refs: Any) -> Any:
        return {ref: frozenset(STATUTORY) - ({"council"} if ref in unknown else frozenset()) for ref in refs}

    tell_each(engine, "m1", copies)
    with reading(engine) as connection:
        return known_to_all(connection, copies, knows, lambda _copy: True)


@settings(max_examples=150, deadline=None)
@given(st.lists(a_copy, min_size=2, max_size=4), st.sets(st.sampled_from(REFS)))
def test_all_that_is_said_stands_in_every_copy_or_rests_on_what_everyone_knows(
    copies: list[dict[str, Any]], known: set[str]
) -> None:
    held = {str(number): [{**copy, "matter": "m"}] for number, copy in enumerate(copies)}
    for heard in heard_by_all(held, known):
        said = {name: value for name, value in heard.items() if name != "matter"}
        if said in copies and not said["handling"]["left_out"] and set(said["evidence"]) <= known:
            continue
        for leaf in leaves(said):
            assert leaf == kind_and_matter(said) or all(leaf in leaves(copy) for copy in copies)


@given(st.lists(a_copy, min_size=2, max_size=3))
def test_whoever_is_asked_first_it_says_the_same(copies: list[dict[str, Any]]) -> None:
    assert sorted(map(str, leaves(shared(copies)))) == sorted(map(str, leaves(shared(copies[::-1]))))


def test_what_one_of_them_holds_no_copy_of_is_not_there(engine: Engine) -> None:
    tell_all(engine, 1)
    tell_each(engine, "hidden", {"police": an_alert(2, title="Hidden", evidence=["police:9"])})
    gone = {"evidence": ["police:8"]}
    tell_each(engine, "gone", {"police": an_alert(3, **gone), "fire": an_alert(3, withdrawn=True, **gone)})
    with reading(engine) as connection:
        heard = known_to_all(connection, ["police", "fire"], everyone_knows, lambda _copy: True)
    assert [copy["matter"] for copy in heard] == ["m1"]


def test_a_copy_that_rests_on_what_all_may_know_is_heard_whatever_the_others_matter_is_called(engine: Engine) -> None:
    more = an_alert(1, title="Fourth", observed=4, evidence=["fire:9", "police:1", "police:2"], handling={"code": "C"})
    less = an_alert(1, title="Third", observed=3, evidence=["police:1", "police:2"])
    tell_each(engine, "m2", {"fire": more})  # a report that only the fire service knows began it, so its id is another
    copies = {"fire": an_alert(7, evidence=["fire:5"]), "council": less}
    (heard,) = heard_by(copies, engine, frozenset({"fire:9", "fire:5"}))
    assert heard == {**less, "matter": "m1"}


def test_what_rests_on_a_report_that_one_may_not_know_whole_is_not_heard(engine: Engine) -> None:
    copies = {"fire": an_alert(1, title="Four", observed=4), "council": an_alert(1, title="Three", observed=3)}
    (heard,) = heard_by(copies, engine, frozenset({"police:1"}))
    assert heard["observed"] is None
    assert heard["title"] == "Near repeat: burglary"


def test_a_person_that_one_is_not_told_of_is_told_to_none(engine: Engine) -> None:
    named = an_alert(1, person={"id": "x", "name": "Ricky Thorn"})
    bare = an_alert(1, person=None, handling={"left_out": "Not told here: persons."})
    (heard,) = heard_by({"council": named, "fire": bare}, engine, frozenset({"police:1"}))
    assert heard["person"] is None
    assert heard["title"] == "Burglaries, run 1"
