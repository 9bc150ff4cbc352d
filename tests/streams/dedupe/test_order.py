"""Incidents are a function of the reports: whatever order and batches they come in, sent twice or amended."""

import random
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from schemas.tables import Base
from streams.dedupe.incidents import INCIDENTS
from streams.dedupe.stage import DEDUPE
from streams.matching.explain import doubt_of
from streams.matching.stage import MATCHING
from streams.stage import Stage, standing_before
from streams.store import open_store, reading, writing
from tests.streams.dedupe.tellings import EVENING
from tests.streams.holding import NOBODY, empty, state, take

SPOTS: tuple[dict[str, Any] | None, ...] = (
    {"text": "11, Dyers Wynd"},
    {"text": "Dyers Wynd", "lat": 53.2351, "lon": -1.4252},
    {"text": "The Tin Whistle, Dyers Wynd"},
    {"name": "The Tin Whistle", "postcode": "S40 1AA"},
    {"postcode": "S40 1AA"},
    {"text": "near 13 Dyers Wynd", "accuracy_m": 30.0, "lat": 53.2350, "lon": -1.4250},
    {"ward": "Hasland"},
    None,
)
WORDS = ("Trombone and a maroon scooter", "Two men fighting, one had a trombone", "Mr Ashworth shouting", "")
PHONE = {"role": "reporter", "phones": ["01246 900100"]}


def body(number: int, agency: str, minutes: int, width: int, spot: int, words: int, who: int) -> dict[str, Any]:
    """One report of that evening."""
    start = EVENING + timedelta(minutes=minutes)
    end = start + timedelta(minutes=width)
    told = {
        "id": str(number),
        "agency": agency,
        "reported_at": (end + timedelta(minutes=number)).isoformat(),
        "occurred": {"from": start.isoformat(), "to": end.isoformat()},
        "category": "violent-crime" if words == 1 else "anti-social-behaviour",
        "summary": WORDS[words],
        "people": [{**PHONE, "name": ("Keith Ashworth", "Leanne Bukowski", "Imran Chaudhry")[who % 3]}] if who else [],
    }
    return told if SPOTS[spot] is None else {**told, "place": SPOTS[spot]}


bodies = st.builds(
    body,
    st.integers(0, 9),
    st.sampled_from(("police", "housing", "fire", "health")),
    st.sampled_from((0, 3, 30, 60, 240)),
    st.sampled_from((0, 10, 60, 540)),
    st.integers(0, len(SPOTS) - 1),
    st.integers(0, len(WORDS) - 1),
    st.integers(0, 3),
)
listed = st.lists(bodies, min_size=2, max_size=12, unique_by=lambda one: (one["agency"], one["id"]))


@cache
def store() -> Engine:
    """A store that is emptied each time."""
    made = open_store("sqlite://")
    Base.metadata.create_all(made)
    return made


def settle(engine: Engine, *stages: Stage) -> None:
    """Let the stages take what stands before them, to the end."""
    took = True
    while took:
        took = False
        with writing(engine) as connection:
            for stage in stages:
                if keys := standing_before(connection, stage.name, 1000):
                    stage.work(connection, keys, NOBODY)
                    took = True


def derived(engine: Engine, sent: list[dict[str, Any]], size: int = 500) -> dict[str, Any]:
    """What both stages come to after ``sent``, and all that they left for themselves."""
    empty(engine)
    for start in range(0, len(sent), size):
        take(engine, sent[start : start + size], (DEDUPE, MATCHING))
        settle(engine, DEDUPE, MATCHING)
    return state(engine)


@settings(max_examples=30, deadline=None)
@given(listed, st.randoms(use_true_random=False), st.integers(1, 4))
def test_order_batches_and_redelivery_do_not_count(
    sent: list[dict[str, Any]], chance: random.Random, size: int
) -> None:
    expected = derived(store(), sent)
    again = [*sent, *chance.sample(sent, len(sent) // 2)]
    chance.shuffle(again)
    assert derived(store(), again, size) == expected


@settings(max_examples=20, deadline=None)
@given(listed, st.lists(st.tuples(st.integers(0, 11), bodies, st.booleans()), max_size=4), st.integers(1, 4))
def test_what_was_amended_or_retracted_leaves_no_trace(
    sent: list[dict[str, Any]], later: list[tuple[int, dict[str, Any], bool]], size: int
) -> None:
    held = {(one["agency"], one["id"]): one for one in sent}
    told = list(sent)
    for version, (at, other, stays) in enumerate(later, 2):
        before = sent[at % len(sent)]
        named = {name: before[name] for name in ("id", "agency")}
        now = {**other, **named, "version": version, "action": "amend" if stays else "retract"}
        told.append(now)
        held[before["agency"], before["id"]] = now
    stands = [one for one in held.values() if one.get("action") != "retract"]
    assert derived(store(), told, size) == derived(store(), stands)


def test_a_second_report_that_fits_as_well_parts_two_and_withdrawn_leaves_them_one() -> None:
    fire, first = body(1, "fire", 0, 30, 0, 1, 0), body(2, "police", 0, 30, 0, 1, 0)
    second = {**body(3, "police", 3, 30, 0, 1, 0), "summary": "Two women fighting in the yard"}
    gone = {**second, "version": 2, "action": "retract"}

    def sizes(*sent: dict[str, Any]) -> list[int]:
        return sorted(row[-2].count(":") for row in derived(store(), list(sent), 1)["incident"])

    assert sizes(fire, first) == [2]
    assert sizes(fire, first, second) == sizes(second, first, fire) == [1, 1, 1]
    with reading(store()) as connection:
        assert doubt_of(connection, INCIDENTS, "fire:1", "police:2").startswith("police:3 fits about as well")
        assert doubt_of(connection, INCIDENTS, "fire:1", "police:3").startswith("police:2 fits about as well")
    assert sizes(fire, first, second, gone) == [2]


def test_both_databases_say_the_same(store_url: str) -> None:
    chance = random.Random(5)
    sent = [
        body(
            number,
            chance.choice(("police", "housing", "fire", "health")),
            chance.choice((0, 3, 30, 60, 240)),
            chance.choice((0, 10, 60)),
            *(chance.randrange(limit) for limit in (len(SPOTS), len(WORDS), 4)),
        )
        for number in range(60)
    ]
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    found = derived(engine, sent, 7)
    engine.dispose()
    assert found == derived(store(), sent)
    assert max(len(row[-2]) for row in found["incident"]) > 20, "some incident has several reports"


def test_a_telephone_that_became_many_peoples_counts_no_more_for_incidents_either() -> None:
    """Two reports name one man by his number; then the number turns out to be a switchboard's."""
    number = {"phones": ["01246 345000"]}
    man = {"role": "suspect", "name": "K. Ashworth", **number}
    two = [
        {**body(1, "police", 0, 30, 3, 3, 0), "people": [man]},
        {**body(2, "housing", 5, 30, 3, 3, 0), "people": [{**man, "name": "Keith Ashworth"}]},
    ]
    names = ("Beata Lomas", "Connor Siddall", "Oksana Turner", "Wesley Unwin", "Isla Pashley", "Nigel Gratton")
    others = [
        {**body(10 + n, "health", 9000 * (n + 1), 5, 7, 3, 0), "people": [{"role": "reporter", "name": name, **number}]}
        for n, name in enumerate(names * 2)
    ]
    alone, after, before = (derived(store(), sent, 1) for sent in (two, [*two, *others], [*others, *two]))
    assert after == before
    bits = [{row[5] for row in found["judgement"] if row[0] == "incident"} for found in (alone, after)]
    assert bits[0] != bits[1], "they had the number in common"
