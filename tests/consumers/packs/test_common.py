"""What a table may hear of an alert: nothing that one who sits there does not have in a copy of their own."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from consumers.nameless import kind_and_matter
from consumers.packs.common import known_to_all, shared
from streams.store import reading
from tests.consumers.packs.telling import tell_all, tell_each
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


@settings(max_examples=150)
@given(st.lists(a_copy, min_size=2, max_size=4))
def test_all_that_is_said_stands_in_every_copy_or_rests_on_what_everyone_knows(copies: list[dict[str, Any]]) -> None:
    heard = shared(copies)
    if heard in copies and not any(copy["handling"]["left_out"] for copy in copies):
        assert all(set(heard["evidence"]) <= set(copy["evidence"]) for copy in copies)
        return
    for leaf in leaves(heard):
        assert leaf == kind_and_matter(heard) or all(leaf in leaves(copy) for copy in copies)


@given(st.lists(a_copy, min_size=2, max_size=3))
def test_whoever_is_asked_first_it_says_the_same(copies: list[dict[str, Any]]) -> None:
    one, other = shared(copies), shared(copies[::-1])
    assert sorted(map(str, leaves(one))) == sorted(map(str, leaves(other))) or one in copies


def test_what_one_of_them_holds_no_copy_of_is_not_there(engine: Engine) -> None:
    tell_all(engine, 1)
    tell_each(engine, "hidden", {"police": an_alert(2, title="Hidden")})
    tell_each(engine, "gone", {"police": an_alert(3), "fire": an_alert(3, withdrawn=True)})
    with reading(engine) as connection:
        heard = known_to_all(connection, ["police", "fire"])
    assert [copy["matter"] for copy in heard] == ["m1"]


def test_the_copy_of_whoever_knows_least_is_heard_where_all_know_what_it_rests_on() -> None:
    more = an_alert(1, title="Fourth", observed=4, evidence=["police:1", "police:2", "fire:9"], handling={"code": "C"})
    less = an_alert(1, title="Third", observed=3, evidence=["police:1", "police:2"])
    assert shared([more, less]) == less


def test_a_person_that_one_is_not_told_of_is_told_to_none() -> None:
    named = an_alert(1, person={"id": "x", "name": "Ricky Thorn"})
    bare = an_alert(1, person=None, handling={"left_out": "Not told here: persons."})
    assert shared([named, bare])["person"] is None
