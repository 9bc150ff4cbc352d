"""What people write down is kept with all it ever was, is never overwritten unseen, and can be undone."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete

from consumers.work.desk import NotDone
from consumers.work.kept import all_kept, changes_of, kept
from schemas.tables import Work, WorkChange
from streams.store import reading, writing
from tests.consumers.work.making import Log, a_problem, a_task, desk


def held(engine: Engine, id: str):
    with reading(engine) as connection:
        found = kept(connection, id)
        assert found is not None
        return found, changes_of(connection, id)


def test_the_same_thing_made_twice_is_one_thing(engine: Engine) -> None:
    with desk(engine) as here:
        ids = {here.make(a_task()), here.make(a_task())}
    assert len(ids) == 1
    assert [change.what for change in held(engine, ids.pop())[1]] == ["made"]


def test_every_change_is_in_the_log_and_says_nothing_of_what_was_written(engine: Engine) -> None:
    log = Log()
    with desk(engine, log=log) as here:
        id = here.make(a_task(), told=("council", "police"))
        here.change(id, a_task(state="done", outcome="All quiet"), seen=1)
        here.undo(id, seen=2)
    acts = [(entry["act"], entry["subject"], entry["detail"].get("what")) for entry in log.entries]
    assert acts == [
        ("alteration", f"work:{id}", "made"),
        ("disclosure", f"work:{id}", None),
        ("alteration", f"work:{id}", "changed"),
        ("alteration", f"work:{id}", "undone"),
    ]
    assert "arcade" not in repr(log.entries)
    assert "quiet" not in repr(log.entries)


def test_a_change_over_somebody_elses_is_refused(engine: Engine) -> None:
    with desk(engine) as here:
        id = here.make(a_task())
        here.change(id, a_task(state="done", outcome="All quiet"), seen=1)
    with pytest.raises(NotDone, match="Somebody changed it"), desk(engine) as here:
        here.change(id, a_task(state="dropped", outcome="No"), seen=1)
    assert held(engine, id)[0].record.state == "done"


def test_a_making_undone_is_gone_from_view_and_comes_back_when_made_again(engine: Engine) -> None:
    with desk(engine) as here:
        id = here.make(a_problem())
        here.undo(id, seen=1)
    with reading(engine) as connection:
        assert all_kept(connection, "problem") == []
    with desk(engine) as here:
        assert here.make(a_problem()) == id
    with reading(engine) as connection:
        assert [one.id for one in all_kept(connection, "problem")] == [id]


def test_what_changes_nothing_leaves_no_trace(engine: Engine) -> None:
    with desk(engine) as here:
        id = here.make(a_task())
        here.change(id, a_task(), seen=1)
    assert len(held(engine, id)[1]) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(st.sampled_from(["low", "medium", "high"]), st.just("undo")), max_size=8))
def test_undoing_brings_back_what_stood_before_whatever_was_done(engine: Engine, done: list[str]) -> None:
    with writing(engine) as connection:
        for table in (Work, WorkChange):
            connection.execute(delete(table))
    with desk(engine) as here:
        id, before = here.make(a_task()), []
        for number, act in enumerate(done):
            seen = held_now(here, id)
            before.append((seen.record.priority, seen.taken_back))
            if act == "undo":
                here.undo(id, seen=seen.version)
            else:
                here.change(id, a_task(priority=act, review=f"2026-12-{number + 1:02}"), seen=seen.version)
        now = held_now(here, id)
        if before:
            here.undo(id, seen=now.version)
            assert (held_now(here, id).record.priority, held_now(here, id).taken_back) == before[-1]


def held_now(here, id: str):
    found = kept(here.connection, id)
    assert found is not None
    return found
