"""Each agency sees a problem by its own copy of the alert, and nothing where it has none."""

from sqlalchemy import Engine

from consumers.work.board import board_of, notes_of
from consumers.work.sight import seen_by
from consumers.work.tasks import tasks_seen
from schemas.work import Note
from streams.store import reading
from tests.consumers.work.making import TODAY, a_problem, a_task, desk, tell


def seen(engine: Engine, agency: str) -> list[str]:
    with reading(engine) as connection:
        return [one.title for one in seen_by(connection, agency)]


def on_an_alert(engine: Engine, **others) -> str:
    with desk(engine) as here:
        return here.make(a_problem(alert="a1", title=None, **others))


def test_a_problem_is_called_what_ones_own_copy_calls_it(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m", title="A man at Vicar Lane, all of it")
    tell(engine, "housing", "h1", matter="m", title="Something at Vicar Lane")
    on_an_alert(engine)
    assert seen(engine, "police") == ["A man at Vicar Lane, all of it"]
    assert seen(engine, "housing") == ["Something at Vicar Lane"]


def test_who_holds_no_copy_gets_the_bytes_of_a_store_without_the_problem(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m")
    with reading(engine) as connection:
        before = repr(board_of(connection, "housing", TODAY))
    problem = on_an_alert(engine)
    with desk(engine) as here:
        here.make(Note(stage="analysis", text="Seen by us"), parent=problem)
        here.make(a_task(owner="council"), parent=problem)
    with reading(engine) as connection:
        assert repr(board_of(connection, "housing", TODAY)) == before


def test_a_copy_that_is_pulled_back_takes_the_problem_with_it(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m", title="A man")
    tell(engine, "housing", "h1", matter="m", title="Something")
    on_an_alert(engine)
    tell(engine, "housing", "h1", matter=None, body=None)
    assert seen(engine, "housing") == []
    tell(engine, "police", "a1", matter=None, body=None)
    assert seen(engine, "police") == ["The alert that this rests on no longer stands"]


def test_copies_that_rest_on_the_same_reports_are_of_one_problem_under_whatever_ids(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m", evidence=["police:1", "police:2", "housing:3"])
    tell(engine, "housing", "h1", matter="n", evidence=["police:2", "housing:3"])
    tell(engine, "fire", "f1", matter="o", evidence=["fire:9", "police:2", "fire:10"])
    on_an_alert(engine)
    assert len(seen(engine, "housing")) == 1
    assert seen(engine, "fire") == []


def test_a_problem_opened_by_hand_is_for_those_it_names(engine: Engine) -> None:
    with desk(engine) as here:
        here.make(a_problem(partners=["housing"]))
    assert [len(seen(engine, agency)) for agency in ("police", "housing", "fire")] == [1, 1, 0]


def test_a_task_is_seen_by_its_owner_its_setter_its_lender_and_whoever_sees_the_problem(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m")
    tell(engine, "housing", "h1", matter="m")
    problem = on_an_alert(engine)
    with desk(engine) as here:
        here.make(a_task(owner="council", officers=2, lender="fire"), parent=problem)
    with reading(engine) as connection:
        told = {
            agency: len(tasks_seen(connection, agency, seen_by(connection, agency)).all)
            for agency in ("police", "housing", "council", "fire", "probation")
        }
    assert told == {"police": 1, "housing": 1, "council": 1, "fire": 1, "probation": 0}


def test_an_own_note_stays_ones_own(engine: Engine) -> None:
    tell(engine, "police", "a1", matter="m")
    tell(engine, "housing", "h1", matter="m")
    problem = on_an_alert(engine)
    with desk(engine) as here:
        here.make(Note(stage="analysis", text="For us", own=True), parent=problem)
        here.make(Note(stage="analysis", text="For all"), parent=problem)
    with reading(engine) as connection:
        assert [note.record.text for note in notes_of(connection, "housing", problem)] == ["For all"]
        assert len(notes_of(connection, "police", problem)) == 2
