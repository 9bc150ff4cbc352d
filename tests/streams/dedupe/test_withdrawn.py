"""A report that is withdrawn while others wait before the stage stops none of them."""

import pytest
from sqlalchemy import Engine, select

from deploy.store import migrate
from schemas.tables import Waiting
from streams.export import EXPORTS, export_lines
from streams.intake.keep import take_reports
from streams.pipeline import drain
from streams.store import open_store, reading, writing
from tests.streams.intake.making import PARTNERSHIP, Body, person, record, report


@pytest.fixture
def engine(store_url: str):
    engine = open_store(store_url)
    migrate(engine)
    yield engine
    engine.dispose()


def told(agency: str, number: str, **others) -> Body:
    """One of three tellings of one incident."""
    place = {"text": "12 Larch Road, Chesterfield", "postcode": "S41 7QW"}
    return report(id=number, agency=agency, people=[person()], place=place, **others)


THREE = [told("police", "A"), told("housing", "B"), told("fire", "C")]


def come(engine: Engine, bodies: list[Body], first: int, most: int) -> list[tuple[str, str]]:
    """Take them in, all at once, and let the stages take so many keys at a time; what failed."""
    failed: list[tuple[str, str]] = []
    run = [record(body, first + at, agency=None, source="file:x") for at, body in enumerate(bodies)]
    with writing(engine) as connection:
        take_reports(connection, run, PARTNERSHIP)
    drain(engine, PARTNERSHIP, most, failed=lambda *why: failed.append(why))
    return failed


@pytest.mark.parametrize("withdrawn", ["police", "housing", "fire"])
@pytest.mark.parametrize("most", [1, 100])
def test_others_of_its_incident_are_judged_without_it(engine: Engine, withdrawn: str, most: int) -> None:
    assert come(engine, THREE, 0, 100) == []
    changed = [
        {**body, "version": 2, "action": "retract" if body["agency"] == withdrawn else "amend", "detail": "noise"}
        for body in THREE
    ]
    assert come(engine, changed, 10, most) == []
    with reading(engine) as connection:
        assert connection.execute(select(Waiting.key)).all() == []
        (incident,) = export_lines(connection, "incidents")
        exported = {what: list(export_lines(connection, what)) for what in EXPORTS if what != "receipts"}
    assert f'"{withdrawn}:' not in incident
    assert all(f'"{body["agency"]}:' in incident for body in THREE if body["agency"] != withdrawn)
    assert exported["reports"]
