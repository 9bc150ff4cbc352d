"""What is counted and learnt of many reports does not move by hidden ones: not a weight, not a value, not a copy."""

from collections.abc import Iterator
from typing import Any

import pytest

from schemas.tables import GenericValue, ValueUse
from streams.dedupe.current import tellings
from streams.matching.people import learning
from streams.store import reading, writing
from tests.streams.issues.way import Body, Way, close_all, person, report
from tests.streams.sharing.existing import standing
from tests.streams.sharing.test_existence import SHUT

HOSTEL = "01246 555123"
NAMES = ("Bob Cole", "Carl Dunn", "Dina Flint", "Eve Gould", "Finn Hale", "Hal Lister")
RICKY = [person("suspect", "Ricky Thorn", None, phones=[HOSTEL])]
GIVEN = ("Alice", "Bharat", "Carol", "Derek", "Elif", "Farid", "Gwen", "Hamza")


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def at_the_hostel(agency: str, number: int, name: str, **fields: Any) -> Body:
    return report(agency, f"n{number}", number, people=[person("subject", name, None, phones=[HOSTEL])], **fields)


@pytest.mark.parametrize("shut", [SHUT["empty audience"], SHUT["sensitive"]], ids=("restricted", "sensitive"))
def test_one_hidden_name_more_does_not_stop_a_number_from_linking(shut: Body) -> None:
    sent = [at_the_hostel("council", n, name) for n, name in enumerate(NAMES[:5])]
    sent += [report("police", n, 3 * n, people=RICKY) for n in range(3)]
    hidden = [at_the_hostel("fire", 20 + n, name, **shut) for n, name in enumerate((*NAMES[5:], "Ida Moss"))]
    with_it, without = (Way().take(some) for some in ([*hidden, *sent], sent))
    assert [copy["kind"] for copy in standing("housing", without)["copies"].values()] == ["repeat-person"]
    assert standing("housing", with_it) == standing("housing", without)


def test_names_that_no_agreement_lets_a_partner_know_do_not_stop_its_own_number_from_linking() -> None:
    others = [at_the_hostel("council", n, name) for n, name in enumerate((*NAMES, "Ida Moss"))]
    sent = [report("street-pastors", n, 3 * n, people=RICKY) for n in range(3)]
    with_them, without = (Way().take(some) for some in ([*others, *sent], sent))
    assert standing("street-pastors", with_them) == standing("street-pastors", without)


def test_as_many_open_names_stop_it_for_hidden_reports_too() -> None:
    sent = [at_the_hostel("council", n, name) for n, name in enumerate((*NAMES, "Ida Moss"))]
    sent += [report("fire", n, 3 * n, people=RICKY, restricted_to=["police"]) for n in range(3)]
    assert standing("police", Way().take(sent))["copies"] == {}


def test_what_open_names_stop_they_stop_for_hidden_reports_that_came_first() -> None:
    hidden = [report("fire", n, 3 * n, people=RICKY, restricted_to=["police"]) for n in range(3)]
    sent = [at_the_hostel("council", n, name) for n, name in enumerate((*NAMES, "Ida Moss"))]
    assert standing("police", Way().take(hidden).take(sent))["copies"] == {}


def test_as_many_names_of_its_own_stop_it_for_the_partner() -> None:
    sent = [report("street-pastors", n, 3 * n, people=RICKY) for n in range(3)]
    way = Way().take(sent)
    assert [copy["kind"] for copy in standing("street-pastors", way)["copies"].values()] == ["repeat-person"]
    way.take([at_the_hostel("street-pastors", 10 + n, name) for n, name in enumerate(NAMES)])
    assert standing("street-pastors", way)["copies"] == {}


def test_ten_mentions_a_partner_may_not_know_keep_none_of_its_own_apart() -> None:
    """They stand first in each block, and whoever comes later is compared with the first ones alone."""
    others = [report("council", n, n / 100, people=[{"role": "suspect", "name": "Ricky Thorn"}]) for n in range(12)]
    sent = [report("street-pastors", n, 1 + 3 * n, people=RICKY) for n in range(3)]
    with_them, without = (Way().take(some) for some in ([*others, *sent], sent))
    assert [copy["kind"] for copy in standing("street-pastors", without)["copies"].values()] == ["repeat-person"]
    assert standing("street-pastors", with_them) == standing("street-pastors", without)


def test_a_report_shut_later_counts_no_more() -> None:
    sent = [at_the_hostel("council", n, name) for n, name in enumerate(NAMES)]
    sent += [report("police", n, 3 * n, people=RICKY) for n in range(3)]
    way = Way().take(sent)
    assert standing("housing", way)["copies"] == {}
    way.take([{**sent[0], "version": 2, "action": "amend", "restricted_to": []}])
    assert way.rows(GenericValue) == []
    assert [copy["kind"] for copy in standing("housing", way)["copies"].values()] == ["repeat-person"]


def townsfolk(agency: str, first: int, last: int, **fields: Any) -> list[Body]:
    """People by the dozen, every third of whom is named three times."""
    bodies = []
    for who in range(first, last):
        name = f"{GIVEN[who % 8]} {'Entwistle' if who % 2 else f'Uncommon{chr(97 + who)}'}"
        born = f"{1950 + who}-{1 + who % 12:02d}-{2 + who:02d}"
        for told in range(3 if who % 3 == 0 else 1):
            people = [person("subject", name, born, occupation=("cook", "nurse")[who % 2])]
            bodies.append(report(agency, f"{who}-{told}", who / 100 + told / 10_000, people=people, **fields))
    return bodies


OPEN = townsfolk("council", 0, 20)


def bridges(shut: Body) -> list[Body]:
    """Hidden reports of the same people, by whom mentions meet that are two people without them."""
    number = {"identifiers": {"pnc": "1988/123456A"}}
    found = [body | {"id": f"b{body['id']}"} for body in townsfolk("fire", 0, 8, **shut)]
    return [{**body, "people": [{**who, **number} for who in body["people"]]} for body in found]


def taught(way: Way) -> learning.Learnt:
    with reading(way.engine) as connection:
        return learning.learn(connection)


@pytest.fixture
def _little_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learning, "LEAST", 20)
    monkeypatch.setattr(learning, "RANDOM_PAIRS", 2_000)


@pytest.mark.usefixtures("_little_will_do")
@pytest.mark.parametrize("shut", [SHUT["empty audience"], SHUT["sensitive"]], ids=("restricted", "sensitive"))
def test_hidden_reports_teach_nothing(shut: Body) -> None:
    alone = taught(Way().take(OPEN))
    assert taught(Way().take([*bridges(shut), *OPEN, *townsfolk("fire", 20, 25, **shut)])) == alone
    assert taught(Way().take([*OPEN, *townsfolk("fire", 20, 25)])) != alone


@pytest.mark.usefixtures("_little_will_do")
def test_what_was_learnt_is_used_alike_whatever_hidden_reports_came() -> None:
    sent = [report("police", f"r{n}", 3 * n, people=[person("suspect", "Alice Entwistle")]) for n in range(3)]
    seen = []
    for some in ([*OPEN, *sent], [*bridges(SHUT["empty audience"]), *OPEN, *sent]):
        way = Way().take(some)
        with writing(way.engine) as connection:
            learning.put_in_force(connection, learning.learn(connection))
        way.drain()
        seen.append(standing("housing", way))
    assert seen[0]["copies"]
    assert seen[0] == seen[1]


def test_what_others_tell_of_a_place_moves_nothing_that_a_partner_may_know() -> None:
    """Else where its report lies, and what is joined by it, would tell of reports that it may not know."""
    others = [report("council", n, n, place={"text": "Kaffeine, Spencer Street"}) for n in range(3)]
    sent = [report(agency, 9, 4, place={"name": "Kaffeine"}) for agency in ("police", "street-pastors")]
    with reading(Way().take([*others, *sent]).engine) as connection:
        found = tellings(connection, ["police:9", "street-pastors:9"])
    streets = {ref: telling.spot and telling.spot.street for ref, telling in found.items()}
    assert streets == {"police:9": {"spencer"}, "street-pastors:9": frozenset()}


def test_a_hidden_report_uses_no_value() -> None:
    way = Way().take([at_the_hostel("fire", 1, "Bob Cole", restricted_to=[])])
    assert way.rows(ValueUse) == []
