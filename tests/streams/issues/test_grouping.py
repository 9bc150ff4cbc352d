"""Findings of one matter make one alert, under one id."""

import random
from dataclasses import replace
from datetime import timedelta

from streams.issues.alerts import Saying, alert_id, raise_alert
from streams.issues.grouping import KINDS, grouped
from streams.issues.people import find_person
from streams.issues.places import find_place
from streams.issues.rules import rules
from streams.issues.values import Finding
from tests.streams.issues.making import at, incident, known, place

R = rules()


def findings() -> list[Finding]:
    told = [incident(name, 3 * n, ("police",) if n % 2 else ("housing",)) for n, name in enumerate("abcd")]
    return [*find_person(known(told, "victim"), R), *find_place(place(told), R)]


def test_the_kinds_stand_in_the_contracts_order() -> None:
    assert KINDS[:10] == (
        "case-review",
        "repeat-victim",
        "convergence",
        "repeat-person",
        "repeat-place",
        "near-repeat",
        "cluster",
        "spike",
        "theme",
        "risk-rising",
    )


def test_several_detectors_on_one_matter_make_one_alert_with_several_reasons() -> None:
    (group,) = grouped(findings())
    raised = raise_alert(group, (), None)
    assert raised.kind == "case-review"
    assert len(raised.body["why"]) == 3 + len(group) - 1
    assert any(line.startswith("Also repeat victim: 4 incidents") for line in raised.body["why"])


def test_grouping_depends_on_the_set_alone() -> None:
    some = [*findings(), *(replace(f, scope=f"{f.scope}x", incidents=("x", "y", "z")) for f in findings())]
    first = [[f.id for f in group] for group in grouped(some)]
    for seed in range(5):
        random.Random(seed).shuffle(some)
        assert [[f.id for f in group] for group in grouped(some)] == first


def test_a_person_in_a_spike_does_not_swallow_it() -> None:
    person = next(f for f in findings() if f.kind == "convergence")
    many = tuple(f"i{n}" for n in range(12))
    spike = replace(person, kind="spike", scope="cell:A|asb|", incidents=(*many, *person.incidents[:3]))
    assert len(grouped([person, spike])) == 2
    mostly = replace(spike, incidents=(*many[:2], *person.incidents))
    assert len(grouped([person, mostly])) == 1


def test_what_is_sensitive_is_not_joined_across_persons() -> None:
    victim = next(f for f in findings() if f.kind == "repeat-victim")
    suspect = replace(victim, kind="repeat-person", scope="person:other:subject")
    assert len(grouped([victim, suspect])) == 1
    sensitive = replace(suspect, sensitive=("domestic-abuse",))
    assert len(grouped([victim, sensitive])) == 2


def test_one_spell_found_under_two_ids_of_a_person_is_one_matter() -> None:
    """After a merge the old id's finding stands until its own key is looked at: two alerts would have one id."""
    victim = next(f for f in findings() if f.kind == "repeat-victim")
    later = replace(
        victim, scope="person:other:victim", incidents=(*victim.incidents, *"vwxyz"), sensitive=("domestic-abuse",)
    )
    assert later.id != victim.id
    (group,) = grouped([victim, later])
    assert {f.id for f in group} == {victim.id, later.id}


def test_a_more_specific_kind_later_updates_the_alert_in_place() -> None:
    two = [incident("a", 0, category="robbery"), incident("b", 2, category="robbery")]
    three = [*two, incident("c", 4, category="robbery")]
    four = [*three, incident("d", 6, ("housing",), category="robbery")]
    (first,) = grouped(find_person(known(three), R))
    (then,) = grouped(find_person(known(four), R))
    assert (first[0].kind, then[0].kind) == ("repeat-person", "convergence")
    assert alert_id(first) == alert_id(then)


def test_the_version_counts_the_states_in_event_time() -> None:
    told = [incident(name, 3 * n) for n, name in enumerate("abcde")]
    (group,) = grouped(find_person(known(told), R))
    raised = raise_alert(group, (), None)
    assert (raised.raised_at, raised.updated_at, raised.version) == (at(6.1), at(12.1), 3)
    over = raise_alert(group, (), at(12.1) + timedelta(days=28))
    assert (over.state, over.version) == ("closed", 4)
    assert raise_alert(group, (), at(12.1) + timedelta(days=27)).state == "open"


def test_what_people_said_stands() -> None:
    (group,) = grouped(find_person(known([incident(name, n) for n, name in enumerate("abc")]), R))
    seen, judged = Saying(at=at(5), state="acknowledged"), Saying(at=at(6), state="not-an-issue")
    assert raise_alert(group, (seen,), None).state == "acknowledged"
    assert raise_alert(group, (judged, seen), None).state == "closed"
    again = Saying(at=at(7), state="reopened")
    assert raise_alert(group, (judged, seen, again), None).state == "open"
    assert raise_alert(group, (seen,), None).version == 2


def test_an_alert_is_as_the_contract_has_it() -> None:
    from schemas.alert import Alert

    for group in grouped(findings()):
        Alert.model_validate(raise_alert(group, (), None).body)


def test_a_finding_comes_out_of_the_store_as_it_went_in() -> None:
    import json

    for finding in findings():
        assert Finding.from_json(json.loads(json.dumps(finding.to_json()))) == finding


def test_a_word_in_fashion_does_not_swallow_a_term_that_is_new() -> None:
    some = next(f for f in findings() if f.kind == "convergence")
    new = replace(some, kind="theme", scope="term:jelly squares", incidents=("a", "b", "c", "d"))
    word = replace(new, scope="term:teenagers", incidents=("a", *(f"i{n}" for n in range(20))))
    assert len(grouped([new, word])) == 2
    other = replace(new, scope="term:squares", incidents=("a", "b", "e", "f", "g", "h", "i"))
    assert len(grouped([new, other])) == 1
