"""What was read of an agency's copies is kept for that agency alone, and no longer than it is so."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event, update

from consumers.copies import Held, held_by, read
from schemas.tables import Base, Told
from streams.store import open_store, put, reading, writing
from tests.consumers.watcher.alerts import an_alert


@pytest.fixture
def engine(store_url: str) -> Iterator[Engine]:
    engine = open_store(store_url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


def tell(engine: Engine, agency: str, number: int, version: int = 1, **changed: Any) -> None:
    body = None if changed.pop("gone", False) else an_alert(number, version, **changed)
    row = {"alert": f"a{number}", "agency": agency, "matter": "m", "version": version, "digest": "", "body": body}
    with writing(engine) as connection:
        put(connection, Told, [row])


def held(engine: Engine, agency: str) -> Held:
    with reading(engine) as connection:
        found = held_by(connection, agency)
        assert found == read(connection, agency)
    return found


def test_each_change_is_seen_at_once_and_by_no_other_agency(engine: Engine) -> None:
    assert held(engine, "police") == {}
    tell(engine, "police", 1, title="“Ours” \\ \n")
    tell(engine, "housing", 2)
    assert list(held(engine, "police")) == ["a1"]
    assert held(engine, "police")["a1"] == ("m", an_alert(1, title="“Ours” \\ \n"))
    assert list(held(engine, "housing")) == ["a2"]
    assert held(engine, "fire") == {}
    tell(engine, "police", 1, 2, title="Theirs")
    assert held(engine, "police")["a1"][1]["title"] == "Theirs"
    tell(engine, "police", 3, withdrawn=True)
    tell(engine, "police", 1, 3, gone=True)
    assert held(engine, "police") == {}


def test_a_name_is_only_a_name(engine: Engine) -> None:
    name = "\"],['\\]"
    row = {"alert": name, "agency": "police", "matter": name, "version": 1, "digest": "", "body": {"id": name}}
    with writing(engine) as connection:
        put(connection, Told, [row])
    assert held(engine, "police") == {name: (name, {"id": name})}


def test_what_a_weeks_number_does_to_a_copy_is_seen_though_its_version_stays(engine: Engine) -> None:
    for number in (1, 2):
        tell(engine, "police", number, number, over_budget=number == 1)
    assert held(engine, "police")["a1"][1]["over_budget"]
    with writing(engine) as connection:
        for number in (1, 2):
            body = an_alert(number, number, over_budget=number == 2)
            connection.execute(update(Told).where(Told.alert == f"a{number}").values(body=body))
    assert held(engine, "police")["a2"][1]["over_budget"]


def test_what_did_not_change_is_not_read_again(engine: Engine) -> None:
    tell(engine, "police", 1)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    with reading(engine) as connection:
        for _ in range(3):
            held_by(connection, "police")
    assert sum("sum(" in one for one in asked) == 3
    assert sum("withdrawn" in one or "string_agg" in one or "group_concat" in one for one in asked) == 1
