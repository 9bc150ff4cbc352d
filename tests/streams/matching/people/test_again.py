"""A judgement is about a mention as it was: it holds while the report speaks of the same person, and only then."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from schemas.tables import Judgement
from streams.clusters.decision_log import COMBINATION
from streams.keeping.log import log
from streams.matching.people.again import look_again
from streams.store import writing
from tests.streams.clusters.deciding import Town, item, report

NOW = datetime(2026, 3, 1, tzinfo=UTC)
JOHN, PETER = item("police:1"), item("fire:3")
PEOPLE = (
    report("police:1", "John Smith", "1990-04-12"),
    report("fire:3", "Peter Archibald Jones", "1961-01", 9),
    report("health:4", "Peter Archibald Jones", "1961-01-30", 20, identifiers={"pnc": "95/123456A"}),
)


@pytest.fixture
def town(store_url: str) -> Any:
    made = Town(store_url)
    made.reports(*PEOPLE)
    made.decide(JOHN, PETER, "same")
    yield made
    made.engine.dispose()


def amended(town: Town, version: int, **fields: Any) -> None:
    (person,) = PEOPLE[1]["people"]
    town.reports({**PEOPLE[1], "people": [{**person, **fields}], "version": version, "action": "amend"})


def one(town: Town) -> bool:
    return any({JOHN, PETER} <= people for people in town.together())


def verdicts(town: Town) -> list[str]:
    with town.engine.connect() as connection:
        return list(connection.execute(select(Judgement.verdict).where(Judgement.judge == "ann")).scalars())


@pytest.mark.parametrize(
    "fields",
    [{"born": "1961-01-30"}, {"born": "1961"}, {"occupation": "roofer"}, {"aliases": ["Pete"]}, {"role": "victim"}],
)
def test_it_holds_while_the_report_speaks_of_the_same_person(town: Town, fields: dict[str, Any]) -> None:
    amended(town, 2, **fields)
    assert one(town)


@pytest.mark.parametrize("fields", [{"name": "Sarah Mellor"}, {"born": "1984-02-03"}])
def test_it_is_looked_at_again_when_the_report_speaks_of_another(town: Town, fields: dict[str, Any]) -> None:
    before = town.together()
    amended(town, 2, **fields)
    assert not one(town)
    assert verdicts(town) == ["again"]
    amended(town, 3)
    assert town.together() == before
    assert verdicts(town) == ["same"]


def test_people_may_judge_the_amended_report_anew(town: Town) -> None:
    amended(town, 2, name="Sarah Mellor")
    town.decide(JOHN, PETER, "same")
    assert one(town)
    town.undo(JOHN, PETER)
    assert not one(town)
    amended(town, 3)
    assert one(town)


def test_what_waits_to_be_looked_at_again_can_be_taken_back(town: Town) -> None:
    amended(town, 2, name="Sarah Mellor")
    town.undo(JOHN, PETER)
    amended(town, 3)
    assert not one(town)


def test_that_nobody_judged_is_known_as_soon_however_much_the_pipeline_linked() -> None:
    made = Town()
    made.reports(*PEOPLE)
    first = _steps(made)
    with writing(made.engine) as connection:
        linked = {"at": NOW, "actor": "pipeline", "act": COMBINATION, "subject": "x", "detail": {}}
        log(connection, "matching", [linked] * 2_000)
    assert _steps(made) <= first + 1
    made.decide(JOHN, PETER, "same")
    assert _steps(made) > first + 1, "somebody judged, and it is looked up"
    made.engine.dispose()


def _steps(town: Town) -> int:
    """The steps of SQLite's machine, in tens, that looking at a report's judgements takes."""
    counted = [0]

    def one() -> int:
        counted[0] += 1
        return 0

    with writing(town.engine) as connection:
        raw = connection.connection.driver_connection
        raw.set_progress_handler(one, 10)
        look_again(connection, {"police:1"})
        raw.set_progress_handler(None, 10)
    return counted[0]
