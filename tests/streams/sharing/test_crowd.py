"""How crowded it is counts for those who are told a part by what all of them may know, and for the rest as before."""

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import select

from schemas.tables import Crowd
from streams.dedupe import crowd
from streams.dedupe.incidents import incidents
from streams.matching.explain import doubt_of
from streams.store import reading
from tests.streams.dedupe.test_crowd import two
from tests.streams.issues.way import Body, Way, close_all
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by, standing

PARTNER = "street-pastors"
PARTNERSHIP, WORLD = PARTNERSHIPS["another for burglaries"]
TOLD = [("1", "incident", "Police told of the same incident.")]


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count the first two or four pairs."""
    monkeypatch.setattr(crowd, "_FIRST", [2, 4])
    yield
    close_all()


def by(agency: str, reports: list[Body]) -> list[Body]:
    """The same, told by another agency than the fire service."""
    return [{**one, "agency": agency} if one["agency"] == "fire" else one for one in reports]


JUST = by(PARTNER, two(1, 100, category="burglary"))  # 16.6 bits, and a street needs 16
STRANGERS = [one for number in (2, 3) for one in two(number, 10)]  # fall short of it
BURGLARIES = [one for number in (8, 15) for one in two(number, 120, category="burglary")]  # fall short of it too


def taken(sent: list[Body], batch: int = 500) -> Way:
    return Way(partnership=PARTNERSHIP).take(sent, batch=batch)


def rows(way: Way) -> dict[str, tuple[int, float]]:
    """How many pairs count for each circle, and what is asked by it."""
    with reading(way.engine) as connection:
        found = connection.execute(select(Crowd.circle, Crowd.pairs, Crowd.more).order_by(Crowd.circle))
        return {circle: (pairs, more) for circle, pairs, more in found}


def test_who_may_not_know_the_strangers_is_told_as_if_they_were_not() -> None:
    with_them, without = taken([*JUST, *STRANGERS]), taken(JUST)
    assert seen_by(PARTNER, [*JUST, *STRANGERS], WORLD) == JUST
    assert rows(with_them) == {"": (2, 1.25)}
    assert standing(PARTNER, with_them) == standing(PARTNER, without)
    assert standing(PARTNER, with_them)["receipts"] == TOLD


def test_who_may_know_them_is_asked_more_and_told_why() -> None:
    way = taken([*JUST, *BURGLARIES])
    assert rows(way)[PARTNER] == (2, 1.25)
    assert standing(PARTNER, way)["receipts"] == []
    with reading(way.engine) as connection:
        why = doubt_of(connection, incidents(connection), "police:1", f"{PARTNER}:1")
    assert "that takes 17.25 bits." in why
    assert "of the first 2 pairs of reports here, 1 fall short of what they need beside 1 that have it" in why


def test_it_turns_back_when_they_are_withdrawn() -> None:
    gone = [{**one, "version": 2, "action": "retract"} for one in BURGLARIES]
    way = taken([*JUST, *BURGLARIES]).take(gone)
    assert rows(way) == {}
    assert standing(PARTNER, way)["receipts"] == TOLD


def test_it_turns_when_they_are_told_to_be_what_the_partner_may_know() -> None:
    """Burglaries that were told as something else first: the circle of their pairs is another then."""
    first = [{**one, "category": "robbery"} for one in BURGLARIES]
    amended = [{**one, "version": 2, "action": "amend"} for one in BURGLARIES]
    way = taken([*JUST, *first]).take(amended)
    assert rows(way) == rows(taken([*JUST, *BURGLARIES]))
    assert standing(PARTNER, way)["receipts"] == []


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_it_is_the_same(seed: int) -> None:
    order, sent = Random(seed), [*JUST, *STRANGERS, *BURGLARIES]
    way = taken(order.sample(sent, len(sent)), batch=1 + seed)
    assert rows(way) == rows(taken(sent)) == {"": (4, 1.25), PARTNER: (2, 1.25)}
    assert standing(PARTNER, way) == standing(PARTNER, taken(sent))
