"""What reports tell of the ground: a name's street and its point, by the first of those who say, and no hidden ones."""

from datetime import timedelta
from typing import Any

import pytest

from schemas.tables import Base, Ground, GroundUse
from streams.dedupe.evidence import CLAIMS
from streams.dedupe.ground import asked, grounded, learnt, uses
from streams.dedupe.incidents import enough
from streams.dedupe.stage import DEDUPE
from streams.dedupe.telling import Telling
from streams.dedupe.where import place
from streams.matching.stage import MATCHING
from streams.store import open_store
from tests.streams.dedupe.tellings import EVENING, t
from tests.streams.dedupe.test_order import derived, settle
from tests.streams.holding import state, take

NAME = {"name": "Kaffeine"}
IN_STREET = {"text": "Kaffeine, Spencer Street"}
STREET = {"text": "Spencer Street"}
AT = {"easting": 438_400, "northing": 371_200}


def body(number: int, agency: str, where: dict[str, Any], days: float, **more: Any) -> dict[str, Any]:
    start = EVENING + timedelta(days=days)
    return {
        "id": str(number),
        "agency": agency,
        "reported_at": (start + timedelta(minutes=5)).isoformat(),
        "occurred": {"from": start.isoformat(), "to": start.isoformat()},
        "category": "burglary",
        "place": where,
        **more,
    }


BEFORE = [body(n, "police", IN_STREET, -9 + n) for n in range(3)]
PAIR = [body(10, "police", NAME, 0), body(11, "housing", STREET, 0)]


def test_a_name_without_its_street_asks_for_it_and_one_with_it_tells() -> None:
    assert {(use.key, use.says) for use in uses(t(place=NAME))} == {("n:kaffeine>", ""), ("n:kaffeine@", "")}
    said = {use.key: use.says for use in uses(t(place={**IN_STREET, **AT}))}
    assert said == {
        "n:kaffeine>": "spencer|street",
        "n:kaffeine@": "438400 371200",
        "s:spencer|street@": "438400 371200",
    }


def test_what_the_account_alone_says_of_a_place_teaches_nothing() -> None:
    assert uses(t(summary="A fight outside Kaffeine, Spencer Street")) == ()


@pytest.mark.parametrize(
    ("said", "street"),
    [
        (["a|road"] * 2, ""),
        (["a|road"] * 3, "a|road"),
        (["a|road"] * 3 + ["b|road"], "a|road"),  # of four, the first three count
        (["a|road", "b|road", "a|road"], ""),
        ((["a|road"] * 5 + ["b|road"]) * 4, "a|road"),
    ],
)
def test_a_street_is_known_where_enough_of_the_first_say_so(said: list[str], street: str) -> None:
    assert learnt("n:kaffeine>", said) == street


def test_a_point_is_the_middle_of_theirs_told_no_finer_than_their_spread() -> None:
    assert learnt("n:kaffeine@", ["400 200", "410 190", "405 215"]) == "400 200 50"
    assert learnt("s:mill|lane@", ["400 200", "500 200", "600 200"]) == "500 200 200"
    assert learnt("s:mill|lane@", ["0 0", "1000 0", "2000 0"]) == ""


def test_a_name_meets_its_street_and_says_who_told_it() -> None:
    one, other = t(place=NAME), t("housing", place=STREET)
    alone = place(one, other)
    assert alone is not None
    assert alone.bits < 0
    met = place(grounded(one, {"n:kaffeine>": "spencer|street"}), other)
    assert met is not None
    assert (met.word, met.bits) == ("told", 4.5)
    assert met.says == "The same street. Other reports tell which street one of them is in."


def test_a_name_meets_a_point_where_others_put_it_and_not_one_far_off() -> None:
    one = grounded(t(place=NAME), {"n:kaffeine@": "438400 371200 50"})
    near, off = (t("fire", place={**AT, "northing": AT["northing"] + by}) for by in (20, 2000))
    close = place(one, near)
    assert close is not None
    assert close.bits > 6
    assert close.says == "The point lies where other reports put the name."
    far = place(one, off)
    assert far is None or far.bits < 0


def test_who_gives_its_own_street_or_point_asks_for_neither() -> None:
    assert asked(t(place={**IN_STREET, **AT})) == ()


def test_who_gives_a_rough_point_goes_by_it_and_asks_for_no_other() -> None:
    assert asked(t(place={**NAME, **AT, "accuracy_m": 500.0})) == ("n:kaffeine>",)


def test_those_who_ask_are_looked_at_again_when_it_is_known() -> None:
    store = open_store("sqlite://")
    Base.metadata.create_all(store)
    late = derived(store, [*PAIR, *BEFORE], 1)
    assert derived(store, [*BEFORE, *PAIR], 2) == late
    assert ("n:kaffeine>", "spencer|street") in {row[:2] for row in late["ground"]}
    pairs = {row[1:3]: row for row in late["judgement"]}
    assert ("housing:11", "police:10") in pairs


def test_it_is_forgotten_with_the_reports_that_told_it() -> None:
    store = open_store("sqlite://")
    Base.metadata.create_all(store)
    alone = derived(store, PAIR)
    derived(store, [*BEFORE, *PAIR])
    take(store, [{**one, "version": 2, "action": "retract"} for one in BEFORE], (DEDUPE, MATCHING))
    settle(store, DEDUPE, MATCHING)
    after = state(store)
    for table in ("member", "judgement", "ground_use", "ground"):
        assert after[table] == alone[table]


@pytest.mark.parametrize("shut", [{"restricted_to": []}, {"sensitive": ["domestic-abuse"]}], ids=("shut", "sensitive"))
def test_hidden_reports_teach_nothing_of_the_ground(shut: dict[str, Any]) -> None:
    store = open_store("sqlite://")
    Base.metadata.create_all(store)
    shown = derived(store, [*BEFORE[:2], body(2, "police", IN_STREET, -7, **shut), *PAIR])
    assert {row[1] for row in shown[Ground.__tablename__]} == {""}
    assert "police:2" not in {row[3] for row in shown[GroundUse.__tablename__] if row[4]}


def test_what_others_tell_of_a_place_ties_two_by_half_a_bit_less() -> None:
    one, other = t(place=NAME), t("housing", place=STREET)
    of_itself = t(place=IN_STREET)
    told = grounded(one, {"n:kaffeine>": "spencer|street"})
    assert needed(told, other) == needed(of_itself, other) + 0.5


def needed(one: Telling, other: Telling) -> float:
    return enough([evidence for claim in CLAIMS if (evidence := claim(one, other)) is not None])
