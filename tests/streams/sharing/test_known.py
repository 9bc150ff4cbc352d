"""Who is who to an agency: as the mentions it may see make it, and never as hidden ones do."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.identity import identity
from schemas.tables import Mention
from streams.clusters.decisions import decide
from streams.sharing.known import Known
from streams.store import reading, writing
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import FIRST, PARTNERSHIP, Body, Way, close_all, person, report
from tests.streams.sharing.existing import PARTNERSHIPS, seen_by

PNC = {"identifiers": {"pnc": "1988/123456A"}}
KNOWN = Known(partnership=PARTNERSHIP)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def mention(ref: str, index: int = 0) -> str:
    return identity("mention", ref, index)


def named(agency: str, number: int, day: float, **others: Any) -> Body:
    return report(agency, number, day, people=[person("suspect", **PNC)], **others)


def persons(way: Way, agency: str, known: Known = KNOWN) -> dict[str, str]:
    """The person that each mention in the store is part of to an agency."""
    with reading(way.engine) as connection:
        items = list(connection.execute(select(Mention.id)).scalars())
        return dict(known.persons(connection, agency, items))


def test_a_person_is_found_by_the_reports_of_an_alert_that_shows_them() -> None:
    way = Way().take([named("police", 1, 0), named("housing", 2, 3), named("police", 3, 6)])
    shown = next(copy["person"] for copy in way.standing_copies("housing").values() if copy["person"])
    with reading(way.engine) as connection:
        found = KNOWN.items(connection, "housing", shown["id"], ["police:1", "police:3", "housing:2"])
        assert KNOWN.items(connection, "housing", "another", ["police:1"]) == ()
    assert found == tuple(mention(ref) for ref in ("police:1", "housing:2", "police:3"))


def test_merging_and_parting_moves_mentions_and_forgets_none() -> None:
    way = Way().take([named("police", 1, 0), named("housing", 2, 3)])
    together = persons(way, "police")
    assert set(together.values()) == {identity("person", mention("police:1"))}
    with writing(way.engine) as connection:
        a, b = mention("police:1"), mention("housing:2")
        decide(connection, "person", a, b, "never", "ann", "two brothers", FIRST + timedelta(days=9))
    way.drain()
    apart = persons(way, "police")
    assert apart == {item: identity("person", item) for item in together}


def test_a_hidden_mention_is_nobodys() -> None:
    way = Way().take([named("police", 1, 0, restricted_to=["police"]), named("housing", 2, 3)])
    assert persons(way, "housing") == {mention("housing:2"): identity("person", mention("housing:2"))}
    assert set(persons(way, "police").values()) == {identity("person", mention("police:1"))}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)), st.sampled_from(sorted(PARTNERSHIP)))
def test_persons_are_as_if_what_an_agency_may_not_know_had_never_been(
    sent: list[Body], signed: str, agency: str
) -> None:
    partnership, world = PARTNERSHIPS[signed]
    whole, alone = (Way(partnership=partnership).take(some) for some in (sent, seen_by(agency, sent, world)))
    known = Known(partnership=partnership)
    assert persons(whole, agency, known) == persons(alone, agency, known)
    close_all()
