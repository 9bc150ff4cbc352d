"""A value that many people use links nobody, says so, and links again when they are no longer many."""

import random
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from schemas.tables import Base, BlockKey, GenericValue, Judgement, ValueUse
from streams.matching.people import generic
from streams.matching.people.kind import PEOPLE
from streams.matching.people.uses import Shared, listed
from streams.matching.stage import MATCHING
from streams.store import open_store, writing
from tests.streams.clusters.deciding import Town, item, report
from tests.streams.holding import empty, state, take
from tests.streams.matching.people.made import m

HOSTEL = "01246 555123"
NAMES = ("Ann Ashe", "Bob Cole", "Carl Dunn", "Dina Flint", "Eve Gould", "Finn Hale", "Gita Kumar", "Hal Lister")


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town()
    yield made
    made.engine.dispose()


def residents(number: int, **fields: Any) -> list[dict[str, Any]]:
    return [report(f"housing:{n}", NAMES[n], minutes=n, phones=[HOSTEL], **fields) for n in range(number)]


def ann(ref: str, name: str = "Ann Ashe", minutes: int = 100) -> dict[str, Any]:
    return report(ref, name, minutes=minutes, phones=[HOSTEL])


def gone(body: dict[str, Any]) -> dict[str, Any]:
    return {**body, "version": 2, "action": "retract"}


def evidence(town: Town, a: str, b: str) -> dict[str, float]:
    one, other = sorted((item(a), item(b)))
    with town.engine.connect() as connection:
        rows = connection.execute(select(Judgement.evidence).where(Judgement.a == one, Judgement.b == other)).scalars()
        return {claim["says"]: claim["bits"] for claims in rows for claim in claims}


def generic_values(town: Town) -> list[Shared]:
    with town.engine.connect() as connection:
        return listed(connection)


def test_a_number_that_few_use_links(town: Town) -> None:
    town.reports(*residents(6), ann("police:1"))
    assert town.together() == [{item("housing:0"), item("police:1")}]
    assert generic_values(town) == []


def test_a_hostels_number_ties_nobody_and_is_listed(town: Town) -> None:
    town.reports(*residents(7), ann("police:1"))
    assert town.together() == []
    assert generic_values(town) == [Shared(kind="phone", value="01246555123", names=7, mentions=8)]
    with town.engine.connect() as connection:
        assert not connection.execute(select(BlockKey.item).where(BlockKey.key.like("ph:%"))).all()


def test_one_who_makes_it_too_many_parts_those_before_and_taking_them_back_joins_again(town: Town) -> None:
    many = residents(7)
    town.reports(*many[:6], ann("police:1"))
    joined = town.together()
    assert joined
    town.reports(many[6])
    assert town.together() == []
    town.reports(gone(many[6]))
    assert town.together() == joined
    assert generic_values(town) == []


def test_an_amendment_that_takes_the_number_away_joins_again(town: Town) -> None:
    many = residents(7)
    town.reports(*many, ann("police:1"))
    town.reports({**report("housing:6", NAMES[6], minutes=6), "version": 2, "action": "amend"})
    assert town.together() == [{item("housing:0"), item("police:1")}]


def test_it_is_told_with_the_pair_and_weighs_nothing(town: Town) -> None:
    zoe = [report(f"fire:{n}", "Zoe Quill", "1990-04-12", minutes=n, phones=[HOSTEL]) for n in (1, 2)]
    town.reports(*residents(7), *zoe)
    said = evidence(town, "fire:1", "fire:2")
    assert said["A telephone number over 6 names share says nothing."] == 0.0
    assert "The same telephone number." not in said
    assert said["The same date of birth."] > 0


def test_one_person_named_often_is_not_many(town: Town) -> None:
    written = (
        "Jonathan Whitby",
        "WHITBY, Jonathan",
        "Jon Whitby",
        "Jonathon Whittby",
        "J Whitby",
        "Mr J. Whitby",
        None,
    )
    town.reports(*(report(f"police:{n}", written[n % 7], minutes=n, phones=[HOSTEL]) for n in range(70)))
    assert generic_values(town) == []
    with town.engine.connect() as connection:
        names = set(connection.execute(select(ValueUse.name)).scalars())
    assert names == {"", "j535 w310", "j500 w310"}, "Jon is short for John too; what is not told whole is nobody's"


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"emails": ["desk@hostel.example"]}, "email"),
        ({"identifiers": {"nhs": "943 476 5919"}}, "identifier"),
        ({"local_ref": "CASE-17"}, "local"),
        ({"address": {"text": "5 St Mary's Gate, Chesterfield", "postcode": "S41 7TJ"}}, "address"),
        ({"address": {"uprn": "74012345"}}, "address"),
    ],
)
def test_every_kind_of_value_has_its_own_line(town: Town, fields: dict[str, Any], kind: str) -> None:
    bodies = [report(f"housing:{n}", NAMES[n], minutes=n, **fields) for n in range(5)]
    with patch.dict(generic.MOST, {kind: 5}):
        town.reports(*bodies)
        assert generic_values(town) == []
    with patch.dict(generic.MOST, {kind: 4}):
        town.reports({**bodies[0], "version": 2, "action": "amend"})
    assert {(value.kind, value.names) for value in generic_values(town)} == {(kind, 5)}


def test_a_generic_identifier_forbids_nothing_either() -> None:
    one, other = (m("Ann Ashe", "1990-04-12", identifiers={"nhs": value}) for value in ("9434765919", "9434765870"))
    assert PEOPLE.never(one, other)
    assert not PEOPLE.never(generic.without(one, set(generic.values(one))), other)


def test_a_postcode_or_a_street_alone_is_not_counted() -> None:
    for where in ({"postcode": "S41 7TJ"}, {"text": "Park Road, Chesterfield"}):
        assert not list(generic.values(m("Ann Ashe", address=where)))


def test_it_is_logged_once_with_nothing_of_the_people(town: Town) -> None:
    with capture_logs() as lines:
        town.reports(*residents(7))
        town.reports(ann("police:1"))
    told = [line for line in lines if "stopped linking" in line["event"]]
    assert [(line["kind"], line["n"], line["log_level"]) for line in told] == [("phone", 1, "warning")]
    assert "01246" not in str(told)


def test_a_mention_with_nothing_else_is_not_linked(town: Town) -> None:
    town.reports(*residents(7), *(report(f"fire:{n}", None, phones=[HOSTEL]) for n in range(2)))
    assert town.together() == []


def test_a_crowd_costs_one_who_comes_no_more_than_a_few_did(town: Town) -> None:
    """However many use a value, under one name or under hundreds, one more reads neither mentions nor names."""
    body = report("police:1", "Ann Ashe", phones=[HOSTEL], emails=["one@home.example"])
    crowd = [(f"x{n}", f"{'abcdefgh'[n % 8]}{n % 600:03d} k000") for n in range(20_000)]
    with writing(town.engine) as connection:
        for name, n in (("a000 b000", 20_000), ("", 20_000)):
            connection.execute(
                ValueUse.__table__.insert(),
                [{"key": "em:one@home.example", "name": name, "item": f"{name[:1]}y{i}"} for i in range(n)],
            )
        connection.execute(
            ValueUse.__table__.insert(), [{"key": "ph:01246555123", "name": name, "item": who} for who, name in crowd]
        )
        connection.execute(GenericValue.__table__.insert(), [{"key": "ph:01246555123"}])
    steps = _steps(town.engine, body)
    alone = Town()
    assert steps < _steps(alone.engine, body) + 30
    alone.engine.dispose()
    assert [value.mentions for value in generic_values(town)] == [20_001]


def _steps(engine: Engine, body: dict[str, Any]) -> int:
    """The steps of SQLite's machine, in hundreds, that taking in a report comes to."""
    counted = [0]

    def one() -> int:
        counted[0] += 1
        return 0

    with engine.connect() as connection:
        raw = connection.connection.driver_connection
        raw.set_progress_handler(one, 100)
    take(engine, [body], (MATCHING,))
    raw.set_progress_handler(None, 100)
    return counted[0]


# ── the set of reports alone ───────────────────────────────────────────────────────────────────────────────

LOW = {"phone": 1, "email": 1, "identifier": 1, "local": 1, "address": 1}
FIELDS: tuple[dict[str, Any], ...] = (
    {"phones": [HOSTEL]},
    {"phones": [HOSTEL, "07700 900123"], "born": "1990-04-12"},
    {"emails": ["desk@hostel.example"], "born": "1990-04-12"},
    {"identifiers": {"pnc": "95/123456A"}},
    {"identifiers": {"pnc": "02/998877B"}, "phones": ["07700 900123"]},
    {"address": {"text": "5 St Mary's Gate", "postcode": "S41 7TJ"}, "born": "1990-04-12"},
    {"local_ref": "CASE-17", "phones": [HOSTEL]},
)
WHO = ("Ann Ashe", "Anne Ashe", "Bob Cole", "Carl Dunn", "Ann", None)
bodies_ = st.builds(
    lambda number, agency, who, fields: report(f"{agency}:{number}", WHO[who], minutes=number * 7, **FIELDS[fields]),
    st.integers(0, 4),
    st.sampled_from(("police", "housing")),
    st.integers(0, len(WHO) - 1),
    st.integers(0, len(FIELDS) - 1),
)
SHARED: list[Engine] = []


def derived(bodies: list[dict[str, Any]], size: int) -> dict[str, Any]:
    if not SHARED:
        SHARED.append(open_store("sqlite://"))
        Base.metadata.create_all(SHARED[0])
    empty(SHARED[0])
    take(SHARED[0], bodies, (MATCHING,), size)
    with SHARED[0].connect() as connection:
        told = connection.execute(select(Judgement.a, Judgement.b, Judgement.evidence)).all()
        keys = connection.execute(select(BlockKey.key, BlockKey.at, BlockKey.item)).all()
    return state(SHARED[0]) | {"evidence": sorted(map(str, told)), "keys": sorted(map(str, keys))}


def ref(body: dict[str, Any]) -> str:
    return f"{body['agency']}:{body['id']}"


@settings(max_examples=60, deadline=None)
@given(st.lists(bodies_, min_size=3, max_size=10, unique_by=ref), st.randoms(use_true_random=False), st.integers(1, 5))
def test_neither_order_nor_batches_count(bodies: list[dict[str, Any]], chance: random.Random, size: int) -> None:
    with patch.dict(generic.MOST, LOW):
        expected = derived(bodies, 500)
        chance.shuffle(bodies)
        assert derived(bodies, size) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(bodies_, st.booleans()), min_size=3, max_size=18), st.integers(1, 5))
def test_what_was_amended_or_retracted_leaves_no_trace(sent: list[tuple[dict[str, Any], bool]], size: int) -> None:
    last: dict[str, dict[str, Any]] = {}
    versions = []
    for version, (body, stays) in enumerate(sent, 1):
        versions.append({**body, "version": version, "action": "amend" if stays else "retract"})
        last[ref(body)] = versions[-1]
    with patch.dict(generic.MOST, LOW):
        assert derived(versions, size) == derived([b for b in last.values() if b["action"] != "retract"], 500)


def test_both_stores_say_the_same(store_url: str) -> None:
    town = Town(store_url)
    many = residents(8)
    town.reports(*many, ann("police:1"))
    town.reports(gone(many[7]))
    assert generic_values(town) == [Shared(kind="phone", value="01246555123", names=7, mentions=8)]
    town.reports(gone(many[6]))
    assert generic_values(town) == []
    assert town.together() == [{item("housing:0"), item("police:1")}]
    town.engine.dispose()
