"""Minutes come back in as tasks, whole or not at all, and twice is once."""

import json

import pytest
from sqlalchemy import Engine

from consumers.work.desk import NotDone
from consumers.work.kept import all_kept
from consumers.work.minutes import Unreadable, judged, rows_of, take
from schemas.agencies import load_partnership
from streams.store import reading
from tests.consumers.work.making import a_problem, desk, tell

HEADING = "problem,what,owner,team,priority,review,officers,lender\n"
GOOD = HEADING + "a1,Walk the arcade,council,Rangers,high,2026-12-02,2,fire\n,Fix the light,council,Streets,,,,\n"


def taken(engine: Engine, text: str, name: str = "minutes.csv") -> list[str]:
    with desk(engine) as here:
        return take(here, judged(here, rows_of(text, name), load_partnership()))


def test_a_table_becomes_tasks_under_their_problems(engine: Engine) -> None:
    tell(engine, "police", "a1")
    with desk(engine) as here:
        problem = here.make(a_problem(alert="a1", title=None))
    first = taken(engine, GOOD)
    assert taken(engine, GOOD) == first
    with reading(engine) as connection:
        tasks = {task.record.what: task for task in all_kept(connection, "task")}
    assert tasks["Walk the arcade"].parent == problem
    assert (tasks["Walk the arcade"].record.officers, tasks["Walk the arcade"].record.lender) == (2, "fire")
    assert tasks["Fix the light"].parent is None


def test_a_list_in_json_does_as_well(engine: Engine) -> None:
    rows = [{"what": "Fix the light", "owner": "council", "team": "Streets", "officers": 1, "lender": "fire"}]
    assert len(taken(engine, json.dumps(rows), "minutes.json")) == 1


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("a9,Walk,council,Rangers,,,,", "you have no such problem or alert"),
        (",Walk,nobody,Rangers,,,,", "there is no agency 'nobody'"),
        (",Walk,council,Rangers,,soon,,", "review is not a day"),
        (",Walk,council,,,,,", "team is missing"),
        (",Walk,council,Rangers,,,2,", "Lent officers need"),
    ],
)
def test_a_row_with_a_fault_keeps_all_out(engine: Engine, row: str, says: str) -> None:
    with pytest.raises(NotDone, match="row 3: ") as refused:
        taken(engine, f"{HEADING},Good,council,Streets,,,,\n,Good too,council,Streets,,,,\n{row}\n")
    assert says in str(refused.value)
    with reading(engine) as connection:
        assert all_kept(connection, "task") == []


def test_a_column_that_there_is_not_is_named(engine: Engine) -> None:
    with pytest.raises(NotDone, match="no column 'owners'"):
        taken(engine, "what,owners,team\nWalk,council,Rangers\n")


@pytest.mark.parametrize("text", ["{", '{"what": 1}', "[1]"])
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        rows_of(text, "minutes.json")
