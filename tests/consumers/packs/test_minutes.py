"""Tasks in a pack, and minutes typed into its Word file back in as tasks."""

import io
from datetime import date
from typing import Any

import pytest
from docx import Document
from sqlalchemy import Engine

from consumers.packs import word_of
from consumers.packs.minutes import NoMinutes, minutes_of
from consumers.packs.sheet import sheet_of
from consumers.work.desk import Desk
from consumers.work.minutes import judged, take
from schemas.agencies import load_partnership
from schemas.work import Problem, Task
from streams.store import reading, writing
from tests.consumers.accounts.people import NOW, Log
from tests.consumers.packs.telling import tell_all
from tests.consumers.packs.test_pack import a_pack


def a_desk(connection: Any, agency: str = "council") -> Desk:
    return Desk(connection=connection, keep=Log(), at=NOW, by="ann", agency=agency)


def a_problem(engine: Engine, agency: str = "council") -> str:
    """Opened about the alert that the agency's copy is called ``a1`` by."""
    with writing(engine) as connection:
        return a_desk(connection, agency).make(Problem(alert=f"m1-{agency}", lead=agency))


def typed(file: bytes, *rows: tuple[str, ...]) -> bytes:
    page, out = Document(io.BytesIO(file)), io.BytesIO()
    for row, said in zip(page.tables[-1].rows[1:], rows, strict=False):
        for cell, text in zip(row.cells, said, strict=True):
            cell.text = text
    page.save(out)
    return out.getvalue()


def test_tasks_that_all_may_see_stand_in_it_the_overdue_first(engine: Engine) -> None:
    tell_all(engine, 1)
    problem = a_problem(engine)
    with writing(engine) as connection:
        desk = a_desk(connection)
        for what, review in (("Lighting", date(2024, 4, 1)), ("Patrol", date(2024, 3, 1)), ("Letter", None)):
            desk.make(Task(what=what, owner="council", team="Wardens", review=review), parent=problem)
        desk.make(Task(what="Our own", owner="council", team="Wardens"))
    assert sheet_of(a_pack(engine))["tasks"] == [
        ["Patrol", "Borough council, Wardens", "1 Mar 2024, OVERDUE"],
        ["Lighting", "Borough council, Wardens", "1 Apr 2024"],
        ["Letter", "Borough council, Wardens", "not said"],
    ]


def test_minutes_go_back_in_under_the_problem_of_their_item(engine: Engine) -> None:
    tell_all(engine, 1)
    problem = a_problem(engine)
    file = typed(
        word_of(a_pack(engine)),
        ("1", "Mend the lamp", "borough council", "Wardens", "High", "1/4/2024"),
        ("", "Write to all", "police", "Neighbourhood", "", ""),
    )
    partnership = load_partnership()
    with writing(engine) as connection:
        rows = minutes_of(file, connection, "council", partnership)
        found = judged(a_desk(connection), rows, partnership)
        assert [row.faults for row in found] == [(), ()]
        first, second = take(a_desk(connection), found)
        assert take(a_desk(connection), found) == [first, second]
    assert found[0].problem == problem
    assert found[0].task == Task(
        what="Mend the lamp", owner="council", team="Wardens", priority="high", review=date(2024, 4, 1)
    )
    assert (found[1].problem, found[1].task and found[1].task.owner) == (None, "police")


def test_an_empty_form_is_no_task_and_what_is_no_pack_is_said(engine: Engine) -> None:
    tell_all(engine, 1)
    with reading(engine) as connection:
        assert minutes_of(word_of(a_pack(engine)), connection, "council", load_partnership()) == []
        for file in (b"", b"PK\x03\x04", b"x" * 100):
            with pytest.raises(NoMinutes, match="no Word file"):
                minutes_of(file, connection, "council", load_partnership())
        out = io.BytesIO()
        Document().save(out)
        with pytest.raises(NoMinutes, match="no table of minutes"):
            minutes_of(out.getvalue(), connection, "council", load_partnership())
