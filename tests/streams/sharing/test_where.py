"""The reports of a map, thousands at a time, are those that one may know when each is looked at by itself."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from schemas.agencies import Partnership
from schemas.tables import Base, PlaceValue, Report
from streams.issues.hear import tellings_of
from streams.issues.rules import rules
from streams.sharing.sight import sight
from streams.sharing.where import where
from streams.store import add, open_store, reading, writing
from tests.streams.issues.scenarios import MARKINGS, bodies
from tests.streams.issues.way import FIRST, PARTNERSHIP, Body, Way, close_all
from tests.streams.sharing.existing import PARTNERSHIPS

SINCE, UNTIL = FIRST + timedelta(days=5), FIRST + timedelta(days=30)


@pytest.fixture(autouse=True)
def _let_go() -> Iterator[None]:
    yield
    close_all()


def one_by_one(way: Way, agency: str, partnership: Partnership) -> list[Mapping[str, Any]]:
    """As the rules say it of each report."""
    with reading(way.engine) as connection:
        seen = sight(connection, partnership)
        made = select(Report.ref).where(Report.reported_at >= SINCE, Report.reported_at < UNTIL)
        tellings = tellings_of(connection, set(connection.scalars(made)))
    found = []
    for telling in sorted(tellings.values(), key=lambda one: (one.reported_at, one.ref)):
        grant = seen.of(telling).get(agency)
        if grant is None or "area" not in grant.fields or telling.marking.sensitive or telling.doubtful:
            continue
        spot = telling.spot if telling.spot is not None and telling.spot.lat is not None else None
        shown = spot is not None and grant.places  # no address list, so no point stands for a place
        found.append(
            {
                "category": telling.category,
                "detail": telling.detail,
                "harm": rules().harm(telling.category, telling.detail),
                "from": telling.occurred_from,
                "to": telling.occurred_to,
                "lat": spot.lat if spot and shown else None,
                "lon": spot.lon if spot and shown else None,
                "label": None if spot is None else (spot.name or spot.area) if shown else spot.area,
            }
        )
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bodies(markings=MARKINGS), st.sampled_from(sorted(PARTNERSHIPS)))
def test_many_at_once_are_known_as_each_by_itself(sent: list[Body], signed: str) -> None:
    partnership, _ = PARTNERSHIPS[signed]
    way = Way(partnership=partnership).take(sent).close(45)
    for agency in ("police", "housing", "fire", "street-pastors"):
        with reading(way.engine) as connection:
            found = where(connection, agency, SINCE, UNTIL, partnership=partnership)
        assert found == one_by_one(way, agency, partnership)
    close_all()


def test_both_stores_hand_over_the_same(store_url: str) -> None:
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    row = {"agency": "police", "id": "1", "version": 1, "uid": "u", "status": "accepted", "reported_at": SINCE}
    row |= {"occurred_from": None, "occurred_to": SINCE, "category": "burglary", "detail": None, "asb_type": None}
    marked = {"classification": "OFFICIAL"}
    with writing(engine) as connection:
        body = {"lat": 53.2, "lon": -1.4, "label": "high street", "area": "Old “Hall”"}
        add(connection, PlaceValue, [{"id": "p", "body": body}])
        add(connection, Report, [{**row, "ref": "police:1", "marking": marked, "place_item": "p"}])
        add(connection, Report, [{**row, "ref": "police:2", "marking": None, "place_item": None, "id": "2"}])
    with reading(engine) as connection:
        found = where(connection, "police", SINCE, UNTIL, partnership=PARTNERSHIP)
        assert where(connection, "police", UNTIL, UNTIL, partnership=PARTNERSHIP) == []
    engine.dispose()
    assert [(one["lat"], one["lon"], one["label"]) for one in found] == [(53.2, -1.4, "High Street"), (None,) * 3]
    assert [(one["from"], one["to"]) for one in found] == [(SINCE, SINCE)] * 2
